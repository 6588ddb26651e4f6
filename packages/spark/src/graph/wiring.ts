import { schemaOf } from "../config/json-schema.ts";
import { suggestName } from "../config/nearest-name.ts";
import {
  byDefault,
  custom,
  type Declarations,
  named,
  namedSchema,
  optional,
  readSound,
  text,
} from "../config/options.ts";
import { hasShape } from "../config/parse.ts";
import { Place, Site } from "../config/place.ts";
import { runNames } from "../config/reserved-names.ts";
import { describe, isRecord, type Shape, sizeOf } from "../config/shape.ts";
import { refuseUnknown } from "../config/unknown-keys.ts";
import { buildSynapses } from "../connectivity/build.ts";
import type { Positions } from "../connectivity/positions.ts";
import type { RuleTypes } from "../connectivity/rule.ts";
import type { ReadRule } from "../connectivity/rules/connection-rule.ts";
import { proceduralProblem } from "../connectivity/telling.ts";
import type { SynapseValues } from "../connectivity/values.ts";
import type { WiringPlaces } from "../connectivity/wiring.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import { conflictIssues, type Laid, type Layout } from "../layout/layout.ts";
import type { Component, Model } from "../model/component.ts";
import { type Plasticity, perTargetFields } from "../model/plasticity.ts";
import { type RuleFields, ruleFieldsFor } from "../model/rule-config.ts";
import type { Synapse } from "../model/synapse.ts";
import type { Drive } from "../sources/drive.ts";
import type { BrainOptions, Input, Populations, Projection } from "./brain-options.ts";
import { fitsPort, isNeuron, type Population } from "./neuron.ts";
import {
  type BrainContext,
  documentDriveOptions,
  driveOptions,
  type Goal,
  projectionOptions,
  readoutOptions,
} from "./options.ts";
import { codeParts, type Parts } from "./parts.ts";
import { type Readout, type ReadPopulation, readReadout, type WiredReadout } from "./readout.ts";

/** A receptor: the instance of a synapse model at one population that all equal synapses share. */
export interface WiredReceptor {
  readonly name: string;
  readonly synapse: Synapse;
  /** Path of the synapse in messages. */
  readonly place: Place;
}

export interface WiredPopulation {
  readonly name: string;
  readonly component: Component<Model>;
  readonly inhibitory: boolean | readonly boolean[];
  /** Receptors: first those of a neuron, then those of projections and drives, each in order. */
  readonly receptors: WiredReceptor[];
  readonly place: Place;
}

/** Target of a projection or drive: indices in the lists of populations and of its receptors. */
export interface Ending {
  readonly target: number;
  readonly receptor: number;
}

export interface WiredProjection extends Ending {
  readonly name: string;
  readonly source: number;
  readonly rule: ReadRule;
  readonly weight: SynapseValues;
  /** Default: one step. */
  readonly delay: SynapseValues | undefined;
  readonly layout: Layout;
  /** The rule with which the synapses learn. */
  readonly plasticity: Plasticity | undefined;
  /** The parameters of the rule for the populations of the projection. */
  readonly ruleFields: RuleFields | undefined;
  readonly place: Place;
  readonly places: WiringPlaces;
  /** Draws the synapses. A property, so that code that only runs does not load it. */
  readonly draw: typeof buildSynapses;
}

export interface WiredDrive extends Ending {
  readonly name: string;
  readonly drive: Drive;
  readonly place: Place;
}

/** A network with every name resolved, in the order of its declaration. */
export interface Wiring {
  readonly populations: readonly WiredPopulation[];
  readonly projections: readonly WiredProjection[];
  readonly drives: readonly WiredDrive[];
  readonly readouts: readonly WiredReadout[];
}

/** Result of reading a network: the parts without problems. */
export interface ReadParts {
  readonly populations: Readonly<Record<string, Population>>;
  readonly projections: Readonly<Record<string, Projection>>;
  readonly drives: Readonly<Record<string, Input>>;
  readonly readouts: Readonly<Record<string, Readout>>;
  readonly positions: Readonly<Record<string, Positions>>;
  readonly wiring: Wiring;
  /** Names of populations with problems. */
  readonly broken: ReadonlySet<string>;
}

/** Names of properties that every run of a network has. */
const reserved: readonly string[] = [
  ...runNames,
  "synapses",
  "buildTime",
  "populations",
  "brain",
  "readouts",
  "weights",
];
/** Name of the file that marks a folder of results whose run was stopped, beside the folders of the populations. */
const MARKER = "PARTIAL";

/** Resolves the names of a network in code. @throws ConfigError with all problems */
export const readBrain = (options: BrainOptions<Populations>): ReadParts => {
  const issues: Issue[] = [];
  const place = new Place(["brain"]);
  if (!isRecord(options)) {
    throw new ConfigError(place.issue(`takes an object of options; received ${describe(options)}. Name populations.`));
  }
  const read = readParts(options, new Site(place, issues, codeParts));
  if (issues.length > 0) throw new ConfigError(issues);
  return read;
};

/**
 * Reads a network, in code or in a document. Adds all problems to the issues and connects the parts without problems.
 * @param without parts to skip, such as "populations.a", because their problems are already reported
 */
export const readParts = (given: object, site: Site<Parts>, without: ReadonlySet<string> = new Set()): ReadParts =>
  new BrainReader(site, without).read(given as Readonly<Record<string, unknown>>);

type By<T> = Readonly<Record<string, T>>;

/** Parts of a kind by name. The definition of their schema has the name of the kind. */
const partsOf = <G, R>(
  about: string,
  kind: string,
  read: (value: unknown, site: Site<BrainReader>) => R | undefined,
  parts?: Declarations,
) =>
  named(
    about,
    custom<G, R, BrainReader>({ about, takes: "an object", schema: schemaOf(kind), ...(parts && { parts }), read }),
  );

const POPULATIONS = "Populations by name.";
const POSITIONS = "Coordinates of the units of populations, in any unit of length.";

/** The parts of a network, in the order of reading. */
export const brainOptions = {
  name: byDefault("Brain", text("Name of the network in results and messages.", 'Omit it for "Brain".')),
  populations: {
    ...partsOf<Population, WiredPopulation>(POPULATIONS, "population", (value, site) =>
      site.context.readPopulation(value, site),
    ),
    schema: namedSchema(POPULATIONS, schemaOf("population"), { minProperties: 1 }),
  },
  positions: optional(
    custom<By<Positions>, By<Positions>, BrainReader>({
      about: POSITIONS,
      takes: "an object with one list of coordinates per unit",
      schema: namedSchema(POSITIONS, schemaOf("numbers")),
      read: (value, site) => site.context.readPositions(value, site),
    }),
  ),
  projections: optional(
    partsOf<Projection, WiredProjection>(
      "Synapses from one population to another, by name.",
      "projection",
      (value, site) => site.context.readProjection(value, site),
      projectionOptions,
    ),
  ),
  drives: optional(
    partsOf<Input, WiredDrive>(
      "Drives by name: random input that is drawn for each unit and step, and acts through a synapse.",
      "drive",
      (value, site) => site.context.readDrive(value, site),
      documentDriveOptions,
    ),
  ),
  readouts: optional(
    partsOf<Readout, WiredReadout>(
      "Read-outs by name: filtered values for robots or decoders.",
      "readout",
      (value, site) => site.context.readReadout(value, site),
      readoutOptions,
    ),
  ),
};

type Given = Readonly<Record<string, unknown>>;

type Listed = Pick<WiredProjection["rule"], "name" | "options">;
const lists = { weight: "weights", delay: "delays" } as const;

/** Refuses a value for all synapses next to a list with one per synapse: one of them would have no effect. */
const refuseTwice = (
  given: Given,
  rule: Listed | undefined,
  key: keyof typeof lists,
  site: Site<BrainReader>,
): void => {
  if (given[key] === undefined || !rule?.options[lists[key]]) return;
  const place = site.at("connect", rule.name, lists[key]).place.path;
  site.at(key).refuse(`cannot be combined with ${place}, which lists one value per synapse. Remove one of them.`);
};

/** The weight of a projection, which may be omitted if the rule lists weights. */
const readWeight = (
  read: { readonly weight?: WiredProjection["weight"]; readonly connect?: Listed },
  given: Given,
  site: Site<BrainReader>,
): WiredProjection["weight"] | undefined => {
  refuseTwice(given, read.connect, "weight", site);
  if (given["weight"] !== undefined) return read.weight;
  // The list of the rule acts in place of this value.
  if (read.connect?.options.weights) return 0;
  return site.at("weight").refuse("is missing. Give a number for the same value everywhere.");
};

/** Synapses that learn are stored in lists, with a weight for each of them. */
const listed = (layout: Layout | undefined, site: Site): Layout => {
  if (layout === "dense" || layout === "procedural") {
    const why =
      layout === "dense"
        ? "rows also hold absent synapses, which must not learn"
        : "the synapses are not stored, so they cannot learn";
    site.at("layout").refuse(`must be "sparse" for synapses with plasticity; received "${layout}": ${why}. Omit it.`);
  }
  return "sparse";
};

/** Reads the parts of a network in order. Each part can refer to earlier parts. */
class BrainReader implements BrainContext {
  readonly parts: Parts;
  readonly rules: RuleTypes;
  readonly places = new Map<string, number | undefined>();
  readonly #site: Site<BrainReader>;
  readonly #without: ReadonlySet<string>;
  /** Whether some projections or drives have problems, so that the receptors of populations are not all known. */
  #partial: boolean | undefined;
  readonly #populations: WiredPopulation[] = [];
  /** Layouts of projections by their ends, including projections with problems. */
  readonly #laid = new Map<string, (Laid & { readonly learns: boolean })[]>();
  readonly #sound = {
    populations: {} as Record<string, Population>,
    projections: {} as Record<string, Projection>,
    drives: {} as Record<string, Input>,
    readouts: {} as Record<string, Readout>,
  };

  constructor(site: Site<Parts>, without: ReadonlySet<string>) {
    this.parts = site.context;
    this.rules = site.context.rules ?? {};
    this.#site = site.with<BrainReader>(this);
    this.#without = without;
  }

  read(given: Given): ReadParts {
    const { populations } = given;
    const nothing = { populations: [], projections: [], drives: [], readouts: [] };
    if (!isRecord(populations) || Object.keys(populations).length === 0) {
      refuseUnknown(given, Object.keys(optionsIn(this.#site.place)), this.#site);
      refusePopulations(populations, this.#site.at("populations"));
      return { ...this.#sound, positions: {}, wiring: nothing, broken: new Set() };
    }
    for (const name of Object.keys(populations)) this.places.set(name, undefined);
    const read = readSound(optionsIn(this.#site.place), given, this.#site);
    const projections = Object.values(read.projections ?? {});
    this.#compareLayouts();
    const wiring: Wiring = {
      populations: this.#populations,
      projections,
      drives: Object.values(read.drives ?? {}),
      readouts: Object.values(read.readouts ?? {}),
    };
    const broken = [...this.places].flatMap(([name, place]) => (place === undefined ? [name] : []));
    return { ...this.#sound, positions: read.positions ?? {}, wiring, broken: new Set(broken) };
  }

  /** Whether a part is missing or not an object. */
  #isLeftOut(value: unknown, kind: string, site: Site): value is never {
    if (this.#without.has(`${kind}.${nameAt(site)}`)) return true;
    if (isRecord(value)) return false;
    site.refuse(`takes an object; received ${describe(value)}. Give its parts.`);
    return true;
  }

  #compareLayouts(): void {
    for (const together of this.#laid.values()) {
      const learning = together.find(({ learns }) => learns);
      const beside = together.find((each) => each !== learning);
      if (learning && beside) {
        const message = `cannot be combined with ${beside.name}, which has the same source and ends at the same synapse. Give one of them a synapse of its own.`;
        this.#site.issues.push(this.#site.place.at("projections", learning.name, "plasticity").issue(message));
        continue;
      }
      const wrong = conflictIssues(together, (name) => this.#site.place.at("projections", name, "layout"));
      this.#site.issues.push(...wrong);
    }
  }

  readPositions(value: unknown, site: Site): Readonly<Record<string, Positions>> | undefined {
    if (!isRecord(value)) {
      return site.refuse(
        `takes an object with one list of coordinates per unit; received ${describe(value)}. Name the populations.`,
      );
    }
    refuseUnknown(value, [...this.places.keys()], site);
    return value as Readonly<Record<string, Positions>>;
  }

  readPopulation(value: unknown, site: Site): WiredPopulation | undefined {
    const name = nameAt(site);
    if (this.#without.has(`populations.${name}`)) return undefined;
    if (reserved.includes(name)) return site.refuse("is a name that every run has. Rename the population.");
    if (name === MARKER) {
      return site.refuse("is the name of the file that marks the results of a stopped run. Rename the population.");
    }
    const read = this.parts.population(value, site);
    if (!read) return undefined;
    const { population, component, inhibitory, synapses } = read;
    if (!shapeOf(component)) {
      return site.refuse(`needs units. Write ${component.model.name}({ units: [100], … }).`);
    }
    const { place } = site;
    const wired: WiredPopulation = { name, component, inhibitory, receptors: [...synapses], place };
    this.places.set(name, this.#populations.length);
    this.#populations.push(wired);
    this.#sound.populations[name] = population;
    return wired;
  }

  readProjection(value: unknown, site: Site<BrainReader>): WiredProjection | undefined {
    if (this.#isLeftOut(value, "projections", site)) return undefined;
    const given = value as Given;
    const before = site.issues.length;
    const read = readSound(projectionOptions, given, site);
    const ending = this.#readEnding(read, given, site);
    const { from, connect, delay, plasticity } = read;
    const layout = plasticity ? listed(read.layout, site) : read.layout;
    const weight = readWeight(read, given, site);
    refuseTwice(given, connect, "delay", site);
    if (layout === "procedural" && site.issues.length === before) {
      const problem = proceduralProblem(connect!, { weight: weight!, delay });
      if (problem !== undefined) site.at("layout").refuse(problem);
    }
    if (from === undefined || !ending) return undefined;
    const ruleFields = plasticity && this.#ruleFields(plasticity, from, ending.target, site.at("plasticity"));
    const name = nameAt(site);
    const ends = `${from} ${ending.target} ${ending.receptor}`;
    this.#laid.set(ends, [...(this.#laid.get(ends) ?? []), { name, layout, learns: plasticity !== undefined }]);
    if (site.issues.length > before) return undefined;
    this.#sound.projections[name] = { ...(given as unknown as Projection), ...synapseOf(read) };
    const { place } = site;
    const positionsOf = (population: number) => ({
      positions: this.#site.place.at("positions", this.#populations[population]!.name),
    });
    return {
      name,
      source: from,
      ...ending,
      rule: connect!,
      weight: weight!,
      delay,
      layout: layout!,
      plasticity,
      ruleFields,
      place,
      places: {
        rule: place.at("connect"),
        weights: place.at("weight"),
        delays: place.at("delay"),
        source: positionsOf(from),
        target: positionsOf(ending.target),
      },
      draw: buildSynapses,
    };
  }

  #ruleFields({ model, fields }: Plasticity, from: number, to: number, site: Site): RuleFields {
    const source = this.#populations[from]!;
    const target = this.#populations[to]!;
    const ends = { source, target: { ...target, units: unitsOf(target) } };
    return ruleFieldsFor(fields, perTargetFields(model), ends, site);
  }

  readDrive(value: unknown, site: Site<BrainReader>): WiredDrive | undefined {
    if (this.#isLeftOut(value, "drives", site)) return undefined;
    const given = value as Given;
    const before = site.issues.length;
    const inDocument = site.place.language === "document";
    const read: { to?: Goal; synapse?: Synapse; drive?: Drive; poisson?: Drive } = readSound(
      inDocument ? documentDriveOptions : driveOptions,
      given,
      site,
    );
    const ending = this.#readEnding(read, given, site);
    const drive = read.drive ?? read.poisson;
    if (site.issues.length > before || !drive || !ending) return undefined;
    const name = nameAt(site);
    this.#sound.drives[name] = { to: given["to"] as string, ...synapseOf(read), drive };
    return { name, ...ending, drive, place: inDocument ? site.place.at("poisson") : site.place };
  }

  readReadout(value: unknown, site: Site<BrainReader>): WiredReadout | undefined {
    if (this.#isLeftOut(value, "readouts", site)) return undefined;
    const before = site.issues.length;
    const name = nameAt(site);
    this.#partial ??= before > 0 || this.#without.size > 0;
    // Results and files use this name for spikes.
    if (name === "outSpikes") return site.refuse("is the name of recorded spikes. Rename the read-out.");
    const read = readSound(readoutOptions, value as Given, site);
    if (!read.from) return undefined;
    const [source, ...others] = read.from as readonly [number, ...number[]];
    const populations = read.from.map((place): ReadPopulation => {
      const { name: own, component, receptors } = this.#populations[place]!;
      return {
        name: own,
        model: component.model,
        size: unitsOf({ component }),
        partial: this.#partial!,
        receptors: receptors.map((receptor) => ({ name: receptor.name, model: receptor.synapse.model })),
      };
    });
    const wired = readReadout(read, populations, site);
    if (!wired || site.issues.length > before) return undefined;
    this.#sound.readouts[name] = value as Readout;
    return { name, source, ...(others.length > 0 && { others }), ...wired };
  }

  #readEnding(
    { to: goal, synapse }: { readonly to?: Goal; readonly synapse?: Synapse },
    given: Given,
    site: Site,
  ): Ending | undefined {
    const population = goal && this.#populations[goal.target];
    if (!goal || !population) return undefined;
    const { target } = goal;
    const { model } = population.component;
    if (model.kind !== "soma") {
      return site
        .at("to")
        .refuse(
          `must be a population with a membrane; ${population.name} is a ${model.name}, a source of spikes. Name a soma or a neuron.`,
        );
    }
    if (given["synapse"] === undefined) return this.#named(goal, population, site);
    const own = site.at("synapse");
    if (goal.synapse !== undefined) {
      return own.refuse(`cannot be combined with "${goal.written}", which names a synapse. Remove one of them.`);
    }
    if (!synapse) return undefined;
    if (!fitsPort(synapse, population.component, own)) return undefined;
    return { target, receptor: placeOf(population, synapse, own.place) };
  }

  /** The named synapse of a neuron, or its only one. */
  #named({ target, synapse: name }: Goal, population: WiredPopulation, site: Site): Ending | undefined {
    const own = this.#sound.populations[population.name];
    const names = isNeuron(own) ? Object.keys(own.synapses) : [];
    if (name === undefined && names.length === 1) return { target, receptor: 0 };
    if (name === undefined) {
      const remedy =
        names.length === 0
          ? site.place.say({
              code: "Add synapse: ExponentialSynapse({ tau: 5 })",
              document: 'Add "synapse": { "synapse": "ExponentialSynapse", "tau": 5 }',
            })
          : `Write ${site.place.say({ code: "to", document: '"to"' })}: "${population.name}.${names[0]}"`;
      return site
        .at("synapse")
        .refuse(`is missing: no synapse model is given for spikes to ${population.name}. ${remedy}, for instance.`);
    }
    const receptor = names.indexOf(name);
    if (receptor >= 0) return { target, receptor };
    const hint = names.length > 0 ? suggestName(name, names) : "It has none: give the projection a synapse.";
    return site.at("to").refuse(`must name a synapse of ${population.name}; received "${name}". ${hint}`);
  }
}

/** Name of the part at a place. */
const nameAt = ({ place }: Site): string => `${place.keys.at(-1)}`;

const synapseOf = ({ synapse }: { readonly synapse?: Synapse }): { readonly synapse?: Synapse } =>
  synapse === undefined ? {} : { synapse };

/** In a document, the name is next to the model instead. */
const optionsIn = ({ language }: Place): typeof brainOptions => {
  const { name, ...others } = brainOptions;
  return language === "code" ? brainOptions : (others as typeof brainOptions);
};

const refusePopulations = (given: unknown, site: Site): void => {
  const example = '{ "excitatory": { "soma": "LeakySoma", "units": [100] } }';
  const wanted = site.place.say({
    code: "an object of somas, neurons and sources",
    document: `an object such as ${example}`,
  });
  if (given === undefined && site.place.language === "document") site.refuse(`is missing. Give ${example}.`);
  else site.refuse(`takes ${wanted}; received ${describe(given)}. Name at least one population.`);
};

/** The shape of a population: given, or that of its arrays. */
const shapeOf = ({ units, config }: Component<Model>): Shape | undefined =>
  units ?? Object.values(config.settings).find(hasShape)?.shape;

/** Number of units of a population. */
export const unitsOf = ({ component }: Pick<WiredPopulation, "component">): number => sizeOf(shapeOf(component) ?? [0]);

/** What is known about the receptors of a population, to find one among thousands. */
interface Found {
  readonly places: Map<string, number>;
  /** The next number to try for a name that is taken. */
  readonly numbers: Map<string, number>;
  readonly taken: Set<string>;
}

const found = new WeakMap<WiredPopulation["receptors"], Found>();

const foundIn = (receptors: WiredPopulation["receptors"]): Found => {
  const known = found.get(receptors);
  if (known) return known;
  const made: Found = { places: new Map(), numbers: new Map(), taken: new Set() };
  receptors.forEach(({ name, synapse }, place) => {
    const text = textOf(synapse);
    if (!made.places.has(text)) made.places.set(text, place);
    made.taken.add(name);
  });
  found.set(receptors, made);
  return made;
};

/** The existing receptor of an equal synapse, or a new one. */
const placeOf = ({ receptors }: WiredPopulation, synapse: Synapse, place: Place): number => {
  const { places, numbers, taken } = foundIn(receptors);
  const text = textOf(synapse);
  const known = places.get(text);
  if (known !== undefined) return known;
  const base = synapse.model.name.replace(/Synapse$/, "").replace(/^./, (letter) => letter.toLowerCase());
  let name = base;
  let count = numbers.get(base) ?? 2;
  while (taken.has(name)) name = `${base}${count++}`;
  numbers.set(base, count);
  taken.add(name);
  places.set(text, receptors.length);
  return receptors.push({ name, synapse, place }) - 1;
};

/** Numbers of synapse models: models of the same name may differ. */
const models = new WeakMap<object, number>();
let modelCount = 0;

const modelNumber = (model: object): number => {
  const number = models.get(model) ?? modelCount++;
  models.set(model, number);
  return number;
};

/** Texts of synapses, which are immutable. Equal synapses have equal texts. */
const texts = new WeakMap<Synapse, string>();

const textOf = (synapse: Synapse): string => {
  const known = texts.get(synapse);
  if (known !== undefined) return known;
  const text = JSON.stringify([modelNumber(synapse.model), synapse.config, synapse.port], (_, value: unknown) =>
    ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : value,
  );
  texts.set(synapse, text);
  return text;
};
