/*
 * The public names of @spark-snn/sweep/node: sweeps over processes and in folders. Importing this file makes `parallel`
 * available in `sweep`. No file inside src/ imports this one.
 */
import "spark-snn/node";
import { registerProcesses } from "./executor.ts";
import { runInProcesses } from "./processes/pool.ts";

registerProcesses(runInProcesses);

export type { Share } from "./folder/options.ts";
export {
  gatherRows,
  PLAN,
  type RunPlanOptions,
  runPlan,
  type SweepFolderOptions,
  sweepToFolder,
  TABLE,
  writePlan,
} from "./folder/sweep-folder.ts";
export type { Keeper } from "./processes/messages.ts";
export type { KeepRun, KeptRun } from "./runner.ts";
