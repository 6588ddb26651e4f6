import { simulate } from "spark-snn";
import { dt, network, weightMax } from "./network.ts";
import { patternLength, period } from "./pattern.ts";

/** Time after the end of the pattern in which a spike still belongs to it, ms. */
const LATE = 5;

/** Runs the network, and keeps the spikes of the cell and the weights of every second. */
export const simulatePattern = (options: { duration: number; seed?: number }) =>
  simulate(network, {
    dt,
    seed: 1,
    backend: "fastest",
    record: {
      cell: { outSpikes: true },
      weights: { learned: { every: 1000 }, learnedOthers: { every: 1000 } },
    },
    ...options,
  });

export type PatternRun = Awaited<ReturnType<typeof simulatePattern>>;

/** Time of each spike since the start of the pattern, ms. The spikes of the pattern arrive one step after they occur. */
export const phasesOf = (times: ArrayLike<number>): number[] => Array.from(times, (time) => (time - 1) % period);

/** Results of the presentations from `from` to `to` ms. */
export const presentations = (times: ArrayLike<number>, from: number, to: number) => {
  const chosen = Array.from(times).filter((time) => time > from && time <= to);
  const latencies = new Map<number, number>();
  let outside = 0;
  for (const [k, phase] of phasesOf(chosen).entries()) {
    const presentation = Math.floor((chosen[k]! - 1) / period);
    if (phase >= patternLength + LATE) outside++;
    else if (!latencies.has(presentation)) latencies.set(presentation, phase);
  }
  const sum = [...latencies.values()].reduce((total, latency) => total + latency, 0);
  return {
    /** Share of the presentations in which the cell spikes. */
    hits: latencies.size / ((to - from) / period),
    /** Spikes outside the pattern, Hz. */
    falseAlarms: outside / ((to - from - (patternLength + LATE) * ((to - from) / period)) / 1000),
    /** Mean time from the start of the pattern to the first spike in it, ms. */
    latency: sum / latencies.size,
  };
};

/** Mean weights relative to the largest. */
export const meanWeight = (weights: ArrayLike<number>): number =>
  Array.from(weights).reduce((sum, weight) => sum + weight, 0) / weights.length / weightMax;
