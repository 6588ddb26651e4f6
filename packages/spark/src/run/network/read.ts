import { sizeOf } from "../../config/shape.ts";
import { ConfigError, type Issue } from "../../errors/errors.ts";
import type { BuiltBrain } from "../../graph/build.ts";
import { observablesOf } from "../../graph/readout.ts";
import { planRecord } from "../../record/plan.ts";
import { checkCallbacks, checkSink, readMemory, type Settings, stepsOf } from "../options.ts";
import { readInputs } from "../read.ts";
import { byName } from "./by-name.ts";
import type { GivenBrainRun } from "./options.ts";
import type { PopulationRequest } from "./plan.ts";
import type { Filtered } from "./readout/filtered.ts";
import { planReadouts, type ReadoutPlan, sourcesOf } from "./readout/plan.ts";

/** The options of a run of a brain, read and found sound. */
export interface BrainRequest {
  /** One a population, in order. */
  readonly requests: readonly PopulationRequest[];
  /** One a read-out, in order. */
  readonly readouts: readonly ReadoutPlan[];
  readonly steps: number;
  readonly memory: number;
}

const DEFAULT_MEMORY = 2 ** 32;
/** Where read-outs stand among the names of populations. */
const READOUTS = "readouts";
/** A run of unknown length is checked as a long one, so that only its duration is called wrong. */
const LONG = 2 ** 40;

/**
 * Reads the options of a run that begins after `before` steps.
 * @throws ConfigError with every problem, those in `issues` first.
 */
export const readBrainRun = async (
  where: string,
  { brain, filtered }: { readonly brain: BuiltBrain; readonly filtered: readonly Filtered[] },
  settings: Settings,
  options: GivenBrainRun,
  before: number,
  issues: Issue[],
): Promise<BrainRequest> => {
  const { dt, precision } = settings;
  const steps = stepsOf(`${where}.duration`, options.duration, dt, issues);
  const memory = options.memory === undefined ? DEFAULT_MEMORY : readMemory(where, options.memory, issues);
  const names = brain.populations.map(({ name }) => name);
  const readouts = filtered.map(({ wired }) => wired.name);
  const inputs = byName("inputs", options.inputs, names, issues);
  const records = byName("record", options.record, [...names, READOUTS], issues, { readouts });
  const sinks = byName("sink", options.sink, [...names, READOUTS], issues);
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
    const model = { ...component.model, observables: observablesOf(component.model, population.receptors) };
    const span = { model, units: sizeOf(component.units), dt, precision, before, steps: steps || LONG };
    const record = planRecord(records[name], span, found);
    // Records of a population are read as those of a single soma: their paths say which it is.
    issues.push(...found.map((issue) => ({ ...issue, path: issue.path.replace(/^record/, `record.${name}`) })));
    requests[place] = { feeds, record };
  }
  const planned = planReadouts(filtered, records[READOUTS], { dt, precision, before, steps: steps || LONG }, issues);
  if (issues.length > 0) throw new ConfigError(issues);
  const sources = sourcesOf(brain, filtered, planned);
  const whole = requests.map((request, place) => ({ ...request, readouts: sources[place]! }));
  return { requests: whole, readouts: planned, steps, memory };
};
