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
import { Place, Site } from "../config/place.ts";
import { networkNames } from "../config/reserved-names.ts";
import { describe, isRecord } from "../config/shape.ts";
import { parseUnit, sameUnit } from "../config/unit.ts";
import { refuseUnknown } from "../config/unknown-keys.ts";
import { buildSynapses } from "../connectivity/build.ts";
import type { Positions } from "../connectivity/positions.ts";
import type { RuleTypes } from "../connectivity/rule.ts";
import { proceduralProblem } from "../connectivity/telling.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import { conflictIssues, type Laid, type Layout } from "../layout/layout.ts";
import { combinedFields } from "../model/combined-rule.ts";
import type { Declaration } from "../model/component.ts";
import { withDendriticDelay } from "../model/dendritic.ts";
import { type ProjectedFields, ruleFieldsFor } from "../model/rule-config.ts";
import { type Plasticity, perSynapseFields, perTargetFields, rulesIn } from "../model/rule-model.ts";
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
  signalOptions,
} from "./options.ts";
import { codeParts, type Parts } from "./parts.ts";
import { type Readout, type ReadPopulation, readReadout, type WiredReadout } from "./readout.ts";
import { receptorOf } from "./receptors.ts";
import { checkSignal, findTarget, type Signal, type WiredSignal } from "./signal.ts";
import {
  type Ending,
  shapeOf,
  unitsOf,
  type WiredDrive,
  type WiredPopulation,
  type WiredProjection,
  type Wiring,
} from "./wiring.ts";

/* Reads a network, in code or in a document. */

/** Result of reading a network: the parts without problems. */
export interface ReadParts {
  readonly populations: Readonly<Record<string, Population>>;
  readonly projections: Readonly<Record<string, Projection>>;
  readonly drives: Readonly<Record<string, Input>>;
  readonly readouts: Readonly<Record<string, Readout>>;
  readonly signals: Readonly<Record<string, Signal>>;
  readonly positions: Readonly<Record<string, Positions>>;
  readonly wiring: Wiring;
  /** Names of populations with problems. */
  readonly broken: ReadonlySet<string>;
}

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
  signals: optional(
    partsOf<Signal, WiredSignal>(
      "Signals by name: values of populations that act on a current, a signal or a plasticity rule in the next step.",
      "signal",
      (value, site) => site.context.readSignal(value, site),
      signalOptions,
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

/** Only rules see whether a delay is dendritic, and those that read a soma would need its past. */
const refuseDendritic = (plasticity: Plasticity | undefined, site: Site): void => {
  if (!plasticity) {
    site.refuse("has no effect without plasticity: only learning depends on when spikes reach a synapse. Omit it.");
    return;
  }
  const reader = rulesIn(plasticity).find(({ model }) => Object.keys(model.target).length > 0);
  if (!reader) return;
  const { name, target } = reader.model;
  site.refuse(
    `cannot be combined with ${name}, which reads ${Object.keys(target).join(", ")} of its targets without a delay. Use another rule, or omit it.`,
  );
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

/** The float state variables of a soma, with their units. */
const statesText = (state: Declaration["state"]): string => {
  const floats = Object.entries(state).filter(([, { dtype }]) => dtype === "float");
  if (floats.length === 0) return "no state variables";
  return floats.map(([key, { unit }]) => (unit === "1" ? key : `${key} in ${unit}`)).join(", ");
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
    signals: {} as Record<string, Signal>,
  };
  /** The projections that were read, by name; undefined for those with problems. */
  readonly #projections = new Map<string, WiredProjection | undefined>();

  constructor(site: Site<Parts>, without: ReadonlySet<string>) {
    this.parts = site.context;
    this.rules = site.context.rules ?? {};
    this.#site = site.with<BrainReader>(this);
    this.#without = without;
  }

  read(given: Given): ReadParts {
    const { populations } = given;
    const nothing = { populations: [], projections: [], drives: [], readouts: [], signals: [] };
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
      signals: Object.values(read.signals ?? {}),
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
    if (networkNames.includes(name)) return site.refuse("is a name that every run has. Rename the population.");
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
    const wired = this.#readProjection(value, site);
    this.#projections.set(nameAt(site), wired);
    return wired;
  }

  #readProjection(value: unknown, site: Site<BrainReader>): WiredProjection | undefined {
    if (this.#isLeftOut(value, "projections", site)) return undefined;
    const given = value as Given;
    const before = site.issues.length;
    const read = readSound(projectionOptions, given, site);
    const ending = this.#readEnding(read, given, site);
    const { from, connect, delay, plasticity, dendriticDelay } = read;
    const layout = plasticity ? listed(read.layout, site) : read.layout;
    const weight = readWeight(read, given, site);
    refuseTwice(given, connect, "delay", site);
    if (layout === "procedural" && site.issues.length === before) {
      const problem = proceduralProblem(connect!, { weight: weight!, delay });
      if (problem !== undefined) site.at("layout").refuse(problem);
    }
    if (from === undefined || !ending) return undefined;
    if (dendriticDelay !== undefined) refuseDendritic(plasticity, site.at("dendriticDelay"));
    if (plasticity) this.#checkTarget(plasticity, ending.target, site.at("plasticity"));
    const ruled = plasticity && this.#ruleFields(plasticity, from, ending.target, site.at("plasticity"));
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
      dendriticDelay,
      layout: layout!,
      plasticity:
        plasticity && dendriticDelay !== undefined ? withDendriticDelay(plasticity, dendriticDelay) : plasticity,
      ruleFields: ruled?.fields,
      synaptic: ruled?.synaptic ?? {},
      place,
      places: {
        rule: place.at("connect"),
        weights: place.at("weight"),
        delays: place.at("delay"),
        parameters: place.at("plasticity"),
        source: positionsOf(from),
        target: positionsOf(ending.target),
      },
      draw: buildSynapses,
    };
  }

  /** Checks that the target has the state variables that the rules read. */
  #checkTarget(plasticity: Plasticity, to: number, site: Site): void {
    const { name, component } = this.#populations[to]!;
    const { state, name: soma } = component.model;
    for (const [k, { model }] of rulesIn(plasticity).entries()) {
      for (const [key, unit] of Object.entries(model.target)) {
        const known = Object.hasOwn(state, key) ? state[key] : undefined;
        if (known?.dtype === "float" && sameUnit(parseUnit(known.unit)!, parseUnit(unit)!)) continue;
        const wanted = `reads ${key} in ${unit} of its targets, but ${name} is a ${soma}`;
        const has = known
          ? `, whose ${key} is ${known.dtype === "int" ? "an int" : `in ${known.unit}`}`
          : `, which has ${statesText(state)}`;
        const own = rulesIn(plasticity).length > 1 ? site.at(k) : site;
        own.refuse(`${wanted}${has}. Use another rule, or another soma.`);
      }
    }
  }

  #ruleFields(plasticity: Plasticity, from: number, to: number, site: Site): ProjectedFields {
    const source = this.#populations[from]!;
    const target = this.#populations[to]!;
    const ends = { source, target: { ...target, units: unitsOf(target) } };
    const rules = rulesIn(plasticity);
    const values = rules.map(({ model, fields }, k) => {
      const differing = { perTarget: perTargetFields(model), perSynapse: perSynapseFields(model) };
      return ruleFieldsFor(fields, differing, ends, rules.length > 1 ? site.at(k) : site);
    });
    if (rules.length === 1) return values[0]!;
    return {
      fields: combinedFields(
        rules,
        values.map(({ fields }) => fields),
      ),
      synaptic: combinedFields(
        rules,
        values.map(({ synaptic }) => synaptic),
      ),
    };
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
    const wired = readReadout(read, this.#readPopulations(read.from), site);
    if (!wired || site.issues.length > before) return undefined;
    this.#sound.readouts[name] = value as Readout;
    return { name, source, ...(others.length > 0 && { others }), ...wired };
  }

  /** The populations that a read-out or a signal reads. */
  #readPopulations(places: readonly number[]): ReadPopulation[] {
    return places.map((place) => {
      const { name, component, receptors } = this.#populations[place]!;
      return {
        name,
        model: component.model,
        size: unitsOf({ component }),
        partial: this.#partial!,
        receptors: receptors.map((receptor) => ({ name: receptor.name, model: receptor.synapse.model })),
      };
    });
  }

  readSignal(value: unknown, site: Site<BrainReader>): WiredSignal | undefined {
    if (this.#isLeftOut(value, "signals", site)) return undefined;
    const before = site.issues.length;
    const name = nameAt(site);
    this.#partial ??= before > 0 || this.#without.size > 0;
    const { scale, offset = 0, to, from, ...read } = readSound(signalOptions, value as Given, site);
    if (!from) return undefined;
    const populations = this.#readPopulations(from);
    const wired = readReadout(read, populations, site);
    const parts = {
      populations: this.#populations.map(({ name: own, component }) => ({
        name: own,
        model: component.model,
        shape: shapeOf(component) ?? [0],
      })),
      projections: this.#projections,
    };
    const goal = to === undefined ? undefined : findTarget(to, parts, site.at("to"));
    if (!wired || !goal || site.issues.length > before) return undefined;
    const { port: of, unit, tau, mean, units } = wired;
    const values = mean ? 1 : (units?.length ?? populations.reduce((sum, { size }) => sum + size, 0));
    checkSignal({ unit, values, written: scale !== undefined }, goal, site);
    if (site.issues.length > before) return undefined;
    this.#sound.signals[name] = value as Signal;
    const { target } = goal;
    return { name, sources: from, of, unit: goal.unit, tau, mean, units, scale: scale ?? 1, offset, target };
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
    return { target, receptor: receptorOf(population, synapse, own.place) };
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
