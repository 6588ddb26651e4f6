import type { Binding } from "../compile/population.ts";
import type { Precision } from "../config/parse.ts";
import type { Shape } from "../config/shape.ts";
import type { View } from "../program/machine.ts";

/** One input, read and checked: how its values reach the machine. */
export interface Feed {
  readonly binding: Binding;
  /** Of scalar and unit bindings: written once before the run; a number, or one a unit. */
  readonly constant?: number | Float64Array | Float32Array;
  /**
   * Of row, rowUnit and rowBit bindings: fills the first `rows` rows of the chunk. `firstStep` counts from 0: the step
   * at row 0 covers the times (firstStep·dt, (firstStep + 1)·dt]. `views[0]` is the buffer (row: [row]; rowUnit:
   * [row·padded + unit]; rowBit: words [row·padded/32 + unit/32]), `views[1]` the inhibitory plane of a signed rowBit.
   * Gives the number of rows that were filled; fewer than asked means that the data has ended there, which only data
   * from an iterable does.
   * @throws ConfigError when data that is known only now is wrong, with the step and unit.
   */
  fill?(views: readonly View[], firstStep: number, rows: number): number | Promise<number>;
  /** Frees what the input holds: closes an iterator. */
  close?(): void | Promise<void>;
}

/** What an input needs to know of the run that it drives. */
export interface FeedContext {
  /** Where messages say that the input is, such as "inputs.current". */
  readonly path: string;
  /** Keys the draws of the input, whatever its place in messages. */
  readonly key: string;
  /** Shape of the population. */
  readonly units: Shape;
  /** Units rounded up to a multiple of 32: the length of a row in a buffer. */
  readonly padded: number;
  /** Length of a step, ms. */
  readonly dt: number;
  /** Steps of the run, counted from step 0; Infinity where the end is open. */
  readonly steps: number;
  /** Seed of noises that have none of their own. */
  readonly seed: number;
  readonly precision: Precision;
}
