import { incomingOf } from "../../../program/incoming.ts";
import type { Machine, MachinePopulation, RuleMemory, Setup, SpikesInFlight, View } from "../../../program/machine.ts";
import { fillInitial, viewOf } from "../../../program/memory.ts";
import { type BundlePart, isCoupled, type NetworkProgram } from "../../../program/network.ts";
import { makePart } from "../../../program/parts.ts";
import type { UnitList } from "../../../program/probe.ts";
import { procedureWords } from "../../../program/procedural.ts";
import { bufferNamed } from "../../../program/program.ts";
import { visitsTargets } from "../../../program/rule.ts";
import { afterDispose } from "../../lifecycle.ts";
import { WasmMachine } from "../machine.ts";
import { requireVectors, Space } from "../memory.ts";
import { type Ground, Populations, type Scan } from "../populations.ts";
import { scannerOf } from "../scanner.ts";
import { moduleFrom } from "../step/module.ts";
import type { SlotOffsets } from "../step/region.ts";
import { exportsOf } from "../threads/control.js";
import type { Load } from "../threads/team.ts";
import { layOutNetwork, type NetworkLayout, ROW_BYTES, type RuleLayout, rowWords, slotAddress } from "./layout.ts";
import { emitNetwork } from "./module.ts";
import { SpikeRing } from "./ring.ts";
import { rowModule } from "./row.ts";
import { writeSignals } from "./signals.ts";

type Pass = () => void;
type Advance = (step: number, row: number, head: number, phase: number, rows: number) => void;

/** A network with synapses, in one memory. Its module delivers spikes and calls the modules of the populations. */
export class WasmNetwork implements Machine {
  readonly network: NetworkProgram;
  readonly layout: NetworkLayout;
  readonly #space: Space;
  readonly #module: WebAssembly.Module;
  readonly #slots: readonly SlotOffsets[];
  readonly #populations: Populations;
  readonly #ring: SpikeRing;
  /** Parts of shards without synapses. Values written there are ignored. */
  readonly #unplaced = new Map<string, BundlePart>();
  #advance: Advance | undefined;
  /** Writes the values of the signals before a step. Undefined without signals. */
  protected pass: Pass | undefined;
  #scans: readonly (Scan | undefined)[] = [];
  #disposed = false;
  #complete = false;
  /** Work for threads: all steps of a chunk as one task, or the shards of a group as tasks. */
  protected work: Load | undefined;

  /** Threads need `shared` memory. @throws MemoryError if the network exceeds a memory or the system refuses it */
  constructor(network: NetworkProgram, shared = false) {
    requireVectors();
    this.network = network;
    const layout = layOutNetwork(network);
    this.layout = layout;
    this.#space = new Space(network.name, layout.bytes, shared);
    this.#module = moduleFrom(() => emitNetwork(network, layout, shared), "the network");
    this.#slots = slotsOf(network);
    const grounds = groundsOf(network, layout, this.#slots);
    this.#populations = new Populations(grounds, layout.bytes, (p) => this.#scans[p]);
    this.#ring = new SpikeRing(network, layout, this.#space);
    writeTables(network, layout, this.#space.memory.buffer);
    network.bundles.forEach((bundle, b) => void bundle.fill(this.#partsOf(b)));
    (network.rules ?? []).forEach((_, r) => void this.#startRule(r));
  }

  get populations(): readonly MachinePopulation[] {
    return this.#populations.all;
  }

  attach(setup: Setup): void {
    this.#require("attach");
    const space = this.#space;
    const before = space.memory;
    const change = this.#populations.attach(setup, (bytes) => {
      space.ensure(bytes);
      return space.memory.buffer;
    });
    const { memory } = space;
    if (change !== "programs" && memory === before) return;
    const { placed } = this.#populations;
    new Uint32Array(memory.buffer, this.layout.regions, placed.length).set(placed.map(({ base }) => base));
    for (const { rule, buffers } of this.layout.rules) {
      const own = this.network.rules![rule]!;
      const { program, addresses } = placed[own.target]!;
      for (const [k, { of }] of own.buffers.entries()) {
        const place = of === undefined ? undefined : addresses[bufferNamed(program, of)];
        if (place !== undefined) new Uint32Array(memory.buffer, buffers[k], 1)[0] = place;
      }
    }
    const steps = placed.map(({ program }, p) => ({
      name: `${p}.`,
      module: rowModule(program, space.shared, this.#slots[p]!),
    }));
    const modules = [...steps, { name: "", module: this.#module }];
    const known = exportsOf(modules, memory);
    this.#scans = placed.map((_, p) => scannerOf(known[`${p}.scan`], memory, this.layout.found));
    this.#advance = known["advance"] as Advance;
    this.#connect(known["pass"] as Pass);
    this.work = {
      modules,
      memory,
      jobs: [
        { names: ["advance"], tasks: [[0]] },
        { names: ["shard"], tasks: this.network.shards.map((_, shard) => [0, shard]) },
      ],
    };
  }

  #connect(pass: Pass): void {
    const { signals } = this.layout;
    if (!signals) return;
    this.pass = pass;
    writeSignals(signals, this.#space.memory.buffer, {
      buffer: (population, name) => {
        const own = this.#populations.all[population]!;
        return own.view(bufferNamed(own.program, name));
      },
      rule: (rule, buffer, shard) => this.ruleMemory(rule)[buffer]![shard]!,
    });
  }

  advance(firstStep: number, rows: number): void | Promise<void> {
    this.advanceHere(firstStep, rows);
  }

  /** Advances on the calling thread. */
  protected advanceHere(firstStep: number, rows: number): void {
    const { head, phase } = this.begin(firstStep, rows);
    if (rows > 0) this.#advance!(firstStep | 0, 0, head, phase, rows);
    this.advanced(firstStep + rows);
  }

  stepNow(step: number): void {
    this.advanceHere(step, 1);
  }

  /** The same from within a chunk, given by the first arguments of a task, up to a row. */
  protected advanceFrom([step, row, head, phase]: readonly number[], rows: number): void {
    this.#advance!(step!, row!, head!, phase!, rows);
  }

  /** Prepares for some steps. Call `advanced` when they are done. */
  protected begin(step: number, rows: number): ReturnType<SpikeRing["begin"]> {
    this.#require("advance");
    this.#populations.require(rows);
    if (!this.#complete) this.#completeRules();
    return this.#ring.begin(step);
  }

  protected advanced(step: number): void {
    this.#ring.advanced(step);
  }

  spikesBefore(step: number): SpikesInFlight[] {
    return this.#ring.before(step);
  }

  setSpikes(spikes: readonly SpikesInFlight[]): void {
    this.#ring.set(spikes);
  }

  parts(bundle: number): readonly BundlePart[] {
    this.#ring.expose();
    return this.#partsOf(bundle);
  }

  ruleMemory(rule: number): RuleMemory {
    const { buffer } = this.#space.memory;
    // A reward may be written in every step, and views of large memories are slow to create.
    if (this.#ruleMemories.buffer !== buffer) this.#ruleMemories = { buffer, lists: [] };
    this.#ruleMemories.lists[rule] ??= this.#viewRule(rule);
    return this.#ruleMemories.lists[rule];
  }

  #ruleMemories: { readonly buffer?: ArrayBufferLike; readonly lists: RuleMemory[] } = { lists: [] };

  #viewRule(rule: number): RuleMemory {
    const { buffers, bundle, target } = this.network.rules![rule]!;
    const { precision, bundles, populations } = this.network;
    const { memory } = this.#space;
    const own = this.layout.rules.filter((one) => one.rule === rule);
    const { units } = populations[target]!.program;
    return buffers.map((buffer, k): View[] => {
      const view = ({ buffers: at, arrivals, shard }: RuleLayout): View => {
        const { synapses } = bundles[bundle]!.shards[shard]!;
        const length = { rule: 1, arrival: arrivals, target: units * (buffer.rows ?? 1), synapse: synapses };
        return viewOf(buffer, { precision }, memory.buffer, at[k]!, length[buffer.space]);
      };
      if (buffer.of !== undefined) return [];
      return (buffer.space === "target" ? own.slice(0, 1) : own).map(view);
    });
  }

  #startRule(rule: number): void {
    const { buffers, signs, bundle } = this.network.rules![rule]!;
    this.ruleMemory(rule).forEach((views, k) => {
      for (const view of views) if (k > 0) fillInitial(buffers[k]!, view);
    });
    const { signs: at, arrivals } = this.layout.rules.find((one) => one.rule === rule)!;
    const { precision } = this.network;
    const delays = this.network.bundles[bundle]!.delays.length;
    const list = viewOf({ type: "float" }, { precision }, this.#space.memory.buffer, at, arrivals);
    for (let k = 0; k < arrivals; k++) list[k] = signs?.[Math.floor(k / delays)] ?? 1;
  }

  /** Lists the synapses of each rule by their targets, once, when all of them are written. */
  #completeRules(): void {
    if (this.#complete) return;
    this.#complete = true;
    for (const { rule, shard, starts: at, synapses: synapsesAt, sources } of this.layout.rules) {
      const own = this.network.rules![rule]!;
      if (!visitsTargets(own)) continue;
      const { starts, synapses, arrivals } = incomingOf(this.network, own, shard, this.#part(own.bundle, shard));
      const { buffer } = this.#space.memory;
      new Uint32Array(buffer, at, starts.length).set(starts);
      new Uint32Array(buffer, synapsesAt, synapses.length).set(synapses);
      new Uint32Array(buffer, sources, arrivals.length).set(arrivals);
    }
  }

  #partsOf(bundle: number): readonly BundlePart[] {
    return this.network.bundles[bundle]!.shards.map((_, shard) => this.#part(bundle, shard));
  }

  #part(bundle: number, shard: number): BundlePart {
    const own = this.network.bundles[bundle]!;
    const place = this.layout.parts.find((part) => part.bundle === bundle && part.shard === shard);
    if (place) {
      const memory = this.#space.memory.buffer;
      return makePart(this.network, own, shard, (_, list) => ({ memory, offset: place[list] }));
    }
    const key = `${bundle} ${shard}`;
    const part = this.#unplaced.get(key) ?? makePart(this.network, own, shard);
    this.#unplaced.set(key, part);
    return part;
  }

  dispose(): void {
    this.#disposed = true;
    this.#advance = undefined;
  }

  recycle(): void {
    if (this.#disposed) return;
    this.dispose();
    this.#space.recycle();
  }

  #require(call: string): void {
    if (this.#disposed) throw afterDispose(call);
  }
}

/** The machine of a network, or of populations that do not depend on one another. */
export const machineOf = (network: NetworkProgram): WasmNetwork | WasmMachine =>
  isCoupled(network) ? new WasmNetwork(network) : new WasmMachine(network);

/** For each population, the offsets in bytes of the slots of its receptors from those of the first one. */
const slotsOf = ({ populations, precision }: NetworkProgram): SlotOffsets[] =>
  populations.map(({ program, receptors }) => {
    const first = receptors[0]?.firstSlot ?? 0;
    const bytes = precision === "f64" ? 8 : 4;
    return new Map(
      receptors.map(({ buffer, firstSlot }) => [program.buffers[buffer]!.name, (firstSlot - first) * bytes]),
    );
  });

const groundsOf = (network: NetworkProgram, layout: NetworkLayout, slots: readonly SlotOffsets[]): Ground[] =>
  network.populations.map(({ receptors }, p) => {
    const runs = layout.runs.filter(({ population }) => population === p);
    return {
      slots: { offsets: slots[p]!, at: slotAddress(network, layout, receptors[0]?.firstSlot ?? 0) },
      parts: (_, list) => runs.flatMap((run) => placesOf(list, run)),
    };
  });

/** The positions of a list, in multiples of four, that contain the units of a run. */
const placesOf = ({ units }: UnitList, { first, end }: { readonly first: number; readonly end: number }): number[] => {
  const begin = units.findIndex((unit) => unit >= first && unit < end);
  const last = units.findLastIndex((unit) => unit >= first && unit < end);
  return begin < 0 ? [0, 0] : [begin & ~3, (last | 3) + 1];
};

const writeTables = (network: NetworkProgram, layout: NetworkLayout, memory: ArrayBuffer): void => {
  const { tables, ring, runs, distances, slotBytes, parts } = layout;
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
  for (const { bundle, shard, offsets: address, targets } of parts) {
    const { offsets, procedure } = network.bundles[bundle]!.shards[shard]!;
    new Uint32Array(memory, address, offsets.length).set(offsets);
    if (procedure) new Int32Array(memory, targets).set(procedureWords(procedure));
  }
};
