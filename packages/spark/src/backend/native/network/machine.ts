import { BackendError, MemoryError, StateError } from "../../../errors/errors.ts";
import type { Machine, NetworkMachine, SpikesInFlight, TakeSpikes, View } from "../../../program/machine.ts";
import type { BundleShard, NetworkProgram, PopulationProgram } from "../../../program/network.ts";
import type { CompilerOptions } from "../compiler.ts";
import { addressOf, libraryOf } from "../library.ts";
import { allocate, PlacedProgram, type SharedBuffer } from "../placed.ts";
import { printProgram } from "../print.ts";
import { layOutNetwork, type NetworkLayout, type PlacedPopulation, shortestDelay } from "./layout.ts";
import { type NetworkLibrary, networkLibrary } from "./library.ts";
import { Tables } from "./tables.ts";

/** Ends the threads of networks that were dropped without dispose. */
const forgotten = new FinalizationRegistry<() => void>((close) => close());

/**
 * Operations of a step: a synapse whose source fires at some 5 Hz costs a tenth of one, with steps of 0.1 ms, a weight that
 * lies in a row or goes to all a quarter of that, and a target that is drawn a multiple.
 */
const workOf = ({ populations, bundles }: NetworkProgram): number =>
  populations.reduce((sum, { program }) => sum + program.step.nodes.length * program.units, 1) +
  bundles.reduce((sum, { shards }) => shards.reduce((all, shard) => all + shard.synapses / cheapness(shard), sum), 0);

const cheapness = ({ row, procedure }: BundleShard): number => {
  if (procedure) return procedure.draws ? 5 : 40;
  return row ? 40 : 10;
};

/** How much less is needed from one meeting of the threads to the next than from one waking to the next. */
const MEETINGS = 5;

/** Steps that are delivered at once where synapses of a source differ in their delays. */
const BATCH = 4;

/**
 * Synapses of one source lie side by side by delay, so those of neighbouring delays are read in one go. A batch takes
 * whole stretches of the shortest delay, or is part of one.
 */
const batchOf = (network: NetworkProgram): number => {
  if (network.bundles.every(({ delays }) => delays.length < 2)) return 1;
  const shortest = shortestDelay(network);
  return shortest >= BATCH ? BATCH : Math.ceil(BATCH / shortest) * shortest;
};

/** A network as machine code that the system's compiler made, its shards shared out among threads. */
export class NativeNetwork implements NetworkMachine {
  readonly network: NetworkProgram;
  readonly populations: readonly Pick<Machine, "program" | "view" | "scanSpikes">[];
  readonly #placed: readonly PlacedProgram[];
  readonly #slots: ArrayBuffer;
  readonly #layout: NetworkLayout;
  readonly #tables: Tables;
  readonly #library: NetworkLibrary;
  /** Rows from which on it pays to wake threads. */
  readonly #rows: number;
  #crew: bigint | null;

  /** `leastWork` is the number of operations from which on threads are used. */
  constructor(network: NetworkProgram, options: CompilerOptions, threads: number, leastWork: number) {
    this.network = network;
    this.#library = networkLibrary(network.precision, options);
    const rows = leastWork / workOf(network);
    this.#rows = rows > MEETINGS * shortestDelay(network) ? Number.POSITIVE_INFINITY : rows;
    const realBytes = network.precision === "f64" ? 8 : 4;
    const batch = batchOf(network);
    const slots = allocate(batch * network.slots * realBytes, network.name);
    this.#slots = slots.memory;
    const populations = network.populations.map((population): PlacedPopulation => {
      const shared = population.receptors.map(({ buffer, firstSlot }): [number, SharedBuffer] => {
        const Floats = network.precision === "f64" ? Float64Array : Float32Array;
        const view = new Floats(slots.memory, slots.start + firstSlot * realBytes, population.program.padded);
        const addressIn = (row: number): bigint =>
          slots.address + BigInt((row * network.slots + firstSlot) * realBytes);
        return [buffer, { view, addresses: Array.from({ length: batch }, (_, row) => addressIn(row)) }];
      });
      return place(population, options, new Map(shared), batch);
    });
    this.#placed = populations.map(({ placed }) => placed);
    this.populations = this.#placed.map((placed) => ({
      program: placed.program,
      view: (buffer: number): View => placed.views[buffer]!,
      scanSpikes: (rows: number, firstStep: number, take: TakeSpikes) => placed.scanSpikes(rows, firstStep, take),
    }));
    this.#tables = new Tables(network, this.#library);
    const wanted = network.shards.reduce((most, { thread }) => Math.max(most, thread + 1), 1);
    const parts = {
      populations,
      tables: this.#tables.list,
      slots: slots.address,
      threads: Math.min(threads, wanted),
      batch,
    };
    this.#layout = layOutNetwork(network, parts);
    this.#crew = openCrew(this.#library, this.#layout, parts.threads, this);
  }

  /** The threads, while there are any to call. */
  #open(call: string): bigint {
    if (this.#crew === null) {
      throw new StateError(`Machine.${call} was called after dispose. Compile the simulation again.`);
    }
    if (this.#slots.byteLength === 0 || this.#placed.some(({ transferred }) => transferred)) {
      throw new StateError(`Machine.${call} found its memory transferred elsewhere. Copy views before posting them.`);
    }
    return this.#crew;
  }

  advance(firstStep: number, rows: number): void {
    const crew = this.#open("advance");
    if (!Number.isInteger(rows) || rows > this.network.rows) {
      throw new StateError(
        `Machine.advance takes 0 to ${this.network.rows} whole steps; received ${rows}. Advance in more chunks.`,
      );
    }
    if (rows < 1) return;
    this.#tables.check(this.network);
    if (this.#library.advance(crew, firstStep, rows, rows < this.#rows ? 1 : 0) === 0) throw noRoom(this.network);
  }

  spikesBefore(step: number): SpikesInFlight[] {
    const crew = this.#open("spikesBefore");
    const found: SpikesInFlight[] = [];
    for (let emitted = Math.max(0, step - this.network.longestDelay); emitted < step; emitted++) {
      const sources = new Uint32Array(Math.max(1, this.#library.kept(crew, emitted, null)));
      const count = this.#library.kept(crew, emitted, addressOf(sources.buffer));
      if (count > 0) found.push({ step: emitted, sources });
    }
    return found;
  }

  setSpikes(spikes: readonly SpikesInFlight[]): void {
    const crew = this.#open("setSpikes");
    const { populations } = this.network;
    const end = populations.reduce((most, { firstSource, program }) => Math.max(most, firstSource + program.units), 0);
    for (const { step, sources } of spikes) {
      if (
        !Number.isInteger(step) ||
        step < 0 ||
        sources.some((source, k) => source >= end || source <= sources[k - 1]!)
      ) {
        throw new StateError(
          `Machine.setSpikes takes ascending numbers of units below ${end} at whole steps from 0; received others for step ${step}. Take them from spikesBefore.`,
        );
      }
    }
    this.#library.forget(crew);
    // Of two steps that are a longest delay apart, the earlier has been delivered.
    for (const { step, sources } of [...spikes].sort((a, b) => a.step - b.step)) {
      const copy = Uint32Array.from(sources);
      const address = copy.length === 0 ? null : addressOf(copy.buffer);
      if (this.#library.keep(crew, step, address, copy.length) === 0) throw noRoom(this.network);
    }
  }

  dispose(): void {
    if (this.#crew === null) return;
    forgotten.unregister(this);
    this.#library.close(this.#crew);
    this.#crew = null;
    this.#tables.release();
  }
}

const noRoom = (network: NetworkProgram): MemoryError =>
  new MemoryError(
    `${network.name} found no memory for spikes that are under way. Use fewer units, shorter delays or weaker weights, or end other programs.`,
  );

/** Puts a population in memory and finds the functions that advance it. */
const place = (
  { program }: PopulationProgram,
  options: CompilerOptions,
  shared: ReadonlyMap<number, SharedBuffer>,
  calls: number,
): PlacedPopulation => {
  const printed = printProgram(program);
  const library = libraryOf(printed.text, options);
  const parts = new BigUint64Array(2);
  library.parts(addressOf(parts.buffer));
  return { placed: new PlacedProgram(program, printed, library, shared, calls), ahead: parts[0]!, block: parts[1]! };
};

const openCrew = (library: NetworkLibrary, layout: NetworkLayout, threads: number, machine: NativeNetwork): bigint => {
  const crew = library.open(layout.address);
  if (crew === null || crew === 0n) {
    throw new BackendError(
      `The system refused ${threads} threads. Ask for fewer with threads: ${Math.ceil(threads / 2)}.`,
    );
  }
  // The layout is read when the threads end.
  forgotten.register(machine, () => layout.memory && library.close(crew), machine);
  return crew;
};
