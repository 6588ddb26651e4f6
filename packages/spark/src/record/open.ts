import type { MachinePopulation } from "../program/machine.ts";
import { type Collecting, type CollectorOptions, Collectors } from "./collectors.ts";
import type { Started } from "./gate.ts";
import type { LookBacks, SavedLookBacks } from "./look-back.ts";
import { hasTriggers } from "./plan.ts";

/** What a simulation keeps for the conditions of records, from one run to the next. */
export interface Conditions {
  lookBacks?: LookBacks | undefined;
  /** Those of a snapshot that was restored, for the next run with conditions. */
  restored?: SavedLookBacks | undefined;
  started: Started;
}

/** Opens the collectors of a population in a run that begins after `before` steps. */
export const openCollectors = async (
  name: string,
  population: MachinePopulation,
  options: CollectorOptions,
  { conditions, before }: { readonly conditions: Conditions; readonly before: number },
): Promise<Collecting> => {
  if (!hasTriggers(options.record)) return new Collectors(population, options);
  const { LookBacks } = await import("./look-back.ts");
  conditions.lookBacks ??= new LookBacks(conditions.restored);
  return conditions.lookBacks.collectors(name, population, options, {
    before,
    started: conditions.started,
    records: true,
  });
};
