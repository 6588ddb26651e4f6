import { suggestName } from "../config/nearest-name.ts";
import { hasShape } from "../config/parse.ts";
import { describe, isRecord, type Shape, sizeOf } from "../config/shape.ts";
import { unknownKeys } from "../config/unknown-keys.ts";
import { buildSynapses } from "../connectivity/build.ts";
import { ruleIssues } from "../connectivity/rule-issues.ts";
import { proceduralIssues } from "../connectivity/telling.ts";
import { valuesIssues } from "../connectivity/values.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import { conflictIssues, type Laid, layoutIssues } from "../layout/layout.ts";
import type { Component, Model } from "../model/component.ts";
import type { Synapse } from "../model/synapse.ts";
import type { Drive } from "../sources/drive.ts";
import type { BrainOptions, Input, Population, Populations, Projection } from "./brain.ts";
import { isComponent, isNeuron, type Neuron, synapseIssues, uncalled } from "./neuron.ts";
import { type Readout, readoutKeys, readReadout, type WiredReadout } from "./readout.ts";

/** A synapse model at one population: what all equal synapses that end there share. */
export interface WiredReceptor {
  readonly name: string;
  readonly synapse: Synapse;
}

export interface WiredPopulation {
  readonly name: string;
  readonly component: Component<Model>;
  readonly inhibitory: boolean | readonly boolean[];
  /** Those of a neuron in its order, then those that projections and drives bring, in theirs. */
  readonly receptors: WiredReceptor[];
}

/** Where something ends: places in the lists of populations and of its receptors. */
export interface Ending {
  readonly target: number;
  readonly receptor: number;
}

export interface WiredProjection extends Ending {
  readonly name: string;
  readonly source: number;
  readonly projection: Projection;
  /** Draws its synapses: brought along, as drives bring their kernels, so that whoever only runs need not have it. */
  readonly draw: typeof buildSynapses;
}

export interface WiredDrive extends Ending {
  readonly name: string;
  readonly drive: Drive;
}

/** A brain with every name resolved, in the order of its declaration. */
export interface Wiring {
  readonly populations: readonly WiredPopulation[];
  readonly projections: readonly WiredProjection[];
  readonly drives: readonly WiredDrive[];
  readonly readouts: readonly WiredReadout[];
}

/** Names that a run has for itself. */
const reserved: readonly string[] = [
  "model",
  "units",
  "dt",
  "dtype",
  "seed",
  "backend",
  "steps",
  "duration",
  "start",
  "complete",
  "stoppedBy",
  "warnings",
  "wallTime",
  "synapses",
  "buildTime",
  "populations",
  "brain",
  "readouts",
];
const camelCase = /^[A-Za-z][A-Za-z0-9]*$/;

/** Resolves the names of a brain. @throws ConfigError with every problem. */
export const readWiring = (options: BrainOptions<Populations>): Wiring => {
  const issues: Issue[] = [];
  const reader = new WiringReader(options, issues);
  const wiring = reader.read();
  if (issues.length > 0) throw new ConfigError(issues);
  return wiring;
};

const brainKeys = ["name", "populations", "projections", "drives", "readouts", "positions"];
const projectionKeys = ["from", "to", "connect", "weight", "delay", "synapse", "layout"];
const driveKeys = ["to", "synapse", "drive"];

class WiringReader {
  readonly #options: BrainOptions<Populations>;
  readonly #issues: Issue[];
  readonly #populations: WiredPopulation[] = [];
  /** Place of a population in the list; undefined for one that has problems of its own. */
  readonly #places = new Map<string, number | undefined>();

  constructor(options: BrainOptions<Populations>, issues: Issue[]) {
    this.#options = options;
    this.#issues = issues;
  }

  #add(path: string, message: string): undefined {
    this.#issues.push({ path, message });
  }

  #unknown(path: string, given: object, known: readonly string[]): void {
    unknownKeys(path, given, known, this.#issues);
  }

  read(): Wiring {
    this.#unknown("brain", this.#options, brainKeys);
    const { name, populations, projections = {}, drives = {}, readouts = {} } = this.#options;
    if (typeof name !== "string" || name === "") {
      this.#add("brain.name", `must be a text; received ${describe(name)}. Leave it out for "Brain".`);
    }
    if (!isRecord(populations) || Object.keys(populations).length === 0) {
      this.#add(
        "brain.populations",
        `takes an object of somas, neurons and sources; received ${describe(populations)}. Name one population or more.`,
      );
      return { populations: [], projections: [], drives: [], readouts: [] };
    }
    for (const [key, population] of Object.entries(populations)) this.#readPopulation(key, population);
    this.#readPositions();
    const wired: WiredProjection[] = [];
    for (const [key, projection] of this.#entries("projections", projections)) {
      const read = this.#readProjection(key, projection);
      if (read) wired.push(read);
    }
    this.#compareLayouts(wired);
    const driven: WiredDrive[] = [];
    for (const [key, drive] of this.#entries("drives", drives)) {
      const read = this.#readDrive(key, drive);
      if (read) driven.push(read);
    }
    // What projections and drives have brought to a population is known only where they have no problems.
    const partial = this.#issues.length > 0;
    const read = this.#entries("readouts", readouts).flatMap(([key, readout]) => {
      const one = this.#readReadout(key, readout, partial);
      return one ? [one] : [];
    });
    return { populations: this.#populations, projections: wired, drives: driven, readouts: read };
  }

  #compareLayouts(wired: readonly WiredProjection[]): void {
    const groups = new Map<string, Laid[]>();
    for (const { name, source, target, receptor, projection } of wired) {
      const place = `${source} ${target} ${receptor}`;
      groups.set(place, [...(groups.get(place) ?? []), { name, layout: projection.layout }]);
    }
    for (const together of groups.values()) {
      this.#issues.push(...conflictIssues(together, (name) => `brain.projections.${name}.layout`));
    }
  }

  #readPositions(): undefined {
    const { positions } = this.#options;
    if (positions === undefined) return undefined;
    if (!isRecord(positions)) {
      const message = `takes an object with one list of coordinates a unit; received ${describe(positions)}. Name the populations.`;
      return this.#add("brain.positions", message);
    }
    this.#unknown("brain.positions", positions, [...this.#places.keys()]);
    return undefined;
  }

  #entries<T>(kind: "projections" | "drives" | "readouts", given: Readonly<Record<string, T>>): [string, T][] {
    if (!isRecord(given)) {
      this.#add(`brain.${kind}`, `takes an object by name; received ${describe(given)}. Name each one.`);
      return [];
    }
    return Object.entries(given).filter(([name, value]) => {
      const path = `brain.${kind}.${name}`;
      if (!camelCase.test(name)) return this.#add(path, "must be named with letters and digits. Rename it.");
      return isRecord(value) || this.#add(path, `takes an object; received ${describe(value)}. Give its parts.`);
    }) as [string, T][];
  }

  #readPopulation(name: string, population: Population): undefined {
    const path = `brain.populations.${name}`;
    this.#places.set(name, undefined);
    if (!camelCase.test(name)) return this.#add(path, "must be named with letters and digits. Rename it.");
    if (reserved.includes(name)) return this.#add(path, "is a name that every run has. Rename the population.");
    const whole: Neuron | undefined = isNeuron(population) ? population : undefined;
    const component = whole ? whole.soma : population;
    if (!isComponent(component)) {
      const received = uncalled(population) ?? `received ${describe(population)}. Give one of these.`;
      return this.#add(path, `must be a soma, a neuron or a source of spikes; ${received}`);
    }
    if (!shapeOf(component))
      return this.#add(path, `must say its units. Write ${component.model.name}({ units: [100], … }).`);
    const receptors = Object.entries(whole?.synapses ?? {}).map(([key, synapse]) => ({ name: key, synapse }));
    this.#places.set(name, this.#populations.length);
    this.#populations.push({ name, component, inhibitory: whole?.inhibitory ?? false, receptors });
    return undefined;
  }

  /** Place of a population that is named at a path. */
  #place(path: string, name: unknown): number | undefined {
    const names = [...this.#places.keys()];
    if (name === undefined) return this.#add(path, `is missing. Name a population: ${names.join(", ")}.`);
    if (typeof name !== "string" || !this.#places.has(name)) {
      const hint = typeof name === "string" ? suggestName(name, names) : `Known: ${names.join(", ")}.`;
      return this.#add(path, `must be the name of a population; received ${describe(name)}. ${hint}`);
    }
    return this.#places.get(name);
  }

  #readProjection(name: string, projection: Projection): WiredProjection | undefined {
    const path = `brain.projections.${name}`;
    this.#unknown(path, projection, projectionKeys);
    const source = this.#readSource(`${path}.from`, projection.from);
    const ending = this.#readEnding(path, projection);
    const wrong = ruleIssues(projection.connect, `${path}.connect`);
    wrong.push(...valuesIssues(projection.weight, `${path}.weight`));
    if (projection.delay !== undefined) wrong.push(...valuesIssues(projection.delay, `${path}.delay`));
    wrong.push(...layoutIssues(projection.layout, `${path}.layout`));
    if (projection.layout === "procedural" && wrong.length === 0) {
      wrong.push(...proceduralIssues(projection, `${path}.layout`));
    }
    this.#issues.push(...wrong);
    return source === undefined || !ending ? undefined : { name, source, ...ending, projection, draw: buildSynapses };
  }

  /** Place of a population whose spikes leave: from none of its synapses, as one might write. */
  #readSource(path: string, from: unknown): number | undefined {
    const [name = "", synapse] = typeof from === "string" ? from.split(".") : [];
    if (synapse === undefined || !this.#places.has(name)) return this.#place(path, from);
    const message = `must be the name of a population; received "${from}". Spikes leave from the population: write "${name}".`;
    return this.#add(path, message);
  }

  #readDrive(name: string, input: Input): WiredDrive | undefined {
    const path = `brain.drives.${name}`;
    this.#unknown(path, input, driveKeys);
    const ending = this.#readEnding(path, input);
    const { drive } = input;
    if (typeof drive !== "object" || drive === null || typeof drive.build !== "function") {
      const message = `takes a drive such as PoissonDrive({ rate: 8, trains: 1000 }); received ${describe(drive)}. Give one.`;
      return this.#add(`${path}.drive`, message);
    }
    return ending && { name, ...ending, drive };
  }

  #readReadout(name: string, readout: Readout, partial: boolean): WiredReadout | undefined {
    const path = `brain.readouts.${name}`;
    // In results and files this name stands for spikes.
    if (name === "outSpikes") return this.#add(path, "is the name of recorded spikes. Rename the read-out.");
    this.#unknown(path, readout, readoutKeys);
    const source = this.#place(`${path}.from`, readout.from);
    const population = source === undefined ? undefined : this.#populations[source];
    const seen = population && {
      name: population.name,
      model: population.component.model,
      size: unitsOf(population),
      partial,
      receptors: population.receptors.map(({ name: own, synapse }) => ({ name: own, model: synapse.model })),
    };
    const read = readReadout(path, readout, seen, this.#issues);
    return source === undefined ? undefined : { name, source, ...read };
  }

  #readEnding(path: string, { to, synapse }: Projection | Input): Ending | undefined {
    const [name, receptor, ...more] = typeof to === "string" ? to.split(".") : [to];
    if (more.length > 0) {
      const message = `must be a population, or population.synapse; received "${to}". Write "${name}.${receptor}", for instance.`;
      return this.#add(`${path}.to`, message);
    }
    const target = this.#place(`${path}.to`, name);
    const population = target === undefined ? undefined : this.#populations[target];
    if (!population || target === undefined) return undefined;
    const { model } = population.component;
    if (model.kind !== "soma") {
      const message = `must be a population with a membrane; ${name} is a ${model.name}, a source of spikes. Name a soma or a neuron.`;
      return this.#add(`${path}.to`, message);
    }
    if (synapse === undefined) return this.#named(path, target, population, receptor);
    if (receptor !== undefined) {
      return this.#add(`${path}.synapse`, `cannot stand beside "${to}", which names a synapse. Drop one of them.`);
    }
    const wrong = synapseIssues(`${path}.synapse`, synapse, population.component);
    this.#issues.push(...wrong);
    return wrong.length > 0 ? undefined : { target, receptor: placeOf(population, synapse) };
  }

  /** The synapse of a neuron that is named, or its only one. */
  #named(path: string, target: number, population: WiredPopulation, name: string | undefined): Ending | undefined {
    const own = this.#options.populations[population.name];
    const names = isNeuron(own) ? Object.keys(own.synapses) : [];
    if (name === undefined && names.length === 1) return { target, receptor: 0 };
    if (name === undefined) {
      const remedy =
        names.length === 0
          ? "Add synapse: ExponentialSynapse({ tau: 5 }), for instance."
          : `Write to: "${population.name}.${names[0]}", for instance.`;
      return this.#add(`${path}.synapse`, `is missing: nothing says how spikes act on ${population.name}. ${remedy}`);
    }
    const receptor = names.indexOf(name);
    if (receptor >= 0) return { target, receptor };
    const hint = names.length > 0 ? suggestName(name, names) : "It has none: give the projection a synapse.";
    return this.#add(`${path}.to`, `must name a synapse of ${population.name}; received "${name}". ${hint}`);
  }
}

/** The shape that a population says, or that of its arrays. */
const shapeOf = ({ units, config }: Component<Model>): Shape | undefined =>
  units ?? Object.values(config.settings).find(hasShape)?.shape;

/** Number of units of a population. */
export const unitsOf = ({ component }: Pick<WiredPopulation, "component">): number => sizeOf(shapeOf(component) ?? [0]);

/** The receptor of an equal synapse, or a new one. */
const placeOf = ({ receptors }: WiredPopulation, synapse: Synapse): number => {
  const wanted = textOf(synapse);
  const known = receptors.findIndex(
    (receptor) => receptor.synapse.model === synapse.model && textOf(receptor.synapse) === wanted,
  );
  if (known >= 0) return known;
  const base = synapse.model.name.replace(/Synapse$/, "").replace(/^./, (letter) => letter.toLowerCase());
  const taken = new Set(receptors.map(({ name }) => name));
  let name = base;
  for (let count = 2; taken.has(name); count++) name = `${base}${count}`;
  return receptors.push({ name, synapse }) - 1;
};

/** A config as text, so that equal ones are found. */
const textOf = ({ config, port }: Synapse): string =>
  JSON.stringify([config, port], (_, value: unknown) =>
    ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : value,
  );
