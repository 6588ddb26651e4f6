import type { Positions } from "../connectivity/positions.ts";
import type { BrainOptions, Input, Populations, Projection } from "./brain-options.ts";
import { readBrain } from "./read-brain.ts";
import type { Readouts, ReadoutsOf } from "./readout.ts";
import type { Signal } from "./signal.ts";
import type { Wiring } from "./wiring.ts";

/** A network: populations and the projections between them. Immutable. `compile` draws and allocates. */
export interface Brain<P extends Populations = Populations, O = Readouts> {
  readonly kind: "brain";
  readonly name: string;
  readonly populations: P;
  readonly projections: Readonly<Record<string, Projection>>;
  readonly drives: Readonly<Record<string, Input>>;
  readonly readouts: O;
  readonly signals: Readonly<Record<string, Signal>>;
  readonly positions: Readonly<Record<string, Positions>>;
  /** Every name resolved. */
  readonly wiring: Wiring;
}

/**
 * Connects populations to a network. Loops are allowed, because spikes and signals take at least one step to arrive.
 * @throws ConfigError with all problems of the network
 */
export const brain = <const P extends Populations, const O extends ReadoutsOf<P> = Record<never, never>>(
  options: BrainOptions<P, O>,
): Brain<P, O> => {
  const { projections, drives, signals, positions, wiring } = readBrain(
    options as unknown as BrainOptions<Populations>,
  );
  const { name = "Brain", populations } = options;
  const readouts = (options.readouts ?? {}) as O;
  return { kind: "brain", name, populations, projections, drives, readouts, signals, positions, wiring };
};
