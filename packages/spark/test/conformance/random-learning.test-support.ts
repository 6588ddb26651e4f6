import { field } from "../../src/config/field.ts";
import { type Brain, brain, LeakySoma, neuron, PoissonSource } from "../../src/entries/index.ts";
import { constant, type Float } from "../../src/expr/expr.ts";
import {
  abs,
  add,
  decay,
  div,
  exp,
  gt,
  max,
  min,
  mul,
  quantity,
  relax,
  select,
  sub,
  when,
} from "../../src/expr/verbs.ts";
import { plasticity } from "../../src/model/plasticity.ts";
import type { Plasticity } from "../../src/model/rule-model.ts";
import { float, int } from "../../src/model/scope.ts";
import { plasticityRules } from "../../src/plasticity/index.ts";
import { ConductanceExponentialSynapse, DeltaSynapse, ExponentialSynapse } from "../../src/synapses/index.ts";
import { Dice } from "./random-brain.test-support.ts";

/** A number near 1 that depends on two potentials. */
const share = (a: Float, b: Float): Float => add(1, div(sub(a, b), quantity(1000, "mV")));

/** A rule that uses everything that rules may use: every space, every moment, ints, flags, sums and an amount of its own. */
export const EveryMoment = plasticity(
  "EveryMoment",
  {
    tau: field(12, "ms", "Time constant."),
    rate: field(0.03, "1", "Rate."),
    pull: field(0.001, "1", "Pull."),
    gain: field(1, "1", "Gain."),
    delay: field(2, "ms", "Delay."),
  },
  {
    about: "For tests.",
    shared: (x) => ({ level: float(x.rate, "1", "Level."), steps: int(0, "Number of steps.") }),
    pre: () => ({ trace: float(0, "1", "Trace."), count: int(0, "Number of arrivals.") }),
    post: (x) => ({
      trace: float(x.rate, "1", "Trace."),
      age: int(7, "Steps since the last spike."),
      sum: float(1, "weight", "Sum of weights."),
      traces: float(0, "1", "Sum of presynaptic traces and events."),
      followed: float(-60, "mV", "Filter of the potential."),
      before: float(mul(x.rate, quantity(-1000, "mV")), "mV", "The filter before."),
      last: float(0, "mV", "The potential at the end of the last step."),
    }),
    target: { potential: "mV" },
    synapse: () => ({ tag: float(0, "weight", "Tag."), seen: int(0, "Number of events.") }),
    begin: {
      shared: (x) => ({ level: add(decay(x.shared.level, x.tau), 0.05), steps: add(x.shared.steps, 1) }),
      pre: (x) => ({ trace: decay(x.pre.trace, x.tau) }),
      post: (x) => ({
        trace: decay(x.post.trace, x.tau),
        last: x.target.potential,
        age: select(gt(x.shared.level, 0.3), min(add(x.post.age, 1), x.shared.steps), x.post.age),
      }),
    },
    arrive: (x) => ({
      amount: mul(x.weight, sub(share(x.target.potential, x.post.before), mul(mul(0.1, x.shared.level), x.post.trace))),
      weight: sub(x.weight, mul(mul(x.rate, x.post.trace), x.weight)),
      pre: { trace: add(mul(0.5, x.pre.trace), 1), count: add(x.pre.count, 1) },
      synapse: { seen: add(x.synapse.seen, 1), tag: add(x.synapse.tag, mul(x.rate, x.weight)) },
    }),
    follow: (x) => ({ post: { followed: relax(x.post.followed, x.target.potential, x.tau) } }),
    delayed: { before: { of: "followed", by: "delay" } },
    fire: (x) => ({
      weight: add(x.weight, mul(mul(x.rate, x.pre.trace), mul(x.weight, share(x.target.potential, x.post.last)))),
      post: { trace: add(x.post.trace, 1), age: constant("int", 0) },
      synapse: { seen: add(x.synapse.seen, 1), tag: mul(0.9, x.synapse.tag) },
    }),
    gather: (x) => ({
      post: { sum: x.weight, traces: add(mul(x.gain, x.pre.trace), select(gt(x.synapse.seen, 3), x.post.trace, 0.1)) },
    }),
    end: (x) => ({
      weight: add(
        select(x.arrived, sub(x.weight, when(x.fired, mul(x.pull, x.weight))), x.weight),
        mul(mul(x.gain, x.pull), add(x.synapse.tag, mul(1e-3, div(x.post.sum, add(1, abs(x.post.traces)))))),
      ),
      synapse: { tag: mul(x.synapse.tag, sub(1, mul(0.01, x.pre.trace))) },
    }),
    factor: "gain",
  },
);

/** A rule that acts at intervals, on the synapses of some targets, on parameters that may differ between kinds of synapses and between target units. */
export const Interval = plasticity(
  "Interval",
  {
    tau: field(9, "ms", "Time constant."),
    pull: field(0.05, "1", "Pull."),
    goal: field(1, "1", "Goal."),
    interval: field(3, "ms", "Interval."),
  },
  {
    about: "For tests.",
    post: (x) => ({ trace: float(mul(0.1, x.goal), "1", "Trace."), strength: float(0, "1", "Strength of the pull.") }),
    begin: { post: (x) => ({ trace: decay(x.post.trace, x.tau) }) },
    arrive: (x) => ({ weight: mul(x.weight, sub(1, mul(mul(0.1, x.pull), exp(div(-1, x.goal))))) }),
    fire: (x) => ({ post: { trace: add(x.post.trace, x.goal) } }),
    settle: (x) => ({
      post: { strength: when(gt(x.post.trace, mul(0.02, x.goal)), sub(mul(x.goal, 0.5), x.post.trace)) },
    }),
    end: (x) => ({
      weight: max(add(x.weight, mul(mul(x.pull, x.weight), sub(x.post.strength, when(x.fired, 0.2)))), 0),
    }),
    every: "interval",
    only: "strength",
  },
);

const delta = () => ({ synapse: DeltaSynapse(), weight: 2 });
const current = () => ({ synapse: ExponentialSynapse({ tau: 4 }), weight: 60 });
const conductance = () => ({ synapse: ConductanceExponentialSynapse({ tau: 3, potentialReversal: 0 }), weight: 1.5 });

type RuleType = ((config?: object) => Plasticity) & { readonly model: Plasticity["model"] };

/** A rule, or some rules together. */
const rulesOf = (dice: Dice, ...ends: readonly [weight: number, targets: number, isMixed: boolean]) => {
  const types = [...Object.values(plasticityRules), EveryMoment, Interval] as unknown as RuleType[];
  const take = (): Plasticity => {
    const type = dice.of(types);
    types.splice(types.indexOf(type), 1);
    return ruleOf(dice, type, ...ends);
  };
  return dice.once(3) ? Array.from({ length: 2 + dice.below(2) }, take) : take();
};

/** The largest weight: one number, or one drawn for each synapse. The number of dice does not depend on it. */
const boundOf = (dice: Dice, weight: number) =>
  dice.below(3) > 0 ? 3 * weight : { uniform: { min: weight, max: 3 * weight } };

const ruleOf = (dice: Dice, type: RuleType, weight: number, targets: number, isMixed: boolean): Plasticity => {
  const fields = Object.keys(type.model.fields);
  const kinds = () => ({ EE: dice.between(0.5, 2), EI: 0.7, IE: dice.between(0.5, 2), II: 1.1 });
  const values = () => Array.from({ length: targets }, () => dice.between(0.5, 2));
  return type({
    ...(fields.includes("interval") && { interval: dice.between(0.2, 5) }),
    ...(fields.includes("gain") && { gain: dice.once(3) ? 0 : 1 }),
    ...(fields.includes("delay") && { delay: dice.of([0, 0.5, 3]) }),
    ...(fields.includes("goal") && { goal: isMixed || dice.once(2) ? values() : kinds() }),
    ...(fields.includes("thresholdHigh") && {
      thresholdHigh: -58,
      potentiation: 1e-3 * weight,
      depression: 1e-3 * weight,
    }),
    ...(fields.includes("weightMax") && { weightMax: boundOf(dice, weight) }),
    ...(fields.includes("preTau") && { preTau: dice.between(5, 30) }),
    ...(fields.includes("tripletPotentiation") && {
      tripletPotentiation: 0.05 * weight,
      pairDepression: 0.02 * weight,
    }),
    ...(fields.includes("rateTarget") && fields.includes("rate") && { rate: 0.05 * weight }),
    ...(fields.includes("total") && { total: 30 * weight, strength: dice.of([0, 0.3, 1]) }),
    ...(fields.includes("integral") && { proportional: 0.05, integral: 0.01, rateTau: 50 }),
  });
};

/** A network whose projections learn, with delays, inhibitory units and populations of sizes that fill no vector. */
export const randomLearning = (seed: number): Brain => {
  const dice = new Dice(seed);
  const size = (): number => 2 + dice.below(dice.once(4) ? 70 : 19);
  const [noise, cells, others] = [size(), size(), size()] as const;
  const soma = (units: number) =>
    LeakySoma({
      units: [units],
      potentialTau: dice.between(5, 20),
      ...(dice.once(2) && { threshold: { uniform: { min: -58, max: -50 } } }),
    });
  const mask = Array.from({ length: cells }, () => dice.once(4));
  const delays = () => dice.of([0.5, 1.5, { uniform: { min: 0.5, max: 4 } }, { uniform: { min: 2, max: 9 } }] as const);
  const sizes: Readonly<Record<string, number>> = { cells, others };
  // Dice of their own, so that the other values are those without dendritic delays.
  const dendritic = new Dice(10_000 + seed);
  const withDendrite = <P extends { readonly delay: ReturnType<typeof delays>; readonly plasticity?: object }>(
    given: P,
  ) => {
    const rules = [(given.plasticity as Plasticity | readonly Plasticity[] | undefined) ?? []].flat();
    if (rules.length === 0 || rules.some(({ model }) => Object.keys(model.target).length > 0)) return given;
    const shortest = typeof given.delay === "number" ? given.delay : given.delay.uniform.min;
    return dendritic.once(2) ? { ...given, dendriticDelay: dendritic.between(0.1, shortest) } : given;
  };
  const projection = (from: string, to: string, autapses: boolean) => {
    // Conductances of mixed units would have two directions.
    const { synapse, weight } = dice.of(from === "cells" ? [delta, current] : [delta, current, conductance])();
    return withDendrite({
      from,
      to,
      synapse,
      connect: dice.of([
        { allToAll: { autapses } },
        { pairwiseBernoulli: { probability: dice.of([0, 0.2, 0.7]), autapses } },
        { fixedOutDegree: { outDegree: dice.below(9), autapses, multapses: true } },
      ]),
      weight: dice.of([weight, { uniform: { min: 0, max: 2 * weight } }]),
      delay: delays(),
      ...(dice.below(5) > 0 && { plasticity: rulesOf(dice, weight, sizes[to]!, from === "cells") }),
    });
  };
  return brain({
    populations: {
      noise: PoissonSource({ units: [noise], rate: dice.between(20, 120) }),
      cells: neuron({ soma: soma(cells), inhibitory: mask }),
      others: soma(others),
    },
    projections: {
      in: projection("noise", "cells", true),
      out: projection("cells", "others", true),
      loop: projection("cells", "cells", dice.once(2)),
      back: projection("others", "cells", true),
    },
  } as never) as Brain;
};
