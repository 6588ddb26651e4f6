import { field, nonNegative, positive } from "../config/field.ts";
import { constant, type Float, type FloatLike } from "../expr/expr.ts";
import { add, decay, div, eq, exp, log, max, min, mul, quantity, select, sub } from "../expr/verbs.ts";
import { plasticity } from "../model/plasticity.ts";
import type { PlasticityConfigOf } from "../model/rule-model.ts";
import { float, int } from "../model/scope.ts";

/*
 * Spike-timing-dependent plasticity of pairs: a synapse grows if the postsynaptic unit spikes after a presynaptic spike
 * has arrived, and shrinks in the other order. Traces see only spikes of earlier steps.
 */

const taus = {
  preTau: field(20, "ms", "Time constant of the presynaptic trace: the window of potentiation.", positive),
  postTau: field(20, "ms", "Time constant of the postsynaptic trace: the window of depression.", positive),
};
const pairs = {
  ...taus,
  rate: field(0.01, "1", "Largest relative change by a pair: λ of the source.", nonNegative),
  asymmetry: field(1.05, "1", "Depression relative to potentiation: α of the source.", nonNegative),
  weightMax: field(1, "weight", "Largest weight, in the unit of the projection.", positive),
};
const powers = {
  ...pairs,
  potentiationExponent: field(
    0,
    "1",
    "How potentiation falls towards the largest weight: μ₊. 0: additive.",
    nonNegative,
  ),
  depressionExponent: field(
    0,
    "1",
    "How depression falls towards zero: μ₋. 0: additive, 1: multiplicative.",
    nonNegative,
  ),
};

const trace = (description: string) => () => ({ trace: float(0, "1", description) });
const preTrace = trace("Presynaptic trace, increased by 1 at each arrival.");
const postTrace = trace("Postsynaptic trace, increased by 1 at each spike.");
const lastPre = trace("Presynaptic trace of the last arrival.");
const lastPost = trace("Postsynaptic trace of the last spike.");

interface Traced {
  readonly preTau: Float;
  readonly postTau: Float;
}
/** The decay of one trace on each side, exact for every dt. */
export const decays = {
  pre: (x: Pick<Traced, "preTau"> & { readonly pre: { readonly trace: Float } }) => ({
    trace: decay(x.pre.trace, x.preTau),
  }),
  post: (x: Pick<Traced, "postTau"> & { readonly post: { readonly trace: Float } }) => ({
    trace: decay(x.post.trace, x.postTau),
  }),
};

/** A power of a number from 0 to 1; 1 for the exponent 0. */
const power = (base: Float, exponent: Float): Float => select(eq(exponent, 0), 1, exp(mul(exponent, log(base))));

type Bounded = { readonly weight: Float; readonly rate: Float; readonly asymmetry: Float; readonly weightMax: Float };
type Powered = Bounded & { readonly potentiationExponent: Float; readonly depressionExponent: Float };

/** The weight after potentiation with a trace. */
const grown = (x: Bounded, trace: Float, factor: FloatLike = 1): Float =>
  min(add(x.weight, mul(mul(mul(x.rate, x.weightMax), factor), trace)), x.weightMax);
/** The weight after depression with a trace. */
const shrunk = (x: Bounded, trace: Float, factor: FloatLike = 1): Float =>
  max(sub(x.weight, mul(mul(mul(mul(x.asymmetry, x.rate), x.weightMax), factor), trace)), 0);
const freedom = (x: Powered): Float => power(sub(1, div(x.weight, x.weightMax)), x.potentiationExponent);
const strength = (x: Powered): Float => power(div(x.weight, x.weightMax), x.depressionExponent);

export const PairStdp = plasticity("PairStdp", powers, {
  about:
    "Pair STDP in which all earlier spikes count. Exponents select additive, multiplicative and intermediate rules. Song, Miller and Abbott 2000, Nat. Neurosci. 3, 919; Gütig et al. 2003, J. Neurosci. 23, 3697.",
  pre: preTrace,
  post: postTrace,
  begin: decays,
  arrive: (x) => ({ weight: shrunk(x, x.post.trace, strength(x)), pre: { trace: add(x.pre.trace, 1) } }),
  fire: (x) => ({ weight: grown(x, x.pre.trace, freedom(x)), post: { trace: add(x.post.trace, 1) } }),
});

const ONE = quantity(1, "1");

export const NearestPairStdp = plasticity("NearestPairStdp", pairs, {
  about:
    "Additive pair STDP of nearest neighbours, symmetric: each spike counts with the last spike of the other side. Morrison, Diesmann and Gerstner 2008, Biol. Cybern. 98, 459, fig. 7A.",
  pre: lastPre,
  post: lastPost,
  begin: decays,
  arrive: (x) => ({ weight: shrunk(x, x.post.trace), pre: { trace: ONE } }),
  fire: (x) => ({ weight: grown(x, x.pre.trace), post: { trace: ONE } }),
});

export const CentredPairStdp = plasticity("CentredPairStdp", pairs, {
  about:
    "Additive pair STDP of nearest neighbours, presynaptic-centred: each presynaptic spike counts with the last postsynaptic spike before it and the first after it. Morrison, Diesmann and Gerstner 2008, fig. 7B.",
  pre: preTrace,
  post: () => ({
    trace: float(0, "1", "Postsynaptic trace of the last spike."),
    faded: float(0, "1", "How much presynaptic traces have decayed since the last spike."),
  }),
  synapse: () => ({ counted: float(0, "1", "Presynaptic trace at the last postsynaptic spike.") }),
  begin: {
    pre: decays.pre,
    post: (x) => ({ ...decays.post(x), faded: decay(x.post.faded, x.preTau) }),
  },
  arrive: (x) => ({ weight: shrunk(x, x.post.trace), pre: { trace: add(x.pre.trace, 1) } }),
  fire: (x) => ({
    weight: grown(x, sub(x.pre.trace, mul(x.synapse.counted, x.post.faded))),
    post: { trace: ONE, faded: ONE },
    synapse: { counted: x.pre.trace },
  }),
});

export const RestrictedPairStdp = plasticity("RestrictedPairStdp", pairs, {
  about:
    "Additive pair STDP of immediate neighbours: a pair counts only if no other spike of the two units is between its spikes. Morrison, Diesmann and Gerstner 2008, fig. 7C.",
  pre: lastPre,
  post: lastPost,
  synapse: () => ({ waiting: int(0, "1 from an arrival to the next postsynaptic spike, otherwise 0.") }),
  begin: decays,
  arrive: (x) => ({
    weight: select(eq(x.synapse.waiting, 0), shrunk(x, x.post.trace), x.weight),
    pre: { trace: ONE },
    synapse: { waiting: constant("int", 1) },
  }),
  fire: (x) => ({
    weight: select(eq(x.synapse.waiting, 0), x.weight, grown(x, x.pre.trace)),
    post: { trace: ONE },
    synapse: { waiting: constant("int", 0) },
  }),
});

const powerLaw = {
  preTau: field(15, "ms", "Time constant of the presynaptic trace: the window of potentiation.", positive),
  postTau: field(30, "ms", "Time constant of the postsynaptic trace: the window of depression.", positive),
  rate: field(0.1, "1", "Potentiation of a reference weight by a pair, relative to it: λ of the source.", nonNegative),
  asymmetry: field(0.0513, "1", "Depression relative to potentiation: α of the source.", nonNegative),
  exponent: field(0.4, "1", "How potentiation grows with the weight: μ of the source.", nonNegative),
  weightReference: field(1, "weight", "Reference weight: w₀ of the source.", positive),
};

export const PowerLawStdp = plasticity("PowerLawStdp", powerLaw, {
  about:
    "Pair STDP whose potentiation grows as a power of the weight, while depression is proportional to it. Morrison, Aertsen and Diesmann 2007, Neural Comput. 19, 1437.",
  pre: preTrace,
  post: postTrace,
  begin: decays,
  arrive: (x) => ({
    weight: max(sub(x.weight, mul(mul(mul(x.asymmetry, x.rate), x.weight), x.post.trace)), 0),
    pre: { trace: add(x.pre.trace, 1) },
  }),
  fire: (x) => {
    const relative = power(div(x.weight, x.weightReference), x.exponent);
    return {
      weight: add(x.weight, mul(mul(mul(x.rate, x.weightReference), relative), x.pre.trace)),
      post: { trace: add(x.post.trace, 1) },
    };
  },
});

export type PairStdpConfig = PlasticityConfigOf<typeof powers>;
export type NearestPairStdpConfig = PlasticityConfigOf<typeof pairs>;
export type CentredPairStdpConfig = PlasticityConfigOf<typeof pairs>;
export type RestrictedPairStdpConfig = PlasticityConfigOf<typeof pairs>;
export type PowerLawStdpConfig = PlasticityConfigOf<typeof powerLaw>;
