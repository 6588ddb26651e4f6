import { field, nonNegative, positive } from "../config/field.ts";
import { add, clip, decay, div, mul, sub } from "../expr/verbs.ts";
import { plasticity } from "../model/plasticity.ts";
import type { PlasticityConfigOf } from "../model/rule-model.ts";
import { float } from "../model/scope.ts";
import { decays } from "./stdp.ts";

const fields = {
  preTau: field(20, "ms", "Time constant of the presynaptic trace: τ₊.", positive),
  postTau: field(20, "ms", "Time constant of the fast postsynaptic trace: τ₋.", positive),
  postSlowTau: field(100, "ms", "Time constant of the slow postsynaptic trace: τ_slow.", positive),
  potentiation: field(1e-3, "weight", "Potentiation by a triplet: A.", nonNegative),
  depression: field(1e-3, "weight", "Depression by a pair: B.", nonNegative),
  heterosynaptic: field(0.05, "1", "Pull towards the reference weight at a postsynaptic spike: β.", nonNegative),
  transmitter: field(2e-5, "weight", "Growth by each arrival: δ.", nonNegative),
  consolidationTau: field(1.2e6, "ms", "Time constant of consolidation: τ_cons.", positive),
  potentialStrength: field(20, "1/weight^2", "Strength of the two wells of consolidation: P.", nonNegative),
  weightMiddle: field(0.25, "weight", "Reference weight between the wells.", positive),
  weightUpper: field(0.5, "weight", "Reference weight of the upper well.", positive),
  interval: field(
    1000,
    "ms",
    "Time from one change of the reference weights to the next, rounded to whole steps.",
    positive,
  ),
  weightMax: field(5, "weight", "Largest weight, in the unit of the projection.", positive),
};

export const OrchestratedStdp = plasticity("OrchestratedStdp", fields, {
  about:
    "Triplet STDP together with heterosynaptic plasticity, growth by transmitter and consolidation, so that assemblies form and stay. Zenke, Agnes and Gerstner 2015, Nat. Commun. 6, 6922, without the homeostasis of depression. ZenkeRule is the form of Python Spark.",
  pre: () => ({ trace: float(0, "1", "Presynaptic trace, increased by 1 at each arrival: z₊.") }),
  post: () => ({
    trace: float(0, "1", "Fast postsynaptic trace, increased by 1 at each spike: z₋."),
    slow: float(0, "1", "Slow postsynaptic trace, increased by 1 at each spike: z_slow."),
  }),
  synapse: () => ({ reference: float(0, "weight", "Reference weight, which consolidation changes: w̃.") }),
  begin: {
    ...decays,
    post: (x) => ({ ...decays.post(x), slow: decay(x.post.slow, x.postSlowTau) }),
  },
  arrive: (x) => ({
    weight: clip(add(x.weight, sub(x.transmitter, mul(x.depression, x.post.trace))), 0, x.weightMax),
    pre: { trace: add(x.pre.trace, 1) },
  }),
  fire: (x) => {
    const { trace, slow } = x.post;
    const cube = mul(mul(trace, trace), trace);
    const triplet = mul(mul(x.potentiation, x.pre.trace), slow);
    const away = sub(x.weight, x.synapse.reference);
    return {
      weight: clip(add(x.weight, sub(triplet, mul(mul(x.heterosynaptic, cube), away))), 0, x.weightMax),
      post: { trace: add(trace, 1), slow: add(slow, 1) },
    };
  },
  end: (x) => {
    const { reference } = x.synapse;
    const wells = mul(
      mul(mul(x.potentialStrength, reference), sub(x.weightMiddle, reference)),
      sub(x.weightUpper, reference),
    );
    const drift = sub(sub(x.weight, reference), wells);
    return { synapse: { reference: add(reference, mul(div(x.interval, x.consolidationTau), drift)) } };
  },
  every: "interval",
});

export type OrchestratedStdpConfig = PlasticityConfigOf<typeof fields>;
