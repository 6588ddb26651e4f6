import type { Place } from "../config/place.ts";
import type { NamedPart } from "./paths.ts";

/* A part of a simulation whose parameters can be set while it exists. */

/** A value of a parameter: one number for all units, or one per unit. */
export type FieldValue = number | Float64Array;

/** A shift of a state variable that is stored relative to a field. Its value then does not change with the field. */
export interface Shift {
  /** Index of the population. */
  readonly population: number;
  /** Name of the buffer. */
  readonly buffer: string;
  readonly by: FieldValue;
}

/** A part with parameters: a population, a synapse at it, a drive, a plasticity rule, or a read-out. */
export interface Part extends NamedPart {
  /** The present values, from which the machine has buffers; absent if it has none of the part. */
  readonly fields?: object;
  /** Parameters that were ever set, with their declared values. */
  readonly declared: ReadonlyMap<string, FieldValue>;
  /** The present value; undefined if it changes over time. */
  get(name: string): FieldValue | undefined;
  /** Reads and checks a value. @throws ConfigError, ShapeError */
  read(name: string, given: unknown, place: Place): FieldValue;
  /**
   * Whether a number is certainly sound for a parameter, and changes no compiled code. False if only `read` can tell. A
   * control that is moved, or a closed loop, asks for it many times per second.
   */
  isSound?(name: string, value: number): boolean;
  /** Whether a checked value changes the compiled code. */
  compiles(name: string, value: FieldValue): boolean;
  /** Replaces a value by a checked one, from a step on. */
  put(name: string, value: FieldValue, step: number): void;
  /** The shifts of the state that belong to the next `put`. */
  shifts(name: string, value: FieldValue): readonly Shift[];
  /** Assumes a checked value, so that later values are checked together with it. `plan` or `forsake` ends that. */
  assume(name: string, value: FieldValue): void;
  /** Ends the assumptions. Afterwards, `put` of the assumed values compiles nothing. Returns whether this changes the compiled code. */
  plan(): boolean;
  /** Ends the assumptions without any effect. */
  forsake(): void;
  /** Returns to the declared values. Returns whether that changes the compiled code. */
  reset(): boolean;
}
