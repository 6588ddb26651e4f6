import type { MachinePopulation } from "../program/machine.ts";
import { type Collecting, type CollectorOptions, Collectors } from "./collectors.ts";
import type { Started } from "./gate.ts";
import type { RowReader } from "./gated-reader.ts";
import type { LookBacks, SavedLookBacks } from "./look-back.ts";
import { hasTriggers, type RecordPlan } from "./plan.ts";
import type { Scenery } from "./sight.ts";

/** What a simulation keeps for the conditions of records, from one run to the next. */
export interface Conditions {
  lookBacks?: LookBacks | undefined;
  /** Those of a snapshot that was restored, for the next run with conditions. */
  restored?: SavedLookBacks | undefined;
  started: Started;
}

/** Where a run begins, and what its conditions look at. */
interface Opening {
  readonly conditions: Conditions;
  /** Steps before the run. */
  readonly before: number;
  readonly scenery: Scenery | undefined;
}

const lookBacksOf = async (conditions: Conditions): Promise<LookBacks> => {
  const { LookBacks } = await import("./look-back.ts");
  conditions.lookBacks ??= new LookBacks(conditions.restored);
  return conditions.lookBacks;
};

/** Opens the collectors of a population in a run. */
export const openCollectors = async (
  name: string,
  population: MachinePopulation,
  options: CollectorOptions,
  { conditions, before, scenery }: Opening,
): Promise<Collecting> => {
  if (!hasTriggers(options.record)) return new Collectors(population, options);
  const { started } = conditions;
  const lookBacks = await lookBacksOf(conditions);
  return lookBacks.collectors(name, population, options, { before, started, scenery, records: true });
};

/** The collector of read-outs or weights in a run, of which some depend on conditions. */
export const openReader = async (
  name: string,
  reader: RowReader,
  record: RecordPlan,
  { conditions, before, scenery }: Opening,
): Promise<Collecting> => {
  const { started } = conditions;
  return (await lookBacksOf(conditions)).reader(name, reader, record, { before, started, scenery });
};
