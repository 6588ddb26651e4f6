import type { Program } from "../../compile/program.ts";
import { wordsOf } from "../../compile/program.ts";
import { BackendError, MemoryError, StateError } from "../../errors/errors.ts";
import type { Machine, View } from "../backend.ts";
import { bytesOf, fillInitial, viewOf } from "../memory.ts";
import { addressOf, type Library } from "./library.ts";
import type { Printed, Slot } from "./print.ts";

/** Bytes of a cache line, and of the longest vector. */
const LINE = 64;
const toLine = (bytes: number): number => Math.ceil(bytes / LINE) * LINE;

/** Operations on units below which waking threads takes longer than it saves. */
export const LEAST_WORK = 1e7;

/** Ends the threads of machines that were dropped without dispose. */
const forgotten = new FinalizationRegistry<() => void>((close) => close());

interface Layout {
  readonly slots: readonly number[];
  readonly buffers: readonly number[];
  readonly floats: number;
  readonly ints: number;
  readonly bytes: number;
}

/** Where everything lies: what a call is told, numbers, values by row, buffers; each from a cache line on. */
const layOut = (program: Program, { slots, floats, ints }: Printed): Layout => {
  let next = toLine(slots.length * 8);
  const take = (bytes: number): number => {
    const offset = next;
    next += toLine(bytes);
    return offset;
  };
  const realBytes = program.precision === "f64" ? 8 : 4;
  const floatsAt = take(floats.length * realBytes);
  const intsAt = take(ints.length * 4);
  // Rows are computed a vector at a time, so the last vector may reach beyond them.
  const rowsAt = slots.map((slot) =>
    slot.kind === "rows" ? take((program.rows + LINE / 4) * (slot.type === "float" ? realBytes : 4)) : 0,
  );
  const buffers = program.buffers.map((buffer) => take(buffer.length * bytesOf(buffer, program) + LINE));
  return { slots: rowsAt, buffers, floats: floatsAt, ints: intsAt, bytes: next };
};

/** A program as machine code that the system's compiler made, with threads of its own where asked. */
export class NativeMachine implements Machine {
  readonly program: Program;
  readonly #memory: ArrayBuffer;
  readonly #views: readonly View[];
  readonly #call: bigint;
  readonly #work: number;
  #library: Library | undefined;
  #pool: bigint | null = null;

  /** `leastWork` is the number of operations from which on threads are used. */
  constructor(program: Program, printed: Printed, library: Library, threads: number, leastWork: number = LEAST_WORK) {
    this.program = program;
    this.#library = library;
    this.#work = leastWork / Math.max(1, program.step.nodes.length * program.units);
    const layout = layOut(program, printed);
    this.#memory = allocate(layout.bytes + LINE, program.name);
    const address = addressOf(this.#memory);
    const start = Number((BigInt(LINE) - (address % BigInt(LINE))) % BigInt(LINE));
    this.#call = address + BigInt(start);
    this.#views = program.buffers.map((buffer, k) => {
      const view = viewOf(buffer, program, this.#memory, start + layout.buffers[k]!);
      if (buffer.initial !== 0) fillInitial(buffer, view);
      return view;
    });
    this.#fill(printed, layout, start);
    if (threads > 1) this.#pool = openPool(library, threads, this);
  }

  #fill(printed: Printed, layout: Layout, start: number): void {
    const { program } = this;
    const slots = new BigInt64Array(this.#memory, start, printed.slots.length);
    const contentOf = (slot: Slot, k: number): bigint => {
      if (slot.kind === "size") return BigInt(slot.of === "words" ? wordsOf(program.padded) : program[slot.of]);
      if (slot.kind === "width") return BigInt(program.records[slot.record]!.width);
      if (slot.kind === "constants") return this.#call + BigInt(layout[slot.of]);
      return this.#call + BigInt(slot.kind === "rows" ? layout.slots[k]! : layout.buffers[slot.buffer]!);
    };
    printed.slots.forEach((slot, k) => {
      slots[k] = contentOf(slot, k);
    });
    const Floats = program.precision === "f64" ? Float64Array : Float32Array;
    new Floats(this.#memory, start + layout.floats, printed.floats.length).set(printed.floats);
    new Int32Array(this.#memory, start + layout.ints, printed.ints.length).set(printed.ints);
  }

  view(buffer: number): View {
    return this.#views[buffer]!;
  }

  advance(firstStep: number, rows: number): void {
    const library = this.#library;
    if (!library) throw new StateError("Machine.advance was called after dispose. Compile the simulation again.");
    if (!Number.isInteger(rows) || rows > this.program.rows) {
      throw new StateError(
        `Machine.advance takes 0 to ${this.program.rows} whole steps; received ${rows}. Advance in more chunks.`,
      );
    }
    if (this.#memory.byteLength === 0) {
      throw new StateError("Machine.advance found its memory transferred elsewhere. Copy views before posting them.");
    }
    if (rows < 1) return;
    library.advance(rows >= this.#work ? this.#pool : null, this.#call, firstStep | 0, rows);
  }

  dispose(): void {
    const library = this.#library;
    this.#library = undefined;
    if (!library || this.#pool === null) return;
    forgotten.unregister(this);
    library.close(this.#pool);
    this.#pool = null;
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

const allocate = (bytes: number, name: string): ArrayBuffer => {
  try {
    return new ArrayBuffer(bytes);
  } catch {
    throw new MemoryError(
      `${name} needs ${(bytes / 1e6).toFixed(0)} MB, which the system refused. Record or feed less at a time, or use fewer units.`,
    );
  }
};
