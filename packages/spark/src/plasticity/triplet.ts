import { field, nonNegative, positive } from "../config/field.ts";
import type { Float } from "../expr/expr.ts";
import { add, decay, max, min, mul, quantity, sub } from "../expr/verbs.ts";
import { plasticity } from "../model/plasticity.ts";
import type { PlasticityConfigOf } from "../model/rule-model.ts";
import { ruleWithPresets } from "../model/rule-presets.ts";
import { type FieldScope, float } from "../model/scope.ts";

const fields = {
  preTau: field(16.8, "ms", "Time constant of the fast presynaptic trace: τ₊.", positive),
  preSlowTau: field(101, "ms", "Time constant of the slow presynaptic trace: τₓ.", positive),
  postTau: field(33.7, "ms", "Time constant of the fast postsynaptic trace: τ₋.", positive),
  postSlowTau: field(125, "ms", "Time constant of the slow postsynaptic trace: τ_y.", positive),
  pairPotentiation: field(5e-10, "weight", "Potentiation by a pair: A₂⁺.", nonNegative),
  tripletPotentiation: field(6.2e-3, "weight", "Potentiation by a triplet: A₃⁺.", nonNegative),
  pairDepression: field(7e-3, "weight", "Depression by a pair: A₂⁻.", nonNegative),
  tripletDepression: field(2.3e-4, "weight", "Depression by a triplet: A₃⁻.", nonNegative),
  weightMax: field(100, "weight", "Largest weight, in the unit of the projection.", positive),
};

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
type Scope = FieldScope<typeof fields> & { readonly weight: Float; readonly pre: Traces; readonly post: Traces };

const decays = {
  pre: (x: Presynaptic) => ({ fast: decay(x.pre.fast, x.preTau), slow: decay(x.pre.slow, x.preSlowTau) }),
  post: (x: Postsynaptic) => ({ fast: decay(x.post.fast, x.postTau), slow: decay(x.post.slow, x.postSlowTau) }),
};
const shrunk = (x: Scope): Float =>
  max(sub(x.weight, mul(x.post.fast, add(x.pairDepression, mul(x.tripletDepression, x.pre.slow)))), 0);
const grown = (x: Scope): Float =>
  min(add(x.weight, mul(x.pre.fast, add(x.pairPotentiation, mul(x.tripletPotentiation, x.post.slow)))), x.weightMax);

const source = "Pfister and Gerstner 2006";
/** A published fit: of a full model, or of one without the terms that matter little. */
const fitted = (
  about: string,
  [pairPotentiation, tripletPotentiation, pairDepression, tripletDepression]: readonly [number, number, number, number],
  taus: { readonly preSlowTau?: number; readonly postSlowTau: number },
) => ({
  about: `${about}; ${source}.`,
  parameters: { pairPotentiation, tripletPotentiation, pairDepression, tripletDepression, ...taus },
});

export const TripletStdp = ruleWithPresets(
  plasticity("TripletStdp", fields, {
    about:
      "STDP of triplets of spikes, which depends on the rate as synapses of the visual cortex do. Pfister and Gerstner 2006, J. Neurosci. 26, 9673; defaults: visual cortex, full model, all spikes.",
    ...states,
    begin: decays,
    arrive: (x) => ({ weight: shrunk(x), pre: { fast: add(x.pre.fast, 1), slow: add(x.pre.slow, 1) } }),
    fire: (x) => ({ weight: grown(x), post: { fast: add(x.post.fast, 1), slow: add(x.post.slow, 1) } }),
  }),
  {
    visualCortex: fitted("Visual cortex, full model, all spikes", [5e-10, 6.2e-3, 7e-3, 2.3e-4], {
      preSlowTau: 101,
      postSlowTau: 125,
    }),
    visualCortexMinimal: fitted("Visual cortex, minimal model, all spikes", [0, 6.5e-3, 7.1e-3, 0], {
      postSlowTau: 114,
    }),
    hippocampus: fitted("Hippocampal culture, full model, all spikes", [6.1e-3, 6.7e-3, 1.6e-3, 1.4e-3], {
      preSlowTau: 946,
      postSlowTau: 27,
    }),
    hippocampusMinimal: fitted("Hippocampal culture, minimal model, all spikes", [5.3e-3, 8e-3, 3.5e-3, 0], {
      postSlowTau: 40,
    }),
  },
);

const ONE = quantity(1, "1");

const nearest = {
  ...fields,
  preSlowTau: field(714, "ms", "Time constant of the slow presynaptic trace: τₓ.", positive),
  postSlowTau: field(40, "ms", "Time constant of the slow postsynaptic trace: τ_y.", positive),
  pairPotentiation: field(8.8e-11, "weight", "Potentiation by a pair: A₂⁺.", nonNegative),
  tripletPotentiation: field(5.3e-2, "weight", "Potentiation by a triplet: A₃⁺.", nonNegative),
  pairDepression: field(6.6e-3, "weight", "Depression by a pair: A₂⁻.", nonNegative),
  tripletDepression: field(3.1e-3, "weight", "Depression by a triplet: A₃⁻.", nonNegative),
};

export const NearestTripletStdp = ruleWithPresets(
  plasticity("NearestTripletStdp", nearest, {
    about:
      "Triplet STDP in which only the last spike of each side counts. Pfister and Gerstner 2006, J. Neurosci. 26, 9673; defaults: visual cortex, full model, nearest spikes.",
    ...states,
    begin: decays,
    arrive: (x) => ({ weight: shrunk(x), pre: { fast: ONE, slow: ONE } }),
    fire: (x) => ({ weight: grown(x), post: { fast: ONE, slow: ONE } }),
  }),
  {
    visualCortex: fitted("Visual cortex, full model, nearest spikes", [8.8e-11, 5.3e-2, 6.6e-3, 3.1e-3], {
      preSlowTau: 714,
      postSlowTau: 40,
    }),
    visualCortexMinimal: fitted("Visual cortex, minimal model, nearest spikes", [0, 5e-2, 8e-3, 0], {
      postSlowTau: 40,
    }),
    hippocampus: fitted("Hippocampal culture, full model, nearest spikes", [4.6e-3, 9.1e-3, 3e-3, 7.5e-9], {
      preSlowTau: 575,
      postSlowTau: 47,
    }),
    hippocampusMinimal: fitted("Hippocampal culture, minimal model, nearest spikes", [4.6e-3, 9.1e-3, 3e-3, 0], {
      postSlowTau: 48,
    }),
  },
);

export type NearestTripletStdpConfig = PlasticityConfigOf<typeof nearest>;
export type TripletStdpConfig = PlasticityConfigOf<typeof fields>;
