import type { Precision } from "../config/parse.ts";
import { Place, runParts, Site } from "../config/place.ts";
import { sizeOf } from "../config/shape.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import { walk } from "../expr/expr.ts";
import type { SurveyedPopulation } from "../graph/build.ts";
import { inputShape } from "../inputs/feed.ts";
import { surveyComponent } from "../model/build.ts";
import type { BuiltComponent, Component, Model, Surveyed } from "../model/component.ts";
import { PortSpecs, runInputs } from "../model/ports.ts";
import { alone } from "../program/network.ts";
import type { Work } from "../program/work.ts";
import { NOTHING, probedBy, type RecordPlan, type RunSpan } from "../record/plan.ts";
import type { RecordSink } from "../record/sink.ts";
import { LARGE_CHUNK_BYTES, LARGE_CHUNK_ROWS } from "./budget.ts";
import type { Checked, Frontend, PopulationRequest, RunRequest } from "./frontend.ts";
import type { ApplyInitial } from "./initial.ts";
import { checkPopulationMemory } from "./memory.ts";
import {
  checkSink,
  type GivenChoices,
  type GivenRun,
  type GivenSettings,
  readChoices,
  readSteps,
  type Settings,
} from "./options.ts";
import { MAX_ROWS, Programs, rowBytes } from "./programs.ts";
import { headerOf, LONG, readInputs, readPlan } from "./read.ts";

/** Target size of the buffers of a chunk in bytes (inputs, spikes, records), so that they stay in a level-2 cache. */
const CHUNK_BYTES = 2 ** 19;
/** Maximum bytes of the spike bits of a chunk that nothing reads. For ten million units, this is one byte per unit. */
const UNREAD_BYTES = 10e6;
const DEFAULT_MEMORY = 2 ** 31;
/** Name of the population in programs and snapshots, and in the keys of noise draws. */
const NAME = "soma";

/** The ports of the inputs that define a shape. */
const specsOf = (model: Model, inputs: unknown): Record<string, PortSpecs> => {
  const specs: Record<string, PortSpecs> = {};
  const ports = runInputs(model.inputs);
  for (const [name, value] of Object.entries({ ...(inputs as object | undefined) })) {
    const shape = inputShape(value);
    const port = ports[name];
    // A signal that units share has another shape.
    if (shape && port && !port.shared) specs[name] = new PortSpecs({ payload: port.payload, shape });
  }
  return specs;
};

/** The population of a single component. */
const populationOf = (component: Surveyed<Model>, warnings: readonly string[] = []): SurveyedPopulation => ({
  name: NAME,
  component,
  receptors: [],
  inhibitory: false,
  warnings,
});

/** A component before its values are drawn. */
export type SingleSurvey = ReturnType<typeof surveyComponent<Model>>;

/** Determines the shape of a single component. @throws ConfigError and ShapeError like the build of a component */
export const surveySingle = (
  component: Component,
  { dt, seed, precision }: Pick<Settings, "dt" | "seed" | "precision">,
  inputs: unknown,
  place: Place = new Place([component.model.name]),
): SingleSurvey => {
  // A flat input fits any shape of its length, so inputs only define the shape if the component does not.
  const specs = component.units ? {} : specsOf(component.model, inputs);
  return surveyComponent(component, specs, { dt, seed, place, precision });
};

/**
 * Checks a single component as far as possible without drawing values. Adds the problems of initial values to `issues`.
 * @throws ShapeError for initial values of another shape
 */
export const checkSingle = async (
  { surveyed, warnings, build }: SingleSurvey,
  settings: Settings,
  options: Pick<GivenSettings, "initial">,
  issues: Issue[],
  place: Place = new Place(["initial"]),
): Promise<Checked> => {
  let apply: ApplyInitial | undefined;
  if (options.initial !== undefined) {
    const site = new Site(place, issues, settings);
    apply = (await import("./initial.ts")).readInitial(surveyed, options.initial, site);
  }
  await checkLarge(surveyed, undefined, settings.precision, issues);
  let built: Frontend | undefined;
  const checked: Checked = {
    name: surveyed.model.name,
    settings,
    populations: [populationOf(surveyed, warnings)],
    readRun: (where, given, before, found) => readSingleRun(surveyed, settings, where, given, before, found),
    choose: ({ populations, steps, changes, cuts }, choices, site) => {
      const { sink, ...chosen } = readChosen(choices, site);
      const own = populations.map((population) => ({ ...population, sink }));
      return { populations: own, steps, changes, cuts, ...chosen };
    },
    build: () => {
      built ??= frontendOf(checked, build(), apply);
      return built;
    },
  };
  return checked;
};

const readRecord = async (given: unknown, span: RunSpan, parts: Place, issues: Issue[]): Promise<RecordPlan> => {
  const { planRecord } = await import("../record/read.ts");
  return planRecord(given, span, new Site(parts.at("record"), issues, undefined));
};

/** Reads the options of a run of a single component. @throws ConfigError that lists every problem */
export const readSingleRun = async (
  component: Surveyed<Model>,
  settings: Settings,
  where: Place,
  options: GivenRun,
  before: number,
  issues: Issue[],
): Promise<RunRequest> => {
  const { dt, precision } = settings;
  const parts = runParts(where);
  const site = new Site(where, issues, undefined);
  const steps = options.endless ? Infinity : await readSteps(options.duration, dt, before, site.at("duration"));
  const { sink, ...chosen } = readChosen(options, site);
  const feeds = await readInputs(
    component,
    options.inputs,
    settings,
    before + (steps || LONG),
    new Site(parts.at("inputs"), issues, "inputs"),
  );
  component.varying?.check(before + steps, issues);
  const { model } = component;
  await checkLarge(component, feeds, precision, issues);
  const cuts: string[] = [];
  const span = { model, units: sizeOf(component.units), dt, precision, before, steps: steps || LONG, cuts };
  const record = options.record === undefined ? NOTHING : await readRecord(options.record, span, parts, issues);
  const changed = { populations: [populationOf(component)], records: [record], dt, before, steps };
  const changes = await readPlan(options.changes, changed, new Site(parts.at("changes"), issues, undefined));
  if (issues.length > 0) throw new ConfigError(issues);
  return { populations: [{ feeds, record, readouts: [], sink }], steps, changes, cuts, ...chosen };
};

/** Counts the operations of a step, unless they are certainly not too many. */
const checkLarge = async (
  component: Surveyed<Model>,
  feeds: PopulationRequest["feeds"] | undefined,
  precision: Precision,
  issues: Issue[],
): Promise<void> => {
  const { spikes, next } = component.model;
  let expressions = 30 * Object.values(feeds ?? {}).flat().length;
  walk([spikes, ...Object.values(next)], () => expressions++);
  if (expressions < 300) return;
  const { checkOperations } = await import("./operations.ts");
  checkOperations({ component, receptors: [] }, feeds, precision, issues);
};

/** Reads the run options of the caller. */
const readChosen = (choices: GivenChoices, site: Site) => {
  const chosen = readChoices(choices, DEFAULT_MEMORY, site);
  const { sink } = choices;
  if (sink !== undefined) checkSink(sink, site.at("sink"));
  return { ...chosen, sink: sink as RecordSink | undefined };
};

/** Work that is already done. */
// biome-ignore lint/correctness/useYield: there is nothing to wait for.
const done = function* <T>(value: T): Work<T> {
  return value;
};

const frontendOf = (checked: Checked, component: BuiltComponent, apply: ApplyInitial | undefined): Frontend => {
  apply?.(component);
  const { settings } = checked;
  const { precision } = settings;
  const population = { name: NAME, component, receptors: [], inhibitory: false };
  const units = sizeOf(component.units);
  return {
    checked,
    populations: [population],
    warnings: component.warnings,
    units: component.units,
    programs: [new Programs(population, precision)],
    enoughRows: LARGE_CHUNK_ROWS,
    chunkRows: ({ populations, steps, memory }, most = MAX_ROWS) => {
      const { feeds, record } = populations[0]!;
      const row = Math.max(rowBytes(population, precision, { feeds, traces: probedBy(record) }), 1);
      const large = Math.min(LARGE_CHUNK_BYTES, LARGE_CHUNK_ROWS * row);
      const fitting = Math.floor(Math.min(Math.max(CHUNK_BYTES, large), memory / 16) / row);
      const isRead = record.spikes !== undefined || record.binned.length > 0;
      const unread = isRead ? Infinity : Math.floor((8 * UNREAD_BYTES) / units);
      return Math.max(1, Math.min(steps, most, fitting, unread));
    },
    checkMemory: async (setup, { populations, memory }, { worker }) => {
      const { record, sink } = populations[0]!;
      return [await checkPopulationMemory(setup, record, { memory, streamed: sink !== undefined, worker })];
    },
    lay: (programs) =>
      done({ network: alone(programs[0]!), synapses: 0, warnings: [], projections: [], fill: () => done(undefined) }),
    partsOf: ({ request, driven, populations, room, before }) => {
      const { record, sink } = request.populations[0]!;
      const header = headerOf(component, settings, record, before);
      return [
        { name: NAME, feeds: driven[0]!.feeds, record, population: populations[0]!, room: room[0]!, header, sink },
      ];
    },
    resultOf: ({ info, result }) => ({
      ...info,
      ...result.collectors[0]!.results(settings.dt),
    }),
  };
};
