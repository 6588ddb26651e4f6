import type { Precision } from "../config/parse.ts";
import type { DType } from "../expr/expr.ts";
import type { PrimitiveName } from "../expr/ops.ts";

/*
 * A Program is all that a backend sees of a population: buffers, and kernels of primitive operations. It does not refer
 * to components, nor to what a run records: probes are attached to a machine and detached between runs.
 *
 * A machine advances in chunks of steps. Buffers with values for each step are indexed by `row`, the position of the
 * step in the chunk, counted from 0.
 */

/** Floats have the program's precision. Bits are packed 32 to a word: unit u is bit u % 32 of word ⌊u / 32⌋. */
export type BufferType = "float" | "int" | "bits";
/** Snapshots save state; fields are written once; inputs are written before each chunk, spikes are read after it. */
export type BufferRole = "state" | "field" | "input" | "spikes";

export interface Buffer {
  readonly name: string;
  readonly type: BufferType;
  readonly role: BufferRole;
  /** Number of values; for bits, of words. If the buffer has a row per step, this is the length of one row. */
  readonly length: number;
  /** Whether the buffer has a row for each step of a chunk. The machine's setup gives the number of rows. */
  readonly perStep?: boolean;
  /** Initial values before rounding to the precision: one for all, or one for each of the first elements. */
  readonly initial: number | ArrayLike<number>;
}

/**
 * The element of its buffer that a load or store accesses. unit: [unit]; scalar: [0]; row: [row];
 * rowUnit: [row · padded + unit]; rowBit: bit `unit` of row `row`.
 */
export type Place = "unit" | "scalar" | "row" | "rowUnit" | "rowBit";

/** `P`: where loads find their element. */
export type Node<P extends string = Place> =
  | { readonly op: "constant"; readonly dtype: DType; readonly value: number; readonly uniform: true }
  | {
      readonly op: "load";
      readonly dtype: DType;
      readonly buffer: number;
      readonly at: P;
      readonly uniform: boolean;
    }
  /** Index of the unit. */
  | { readonly op: "unit"; readonly dtype: "int"; readonly uniform: false }
  /** Number of the step since the start of the run; wraps around at 32 bits. */
  | { readonly op: "step"; readonly dtype: "int"; readonly uniform: true }
  | {
      readonly op: PrimitiveName;
      readonly dtype: DType;
      /** Indices of the arguments in the list of nodes. All come before this node. */
      readonly args: readonly number[];
      /** True if all units have the same value in a step. */
      readonly uniform: boolean;
    };

export interface Store {
  readonly buffer: number;
  readonly node: number;
  readonly at: "unit" | "rowBit";
}

/** An elementwise kernel: nodes in order of evaluation, then stores. */
export interface Kernel {
  readonly nodes: readonly Node[];
  readonly stores: readonly Store[];
  /** Node of a bool that is false for most units in most steps. A backend may first test whether any unit has true. */
  readonly rare?: number;
}

/** A value per unit that can be recorded. It is computed after a step, only for the units of a probe that is due. */
export interface Observable {
  /** Unique within the program; "receptor.observable" for observables of a receptor. */
  readonly name: string;
  readonly type: "float" | "int";
  readonly nodes: readonly Node[];
  /** Index of the result in the list of nodes. */
  readonly value: number;
}

export interface Program {
  readonly name: string;
  readonly precision: Precision;
  /** Number of units in the population. */
  readonly units: number;
  /** Number of units rounded up to a multiple of 32: the length of every buffer with a value per unit. */
  readonly padded: number;
  /** Number of units that advance together through all steps of a chunk: a multiple of 32. */
  readonly block: number;
  readonly buffers: readonly Buffer[];
  readonly step: Kernel;
  /**
   * Runs after every step whose number, counted from 1 since the start of the run, is a multiple of `FADE_STEPS`, and
   * before the probes of that step. It only loads and stores state.
   */
  readonly fade: Kernel;
  /** The same for every run: what a run records never changes the compiled code. */
  readonly observables: readonly Observable[];
  /** Buffer of role "spikes": a row of bits per step. Absent for programs without spikes, such as draws. */
  readonly spikes?: number;
}

/** Index of the buffer with a name. */
export const bufferNamed = ({ buffers }: Pick<Program, "buffers">, name: string): number =>
  buffers.findIndex((buffer) => buffer.name === name);

export const wordsOf = (units: number): number => Math.ceil(units / 32);
export const paddedTo = (units: number, multiple: number): number => Math.ceil(units / multiple) * multiple;
