import { field, nonNegative, positive } from "../config/field.ts";
import { dt } from "../expr/expr.ts";
import { add, clip, decay, div, gt, mul, sub, when } from "../expr/verbs.ts";
import { plasticity } from "../model/plasticity.ts";
import type { PlasticityConfigOf } from "../model/rule-model.ts";
import { float } from "../model/scope.ts";

const fields = {
  calciumTau: field(20, "ms", "Time constant of the calcium.", positive),
  preCalcium: field(1, "1", "Calcium that an arrival adds: C_pre.", nonNegative),
  postCalcium: field(2, "1", "Calcium that a postsynaptic spike adds: C_post.", nonNegative),
  potentiationThreshold: field(1.3, "1", "Calcium above which the synapse grows: θ_p.", nonNegative),
  depressionThreshold: field(1, "1", "Calcium above which the synapse shrinks: θ_d.", nonNegative),
  potentiation: field(321.808, "1", "Rate of growth: γ_p.", nonNegative),
  depression: field(200, "1", "Rate of shrinking: γ_d.", nonNegative),
  efficacyTau: field(150_000, "ms", "Time constant of the efficacy: τ.", positive),
  unstable: field(0.5, "1", "Efficacy between the two stable states 0 and 1: ρ*.", nonNegative),
  bistability: field(1, "1", "Strength of the drift to the stable states; 0 for none.", nonNegative),
  weightMax: field(1, "weight", "Weight at the efficacy 1, in the unit of the projection.", positive),
};

export const CalciumPlasticity = plasticity("CalciumPlasticity", fields, {
  about:
    "A synapse grows while its calcium is above one threshold and shrinks while it is above another; without calcium its efficacy, the weight relative to the largest, drifts to 0 or 1. Graupner and Brunel 2012, PNAS 109, 3991, without noise; the delay of the projection takes the place of that of the calcium.",
  pre: () => ({ calcium: float(0, "1", "Calcium of arrivals.") }),
  post: () => ({ calcium: float(0, "1", "Calcium of postsynaptic spikes.") }),
  begin: {
    pre: (x) => ({ calcium: decay(x.pre.calcium, x.calciumTau) }),
    post: (x) => ({ calcium: decay(x.post.calcium, x.calciumTau) }),
  },
  arrive: (x) => ({ pre: { calcium: add(x.pre.calcium, x.preCalcium) } }),
  fire: (x) => ({ post: { calcium: add(x.post.calcium, x.postCalcium) } }),
  end: (x) => {
    const calcium = add(x.pre.calcium, x.post.calcium);
    const efficacy = div(x.weight, x.weightMax);
    const drift = mul(mul(mul(x.bistability, efficacy), sub(1, efficacy)), sub(efficacy, x.unstable));
    const growth = when(gt(calcium, x.potentiationThreshold), mul(x.potentiation, sub(1, efficacy)));
    const decline = when(gt(calcium, x.depressionThreshold), mul(x.depression, efficacy));
    const change = mul(mul(div(dt, x.efficacyTau), x.weightMax), sub(add(drift, growth), decline));
    return { weight: clip(add(x.weight, change), 0, x.weightMax) };
  },
});

export type CalciumPlasticityConfig = PlasticityConfigOf<typeof fields>;
