import type { Binding } from "../compile/population.ts";
import type { Precision } from "../config/parse.ts";
import type { Shape } from "../config/shape.ts";
import type { Port } from "../model/ports.ts";
import type { View } from "../program/machine.ts";

/** A checked input, and how its values reach the machine. */
export interface Feed {
  readonly binding: Binding;
  /** For scalar and unit bindings: a number, or one per unit, that is written once before the run. */
  readonly constant?: number | Float64Array | Float32Array;
  /** The largest magnitude of the values, if it is known before the run and they are not constant. */
  readonly largest?: number;
  /**
   * For row, rowUnit and rowBit bindings: fills the first `rows` rows of the chunk. `firstStep` counts from 0: the step
   * at row 0 covers the times (firstStep·dt, (firstStep + 1)·dt]. `views[0]` is the buffer (row: [row]; rowUnit:
   * [row·padded + unit]; rowBit: words [row·padded/32 + unit/32]), `views[1]` the inhibitory plane of a signed rowBit.
   * Returns the number of filled rows. It is less than `rows` only for an iterable whose data have ended.
   * @throws ConfigError if data that arrive during the run are invalid, with the step and unit.
   */
  fill?(views: readonly View[], firstStep: number, rows: number): number | Promise<number>;
  /**
   * A sentence about values that this run ignores, if any. The run has the steps from `first` up to, but excluding,
   * `end`, counted from 0. `continues`: other runs of the simulation may use the rest.
   */
  doubt?(first: number, end: number, continues: boolean): string | undefined;
  /** True if the values depend on the calls before, so that steps cannot be repeated. */
  readonly once?: boolean;
  /** Frees resources, such as an iterator. */
  close?(): void | Promise<void>;
}

/** Data about the run that an input needs. */
export interface FeedContext {
  readonly port: Port;
  /** Key of the draws of the input, independent of its path in messages. */
  readonly key: string;
  /** Shape of the population. */
  readonly units: Shape;
  /** Units rounded up to a multiple of 32: the length of a row in a buffer. */
  readonly padded: number;
  /** Time step, ms. */
  readonly dt: number;
  /** Number of steps from step 0 to the end of the run; Infinity for a run without a set end. */
  readonly steps: number;
  /** Seed of noise that has no seed of its own. */
  readonly seed: number;
  readonly precision: Precision;
}
