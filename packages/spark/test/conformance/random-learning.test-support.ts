import { field } from "../../src/config/field.ts";
import { type Brain, brain, LeakySoma, neuron, PoissonSource } from "../../src/entries/index.ts";
import { constant } from "../../src/expr/expr.ts";
import { add, decay, div, exp, gt, max, min, mul, select, sub, when } from "../../src/expr/verbs.ts";
import { type Plasticity, plasticity } from "../../src/model/plasticity.ts";
import { float, int } from "../../src/model/scope.ts";
import { plasticityRules } from "../../src/plasticity/index.ts";
import { ConductanceExponentialSynapse, DeltaSynapse, ExponentialSynapse } from "../../src/synapses/index.ts";
import { Dice } from "./random-brain.test-support.ts";

/** A rule that uses everything that rules may use: every space, every moment, ints, flags and an amount of its own. */
export const EveryMoment = plasticity(
  "EveryMoment",
  {
    tau: field(12, "ms", "Time constant."),
    rate: field(0.03, "1", "Rate."),
    pull: field(0.001, "1", "Pull."),
    gain: field(1, "1", "Gain."),
  },
  {
    about: "For tests.",
    shared: (x) => ({ level: float(x.rate, "1", "Level."), steps: int(0, "Number of steps.") }),
    pre: () => ({ trace: float(0, "1", "Trace."), count: int(0, "Number of arrivals.") }),
    post: (x) => ({ trace: float(x.rate, "1", "Trace."), age: int(7, "Steps since the last spike.") }),
    synapse: () => ({ tag: float(0, "weight", "Tag."), seen: int(0, "Number of events.") }),
    begin: {
      shared: (x) => ({ level: add(decay(x.shared.level, x.tau), 0.05), steps: add(x.shared.steps, 1) }),
      pre: (x) => ({ trace: decay(x.pre.trace, x.tau) }),
      post: (x) => ({
        trace: decay(x.post.trace, x.tau),
        age: select(gt(x.shared.level, 0.3), min(add(x.post.age, 1), x.shared.steps), x.post.age),
      }),
    },
    arrive: (x) => ({
      amount: mul(x.weight, sub(1, mul(mul(0.1, x.shared.level), x.post.trace))),
      weight: sub(x.weight, mul(mul(x.rate, x.post.trace), x.weight)),
      pre: { trace: add(mul(0.5, x.pre.trace), 1), count: add(x.pre.count, 1) },
      synapse: { seen: add(x.synapse.seen, 1), tag: add(x.synapse.tag, mul(x.rate, x.weight)) },
    }),
    fire: (x) => ({
      weight: add(x.weight, mul(mul(x.rate, x.pre.trace), x.weight)),
      post: { trace: add(x.post.trace, 1), age: constant("int", 0) },
      synapse: { seen: add(x.synapse.seen, 1), tag: mul(0.9, x.synapse.tag) },
    }),
    end: (x) => ({
      weight: add(
        select(x.arrived, sub(x.weight, when(x.fired, mul(x.pull, x.weight))), x.weight),
        mul(mul(x.gain, x.pull), x.synapse.tag),
      ),
      synapse: { tag: mul(x.synapse.tag, sub(1, mul(0.01, x.pre.trace))) },
    }),
    factor: "gain",
  },
);

/** A rule that acts at intervals, on parameters that may differ between kinds of synapses and between target units. */
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
    post: (x) => ({ trace: float(mul(0.1, x.goal), "1", "Trace.") }),
    begin: { post: (x) => ({ trace: decay(x.post.trace, x.tau) }) },
    arrive: (x) => ({ weight: mul(x.weight, sub(1, mul(mul(0.1, x.pull), exp(div(-1, x.goal))))) }),
    fire: (x) => ({ post: { trace: add(x.post.trace, x.goal) } }),
    end: (x) => ({
      weight: max(
        add(x.weight, mul(mul(x.pull, x.weight), sub(mul(x.goal, 0.5), add(x.post.trace, when(x.fired, 0.2))))),
        0,
      ),
    }),
    every: "interval",
  },
);

const delta = () => ({ synapse: DeltaSynapse(), weight: 2 });
const current = () => ({ synapse: ExponentialSynapse({ tau: 4 }), weight: 60 });
const conductance = () => ({ synapse: ConductanceExponentialSynapse({ tau: 3, potentialReversal: 0 }), weight: 1.5 });

const ruleOf = (dice: Dice, weight: number, targets: number, isMixed: boolean): Plasticity => {
  const types = [...Object.values(plasticityRules), EveryMoment, Interval] as unknown as readonly (((
    config?: object,
  ) => Plasticity) & {
    readonly model: Plasticity["model"];
  })[];
  const type = dice.of(types);
  const fields = Object.keys(type.model.fields);
  const kinds = () => ({ EE: dice.between(0.5, 2), EI: 0.7, IE: dice.between(0.5, 2), II: 1.1 });
  const values = () => Array.from({ length: targets }, () => dice.between(0.5, 2));
  return type({
    ...(fields.includes("interval") && { interval: dice.between(0.2, 5) }),
    ...(fields.includes("gain") && { gain: dice.once(3) ? 0 : 1 }),
    ...(fields.includes("goal") && { goal: isMixed || dice.once(2) ? values() : kinds() }),
    ...(fields.includes("weightMax") && { weightMax: 3 * weight }),
    ...(fields.includes("preTau") && { preTau: dice.between(5, 30) }),
    ...(fields.includes("tripletPotentiation") && {
      tripletPotentiation: 0.05 * weight,
      pairDepression: 0.02 * weight,
    }),
    ...(fields.includes("rateTarget") && { rate: 0.05 * weight }),
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
  const projection = (from: string, to: string, autapses: boolean) => {
    // Conductances of mixed units would have two directions.
    const { synapse, weight } = dice.of(from === "cells" ? [delta, current] : [delta, current, conductance])();
    return {
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
      ...(dice.below(5) > 0 && { plasticity: ruleOf(dice, weight, sizes[to]!, from === "cells") }),
    };
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
