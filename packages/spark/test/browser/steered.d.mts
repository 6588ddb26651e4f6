import type { Change } from "../../src/entries/index.ts";

export interface Steered {
  readonly changes: readonly Change[];
  readonly stepCount: number;
  /** The state after the last step, as text. */
  readonly state: string;
  readonly frames: number;
  /** Whether the frames followed one another without a gap. */
  readonly isComplete: boolean;
}

export function steer(spark: object, options: object): Promise<Steered>;
export function repeat(
  spark: object,
  steered: Pick<Steered, "changes" | "stepCount">,
  options: object,
): Promise<string>;
