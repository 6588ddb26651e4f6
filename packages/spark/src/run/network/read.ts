import { describe, isRecord, sizeOf } from "../../config/shape.ts";
import { ConfigError, type Issue } from "../../errors/errors.ts";
import type { BuiltBrain, BuiltPopulation } from "../../graph/build.ts";
import { checkCallbacks, checkSink, readMemory, type Settings, stepsOf, unknownKeys } from "../options.ts";
import { readInputs } from "../read.ts";
import { planRecord } from "../record/plan.ts";
import type { GivenBrainRun } from "./options.ts";
import type { PopulationRequest } from "./plan.ts";

/** The options of a run of a brain, read and found sound. */
export interface BrainRequest {
  /** One a population, in order. */
  readonly requests: readonly PopulationRequest[];
  readonly steps: number;
  readonly memory: number;
}

const DEFAULT_MEMORY = 2 ** 32;
/** A run of unknown length is checked as a long one, so that only its duration is called wrong. */
const LONG = 2 ** 40;

/**
 * Reads the options of a run that begins after `before` steps.
 * @throws ConfigError with every problem, those in `issues` first.
 */
export const readBrainRun = async (
  where: string,
  brain: BuiltBrain,
  settings: Settings,
  options: GivenBrainRun,
  before: number,
  issues: Issue[],
): Promise<BrainRequest> => {
  const { dt, precision } = settings;
  const steps = stepsOf(`${where}.duration`, options.duration, dt, issues);
  const memory = options.memory === undefined ? DEFAULT_MEMORY : readMemory(where, options.memory, issues);
  const inputs = byPopulation("inputs", options.inputs, brain, issues);
  const records = byPopulation("record", options.record, brain, issues);
  const sinks = byPopulation("sink", options.sink, brain, issues);
  checkCallbacks(where, { ...options, sink: undefined } as never, issues);
  for (const [name, sink] of Object.entries(sinks)) checkSink(`${where}.sink.${name}`, sink, issues);
  const requests: PopulationRequest[] = [];
  for (const [place, population] of brain.populations.entries()) {
    const { name, component, receptors } = population;
    const own = { ...settings, seed: component.seed };
    const last = before + (steps || LONG);
    const feeds = await readInputs(`inputs.${name}`, component, inputs[name], own, last, issues);
    component.varying?.check(before + steps, issues);
    for (const { drives } of receptors) {
      for (const { source } of drives) source.varying?.check(before + steps, issues);
    }
    const found: Issue[] = [];
    const model = { ...component.model, observables: observablesOf(population) };
    const span = { model, units: sizeOf(component.units), dt, precision, before, steps: steps || LONG };
    const record = planRecord(records[name], span, found);
    // Records of a population are read as those of a single soma: their paths say which it is.
    issues.push(...found.map((issue) => ({ ...issue, path: issue.path.replace(/^record/, `record.${name}`) })));
    requests[place] = { feeds, record };
  }
  if (issues.length > 0) throw new ConfigError(issues);
  return { requests, steps, memory };
};

/** What the soma and its synapses show: the latter as "synapse.state". */
const observablesOf = ({
  component,
  receptors,
}: BuiltPopulation): BuiltPopulation["component"]["model"]["observables"] =>
  Object.fromEntries([
    ...Object.entries(component.model.observables),
    ...receptors.flatMap(({ name, model }) =>
      Object.entries(model.observables).map(([key, observable]) => [`${name}.${key}`, observable] as const),
    ),
  ]);

/** An object with one entry a population; unknown names become issues. */
export const byPopulation = (
  path: string,
  given: unknown,
  { populations }: Pick<BuiltBrain, "populations">,
  issues: Issue[],
): Readonly<Record<string, never>> => {
  if (given === undefined) return {};
  if (!isRecord(given)) {
    const message = `takes an object with one entry a population; received ${describe(given)}. Name the populations.`;
    issues.push({ path, message });
    return {};
  }
  unknownKeys(
    path,
    given,
    populations.map(({ name }) => name),
    issues,
  );
  return given as Readonly<Record<string, never>>;
};
