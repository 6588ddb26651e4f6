/** State of a filter. */
export interface FilterState {
  /** One value per column. */
  readonly values: Float64Array;
  /** For spikes: the step (counted from 1) to which each value belongs; 0 before the first spike. Otherwise empty. */
  readonly since: Float64Array;
}

/** The numbers of a filter, which can be set while it is in use. */
export interface Tuning {
  /** Time constant, ms. Default: no filter. */
  readonly tau?: number | undefined;
  /** Multiplies every value. */
  readonly scale: number;
}
