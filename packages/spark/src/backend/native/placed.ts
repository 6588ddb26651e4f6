import type { View } from "../../program/machine.ts";
import { bytesOf, fillInitial, lines, viewOf } from "../../program/memory.ts";
import { type Program, wordsOf } from "../../program/program.ts";
import type { CompilerOptions } from "./compiler.ts";
import type { Slot } from "./context.ts";
import { addressOf, programLibrary } from "./library.ts";
import { allocate, type Block, LINE, Places } from "./memory.ts";
import { printProgram } from "./print.ts";

/** A buffer outside the program's own memory, one per context. `view` shows the first one. */
export interface SharedBuffer {
  readonly view: View;
  readonly addresses: readonly bigint[];
}

/** Addresses in the memory of a chunk that contexts refer to. */
export interface ChunkAddresses {
  /** Addresses of the buffers that have rows, by buffer. */
  readonly buffers: ReadonlyMap<number, bigint>;
  /** Addresses of values per row and of kept values, by slot. */
  readonly slots: readonly bigint[];
  readonly probes: bigint;
  readonly probeCount: number;
}

/**
 * A program with its fixed memory: contexts, constants, and buffers without rows. There is one context per row of
 * slots. Contexts differ in the addresses of shared buffers.
 */
export class PlacedProgram {
  readonly program: Program;
  readonly slots: readonly Slot[];
  /** Views of its buffers, by number. */
  readonly views: ReadonlyMap<number, View>;
  readonly block: Block;
  readonly contextBytes: number;
  /** Addresses of the functions that advance the population. */
  readonly ahead: bigint;
  readonly advance: bigint;
  readonly #contexts: readonly BigInt64Array[];
  readonly #shared: ReadonlyMap<number, SharedBuffer>;
  readonly #offsets = new Map<number, number>();
  readonly #floats: number;
  readonly #ints: number;

  constructor(program: Program, options: CompilerOptions, shared: ReadonlyMap<number, SharedBuffer>, contexts: number) {
    this.program = program;
    this.#shared = shared;
    const { text, slots, floats, ints } = printProgram(program);
    const parts = new BigUint64Array(2);
    programLibrary(text, options).parts(addressOf(parts.buffer));
    this.ahead = parts[0]!;
    this.advance = parts[1]!;
    this.slots = slots;
    this.contextBytes = lines(slots.length * 8);
    const Floats = program.precision === "f64" ? Float64Array : Float32Array;
    const places = new Places();
    places.take(contexts * this.contextBytes);
    this.#floats = places.take(floats.length * Floats.BYTES_PER_ELEMENT);
    this.#ints = places.take(ints.length * 4);
    program.buffers.forEach((buffer, k) => {
      if (buffer.perStep || shared.has(k)) return;
      this.#offsets.set(k, places.take(buffer.length * bytesOf(buffer, program) + LINE));
    });
    this.block = allocate(places.bytes, program.name);
    const { memory, start } = this.block;
    this.#contexts = Array.from(
      { length: contexts },
      (_, k) => new BigInt64Array(memory, start + k * this.contextBytes, slots.length),
    );
    new Floats(memory, start + this.#floats, floats.length).set(floats);
    new Int32Array(memory, start + this.#ints, ints.length).set(ints);
    const views = new Map<number, View>();
    for (const [k, { view }] of shared) views.set(k, view);
    for (const [k, offset] of this.#offsets) {
      const buffer = program.buffers[k]!;
      const view = viewOf(buffer, program, memory, start + offset, buffer.length);
      if (!Object.is(buffer.initial, 0)) fillInitial(buffer, view);
      views.set(k, view);
    }
    this.views = views;
  }

  /** Address of the first context. */
  get context(): bigint {
    return this.block.address;
  }

  /** Writes the contexts. */
  describe(chunk: ChunkAddresses): void {
    this.#contexts.forEach((words, context) => {
      this.slots.forEach((slot, k) => {
        words[k] = this.#wordOf(slot, k, context, chunk);
      });
    });
  }

  #wordOf(slot: Slot, place: number, context: number, chunk: ChunkAddresses): bigint {
    const { program, block } = this;
    switch (slot.kind) {
      case "size":
        return BigInt(slot.of === "words" ? wordsOf(program.padded) : program[slot.of]);
      case "constants":
        return block.address + BigInt(slot.of === "floats" ? this.#floats : this.#ints);
      case "probes":
        return chunk.probes;
      case "probeCount":
        return BigInt(chunk.probeCount);
      case "rows":
      case "kept":
        return chunk.slots[place]!;
      case "buffer": {
        const known = chunk.buffers.get(slot.buffer) ?? this.#shared.get(slot.buffer)?.addresses[context];
        return known ?? block.address + BigInt(this.#offsets.get(slot.buffer)!);
      }
    }
  }
}
