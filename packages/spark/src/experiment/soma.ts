import { checkDt, checkTiming } from "../config/parse.ts";
import { Site } from "../config/place.ts";
import { describe, isRecord, type Shape } from "../config/shape.ts";
import { timeOfStep } from "../config/time.ts";
import { refuseUnknown } from "../config/unknown-keys.ts";
import { type Issue, issuesOf } from "../errors/errors.ts";
import { inputShape } from "../inputs/feed.ts";
import type { FileReading } from "../io/file-reading.ts";
import type { NamedFiles } from "../io/named-files.ts";
import type { BuiltComponent, Component, Model } from "../model/component.ts";
import { runInputs } from "../model/ports.ts";
import { stepsOf } from "../run/duration.ts";
import type { Checked, RunRequest } from "../run/frontend.ts";
import { readSettings, type Settings, type SimulateOptions } from "../run/options.ts";
import { surprisesOf } from "../run/plausible.ts";
import { type Prepared, preparedOf } from "../run/prepare.ts";
import { checkSingle, readSingleRun, surveySingle } from "../run/single.ts";
import { collect } from "./collect.ts";
import type { Given } from "./document.ts";
import { resolveInput } from "./list-files.ts";
import { type ReadModel, readModel, type SomaTypes } from "./model.ts";
import type { ExperimentDocument } from "./options.ts";
import { DOCUMENT, MODEL } from "./place.ts";
import { inWords, localMachines } from "./prepared.ts";
import type { FileSite } from "./series-files.ts";
import { checkPopulationMemory } from "./size.ts";

/** A valid document with one population. `simulate(component, options)` runs it. */
export interface SomaExperiment {
  readonly kind: "soma";
  readonly component: Component;
  /** Options for `simulate`, with the contents of files. Contains only options that the document sets. */
  readonly options: SimulateOptions<Component>;
  /** A checked copy of the document. */
  readonly document: ExperimentDocument;
  /** Shape of the population. */
  readonly units: Shape;
  /** Parameters: a number for all units, or one per unit in row-major order. The first access draws the values. */
  readonly fields: BuiltComponent["fields"];
  /** Number of steps of the run. */
  readonly steps: number;
  /** Settings of the run: those of the document, otherwise of the model, otherwise the defaults. */
  readonly settings: Pick<Settings, "dt" | "precision" | "seed">;
  /** Sentences about allowed but unusual values, except drawn ones. */
  readonly warnings: readonly string[];
  /** How the files of the document were read: separators, units and the like, where they are not plain. */
  readonly readings: readonly FileReading[];
  /** For `simulatePrepared`, which does not read the document again. */
  readonly prepared: Prepared<Component>;
}

/** Reads the rest of a document with one population. @throws the errors of `experiment` */
export const readSomaDocument = async (
  given: Given,
  options: { readonly models?: SomaTypes; readonly memory?: number },
  site: Site<NamedFiles>,
): Promise<SomaExperiment> => {
  const { context: files } = site;
  const model = readModel(given["model"], options.models ?? {}, site.at("model"));
  const settings = model ? settingsOf(model.component, given, site) : looseSettings(given, site);
  const steps = durationOf(given["duration"], settings.dt, site);
  const fileSite = site.at("inputs").with({ files, dt: settings.dt });
  const inputs = await resolveInputs(given["inputs"], model?.type.model, fileSite);
  const run = model && (await check(model, given, inputs, { ...settings, steps }, options.memory ?? 2 ** 31, site));
  files.require(site.issues);
  const { checked, request, build } = run!;
  const runsWith = runOptions(given, inputs);
  return {
    kind: "soma",
    component: model!.component,
    options: runsWith,
    document: given as unknown as ExperimentDocument,
    units: checked.populations[0]!.component.units,
    steps,
    settings,
    readings: files.readings,
    prepared: preparedOf(checked, request, () => checked.readRun(DOCUMENT, runsWith, 0, []), build),
    get fields() {
      return build().populations[0]!.component.fields;
    },
    warnings: [
      ...checked.populations[0]!.warnings,
      ...(request ? surprisesOf(checked, checked.populations, request, false) : []),
    ],
  };
};

type Timing = Pick<Settings, "dt" | "precision" | "seed" | "assumesDt">;

const settingsOf = (component: Component, given: Given, { place, issues }: Site): Timing => {
  const site = new Site(place, [], undefined);
  const { dt, dtype, seed } = given as Pick<ExperimentDocument, "dt" | "dtype" | "seed">;
  const read = readSettings(
    MODEL.path,
    component.config,
    { ...(dt !== undefined && { dt }), ...(dtype !== undefined && { dtype }), ...(seed !== undefined && { seed }) },
    site,
  );
  issues.push(...site.issues);
  // What is checked later uses the default in place of an invalid value.
  const wrong = (key: string): boolean => site.issues.some(({ keys = [] }) => keys.at(-1) === key);
  return {
    dt: wrong("dt") ? 1 : read.dt,
    assumesDt: read.assumesDt ?? false,
    precision: wrong("dtype") ? "f32" : read.precision,
    seed: wrong("seed") ? 1 : read.seed,
  };
};

/** The settings of a document whose model is invalid. */
export const looseSettings = (given: Given, site: Site): Timing => {
  checkTiming(given, site);
  const { dt } = given;
  const isValid = checkDt(dt, new Site(site.place, [], undefined));
  return { dt: isValid ? (dt as number) : 1, precision: "f32", seed: 1 };
};

export const durationOf = (duration: unknown, dt: number, site: Site): number =>
  stepsOf(duration, dt, site.at("duration"));

const resolveInputs = async (
  inputs: unknown,
  model: Model | undefined,
  site: FileSite,
): Promise<Record<string, unknown>> => {
  if (inputs === undefined) return {};
  if (!isRecord(inputs)) {
    site.refuse(`takes an object such as { "current": 250 }; received ${describe(inputs)}. Name the ports.`);
    return {};
  }
  const ports = model && runInputs(model.inputs);
  if (ports) refuseUnknown(inputs, Object.keys(ports), site);
  const resolved: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(inputs)) {
    if (ports && !Object.hasOwn(ports, name)) continue;
    const read = await resolveInput(name, value, site.at(name));
    if (read !== undefined) resolved[name] = read;
  }
  return resolved;
};

/** The checked run of a document. Nothing is drawn. */
interface Run extends Pick<Prepared, "build"> {
  readonly checked: Checked;
  readonly request: RunRequest | undefined;
}

/** Checks the population, its inputs and records. Returns undefined if the shape is not known. */
const check = async (
  { component, shapeKnown, type }: ReadModel,
  given: Given,
  inputs: Given,
  { steps, ...timing }: Timing & { readonly steps: number },
  memory: number,
  { issues, context: files }: Site<NamedFiles>,
): Promise<Run | undefined> => {
  const { model } = type;
  const implied = component.units ? undefined : Object.values(inputs).map(inputShape).find(Boolean);
  if (!shapeKnown && !implied) return undefined;
  checkPopulationMemory(MODEL, model, component.units ?? implied, memory);
  const settings = { ...timing, ...localMachines };
  const survey = collect(issues, () => surveySingle(component, settings, inputs, MODEL));
  const inRun = (issue: Issue): Issue => files.located(issue);
  const { dt, seed } = timing;
  const shape = component.units;
  const surveyed =
    survey?.surveyed ??
    (shape && { model, path: model.name, place: MODEL, units: shape, dt, seed, varying: undefined });
  if (!surveyed) return undefined;
  const { record, changes } = given;
  let request: RunRequest | undefined;
  if (steps > 0) {
    try {
      // Problems of the duration are already reported.
      const duration = timeOfStep(steps, dt);
      request = await readSingleRun(surveyed, settings, DOCUMENT, { duration, inputs, record, changes }, 0, []);
    } catch (error) {
      issues.push(...issuesOf(error).map(inRun));
    }
  }
  if (!survey) return undefined;
  const starts: Issue[] = [];
  let checked = await checkSingle(survey, settings, {}, []);
  try {
    checked = await checkSingle(survey, settings, { initial: given["initial"] }, starts, DOCUMENT.at("initial"));
  } catch (error) {
    starts.push(...issuesOf(error));
  }
  issues.push(...starts.map(inRun));
  return { checked, request, build: () => inWords(() => checked.build(), inRun) };
};

const runOptions = (given: Given, inputs: Given): SimulateOptions<Component> => {
  const { duration, dt, dtype, seed, record, changes, initial } = given as unknown as ExperimentDocument;
  return {
    duration,
    ...(dt !== undefined && { dt }),
    ...(dtype !== undefined && { dtype }),
    ...(seed !== undefined && { seed }),
    ...(initial !== undefined && { initial: initial as NonNullable<SimulateOptions<Component>["initial"]> }),
    ...(given["inputs"] !== undefined && { inputs }),
    ...(changes !== undefined && { changes: changes as NonNullable<SimulateOptions<Component>["changes"]> }),
    ...(record !== undefined && { record: record as unknown as NonNullable<SimulateOptions<Component>["record"]> }),
  };
};
