import { suggestName } from "../config/nearest-name.ts";
import { type Place, Site } from "../config/place.ts";
import { describe, isRecord } from "../config/shape.ts";
import type { RuleTypes } from "../connectivity/rule.ts";
import type { Issue } from "../errors/errors.ts";
import type { Brain } from "../graph/brain.ts";
import { type Population, readNeuron, type Soma } from "../graph/neuron.ts";
import { type Parts, type PopulationParts, readRules, takeApart } from "../graph/parts.ts";
import { readParts } from "../graph/read-brain.ts";
import type { Component, Model } from "../model/component.ts";
import type { Plasticity } from "../model/rule-model.ts";
import type { Synapse } from "../model/synapse.ts";
import { readyMadeSynapses } from "../neurons/ready-made.ts";
import { PoissonDrive } from "../sources/index.ts";
import type { Given } from "./document.ts";
import { flatConfig, hasEquations, makeEquationsSoma, makeEquationsSynapse } from "./equations.ts";
import { made, type PartType, readPart } from "./parts.ts";
import { DOCUMENT, MODEL } from "./place.ts";

/** Parts that documents can name. */
export interface BrainParts {
  readonly somas: Readonly<Record<string, PartType<Soma>>>;
  /** Somas of ready-made neurons, by name of the neuron. */
  readonly neurons: Readonly<Record<string, PartType<Soma>>>;
  readonly sources: Readonly<Record<string, PartType<Component<Model>>>>;
  readonly synapses: Readonly<Record<string, PartType<Synapse>>>;
  readonly plasticity: Readonly<Record<string, PartType<Plasticity>>>;
  readonly rules: RuleTypes;
}

/** Result of reading the network of a document. */
export interface ReadBrain {
  /** The network; if it has problems, the parts without problems. */
  readonly brain: Brain;
  /** Names of populations with problems. */
  readonly broken: ReadonlySet<string>;
  /** Whether some parts are missing because of problems. */
  readonly partial: boolean;
  /** Reads the network again, without the parts that have these problems. */
  without(issues: readonly Issue[]): ReadBrain | undefined;
}

/** Keys that belong to the inputs of a run, not to a population. */
export const inputKeys: readonly string[] = ["inputs", "current", "inSpikes", "events"];

/** Whether a model is a network rather than one population. */
export const isBrainModel = (value: unknown): value is Given =>
  isRecord(value) &&
  ["populations", "projections", "drives", "readouts", "signals"].some((key) => Object.hasOwn(value, key));

/** Reads { populations, projections, drives, readouts, signals }. Returns undefined if no population is valid. */
export const readBrain = (
  value: Given,
  name: string | undefined,
  types: BrainParts,
  issues: Issue[],
  left: ReadonlySet<string> = new Set(),
): ReadBrain | undefined => {
  const before = issues.length;
  const { wiring, broken, ...parts } = readParts(value, new Site(MODEL, issues, documentParts(types)), left);
  if (wiring.populations.length === 0) return undefined;
  return {
    brain: { kind: "brain", name: name ?? "Brain", ...parts, wiring },
    broken,
    partial: issues.length > before || left.size > 0,
    without: (wrong) => readBrain(value, name, types, [], new Set([...left, ...wrong.flatMap(partOf)])),
  };
};

/** The part of a network that has a problem, such as "populations.a". */
const partOf = ({ keys = [] }: Issue): string[] => {
  const [kind, name] = keys.slice(MODEL.keys.length);
  return MODEL.keys.every((key, k) => keys[k] === key) && name !== undefined ? [`${kind}.${name}`] : [];
};

/** Reads the parts of a network in a document. */
const documentParts = (types: BrainParts): Parts => {
  const synapse: Parts["synapse"] = (value, site) => readSynapse(value, site, types);
  return {
    rules: types.rules,
    synapse,
    plasticity: (value, site) =>
      readRules(value, site, (one, at) => {
        if (isRecord(one)) return readPart("rule", one, at, types.plasticity);
        const example = '{ "rule": "PairStdp", "weightMax": 10 }';
        return at.refuse(`takes an object such as ${example}; received ${describe(one)}. Give one.`);
      }),
    population: (value, site) => readPopulation(value, site, types, synapse),
    drive: (value, site) => {
      if (isRecord(value)) return made(site, () => makeDrive(value, site.place));
      const example = '{ "rate": 8, "trains": 1000, "weight": 0.1 }';
      return site.refuse(`takes an object such as ${example}; received ${describe(value)}. Give one.`);
    },
  };
};

const makeDrive = PoissonDrive as (config: Given, place: Place) => ReturnType<typeof PoissonDrive>;

const readPopulation = (
  value: unknown,
  site: Site,
  types: BrainParts,
  synapse: Parts["synapse"],
): PopulationParts | undefined => {
  if (!isRecord(value)) {
    const example = '{ "soma": "LeakySoma", "units": [100] }';
    return site.refuse(`takes an object such as ${example}; received ${describe(value)}. Give one.`);
  }
  const driven = inputKeys.filter((key) => Object.hasOwn(value, key));
  if (driven.length > 0) {
    const place = DOCUMENT.at("inputs", site.place.keys.at(-1)!);
    for (const key of driven) {
      site.at(key).refuse(`is an input of a run, not a part of a population. Write it under ${place.path}.`);
    }
    return undefined;
  }
  const [kind, other] = ["soma", "equations", "neuron", "source"].filter((one) => Object.hasOwn(value, one));
  if (other !== undefined) return site.at(other).refuse(`cannot be combined with ${kind}. Remove one of them.`);
  if (kind === "neuron") return readReadyMade(value, site, types, synapse);
  if (kind === "source") return readSource(value, site, types);
  const { synapses = {}, inhibitory: mask, ...given } = value;
  const before = site.issues.length;
  const isSized = sized(kind === "equations" ? flatConfig(given) : given, site);
  const soma =
    kind === "equations"
      ? (makeEquationsSoma(given, site) as Soma | undefined)
      : readPart("soma", given, site, types.somas);
  if (!isRecord(synapses)) {
    const example = '{ "fast": { "synapse": "ExponentialSynapse", "tau": 5 } }';
    return site
      .at("synapses")
      .refuse(`takes an object such as ${example}; received ${describe(synapses)}. Name each synapse.`);
  }
  if (!soma) for (const [name, one] of Object.entries(synapses)) synapse(one, site.at("synapses", name));
  if (!soma || !isSized) return undefined;
  const own = site.with(synapse);
  const neuron = readNeuron({ soma, synapses: synapses as never, inhibitory: mask as never }, own);
  if (!neuron || site.issues.length > before) return undefined;
  const whole: Population = Object.keys(synapses).length === 0 && mask === undefined ? soma : neuron;
  return takeApart(whole, (name) => site.place.at("synapses", ...name.split(".")));
};

const readSource = (value: Given, site: Site, { sources }: BrainParts): PopulationParts | undefined => {
  const { synapses, inhibitory: mask, ...given } = value;
  for (const [key, foreign] of Object.entries({ synapses, inhibitory: mask })) {
    if (foreign === undefined) continue;
    site.at(key).refuse("belongs to a soma, but this population is a source of spikes. Remove it.");
  }
  const source = sized(given, site) ? readPart("source", given, site, sources) : undefined;
  return source && (synapses ?? mask) === undefined ? takeApart(source, () => site.place) : undefined;
};

/** Keys of the two synapses of a ready-made neuron. */
const readyMadeKeys = { excitatory: "excitatorySynapse", inhibitory: "inhibitorySynapse" } as const;

/** Reads a ready-made neuron: the parameters of its soma, its two synapses, and its inhibitory units. */
const readReadyMade = (
  value: Given,
  site: Site,
  { neurons }: BrainParts,
  synapse: Parts["synapse"],
): PopulationParts | undefined => {
  const { excitatorySynapse, inhibitorySynapse, inhibitory: mask, synapses, ...given } = value;
  const before = site.issues.length;
  if (synapses !== undefined) {
    site
      .at("synapses")
      .refuse(
        "belongs to a soma, but a ready-made neuron has two synapses. Give excitatorySynapse and inhibitorySynapse.",
      );
  }
  const isSized = sized(given, site);
  const soma = readPart("neuron", given, site, neurons);
  if (!soma || !isSized || site.issues.length > before) return undefined;
  const keyOf = (name: string): string => readyMadeKeys[name as keyof typeof readyMadeKeys];
  const usual = readyMadeSynapses({});
  const written = {
    excitatory: excitatorySynapse ?? usual.excitatory,
    inhibitory: inhibitorySynapse ?? usual.inhibitory,
  };
  const neuron = readNeuron(
    { soma, synapses: written as never, inhibitory: mask as never },
    site.with((one: unknown, at: Site) =>
      Object.values(usual).includes(one as never) ? (one as Synapse) : synapse(one, at),
    ),
    (name) => [keyOf(name)],
  );
  return neuron && takeApart(neuron, (name) => site.place.at(keyOf(name)));
};

/** Checks that a population has units, given or by arrays. */
const sized = (given: Given, site: Site): boolean => {
  const isList = (value: unknown): boolean => Array.isArray(value) || (isRecord(value) && isList(value["series"]));
  if (Object.hasOwn(given, "units") || Object.values(given).some(isList)) return true;
  const meant = Object.keys(given).find((key) => /^(unit|size|count|n)$/i.test(key));
  if (meant !== undefined) return true;
  site.at("units").refuse("is missing. Give the number of units in brackets, such as [100].");
  return false;
};

const readSynapse = (value: unknown, site: Site, { synapses }: BrainParts): Synapse | undefined => {
  if (hasEquations(value)) {
    if (value["synapse"] === undefined) return makeEquationsSynapse(value, site);
    return site.at("synapse").refuse("cannot be combined with equations. Remove one of them.");
  }
  if (isRecord(value)) return readPart("synapse", value, site, synapses);
  const known = Object.keys(synapses);
  const example = '{ "synapse": "ExponentialSynapse", "tau": 5 }';
  const remedy =
    typeof value === "string" && known.includes(value)
      ? `Write { "synapse": "${value}" }.`
      : typeof value === "string"
        ? suggestName(value, known)
        : "Give one.";
  return site.refuse(`takes an object such as ${example}; received ${describe(value)}. ${remedy}`);
};
