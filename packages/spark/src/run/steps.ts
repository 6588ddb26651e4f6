import type { Brain, Populations } from "../graph/brain.ts";
import type { Neuron, Soma, SpikeSource } from "../graph/neuron.ts";
import type { Readouts } from "../graph/readout.ts";
import type { StepInputs, StepOutputs } from "./stepper.ts";

/** What goes into one step, by population: those left out keep the current that they had. A source takes none. */
export type BrainStepInputs<P = Readonly<Record<string, unknown>>> = {
  readonly [K in keyof P]?: P[K] extends SpikeSource ? never : Pick<StepInputs, "current">;
};

/** Values of read-outs by name: a number for a mean over units, else one per unit. */
export type ReadoutValues<O> = {
  readonly [K in keyof O]: "mean" extends keyof O[K]
    ? O[K]["mean"] extends true
      ? number
      : O[K]["mean"] extends false | undefined
        ? Float64Array
        : number | Float64Array
    : Float64Array;
};

/** Where a type does not tell whether there is a membrane, there may be a potential. */
type PotentialOf<Q> = Q extends SpikeSource
  ? unknown
  : Q extends Neuron | Soma
    ? Pick<StepOutputs, "potential">
    : Partial<Pick<StepOutputs, "potential">>;

/** What comes out of one step, by population, and the values of read-outs; a source has spikes only. */
export type BrainStepOutputs<P = Readonly<Record<string, unknown>>, O = Readouts> = {
  readonly [K in keyof P]: Pick<StepOutputs, "outSpikes"> & PotentialOf<P[K]>;
} & { readonly readouts: ReadoutValues<O> };

/** What goes into one step of a model. */
export type StepInputsOf<M> = M extends Brain<infer P extends Populations, unknown> ? BrainStepInputs<P> : StepInputs;

/** What comes out of one step of a model. */
export type StepOutputsOf<M> =
  M extends Brain<infer P extends Populations, infer O> ? BrainStepOutputs<P, O> : StepOutputs;
