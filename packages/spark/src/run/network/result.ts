import { sizeOf } from "../../config/shape.ts";
import type { BuiltBrain } from "../../graph/build.ts";
import type { RecordPlan } from "../../record/plan.ts";
import type { LoopResult } from "../loop.ts";
import type { BackendName, Settings } from "../options.ts";
import { infoOf, recordsOf } from "../result.ts";
import type { BrainRun } from "./options.ts";

/** Puts what was collected into the form that users get: first of the read-outs, then of every population. */
export const makeBrainRun = <R>(
  brain: BuiltBrain,
  settings: Omit<Settings, "backend"> & { readonly backend: BackendName },
  plans: readonly RecordPlan[],
  result: LoopResult,
  { before, buildTime, synapses }: { readonly before: number; readonly buildTime: number; readonly synapses: number },
): BrainRun<R> => {
  const sizes = brain.populations.map(({ component }) => sizeOf(component.units));
  const model = { name: brain.name } as BuiltBrain["populations"][number]["component"]["model"];
  const info = infoOf({ model, units: [], warnings: brain.warnings }, settings, result, before);
  const populations = brain.populations.map(({ name }, k) => {
    const records = recordsOf(plans[k + 1]!, result.collectors[k + 1]!, sizes[k]!, settings.dt);
    return [name, { name, units: sizes[k]!, ...records }] as const;
  });
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const readouts = recordsOf(plans[0]!, result.collectors[0]!, 0, settings.dt);
  const records = { ...Object.fromEntries(populations), readouts };
  return { ...info, units, synapses, buildTime, ...records } as unknown as BrainRun<R>;
};
