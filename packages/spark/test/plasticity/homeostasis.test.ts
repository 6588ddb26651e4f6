import { describe, expect, test } from "vitest";
import {
  add,
  brain,
  compile,
  DeltaSynapse,
  exp,
  field,
  float,
  LeakySoma,
  mul,
  PairStdp,
  PoissonSource,
  plasticity,
  quantity,
  ShortTermPlasticity,
  SpikeArray,
  SpikeReplay,
  SynapticScaling,
  sub,
  TripletStdp,
  WeightNormalization,
} from "../../src/entries/index.ts";
import { Told } from "./told.test-support.ts";

/* Sums over the synapses of a target, rules that keep sums or rates, and rules together. */

const learning = (rules: object, more: object = {}) =>
  brain({
    populations: { input: PoissonSource({ units: [60], rate: 40 }), cells: LeakySoma({ units: [35] }) },
    projections: {
      learned: {
        from: "input",
        to: "cells",
        connect: { pairwiseBernoulli: { probability: 0.6 } },
        weight: { uniform: { min: 0.1, max: 1 } },
        delay: { uniform: { min: 0.5, max: 4 } },
        synapse: DeltaSynapse(),
        plasticity: rules,
        ...more,
      },
    },
  } as never);

/** The sum of the incoming weights of each target. */
const sumsOf = (simulation: { weights: (name: string) => { read(): ArrayLike<number>; select(): unknown } }) => {
  const weights = simulation.weights("learned");
  const { targets } = weights.select() as { targets: ArrayLike<number> };
  const sums = Array.from({ length: 35 }, () => 0);
  const values = weights.read();
  for (let k = 0; k < values.length; k++) sums[targets[k]!]! += values[k]!;
  return sums;
};

describe("normalisation", () => {
  test.each([
    ["alone", () => WeightNormalization({ total: 12, interval: 20 })],
    ["beside triplets", () => [TripletStdp({ weightMax: 3 }), WeightNormalization({ total: 12, interval: 20 })]],
  ])("%s gives every target its sum", async (_, rules) => {
    const simulation = await compile(learning(rules()), { dt: 0.5, dtype: "f64" });
    await simulation.run({ duration: 19.5 });
    expect(Math.max(...sumsOf(simulation).map((sum) => Math.abs(sum - 12)))).toBeGreaterThan(1);
    await simulation.run({ duration: 0.5 });
    for (const sum of sumsOf(simulation)) expect(sum).toBeCloseTo(12, 12);
    simulation.dispose();
  });

  test("keeps the proportions of weights", async () => {
    const simulation = await compile(learning(WeightNormalization({ total: 12, interval: 1 })), {
      dt: 0.5,
      dtype: "f64",
    });
    const before = Array.from(simulation.weights("learned").read());
    const sums = sumsOf(simulation);
    const { targets } = simulation.weights("learned").select();
    await simulation.run({ duration: 1 });
    simulation
      .weights("learned")
      .read()
      .forEach((weight, k) => {
        expect(weight).toBeCloseTo((before[k]! * 12) / sums[targets[k]!]!, 13);
      });
    simulation.dispose();
  });

  test("waits while its strength is 0, and a sum per target can be set", async () => {
    const rules = [
      PairStdp({ weightMax: 3 }),
      WeightNormalization({ total: Array.from({ length: 35 }, () => 5), interval: 0.5, strength: 0 }),
    ];
    const simulation = await compile(learning(rules), { dt: 0.5, dtype: "f64" });
    const before = sumsOf(simulation);
    await simulation.run({ duration: 1 });
    sumsOf(simulation).forEach((sum, k) => {
      expect(sum).toBeCloseTo(before[k]!, 0);
    });
    const path = "learned.plasticity.WeightNormalization";
    simulation.set(`${path}.total`, Array.from({ length: 35 }, (_, k) => 1 + k) as never);
    await simulation.run({ duration: 10, changes: [{ at: 5, set: { [`${path}.strength`]: 1 } }] } as never);
    sumsOf(simulation).forEach((sum, k) => {
      expect(sum).toBeCloseTo(1 + k, 12);
    });
    expect(simulation.get(`${path}.strength`)).toBe(1);
    expect(() => simulation.set(`${path}.interval`, 3)).toThrow(
      "is the interval of the rule, so it cannot change later.",
    );
    expect(() => simulation.set(`${path}.strength`, 2)).toThrow(
      "set.learned.plasticity.WeightNormalization.strength must be between 0 and 1",
    );
    simulation.dispose();
  });
});

test("a sum is that of any expression of the synapse", async () => {
  const Sum = plasticity(
    "Sum",
    { scale: field(1, "weight", "Scale.") },
    {
      about: "For tests.",
      post: () => ({ sum: float(7, "1", "Sum.") }),
      gather: (x) => ({ post: { sum: exp(mul(x.weight, quantity(1, "1/weight"))) } }),
      end: (x) => ({ weight: add(x.weight, mul(0, x.scale)) }),
    },
  );
  const simulation = await compile(learning(Sum()), { dt: 0.5, dtype: "f32" });
  await simulation.run({ duration: 0.5 });
  const weights = simulation.weights("learned").read();
  const { targets } = simulation.weights("learned").select();
  const sums = new Float64Array(35);
  weights.forEach((weight, k) => {
    sums[targets[k]!]! += Math.exp(weight);
  });
  const gathered = simulation.snapshot().learned!["learned"]!["post.sum"]!;
  for (const [k, sum] of gathered.entries()) expect(sum).toBeCloseTo(sums[k]!, 4);
  simulation.dispose();
});

test("settle sees the sums, end sees what settle leaves, and units with a 0 are not visited", async () => {
  const Chosen = plasticity(
    "Chosen",
    { mask: field(1, "1", "Which units change."), gain: field(1, "1", "Gain.") },
    {
      about: "For tests.",
      post: () => ({ sum: float(0, "weight", "Sum."), change: float(0, "weight", "Change.") }),
      gather: (x) => ({ post: { sum: x.weight } }),
      settle: (x) => ({ post: { change: mul(mul(x.mask, x.gain), x.post.sum) } }),
      end: (x) => ({ weight: add(x.weight, add(x.post.change, quantity(100, "weight"))) }),
      only: "change",
      factor: "gain",
    },
  );
  const mask = Array.from({ length: 35 }, (_, k) => k % 3);
  const simulation = await compile(learning(Chosen({ mask })), { dt: 0.5, dtype: "f64" });
  const before = Array.from(simulation.weights("learned").read());
  const sums = sumsOf(simulation);
  const { targets } = simulation.weights("learned").select();
  simulation.set("learned.plasticity.gain", 0);
  await simulation.run({ duration: 0.5 });
  expect(Array.from(simulation.weights("learned").read())).toEqual(before);
  simulation.set("learned.plasticity.gain", 1);
  await simulation.run({ duration: 0.5 });
  for (const [k, weight] of simulation.weights("learned").read().entries()) {
    const target = targets[k]!;
    expect(weight).toBeCloseTo(mask[target] === 0 ? before[k]! : before[k]! + mask[target]! * sums[target]! + 100, 11);
  }
  simulation.dispose();
});

describe("scaling", () => {
  test("follows its equation", async () => {
    const scaling = { rateTarget: 5, rateTau: 2000, proportional: 0.02, integral: 0.01, interval: 10 };
    const network = brain({
      populations: { input: SpikeReplay({ units: [1] }), cell: Told({ units: [1] }) },
      projections: {
        learned: {
          from: "input",
          to: "cell",
          connect: { allToAll: {} },
          weight: 2,
          synapse: DeltaSynapse(),
          plasticity: SynapticScaling(scaling),
        },
      },
    });
    const simulation = await compile(network, { dt: 1, dtype: "f64" });
    let [rate, deficit, weight] = [5, 0, 2];
    for (let step = 0; step < 400; step++) {
      const fires = step % 40 === 7;
      simulation.step({
        input: { inSpikes: SpikeArray.fromIndices([], [1]) },
        cell: { current: fires ? 10 : 0 },
      } as never);
      deficit += (5 - rate) * 1e-3;
      rate *= Math.exp(-1 / 2000);
      if (fires) rate += 0.5;
      if ((step + 1) % 10 === 0) weight *= 1 + 0.01 * (0.02 * (5 - rate) + 0.01 * deficit);
    }
    expect(simulation.weights("learned").read()[0]).toBeCloseTo(weight, 12);
    expect(weight).toBeLessThan(1.99);
    simulation.dispose();
  });

  test("brings units to their rate", async () => {
    const rules = SynapticScaling({ rateTarget: 20, rateTau: 2000, proportional: 0.05, integral: 0 });
    const network = learning(rules, { weight: 1.2 });
    const simulation = await compile(network, { dt: 0.5 });
    const rateIn = async (duration: number) => {
      const run = await simulation.run({ duration, record: { cells: { outSpikes: true } } } as never);
      const { count } = (run as never as { cells: { outSpikes: { count: number } } }).cells.outSpikes;
      return count / 35 / (duration / 1000);
    };
    const before = await rateIn(2000);
    await rateIn(30_000);
    expect(Math.abs(before - 20)).toBeGreaterThan(5);
    expect(Math.abs((await rateIn(10_000)) - 20)).toBeLessThan(1);
    simulation.dispose();
  });
});

describe("rules together", () => {
  /** The weights after some time, and the state of the rules. */
  const after = async (rules: object, weight: number | object = { uniform: { min: 0.1, max: 1 } }) => {
    const simulation = await compile(learning(rules, { weight }), { dt: 0.5, dtype: "f64" });
    await simulation.run({ duration: 200 });
    const weights = Array.from(simulation.weights("learned").read());
    const { learned } = simulation.snapshot();
    simulation.dispose();
    return { weights, state: learned!["learned"]! };
  };

  test("learn as each alone, where they do not share a variable", async () => {
    const [pairs, both] = [
      await after(PairStdp({ weightMax: 2 })),
      await after([PairStdp({ weightMax: 2 }), WeightNormalization({ strength: 0 })]),
    ];
    expect(both.weights).toEqual(pairs.weights);
    expect(Object.keys(both.state)).toEqual([
      "pre.PairStdp.trace",
      "post.PairStdp.trace",
      "post.WeightNormalization.sum",
      "post.WeightNormalization.scale",
    ]);
    expect(both.state["pre.PairStdp.trace"]).toEqual(pairs.state["pre.trace"]);
  });

  test("apply in the order of the list: a rule sees the weight that the rule before it leaves", async () => {
    const ruleOf = (name: string, change: "add" | "mul") =>
      plasticity(
        name,
        { by: field(2, "1", "By.") },
        {
          about: "For tests.",
          arrive: (x) => ({
            amount: mul(x.weight, 10),
            weight: change === "add" ? add(x.weight, mul(x.by, quantity(1, "weight"))) : mul(x.weight, x.by),
          }),
          end: (x) => ({ weight: change === "add" ? sub(x.weight, quantity(0.5, "weight")) : mul(x.weight, 3) }),
        },
      )();
    const [plus, times] = [ruleOf("Plus", "add"), ruleOf("Times", "mul")];
    const one = async (rules: readonly unknown[]) => {
      const network = brain({
        populations: { pre: SpikeReplay({ units: [1] }), post: Told({ units: [1] }) },
        projections: {
          learned: {
            from: "pre",
            to: "post",
            connect: { allToAll: {} },
            weight: 1,
            synapse: DeltaSynapse(),
            plasticity: rules,
          },
        },
      } as never);
      const simulation = await compile(network, { dt: 1, dtype: "f64" });
      const step = (units: readonly number[]) =>
        simulation.step({ pre: { inSpikes: SpikeArray.fromIndices([...units], [1]) } } as never) as never as {
          post: { potential: { values: ArrayLike<number> } };
        };
      simulation.weights("learned").write(1);
      step([0]);
      simulation.weights("learned").write(1);
      const amount = step([]).post.potential.values[0]!;
      const weight = simulation.weights("learned").read()[0];
      simulation.dispose();
      return [amount, weight];
    };
    // The amounts follow one another, from the weight before the arrival.
    expect(await one([plus, times])).toEqual([100, ((1 + 2) * 2 - 0.5) * 3]);
    expect(await one([times, plus])).toEqual([100, (1 * 2 + 2) * 3 - 0.5]);
  });

  test("combine short-term and long-term plasticity", async () => {
    const rule = PairStdp({ weightMax: 8 });
    const { weights, state } = await after([rule, ShortTermPlasticity()], 4);
    expect(weights.some((weight) => weight !== 4)).toBe(true);
    expect(weights).not.toEqual((await after(rule, 4)).weights);
    expect(Object.keys(state)).toContain("pre.ShortTermPlasticity.resources");
  });
});
