import type { MachinePopulation, PopulationSetup, Setup, TakeSpikes, View } from "../../program/machine.ts";
import { bytesOf, fillInitial, lengthOf, lines, recordBytes, viewOf } from "../../program/memory.ts";
import type { UnitList } from "../../program/probe.ts";
import { type Program, wordsOf } from "../../program/program.ts";
import { isSame } from "../../program/same.ts";
import { tooManySteps } from "../lifecycle.ts";
import { PROBE_BYTES, type ProbeRow, probeWords } from "./step/observe.ts";
import { PROBE_COUNT, PROBE_TABLE, type Region, regionOf, SCHEDULE, type SlotOffsets } from "./step/region.ts";

/*
 * The last part of a memory: a region per population, then the data that depend on rows and probes. Setups do not move
 * the data before it.
 */

/** Properties of a population that are the same for all setups. */
export interface Ground {
  /** Slots of receptors, which are outside the region, and the address of the first one. */
  readonly slots?: { readonly offsets: SlotOffsets; readonly at: number };
  /** First position of the part of a list, and the position after its last, for each task of the population. */
  readonly parts: (program: Program, list: UnitList) => readonly number[];
}

/** Addresses of the data of a population. */
export interface Placed extends PopulationSetup {
  readonly region: Region;
  readonly base: number;
  /** Address of each buffer. */
  readonly addresses: readonly number[];
  readonly table: number;
  readonly schedule: number;
  readonly records: readonly number[];
  readonly lists: readonly { readonly address: number; readonly parts: number; readonly bounds: readonly number[] }[];
}

interface Plan {
  readonly placed: readonly Placed[];
  readonly rows: number;
  /** Address range of the buffers with a row per step. */
  readonly chunk: readonly [start: number, end: number];
  readonly bytes: number;
}

const planOf = ({ rows, populations }: Setup, grounds: readonly Ground[], start: number): Plan => {
  let next = start;
  const take = (bytes: number): number => {
    const at = next;
    next += lines(bytes);
    return at;
  };
  const regions = populations.map(({ program }, p) => {
    const region = regionOf(program, grounds[p]!.slots?.offsets);
    return { region, base: take(region.bytes) };
  });
  const first = next;
  const addresses = populations.map(({ program }, p) => {
    const { region, base } = regions[p]!;
    const { slots } = grounds[p]!;
    return program.buffers.map((buffer, k) => {
      if (buffer.perStep) return take(lengthOf(buffer, rows) * bytesOf(buffer, program));
      const slot = slots?.offsets.get(buffer.name);
      return slots && slot !== undefined ? slots.at + slot : base + region.offsets[k]!;
    });
  });
  const chunk = [first, next] as const;
  const placed = populations.map(({ program, probes }, p): Placed => {
    const table = take(probes.length * PROBE_BYTES);
    const schedule = take(probes.length * 12);
    const lists = probes.map(({ list }) => {
      const bounds = list ? grounds[p]!.parts(program, list) : [];
      return { address: take((list?.units.length ?? 0) * 4), parts: take(bounds.length * 4), bounds };
    });
    const records = probes.map((probe) => take(probe.width * probe.rows * recordBytes(program, probe)));
    return { program, probes, ...regions[p]!, addresses: addresses[p]!, table, schedule, lists, records };
  });
  return { placed, rows, chunk, bytes: next };
};

/** Size in bytes of the regions of the given programs. */
export const regionBytes = (programs: readonly Program[]): number =>
  programs.reduce((sum, program) => sum + regionOf(program).bytes, 0);

/** What an attach changed: nothing, only views, also the data that depend on rows and probes, or also programs. */
export type Change = "nothing" | "views" | "chunk" | "programs";

/** The populations of a machine across setups. */
export class Populations {
  readonly #grounds: readonly Ground[];
  readonly #start: number;
  readonly #scanOf: (population: number) => Scan | undefined;
  #setup: Setup | undefined;
  #plan: Plan | undefined;
  #memory: ArrayBuffer | undefined;
  #all: readonly WasmPopulation[] = [];

  /** `start`: address of the first region. */
  constructor(grounds: readonly Ground[], start: number, scanOf: (population: number) => Scan | undefined) {
    this.#grounds = grounds;
    this.#start = start;
    this.#scanOf = scanOf;
  }

  get all(): readonly WasmPopulation[] {
    return this.#all;
  }

  get placed(): readonly Placed[] {
    return this.#plan?.placed ?? [];
  }

  /** Length of the longest chunk in steps; 0 before the first setup. */
  get rows(): number {
    return this.#setup?.rows ?? 0;
  }

  /** @throws StateError for a chunk that is longer than those of the setup */
  require(rows: number): void {
    if (rows > this.rows) throw tooManySteps(this.rows, rows);
  }

  /** Whether a setup moves nothing. */
  keeps({ populations, rows }: Setup): boolean {
    if (!this.#plan || rows > this.#plan.rows) return false;
    const old = this.#setup!.populations;
    return populations.every(({ program, probes }, p) => program === old[p]!.program && isSame(probes, old[p]!.probes));
  }

  /** Attaches a setup. `ensure` returns a memory of at least the given size that keeps its previous contents. */
  attach(setup: Setup, ensure: (bytes: number) => ArrayBuffer): Change {
    const present = this.#setup;
    const plan = this.#plan;
    if (plan && this.keeps(setup)) {
      // The memory may have grown for another reason.
      if (setup.rows === present!.rows && ensure(plan.bytes) === this.#memory) return "nothing";
      this.#setup = setup;
      this.#look(ensure(plan.bytes));
      return "views";
    }
    const programs = setup.populations.every(({ program }, p) => program === present?.populations[p]?.program);
    const next = planOf(setup, this.#grounds, this.#start);
    const kept = programs ? [] : this.#states();
    const memory = ensure(next.bytes);
    this.#setup = setup;
    this.#plan = next;
    if (plan) {
      const [chunk, end] = next.chunk;
      const dirty = programs ? chunk : this.#start;
      new Uint8Array(memory, dirty, end - dirty).fill(0);
    }
    next.placed.forEach((placed) => void writePlaced(placed, memory));
    this.#look(memory);
    next.placed.forEach((placed, p) => {
      this.#fill(placed, p, !programs, kept[p]);
    });
    return programs ? "chunk" : "programs";
  }

  #look(memory: ArrayBuffer): void {
    const { rows } = this.#setup!;
    this.#memory = memory;
    this.#all = this.#plan!.placed.map((placed, p) => new WasmPopulation(placed, rows, memory, () => this.#scanOf(p)));
  }

  /** Values of state variables by name. Slots of receptors do not move. */
  #states(): ReadonlyMap<string, View>[] {
    return this.placed.map(({ program }, p) => {
      const states = program.buffers.flatMap(({ role, name }, k): [string, View][] =>
        role === "state" && !this.#isSlot(p, name) ? [[name, this.#all[p]!.view(k).slice()]] : [],
      );
      return new Map(states);
    });
  }

  #isSlot(population: number, buffer: string): boolean {
    return this.#grounds[population]!.slots?.offsets.has(buffer) ?? false;
  }

  /** Writes initial values to zeroed memory. */
  #fill({ program }: Placed, p: number, anew: boolean, kept: ReadonlyMap<string, View> | undefined): void {
    program.buffers.forEach((buffer, k) => {
      if (!(anew || buffer.perStep) || this.#isSlot(p, buffer.name)) return;
      const view = this.#all[p]!.view(k);
      const values = kept?.get(buffer.name);
      if (values && buffer.role === "state") view.set(values);
      else if (!Object.is(buffer.initial, 0)) fillInitial(buffer, view);
    });
  }
}

/** Writes the data that compiled code reads: the words of the region, the table of probes and their lists. */
const writePlaced = ({ program, probes, region, base, ...at }: Placed, memory: ArrayBuffer): void => {
  const words = new Int32Array(memory, base);
  words[PROBE_COUNT / 4] = probes.length;
  words[PROBE_TABLE / 4] = at.table;
  words[SCHEDULE / 4] = at.schedule;
  program.buffers.forEach(({ perStep }, k) => {
    if (perStep) words[region.offsets[k]! / 4] = at.addresses[k]!;
  });
  probes.forEach((probe, k) => {
    const { address, parts, bounds } = at.lists[k]!;
    new Int32Array(memory, address, probe.list?.units.length ?? 0).set(probe.list?.units ?? []);
    new Int32Array(memory, parts, bounds.length).set(bounds);
    const row: ProbeRow = {
      observable: probe.observable,
      listed: Number(probe.list !== undefined),
      list: address,
      parts,
      record: at.records[k]!,
      rowBytes: probe.width * recordBytes(program, probe),
    };
    new Int32Array(memory, at.table + k * PROBE_BYTES, probeWords.length).set(probeWords.map((name) => row[name]));
  });
  // No probe is due until the host sets its schedule.
  new Int32Array(memory, at.schedule, probes.length * 3).set(probes.flatMap(() => [0, 1, -1]));
};

/** Finds the spikes in words of bits at an address. */
export type Scan = (bits: number, words: number, firstStep: number, take: TakeSpikes) => void;

/** A population in its current setup. */
export class WasmPopulation implements MachinePopulation {
  readonly program: Program;
  readonly schedule: Int32Array;
  readonly #views: readonly View[];
  readonly #records: readonly View[];
  readonly #bits: number | undefined;
  readonly #scan: () => Scan | undefined;

  constructor(placed: Placed, rows: number, memory: ArrayBuffer, scan: () => Scan | undefined) {
    const { program, probes, addresses, schedule, records } = placed;
    this.program = program;
    this.schedule = new Int32Array(memory, schedule, probes.length * 3);
    this.#views = program.buffers.map((buffer, k) =>
      viewOf(buffer, program, memory, addresses[k]!, lengthOf(buffer, rows)),
    );
    this.#records = probes.map((probe, k) =>
      viewOf(program.observables[probe.observable]!, program, memory, records[k]!, probe.width * probe.rows),
    );
    this.#bits = program.spikes === undefined ? undefined : addresses[program.spikes]!;
    this.#scan = scan;
  }

  view(buffer: number): View {
    return this.#views[buffer]!;
  }

  record(probe: number): View {
    return this.#records[probe]!;
  }

  scanSpikes(rows: number, firstStep: number, take: TakeSpikes): boolean {
    const scan = this.#bits === undefined ? undefined : this.#scan();
    scan?.(this.#bits!, rows * wordsOf(this.program.padded), firstStep, take);
    return scan !== undefined;
  }
}
