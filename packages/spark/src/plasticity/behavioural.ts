import { field, nonNegative, positive } from "../config/field.ts";
import { dt, type Float } from "../expr/expr.ts";
import { add, clip, decay, div, exp, expm1, max, mul, neg, sub } from "../expr/verbs.ts";
import { plasticity } from "../model/plasticity.ts";
import type { PlasticityConfigOf } from "../model/rule-model.ts";
import { float } from "../model/scope.ts";

const fields = {
  eligibilityTau: field(863.91, "ms", "Time constant of the eligibility trace of arrivals.", positive),
  eligibilityScale: field(0.05, "1", "Eligibility that an arrival adds.", nonNegative),
  instructiveTau: field(542.76, "ms", "Time constant of the instructive trace of the target.", positive),
  instructiveScale: field(2.36, "1", "Instructive trace of a lasting instructive signal of 1.", nonNegative),
  instructive: field(0, "1", "Instructive signal, such as the plateau of a dendrite. Set it, or one for each target."),
  sign: field(1, "1", "1: both directions. −1: only depression, with negativeRate."),
  weightMax: field(4.02, "weight", "Largest weight, in the unit of the projection.", positive),
  potentiationRate: field(2.27e-3, "1/ms", "Rate of potentiation.", nonNegative),
  depressionRate: field(3.3e-4, "1/ms", "Rate of depression.", nonNegative),
  negativeRate: field(2.27e-3, "1/ms", "Rate of depression for a negative sign.", nonNegative),
  potentiationMiddle: field(0.24, "1", "Overlap of the traces at half of the potentiation."),
  potentiationSlope: field(30.32, "1", "Slope of the potentiation.", positive),
  depressionMiddle: field(0.09, "1", "Overlap of the traces at half of the depression."),
  depressionSlope: field(2260.61, "1", "Slope of the depression.", positive),
  rate: field(1, "1", "Learning rate.", nonNegative),
  modulation: field(1, "1", "Factor of the learning rate, such as a reward. Set it during a simulation."),
};

/** A sigmoid that passes through (0, 0) and (1, 1). */
const overlapFactor = (overlap: Float, middle: Float, slope: Float): Float => {
  const at = (x: Float | number): Float => div(1, add(1, exp(mul(neg(slope), sub(x, middle)))));
  const zero = at(0);
  return div(sub(at(overlap), zero), sub(at(1), zero));
};

export const BehaviouralTimescaleRule = plasticity("BehaviouralTimescaleRule", fields, {
  about:
    "Behavioural-timescale plasticity: arrivals within seconds of an instructive signal in the target change the weight, up or down depending on the weight. Milstein et al. 2021, eLife 10, e73046, in the form of BTSP of Python Spark 1.2.",
  factor: "modulation",
  pre: () => ({ eligibility: float(0, "1", "Eligibility trace.") }),
  post: () => ({ trace: float(0, "1", "Instructive trace.") }),
  begin: {
    pre: (x) => ({ eligibility: decay(x.pre.eligibility, x.eligibilityTau) }),
    post: (x) => {
      const gain = mul(x.instructiveScale, neg(expm1(neg(div(dt, x.instructiveTau)))));
      return { trace: add(decay(x.post.trace, x.instructiveTau), mul(gain, x.instructive)) };
    },
  },
  arrive: (x) => ({ pre: { eligibility: add(x.pre.eligibility, x.eligibilityScale) } }),
  end: (x) => {
    const overlap = clip(mul(x.pre.eligibility, x.post.trace), 0, 1);
    const up = overlapFactor(overlap, x.potentiationMiddle, x.potentiationSlope);
    const down = overlapFactor(overlap, x.depressionMiddle, x.depressionSlope);
    const both = sub(
      mul(mul(sub(x.weightMax, x.weight), x.potentiationRate), up),
      mul(mul(x.weight, x.depressionRate), down),
    );
    const only = neg(mul(mul(x.weight, x.negativeRate), up));
    const negative = clip(neg(x.sign), 0, 1);
    const change = add(mul(sub(1, negative), both), mul(negative, only));
    return { weight: max(add(x.weight, mul(mul(mul(dt, x.rate), x.modulation), change)), 0) };
  },
});

export type BehaviouralTimescaleRuleConfig = PlasticityConfigOf<typeof fields>;
