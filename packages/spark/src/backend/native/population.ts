import type { MachinePopulation, PopulationSetup, TakeSpikes, View } from "../../program/machine.ts";
import { bytesOf, fillInitial, lengthOf, recordBytes, viewOf } from "../../program/memory.ts";
import type { Probe } from "../../program/probe.ts";
import { type Program, wordsOf } from "../../program/program.ts";
import { isSame } from "../../program/same.ts";
import { addressOf } from "./library.ts";
import { allocate, type Block, LINE, Places, recycle, writeWords } from "./memory.ts";
import type { PlacedProgram } from "./placed.ts";
import type { CoreLibrary } from "./pool/library.ts";
import type { Word } from "./struct.ts";
import { populationStruct, probeStruct } from "./structs.ts";

/** Largest number of spikes that one call can find. */
const SCAN_EVENTS = 16_384;

/** Memory of chunks above this size is not kept for a chunk that needs only a fraction of it. */
const LARGE = 2 ** 24;

/** Allocates the memory of an attached program and finds the functions that advance it. */
export type PlaceProgram = (program: Program) => PlacedProgram;

/** A population of a machine. Memory for chunks is allocated when they grow and reused otherwise. */
export class NativePopulation implements MachinePopulation {
  readonly #place: PlaceProgram;
  readonly #core: CoreLibrary;
  #placed: PlacedProgram;
  #chunk: Block;
  #rows = 0;
  #probes: readonly Probe[] = [];
  #stepViews: ReadonlyMap<number, View> = new Map();
  #records: readonly View[] = [];
  #bits = 0n;
  #found: Uint32Array | undefined;
  schedule: Int32Array = new Int32Array(0);

  constructor(program: Program, place: PlaceProgram, core: CoreLibrary) {
    this.#place = place;
    this.#core = core;
    this.#placed = place(program);
    this.#chunk = allocate(0, program.name);
  }

  get program(): Program {
    return this.#placed.program;
  }

  view(buffer: number): View {
    return (this.#placed.views.get(buffer) ?? this.#stepViews.get(buffer))!;
  }

  record(probe: number): View {
    return this.#records[probe]!;
  }

  get memories(): ArrayBuffer[] {
    return [this.#placed.block.memory, this.#chunk.memory];
  }

  /** Returns whether anything changed. */
  attach({ program, probes }: PopulationSetup, rows: number): boolean {
    const other = program !== this.program;
    if (other) this.#changeProgram(program);
    else if (rows === this.#rows && isSame(probes, this.#probes)) return false;
    this.#layOut(probes, rows, other || rows !== this.#rows);
    return true;
  }

  #changeProgram(program: Program): void {
    const before = this.#placed;
    this.#placed = this.#place(program);
    const places = new Map(program.buffers.map(({ name }, k) => [name, k]));
    before.program.buffers.forEach(({ name, role }, k) => {
      const place = role === "state" ? places.get(name) : undefined;
      const view = place === undefined ? undefined : this.#placed.views.get(place);
      // All programs share the memory of the slots.
      if (view && view !== before.views.get(k)) view.set(before.views.get(k)!);
    });
  }

  /** Arranges the memory of a chunk. Buffers come first, so that they stay in place when probes change. */
  #layOut(probes: readonly Probe[], rows: number, fresh: boolean): void {
    const { program, slots } = this.#placed;
    const realBytes = program.precision === "f64" ? 8 : 4;
    const places = new Places();
    // Contexts also start at the beginning of a block. Processors may confuse a load with a store whose address has the
    // same low 12 bits.
    places.take(1024);
    const steps = program.buffers.flatMap((buffer, k) => {
      if (!buffer.perStep) return [];
      const length = lengthOf(buffer, rows);
      return [{ buffer, k, length, offset: places.take(length * bytesOf(buffer, program) + LINE) }];
    });
    const slotOffsets = slots.map((slot) => {
      if (slot.kind === "kept") return places.take(program.padded * 4 + LINE);
      // Rows are computed one vector at a time, so the last vector may extend beyond them.
      return slot.kind === "rows" ? places.take((rows + LINE / 4) * (slot.type === "float" ? realBytes : 4)) : 0;
    });
    const table = places.take(probes.length * probeStruct.bytes);
    const schedule = places.take(probes.length * 3 * 4);
    const lists = probes.map(({ list }) => (list ? places.take(list.units.length * 4) : 0));
    const records = probes.map((probe) => places.take(probe.width * probe.rows * recordBytes(program, probe) + LINE));
    const room = this.#chunk.memory.byteLength - LINE;
    const grown = places.bytes > room || (room > LARGE && places.bytes < room / 4);
    if (grown) this.#chunk = allocate(places.bytes, program.name);
    const { memory, start, address } = this.#chunk;
    const at = (offset: number): bigint => address + BigInt(offset);

    const views = new Map<number, View>();
    for (const { buffer, k, length, offset } of steps) {
      const view = viewOf(buffer, program, memory, start + offset, length);
      if (grown ? !Object.is(buffer.initial, 0) : fresh) fillInitial(buffer, view);
      views.set(k, view);
    }
    this.#stepViews = views;
    this.schedule = new Int32Array(memory, start + schedule, probes.length * 3);
    this.#records = probes.map((probe, n) => {
      const { type } = program.observables[probe.observable]!;
      return viewOf({ type }, program, memory, start + records[n]!, probe.width * probe.rows);
    });
    probes.forEach(({ observable, width, list }, n) => {
      if (list) new Int32Array(memory, start + lists[n]!, list.units.length).set(list.units);
      const words = probeStruct.words({
        observable,
        width,
        list: list ? at(lists[n]!) : 0,
        schedule: at(schedule + n * 12),
        values: at(records[n]!),
      });
      writeWords(this.#chunk, table + n * probeStruct.bytes, words);
    });
    this.#placed.describe({
      buffers: new Map(steps.map(({ k, offset }) => [k, at(offset)])),
      slots: slotOffsets.map(at),
      probes: at(table),
      probeCount: probes.length,
    });
    const spikes = steps.find(({ k }) => k === program.spikes);
    this.#bits = spikes ? at(spikes.offset) : 0n;
    this.#probes = [...probes];
    this.#rows = rows;
  }

  /** The members of its struct for compiled code. */
  words(firstSource: number): Word[] {
    const { program, ahead, advance, context, contextBytes } = this.#placed;
    return populationStruct.words({
      ahead,
      advance,
      context,
      contextBytes,
      bits: this.#bits,
      words: wordsOf(program.padded),
      units: program.units,
      padded: program.padded,
      block: program.block,
      firstSource,
    });
  }

  scanSpikes(rows: number, firstStep: number, take: TakeSpikes): boolean {
    if (this.#bits === 0n || this.#chunk.memory.byteLength === 0) return false;
    this.#found ??= new Uint32Array(2 * SCAN_EVENTS + 2);
    const found = this.#found;
    const words = wordsOf(this.program.padded);
    const events = addressOf(found.buffer as ArrayBuffer);
    for (let word = 0; word < words * rows; ) {
      word = this.#core.scan(this.#bits, words, word, words * rows, firstStep, events, SCAN_EVENTS);
      const count = found[2 * SCAN_EVENTS]!;
      if (count > 0) take(found.subarray(0, count), found.subarray(SCAN_EVENTS, SCAN_EVENTS + count));
    }
    return true;
  }

  /** Passes its memory on to later machines. */
  recycle(): void {
    recycle(this.#placed.block);
    recycle(this.#chunk);
  }
}
