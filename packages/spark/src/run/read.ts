import { describe, type Shape, sizeOf } from "../config/shape.ts";
import { unknownKeys } from "../config/unknown-keys.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import type { Feed } from "../inputs/contract.ts";
import { readInput } from "../inputs/feed.ts";
import type { BuiltComponent } from "../model/component.ts";
import { runInputs } from "../model/ports.ts";
import { paddedTo } from "../program/program.ts";
import { planRecord, type RecordPlan } from "../record/plan.ts";
import type { RecordHeader } from "../record/sink.ts";
import { checkCallbacks, type GivenRun, type InputOptions, readMemory, type Settings, stepsOf } from "./options.ts";

/** The options of a run, read and found sound. */
export interface RunRequest {
  readonly feeds: Readonly<Record<string, readonly Feed[]>>;
  readonly record: RecordPlan;
  readonly steps: number;
  readonly memory: number;
}

/** A run of unknown length is checked as a long one, so that only its duration is called wrong. */
const LONG = 2 ** 40;

/**
 * Reads the options of a run that begins after `before` steps.
 * @throws ConfigError with every problem, those in `issues` first.
 */
export const readRun = async (
  where: string,
  component: BuiltComponent,
  settings: Settings,
  options: GivenRun,
  before: number,
  issues: Issue[],
): Promise<RunRequest> => {
  const { dt, precision } = settings;
  const steps = stepsOf(`${where}.duration`, options.duration, dt, issues);
  const memory = readMemory(where, options.memory, issues);
  checkCallbacks(where, options, issues);
  const feeds = await readInputs("inputs", component, options.inputs, settings, before + (steps || LONG), issues);
  component.varying?.check(before + steps, issues);
  const units = sizeOf(component.units);
  const span = { model: component.model, units, dt, precision, before, steps: steps || LONG };
  const record = planRecord(options.record, span, issues);
  if (issues.length > 0) throw new ConfigError(issues);
  return { feeds, record, steps, memory };
};

/** Reads what is wired to the ports of one population. */
export const readInputs = async (
  path: string,
  component: BuiltComponent,
  inputs: InputOptions | undefined,
  settings: Settings,
  steps: number,
  issues: Issue[],
): Promise<Record<string, Feed[]>> => {
  const feeds: Record<string, Feed[]> = {};
  if (inputs !== undefined && (typeof inputs !== "object" || inputs === null || Array.isArray(inputs))) {
    const message = `takes an object such as { current: 250 }; received ${describe(inputs)}. Name the ports.`;
    issues.push({ path, message });
    return {};
  }
  const given: Readonly<Record<string, unknown>> = { ...inputs };
  const ports = runInputs(component.model.inputs);
  const known = Object.keys(ports);
  if (known.length > 0) unknownKeys(path, given, known, issues);
  else if (Object.keys(given).length > 0) {
    issues.push({ path, message: `must be left out: a ${component.model.name} has no input port. Remove it.` });
  }
  const { dt, seed, precision } = settings;
  const { units } = component;
  for (const [name, port] of Object.entries(ports)) {
    if (given[name] === undefined) continue;
    const context = { path: `${path}.${name}`, units, padded: paddedTo(sizeOf(units), 32), dt, steps, seed, precision };
    feeds[name] = await readInput(port, given[name], context, issues);
  }
  return feeds;
};

/** What a sink is told before the first value. */
export const headerOf = (
  component: { readonly model: { readonly name: string }; readonly units: Shape },
  { dt }: Settings,
  { spikes, rate, traces }: RecordPlan,
  before: number,
): RecordHeader => ({
  model: component.model.name,
  units: sizeOf(component.units),
  dt,
  firstStep: before + 1,
  spikes,
  rate,
  traces,
});
