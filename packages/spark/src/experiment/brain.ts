import type { Shape } from "../config/shape.ts";
import type { Issue } from "../errors/errors.ts";
import type { Brain } from "../graph/brain.ts";
import { type BuiltBrain, buildBrain } from "../graph/build.ts";
import type { BuiltComponent } from "../model/component.ts";
import { unknownNames } from "../run/network/by-name.ts";
import { applyInitials, commonOf, expectedSynapses } from "../run/network/check.ts";
import type { BrainSimulateOptions } from "../run/network/options.ts";
import { readBrainRun } from "../run/network/read.ts";
import { makeFilters } from "../run/network/readout/filtered.ts";
import { readCommonSettings, type Settings, stepsOf } from "../run/options.ts";
import { inputKeys, type ReadBrain } from "./brain-model.ts";
import { collect, issuesOf, moved, ROOT } from "./collect.ts";
import { type ExperimentDocument, type Given, isObject } from "./document.ts";
import { resolveInput } from "./event-files.ts";
import type { FileContext } from "./files.ts";
import { MODEL } from "./place.ts";
import { checkPopulationMemory } from "./size.ts";
import { resolveValues } from "./value-files.ts";

/** A document about a brain, read and found sound. `simulate(brain, options)` runs it. */
export interface BrainExperiment {
  readonly kind: "brain";
  readonly brain: Brain;
  /** For `simulate`, with the files of inputs and start values in place. Only what the document says is set. */
  readonly options: BrainSimulateOptions;
  /** A checked copy of what was given. */
  readonly document: ExperimentDocument;
  /** Shape of each population. */
  readonly units: Readonly<Record<string, Shape>>;
  /** Values of each population's fields: a number for all units, or one a unit in row-major order. */
  readonly fields: Readonly<Record<string, BuiltComponent["fields"]>>;
  /** Synapses of each projection: their number where the rule tells it, else the number to be expected. */
  readonly synapses: Readonly<Record<string, number>>;
  /** Steps of the run. */
  readonly steps: number;
  /** What the run takes: the document's, the populations' or the default. */
  readonly settings: Pick<Settings, "dt" | "precision" | "seed">;
  /** Sentences about values that are allowed but unusual. */
  readonly warnings: readonly string[];
}

/** A copy of a brain's description with numbers in the place of the files that it names. */
export const resolveModel = async (model: Given, files: FileContext): Promise<Given> => {
  const resolved: Record<string, unknown> = { ...model };
  for (const kind of ["populations", "projections", "drives"]) {
    const parts = model[kind];
    // Names are free: only what stands under a name can be a file.
    const path = MODEL.at(kind).path;
    if (isObject(parts))
      resolved[kind] = await resolveEach(parts, path, files, kind === "populations" ? inputKeys : []);
  }
  const { positions } = model;
  if (isObject(positions)) resolved["positions"] = await resolveFields(positions, MODEL.at("positions").path, files);
  return resolved;
};

/** The keys `left` of each part are left as they are. */
const resolveEach = async (
  parts: Given,
  path: string,
  files: FileContext,
  left: readonly string[] = [],
): Promise<Given> => {
  const resolved: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(parts)) {
    const value = isObject(part) ? await resolveFields(part, `${path}.${name}`, files, left) : part;
    Object.defineProperty(resolved, name, { value, enumerable: true, writable: true, configurable: true });
  }
  return resolved;
};

const resolveFields = async (
  part: Given,
  path: string,
  files: FileContext,
  left: readonly string[] = [],
): Promise<Given> => {
  const resolved: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(part)) {
    const read = left.includes(key) ? value : await resolveValues(value, `${path}.${key}`, files);
    Object.defineProperty(resolved, key, { value: read, enumerable: true, writable: true, configurable: true });
  }
  return resolved;
};

/** Checks everything about a run of a brain. Gives undefined where there are problems, all of them in `issues`. */
export const checkBrain = async (
  read: ReadBrain,
  given: Given,
  files: FileContext,
  memory: number,
): Promise<Omit<BrainExperiment, "kind" | "document"> | undefined> => {
  const found: Issue[] = [];
  checkSize(read.brain, memory);
  const settings = settingsOf(read.brain, given, found);
  const built = buildable(read, settings, found);
  const options = await optionsOf(given, { ...files, dt: settings.dt });
  let steps = 0;
  let synapses: Record<string, number> = {};
  if (built) {
    steps = await checkRun(built, settings, options, found);
    synapses = expectedOf(built.built, found);
  } else stepsOf(`${ROOT}.duration`, given["duration"], settings.dt, found);
  files.issues.push(...found.map((issue) => moved(issue, files.relocate)));
  if (!built || files.issues.length > 0) return undefined;
  const { populations, warnings } = built.built;
  return {
    brain: read.brain,
    options: options as unknown as BrainSimulateOptions,
    units: Object.fromEntries(populations.map(({ name, component }) => [name, component.units])),
    fields: Object.fromEntries(populations.map(({ name, component }) => [name, component.fields])),
    synapses,
    steps,
    settings,
    warnings,
  };
};

/** Refuses populations that would not fit while they are built. */
const checkSize = ({ wiring }: Brain, memory: number): void => {
  for (const { name, component } of wiring.populations) {
    const { model, units } = component;
    checkPopulationMemory(MODEL.at("populations", name).path, model, units, memory);
  }
};

const settingsOf = (brain: Brain, given: Given, found: Issue[]): Settings => {
  const { dt, dtype, seed } = given as Pick<ExperimentDocument, "dt" | "dtype" | "seed">;
  const options = {
    ...(dt !== undefined && { dt }),
    ...(dtype !== undefined && { dtype }),
    ...(seed !== undefined && { seed }),
  };
  let common: ReturnType<typeof commonOf> = {};
  try {
    common = commonOf(brain);
  } catch (error) {
    found.push(...issuesOf(error));
  }
  return readCommonSettings(ROOT, brain.name, common, options, found);
};

interface Buildable {
  readonly read: ReadBrain;
  readonly built: BuiltBrain;
}

/** Builds the populations; where some cannot be built, the others. */
const buildable = (read: ReadBrain, settings: Settings, found: Issue[]): Buildable | undefined => {
  let rest: ReadBrain | undefined = read;
  while (rest) {
    try {
      return { read: rest, built: buildBrain(rest.brain, settings) };
    } catch (error) {
      const wrong = issuesOf(error);
      if (rest === read) found.push(...wrong);
      const smaller = rest.without(wrong);
      rest = smaller && sizeOfBrain(smaller) < sizeOfBrain(rest) ? smaller : undefined;
    }
  }
  return undefined;
};

/** Number of the parts of a brain. */
const sizeOfBrain = ({ brain: { wiring } }: ReadBrain): number =>
  wiring.populations.length + wiring.projections.length + wiring.drives.length;

/** The options of the run, with the files of inputs and start values in place. */
const optionsOf = async (given: Given, files: FileContext): Promise<Given> => {
  const { duration, dt, dtype, seed, inputs, record, initial } = given;
  const start = isObject(initial) ? await resolveEach(initial, `${ROOT}.initial`, files) : initial;
  const { populations } = given["model"] as Given;
  const names = isObject(populations) ? Object.keys(populations) : [];
  const driven = isObject(inputs) ? await resolveInputs(inputs, names, files) : inputs;
  return {
    duration,
    ...(dt !== undefined && { dt }),
    ...(dtype !== undefined && { dtype }),
    ...(seed !== undefined && { seed }),
    ...(initial !== undefined && { initial: start }),
    ...(inputs !== undefined && { inputs: driven }),
    ...(record !== undefined && { record }),
  };
};

const resolveInputs = async (inputs: Given, populations: readonly string[], files: FileContext): Promise<Given> => {
  const resolved: Record<string, unknown> = {};
  for (const [name, ports] of Object.entries(inputs)) {
    // What stands for no population is called unknown later, and no file of it is looked for.
    if (!isObject(ports) || !populations.includes(name)) {
      resolved[name] = ports;
      continue;
    }
    const own: Record<string, unknown> = {};
    for (const [port, value] of Object.entries(ports)) {
      const read = await resolveInput(port, value, `${ROOT}.inputs.${name}.${port}`, files);
      if (read !== undefined) own[port] = read;
    }
    resolved[name] = own;
  }
  return resolved;
};

/** Checks start values, inputs and records. Gives the steps of the run. */
const checkRun = async (
  { read, built }: Buildable,
  settings: Settings,
  options: Given,
  found: Issue[],
): Promise<number> => {
  const { broken, partial } = read;
  const own: Issue[] = [];
  const names = built.populations.map(({ name }) => name);
  // What stands for a population with problems of its own is neither called unknown nor checked.
  const knownOf = (key: "initial" | "inputs" | "record"): unknown => {
    const value = options[key];
    if (!isObject(value)) return value;
    const known = key === "record" ? [...names, "readouts"] : names;
    const readouts = key === "record" ? Object.keys(read.brain.readouts) : [];
    unknownNames(key, value, [...known, ...broken], own, readouts);
    return Object.fromEntries(Object.entries(value).filter(([name]) => known.includes(name)));
  };
  collect(
    own,
    () => applyInitials(built, knownOf("initial"), own),
    (issue) => issue,
  );
  const { duration } = options as { readonly duration: number };
  const inputs = knownOf("inputs");
  const record = knownOf("record");
  let steps = 0;
  try {
    const whole = { brain: built, filtered: makeFilters(built) };
    ({ steps } = await readBrainRun(ROOT, whole, settings, { duration, inputs, record }, 0, []));
  } catch (error) {
    own.push(...issuesOf(error));
  }
  // What projections bring to a population is not known where some were left out, nor all read-outs.
  const sure = partial ? own.filter(({ path }) => !/^record\.(readouts|\w+\.\w+)\.\w/.test(path)) : own;
  // What is wrong with a part of the brain has the part's own path, and is put into the document's words later.
  const whole = (path: string): boolean => path.startsWith(ROOT) || path.startsWith("brain.");
  found.push(...sure.map(({ path, message }) => ({ path: whole(path) ? path : `${ROOT}.${path}`, message })));
  return steps;
};

const expectedOf = (built: BuiltBrain, found: Issue[]): Record<string, number> => {
  try {
    return expectedSynapses(built);
  } catch (error) {
    found.push(...issuesOf(error));
    return {};
  }
};
