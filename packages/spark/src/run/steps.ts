import type { NumericArray } from "../config/shape.ts";
import type { Brain } from "../graph/brain.ts";
import type { Populations } from "../graph/brain-options.ts";
import type { Neuron, Soma, SpikeSource } from "../graph/neuron.ts";
import type { Readouts, SomaOf } from "../graph/readout.ts";
import type { StepInputs, StepOutputs } from "./stepper.ts";

/** The signals that a soma or a source declares. */
type SignalsOf<C> =
  SomaOf<C> extends { readonly model: { readonly inputs: infer I } }
    ? {
        readonly [K in keyof I as string extends K
          ? never
          : I[K] extends { readonly payload: "SignalArray" }
            ? K
            : never]?: number | NumericArray;
      }
    : unknown;

/**
 * Inputs of one step, by population: a current and spikes for a soma, spikes for a source that relays them, and the
 * signals that either declares, as one number or one value per unit or group of units. Populations without a current or
 * a signal keep the last one; without spikes, none arrive.
 */
export type BrainStepInputs<P = Readonly<Record<string, unknown>>> = {
  readonly [K in keyof P]?: (P[K] extends SpikeSource ? Pick<StepInputs, "inSpikes"> : StepInputs) & SignalsOf<P[K]>;
};

/** Values of read-outs by name: a number for a mean over units or a tanh integrator, otherwise one value per unit or output. */
export type ReadoutValues<O> = {
  readonly [K in keyof O]: O[K] extends { readonly integrator: { readonly tanh: unknown } }
    ? number
    : "mean" extends keyof O[K]
      ? O[K]["mean"] extends true
        ? number
        : O[K]["mean"] extends false | undefined
          ? Float64Array
          : number | Float64Array
      : Float64Array;
};

/** If the type does not tell whether there is a membrane, the potential is optional. */
type PotentialOf<Q> = Q extends SpikeSource
  ? unknown
  : Q extends Neuron | Soma
    ? Pick<StepOutputs, "potential">
    : Partial<Pick<StepOutputs, "potential">>;

/** Outputs of one step, by population, and the values of read-outs. Sources only have spikes. */
export type BrainStepOutputs<P = Readonly<Record<string, unknown>>, O = Readouts> = {
  readonly [K in keyof P]: Pick<StepOutputs, "outSpikes"> & PotentialOf<P[K]>;
} & { readonly readouts: ReadoutValues<O> };

/** Inputs of one step of a model. */
export type StepInputsOf<M> = M extends Brain<infer P extends Populations, unknown> ? BrainStepInputs<P> : StepInputs;

/** Outputs of one step of a model. */
export type StepOutputsOf<M> =
  M extends Brain<infer P extends Populations, infer O> ? BrainStepOutputs<P, O> : StepOutputs;
