import { field, nonNegative, positive } from "../config/field.ts";
import { dt, type Float } from "../expr/expr.ts";
import { add, decay, div, eq, max, min, mul, relax, select, sub } from "../expr/verbs.ts";
import { plasticity } from "../model/plasticity.ts";
import type { PlasticityConfigOf } from "../model/rule-model.ts";
import { float } from "../model/scope.ts";

const fields = {
  preTau: field(15, "ms", "Time constant of the presynaptic trace: τ_x.", positive),
  fastTau: field(7, "ms", "Time constant of the potential that potentiation sees: τ₊.", positive),
  slowTau: field(10, "ms", "Time constant of the potential that depression sees: τ₋.", positive),
  delay: field(4, "ms", "Time after which the filtered potentials act, rounded to whole steps.", nonNegative),
  thresholdLow: field(-70.6, "mV", "Filtered potential above which weights change: θ₋."),
  thresholdHigh: field(-45.3, "mV", "Potential above which weights grow: θ₊."),
  potentiation: field(8e-5, "weight/mV^2", "Amplitude of potentiation: A_LTP.", nonNegative),
  depression: field(14e-5, "weight/mV", "Amplitude of depression: A_LTD.", nonNegative),
  depolarization: field(
    0,
    "mV",
    "Mean depolarisation at which depression has its amplitude, which grows with its square: u_ref. 0: it is constant.",
    nonNegative,
  ),
  depolarizationTau: field(1000, "ms", "Time constant of the mean depolarisation.", positive),
  weightMax: field(3, "weight", "Largest weight, in the unit of the projection.", positive),
};

/** What the changes of weights depend on. */
interface Voltage {
  readonly weight: Float;
  readonly potentiation: Float;
  readonly depression: Float;
  readonly thresholdLow: Float;
  readonly thresholdHigh: Float;
  readonly preTau: Float;
  readonly weightMax: Float;
  readonly pre: { readonly trace: Float };
  readonly target: { readonly potential: Float };
}

/** Growth of the weights of a target in a step, for each unit of the presynaptic trace, by its potential and fast filter. */
export const growthOf = (x: Omit<Voltage, "weight" | "pre">, fast: Float): Float => {
  const above = mul(max(sub(x.target.potential, x.thresholdHigh), 0), max(sub(fast, x.thresholdLow), 0));
  return mul(mul(x.potentiation, dt), above);
};
/** The weight at the end of a step. */
export const potentiated = (x: Pick<Voltage, "weight" | "weightMax" | "pre" | "preTau">, growth: Float): Float =>
  min(add(x.weight, mul(growth, decay(x.pre.trace, x.preTau))), x.weightMax);
/** The weight after an arrival, which shrinks by the slow filter of the potential. */
export const depressed = (x: Voltage, slow: Float, factor: Float | number = 1): Float =>
  max(sub(x.weight, mul(mul(x.depression, factor), max(sub(slow, x.thresholdLow), 0))), 0);
/** The presynaptic trace after an arrival. */
export const traced = (x: Pick<Voltage, "pre" | "preTau">): Float => add(x.pre.trace, div(1, x.preTau));

export const ClopathStdp = plasticity("ClopathStdp", fields, {
  about:
    "Voltage-based STDP: an arrival depresses by a slow filter of the postsynaptic potential, and synapses with a recent arrival grow while the potential and a fast filter of it are high. The filters act after a delay, as in the published code. Clopath et al. 2010, Nat. Neurosci. 13, 344; defaults: visual cortex, with an adaptive exponential soma.",
  target: { potential: "mV" },
  pre: () => ({ trace: float(0, "1/ms", "Presynaptic trace, increased by 1/preTau at each arrival.") }),
  post: (x) => ({
    fast: float(x.thresholdLow, "mV", "Fast filter of the potential: ū₊."),
    slow: float(x.thresholdLow, "mV", "Slow filter of the potential: ū₋."),
    fastBefore: float(x.thresholdLow, "mV", "The fast filter before the delay."),
    slowBefore: float(x.thresholdLow, "mV", "The slow filter before the delay."),
    mean: float(0, "mV", "Mean depolarisation above thresholdLow."),
    growth: float(0, "weight·ms", "Growth of weights in the step, for each unit of the presynaptic trace."),
  }),
  begin: { pre: (x) => ({ trace: decay(x.pre.trace, x.preTau) }) },
  arrive: (x) => {
    const relative = div(x.post.mean, x.depolarization);
    const factor = select(eq(x.depolarization, 0), 1, mul(relative, relative));
    return { weight: depressed(x, x.post.slowBefore, factor), pre: { trace: traced(x) } };
  },
  follow: (x) => ({
    post: {
      fast: relax(x.post.fast, x.target.potential, x.fastTau),
      slow: relax(x.post.slow, x.target.potential, x.slowTau),
      mean: relax(x.post.mean, max(sub(x.target.potential, x.thresholdLow), 0), x.depolarizationTau),
    },
  }),
  delayed: { fastBefore: { of: "fast", by: "delay" }, slowBefore: { of: "slow", by: "delay" } },
  settle: (x) => ({ post: { growth: growthOf(x, x.post.fastBefore) } }),
  end: (x) => ({ weight: potentiated(x, x.post.growth) }),
  only: "growth",
});

export type ClopathStdpConfig = PlasticityConfigOf<typeof fields>;
