import { MemoryError, StateError } from "../../../errors/errors.ts";
import type { NetworkMachine, SpikesInFlight, TakeSpikes, View } from "../../../program/machine.ts";
import { fillInitial, viewOf } from "../../../program/memory.ts";
import type { BundlePart, NetworkProgram } from "../../../program/network.ts";
import { procedureWords } from "../../../program/procedural.ts";
import { wordsOf } from "../../../program/program.ts";
import { requireVectors, type Scanner, scannerOf } from "../wasm.ts";
import { layOutNetwork, type NetworkLayout, PAGE, type PartLayout, ROW_BYTES, rowWords } from "./layout.ts";
import { emitNetwork, pagesOf } from "./module.ts";
import { SpikeRing } from "./ring.ts";

type Advance = (step: number, row: number, head: number, phase: number, rows: number) => void;
type Population = NetworkMachine["populations"][number];

/** A network as one WebAssembly module and one memory. */
export class WasmNetwork implements NetworkMachine {
  readonly network: NetworkProgram;
  readonly populations: readonly Population[];
  readonly layout: NetworkLayout;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly #ring: SpikeRing;
  #advance: Advance | undefined;

  /** Threads need a `shared` memory. */
  constructor(network: NetworkProgram, shared = false) {
    requireVectors();
    this.network = network;
    const layout = layOutNetwork(network);
    const memory = allocate(network, layout, shared);
    this.layout = layout;
    this.memory = memory;
    this.module = new WebAssembly.Module(emitNetwork(network, layout, shared));
    const { exports } = new WebAssembly.Instance(this.module, { spark: { memory } });
    this.#advance = exports["advance"] as Advance;
    this.populations = network.populations.map(
      ({ program }, p) =>
        new WasmPopulation(program, layout.buffers[p]!, memory, scannerOf(exports[`scan${p}`], memory, layout.found)),
    );
    writeTables(network, layout, memory.buffer);
    writeSynapses(network, layout, memory.buffer);
    this.#ring = new SpikeRing(network, layout, memory.buffer);
  }

  advance(firstStep: number, rows: number): void {
    const { head, phase } = this.begin(firstStep);
    if (rows > 0) this.#advance!(firstStep | 0, 0, head, phase, rows);
    this.advanced(firstStep + rows);
  }

  /** Makes ready for a step; `advanced` must say when the steps from it on are done. */
  begin(step: number): ReturnType<SpikeRing["begin"]> {
    if (this.#advance) return this.#ring.begin(step);
    throw new StateError("Machine.advance was called after dispose. Compile the simulation again.");
  }

  advanced(step: number): void {
    this.#ring.advanced(step);
  }

  spikesBefore(step: number): SpikesInFlight[] {
    return this.#ring.before(step);
  }

  setSpikes(spikes: readonly SpikesInFlight[]): void {
    this.#ring.set(spikes);
  }

  dispose(): void {
    this.#advance = undefined;
  }
}

/** A network in WebAssembly. @throws MemoryError if it is larger than a memory or the system refuses it. */
export const createNetwork = (network: NetworkProgram): NetworkMachine => new WasmNetwork(network);

class WasmPopulation implements Population {
  readonly program: Population["program"];
  readonly #views: readonly View[];
  readonly #scanner: Scanner;

  constructor(
    program: Population["program"],
    offsets: readonly number[],
    memory: WebAssembly.Memory,
    scanner: Scanner,
  ) {
    this.program = program;
    this.#scanner = scanner;
    this.#views = program.buffers.map((buffer, k) => {
      const view = viewOf(buffer, program, memory.buffer, offsets[k]!);
      if (!Object.is(buffer.initial, 0)) fillInitial(buffer, view);
      return view;
    });
  }

  view(buffer: number): View {
    return this.#views[buffer]!;
  }

  scanSpikes(rows: number, firstStep: number, take: TakeSpikes): boolean {
    this.#scanner(rows * wordsOf(this.program.padded), firstStep, take);
    return true;
  }
}

const allocate = (network: NetworkProgram, layout: NetworkLayout, shared: boolean): WebAssembly.Memory => {
  const pages = pagesOf(layout);
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
  } catch (cause) {
    const megabytes = ((pages * PAGE) / 1e6).toFixed(0);
    throw new MemoryError(
      `${network.name} needs ${megabytes} MB of WebAssembly memory, which the system refused. Use fewer synapses or units.`,
      { cause },
    );
  }
};

const writeTables = (network: NetworkProgram, layout: NetworkLayout, memory: ArrayBuffer): void => {
  const { tables, ring, runs, distances, slotBytes } = layout;
  new Uint32Array(memory, ring.places, runs.length).set(runs.map(({ list }) => list));
  distances.forEach((address, b) => {
    const { delays } = network.bundles[b]!;
    new Uint32Array(memory, address, delays.length).set(delays.map((delay) => delay * slotBytes));
  });
  for (const { address, bounds, rows } of tables) {
    const ends = new Uint32Array(memory, bounds, rows.length + 1);
    ends[0] = address;
    rows.flat().forEach((row, k) => {
      new Uint32Array(memory, address + k * ROW_BYTES, rowWords.length).set(rowWords.map((name) => row[name]));
    });
    rows.forEach(({ length }, step) => {
      ends[step + 1] = ends[step]! + length * ROW_BYTES;
    });
  }
};

/** Has the synapses written where they are to stay. */
const writeSynapses = (network: NetworkProgram, layout: NetworkLayout, memory: ArrayBuffer): void => {
  network.bundles.forEach((bundle, b) => {
    const parts = bundle.shards.map(({ offsets, synapses, row, procedure }, shard): BundlePart => {
      const weights = bundle.weights === "source" ? bundle.sources : synapses;
      const place = layout.parts.find((part) => part.bundle === b && part.shard === shard);
      const { wide } = network.shards[shard]!;
      // A shard without synapses has no place: what is written for it is dropped.
      if (!place) return partOf(network, wide, new ArrayBuffer(weights * 8), { targets: 0, weights: 0 }, [0, weights]);
      new Uint32Array(memory, place.offsets, offsets.length).set(offsets);
      if (procedure) new Int32Array(memory, place.targets).set(procedureWords(procedure));
      return partOf(network, wide, memory, place, [row || procedure ? 0 : synapses, weights]);
    });
    bundle.fill(parts);
  });
};

const partOf = (
  { precision }: NetworkProgram,
  wide: boolean,
  memory: ArrayBuffer,
  at: Pick<PartLayout, "targets" | "weights">,
  [synapses, weights]: readonly [synapses: number, weights: number],
): BundlePart => ({
  targets: wide ? new Uint32Array(memory, at.targets, synapses) : new Uint16Array(memory, at.targets, synapses),
  weights:
    precision === "f64" ? new Float64Array(memory, at.weights, weights) : new Float32Array(memory, at.weights, weights),
});
