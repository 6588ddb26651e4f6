import { MemoryError } from "../../errors/errors.ts";
import type { TakeSpikes, View } from "../../program/machine.ts";
import { bytesOf, fillInitial, viewOf } from "../../program/memory.ts";
import type { Program } from "../../program/program.ts";
import { wordsOf } from "../../program/program.ts";
import { Spares } from "../spares.ts";
import { addressOf, type Library } from "./library.ts";
import type { Printed, Slot } from "./print.ts";

/** Bytes of a cache line, and of the longest vector. */
const LINE = 64;
const toLine = (bytes: number): number => Math.ceil(bytes / LINE) * LINE;

/** Spikes that one call finds. */
const SCAN_EVENTS = 16_384;

const spares = new Spares<ArrayBuffer>(({ byteLength }) => byteLength);

/** Zeroed memory, of a machine that is gone where it fits. */
const zeroed = (bytes: number): ArrayBuffer => {
  const spare = spares.take(bytes);
  if (!spare) return new ArrayBuffer(bytes);
  new Uint8Array(spare).fill(0);
  return spare;
};

/** Memory whose first byte lies on a cache line. @throws MemoryError when the system refuses. */
export const allocate = (bytes: number, name: string): { memory: ArrayBuffer; start: number; address: bigint } => {
  try {
    const memory = zeroed(bytes + LINE);
    const address = addressOf(memory);
    const start = Number((BigInt(LINE) - (address % BigInt(LINE))) % BigInt(LINE));
    return { memory, start, address: address + BigInt(start) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new MemoryError(
      `${name} needs ${(bytes / 1e6).toFixed(0)} MB, which the system refused. Record or feed less at a time, or use fewer units.`,
    );
  }
};

/** A buffer that lies elsewhere, in as many places as there are calls; the view is of the first. */
export interface SharedBuffer {
  readonly view: View;
  readonly addresses: readonly bigint[];
}

interface Layout {
  /** Of values by row and of kept values. */
  readonly slots: readonly number[];
  readonly buffers: readonly number[];
  readonly floats: number;
  readonly ints: number;
  readonly bytes: number;
}

/** Where everything lies: what a call is told, numbers, values by row, buffers; each from a cache line on. */
const layOut = (
  program: Program,
  { slots, floats, ints }: Printed,
  shared: ReadonlyMap<number, SharedBuffer>,
  calls: number,
): Layout => {
  let next = calls * toLine(slots.length * 8);
  const take = (bytes: number): number => {
    const offset = next;
    next += toLine(bytes);
    return offset;
  };
  const realBytes = program.precision === "f64" ? 8 : 4;
  const floatsAt = take(floats.length * realBytes);
  const intsAt = take(ints.length * 4);
  // Rows are computed a vector at a time, so the last vector may reach beyond them.
  const slotsAt = slots.map((slot) => {
    if (slot.kind === "kept") return take(program.padded * 4 + LINE);
    return slot.kind === "rows" ? take((program.rows + LINE / 4) * (slot.type === "float" ? realBytes : 4)) : 0;
  });
  const buffers = program.buffers.map((buffer, k) =>
    shared.has(k) ? 0 : take(buffer.length * bytesOf(buffer, program) + LINE),
  );
  return { slots: slotsAt, buffers, floats: floatsAt, ints: intsAt, bytes: next };
};

/** The buffers of a program, and what its compiled code is told of them. */
export class PlacedProgram {
  readonly program: Program;
  readonly views: readonly View[];
  /** Address of what a call is told, and how far behind it lies what the next call is told. */
  readonly call: bigint;
  readonly callBytes: number;
  readonly #memory: ArrayBuffer;
  readonly #library: Library;
  #found: Uint32Array | undefined;

  constructor(
    program: Program,
    printed: Printed,
    library: Library,
    shared: ReadonlyMap<number, SharedBuffer> = new Map(),
    calls = 1,
  ) {
    this.program = program;
    this.#library = library;
    const layout = layOut(program, printed, shared, calls);
    const { memory, start, address } = allocate(layout.bytes, program.name);
    this.#memory = memory;
    this.call = address;
    this.callBytes = toLine(printed.slots.length * 8);
    this.views = program.buffers.map((buffer, k) => {
      const view = shared.get(k)?.view ?? viewOf(buffer, program, memory, start + layout.buffers[k]!);
      if (!Object.is(buffer.initial, 0)) fillInitial(buffer, view);
      return view;
    });
    for (let call = 0; call < calls; call++)
      this.#describe(printed, layout, start + call * this.callBytes, shared, call);
    this.#fill(printed, layout, start);
  }

  /** Writes what one call is told. */
  #describe(
    printed: Printed,
    layout: Layout,
    start: number,
    shared: ReadonlyMap<number, SharedBuffer>,
    call: number,
  ): void {
    const { program } = this;
    const slots = new BigInt64Array(this.#memory, start, printed.slots.length);
    const contentOf = (slot: Slot, k: number): bigint => {
      if (slot.kind === "size") return BigInt(slot.of === "words" ? wordsOf(program.padded) : program[slot.of]);
      if (slot.kind === "width") return BigInt(program.records[slot.record]!.width);
      if (slot.kind === "constants") return this.call + BigInt(layout[slot.of]);
      if (slot.kind === "rows" || slot.kind === "kept") return this.call + BigInt(layout.slots[k]!);
      return shared.get(slot.buffer)?.addresses[call] ?? this.call + BigInt(layout.buffers[slot.buffer]!);
    };
    printed.slots.forEach((slot, k) => {
      slots[k] = contentOf(slot, k);
    });
  }

  #fill(printed: Printed, layout: Layout, start: number): void {
    const Floats = this.program.precision === "f64" ? Float64Array : Float32Array;
    new Floats(this.#memory, start + layout.floats, printed.floats.length).set(printed.floats);
    new Int32Array(this.#memory, start + layout.ints, printed.ints.length).set(printed.ints);
  }

  /** Leaves the memory to later programs. */
  recycle(): void {
    if (!this.transferred) spares.give(this.#memory);
  }

  /** Whether someone took the memory away. */
  get transferred(): boolean {
    return this.#memory.byteLength === 0;
  }

  /** Address of a buffer that lies in this memory. */
  addressOf(buffer: number): bigint {
    return this.call + BigInt(this.views[buffer]!.byteOffset - this.#start);
  }

  get #start(): number {
    return Number(this.call - addressOf(this.#memory));
  }

  /** Finds the spikes of the first rows; false where the program keeps none. */
  scanSpikes(rows: number, firstStep: number, take: TakeSpikes): boolean {
    const buffer = this.program.step.stores.find(({ at }) => at === "rowBit")?.buffer;
    if (buffer === undefined || this.transferred) return false;
    this.#found ??= new Uint32Array(2 * SCAN_EVENTS + 2);
    const found = this.#found;
    const words = wordsOf(this.program.padded);
    const bits = this.addressOf(buffer);
    const events = addressOf(found.buffer as ArrayBuffer);
    for (let word = 0; word < words * rows; ) {
      word = this.#library.scan(bits, words, word, words * rows, firstStep, events, SCAN_EVENTS);
      const count = found[2 * SCAN_EVENTS]!;
      if (count > 0) take(found.subarray(0, count), found.subarray(SCAN_EVENTS, SCAN_EVENTS + count));
    }
    return true;
  }
}
