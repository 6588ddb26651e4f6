import {
  type Brain,
  type BuiltComponent,
  type Component,
  compile,
  type Experiment,
  interpreter,
  plasticityRules,
  somas,
  sources,
  synapses,
} from "spark-snn";
import { isRecord } from "spark-snn/documents";

/* An experiment as plain numbers, which every export starts from: parameters of each unit, and lists of synapses. */

/** One number for all units, or one for each. */
export type PerUnit = number | Float64Array;
export type Fields = Readonly<Record<string, PerUnit>>;

export interface FlatReceptor {
  readonly name: string;
  /** Name of the synapse model, such as "ExponentialSynapse". */
  readonly model: string;
  readonly currentOf: "mean" | "value";
  readonly fields: Fields;
  /** Unit of the weights: pA, mV or nS. */
  readonly unit: string;
}

export interface FlatPopulation {
  readonly name: string;
  readonly kind: "soma" | "spikeSource";
  /** Name of the model, such as "LeakySoma". */
  readonly model: string;
  readonly shape: readonly number[];
  readonly units: number;
  readonly fields: Fields;
  readonly inhibitory: boolean | readonly boolean[];
  readonly receptors: readonly FlatReceptor[];
  /** Inputs of the run by port, as the document gives them. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Start values of state variables, as the document gives them. */
  readonly initial: Readonly<Record<string, unknown>>;
}

export interface FlatRule {
  /** Name of the rule; several names for a list of rules. */
  readonly model: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface FlatProjection {
  readonly name: string;
  readonly source: FlatPopulation;
  readonly target: FlatPopulation;
  readonly receptor: FlatReceptor;
  /** Lists with one value for each synapse. */
  readonly sources: Int32Array;
  readonly targets: Int32Array;
  /** In the unit of the receptor, with the sign with which they act. */
  readonly weights: Float64Array;
  /** Steps. */
  readonly delays: Int32Array;
  readonly rule: FlatRule | undefined;
}

export interface FlatDrive {
  readonly name: string;
  readonly target: FlatPopulation;
  readonly receptor: FlatReceptor;
  /** Hz, of each train. */
  readonly rate: number | undefined;
  readonly trains: number | undefined;
  readonly weight: number | undefined;
}

export interface FlatNetwork {
  readonly name: string;
  /** ms */
  readonly dt: number;
  readonly steps: number;
  readonly seed: number;
  readonly precision: "f32" | "f64";
  readonly populations: readonly FlatPopulation[];
  readonly projections: readonly FlatProjection[];
  readonly drives: readonly FlatDrive[];
  readonly readouts: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Names of signals, which pass values between populations. */
  readonly signals: readonly string[];
  /** Number of changes during the run. */
  readonly changes: number;
  /** Populations whose spikes the document records, and those of which it records other variables. */
  readonly records: Readonly<Record<string, readonly string[]>>;
  readonly experiment: Experiment;
}

type Inputs = Readonly<Record<string, unknown>>;

/** The name of the only population of an experiment with one soma. */
const ONLY = "cells";

/** Draws all parameters and synapses of an experiment. */
export const flatten = async (experiment: Experiment): Promise<FlatNetwork> => {
  const { settings, steps, document, options } = experiment;
  const common = { dt: settings.dt, seed: settings.seed, precision: settings.precision, steps, experiment };
  const name = document.name ?? (experiment.kind === "brain" ? experiment.brain.name : experiment.component.model.name);
  const changes = document.changes?.length ?? 0;
  if (experiment.kind === "soma") {
    const { component, units, fields } = experiment;
    const given = options as unknown as { readonly inputs?: Inputs; readonly initial?: Inputs };
    const population = populationOf(ONLY, component, units, fields, false, [], given.inputs ?? {}, given.initial ?? {});
    const records = { [ONLY]: namesIn(document.record) };
    return {
      ...common,
      name,
      populations: [population],
      projections: [],
      drives: [],
      readouts: {},
      signals: [],
      changes,
      records,
    };
  }
  const { brain } = experiment;
  const populations = populationsOf(experiment);
  const projections = await projectionsOf(brain, populations, settings);
  return {
    ...common,
    name,
    populations,
    projections,
    drives: drivesOf(brain, populations),
    readouts: brain.readouts as unknown as FlatNetwork["readouts"],
    signals: Object.keys(brain.signals),
    changes,
    records: Object.fromEntries(Object.entries(document.record ?? {}).map(([key, value]) => [key, namesIn(value)])),
  };
};

interface Declared {
  readonly fields: unknown;
  readonly next?: unknown;
}

const typeNamed = (types: object, name: string): Declared | undefined =>
  Object.hasOwn(types, name)
    ? (types as Readonly<Record<string, { readonly model: Declared }>>)[name]!.model
    : undefined;

/** The name of a model. One of the user's own must not be taken for that of the library with the same name. */
const nameOf = (name: string, isOfLibrary: boolean): string => (isOfLibrary ? name : `own model ${name}`);

const namesIn = (record: unknown): readonly string[] =>
  isRecord(record) ? Object.entries(record).flatMap(([name, value]) => (value === false ? [] : [name])) : [];

const populationOf = (
  name: string,
  component: Component,
  shape: readonly number[],
  fields: BuiltComponent["fields"],
  inhibitory: boolean | readonly boolean[],
  receptors: readonly FlatReceptor[],
  inputs: Inputs,
  initial: Inputs,
): FlatPopulation => ({
  name,
  kind: component.model.kind,
  model: nameOf(
    component.model.name,
    component.model.next === typeNamed({ ...somas, ...sources }, component.model.name)?.next,
  ),
  shape,
  units: shape.reduce((product, length) => product * length, 1),
  fields,
  inhibitory,
  receptors,
  inputs,
  initial,
});

type BrainExperiment = Extract<Experiment, { readonly kind: "brain" }>;

const populationsOf = ({ brain, units, fields, options, settings }: BrainExperiment): readonly FlatPopulation[] => {
  const { inputs = {}, initial = {} } = options as unknown as {
    readonly inputs?: Readonly<Record<string, Inputs>>;
    readonly initial?: Readonly<Record<string, Inputs>>;
  };
  return brain.wiring.populations.map(({ name, component, inhibitory, receptors }) => {
    const flat = receptors.map((receptor): FlatReceptor => {
      const { model } = receptor.synapse;
      const built = receptor.synapse.build(units[name]!, {
        dt: settings.dt,
        // The path and the seed with which a run draws the values of this receptor.
        seed: receptor.synapse.config.seed ?? settings.seed,
        path: `brain.populations.${name}.${receptor.name}`,
      });
      return {
        name: receptor.name,
        model: nameOf(model.name, model.fields === typeNamed(synapses, model.name)?.fields),
        currentOf: model.currentOf ?? "mean",
        fields: built.fields,
        unit: model.weightUnit,
      };
    });
    return populationOf(
      name,
      component,
      units[name]!,
      fields[name]!,
      inhibitory,
      flat,
      inputs[name] ?? {},
      initial[name] ?? {},
    );
  });
};

const projectionsOf = async (
  brain: Brain,
  populations: readonly FlatPopulation[],
  { dt, seed, precision }: BrainExperiment["settings"],
): Promise<readonly FlatProjection[]> => {
  if (brain.wiring.projections.length === 0) return [];
  const simulation = await compile(brain, { dt, seed, dtype: precision, backend: interpreter() });
  try {
    return brain.wiring.projections.map(({ name, source, target, receptor, plasticity }) => {
      const sourceUnits = populations[source]!;
      const flat = populations[target]!.receptors[receptor]!;
      const lists = listsOf(simulation.projection(name));
      const { inhibitory } = sourceUnits;
      // The weights of inhibitory units are magnitudes. Conductances are never negative.
      if (inhibitory !== false && flat.unit !== "nS") {
        lists.sources.forEach((unit, k) => {
          if (inhibitory === true || inhibitory[unit]) lists.weights[k] = -lists.weights[k]!;
        });
      }
      const rule = plasticity && {
        model: nameOf(
          plasticity.model.name,
          plasticity.model.fields === typeNamed(plasticityRules, plasticity.model.name)?.fields,
        ),
        fields: plasticity.fields as FlatRule["fields"],
      };
      return { name, source: sourceUnits, target: populations[target]!, receptor: flat, ...lists, rule };
    });
  } finally {
    simulation.dispose();
  }
};

type Lists = Pick<FlatProjection, "sources" | "targets" | "weights" | "delays">;

const listsOf = (drawn: ReturnType<Awaited<ReturnType<typeof compile<Brain>>>["projection"]>): Lists => {
  let count = 0;
  drawn.each(({ length }) => (count += length), { weights: false });
  const lists = {
    sources: new Int32Array(count),
    targets: new Int32Array(count),
    weights: new Float64Array(count),
    delays: new Int32Array(count),
  };
  let at = 0;
  drawn.each(({ length, sources, targets, weights, delays }) => {
    lists.sources.set(sources.subarray(0, length), at);
    lists.targets.set(targets.subarray(0, length), at);
    lists.weights.set(weights.subarray(0, length), at);
    lists.delays.set(delays.subarray(0, length), at);
    at += length;
  });
  return lists;
};

const drivesOf = (brain: Brain, populations: readonly FlatPopulation[]): readonly FlatDrive[] =>
  brain.wiring.drives.map(({ name, target, receptor, drive }) => {
    const number = (key: string): number | undefined => {
      const value = drive.config.settings[key];
      return typeof value === "number" ? value : undefined;
    };
    const population = populations[target]!;
    return {
      name,
      target: population,
      receptor: population.receptors[receptor]!,
      rate: number("rate"),
      trains: number("trains"),
      weight: number("weight"),
    };
  });
