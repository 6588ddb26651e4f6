import type { MachinePopulation } from "../program/machine.ts";
import type { CollectorOptions } from "./collectors.ts";
import type { Started } from "./gate.ts";
import { GatedCollectors, type SavedGate } from "./gated.ts";
import type { RecordPlan } from "./plan.ts";

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

/** Keeps what records with conditions need of earlier steps, from one run to the next. */
export class LookBacks {
  readonly #kept = new Map<string, GatedCollectors>();
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
    { before, started, records }: { readonly before: number; readonly started: Started; readonly records: boolean },
  ): GatedCollectors {
    const collectors = new GatedCollectors(population, options, started, records);
    const former = this.#kept.get(name);
    if (former?.reached === before) collectors.load(former.save());
    else if (this.#restored?.step === before) {
      const own = Object.entries(this.#restored.records).filter(([key]) => key.startsWith(`${name}.`));
      collectors.load(Object.fromEntries(own.map(([key, saved]) => [key.slice(name.length + 1), saved])));
    }
    this.#kept.set(name, collectors);
    return collectors;
  }

  /** The records of a population that a run after `step` steps would continue; undefined if there are none. */
  recordOf(name: string, step: number): RecordPlan | undefined {
    const kept = this.#kept.get(name);
    return kept?.reached === step ? kept.record : undefined;
  }

  /** Follows the steps of a population that is stepped alone. Its probes come after `first` others. */
  follow(name: string, population: MachinePopulation, first: number, { dt, before }: Stepped): GatedCollectors {
    const { record } = this.#kept.get(name)!;
    const shifted: MachinePopulation = {
      program: population.program,
      view: (buffer) => population.view(buffer),
      schedule: population.schedule.subarray(3 * first),
      record: (probe) => population.record(first + probe),
      scanSpikes: () => false,
    };
    // Rows of single steps are not recorded, so they need no room.
    const spikes = record.spikes?.trigger && record.spikes;
    const traces = record.traces.filter(({ trigger }) => trigger);
    const binned = record.binned.filter(({ trigger }) => trigger);
    const triggered = { ...record, spikes, traces, binned };
    const options = { record: endless(triggered), rows: 1, dt, streamed: false, room: 1 };
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
