import { simulate } from "spark-snn";
import "spark-snn/node";
import { type NetworkRun, type PopulationSpikes, summaries } from "../network-report.ts";
import { dt, microcircuit, names, record } from "./network.ts";
import type { PopulationRow } from "./table.ts";

/** Simulated time, and its beginning that the statistics exclude, ms. */
const DURATION = 1000;
const DISCARDED = 100;
/** Largest scale that WebAssembly simulates. Below it, compiling native code takes longer than it saves. */
const SMALL = 0.3;

/** One second of the microcircuit, with its statistics. */
export interface Second {
  readonly run: NetworkRun;
  readonly populations: readonly PopulationSpikes[];
  readonly rows: readonly PopulationRow[];
}

/** Simulates one second of the microcircuit. Calls `progress` with the fraction of the run, after the build. */
export const simulateSecond = async (scale: number, progress?: (fraction: number) => void): Promise<Second> => {
  const { brain, inputs, initial } = microcircuit(scale);
  const run = await simulate(brain, {
    duration: DURATION,
    dt,
    initial,
    inputs,
    record,
    backend: scale <= SMALL ? "wasm" : "fastest",
    threads: "all",
    ...(progress && { progress: ({ fraction }) => progress(fraction) }),
  });
  const populations = names.map((name): PopulationSpikes => run[name]);
  return { run, populations, rows: summaries(populations, DISCARDED) };
};
