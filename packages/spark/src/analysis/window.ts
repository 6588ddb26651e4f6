import { keysOf } from "./checks.ts";

/** A time window of a train, ms. */
export interface TimeWindow {
  /** Start, ms. Default 0. */
  readonly from?: number | undefined;
  /** End, ms, greater than `from`. */
  readonly to: number;
}

export const windowKeys: readonly string[] = keysOf<TimeWindow>({ from: true, to: true });
