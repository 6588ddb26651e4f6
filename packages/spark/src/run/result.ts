import { timeOfStep } from "../config/time.ts";
import type { LoopResult } from "./loop.ts";
import type { RunInfo } from "./model.ts";
import type { Settings } from "./options.ts";

/** Information about a run that does not depend on its records. */
export const infoOf = (
  { name, units, warnings, backend }: Pick<RunInfo, "units" | "warnings" | "backend"> & { readonly name: string },
  { dt, precision, seed }: Settings,
  { done, stoppedBy, wallTime, warnings: late }: LoopResult,
  before: number,
): RunInfo => ({
  model: name,
  units,
  dt,
  dtype: precision,
  seed,
  backend,
  steps: done,
  duration: timeOfStep(done, dt),
  start: timeOfStep(before, dt),
  complete: stoppedBy === undefined,
  ...(stoppedBy && { stoppedBy }),
  warnings: late.length > 0 ? [...warnings, ...late] : warnings,
  wallTime,
});
