import { readFileSync } from "node:fs";

/** Mean of a measure over runs with different seeds, and the standard deviation between them. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

/** Statistics of the populations of the microcircuit in NEST, in the order of the populations. */
export interface NestStatistics {
  readonly runs: number;
  /** Simulated time, and its beginning that the statistics exclude, s. */
  readonly bioSeconds: number;
  readonly discarded: number;
  readonly rate: readonly Spread[];
  readonly cv: readonly Spread[];
}

interface NestRun {
  readonly scale: number;
  readonly bioSeconds: number;
  readonly discarded: number;
  readonly populations: readonly { readonly rate: number; readonly cv: number }[];
}

const read = (file: string): readonly NestRun[] =>
  JSON.parse(readFileSync(new URL(`../../packages/spark/test/golden/${file}.json`, import.meta.url), "utf8")).runs;

const spreadOf = (values: readonly number[]): Spread => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
};

const statisticsOf = (runs: readonly NestRun[]): NestStatistics => {
  const { bioSeconds, discarded, populations } = runs[0]!;
  const over = (measure: "rate" | "cv"): Spread[] =>
    populations.map((_, k) => spreadOf(runs.map((run) => run.populations[k]![measure])));
  return { runs: runs.length, bioSeconds, discarded, rate: over("rate"), cv: over("cv") };
};

/** A tenth of the network, in one second. */
export const nestTenth = statisticsOf(read("nest-second"));
/** The full network, in two seconds. */
export const nestFull = statisticsOf(read("nest-microcircuit").filter(({ scale }) => scale === 1));
