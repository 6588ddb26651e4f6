import { unknownKeys } from "../../config/unknown-keys.ts";
import { ConfigError, type Issue } from "../../errors/errors.ts";
import type { Brain } from "../../graph/brain.ts";
import { type BuiltBrain, buildBrain } from "../../graph/build.ts";
import type { Backend } from "../../program/machine.ts";
import { compileKeys, readCommonSettings, runKeys, type Settings } from "../options.ts";
import { applyInitials, commonOf } from "./check.ts";
import type { BrainRun, GivenBrainRun } from "./options.ts";
import { runnerFor } from "./runner.ts";
import { BrainSimulation, runBrainAs } from "./simulation.ts";

/** The backend that is asked for, and what is to be said of the choice; given by the caller, who has it already. */
export type ChooseBackend = (settings: Settings) => Promise<{ readonly backend: Backend; readonly warnings: string[] }>;
type Given = Readonly<Record<string, unknown>>;

const build = (brain: Brain, settings: Settings, options: Given, issues: Issue[]): BuiltBrain | undefined => {
  let built: BuiltBrain;
  try {
    built = buildBrain(brain, settings);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    issues.push(...error.issues);
    return undefined;
  }
  applyInitials(built, options["initial"], issues);
  return built;
};

const prepare = async (
  where: string,
  brain: Brain,
  options: Given,
  issues: Issue[],
  choose: ChooseBackend,
): Promise<BrainSimulation> => {
  const settings = readCommonSettings(where, brain.name, commonOf(brain), options, issues);
  const built = build(brain, settings, options, issues);
  if (!built || issues.length > 0) throw new ConfigError(issues);
  const { backend, warnings } = await choose(settings);
  const warned = { ...built, warnings: [...built.warnings, ...warnings] };
  return new BrainSimulation(warned, settings, await runnerFor(backend, settings));
};

/** `compile` of a brain. */
export const compileBrain = async (brain: Brain, options: Given, choose: ChooseBackend): Promise<BrainSimulation> => {
  const issues: Issue[] = [];
  unknownKeys("compile", options, compileKeys, issues);
  return prepare("compile", brain, options, issues, choose);
};

/** `simulate` of a brain. */
export const simulateBrain = async <R>(brain: Brain, options: Given, choose: ChooseBackend): Promise<BrainRun<R>> => {
  const issues: Issue[] = [];
  unknownKeys("simulate", options, [...compileKeys, ...runKeys], issues);
  const simulation = await prepare("simulate", brain, options, issues, choose);
  try {
    return await runBrainAs<R>(simulation, "simulate", options as unknown as GivenBrainRun, issues);
  } finally {
    simulation.dispose();
  }
};
