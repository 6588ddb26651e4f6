import type { Program } from "../compile/program.ts";

/** Live memory of a buffer. Floats come in the program's precision, ints as Int32Array, bits as Uint32Array. */
export type View = Float32Array | Float64Array | Int32Array | Uint32Array;

/** A program in memory, ready to advance. */
export interface Machine {
  readonly program: Program;
  /** Memory of a buffer by its index. Stays valid until `dispose`. */
  view(buffer: number): View;
  /**
   * Advances by `rows` steps, the first of which is number `firstStep` since the start of the run. Input buffers and
   * the schedule must be filled; record buffers hold the chunk's records afterwards. A machine in another thread gives
   * a promise.
   */
  advance(firstStep: number, rows: number): void | Promise<void>;
  /** Brings the views of the state up to date; absent where they always are. */
  pull?(): Promise<void>;
  /** Frees what the machine holds. Further calls are errors. */
  dispose(): void;
}

/** Something that turns programs into machines. */
export interface Backend {
  readonly name: string;
  /** Compiles a program and fills its buffers with their initial values. */
  create(program: Program): Machine;
}
