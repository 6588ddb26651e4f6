import { BackendError, MemoryError } from "../../../errors/errors.ts";
import type { Bundle, BundlePart, NetworkProgram, Targets, Weights } from "../../../program/network.ts";
import { makePart, partLengths } from "../../../program/parts.ts";
import { addressOf } from "../library.ts";
import { LINE } from "../memory.ts";
import type { CoreLibrary } from "../pool/library.ts";
import type { NetworkLibrary } from "./library.ts";

/** The synapses of a bundle that end in one shard. */
export interface Table {
  readonly shard: number;
  readonly bundle: Bundle;
  readonly offsets: bigint;
  readonly targets: bigint;
  readonly weights: bigint;
  /** Whether a plasticity rule changes the weights. */
  readonly learns: boolean;
}

/** All synapses of a network, in separate memory. */
export class Tables {
  readonly list: readonly Table[];
  /** The parts of each bundle, one per shard. */
  readonly parts: (readonly BundlePart[])[] = [];
  readonly #library: NetworkLibrary;
  readonly #core: CoreLibrary;
  #memory: ArrayBuffer[] = [];
  #checked = false;

  /** @throws MemoryError if the system refuses the memory; BackendError if the offsets of a bundle are inconsistent */
  constructor(network: NetworkProgram, library: NetworkLibrary, core: CoreLibrary) {
    this.#library = library;
    this.#core = core;
    this.list = network.bundles.flatMap((bundle, b) =>
      this.#fill(network, bundle, network.rules?.some((rule) => rule.bundle === b) ?? false),
    );
  }

  #fill(network: NetworkProgram, bundle: Bundle, learns: boolean): Table[] {
    // The vectors of a rule may read beyond the end of a list.
    const spare = learns ? LINE : 0;
    const name = `${network.name}.${network.populations[bundle.population]!.name}`;
    const parts = bundle.shards.map((_, s) => {
      checkOffsets(bundle, s, name);
      return makePart(network, bundle, s, (bytes) => ({
        memory: this.#allocate(bytes + spare, network),
        offset: 0,
      }));
    });
    this.parts.push(parts);
    bundle.fill(parts);
    return parts.flatMap(({ targets, weights }, shard): Table[] => {
      const { offsets, synapses } = bundle.shards[shard]!;
      if (synapses === 0 && !learns) return [];
      const places = { offsets: placeOf(offsets), targets: placeOf(targets), weights: placeOf(weights) };
      return [{ shard, bundle, learns, ...places }];
    });
  }

  /** Checks once, after filling, that all synapses end in valid slots. @throws BackendError if one does not */
  check(network: NetworkProgram): void {
    if (this.#checked) return;
    for (const { shard, bundle, targets } of this.list) {
      const { firstSlot, wide } = network.shards[shard]!;
      const { synapses, row, procedure } = bundle.shards[shard]!;
      const last = row
        ? row.first + row.length - 1
        : procedure
          ? procedure.slot + procedure.length - 1
          : this.#library.largest(targets, synapses, wide ? 1 : 0);
      const slot = firstSlot + last;
      if (slot < network.slots) continue;
      const name = `${network.name}.${network.populations[bundle.population]!.name}`;
      throw new BackendError(`${name} has a synapse to slot ${slot} of ${network.slots}. Report this as a bug.`);
    }
    this.#checked = true;
  }

  #allocate(bytes: number, network: NetworkProgram): ArrayBuffer {
    try {
      const memory = new ArrayBuffer(bytes);
      if (bytes > 0) this.#core.advise(addressOf(memory), bytes);
      this.#memory.push(memory);
      return memory;
    } catch (error) {
      this.release();
      if (!(error instanceof RangeError)) throw error;
      const rows = network.bundles.some(({ shards }) => shards.some(({ row }) => row)) ? ', layout: "sparse"' : "";
      throw new MemoryError(
        `${network.name} needs ${(tableBytes(network) / 1e6).toFixed(0)} MB for its synapses, which the system refused. Use fewer synapses${rows} or one weight per projection, or close other programs.`,
      );
    }
  }

  /** Returns the memory to the system immediately. */
  release(): void {
    for (const memory of this.#memory)
      if (memory.byteLength > 0) this.#core.release(addressOf(memory), memory.byteLength);
    this.#memory = [];
  }
}

/** Address of the first element of an array. */
const placeOf = (array: Targets | Weights): bigint =>
  array.length === 0 ? 0n : addressOf(array.buffer as ArrayBuffer) + BigInt(array.byteOffset);

/** Size in bytes of all tables of a network. */
const tableBytes = ({ bundles, shards, precision }: NetworkProgram): number => {
  const weight = precision === "f64" ? 8 : 4;
  const bytesOf = (bundle: Bundle, shard: number): number => {
    const lengths = partLengths(bundle, shard);
    return lengths.targets * (shards[shard]!.wide ? 4 : 2) + lengths.weights * weight;
  };
  return bundles.reduce((sum, bundle) => bundle.shards.reduce((all, _, s) => all + bytesOf(bundle, s), sum), 0);
};

/** Checks the offsets, because compiled code would follow invalid ones out of the memory. */
const checkOffsets = (bundle: Bundle, shard: number, name: string): void => {
  const { offsets, synapses, row, procedure } = bundle.shards[shard]!;
  if (procedure && (synapses === 0 || !procedure.draws) && bundle.delays.length === 1 && bundle.weights === "source")
    return;
  const wanted = bundle.sources * bundle.delays.length + 1;
  let sound = offsets.length === wanted && offsets[wanted - 1] === synapses;
  for (let k = 1; sound && k < wanted; k++) sound = offsets[k - 1]! <= offsets[k]!;
  if (procedure) sound &&= bundle.delays.length === 1 && bundle.weights === "source";
  if (row && synapses > 0) {
    sound &&= bundle.weights === "synapse" && row.length > 0 && row.length % 16 === 0;
    for (let k = 0; sound && k < wanted; k++) sound = offsets[k]! % row.length === 0;
  }
  if (sound) return;
  throw new BackendError(
    `A bundle of ${name} has ${offsets.length} offsets up to ${offsets.at(-1)} in shard ${shard}; it needs ${wanted} offsets that rise to ${synapses}. Report this as a bug.`,
  );
};
