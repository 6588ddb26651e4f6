import { between, field, nonNegative, positive } from "../config/field.ts";
import { dt } from "../expr/expr.ts";
import { add, decay, div, gt, max, mul, quantity, select, sub } from "../expr/verbs.ts";
import { plasticity } from "../model/plasticity.ts";
import type { PlasticityConfigOf } from "../model/rule-model.ts";
import { float } from "../model/scope.ts";

/* Rules that keep the input or the rate of a unit. They act beside another rule: give a projection a list of both. */

const normalization = {
  total: field(78, "weight", "Sum of the incoming weights of each target, in the unit of the projection.", nonNegative),
  interval: field(500, "ms", "Time from one normalisation to the next, rounded to whole steps.", positive),
  strength: field(1, "1", "Share of the way to the sum: 1 reaches it, 0 does nothing. Can be set.", between(0, 1)),
};

export const WeightNormalization = plasticity("WeightNormalization", normalization, {
  about:
    "Multiplies the incoming weights of each target by one factor, so that their sum has a given value. Diehl and Cook 2015, Front. Comput. Neurosci. 9, 99, who do so after each image; the default is for their weights.",
  factor: "strength",
  post: () => ({
    sum: float(0, "weight", "Sum of the incoming weights before the last normalisation."),
    scale: float(1, "1", "Factor of the last normalisation; 1 if the sum was 0."),
  }),
  gather: (x) => ({ post: { sum: x.weight } }),
  settle: (x) => {
    const scale = add(mul(x.strength, div(x.total, x.post.sum)), sub(1, x.strength));
    return { post: { scale: select(gt(x.post.sum, 0), scale, 1) } };
  },
  end: (x) => ({ weight: mul(x.weight, x.post.scale) }),
  every: "interval",
});

const scaling = {
  rateTarget: field(5, "Hz", "Rate that scaling brings the target to.", nonNegative),
  rateTau: field(100_000, "ms", "Time constant of the mean rate.", positive),
  proportional: field(4e-5, "1", "Relative change in each second for each Hz below the target rate: β.", nonNegative),
  integral: field(1e-7, "1/s", "The same for the integral of the difference over time: γ.", nonNegative),
  interval: field(100, "ms", "Time from one change of the weights to the next, rounded to whole steps.", positive),
};

const SECONDS = quantity(0.001, "s/ms");

export const SynapticScaling = plasticity("SynapticScaling", scaling, {
  about:
    "Multiplies all incoming weights of a target by one factor, up while its mean rate is below a target rate and down while it is above. Turrigiano et al. 1998, Nature 391, 892; van Rossum, Bi and Turrigiano 2000, J. Neurosci. 20, 8812.",
  post: (x) => ({
    rate: float(x.rateTarget, "Hz", "Mean rate, which begins at the target."),
    deficit: float(0, "1", "Integral of the difference of the target rate and the mean rate."),
    scale: float(1, "1", "Factor of the last change."),
  }),
  begin: {
    post: (x) => ({
      rate: decay(x.post.rate, x.rateTau),
      deficit: add(x.post.deficit, mul(mul(sub(x.rateTarget, x.post.rate), dt), SECONDS)),
    }),
  },
  fire: (x) => ({ post: { rate: add(x.post.rate, div(quantity(1000, "ms/s"), x.rateTau)) } }),
  settle: (x) => {
    const speed = add(mul(x.proportional, sub(x.rateTarget, x.post.rate)), mul(x.integral, x.post.deficit));
    return { post: { scale: max(add(1, mul(mul(x.interval, SECONDS), speed)), 0) } };
  },
  end: (x) => ({ weight: mul(x.weight, x.post.scale) }),
  every: "interval",
});

export type WeightNormalizationConfig = PlasticityConfigOf<typeof normalization>;
export type SynapticScalingConfig = PlasticityConfigOf<typeof scaling>;
