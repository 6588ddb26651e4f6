import { field, nonNegative, positive } from "../config/field.ts";
import type { Float } from "../expr/expr.ts";
import { add, decay, max, min, mul, quantity, sub } from "../expr/verbs.ts";
import { plasticity } from "../model/plasticity.ts";
import type { PlasticityConfigOf } from "../model/rule-model.ts";
import { ruleWithPresets } from "../model/rule-presets.ts";
import { type FieldScope, float } from "../model/scope.ts";

/** The constants of a published fit. A minimal model has no `preSlowTau`, because nothing depends on it. */
interface Fit {
  readonly pairPotentiation: number;
  readonly tripletPotentiation: number;
  readonly pairDepression: number;
  readonly tripletDepression: number;
  readonly preSlowTau?: number;
  readonly postSlowTau: number;
}

const fieldsOf = (by: Required<Fit>) => ({
  preTau: field(16.8, "ms", "Time constant of the fast presynaptic trace: τ₊.", positive),
  preSlowTau: field(by.preSlowTau, "ms", "Time constant of the slow presynaptic trace: τₓ.", positive),
  postTau: field(33.7, "ms", "Time constant of the fast postsynaptic trace: τ₋.", positive),
  postSlowTau: field(by.postSlowTau, "ms", "Time constant of the slow postsynaptic trace: τ_y.", positive),
  pairPotentiation: field(by.pairPotentiation, "weight", "Potentiation by a pair: A₂⁺.", nonNegative),
  tripletPotentiation: field(by.tripletPotentiation, "weight", "Potentiation by a triplet: A₃⁺.", nonNegative),
  pairDepression: field(by.pairDepression, "weight", "Depression by a pair: A₂⁻.", nonNegative),
  tripletDepression: field(by.tripletDepression, "weight", "Depression by a triplet: A₃⁻.", nonNegative),
  weightMax: field(100, "weight", "Largest weight, in the unit of the projection.", positive),
});

const states = {
  pre: () => ({
    fast: float(0, "1", "Fast presynaptic trace: r₁."),
    slow: float(0, "1", "Slow presynaptic trace: r₂."),
  }),
  post: () => ({
    fast: float(0, "1", "Fast postsynaptic trace: o₁."),
    slow: float(0, "1", "Slow postsynaptic trace: o₂."),
  }),
};

interface Traces {
  readonly fast: Float;
  readonly slow: Float;
}
interface Presynaptic {
  readonly preTau: Float;
  readonly preSlowTau: Float;
  readonly pre: Traces;
}
interface Postsynaptic {
  readonly postTau: Float;
  readonly postSlowTau: Float;
  readonly post: Traces;
}
type Scope = FieldScope<ReturnType<typeof fieldsOf>> & {
  readonly weight: Float;
  readonly pre: Traces;
  readonly post: Traces;
};

const decays = {
  pre: (x: Presynaptic) => ({ fast: decay(x.pre.fast, x.preTau), slow: decay(x.pre.slow, x.preSlowTau) }),
  post: (x: Postsynaptic) => ({ fast: decay(x.post.fast, x.postTau), slow: decay(x.post.slow, x.postSlowTau) }),
};
const shrunk = (x: Scope): Float =>
  max(sub(x.weight, mul(x.post.fast, add(x.pairDepression, mul(x.tripletDepression, x.pre.slow)))), 0);
const grown = (x: Scope): Float =>
  min(add(x.weight, mul(x.pre.fast, add(x.pairPotentiation, mul(x.tripletPotentiation, x.post.slow)))), x.weightMax);

const fitted = (
  [pairPotentiation, tripletPotentiation, pairDepression, tripletDepression]: readonly [number, number, number, number],
  postSlowTau: number,
): Fit => ({ pairPotentiation, tripletPotentiation, pairDepression, tripletDepression, postSlowTau });

interface Fits {
  readonly visualCortex: Required<Fit>;
  readonly visualCortexMinimal: Fit;
  readonly hippocampus: Required<Fit>;
  readonly hippocampusMinimal: Fit;
}

const presetsOf = (spikes: string, fits: Fits) => {
  const preset = (what: string, parameters: Fit) => ({
    about: `${what}, ${spikes}; Pfister and Gerstner 2006.`,
    parameters: { ...parameters },
  });
  return {
    visualCortex: preset("Visual cortex, full model", fits.visualCortex),
    visualCortexMinimal: preset("Visual cortex, minimal model", fits.visualCortexMinimal),
    hippocampus: preset("Hippocampal culture, full model", fits.hippocampus),
    hippocampusMinimal: preset("Hippocampal culture, minimal model", fits.hippocampusMinimal),
  };
};

const allSpikes: Fits = {
  visualCortex: { ...fitted([5e-10, 6.2e-3, 7e-3, 2.3e-4], 125), preSlowTau: 101 },
  visualCortexMinimal: fitted([0, 6.5e-3, 7.1e-3, 0], 114),
  hippocampus: { ...fitted([6.1e-3, 6.7e-3, 1.6e-3, 1.4e-3], 27), preSlowTau: 946 },
  hippocampusMinimal: fitted([5.3e-3, 8e-3, 3.5e-3, 0], 40),
};

export const TripletStdp = ruleWithPresets(
  plasticity("TripletStdp", fieldsOf(allSpikes.visualCortex), {
    about:
      "STDP of triplets of spikes, which depends on the rate as synapses of the visual cortex do. Pfister and Gerstner 2006, J. Neurosci. 26, 9673; defaults: visual cortex, full model, all spikes.",
    ...states,
    begin: decays,
    arrive: (x) => ({ weight: shrunk(x), pre: { fast: add(x.pre.fast, 1), slow: add(x.pre.slow, 1) } }),
    fire: (x) => ({ weight: grown(x), post: { fast: add(x.post.fast, 1), slow: add(x.post.slow, 1) } }),
  }),
  presetsOf("all spikes", allSpikes),
);

const nearestSpikes: Fits = {
  visualCortex: { ...fitted([8.8e-11, 5.3e-2, 6.6e-3, 3.1e-3], 40), preSlowTau: 714 },
  visualCortexMinimal: fitted([0, 5e-2, 8e-3, 0], 40),
  hippocampus: { ...fitted([4.6e-3, 9.1e-3, 3e-3, 7.5e-9], 47), preSlowTau: 575 },
  hippocampusMinimal: fitted([4.6e-3, 9.1e-3, 3e-3, 0], 48),
};

const ONE = quantity(1, "1");

export const NearestTripletStdp = ruleWithPresets(
  plasticity("NearestTripletStdp", fieldsOf(nearestSpikes.visualCortex), {
    about:
      "Triplet STDP in which only the last spike of each side counts. Pfister and Gerstner 2006, J. Neurosci. 26, 9673; defaults: visual cortex, full model, nearest spikes.",
    ...states,
    begin: decays,
    arrive: (x) => ({ weight: shrunk(x), pre: { fast: ONE, slow: ONE } }),
    fire: (x) => ({ weight: grown(x), post: { fast: ONE, slow: ONE } }),
  }),
  presetsOf("nearest spikes", nearestSpikes),
);

export type TripletStdpConfig = PlasticityConfigOf<ReturnType<typeof fieldsOf>>;
export type NearestTripletStdpConfig = TripletStdpConfig;
