import type { Written } from "../config/options.ts";
import type { Positions } from "../connectivity/positions.ts";
import type { Neuron, Population, Soma, SpikeSource } from "./neuron.ts";
import type { driveOptions, projectionOptions } from "./options.ts";
import type { OnlyReadouts, Readouts } from "./readout.ts";
import type { Signal } from "./signal.ts";

export type Populations = Readonly<Record<string, Population>>;

/** Name of a population with a membrane, or of a synapse of a neuron as "population.synapse". */
export type TargetOf<P extends Populations> = {
  [K in keyof P & string]: P[K] extends Neuron<Soma, infer R> ? K | `${K}.${R}` : P[K] extends SpikeSource ? never : K;
}[keyof P & string];

/** Synapses from one population to another. */
export interface Projection<From extends string = string, To extends string = string>
  extends Omit<Written<typeof projectionOptions>, "from" | "to"> {
  readonly from: From;
  readonly to: To;
}

/** A drive that is drawn for each unit and step of a population, and acts through a synapse. */
export interface Input<To extends string = string> extends Omit<Written<typeof driveOptions>, "to"> {
  readonly to: To;
}

export interface BrainOptions<P extends Populations, O = Readouts> {
  /** Name of the network in results and messages. Default "Brain". */
  readonly name?: string;
  readonly populations: P;
  readonly projections?: Readonly<Record<string, Projection<keyof P & string, TargetOf<P>>>>;
  readonly drives?: Readonly<Record<string, Input<TargetOf<P>>>>;
  /** Read-outs by name: filtered values that steps and runs return. */
  readonly readouts?: O & OnlyReadouts<O>;
  /** Signals by name: values of populations that act on a current, a signal or a plasticity rule in the next step. */
  readonly signals?: Readonly<Record<string, Signal<keyof P & string>>>;
  /** Coordinates of the units of populations, in any unit of length. Required by rules and values that use distances. */
  readonly positions?: { readonly [K in keyof P]?: Positions };
}
