import { BackendError, StateError } from "../../errors/errors.ts";
import type { Machine, TakeSpikes, View } from "../../program/machine.ts";
import type { Program } from "../../program/program.ts";
import type { Library } from "./library.ts";
import { PlacedProgram } from "./placed.ts";
import type { Printed } from "./print.ts";

/** Operations on units below which waking threads takes longer than it saves. */
export const LEAST_WORK = 1e7;

/** Ends the threads of machines that were dropped without dispose. */
const forgotten = new FinalizationRegistry<() => void>((close) => close());

/** A program as machine code that the system's compiler made, with threads of its own where asked. */
export class NativeMachine implements Machine {
  readonly program: Program;
  readonly #placed: PlacedProgram;
  readonly #work: number;
  #library: Library | undefined;
  #pool: bigint | null = null;

  /** `leastWork` is the number of operations from which on threads are used. */
  constructor(program: Program, printed: Printed, library: Library, threads: number, leastWork: number = LEAST_WORK) {
    this.program = program;
    this.#library = library;
    this.#work = leastWork / Math.max(1, program.step.nodes.length * program.units);
    this.#placed = new PlacedProgram(program, printed, library);
    if (threads > 1) this.#pool = openPool(library, threads, this);
  }

  view(buffer: number): View {
    return this.#placed.views[buffer]!;
  }

  advance(firstStep: number, rows: number): void {
    const library = this.#library;
    if (!library) throw new StateError("Machine.advance was called after dispose. Compile the simulation again.");
    if (!Number.isInteger(rows) || rows > this.program.rows) {
      throw new StateError(
        `Machine.advance takes 0 to ${this.program.rows} whole steps; received ${rows}. Advance in more chunks.`,
      );
    }
    if (this.#placed.transferred) {
      throw new StateError("Machine.advance found its memory transferred elsewhere. Copy views before posting them.");
    }
    if (rows < 1) return;
    library.advance(rows >= this.#work ? this.#pool : null, this.#placed.call, firstStep | 0, rows);
  }

  scanSpikes(rows: number, firstStep: number, take: TakeSpikes): boolean {
    return this.#placed.scanSpikes(rows, firstStep, take);
  }

  dispose(): void {
    const library = this.#library;
    this.#library = undefined;
    if (!library || this.#pool === null) return;
    forgotten.unregister(this);
    library.close(this.#pool);
    this.#pool = null;
  }

  recycle(): void {
    if (!this.#library) return;
    this.dispose();
    this.#placed.recycle();
  }
}

const openPool = (library: Library, threads: number, machine: NativeMachine): bigint => {
  const pool = library.open(threads);
  if (pool === null || pool === 0n) {
    throw new BackendError(
      `The system refused ${threads} threads. Ask for fewer with threads: ${Math.ceil(threads / 2)}.`,
    );
  }
  forgotten.register(machine, () => library.close(pool), machine);
  return pool;
};
