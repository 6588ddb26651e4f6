import { suggestName } from "../config/nearest-name.ts";
import { Place, Site } from "../config/place.ts";
import { describe, isRecord } from "../config/shape.ts";
import { timeOfStep } from "../config/time.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import { type Brain, brain } from "../graph/brain.ts";
import { isComponent, isNeuron, type Neuron, uncalled } from "../graph/neuron.ts";
import { DEFAULT_DT } from "../model/build.ts";
import type { Component, Model } from "../model/component.ts";
import { groupShape } from "../model/places.ts";
import type { Runnable } from "../run/model.ts";
import { compileKeys, runKeys, type SimulateOptions } from "../run/options.ts";
import type { JsonObject } from "./document.ts";
import type { ExperimentOptions } from "./experiment.ts";
import { checkTypes } from "./given.ts";
import type { ExperimentDocument } from "./options.ts";
import { experimentVersion } from "./versions.ts";
import { writeNetwork } from "./written-network.ts";
import { type NamedTypes, shapeIn, writeComponent } from "./written-parts.ts";
import { runPartKeys, type Shaped, type Shapes, writeRun } from "./written-run.ts";
import { jsonObject } from "./written-values.ts";

type Documented = "dt" | "dtype" | "seed" | "initial" | "inputs" | "record" | "changes";

/** Options of `documentOf`: those of `simulate` that a document contains, its texts, and custom types. */
export interface DocumentOfOptions<M = Runnable>
  extends Pick<SimulateOptions<M>, Documented>,
    Pick<ExperimentOptions, "models" | "synapses" | "plasticity" | "rules"> {
  /** Name of the experiment. Default for a network: its name. */
  readonly name?: string;
  /** Description of the experiment. */
  readonly description?: string;
  /** Duration of the run, ms; a whole number of steps. Default: 1000 steps. */
  readonly duration?: number;
}

const typeKeys = ["models", "synapses", "plasticity", "rules"] as const;
/** Steps of a document whose run has no given duration. */
const STEPS = 1000;

type Given = Readonly<Record<string, unknown>>;

/**
 * Writes the experiment document of a model that was made in code: a soma, a neuron or a network, with the run that the
 * options describe. `experiment` reads it as the same model and run, with the same bits. `JSON.stringify` turns it into
 * text.
 *
 * Somas and synapses of your own are written as equations. Other types of your own are written by name, if you pass them here
 * and to `experiment`: `models: { MySource }`. A neuron becomes the population `cells` of a network.
 *
 * @throws ConfigError that lists everything that a document cannot contain, such as functions and iterables
 */
export const documentOf = <const M extends Runnable | Neuron>(
  model: M,
  options: DocumentOfOptions<M extends Runnable ? M : Brain> = {},
): ExperimentDocument => {
  const issues: Issue[] = [];
  const site = new Site(new Place(["documentOf"]), issues, undefined);
  const given = readGiven(options, site);
  const whole = wholeModel(model, site);
  if (issues.length > 0) throw new ConfigError(issues);
  const document = write(whole!, given, issues);
  if (issues.length > 0) throw new ConfigError(issues);
  return document as unknown as ExperimentDocument;
};

const readGiven = (options: unknown, site: Site): Given => {
  if (!isRecord(options)) {
    site.refuse(`takes an object of options; received ${describe(options)}. Give { duration, inputs, record }.`);
    return {};
  }
  const known: readonly string[] = [...runPartKeys, ...typeKeys];
  for (const key of Object.keys(options).filter((one) => !known.includes(one))) {
    const isOfRun = ([...compileKeys, ...runKeys] as readonly string[]).includes(key);
    site
      .at(key)
      .refuse(
        isOfRun
          ? "belongs to a run, and a document leaves it to its caller. Pass it to simulatePrepared."
          : `is unknown. ${suggestName(key, known)}`,
      );
  }
  checkTypes(options, site);
  return options;
};

/** A population, or a network. A neuron becomes the only population of a network. */
const wholeModel = (model: unknown, site: Site): Component<Model> | Brain | undefined => {
  if (isRecord(model) && model["kind"] === "brain") return model as unknown as Brain;
  if (isNeuron(model)) return brain({ populations: { cells: model } });
  if (!isComponent(model)) {
    const received = uncalled(model) ?? `received ${describe(model)}. Give one of these.`;
    return site.refuse(`takes a soma, a neuron or a network; ${received}`);
  }
  return model;
};

const write = (model: Component<Model> | Brain, given: Given, issues: Issue[]): JsonObject => {
  const types = typesIn(given);
  const at = (path: string) => new Site(new Place([path]), issues, types);
  const isBrain = isNetwork(model);
  const written = isBrain ? writeNetwork(model, at("brain")) : writeComponent(model, at(model.model.name));
  const name = given["name"] ?? (isBrain && model.name !== "Brain" ? model.name : undefined);
  const duration = given["duration"] ?? timeOfStep(STEPS, dtOf(model, given));
  const run = writeRun({ ...given, name, duration }, shapesOf(model), new Site(new Place([]), issues, undefined));
  const { name: named, description, ...rest } = run;
  return jsonObject(Object.entries({ name: named, description, version: experimentVersion, model: written, ...rest }));
};

const isNetwork = (model: Component<Model> | Brain): model is Brain => "wiring" in model;

const typesIn = (given: Given): NamedTypes =>
  Object.fromEntries(typeKeys.map((key) => [key, given[key] ?? {}])) as unknown as NamedTypes;

/** The time step of the run, as far as it decides the default duration. */
const dtOf = (model: Component<Model> | Brain, { dt }: Given): number => {
  const components = isNetwork(model) ? model.wiring.populations.map(({ component }) => component) : [model];
  const own = components.find(({ config }) => config.dt !== undefined)?.config.dt;
  return typeof dt === "number" && dt > 0 ? dt : (own ?? DEFAULT_DT);
};

const shapesOf = (model: Component<Model> | Brain): Shapes => {
  if (!isNetwork(model)) return { only: shapedOf(model) };
  const { populations, drives } = model.wiring;
  return {
    populations: Object.fromEntries(populations.map(({ name, component }) => [name, shapedOf(component)])),
    drives: Object.fromEntries(drives.map(({ name, target }) => [name, shapedOf(populations[target]!.component)])),
  };
};

const shapedOf = (component: Component<Model>): Shaped => {
  const units = shapeIn(component);
  const shared = Object.entries(component.model.inputs).filter(([, port]) => port.shared);
  return { units, ports: Object.fromEntries(units ? shared.map(([key]) => [key, groupShape(units)]) : []) };
};
