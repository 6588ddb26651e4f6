import { receptorNode } from "../compile/receptors.ts";
import { signalCode } from "../compile/signals.ts";
import { byName } from "../config/by-name.ts";
import { suggestName } from "../config/nearest-name.ts";
import { Place, runParts, Site } from "../config/place.ts";
import { sizeOf } from "../config/shape.ts";
import { BackendError, ConfigError, type Issue, StateError } from "../errors/errors.ts";
import type { Brain } from "../graph/brain.ts";
import type { Populations } from "../graph/brain-options.ts";
import { type BuiltBrain, collected, type SurveyedBrain, surveyBrain } from "../graph/build.ts";
import { directionIssues, hasDirections } from "../graph/conductances.ts";
import { observablesOf, type Readouts } from "../graph/readout.ts";
import type { Wiring } from "../graph/wiring.ts";
import { type Filtered, keptOf, makeFilters, restoreFilters } from "../readouts/filtered.ts";
import { planReadoutRecords, planReadouts, planSteps, recordOf, sourcesOf } from "../readouts/plan.ts";
import { ReadoutReader } from "../readouts/reader.ts";
import { NOTHING, probedBy, type WeightPlan } from "../record/plan.ts";
import { planRecord, planWeights } from "../record/read.ts";
import type { Scenery } from "../record/sight.ts";
import type { RecordSink } from "../record/sink.ts";
import type { Scene } from "../record/triggers.ts";
import { builderFor } from "./builder.ts";
import type {
  Checked,
  Ending,
  Frontend,
  NetworkParts,
  NetworkRequest,
  PopulationRequest,
  Ran,
  Running,
} from "./frontend.ts";
import { type ApplyInitial, readInitial } from "./initial.ts";
import { LateSynapses } from "./late-synapses.ts";
import { learningDoubts } from "./learning-doubts.ts";
import type { LoopPart } from "./loop.ts";
import { networkFault } from "./network-faults.ts";
import { checkNetworkMemory, chunkBytes } from "./network-memory.ts";
import { checkNames, NetworkStepper } from "./network-stepper.ts";
import { checkOperations } from "./operations.ts";
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
import { rulesOf } from "./rule-part.ts";
import { addSpikes } from "./signals.ts";
import { signDoubts } from "./signs.ts";
import { type StepInputs, stepFeedsOf, stepTraces } from "./stepper.ts";
import type { BrainStepInputs } from "./steps.ts";
import { drawProjections, planNetwork } from "./synapses.ts";
import { recordsIn } from "./triggers.ts";
import { WeightReader } from "./weight-reader.ts";
import { WeightKeeper } from "./weights.ts";

/** Steps per chunk while read-outs, with a value per unit and step, wait for a sink. */
const STREAMED_ROWS = 64;
const DEFAULT_MEMORY = 2 ** 32;
/** Key of the read-outs among the names of populations. */
const READOUTS = "readouts";
/** Key of the weights of projections. */
const WEIGHTS = "weights";

export type AnyBrain = Brain<Populations, Readouts>;

/** The settings that all populations of a network share. Adds an issue if they differ. */
export const commonOf = (
  { wiring }: AnyBrain,
  issues: Issue[],
): { readonly dt?: number; readonly dtype?: "f32" | "f64" } => {
  const common: { dt?: number; dtype?: "f32" | "f64" } = {};
  for (const key of ["dt", "dtype"] as const) {
    const given = wiring.populations.filter(({ component }) => component.config[key] !== undefined);
    const first = given[0];
    const other = given.find(({ component }) => component.config[key] !== first!.component.config[key]);
    if (first && other) {
      const message = `is ${other.component.config[key]}, but that of ${first.name} is ${first.component.config[key]}. Give all populations the same value.`;
      issues.push(other.place.at(key).issue(message));
    }
    if (first) Object.assign(common, { [key]: first.component.config[key] });
  }
  return common;
};

/**
 * Checks a network as far as possible without drawing values. Adds the problems of initial values to `issues`.
 * @throws ShapeError for initial values of another shape
 */
export const checkNetwork = (
  surveyed: SurveyedBrain,
  settings: Settings,
  options: Pick<GivenSettings, "initial">,
  issues: Issue[],
  place: Place = new Place(["initial"]),
): Checked<NetworkRequest> => {
  const names = surveyed.populations.map(({ name }) => name);
  const site = new Site(place, issues, settings);
  const initial = byName(options.initial, names, site);
  const apply = surveyed.populations.map(({ name, component }) => readInitial(component, initial[name], site.at(name)));
  for (const population of surveyed.populations) checkOperations(population, undefined, settings.precision, issues);
  const filtered = makeFilters({
    readouts: surveyed.wiring.readouts,
    populations: surveyed.populations.map(({ component }) => component),
    dt: surveyed.dt,
    seed: surveyed.seed,
  });
  const projections = new LateSynapses((drawer) => drawProjections(surveyed, settings.precision, drawer));
  let frontend: Frontend<NetworkRequest> | undefined;
  const checked: Checked<NetworkRequest> = {
    name: surveyed.name,
    settings,
    populations: surveyed.populations,
    network: {
      endings: () => endingsOf(surveyed.wiring, projections.all),
      doubts: () => [
        ...signDoubts(surveyed.wiring.populations, endingsOf(surveyed.wiring, projections.all)),
        ...learningDoubts(surveyed.wiring, surveyed.dt),
      ],
    },
    synapses: () =>
      Object.fromEntries(surveyed.wiring.projections.map(({ name }, k) => [name, projections.all[k]!.expected])),
    readRun: (where, given, before, found) => readRun(checked, surveyed.wiring, filtered, where, given, before, found),
    choose: (request, choices, at) => withChosen(request, names, readChosen(names, choices, at)),
    build: () => {
      frontend ??= frontendOf(checked, filtered, buildAll(surveyed, apply), projections);
      return frontend;
    },
  };
  return checked;
};

/** Checks a network. @throws ConfigError and ShapeError like the build of its components */
export const prepareNetwork = (
  brain: AnyBrain,
  settings: Settings,
  options: Pick<GivenSettings, "initial">,
  issues: Issue[],
): Checked<NetworkRequest> => {
  const checked = checkNetwork(surveyBrain(brain, settings), settings, options, issues);
  collected(issues, () => checked.synapses!());
  return checked;
};

const endingsOf = (
  { populations, projections }: SurveyedBrain["wiring"],
  synapses: LateSynapses["all"],
): readonly Ending[] =>
  projections.map((projection, k) => ({
    projection,
    synapses: synapses[k]!,
    inhibitory: populations[projection.source]!.inhibitory === true,
  }));

const buildAll = (surveyed: SurveyedBrain, apply: readonly ApplyInitial[]): BuiltBrain => {
  const built = surveyed.build();
  for (const [k, { component }] of built.populations.entries()) apply[k]!(component);
  return built;
};

const readRun = async (
  checked: Checked,
  wiring: Wiring,
  filtered: readonly Filtered[],
  where: Place,
  options: GivenRun,
  before: number,
  issues: Issue[],
): Promise<NetworkRequest> => {
  const { settings, populations } = checked;
  const { dt, precision } = settings;
  const site = new Site(where, issues, undefined);
  const steps = options.endless ? Infinity : await readSteps(options.duration, dt, before, site.at("duration"));
  const names = populations.map(({ name }) => name);
  const chosen = readChosen(names, options, site);
  const parts = runParts(where);
  const inputsAt = new Site(parts.at("inputs"), issues, "inputs");
  const recordAt = new Site(parts.at("record"), issues, undefined);
  const inputs = byName(options.inputs, names, inputsAt);
  const records = byName(options.record, [...names, READOUTS, WEIGHTS], recordAt, {
    readouts: filtered.map(({ wired }) => wired.name),
  });
  const cuts: string[] = [];
  const requests: Omit<PopulationRequest, "readouts">[] = [];
  const scene = sceneOf(populations, filtered);
  for (const [place, { name, component, receptors }] of populations.entries()) {
    const seeded = { ...settings, seed: component.seed };
    const last = before + (steps || LONG);
    const at = inputsAt.at(name).with(`inputs.${name}`);
    const feeds = await readInputs(component, inputs[name], seeded, last, at);
    component.varying?.check(before + steps, issues);
    for (const { drives } of receptors) for (const { varying } of drives) varying?.check(before + steps, issues);
    const model = { ...component.model, observables: observablesOf(component.model, receptors) };
    const span = { model, units: sizeOf(component.units), dt, precision, before, steps: steps || LONG, cuts };
    const own = { ...scene, own: scene.populations[place] };
    const record = planRecord(records[name], span, recordAt.at(name), own);
    checkOperations({ component, receptors }, feeds, precision, issues);
    requests.push({ feeds, record, sink: undefined });
  }
  const whole = { dt, precision, before, steps: steps || LONG, cuts, scene };
  const read = planReadoutRecords(filtered, records[READOUTS], whole, recordAt.at(READOUTS));
  const weights = planAllWeights(checked, wiring, records[WEIGHTS], whole, recordAt.at(WEIGHTS));
  const readouts = planReadouts(filtered, read, scene);
  const sources = sourcesOf(populations.length, filtered, readouts);
  const populationRequests = requests.map((request, place) => ({ ...request, readouts: sources[place]! }));
  const changesAt = new Site(parts.at("changes"), issues, undefined);
  const changes = await readPlan(
    options.changes,
    { populations, wiring, records: recordsIn({ populations: requests, readouts, weights }), dt, before, steps },
    changesAt,
  );
  if (issues.length > 0) throw new ConfigError(issues);
  return withChosen({ populations: populationRequests, readouts, weights, steps, changes, cuts }, names, chosen);
};

/** What the conditions of records can look at. */
const sceneOf = (populations: Checked["populations"], filtered: readonly Filtered[]): Scene => ({
  own: undefined,
  populations: populations.map(({ name, component, receptors }) => {
    const variables = Object.keys(observablesOf(component.model, receptors));
    return { name, units: sizeOf(component.units), variables, conditions: [] };
  }),
  readouts: filtered.map(({ wired, columns }) => ({ name: wired.name, columns, watched: false })),
});

/** Reads the records of weights. */
const planAllWeights = (
  { populations, synapses }: Checked,
  { projections }: Wiring,
  given: unknown,
  span: Parameters<typeof planWeights>[2],
  site: Site,
): WeightPlan[] => {
  if (given === undefined) return [];
  const named = byName(
    given,
    projections.map(({ name }) => name),
    site,
    { kind: "projection" },
  );
  const expected = synapses!();
  const unitsOf = (place: number): number => sizeOf(populations[place]!.component.units);
  return projections.flatMap(({ name, source, target, receptor }, projection) => {
    const own = {
      name,
      projection,
      sources: unitsOf(source),
      targets: unitsOf(target),
      synapses: expected[name]!,
      unit: populations[target]!.receptors[receptor]!.model.weightUnit,
    };
    return planWeights(named[name], own, span, site.at(name)) ?? [];
  });
};

/** Reads the run options of the caller. */
const readChosen = (names: readonly string[], choices: GivenChoices, site: Site) => {
  const chosen = readChoices(choices, DEFAULT_MEMORY, site);
  const named = new Site(new Place(["sink"]), site.issues, undefined);
  const sinks: Readonly<Record<string, RecordSink>> = byName(choices.sink, [...names, READOUTS, WEIGHTS], named);
  for (const [name, own] of Object.entries(sinks)) checkSink(own, site.at("sink", name));
  return { ...chosen, sinks };
};

const withChosen = (
  {
    populations,
    readouts,
    weights,
    steps,
    changes,
    cuts,
  }: Pick<NetworkRequest, "populations" | "readouts" | "weights" | "steps" | "changes" | "cuts">,
  names: readonly string[],
  { sinks, ...chosen }: ReturnType<typeof readChosen>,
): NetworkRequest => ({
  populations: populations.map((population, p) => ({ ...population, sink: sinks[names[p]!] })),
  readouts,
  weights,
  steps,
  changes,
  cuts,
  sink: sinks[READOUTS],
  weightSink: sinks[WEIGHTS],
  ...chosen,
});

const frontendOf = (
  checked: Checked<NetworkRequest>,
  filtered: readonly Filtered[],
  built: BuiltBrain,
  projections: LateSynapses,
): Frontend<NetworkRequest> => {
  const { settings } = checked;
  const { precision } = settings;
  const { populations } = built;
  const sizes = populations.map(({ component }) => sizeOf(component.units));
  const units = sizes.reduce((sum, size) => sum + size, 0);
  /** Populations whose steps have a port for spikes from outside. */
  const receiving = new Set<string>();
  const weights = new WeightKeeper(built.wiring.projections);
  return {
    checked,
    populations,
    warnings: built.warnings,
    units,
    programs: populations.map(
      (population) => new Programs(population, precision, { receptorNode, ...signalCode(population) }),
    ),
    enoughRows: 1,
    chunkRows: ({ populations: requests, memory, sink }, longest = MAX_ROWS) => {
      const row = requests.reduce((sum, { feeds, record, readouts }, p) => {
        const traces = [...probedBy(record), ...readouts];
        return sum + rowBytes(populations[p]!, precision, { feeds, traces });
      }, 1);
      // As many steps as fit the budget for all populations, independent of the duration.
      const fitting = Math.floor(chunkBytes(memory) / row);
      const most = sink ? STREAMED_ROWS : longest;
      return Math.max(1, Math.min(most, fitting));
    },
    checkMemory: (setup, request, { drawer, backend }) =>
      checkNetworkMemory(built, setup, request, projections.with(drawer), { precision, backend, owned: weights.owned }),
    lay: (programs, { drawer, threads }, builder) =>
      planNetwork(built, programs, projections.with(drawer), threads, { builder, owned: weights.owned }),
    openBuilder: ({ drawer, threads }, worker) => builderFor(projections.with(drawer), threads, !worker),
    partsOf: (running) => partsOf(built, settings, filtered, weights, running),
    resultOf: ({ info, result, synapses, buildTime }: Ran<NetworkRequest>) => {
      const named = populations.map(({ name }, k) => {
        const records = result.collectors[k + 1]!.results(settings.dt);
        return [name, { name, units: sizes[k]!, ...records }] as const;
      });
      const readouts = result.collectors[0]!.results(settings.dt);
      const recorded = result.collectors[populations.length + 1]?.results(settings.dt);
      const own = { ...Object.fromEntries(named), readouts, ...(recorded && { weights: recorded }) };
      return { ...info, units, synapses, buildTime, ...own };
    },
    stepping: {
      stepRequest: (inputs) => {
        checkNames(populations, inputs);
        const sources = sourcesOf(populations.length, filtered, planSteps(filtered));
        for (const { name } of populations) if (hasSpikes(inputs, name)) receiving.add(name);
        return {
          feeds: populations.map(({ name, component }) => stepFeedsOf(component.model, receiving.has(name))),
          traces: populations.map(({ component }, place) => [...stepTraces(component), ...sources[place]!]),
        };
      },
      takes: (_, inputs) => {
        // A population gets the port with its first spikes.
        for (const name in inputs) if (hasSpikes(inputs, name) && !receiving.has(name)) return false;
        return true;
      },
      stepper: (machine, driven) => new NetworkStepper(populations, machine, driven, filtered),
    },
    network: partsBeside(built, filtered, { units, weights, projections }),
  };
};

const hasSpikes = (inputs: object, name: string): boolean =>
  (inputs as BrainStepInputs<Record<string, StepInputs>>)[name]?.inSpikes !== undefined;

/**
 * What a run collects in every chunk: the read-outs, then every population. The read-outs come first, because a sink of
 * a population may fail, and their filters must have processed all steps of the machine.
 */
const partsOf = (
  built: BuiltBrain,
  settings: Settings,
  filtered: readonly Filtered[],
  keeper: WeightKeeper,
  { request, driven, setup, populations, room, before, started }: Running<NetworkRequest>,
): LoopPart[] => {
  const { sink, readouts: plans } = request;
  const recorded = request.populations.map(({ record }) => probedBy(record).length);
  const reading = { filtered, plans, recorded, rows: setup.rows, streamed: sink !== undefined };
  const reader = new ReadoutReader(populations, reading);
  const scenery: Scenery = {
    populations: populations.map((population, k) => {
      return { population, first: request.populations[k]!.record.traces.length };
    }),
    readout: (k) => reader.watched(k),
  };
  const parts = populations.map((population, k): LoopPart => {
    const { record, sink } = request.populations[k]!;
    const header = headerOf(built.populations[k]!.component, settings, record, before);
    const { name } = built.populations[k]!;
    return { name, feeds: driven[k]!.feeds, record, population, room: room[k]!, header, sink, scenery };
  });
  const record = recordOf(plans);
  const units = [built.populations.reduce((sum, { component }) => sum + sizeOf(component.units), 0)];
  const readouts: LoopPart = {
    name: READOUTS,
    feeds: [],
    record,
    population: populations[0]!,
    room: 0,
    header: headerOf({ model: built, units }, settings, record, before),
    sink,
    reader,
    scenery,
  };
  if (request.weights.length === 0) return [readouts, ...parts];
  // A run that is aborted before the network is built records nothing.
  const weightReader = new WeightReader(keeper.stands ? request.weights : [], keeper, started);
  const weighed = { ...NOTHING, traces: weightReader.traces };
  const weights: LoopPart = {
    ...readouts,
    name: WEIGHTS,
    record: weighed,
    header: headerOf({ model: built, units }, settings, weighed, before),
    sink: request.weightSink,
    reader: weightReader,
  };
  return [readouts, ...parts, weights];
};

interface Beside {
  readonly units: number;
  readonly weights: WeightKeeper;
  readonly projections: LateSynapses;
}

const partsBeside = (
  built: BuiltBrain,
  filtered: readonly Filtered[],
  { units, weights, projections }: Beside,
): NetworkParts => {
  const { wiring, dt, populations } = built;
  const placeOf = (name: string): number => {
    const place = wiring.projections.findIndex((wired) => wired.name === name);
    if (place >= 0) return place;
    const known = wiring.projections.map((wired) => wired.name);
    throw new StateError(`projection.${name} is unknown. ${suggestName(name, known)}`);
  };
  const keeping = filtered.filter(({ filter }) => filter.keeps);
  return {
    built,
    placeOf,
    projection: (name, drawer) => projections.with(drawer)[placeOf(name)]!,
    weights,
    readouts: filtered,
    ...rulesOf(wiring, { dt, populations, weights, synapses: (k) => projections.all[k]! }),
    hasDirections: hasDirections(wiring, built.populations),
    directionIssues: (directed) => directionIssues(wiring, directed),
    addSpikes: (machine, population, units) => addSpikes(machine, built.populations[population]!, population, units),
    checkBackend: ({ name, lacks }) => {
      const learning = wiring.projections.some(({ plasticity }) => plasticity) ? lacks.learning : undefined;
      const reason = learning ?? (wiring.signals.length > 0 ? lacks.signals : undefined);
      if (reason === undefined) return;
      throw new BackendError(`backend "${name}" cannot run ${learning ? "plasticity" : "signals"}. ${reason}`);
    },
    drawWith: (drawer) => projections.offer(drawer),
    dispose: () => projections.forget(),
    keptFilters: () => (keeping.length > 0 ? keptOf(filtered) : undefined),
    restoreFilters: (kept) => restoreFilters(filtered, kept),
    faultOf: (snapshot) => {
      const synapsesOf = (projection: number): number | undefined => weights.knownCountOf(projection);
      return networkFault(snapshot, {
        units,
        keeping,
        projections: wiring.projections,
        populations: built.populations,
        unitsOf: (population) => sizeOf(built.populations[population]!.component.units),
        synapsesOf,
      });
    },
  };
};
