/** The stretch of time in which a train is looked at, ms. */
export interface TimeWindow {
  /** Start, ms; 0 when left out. */
  readonly from?: number | undefined;
  /** End, ms, greater than `from`. */
  readonly to: number;
}
