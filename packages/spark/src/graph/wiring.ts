import { hasShape } from "../config/parse.ts";
import type { Place } from "../config/place.ts";
import { type Shape, sizeOf } from "../config/shape.ts";
import type { buildSynapses } from "../connectivity/build.ts";
import type { ReadRule } from "../connectivity/rules/connection-rule.ts";
import type { SynapseValues } from "../connectivity/values.ts";
import type { WiringPlaces } from "../connectivity/wiring.ts";
import type { Layout } from "../layout/layout.ts";
import type { Component, Model } from "../model/component.ts";
import type { RuleFields, SynapticFields } from "../model/rule-config.ts";
import type { Plasticity } from "../model/rule-model.ts";
import type { Synapse } from "../model/synapse.ts";
import type { Drive } from "../sources/drive.ts";
import type { WiredReadout } from "./readout.ts";
import type { WiredSignal } from "./signal.ts";

/* A network with every name resolved. */

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
  /** The part of the delay on the side of the dendrite, ms. */
  readonly dendriticDelay: number | undefined;
  readonly layout: Layout;
  /** The rule with which the synapses learn: one that combines the rules of a list. */
  readonly plasticity: Plasticity | undefined;
  /** The parameters of the rule for the populations of the projection. */
  readonly ruleFields: RuleFields | undefined;
  /** The parameters of the rule that differ between synapses. */
  readonly synaptic: SynapticFields;
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
  readonly signals: readonly WiredSignal[];
}

/** The shape of a population: given, or that of its arrays. */
export const shapeOf = ({ units, config }: Component<Model>): Shape | undefined =>
  units ?? Object.values(config.settings).find(hasShape)?.shape;

/** Number of units of a population. */
export const unitsOf = ({ component }: Pick<WiredPopulation, "component">): number => sizeOf(shapeOf(component) ?? [0]);
