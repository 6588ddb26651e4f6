import { field, positive } from "../config/field.ts";
import { constant, dt, type Float, type Int } from "../expr/expr.ts";
import { add, clip, decay, div, eq, max, mul, not, quantity, sub, when } from "../expr/verbs.ts";
import { plasticity } from "../model/plasticity.ts";
import type { PlasticityConfigOf } from "../model/rule-model.ts";
import { type FieldScope, float, int } from "../model/scope.ts";

/*
 * The rules of Python Spark. Its modulated rules are the same with another `modulation`. A spike adds 1/tau to a trace,
 * and sees its own addition. The change of a step is multiplied by dt, also for spikes. Spikes of both sides in one step
 * act at once, so rules that are not a sum of both use `end`. Where a sum is clipped, its first part may be clipped alone.
 */

const preTau = field(20, "ms", "Time constant of the presynaptic trace.", positive);
const postTau = field(20, "ms", "Time constant of the postsynaptic trace.", positive);

const preTrace = () => ({ trace: float(0, "1/ms", "Presynaptic trace, increased by 1/preTau at each arrival.") });
const postTrace = () => ({ trace: float(0, "1/ms", "Postsynaptic trace, increased by 1/postTau at each spike.") });
/** Marks the arrivals of a step, for a spike of the target in the same step. */
const marked = () => ({ spiked: int(0, "1 in a step in which a spike arrives, otherwise 0.") });
const unmarked = { spiked: constant("int", 0) };
const mark = { spiked: constant("int", 1) };
/** The addition of this spike to the postsynaptic trace, for an arrival in the same step. */
const coincident = (x: { readonly pre: { readonly spiked: Int }; readonly postTau: Float }): Float =>
  when(not(eq(x.pre.spiked, 0)), kick(x.postTau));
const kick = (tau: Float): Float => div(1, tau);

const modulation = field(1, "1", "Factor of the learning rate, such as a reward. Set it during a simulation.");
/** The part of a change that the whole projection shares: dt · rate · modulation. */
const pace = (x: { readonly rate: Float; readonly modulation: Float }): Float => mul(mul(dt, x.rate), x.modulation);

const hebbian = { preTau, postTau, rate: field(0.01, "weight", "Learning rate."), modulation };

export const HebbianRule = plasticity("HebbianRule", hebbian, {
  about:
    "Hebbian rule of Python Spark: arrivals add the postsynaptic trace, and spikes the presynaptic one. Python Spark 1.2, 2025.",
  factor: "modulation",
  pre: () => ({ ...preTrace(), ...marked() }),
  post: postTrace,
  begin: {
    pre: (x) => ({ trace: decay(x.pre.trace, x.preTau), ...unmarked }),
    post: (x) => ({ trace: decay(x.post.trace, x.postTau) }),
  },
  arrive: (x) => ({
    weight: max(add(x.weight, mul(pace(x), x.post.trace)), 0),
    pre: { trace: add(x.pre.trace, kick(x.preTau)), ...mark },
  }),
  fire: (x) => ({
    weight: max(add(x.weight, mul(pace(x), add(x.pre.trace, coincident(x)))), 0),
    post: { trace: add(x.post.trace, kick(x.postTau)) },
  }),
});

const oja = {
  postTau,
  rate: field(0.1, "weight", "Learning rate."),
  modulation,
  weightScale: field(1, "weight", "Weight by which the decay is measured.", positive),
};

export const OjaRule = plasticity("OjaRule", oja, {
  about:
    "Oja's rule of Python Spark: arrivals add the postsynaptic trace, and weights decay with its square, so that they stay bounded. Oja 1982, J. Math. Biol. 15, 267; Python Spark 1.2.",
  factor: "modulation",
  post: postTrace,
  begin: { post: (x) => ({ trace: decay(x.post.trace, x.postTau) }) },
  fire: (x) => ({ post: { trace: add(x.post.trace, kick(x.postTau)) } }),
  end: (x) => {
    const { trace } = x.post;
    // The trace is in 1/ms, so its square has a factor of 1 ms.
    const decayed = mul(mul(div(x.weight, x.weightScale), mul(trace, trace)), quantity(1, "ms"));
    return { weight: max(add(x.weight, mul(pace(x), sub(when(x.arrived, trace), decayed))), 0) };
  },
});

const zenke = {
  preTau,
  postTau,
  postSlowTau: field(100, "ms", "Time constant of the slow postsynaptic trace.", positive),
  targetTau: field(1.2e6, "ms", "Time constant of consolidation.", positive),
  rate: field(0.1, "1", "Learning rate."),
  modulation,
  triplet: field(2, "weight·ms", "Potentiation by triplets: a of Python Spark."),
  doublet: field(-0.02, "weight", "Change by an arrival with the postsynaptic trace: b."),
  heterosynaptic: field(-400, "ms^2", "Pull towards the reference weight at a postsynaptic spike: c."),
  transmitter: field(2e-5, "weight/ms", "Change by each arrival: d."),
  potentialStrength: field(20, "1/weight^2", "Strength of the two wells of consolidation: p."),
  weightMiddle: field(0.25, "weight", "Reference weight between the wells.", positive),
  weightUpper: field(0.5, "weight", "Reference weight of the upper well.", positive),
};

export const ZenkeRule = plasticity("ZenkeRule", zenke, {
  about:
    "Rule of triplets with heterosynaptic plasticity, transmitter-induced growth and consolidation, in the form of Python Spark 1.2. Zenke, Agnes and Gerstner 2015, Nat. Commun. 6, 6922.",
  pre: preTrace,
  post: () => ({ ...postTrace(), slow: float(0, "1/ms", "Slow postsynaptic trace.") }),
  synapse: () => ({ reference: float(0, "weight", "Reference weight of consolidation.") }),
  begin: {
    pre: (x) => ({ trace: decay(x.pre.trace, x.preTau) }),
    post: (x) => ({ trace: decay(x.post.trace, x.postTau), slow: decay(x.post.slow, x.postSlowTau) }),
  },
  arrive: (x) => ({ pre: { trace: add(x.pre.trace, kick(x.preTau)) } }),
  fire: (x) => ({
    post: { trace: add(x.post.trace, kick(x.postTau)), slow: add(x.post.slow, kick(x.postSlowTau)) },
  }),
  end: (x) => {
    const { reference: old } = x.synapse;
    const wells = mul(mul(mul(x.potentialStrength, old), sub(x.weightMiddle, old)), sub(x.weightUpper, old));
    // Python Spark adds this in each step, whatever dt is.
    const pull = mul(div(quantity(1, "ms"), x.targetTau), sub(x.weight, wells));
    const reference = add(decay(old, x.targetTau), pull);
    const { trace, slow } = x.post;
    const away = sub(x.weight, reference);
    const spikes = add(
      mul(mul(x.triplet, x.pre.trace), slow),
      mul(mul(mul(mul(x.heterosynaptic, away), trace), trace), trace),
    );
    const arrivals = add(mul(x.doublet, trace), x.transmitter);
    const change = add(when(x.fired, spikes), when(x.arrived, arrivals));
    return { weight: max(add(x.weight, mul(pace(x), change)), 0), synapse: { reference } };
  },
});

const quadruplet = {
  preTau: field(10, "ms", "Time constant of the presynaptic trace.", positive),
  postTau: field(20, "ms", "Time constant of the postsynaptic trace.", positive),
  rate: field(0.1, "1", "Learning rate."),
  modulation,
  arrival: field(1, "weight/ms", "Change by each arrival: α of Python Spark."),
  arrivalTrace: field(1, "weight", "Change by an arrival with the postsynaptic trace: β."),
  spike: field(1, "weight/ms", "Change by each postsynaptic spike: γ."),
  spikeTrace: field(1, "weight", "Change by a postsynaptic spike with the presynaptic trace: δ."),
  weightMax: field(20, "weight", "Largest weight, in the unit of the projection.", positive),
};

/** The weight after a change, within its bounds. */
const within = (x: FieldScope<typeof quadruplet> & { readonly weight: Float }, change: Float): Float =>
  clip(add(x.weight, mul(pace(x), change)), 0, x.weightMax);

export const QuadrupletRule = plasticity("QuadrupletRule", quadruplet, {
  about:
    "Four terms, for arrivals and postsynaptic spikes, alone and with the trace of the other side. Their signs give Hebbian and anti-Hebbian rules. Python Spark 1.2, 2025.",
  factor: "modulation",
  pre: () => ({ ...preTrace(), ...marked() }),
  post: postTrace,
  begin: {
    pre: (x) => ({ trace: decay(x.pre.trace, x.preTau), ...unmarked }),
    post: (x) => ({ trace: decay(x.post.trace, x.postTau) }),
  },
  arrive: (x) => ({
    weight: within(x, add(x.arrival, mul(x.arrivalTrace, x.post.trace))),
    pre: { trace: add(x.pre.trace, kick(x.preTau)), ...mark },
  }),
  fire: (x) => ({
    weight: within(x, add(add(x.spike, mul(x.spikeTrace, x.pre.trace)), mul(x.arrivalTrace, coincident(x)))),
    post: { trace: add(x.post.trace, kick(x.postTau)) },
  }),
});

export type HebbianRuleConfig = PlasticityConfigOf<typeof hebbian>;
export type OjaRuleConfig = PlasticityConfigOf<typeof oja>;
export type ZenkeRuleConfig = PlasticityConfigOf<typeof zenke>;
export type QuadrupletRuleConfig = PlasticityConfigOf<typeof quadruplet>;
