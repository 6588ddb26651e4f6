import type { Precision } from "../config/parse.ts";
import type { DType } from "../expr/expr.ts";
import type { PrimitiveName } from "../expr/ops.ts";

/*
 * A Program is all that a backend sees: buffers and kernels of primitive operations. A component is not visible in it.
 *
 * A machine advances in chunks of at most `rows` steps. Buffers that hold a value a step are indexed by `row`, the
 * place of the step within the chunk, from 0.
 */

/** floats have the program's precision; bits are packed 32 a word, unit u at bit u % 32 of word u / 32. */
export type BufferType = "float" | "int" | "bits";

/** state is saved and restored; field is written once; input is written before, record read after each chunk. */
export type BufferRole = "state" | "field" | "input" | "record";

export interface Buffer {
  readonly name: string;
  readonly type: BufferType;
  readonly role: BufferRole;
  /** Values; for bits, words. */
  readonly length: number;
  /** Value at the start, before rounding to the precision: one for all, or one each for the first ones. */
  readonly initial: number | ArrayLike<number>;
}

/**
 * Where in its buffer a load or store falls. unit: [unit]; scalar: [0]; row: [row]; rowUnit: [row · padded + unit];
 * rowBit: bit `unit` of row `row`; record: [record row · width + place in the list].
 */
export type Place = "unit" | "scalar" | "row" | "rowUnit" | "rowBit" | "record";

export type Node =
  | { readonly op: "constant"; readonly dtype: DType; readonly value: number; readonly uniform: true }
  | {
      readonly op: "load";
      readonly dtype: DType;
      readonly buffer: number;
      readonly at: Exclude<Place, "record">;
      readonly uniform: boolean;
    }
  /** Index of the unit. */
  | { readonly op: "unit"; readonly dtype: "int"; readonly uniform: false }
  /** Number of the step since the start of the run, 32 bits. */
  | { readonly op: "step"; readonly dtype: "int"; readonly uniform: true }
  | {
      readonly op: PrimitiveName;
      readonly dtype: DType;
      /** Places of the arguments in the list of nodes, all before this one. */
      readonly args: readonly number[];
      /** True where the value is the same for all units of a step. */
      readonly uniform: boolean;
    };

export interface Store {
  readonly buffer: number;
  readonly node: number;
  readonly at: "unit" | "rowBit" | "record";
}

/** An elementwise kernel: nodes in order of evaluation, then stores. */
export interface Kernel {
  readonly nodes: readonly Node[];
  readonly stores: readonly Store[];
  /** A truth value that is false in most units of most steps: a backend may look whether it is true anywhere. */
  readonly rare?: number;
}

/** A kernel that runs after chosen steps, over all units or over a list of them. */
export interface RecordKernel extends Kernel {
  readonly name: string;
  /** The buffer that receives the values. */
  readonly buffer: number;
  /** Values of one record row. */
  readonly width: number;
  /** Buffer of unit indices, in order of blocks, each block's part padded to a multiple of 4; absent for all units. */
  readonly list?: number;
  /** For each block of units the end of its part of the list, in values. */
  readonly ends?: readonly number[];
}

export interface Program {
  readonly name: string;
  readonly precision: Precision;
  /** Units of the population. */
  readonly units: number;
  /** Units rounded up to a multiple of 32: the length of every buffer with a value a unit. */
  readonly padded: number;
  /** Units that are advanced together for all steps of a chunk before the next ones: a multiple of 32. */
  readonly block: number;
  /** Steps of the longest chunk. */
  readonly rows: number;
  readonly buffers: readonly Buffer[];
  readonly step: Kernel;
  /**
   * Runs after every step whose number, counted from 1 since the start of the run, is a multiple of `FADE_STEPS`, before
   * the records of that step. Loads and stores values of states only.
   */
  readonly fade: Kernel;
  readonly records: readonly RecordKernel[];
  /**
   * Index of the int buffer with three values a record kernel: first row, rows from one to the next (at least 1), last
   * row of this chunk; a last before the first records nothing.
   */
  readonly schedule: number;
}

export const wordsOf = (units: number): number => Math.ceil(units / 32);
export const paddedTo = (units: number, multiple: number): number => Math.ceil(units / multiple) * multiple;
