import type { MachinePopulation } from "../program/machine.ts";
import type { CollectorOptions } from "./collectors.ts";
import type { Started } from "./gate.ts";
import { GatedCollectors, type SavedGate } from "./gated.ts";

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

  /** Collectors of a population in a run that begins after `before` steps. They continue those of the last run. */
  collectors(
    name: string,
    population: MachinePopulation,
    options: CollectorOptions,
    { before, started }: { readonly before: number; readonly started: Started },
  ): GatedCollectors {
    const collectors = new GatedCollectors(population, options, started);
    const former = this.#kept.get(name);
    if (former?.reached === before) collectors.load(former.save());
    else if (this.#restored?.step === before) {
      const own = Object.entries(this.#restored.records).filter(([key]) => key.startsWith(`${name}.`));
      collectors.load(Object.fromEntries(own.map(([key, saved]) => [key.slice(name.length + 1), saved])));
    }
    this.#kept.set(name, collectors);
    return collectors;
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
