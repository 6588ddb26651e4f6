/* Checked by tsc alone: each line under an expectation must be a compile error, and the others must not. */
import { field } from "../../src/config/field.ts";
import { add, mul, relax } from "../../src/expr/verbs.ts";
import { brain } from "../../src/graph/brain.ts";
import { plasticity } from "../../src/model/plasticity.ts";
import { float } from "../../src/model/scope.ts";
import { PairStdp, WeightNormalization } from "../../src/plasticity/index.ts";
import { LeakySoma } from "../../src/somas/index.ts";
import { PoissonSource } from "../../src/sources/index.ts";
import { DeltaSynapse } from "../../src/synapses/index.ts";

const fields = { tau: field(1, "ms", "Time."), rate: field(1, "1", "Rate.") };
const post = () => ({ seen: float(0, "mV", "Seen."), past: float(0, "mV", "Past."), sum: float(0, "weight", "Sum.") });
const target = { potential: "mV" } as const;
const about = "For tests.";

/** Declarations that must compile or must not; nothing here is run. */
export const rules = [
  () =>
    plasticity("Rule", fields, {
      about,
      target,
      post,
      follow: (x) => ({ post: { seen: relax(x.post.seen, x.target.potential, x.tau) } }),
      delayed: { past: { of: "seen", by: "tau" } },
      gather: (x) => ({ post: { sum: x.weight } }),
      end: (x) => ({ weight: add(x.weight, mul(x.rate, x.post.sum)) }),
    }),
  // @ts-expect-error: threshold is no state that the rule reads
  () => plasticity("Rule", fields, { about, target, post, follow: (x) => ({ post: { seen: x.target.threshold } }) }),
  // @ts-expect-error: a rule without targets reads none
  () => plasticity("Rule", fields, { about, post, follow: (x) => ({ post: { seen: x.target.potential } }) }),
  // @ts-expect-error: weights do not follow
  () => plasticity("Rule", fields, { about, target, post, follow: (x) => ({ weight: x.target.potential }) }),
  // @ts-expect-error: lag is no parameter
  () => plasticity("Rule", fields, { about, post, delayed: { past: { of: "seen", by: "lag" } } }),
  // @ts-expect-error: before is no state variable
  () => plasticity("Rule", fields, { about, post, delayed: { before: { of: "seen", by: "tau" } } }),
  // @ts-expect-error: sums are of postsynaptic units
  () => plasticity("Rule", fields, { about, post, gather: (x) => ({ synapse: { sum: x.weight } }) }),
];

const populations = { input: PoissonSource({ units: [2] }), cells: LeakySoma({ units: [2] }) };
const one = { from: "input", to: "cells", connect: { allToAll: {} }, weight: 1, synapse: DeltaSynapse() } as const;

export const lists = [
  () => brain({ populations, projections: { one: { ...one, plasticity: [PairStdp(), WeightNormalization()] } } }),
  // @ts-expect-error: a rule is called
  () => brain({ populations, projections: { one: { ...one, plasticity: [PairStdp, WeightNormalization()] } } }),
];
