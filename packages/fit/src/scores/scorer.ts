/**
 * Scores all candidates of a run against one recording during the run. It receives the spikes and potentials of each
 * chunk of steps, and keeps only a few numbers per candidate. A score is 1 for a perfect candidate, and 0 for a
 * worthless one.
 */
export interface Scorer {
  /** Begins a run of `count` candidates. */
  begin(count: number): void;
  /** Receives the spikes of each candidate in the order of their steps, from 1; units are candidates. */
  spikes?(steps: Uint32Array, units: Uint32Array): void;
  /** Receives absolute potentials, mV, of all candidates, row by row. */
  potentials?(steps: Float64Array, values: Float32Array | Float64Array): void;
  /**
   * Writes the score of each candidate to `scores`, and to `guides` a value that guides the search where scores are
   * flat.
   */
  finish(scores: Float64Array, guides: Float64Array): void;
}

/** Recorded spikes, and the grid of steps for the spikes of candidates. */
export interface Target {
  /** Spike times of each repetition, ms, ascending. */
  readonly repetitions: readonly ArrayLike<number>[];
  /** ms */
  readonly duration: number;
  /** ms */
  readonly dt: number;
  readonly steps: number;
}
