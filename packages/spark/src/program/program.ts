import type { Precision } from "../config/parse.ts";
import type { DType } from "../expr/expr.ts";
import type { PrimitiveName } from "../expr/ops.ts";

/*
 * A Program is all that a backend sees of a population: buffers and kernels of primitive operations. A component is not
 * visible in it. Neither is what a run watches: probes are attached to a machine and detached while it stands.
 *
 * A machine advances in chunks of steps. Buffers that hold values for each step are indexed by `row`, the place of the
 * step within the chunk, from 0.
 */

/** floats have the program's precision; bits are packed 32 a word, unit u at bit u % 32 of word u / 32. */
export type BufferType = "float" | "int" | "bits";
/** state is saved and restored; field is written once; input is written before and spikes are read after each chunk. */
export type BufferRole = "state" | "field" | "input" | "spikes";

export interface Buffer {
  readonly name: string;
  readonly type: BufferType;
  readonly role: BufferRole;
  /** Values; for bits, words. Where there is one row for each step of a chunk, those of one row. */
  readonly length: number;
  /** Whether the buffer has a row for each step of a chunk. The machine's setup gives the number of rows. */
  readonly perStep?: boolean;
  /** Value at the start, before rounding to the precision: one for all, or one each for the first ones. */
  readonly initial: number | ArrayLike<number>;
}

/**
 * The element of its buffer that a load or store accesses. unit: [unit]; scalar: [0]; row: [row]; rowUnit:
 * [row · padded + unit]; rowBit: bit `unit` of row `row`.
 */
export type Place = "unit" | "scalar" | "row" | "rowUnit" | "rowBit";

export type Node =
  | { readonly op: "constant"; readonly dtype: DType; readonly value: number; readonly uniform: true }
  | {
      readonly op: "load";
      readonly dtype: DType;
      readonly buffer: number;
      readonly at: Place;
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
  readonly at: "unit" | "rowBit";
}

/** An elementwise kernel: nodes in order of evaluation, then stores. */
export interface Kernel {
  readonly nodes: readonly Node[];
  readonly stores: readonly Store[];
  /** A truth value that is false in most units of most steps: a backend may check whether it is true anywhere. */
  readonly rare?: number;
}

/** A value of each unit that can be watched. It is computed after a step, only for the units of a probe that is due. */
export interface Observable {
  /** Unique within the program; "receptor.observable" for those of a receptor. */
  readonly name: string;
  readonly type: "float" | "int";
  readonly nodes: readonly Node[];
  /** Place of the result in the list of nodes. */
  readonly value: number;
}

export interface Program {
  readonly name: string;
  readonly precision: Precision;
  /** Units of the population. */
  readonly units: number;
  /** Units rounded up to a multiple of 32: the length of every buffer with a value for each unit. */
  readonly padded: number;
  /** Units that are advanced together for all steps of a chunk before the next ones: a multiple of 32. */
  readonly block: number;
  readonly buffers: readonly Buffer[];
  readonly step: Kernel;
  /**
   * Runs after every step whose number, counted from 1 since the start of the run, is a multiple of `FADE_STEPS`, before
   * the probes of that step. Loads and stores values of states only.
   */
  readonly fade: Kernel;
  /** The same for every run: what is watched of them never changes what is compiled. */
  readonly observables: readonly Observable[];
  /** Buffer of role "spikes": a row of bits for each step. Absent for programs without spikes, such as draws. */
  readonly spikes?: number;
}

export const wordsOf = (units: number): number => Math.ceil(units / 32);
export const paddedTo = (units: number, multiple: number): number => Math.ceil(units / multiple) * multiple;
