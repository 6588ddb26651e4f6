import { ConfigError } from "../errors/errors.ts";
import type { MachinePopulation } from "../program/machine.ts";
import { wordsOf } from "../program/program.ts";
import { type Collecting, type CollectorOptions, Collectors } from "./collectors.ts";
import { Gate, type Started } from "./gate.ts";
import { GatedRows, type RowsCollector } from "./gated-rows.ts";
import { GatedSpikes } from "./gated-spikes.ts";
import { packed, unpacked } from "./packed.ts";
import type { RatePlan, RecordPlan, SpikePlan, TracePlan } from "./plan.ts";
import type { Recordings } from "./recordings.ts";
import { recordsOf } from "./results.ts";
import { NO_SCENERY, type Scenery } from "./sight.ts";
import type { RecordSink } from "./sink.ts";

/** What a record with conditions needs of earlier steps. */
export interface SavedGate {
  /** Identifies the options of the record. */
  readonly plan: string;
  readonly numbers: Float64Array;
}

/** The same by name of the record. */
export type SavedGates = Readonly<Record<string, SavedGate>>;

/**
 * What makes records of two runs one record, which continues: everything but the part of the run, and the probes, which
 * also depend on other records.
 */
const identityOf = (plan: SpikePlan | TracePlan | RatePlan): string => {
  const { first: _, last: __, trigger, ...rest } = plan;
  const own = { ...rest, rows: undefined, trigger: { ...trigger, path: undefined } };
  return JSON.stringify(own, (key, value: unknown) => (key === "probe" ? undefined : value));
};

/** What the gated rows or spikes of some collectors need of the steps so far. */
export const savedGates = (gated: readonly (GatedRows | GatedSpikes)[]): SavedGates =>
  Object.fromEntries(gated.map((own) => [own.name, { plan: identityOf(own.plan), numbers: packed(own.save()) }]));

/** Continues those records that were saved. @throws ConfigError if their numbers do not fit */
export const loadGates = (gated: readonly (GatedRows | GatedSpikes)[], saved: SavedGates): void => {
  for (const own of gated) {
    const known = Object.hasOwn(saved, own.name) ? saved[own.name] : undefined;
    if (known?.plan !== identityOf(own.plan)) continue;
    const lists = unpacked(known.numbers, own.save(), ["steps", "values", "bits"]);
    if (lists && own.fits(lists)) own.load(lists);
    else {
      const message = "of a snapshot does not fit this record. Restore the snapshot as it was saved.";
      throw new ConfigError({ path: `lookBacks.${own.name}`, message });
    }
  }
};

/** Passes gated rows to a sink. */
export const drainGated = async (gated: readonly GatedRows[], sink: RecordSink): Promise<void> => {
  for (const own of gated) {
    if (own.rows > 0) await sink.rows(own.plan.name, own.steps, own.values);
    own.clear();
  }
};

/** Collects the records of a population of which some depend on conditions. */
export class GatedCollectors implements Collecting {
  readonly #population: MachinePopulation;
  /** The records without conditions, and the rows of a chunk of those with conditions. */
  readonly #plain: Collectors;
  readonly #spikes: GatedSpikes | undefined;
  readonly #rows: readonly GatedRows[];
  /** The last step whose rows are known; undefined after a gap. */
  reached: number | undefined;
  readonly record: RecordPlan;
  readonly #records: boolean;

  /** `records`: false if rows only wait for a later step, as in single steps, which record nothing. */
  constructor(
    population: MachinePopulation,
    options: CollectorOptions,
    started: Started,
    {
      scenery = NO_SCENERY,
      records = true,
    }: { readonly scenery?: Scenery | undefined; readonly records?: boolean } = {},
  ) {
    const { record, room } = options;
    this.record = record;
    this.#records = records;
    const { program } = population;
    this.#population = population;
    const { spikes } = record;
    const underlying = { ...record, spikes: spikes?.trigger ? undefined : spikes };
    this.#plain = new Collectors(population, { ...options, record: underlying });
    const sight = { ...scenery, own: { population, first: record.traces.length } };
    const gate = (plan: Pick<SpikePlan, "trigger">): Gate => new Gate(plan.trigger!, sight, started);
    this.#rows = [...record.traces, ...record.binned].flatMap((plan, k) => {
      const inner: RowsCollector = [...this.#plain.traces, ...this.#plain.binned][k]!;
      return plan.trigger ? [new GatedRows(plan, inner, gate(plan))] : [];
    });
    this.#spikes = spikes?.trigger
      ? new GatedSpikes(spikes, gate(spikes), wordsOf(program.padded), program.units, room)
      : undefined;
  }

  get spikeCount(): number {
    return this.#spikes?.count ?? this.#plain.spikeCount;
  }

  get warnings(): readonly string[] {
    return this.#rows.flatMap(({ warning }) => warning ?? []);
  }

  schedule(firstStep: number, rows: number): void {
    this.#plain.schedule(firstStep, rows);
    for (const { gate } of this.#gated) gate.expect(firstStep, rows);
  }

  until(firstStep: number): number {
    return this.#plain.until(firstStep);
  }

  take(firstStep: number, rows: number, kept: number): void {
    this.#plain.take(firstStep, rows, kept);
    for (const own of this.#rows) own.take(firstStep, kept, this.#records);
    this.#spikes?.cut(firstStep + kept - 1);
    this.reached = kept === rows ? firstStep + rows - 1 : undefined;
  }

  takeSpikes(firstStep: number, rows: number, from: number): number {
    if (!this.#spikes) return this.#plain.takeSpikes(firstStep, rows, from);
    const bits = this.#population.view(this.#population.program.spikes!) as Uint32Array;
    return this.#spikes.take(bits, firstStep, rows, from, this.#records);
  }

  results(dt: number): Recordings {
    const { traces, binned, spikes } = this.#plain;
    const shown = (own: RowsCollector) => this.#rows.find(({ inner }) => inner === own) ?? own;
    const collected = { spikes: this.#spikes ?? spikes, traces: traces.map(shown), binned: binned.map(shown) };
    return recordsOf(collected as Parameters<typeof recordsOf>[0], this.#population.program.units, dt);
  }

  async drain(sink: RecordSink): Promise<void> {
    if (this.#spikes && this.#spikes.count > 0) {
      await sink.spikes(this.#spikes.steps, this.#spikes.units);
      this.#spikes.clear();
    }
    await drainGated(this.#rows, sink);
    await this.#plain.drain(sink);
  }

  clear(): void {
    this.#plain.clear();
    for (const own of this.#gated) own.clear();
  }

  jump(step: number): void {
    this.#plain.jump(step);
    for (const own of this.#gated) own.jump(step);
  }

  resume(other: GatedCollectors): void {
    this.#plain.resume(other.#plain);
    this.load(other.save());
  }

  get #gated(): readonly (GatedRows | GatedSpikes)[] {
    return [...this.#rows, ...(this.#spikes ? [this.#spikes] : [])];
  }

  /** What the records need of the steps so far. */
  save(): SavedGates {
    return savedGates(this.#gated);
  }

  /** Continues those records that `save` was called for. @throws ConfigError if their numbers do not fit */
  load(saved: SavedGates): void {
    loadGates(this.#gated, saved);
  }
}
