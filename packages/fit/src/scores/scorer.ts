/**
 * Scores all candidates of a run against one recording while it runs: it is told the spikes and potentials of each
 * chunk of steps and keeps a few numbers a candidate. A score is 1 for a perfect candidate; 0 is as good as nothing.
 */
export interface Scorer {
  /** Begins a run of `count` candidates. */
  begin(count: number): void;
  /** Spikes in order of their steps, from 1; units are candidates. */
  spikes?(steps: Uint32Array, units: Uint32Array): void;
  /** Absolute potentials, mV, of all candidates, row by row. */
  potentials?(steps: Float64Array, values: Float32Array | Float64Array): void;
  /** Puts the score of each candidate into `scores`, and into `guides` what helps a search where scores are flat. */
  finish(scores: Float64Array, guides: Float64Array): void;
}

/** Recorded spikes and the grid of steps that a candidate's spikes lie on. */
export interface Target {
  /** Spike times of each repetition, ms, ascending. */
  readonly repetitions: readonly ArrayLike<number>[];
  /** ms */
  readonly duration: number;
  /** ms */
  readonly dt: number;
  readonly steps: number;
}
