import { dtIssues, timingIssues } from "../config/parse.ts";
import { describe, type Shape, sizeOf } from "../config/shape.ts";
import { unknownKeys } from "../config/unknown-keys.ts";
import type { Issue } from "../errors/errors.ts";
import { inputShape, readInput } from "../inputs/feed.ts";
import type { BuiltComponent, Component, Model } from "../model/component.ts";
import { PortSpecs, runInputs } from "../model/ports.ts";
import { planRecord } from "../record/plan.ts";
import { applyInitial } from "../run/initial.ts";
import { readCommonSettings, type Settings, type SimulateOptions, stepsOf } from "../run/options.ts";
import { collect, moved, ROOT, throwIssues } from "./collect.ts";
import { type ExperimentDocument, type Given, isObject } from "./document.ts";
import { resolveInput } from "./event-files.ts";
import type { FileContext } from "./files.ts";
import { type ReadModel, readModel, type SomaTypes } from "./model.ts";
import { MODEL } from "./place.ts";
import { checkPopulationMemory } from "./size.ts";

/** A document about one population, read and found sound. `simulate(component, options)` runs it. */
export interface SomaExperiment {
  readonly kind: "soma";
  readonly component: Component;
  /** For `simulate`, with the files of the inputs in place. Only what the document says is set. */
  readonly options: SimulateOptions;
  /** A checked copy of what was given. */
  readonly document: ExperimentDocument;
  /** Shape of the population. */
  readonly units: Shape;
  /** Value of each field: a number for all units, or one a unit in row-major order. */
  readonly fields: BuiltComponent["fields"];
  /** Steps of the run. */
  readonly steps: number;
  /** What the run takes: the document's, the model's or the default. */
  readonly settings: Pick<Settings, "dt" | "precision" | "seed">;
  /** Sentences about values that are allowed but unusual. */
  readonly warnings: readonly string[];
}

/** Reads the rest of a document about one population. @throws as `experiment` does. */
export const readSomaDocument = async (
  given: Given,
  options: { readonly models?: SomaTypes; readonly memory?: number },
  wide: FileContext,
): Promise<SomaExperiment> => {
  const { issues } = wide;
  const model = readModel(given["model"], options.models ?? {}, issues);
  const settings = model ? settingsOf(model.component, given, issues) : looseSettings(given, issues);
  const steps = durationOf(given["duration"], settings.dt, issues);
  const files = { ...wide, dt: settings.dt };
  const inputs = await resolveInputs(given["inputs"], model?.type.model, files);
  const built = model && (await check(model, given, inputs, { ...settings, steps }, options.memory ?? 2 ** 31, files));
  throwIssues(files);
  return {
    kind: "soma",
    component: model!.component,
    options: runOptions(given, inputs),
    document: given as unknown as ExperimentDocument,
    units: built!.units,
    fields: built!.fields,
    steps,
    settings,
    warnings: built!.warnings,
  };
};

type Timing = Pick<Settings, "dt" | "precision" | "seed">;

const settingsOf = (component: Component, given: Given, issues: Issue[]): Timing => {
  const found: Issue[] = [];
  const { dt, dtype, seed } = given as Pick<ExperimentDocument, "dt" | "dtype" | "seed">;
  const read = readCommonSettings(
    ROOT,
    MODEL.path,
    component.config,
    { ...(dt !== undefined && { dt }), ...(dtype !== undefined && { dtype }), ...(seed !== undefined && { seed }) },
    found,
  );
  issues.push(...found);
  // What is wrong is told; what is checked after it goes on with the default.
  const wrong = (key: string): boolean => found.some(({ path }) => path === `${ROOT}.${key}`);
  return {
    dt: wrong("dt") ? 1 : read.dt,
    precision: wrong("dtype") ? "f32" : read.precision,
    seed: wrong("seed") ? 1 : read.seed,
  };
};

/** The settings of a document whose model is not known. */
export const looseSettings = (given: Given, issues: Issue[]): Timing => {
  issues.push(...timingIssues(given, ROOT));
  const { dt } = given;
  return { dt: dtIssues(dt, "").length === 0 ? (dt as number) : 1, precision: "f32", seed: 1 };
};

export const durationOf = (duration: unknown, dt: number, issues: Issue[]): number => {
  if (duration !== undefined) return stepsOf(`${ROOT}.duration`, duration, dt, issues);
  issues.push({ path: `${ROOT}.duration`, message: "is missing. Give the length of the run in ms." });
  return 0;
};

const resolveInputs = async (
  inputs: unknown,
  model: Model | undefined,
  files: FileContext,
): Promise<Record<string, unknown>> => {
  const path = `${ROOT}.inputs`;
  if (inputs === undefined) return {};
  if (!isObject(inputs)) {
    files.issues.push({
      path,
      message: `takes an object such as { "current": 250 }; received ${describe(inputs)}. Name the ports.`,
    });
    return {};
  }
  const ports = model && runInputs(model.inputs);
  if (ports) unknownKeys(path, inputs, Object.keys(ports), files.issues);
  const resolved: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(inputs)) {
    if (ports && !Object.hasOwn(ports, name)) continue;
    const read = await resolveInput(name, value, `${path}.${name}`, files);
    if (read !== undefined) resolved[name] = read;
  }
  return resolved;
};

/** A problem of something that follows from the fields, such as round(cooldown/dt), is one of the model. */
const within = (issue: Issue): Issue =>
  issue.keys?.[0] === ROOT ? issue : MODEL.issue(`gives ${issue.path}, which ${issue.message}`);

/** Builds the population and checks inputs and records against it. Gives undefined where it cannot be built. */
const check = async (
  { component, shapeKnown, type }: ReadModel,
  given: Given,
  inputs: Given,
  timing: Timing & { readonly steps: number },
  memory: number,
  { issues, relocate: moves }: FileContext,
): Promise<BuiltComponent | undefined> => {
  const { model } = type;
  const specs: Record<string, PortSpecs> = {};
  for (const [name, value] of Object.entries(inputs)) {
    const shape = component.units ? undefined : inputShape(value);
    if (shape) specs[name] = new PortSpecs({ payload: model.inputs[name]!.payload, shape });
  }
  if (!shapeKnown && Object.keys(specs).length === 0) return undefined;
  const built = attemptBuild(component, specs, timing, memory, issues);
  const shape = built?.units ?? component.units;
  if (!shape || timing.steps === 0) return built;
  const { dt, seed, precision, steps } = timing;
  const units = sizeOf(shape);
  for (const [name, value] of Object.entries(inputs)) {
    const path = `${ROOT}.inputs.${name}`;
    const found: Issue[] = [];
    const context = { path, units: shape, padded: Math.ceil(units / 32) * 32, dt, steps, seed, precision };
    await readInput(model.inputs[name]!, value, context, found);
    issues.push(...found.map((issue) => moved(issue, moves)));
  }
  const found: Issue[] = [];
  planRecord(given["record"], { model, units, dt, precision, before: 0, steps }, found);
  issues.push(...found.map(({ path, message }) => ({ path: `${ROOT}.${path}`, message })));
  // Its problems have paths that begin with "initial".
  const starts: Issue[] = [];
  if (built)
    collect(
      starts,
      () => applyInitial(built, given["initial"], starts),
      (issue) => issue,
    );
  issues.push(...starts.map(({ path, message }) => ({ path: `${ROOT}.${path}`, message })));
  return built;
};

const attemptBuild = (
  component: Component,
  specs: Readonly<Record<string, PortSpecs>>,
  { dt, seed }: Timing,
  memory: number,
  issues: Issue[],
): BuiltComponent | undefined => {
  const { model } = component;
  checkPopulationMemory(`${ROOT}.model`, model, component.units ?? Object.values(specs)[0]?.shape, memory);
  return collect(issues, () => component.build(specs, { dt, seed, place: MODEL.path }), within);
};

const runOptions = (given: Given, inputs: Given): SimulateOptions => {
  const { duration, dt, dtype, seed, record, initial } = given as unknown as ExperimentDocument;
  return {
    duration,
    ...(dt !== undefined && { dt }),
    ...(dtype !== undefined && { dtype }),
    ...(seed !== undefined && { seed }),
    ...(initial !== undefined && { initial: initial as NonNullable<SimulateOptions["initial"]> }),
    ...(given["inputs"] !== undefined && { inputs }),
    ...(record !== undefined && { record: record as unknown as NonNullable<SimulateOptions["record"]> }),
  };
};
