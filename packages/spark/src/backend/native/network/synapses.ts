import { MemoryError } from "../../../errors/errors.ts";
import type { SpikesInFlight } from "../../../program/machine.ts";
import type { BundlePart, BundleShard, NetworkProgram } from "../../../program/network.ts";
import type { CompilerOptions } from "../compiler.ts";
import { addressOf } from "../library.ts";
import type { CoreLibrary } from "../pool/library.ts";
import { layOutNetwork, type NetworkLayout, shortestDelay } from "./layout.ts";
import { type NetworkLibrary, networkLibrary } from "./library.ts";
import { Tables } from "./tables.ts";

/** Frees the spikes in flight of machines that were dropped without dispose. */
const forgotten = new FinalizationRegistry<() => void>((close) => close());

/**
 * Operations of a step: a synapse whose source fires at some 5 Hz costs a tenth of one, with steps of 0.1 ms; a weight in
 * a row, or one that goes to all units, costs a quarter of that, and a target that is drawn a multiple.
 */
const cheapness = ({ row, procedure }: BundleShard): number => {
  if (procedure) return procedure.draws ? 5 : 40;
  return row ? 40 : 10;
};

const workOf = ({ populations, bundles }: NetworkProgram): number =>
  populations.reduce((sum, { program }) => sum + program.step.nodes.length * program.units, 1) +
  bundles.reduce((sum, { shards }) => shards.reduce((all, shard) => all + shard.synapses / cheapness(shard), sum), 0);

/** How much less work is needed from one meeting of the threads to the next than from one waking to the next. */
const MEETINGS = 5;

/** Steps that are delivered together where synapses of a source differ in their delays. */
const BATCH = 4;

/**
 * Synapses of one source lie side by side by delay, so those of neighbouring delays are read in one go. A batch takes
 * whole windows of the shortest delay, or is part of one.
 */
export const batchOf = (network: NetworkProgram): number => {
  if (network.bundles.every(({ delays }) => delays.length < 2)) return 1;
  const shortest = shortestDelay(network);
  return shortest >= BATCH ? BATCH : Math.ceil(BATCH / shortest) * shortest;
};

/** What synapses are made with. */
export interface SynapsesSite {
  readonly options: CompilerOptions;
  readonly core: CoreLibrary;
  /** Threads that shards are for. */
  readonly threads: number;
  /** Operations from which on it pays to wake threads. */
  readonly leastWork: number;
  /** Addresses of the populations' descriptions and of slot 0. */
  readonly populations: bigint;
  readonly slots: bigint;
}

/** The synapses of a network and the spikes in flight. */
export class Synapses {
  readonly #network: NetworkProgram;
  readonly #library: NetworkLibrary;
  readonly #tables: Tables;
  readonly #layout: NetworkLayout;
  /** Rows from which on it pays to wake threads. */
  readonly #rows: number;
  readonly #handle: bigint;

  constructor(network: NetworkProgram, site: SynapsesSite) {
    const { options, core, threads, leastWork, populations, slots } = site;
    this.#network = network;
    this.#library = networkLibrary(network.precision, options);
    const rows = leastWork / workOf(network);
    this.#rows = rows > MEETINGS * shortestDelay(network) ? Number.POSITIVE_INFINITY : rows;
    this.#tables = new Tables(network, this.#library, core);
    const parts = { populations, tables: this.#tables.list, slots, threads, batch: batchOf(network) };
    this.#layout = layOutNetwork(network, parts);
    const handle = this.#library.open(this.#layout.address);
    if (handle === null || handle === 0n) throw this.#noRoom();
    this.#handle = handle;
    const library = this.#library;
    const layout = this.#layout;
    // The layout is read when the spikes are freed.
    forgotten.register(this, () => layout.memory && library.close(handle), this);
  }

  parts(bundle: number): readonly BundlePart[] {
    return this.#tables.parts[bundle]!;
  }

  advance(pool: bigint | null, firstStep: number, rows: number): void {
    this.#tables.check(this.#network);
    const threads = rows < this.#rows || this.#network.shards.length < 2 ? null : pool;
    if (this.#library.advance(this.#handle, threads, firstStep, rows) === 0) throw this.#noRoom();
  }

  spikesBefore(step: number): SpikesInFlight[] {
    const found: SpikesInFlight[] = [];
    for (let emitted = Math.max(0, step - this.#network.longestDelay); emitted < step; emitted++) {
      const sources = new Uint32Array(Math.max(1, this.#library.readSpikes(this.#handle, emitted, null)));
      const count = this.#library.readSpikes(this.#handle, emitted, addressOf(sources.buffer));
      if (count > 0) found.push({ step: emitted, sources });
    }
    return found;
  }

  setSpikes(spikes: readonly SpikesInFlight[]): void {
    this.#library.forgetSpikes(this.#handle);
    // Of two steps that are a longest delay apart, the earlier has been delivered.
    for (const { step, sources } of [...spikes].sort((a, b) => a.step - b.step)) {
      const copy = Uint32Array.from(sources);
      const address = copy.length === 0 ? null : addressOf(copy.buffer);
      if (this.#library.writeSpikes(this.#handle, step, address, copy.length) === 0) throw this.#noRoom();
    }
  }

  dispose(): void {
    forgotten.unregister(this);
    this.#library.close(this.#handle);
    this.#tables.release();
  }

  #noRoom(): MemoryError {
    return new MemoryError(
      `${this.#network.name} found no memory for spikes in flight. Use fewer units, shorter delays or weaker weights, or end other programs.`,
    );
  }
}
