import { field, nonNegative, positive } from "../config/field.ts";
import { add, decay, max, min, mul, sub } from "../expr/verbs.ts";
import { type PlasticityConfigOf, plasticity } from "../model/plasticity.ts";
import { float } from "../model/scope.ts";

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

export const TripletStdp = plasticity("TripletStdp", fields, {
  about:
    "STDP of triplets of spikes, which depends on the rate as synapses of the visual cortex do. Pfister and Gerstner 2006, J. Neurosci. 26, 9673; defaults: visual cortex, full model, all spikes.",
  pre: () => ({
    fast: float(0, "1", "Fast presynaptic trace: r₁."),
    slow: float(0, "1", "Slow presynaptic trace: r₂."),
  }),
  post: () => ({
    fast: float(0, "1", "Fast postsynaptic trace: o₁."),
    slow: float(0, "1", "Slow postsynaptic trace: o₂."),
  }),
  begin: {
    pre: (x) => ({ fast: decay(x.pre.fast, x.preTau), slow: decay(x.pre.slow, x.preSlowTau) }),
    post: (x) => ({ fast: decay(x.post.fast, x.postTau), slow: decay(x.post.slow, x.postSlowTau) }),
  },
  arrive: (x) => ({
    weight: max(sub(x.weight, mul(x.post.fast, add(x.pairDepression, mul(x.tripletDepression, x.pre.slow)))), 0),
    pre: { fast: add(x.pre.fast, 1), slow: add(x.pre.slow, 1) },
  }),
  fire: (x) => ({
    weight: min(
      add(x.weight, mul(x.pre.fast, add(x.pairPotentiation, mul(x.tripletPotentiation, x.post.slow)))),
      x.weightMax,
    ),
    post: { fast: add(x.post.fast, 1), slow: add(x.post.slow, 1) },
  }),
});

export type TripletStdpConfig = PlasticityConfigOf<typeof fields>;
