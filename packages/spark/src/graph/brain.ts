import type { Positions, Rule } from "../connectivity/rule.ts";
import type { SynapseValues } from "../connectivity/values.ts";
import type { Layout } from "../layout/layout.ts";
import type { Component, Model } from "../model/component.ts";
import type { Synapse } from "../model/synapse.ts";
import type { Drive } from "../sources/drive.ts";
import type { Neuron, Soma, SpikeSource } from "./neuron.ts";
import type { OnlyReadouts, Readouts, ReadoutsOf } from "./readout.ts";
import { readWiring, type Wiring } from "./wiring.ts";

/** What may stand under `populations`: a soma, a source of spikes, or a neuron. */
export type Population = Component<Model> | Neuron;
export type Populations = Readonly<Record<string, Population>>;

/** A population with a membrane by its name, or one of a neuron's synapses as "population.synapse". */
export type TargetOf<P extends Populations> = {
  [K in keyof P & string]: P[K] extends Neuron<Soma, infer R> ? K | `${K}.${R}` : P[K] extends SpikeSource ? never : K;
}[keyof P & string];

/** Synapses from one population to another. */
export interface Projection<From extends string = string, To extends string = string> {
  readonly from: From;
  readonly to: To;
  /** Who is connected to whom. */
  readonly connect: Rule;
  /** In the unit of the synapse: pA, mV, or nS. Of inhibitory units: magnitudes, which count negative. */
  readonly weight: SynapseValues;
  /** ms; rounded to whole steps, at least one. Default: one step. */
  readonly delay?: SynapseValues;
  /** How arriving spikes act; left out where `to` is or names a synapse of a neuron. */
  readonly synapse?: Synapse;
  /** How synapses lie in memory: changes speed and memory, never a result. Default "auto". */
  readonly layout?: Layout;
}

/** A drive that is drawn for each unit and step of a population, and acts through a synapse. */
export interface Input<To extends string = string> {
  readonly to: To;
  /** Left out where `to` is or names a synapse of a neuron. */
  readonly synapse?: Synapse;
  /** Such as PoissonDrive({ rate: 8, trains: 1000, weight: 87.8 }). */
  readonly drive: Drive;
}

export interface BrainOptions<P extends Populations, O = Readouts> {
  /** What it is called in results and messages. Default "Brain". */
  readonly name?: string;
  readonly populations: P;
  readonly projections?: Readonly<Record<string, Projection<keyof P & string, TargetOf<P>>>>;
  readonly drives?: Readonly<Record<string, Input<TargetOf<P>>>>;
  /** Numbers that are put out, by the names under which steps and runs give them. */
  readonly readouts?: O & OnlyReadouts<O>;
  /** Where the units of populations are, in any unit of length; what goes by distance needs them. */
  readonly positions?: { readonly [K in keyof P]?: Positions };
}

/** Populations wired to one another. Immutable; nothing is drawn or allocated before it is compiled. */
export interface Brain<P extends Populations = Populations, O = Readouts> {
  readonly kind: "brain";
  readonly name: string;
  readonly populations: P;
  readonly projections: Readonly<Record<string, Projection>>;
  readonly drives: Readonly<Record<string, Input>>;
  readonly readouts: O;
  readonly positions: Readonly<Record<string, Positions>>;
  /** Every name resolved. */
  readonly wiring: Wiring;
}

/**
 * Wires populations into a brain. Loops are allowed: every spike takes at least one step to arrive.
 * @throws ConfigError with every problem of the wiring at once.
 */
export const brain = <const P extends Populations, const O extends ReadoutsOf<P> = Record<never, never>>(
  options: BrainOptions<P, O>,
): Brain<P, O> => {
  const { name = "Brain", populations, projections = {}, drives = {}, positions = {} } = options;
  const readouts = (options.readouts ?? {}) as O;
  const wiring = readWiring({ ...options, name, projections, drives, readouts: readouts as Readouts });
  const placed = positions as Readonly<Record<string, Positions>>;
  return { kind: "brain", name, populations, projections, drives, readouts, positions: placed, wiring };
};
