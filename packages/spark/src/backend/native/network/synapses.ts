import { MemoryError } from "../../../errors/errors.ts";
import type { SpikesInFlight } from "../../../program/machine.ts";
import { type BundlePart, type BundleShard, type NetworkProgram, shortestDelay } from "../../../program/network.ts";
import type { CompilerOptions } from "../compiler.ts";
import { addressOf } from "../library.ts";
import type { CoreLibrary } from "../pool/library.ts";
import { NativeRule } from "../rules/rule.ts";
import { layOutNetwork, type NetworkLayout } from "./layout.ts";
import { type NetworkLibrary, networkLibrary } from "./library.ts";
import { type FindBuffer, Lines } from "./lines.ts";
import { Tables } from "./tables.ts";

/** Frees the spikes in transit of machines that were not disposed of. */
const forgotten = new FinalizationRegistry<() => void>((close) => close());

/**
 * Synapses per operation of a step, for rates of about 5 Hz and steps of 0.1 ms: a stored synapse costs a tenth of an
 * operation. A weight in a dense row, or one that goes to all units, costs a quarter of that; a drawn target, twice.
 */
const cheapness = ({ row, procedure }: BundleShard): number => {
  if (procedure) return procedure.draws ? 5 : 40;
  return row ? 40 : 10;
};

const workOf = ({ populations, bundles }: NetworkProgram): number =>
  populations.reduce((sum, { program }) => sum + program.step.nodes.length * program.units, 1) +
  bundles.reduce((sum, { shards }) => shards.reduce((all, shard) => all + shard.synapses / cheapness(shard), sum), 0);

/** Synchronising threads pays off for this many times less work than waking them. */
const MEETINGS = 5;

/** Number of steps that are delivered together if the synapses of a source have different delays. */
const BATCH = 4;

/**
 * The synapses of a source are sorted by delay, so those of consecutive delays are read together. A batch consists of
 * whole windows of the shortest delay, or is part of one window.
 */
export const batchOf = (network: NetworkProgram): number => {
  // Weights that change in a step act in the next.
  if (network.rules || network.bundles.every(({ delays }) => delays.length < 2)) return 1;
  const shortest = shortestDelay(network, network.longestDelay);
  return shortest >= BATCH ? BATCH : Math.ceil(BATCH / shortest) * shortest;
};

/** Options, code and addresses that synapses need. */
export interface SynapsesSite {
  readonly options: CompilerOptions;
  readonly core: CoreLibrary;
  /** Number of threads to which shards are assigned. */
  readonly threads: number;
  /** Number of operations above which threads are used. */
  readonly leastWork: number;
  /** Addresses of the population structs and of slot 0. */
  readonly populations: bigint;
  readonly slots: bigint;
}

/** The synapses of a network, its spikes in transit, and its signals. */
export class Synapses {
  readonly rules: readonly NativeRule[];
  readonly #network: NetworkProgram;
  readonly #library: NetworkLibrary;
  readonly #tables: Tables;
  readonly #layout: NetworkLayout;
  readonly #lines: Lines;
  /** Number of rows above which threads are used. */
  readonly #rows: number;
  readonly #handle: bigint;

  constructor(network: NetworkProgram, site: SynapsesSite) {
    const { options, core, threads, leastWork, populations, slots } = site;
    this.#network = network;
    this.#library = networkLibrary(network.precision, options);
    const rows = leastWork / workOf(network);
    this.#rows = rows > MEETINGS * shortestDelay(network, network.longestDelay) ? Number.POSITIVE_INFINITY : rows;
    this.#tables = new Tables(network, this.#library, core);
    this.rules = (network.rules ?? []).map(
      (rule) => new NativeRule(rule, network, this.#tables.parts[rule.bundle]!, options),
    );
    const rules = new Map(this.rules.map(({ program, placed }) => [network.bundles[program.bundle]!, placed] as const));
    this.#lines = new Lines(network);
    const lines = { lines: this.#lines.address, lineCount: this.#lines.count };
    const parts = { populations, tables: this.#tables.list, rules, slots, threads, batch: batchOf(network), ...lines };
    this.#layout = layOutNetwork(network, parts);
    const handle = this.#library.open(this.#layout.address);
    if (handle === null || handle === 0n) {
      throw new MemoryError(
        `${network.name} found no memory for spikes in transit. Use fewer units or shorter delays, or end other programs.`,
      );
    }
    this.#handle = handle;
    const library = this.#library;
    const layout = this.#layout;
    // Freeing the spikes reads the layout, so the closure keeps it alive.
    forgotten.register(this, () => layout.memory && library.close(handle), this);
  }

  /** Tells where the buffers of the populations are. Call it when their programs have changed. */
  connect(find: FindBuffer): void {
    this.#lines.connect(find, this.rules);
    for (const rule of this.rules) rule.connect(find);
  }

  parts(bundle: number): readonly BundlePart[] {
    return this.#tables.parts[bundle]!;
  }

  advance(pool: bigint | null, firstStep: number, rows: number): void {
    this.#tables.check(this.#network);
    for (const rule of this.rules) rule.complete();
    const threads = rows < this.#rows || this.#network.shards.length < 2 ? null : pool;
    this.#library.advance(this.#handle, threads, firstStep, rows);
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
    // Steps share places modulo the longest delay. In ascending order, the later one remains: the earlier is delivered.
    for (const { step, sources } of [...spikes].sort((a, b) => a.step - b.step)) {
      const copy = Uint32Array.from(sources);
      const address = copy.length === 0 ? null : addressOf(copy.buffer);
      this.#library.writeSpikes(this.#handle, step, address, copy.length);
    }
  }

  dispose(): void {
    forgotten.unregister(this);
    this.#library.close(this.#handle);
    this.#tables.release();
  }
}
