import { field, nonNegative, positive } from "../config/field.ts";
import { dt } from "../expr/expr.ts";
import { abs, add, clip, decay, div, exp, lt, mul, neg, quantity, sub, when } from "../expr/verbs.ts";
import { plasticity } from "../model/plasticity.ts";
import type { PlasticityConfigOf } from "../model/rule-model.ts";
import { float } from "../model/scope.ts";
import { decays } from "./stdp.ts";

const fields = {
  preTau: field(20, "ms", "Time constant of the presynaptic trace: the window of potentiation.", positive),
  postTau: field(20, "ms", "Time constant of the postsynaptic trace: the window of depression.", positive),
  potentiation: field(
    0.1,
    "weight",
    "Largest change of the eligibility if the target spikes after an arrival: A₊.",
    nonNegative,
  ),
  depression: field(0.15, "weight", "Largest change in the other order: A₋.", nonNegative),
  eligibilityTau: field(1000, "ms", "Time constant of the eligibility: how long a synapse remembers a pair.", positive),
  dopamineTau: field(200, "ms", "Time constant of the dopamine.", positive),
  tonic: field(0.002, "1", "Dopamine that is always there."),
  reward: field(0, "1/ms", "Release of dopamine. Set it during a simulation; a negative one is a punishment."),
  rate: field(0.1, "1/ms", "Change of the weight for each unit of dopamine and eligibility.", nonNegative),
  interval: field(10, "ms", "Time from one change of the weights to the next, rounded to whole steps.", positive),
  weightMax: field(4, "weight", "Largest weight, in the unit of the projection.", positive),
};

export const DopamineStdp = plasticity("DopamineStdp", fields, {
  about:
    "Pair STDP that marks synapses as eligible, and changes marked synapses while there is dopamine, so that rewards act seconds later. Izhikevich 2007, Cereb. Cortex 17, 2443; defaults in mV.",
  shared: () => ({ dopamine: float(0, "1", "Dopamine above the tonic level, increased by rewards.") }),
  pre: () => ({ trace: float(0, "1", "Presynaptic trace, increased by 1 at each arrival.") }),
  post: () => ({ trace: float(0, "1", "Postsynaptic trace, increased by 1 at each spike.") }),
  synapse: () => ({ eligibility: float(0, "weight", "Eligibility: the change that dopamine would cause.") }),
  begin: {
    shared: (x) => ({ dopamine: add(decay(x.shared.dopamine, x.dopamineTau), mul(x.reward, dt)) }),
    ...decays,
  },
  arrive: (x) => ({
    pre: { trace: add(x.pre.trace, 1) },
    synapse: { eligibility: sub(x.synapse.eligibility, mul(x.depression, x.post.trace)) },
  }),
  fire: (x) => ({
    post: { trace: add(x.post.trace, 1) },
    synapse: { eligibility: add(x.synapse.eligibility, mul(x.potentiation, x.pre.trace)) },
  }),
  end: (x) => {
    const { eligibility } = x.synapse;
    const factor = mul(mul(x.rate, x.interval), add(x.tonic, x.shared.dopamine));
    return {
      weight: clip(add(x.weight, mul(factor, eligibility)), 0, x.weightMax),
      synapse: {
        // Tiny values become zero, because processors handle subnormal numbers slowly.
        eligibility: when(
          lt(quantity(1e-30, "weight"), abs(eligibility)),
          mul(eligibility, exp(neg(div(x.interval, x.eligibilityTau)))),
        ),
      },
    };
  },
  every: "interval",
});

export type DopamineStdpConfig = PlasticityConfigOf<typeof fields>;
