import { StateError } from "../../errors/errors.ts";
import type { Machine, RuleMemory, Setup, SpikesInFlight } from "../../program/machine.ts";
import type { BundlePart, NetworkProgram, PopulationProgram } from "../../program/network.ts";
import { bufferNamed } from "../../program/program.ts";
import { afterDispose, tooManySteps } from "../lifecycle.ts";
import type { CompilerOptions } from "./compiler.ts";
import { allocate, type Block, recycle, writeWords } from "./memory.ts";
import { batchOf, Synapses } from "./network/synapses.ts";
import { PlacedProgram, type SharedBuffer } from "./placed.ts";
import type { CoreLibrary } from "./pool/library.ts";
import type { Threads } from "./pool/threads.ts";
import { NativePopulation } from "./population.ts";
import { populationStruct, populationsStruct } from "./structs.ts";

/** Options, code and threads that an engine passes to its machines. */
export interface MachineSite {
  readonly options: CompilerOptions;
  readonly core: CoreLibrary;
  readonly threads: Threads;
  /** Number of operations in a call above which threads are used. */
  readonly leastWork: number;
}

/** A network in machine code, compiled by the system's C compiler. */
export class NativeMachine implements Machine {
  readonly network: NetworkProgram;
  readonly populations: readonly NativePopulation[];
  readonly #site: MachineSite;
  readonly #slots: Block;
  /** Descriptions of the populations for compiled code. */
  readonly #descriptions: Block;
  readonly #synapses: Synapses | undefined;
  /** Number of rows above which threads are used, if there are no synapses. */
  readonly #leastRows: number;
  /** Views of memory that must not be transferred. The length of a view is faster to read than that of its memory. */
  #memories: readonly Uint8Array[] = [];
  #rows = 0;
  #disposed = false;

  constructor(network: NetworkProgram, site: MachineSite) {
    const { options, core, threads, leastWork } = site;
    this.network = network;
    this.#site = site;
    // A network may have bundles without a synapse.
    const coupled = network.longestDelay > 0 || network.signals !== undefined;
    const realBytes = network.precision === "f64" ? 8 : 4;
    const batch = coupled ? batchOf(network) : 1;
    this.#slots = allocate(batch * network.slots * realBytes, network.name);
    this.populations = network.populations.map((population) => {
      const shared = this.#receptors(population, batch);
      return new NativePopulation(
        population.program,
        (program) =>
          new PlacedProgram(
            program,
            options,
            new Map(program.buffers.flatMap(({ name }, k) => (shared.has(name) ? [[k, shared.get(name)!]] : []))),
            batch,
          ),
        core,
      );
    });
    const { length } = network.populations;
    this.#descriptions = allocate(populationsStruct.bytes + length * populationStruct.bytes, network.name);
    const populations = this.#descriptions.address + BigInt(populationsStruct.bytes);
    writeWords(this.#descriptions, 0, populationsStruct.words({ count: length, populations }));
    const work = network.populations.reduce((sum, { program }) => sum + program.step.nodes.length * program.units, 0);
    this.#leastRows = leastWork / Math.max(1, work);
    if (!coupled) return;
    this.#synapses = new Synapses(network, {
      options,
      core,
      threads: threads.count,
      leastWork,
      populations,
      slots: this.#slots.address,
    });
  }

  /** The slots of a population's receptors, by buffer name. */
  #receptors({ program, receptors }: PopulationProgram, batch: number): ReadonlyMap<string, SharedBuffer> {
    const { precision, slots } = this.network;
    const Floats = precision === "f64" ? Float64Array : Float32Array;
    const { memory, start, address } = this.#slots;
    return new Map(
      receptors.map(({ buffer, firstSlot }): [string, SharedBuffer] => {
        const offset = firstSlot * Floats.BYTES_PER_ELEMENT;
        const rowBytes = slots * Floats.BYTES_PER_ELEMENT;
        const addresses = Array.from({ length: batch }, (_, row) => address + BigInt(row * rowBytes + offset));
        const view = new Floats(memory, start + offset, program.padded);
        return [program.buffers[buffer]!.name, { view, addresses }];
      }),
    );
  }

  /** @throws BackendError if a new program cannot be compiled; MemoryError if a chunk does not fit */
  attach({ rows, populations }: Setup): void {
    this.#open("attach");
    populations.forEach((setup, p) => {
      const population = this.populations[p]!;
      if (!population.attach(setup, rows)) return;
      const { firstSource } = this.network.populations[p]!;
      const offset = populationsStruct.bytes + p * populationStruct.bytes;
      writeWords(this.#descriptions, offset, population.words(firstSource));
    });
    this.#synapses?.connect((p, buffer) => {
      const population = this.populations[p]!;
      return population.view(bufferNamed(population.program, buffer));
    });
    this.#rows = rows;
    const memories = [
      ...(this.network.slots > 0 ? [this.#slots.memory] : []),
      ...this.populations.flatMap((population) => population.memories),
    ];
    this.#memories = memories.map((memory) => new Uint8Array(memory, 0, 1));
  }

  /** @throws StateError after dispose, for more rows than were attached, or if views were transferred */
  advance(firstStep: number, rows: number): void {
    this.#open("advance");
    if (!Number.isInteger(rows) || rows > this.#rows) throw tooManySteps(this.#rows, rows);
    if (rows < 1) return;
    const { core, threads } = this.#site;
    if (this.#synapses) {
      this.#synapses.advance(threads.handle, firstStep, rows);
      return;
    }
    const pool = rows >= this.#leastRows ? threads.handle : null;
    core.advance(pool, this.#descriptions.address, firstStep | 0, rows);
  }

  stepNow(step: number): void {
    this.advance(step, 1);
  }

  spikesBefore(step: number): SpikesInFlight[] {
    this.#open("spikesBefore");
    return this.#synapses?.spikesBefore(step) ?? [];
  }

  setSpikes(spikes: readonly SpikesInFlight[]): void {
    this.#open("setSpikes");
    const { populations } = this.network;
    const end = populations.reduce((most, { firstSource, program }) => Math.max(most, firstSource + program.units), 0);
    for (const { step, sources } of spikes) {
      const sound = Number.isInteger(step) && step >= 0;
      if (sound && sources.every((source, k) => source < end && (k === 0 || source > sources[k - 1]!))) continue;
      throw new StateError(
        `Machine.setSpikes takes ascending unit numbers below ${end} and whole, non-negative steps; received invalid spikes for step ${step}. Pass the result of spikesBefore.`,
      );
    }
    this.#synapses?.setSpikes(spikes);
  }

  parts(bundle: number): readonly BundlePart[] {
    return this.#synapses!.parts(bundle);
  }

  ruleMemory(rule: number): RuleMemory {
    return this.#synapses!.rules[rule]!.memory;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#synapses?.dispose();
  }

  recycle(): void {
    if (this.#disposed) return;
    this.dispose();
    for (const population of this.populations) population.recycle();
    recycle(this.#slots);
  }

  #open(call: string): void {
    if (this.#disposed) throw afterDispose(call);
    for (let k = 0; k < this.#memories.length; k++) {
      if (this.#memories[k]!.length > 0) continue;
      throw new StateError(
        `Machine.${call} was called after its memory was transferred. Copy views before posting them.`,
      );
    }
  }
}
