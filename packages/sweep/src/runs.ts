import type { Json } from "spark-snn";

/** One run of a sweep. */
export interface PlannedRun {
  /** Position in the plan, from 0. */
  readonly index: number;
  /** Values by path. */
  readonly overrides: Readonly<Record<string, Json>>;
  /** Replaces the seed of the document, if the sweep has seeds. */
  readonly seed?: number;
}

/** What a sweep runs. */
export interface SweepPlan {
  /** The paths that runs replace, as they were written. */
  readonly paths: readonly string[];
  readonly runs: readonly PlannedRun[];
}

/** The result of one run. */
export interface SweepRow {
  /** Position in the plan, from 0. */
  readonly index: number;
  /** The values of the run, by path. */
  readonly overrides: Readonly<Record<string, Json>>;
  /** The seed, if the sweep has seeds. */
  readonly seed?: number;
  /** By column: the name of a measure; in a network, after the name of the population. NaN if undefined. */
  readonly measures: Readonly<Record<string, number>>;
  /** Why the run failed; it then has no measures. */
  readonly error?: string;
}
