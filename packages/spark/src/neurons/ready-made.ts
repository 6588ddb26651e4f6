import { type Neuron, neuron, type Soma } from "../graph/neuron.ts";
import { withDefaults } from "../model/soma.ts";
import type { Synapse } from "../model/synapse.ts";
import { DoublyAdaptiveLeakySoma, type DoublyAdaptiveLeakySomaConfig } from "../somas/doubly-adaptive.ts";
import { AdaptiveExponentialSoma, type AdaptiveExponentialSomaConfig } from "../somas/exponential.ts";
import {
  AdaptiveLeakySoma,
  type AdaptiveLeakySomaConfig,
  LeakySoma,
  type LeakySomaConfig,
  RefractoryLeakySoma,
  type RefractoryLeakySomaConfig,
} from "../somas/leaky.ts";
import { ExponentialSynapse } from "../synapses/exponential.ts";

/** Options of ready-made neurons, in addition to the parameters of their soma. */
export interface ReadyMade {
  /** Whether the units are inhibitory: one value, or one per unit for a mixed population. Default false. */
  readonly inhibitory?: boolean | readonly boolean[];
  /** Synapse model of excitatory spikes. Default: an exponential current of 5 ms. */
  readonly excitatorySynapse?: Synapse;
  /** Synapse model of inhibitory spikes. Default: an exponential current of 10 ms. */
  readonly inhibitorySynapse?: Synapse;
}

/** The synapses of a ready-made neuron, by the names that projections use. */
export type ReadyMadeSynapses = "excitatory" | "inhibitory";

/** Combines a soma with the two synapses. */
const assemble = <C extends Soma>(soma: C, options: ReadyMade): Neuron<C, ReadyMadeSynapses> => {
  const { inhibitory = false } = options;
  return neuron({ soma, synapses: readyMadeSynapses(options), inhibitory });
};

/** The synapses of a ready-made neuron. */
export const readyMadeSynapses = (
  options: Pick<ReadyMade, "excitatorySynapse" | "inhibitorySynapse">,
): Readonly<Record<ReadyMadeSynapses, Synapse>> => ({
  excitatory: options.excitatorySynapse ?? ExponentialSynapse({ tau: 5 }),
  inhibitory: options.inhibitorySynapse ?? ExponentialSynapse({ tau: 10 }),
});

/** DoublyAdaptiveLeakySoma with the defaults of an ALIFNeuron. */
const AlifSoma = withDefaults(DoublyAdaptiveLeakySoma, { cooldown: 3, thresholdDelta: 100 });

/** Separates the parameters of the soma from the options of the neuron. */
const split = <F extends object>(config: F & ReadyMade): [soma: F, options: ReadyMade] => {
  // The soma refuses what is not an object.
  if (typeof config !== "object" || config === null) return [config, {}];
  const { inhibitory, excitatorySynapse, inhibitorySynapse, ...soma } = config;
  const options = {
    ...(inhibitory !== undefined && { inhibitory }),
    ...(excitatorySynapse !== undefined && { excitatorySynapse }),
    ...(inhibitorySynapse !== undefined && { inhibitorySynapse }),
  };
  return [soma as unknown as F, options];
};

/**
 * Leaky integrate-and-fire neurons: `LeakySoma` with an excitatory and an inhibitory synapse.
 * @throws ConfigError with all problems of the config
 */
export const LIFNeuron = (config: LeakySomaConfig & ReadyMade = {}) => {
  const [soma, options] = split<LeakySomaConfig>(config);
  return assemble(LeakySoma(soma), options);
};

/**
 * Leaky integrate-and-fire neurons with a refractory period: `RefractoryLeakySoma` with two synapses.
 * @throws ConfigError with all problems of the config
 */
export const RefractoryLIFNeuron = (config: RefractoryLeakySomaConfig & ReadyMade = {}) => {
  const [soma, options] = split<RefractoryLeakySomaConfig>(config);
  return assemble(RefractoryLeakySoma(soma), options);
};

/**
 * Leaky integrate-and-fire neurons with an adaptive threshold: `AdaptiveLeakySoma` with two synapses.
 * @throws ConfigError with all problems of the config
 */
export const AdaptiveLIFNeuron = (config: AdaptiveLeakySomaConfig & ReadyMade = {}) => {
  const [soma, options] = split<AdaptiveLeakySomaConfig>(config);
  return assemble(AdaptiveLeakySoma(soma), options);
};

/**
 * Leaky integrate-and-fire neurons that may adapt by their threshold and by a current: `DoublyAdaptiveLeakySoma` with
 * two synapses. `cooldown` is 3 ms and `thresholdDelta` 100 mV by default, as in Python Spark 1.2.
 * @throws ConfigError with all problems of the config
 */
export const ALIFNeuron = (config: DoublyAdaptiveLeakySomaConfig & ReadyMade = {}) => {
  const [soma, options] = split<DoublyAdaptiveLeakySomaConfig>(config);
  return assemble(AlifSoma(soma), options);
};

/**
 * Adaptive exponential integrate-and-fire neurons: `AdaptiveExponentialSoma` with two synapses.
 * @throws ConfigError with all problems of the config
 */
export const AdExNeuron = (config: AdaptiveExponentialSomaConfig & ReadyMade = {}) => {
  const [soma, options] = split<AdaptiveExponentialSomaConfig>(config);
  return assemble(AdaptiveExponentialSoma(soma), options);
};

/** Somas of the ready-made neurons, by the names of the neurons. */
export const readyMadeSomas = {
  LIFNeuron: LeakySoma,
  RefractoryLIFNeuron: RefractoryLeakySoma,
  AdaptiveLIFNeuron: AdaptiveLeakySoma,
  ALIFNeuron: AlifSoma,
  AdExNeuron: AdaptiveExponentialSoma,
} as const;
