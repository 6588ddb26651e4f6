import { field, nonNegative, positive } from "../config/field.ts";
import { add, clip, decay, mul, quantity, sub } from "../expr/verbs.ts";
import { plasticity } from "../model/plasticity.ts";
import type { PlasticityConfigOf } from "../model/rule-model.ts";
import { float } from "../model/scope.ts";

const fields = {
  tau: field(20, "ms", "Time constant of both traces.", positive),
  rate: field(0.01, "weight", "Change of the weight by a pair: η of the source.", nonNegative),
  rateTarget: field(3, "Hz", "Postsynaptic rate at which the weight stays on average: ρ₀ of the source.", nonNegative),
  weightMax: field(100, "weight", "Largest weight, in the unit of the projection.", positive),
};

export const InhibitoryStdp = plasticity("InhibitoryStdp", fields, {
  about:
    "Symmetric STDP of inhibitory synapses, which brings the postsynaptic unit to a target rate. Vogels et al. 2011, Science 334, 1569.",
  pre: () => ({ trace: float(0, "1", "Presynaptic trace, increased by 1 at each arrival.") }),
  post: () => ({ trace: float(0, "1", "Postsynaptic trace, increased by 1 at each spike.") }),
  begin: {
    pre: (x) => ({ trace: decay(x.pre.trace, x.tau) }),
    post: (x) => ({ trace: decay(x.post.trace, x.tau) }),
  },
  arrive: (x) => {
    // Twice the mean of a trace at the target rate.
    const target = mul(mul(mul(2, x.rateTarget), x.tau), quantity(0.001, "s/ms"));
    return {
      weight: clip(add(x.weight, mul(x.rate, sub(x.post.trace, target))), 0, x.weightMax),
      pre: { trace: add(x.pre.trace, 1) },
    };
  },
  fire: (x) => ({
    weight: clip(add(x.weight, mul(x.rate, x.pre.trace)), 0, x.weightMax),
    post: { trace: add(x.post.trace, 1) },
  }),
});

export type InhibitoryStdpConfig = PlasticityConfigOf<typeof fields>;
