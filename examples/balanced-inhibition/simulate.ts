import { simulate } from "spark-snn";
import { dt, inputs, network } from "./network.ts";

/** Width of a bin of the rates, ms. */
export const bin = 50;

/** Runs the network, and records rates in bins and the mean of the weights that learn, every second. */
export const simulateBalance = (options: { units?: number; rate?: number; duration: number; seed?: number }) =>
  simulate(network(options.units, options.rate), {
    duration: options.duration,
    dt,
    seed: options.seed ?? 1,
    inputs,
    backend: "fastest",
    record: {
      excitatory: { rate: { bin } },
      inhibitory: { rate: { bin } },
      weights: { learned: { every: 1000 / dt, reduce: "mean" } },
    },
  });

export type Balance = Awaited<ReturnType<typeof simulateBalance>>;

/** Mean rate from one time to another, s. */
export const rateBetween = ({ rate }: Balance["excitatory"], from: number, to: number): number => {
  const bins = Array.from(rate.values).slice((from * 1000) / bin, (to * 1000) / bin);
  return bins.reduce((sum, value) => sum + value, 0) / bins.length;
};
