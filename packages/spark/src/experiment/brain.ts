import { refuseUnknownNames } from "../config/by-name.ts";
import { Site } from "../config/place.ts";
import { isRecord, type Shape } from "../config/shape.ts";
import { ConfigError, type Issue, issuesOf, type KeyedIssue } from "../errors/errors.ts";
import type { Brain } from "../graph/brain.ts";
import { type SurveyedBrain, surveyBrain } from "../graph/build.ts";
import type { FileReading } from "../io/file-reading.ts";
import type { NamedFiles } from "../io/named-files.ts";
import type { BuiltComponent } from "../model/component.ts";
import type { BrainSimulateOptions } from "../run/brain.ts";
import { stepsOf } from "../run/duration.ts";
import type { Checked, Frontend, RunRequest } from "../run/frontend.ts";
import { type AnyBrain, checkNetwork, commonOf } from "../run/network.ts";
import { readSettings, type Settings } from "../run/options.ts";
import { surprisesOf } from "../run/plausible.ts";
import { type Prepared, preparedOf } from "../run/prepare.ts";
import { inputKeys, type ReadBrain } from "./brain-model.ts";
import { collect } from "./collect.ts";
import { unitInBrain } from "./column-units.ts";
import type { Given } from "./document.ts";
import { hasEquations } from "./equations.ts";
import { resolveFields, resolveInput } from "./list-files.ts";
import type { ExperimentDocument } from "./options.ts";
import { DOCUMENT, MODEL } from "./place.ts";
import { inWords } from "./prepared.ts";
import type { FileSite } from "./series-files.ts";
import { checkPopulationMemory } from "./size.ts";

/** A valid document with a network. `simulate(brain, options)` runs it. */
export interface BrainExperiment {
  readonly kind: "brain";
  readonly brain: Brain;
  /** Options for `simulate`, with the contents of files. Contains only options that the document sets. */
  readonly options: BrainSimulateOptions;
  /** A checked copy of the document. */
  readonly document: ExperimentDocument;
  /** Shape of each population. */
  readonly units: Readonly<Record<string, Shape>>;
  /**
   * Parameters of each population: a number for all units, or one per unit in row-major order. The first access draws
   * the values.
   */
  readonly fields: Readonly<Record<string, BuiltComponent["fields"]>>;
  /** Number of synapses of each projection if the rule determines it, otherwise the expected number. */
  readonly synapses: Readonly<Record<string, number>>;
  /** Number of steps of the run. */
  readonly steps: number;
  /** Settings of the run: those of the document, otherwise of the populations, otherwise the defaults. */
  readonly settings: Pick<Settings, "dt" | "precision" | "seed">;
  /** Sentences about allowed but unusual values, except drawn ones. */
  readonly warnings: readonly string[];
  /** How the files of the document were read: separators, units and the like, where they are not plain. */
  readonly readings: readonly FileReading[];
  /** For `simulatePrepared`, which does not read the document again. */
  readonly prepared: Prepared<Brain>;
}

/** Copies the description of a network, with the files replaced by their numbers. */
export const resolveModel = async (model: Given, site: FileSite): Promise<Given> => {
  const resolved: Record<string, unknown> = { ...model };
  for (const kind of ["populations", "projections", "drives"]) {
    const parts = model[kind];
    // Names are arbitrary, so a file can only be below a name.
    if (isRecord(parts)) {
      resolved[kind] = await resolveEach(parts, site.at(kind), kind === "populations" ? inputKeys : []);
    }
  }
  const { positions } = model;
  if (isRecord(positions)) resolved["positions"] = await resolveFields(positions, site.at("positions"));
  return resolved;
};

/** Does not change the keys `left` of each part. */
const resolveEach = async (parts: Given, site: FileSite, left: readonly string[] = []): Promise<Given> => {
  const resolved: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(parts)) {
    const value = isRecord(part) ? await resolvePart(part, site.at(name), left) : part;
    Object.defineProperty(resolved, name, { value, enumerable: true, writable: true, configurable: true });
  }
  return resolved;
};

/** Equations have their values one level deeper. */
const resolvePart = async (part: Given, site: FileSite, left: readonly string[]): Promise<Given> => {
  if (!hasEquations(part)) return resolveFields(part, site, left);
  const resolved = await resolveFields(part, site, [...left, "equations", "parameters"]);
  const { parameters } = part;
  return isRecord(parameters)
    ? { ...resolved, parameters: await resolveFields(parameters, site.at("parameters")) }
    : resolved;
};

/** Checks everything about a run of a network. Returns undefined, with all problems in `issues`, if there are any. */
export const checkBrain = async (
  read: ReadBrain,
  given: Given,
  site: Site<NamedFiles>,
  memory: number,
): Promise<Omit<BrainExperiment, "kind" | "document" | "readings"> | undefined> => {
  const found: Issue[] = [];
  const { issues, context: files } = site;
  checkSize(read.brain, memory);
  const settings = settingsOf(read.brain, given, found);
  const sound = surveyable(read, settings, found);
  const options = await optionsOf(given, site.with({ files, dt: settings.dt }));
  const run = sound && (await checkRun(sound, settings, options, found));
  const synapses = run ? expectedOf(run.checked, found) : {};
  if (!sound) stepsOf(given["duration"], settings.dt, new Site(DOCUMENT.at("duration"), found, undefined));
  const place = (issue: Issue): Issue => files.located(issue);
  issues.push(...found.map(place));
  if (sound) issues.push(...files.refuseUnits(unitInBrain(sound.read.brain.wiring)));
  if (!run?.request || issues.length > 0) return undefined;
  const { checked, request } = run;
  const build = (): Frontend => inWords(() => checked.build(), place);
  return {
    brain: read.brain,
    options: options as unknown as BrainSimulateOptions,
    units: Object.fromEntries(checked.populations.map(({ name, component }) => [name, component.units])),
    synapses,
    steps: request.steps,
    settings,
    prepared: preparedOf(checked, request, () => checked.readRun(DOCUMENT, options, 0, []), build),
    get fields() {
      return Object.fromEntries(build().populations.map(({ name, component }) => [name, component.fields]));
    },
    warnings: [
      ...checked.populations.flatMap((population) => population.warnings),
      ...surprisesOf(checked, checked.populations, request, false),
    ],
  };
};

/** Rejects populations that exceed the memory limit while they are built. */
const checkSize = ({ wiring }: Brain, memory: number): void => {
  for (const { name, component } of wiring.populations) {
    const { model, units } = component;
    checkPopulationMemory(MODEL.at("populations", name), model, units, memory);
  }
};

const settingsOf = (brain: AnyBrain, given: Given, found: Issue[]): Settings => {
  const { dt, dtype, seed } = given as Pick<ExperimentDocument, "dt" | "dtype" | "seed">;
  const options = {
    ...(dt !== undefined && { dt }),
    ...(dtype !== undefined && { dtype }),
    ...(seed !== undefined && { seed }),
  };
  return readSettings(brain.name, commonOf(brain, found), options, new Site(DOCUMENT, found, undefined));
};

interface Surveyable {
  readonly read: ReadBrain;
  readonly surveyed: SurveyedBrain;
}

/** Surveys the populations, except those with problems. */
const surveyable = (read: ReadBrain, settings: Settings, found: Issue[]): Surveyable | undefined => {
  let rest: ReadBrain | undefined = read;
  while (rest) {
    try {
      return { read: rest, surveyed: surveyBrain(rest.brain, settings) };
    } catch (error) {
      const wrong = issuesOf(error);
      if (rest === read) found.push(...wrong);
      const smaller = rest.without(wrong);
      rest = smaller && sizeOfBrain(smaller) < sizeOfBrain(rest) ? smaller : undefined;
    }
  }
  return undefined;
};

/** Number of parts of a network. */
const sizeOfBrain = ({ brain: { wiring } }: ReadBrain): number =>
  wiring.populations.length + wiring.projections.length + wiring.drives.length;

/** The options of the run, with the contents of the files of inputs and start values. */
const optionsOf = async (given: Given, site: FileSite): Promise<Given> => {
  const { duration, dt, dtype, seed, inputs, record, changes, initial } = given;
  const start = isRecord(initial) ? await resolveEach(initial, site.at("initial")) : initial;
  const { populations } = given["model"] as Given;
  const names = isRecord(populations) ? Object.keys(populations) : [];
  const driven = isRecord(inputs) ? await resolveInputs(inputs, names, site.at("inputs")) : inputs;
  return {
    duration,
    ...(dt !== undefined && { dt }),
    ...(dtype !== undefined && { dtype }),
    ...(seed !== undefined && { seed }),
    ...(initial !== undefined && { initial: start }),
    ...(inputs !== undefined && { inputs: driven }),
    ...(record !== undefined && { record }),
    ...(changes !== undefined && { changes }),
  };
};

const resolveInputs = async (inputs: Given, populations: readonly string[], site: FileSite): Promise<Given> => {
  const resolved: Record<string, unknown> = {};
  for (const [name, ports] of Object.entries(inputs)) {
    // Keys without a population are reported as unknown later. Their files are not read.
    if (!isRecord(ports) || !populations.includes(name)) {
      resolved[name] = ports;
      continue;
    }
    const own: Record<string, unknown> = {};
    for (const [port, value] of Object.entries(ports)) {
      const read = await resolveInput(port, value, site.at(name, port));
      if (read !== undefined) own[port] = read;
    }
    resolved[name] = own;
  }
  return resolved;
};

interface CheckedRun {
  readonly checked: Checked;
  /** Undefined if the run has problems. */
  readonly request: RunRequest | undefined;
}

/** Checks start values, inputs and records. */
const checkRun = async (
  { read, surveyed }: Surveyable,
  settings: Settings,
  options: Given,
  found: Issue[],
): Promise<CheckedRun> => {
  const { broken, partial } = read;
  const own: Issue[] = [];
  const names = surveyed.populations.map(({ name }) => name);
  // Entries of populations with problems are neither reported as unknown nor checked.
  const knownOf = (key: "initial" | "inputs" | "record"): unknown => {
    const value = options[key];
    if (!isRecord(value)) return value;
    const known = key === "record" ? [...names, "readouts", "weights"] : names;
    const readouts = key === "record" ? Object.keys(read.brain.readouts) : [];
    refuseUnknownNames(value, [...known, ...broken], new Site(DOCUMENT.at(key), own, undefined), readouts);
    return Object.fromEntries(Object.entries(value).filter(([name]) => known.includes(name)));
  };
  const initial = knownOf("initial");
  const check = (start: unknown): Checked =>
    checkNetwork(surveyed, settings, { initial: start }, own, DOCUMENT.at("initial")) as unknown as Checked;
  const checked = collect(own, () => check(initial)) ?? check(undefined);
  const { duration } = options;
  const inputs = knownOf("inputs");
  const record = knownOf("record");
  let request: RunRequest | undefined;
  try {
    request = await checked.readRun(DOCUMENT, { duration, inputs, record, changes: options["changes"] }, 0, []);
  } catch (error) {
    own.push(...issuesOf(error));
  }
  // If some parts are missing, the receptors and read-outs are not all known.
  found.push(...(partial ? new ConfigError(own).issues.filter((issue) => !mayBeBrought(issue)) : own));
  return { checked, request };
};

/** Whether a problem is about a part that is missing: a record of a read-out or receptor, or a changed parameter. */
const mayBeBrought = ({ keys }: KeyedIssue): boolean => {
  const [, kind, name, ...more] = keys;
  if (kind === "changes") return more.length > 1;
  return (
    kind === "record" && more.length > 0 && (name === "readouts" || name === "weights" || `${more[0]}`.includes("."))
  );
};

const expectedOf = (checked: Checked, found: Issue[]): Readonly<Record<string, number>> => {
  try {
    return checked.synapses!();
  } catch (error) {
    found.push(...issuesOf(error));
    return {};
  }
};
