import type { FoundSpikes } from "./model.ts";
import type { Search } from "./search.ts";

/** Towards what a session plays. */
export interface Goal {
  /** Step at which it pauses. */
  readonly until: number;
  readonly search?: Search;
  /** Whether it keeps the pace. */
  readonly paced: boolean;
  /** Whether it repeats known steps, of which nobody is told. Only the end of the session interrupts it. */
  readonly silent?: boolean;
  /** Whether any later call ends it. */
  readonly yields: boolean;
  readonly end?: (reached: boolean) => void;
  reached?: boolean;
  found?: FoundSpikes;
}
