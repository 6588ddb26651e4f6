import type { Place, Site } from "../config/place.ts";
import { describe } from "../config/shape.ts";
import type { RuleTypes } from "../connectivity/rule.ts";
import { combined } from "../model/combined-rule.ts";
import type { Component, Model } from "../model/component.ts";
import type { Plasticity } from "../model/rule-model.ts";
import type { Synapse } from "../model/synapse.ts";
import type { Drive } from "../sources/drive.ts";
import { codeSynapse, isComponent, isNeuron, isPlasticity, type Neuron, type Population, uncalled } from "./neuron.ts";

/** A synapse of a population, with its path in messages. */
export interface PlacedSynapse {
  readonly name: string;
  readonly synapse: Synapse;
  readonly place: Place;
}

/** The parts of a population. */
export interface PopulationParts {
  readonly population: Population;
  readonly component: Component<Model>;
  readonly inhibitory: boolean | readonly boolean[];
  readonly synapses: readonly PlacedSynapse[];
}

/** Reads the parts of a network: values in code, names in a document. */
export interface Parts {
  /** Custom connection rules. */
  readonly rules?: RuleTypes;
  population(value: unknown, site: Site): PopulationParts | undefined;
  synapse(value: unknown, site: Site): Synapse | undefined;
  plasticity(value: unknown, site: Site): Plasticity | undefined;
  drive(value: unknown, site: Site): Drive | undefined;
}

/** Splits a population whose synapses have their own paths. */
export const takeApart = (population: Population, placeOf: (synapse: string) => Place): PopulationParts => {
  const whole: Neuron | undefined = isNeuron(population) ? population : undefined;
  return {
    population,
    component: whole ? whole.soma : (population as Component<Model>),
    inhibitory: whole?.inhibitory ?? false,
    synapses: Object.entries(whole?.synapses ?? {}).map(([name, synapse]) => ({ name, synapse, place: placeOf(name) })),
  };
};

/** Reads one plasticity rule, or a list of rules that act as one. */
export const readRules = (
  value: unknown,
  site: Site,
  readOne: (value: unknown, site: Site) => Plasticity | undefined,
): Plasticity | undefined => {
  if (!Array.isArray(value)) return readOne(value, site);
  if (value.length === 0) return site.refuse("is an empty list. Give rules, or omit it for constant weights.");
  const rules = value.map((one: unknown, k) => readOne(one, site.at(k)));
  const names = rules.map((rule) => rule?.model.name);
  for (const [k, name] of names.entries()) {
    if (name !== undefined && names.indexOf(name) < k) {
      return site.at(k).refuse(`is a second ${name}, but a projection has each rule once. Remove one of them.`);
    }
  }
  const known = rules.filter((rule) => rule !== undefined);
  if (known.length < rules.length) return undefined;
  return known.length === 1 ? known[0] : combined(known);
};

/** Reads the parts of a network in code. */
export const codeParts: Parts = {
  population: (value, site) => {
    if (!isComponent(isNeuron(value) ? value.soma : value)) {
      const received = uncalled(value) ?? `received ${describe(value)}. Give one of these.`;
      return site.refuse(`must be a soma, a neuron or a source of spikes; ${received}`);
    }
    return takeApart(value as Population, (name) => site.place.at("synapses", name));
  },
  synapse: codeSynapse,
  plasticity: (value, site) =>
    readRules(value, site, (one, at) => {
      if (isPlasticity(one)) return one;
      const received = uncalled(one) ?? `received ${describe(one)}. Give one.`;
      return at.refuse(`takes a plasticity rule such as PairStdp({ weightMax: 10 }); ${received}`);
    }),
  drive: (value, site) => {
    const drive = value as Drive | null;
    if (typeof drive === "object" && drive !== null && typeof drive.build === "function") return drive;
    return site.refuse(
      `takes a drive such as PoissonDrive({ rate: 8, trains: 1000 }); received ${describe(value)}. Give one.`,
    );
  },
};
