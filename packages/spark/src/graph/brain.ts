import type { Written } from "../config/options.ts";
import type { Positions } from "../connectivity/positions.ts";
import type { Neuron, Population, Soma, SpikeSource } from "./neuron.ts";
import type { driveOptions, projectionOptions } from "./options.ts";
import type { OnlyReadouts, Readouts, ReadoutsOf } from "./readout.ts";
import { readBrain, type Wiring } from "./wiring.ts";

export type Populations = Readonly<Record<string, Population>>;

/** A population with a membrane by its name, or one of a neuron's synapses as "population.synapse". */
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
  const { projections, drives, positions, wiring } = readBrain(options as unknown as BrainOptions<Populations>);
  const { name = "Brain", populations } = options;
  const readouts = (options.readouts ?? {}) as O;
  return { kind: "brain", name, populations, projections, drives, readouts, positions, wiring };
};
