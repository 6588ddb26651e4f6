import type { MachinePopulation } from "../program/machine.ts";
import type { CollectorOptions } from "./collectors.ts";
import type { Started } from "./gate.ts";
import { GatedCollectors, type SavedGate, type SavedGates } from "./gated.ts";
import { GatedReader, type RowReader } from "./gated-reader.ts";
import { followable, hasTriggers, type RecordPlan } from "./plan.ts";
import { NO_SCENERY, type Scenery } from "./sight.ts";

/** Where single steps begin. */
interface Stepped {
  readonly dt: number;
  readonly before: number;
}

const NOTHING_STARTED: Started = { once: new Set(), held: new Set() };

/** The same records without an end. */
const endless = ({ spikes, traces, binned, ...rest }: RecordPlan): RecordPlan => {
  const last = Number.POSITIVE_INFINITY;
  return {
    ...rest,
    spikes: spikes && { ...spikes, last },
    traces: traces.map((plan) => ({ ...plan, last })),
    binned: binned.map((plan) => ({ ...plan, last })),
  };
};

/** What records with conditions need of the steps before a step, by population and record: "cells.potential". */
export interface SavedLookBacks {
  readonly step: number;
  readonly records: Readonly<Record<string, SavedGate>>;
}

/** Collectors that continue others of the same records. */
interface Continuing {
  readonly reached: number | undefined;
  readonly record: RecordPlan;
  save(): SavedGates;
  load(saved: SavedGates): void;
}

/** The run that collectors belong to. */
interface Beginning {
  /** Steps before the run. */
  readonly before: number;
  readonly started: Started;
  readonly scenery?: Scenery | undefined;
}

/** Keeps what records with conditions need of earlier steps, from one run to the next. */
export class LookBacks {
  readonly #kept = new Map<string, Continuing>();
  readonly #restored: SavedLookBacks | undefined;

  /** `restored`: of a snapshot. */
  constructor(restored: SavedLookBacks | undefined) {
    this.#restored = restored;
  }

  /**
   * Collectors of a population in a run that begins after `before` steps, or in single steps, which record nothing. They
   * continue those of the last run.
   */
  collectors(
    name: string,
    population: MachinePopulation,
    options: CollectorOptions,
    { before, started, scenery, records }: Beginning & { readonly records: boolean },
  ): GatedCollectors {
    return this.#continue(name, new GatedCollectors(population, options, started, { scenery, records }), before);
  }

  /** The same for read-outs or weights. */
  reader(name: string, inner: RowReader, record: RecordPlan, own: Beginning): GatedReader {
    const { before, started, scenery = NO_SCENERY } = own;
    return this.#continue(name, new GatedReader(inner, record, scenery, started), before);
  }

  #continue<C extends Continuing>(name: string, collectors: C, before: number): C {
    const former = this.#kept.get(name);
    if (former?.reached === before) collectors.load(former.save());
    else if (this.#restored?.step === before) {
      const own = Object.entries(this.#restored.records).filter(([key]) => key.startsWith(`${name}.`));
      collectors.load(Object.fromEntries(own.map(([key, saved]) => [key.slice(name.length + 1), saved])));
    }
    this.#kept.set(name, collectors);
    return collectors;
  }

  /**
   * The records of a population that a run after `step` steps would continue over single steps; undefined if there are
   * none. The look-back of others ends with single steps.
   */
  recordOf(name: string, step: number): RecordPlan | undefined {
    const kept = this.#kept.get(name);
    if (kept?.reached !== step) return undefined;
    const record = followable(kept.record);
    return hasTriggers(record) ? record : undefined;
  }

  /** Follows the steps of a population that is stepped alone. Its probes come after `first` others. */
  follow(name: string, population: MachinePopulation, first: number, { dt, before }: Stepped): GatedCollectors {
    const record = followable(this.#kept.get(name)!.record);
    const shifted: MachinePopulation = {
      program: population.program,
      view: (buffer) => population.view(buffer),
      schedule: population.schedule.subarray(3 * first),
      record: (probe) => population.record(first + probe),
      scanSpikes: () => false,
    };
    // Rows of single steps are not recorded, so they need no room.
    const options = { record: endless(record), rows: 1, dt, streamed: false, room: 1 };
    return this.collectors(name, shifted, options, { before, started: NOTHING_STARTED, records: false });
  }

  /** What a run after `step` steps continues from; undefined if there is nothing. */
  save(step: number): SavedLookBacks | undefined {
    const own = [...this.#kept].filter(([, { reached }]) => reached === step);
    const records = own.flatMap(([name, collectors]) =>
      Object.entries(collectors.save()).map(([record, saved]) => [`${name}.${record}`, saved] as const),
    );
    return records.length > 0 ? { step, records: Object.fromEntries(records) } : undefined;
  }
}
