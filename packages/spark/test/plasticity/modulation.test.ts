import { expect, test } from "vitest";
import {
  type Brain,
  brain,
  CalciumPlasticity,
  ConfigError,
  compile,
  DeltaSynapse,
  DopamineStdp,
  neuron,
  PairStdp,
  type Plasticity,
  PoissonSource,
  QuadrupletRule,
  SpikeReplay,
} from "../../src/entries/index.ts";
import { Told } from "./told.test-support.ts";

/* Rules that depend on signals and on calcium, and parameters that change while a network learns. */

/** One synapse whose units spike at given times, ms. Arrivals are one step after presynaptic spikes. */
const pairOf = async (plasticity: Plasticity, dt: number, weight = 1, units = 1) => {
  const network = brain({
    populations: { pre: SpikeReplay({ units: [1] }), post: Told({ units: [units] }) },
    projections: {
      learned: { from: "pre", to: "post", connect: { allToAll: {} }, weight, synapse: DeltaSynapse(), plasticity },
    },
  });
  return compile(network, { dt, dtype: "f64" });
};

/** Spikes of the pair in a run: arrivals and postsynaptic spikes at times in ms. */
const spikesAt = (arrivals: readonly number[], fires: readonly number[], dt: number, duration: number) => ({
  pre: { inSpikes: { events: { times: arrivals.map((time) => time - dt), units: arrivals.map(() => 0) } } },
  post: {
    current: {
      steps: Array.from({ length: Math.round(duration / dt) }, (_, step) =>
        fires.some((time) => Math.round(time / dt) === step + 1) ? 10 : 0,
      ),
    },
  },
});

const DT = 1;
const DURATION = 4000;
/** The change of a weight of 1 mV after a pair at 100 and 110 ms, and a reward at 1000 ms. */
const changeBy = async (lag: number, reward: number): Promise<number> => {
  const simulation = await pairOf(DopamineStdp(), DT);
  const [arrivals, fires] = lag > 0 ? [[100], [100 + lag]] : [[100 - lag], [100]];
  await simulation.run({
    duration: DURATION,
    inputs: spikesAt(arrivals, fires, DT, DURATION),
    changes: [
      { at: 1000, set: { "learned.plasticity.reward": reward / DT } },
      { at: 1000 + DT, set: { "learned.plasticity.reward": 0 } },
    ],
  } as never);
  const change = simulation.weights("learned").read()[0]! - 1;
  simulation.dispose();
  return change;
};

/** The same from the equations, with one sum over the times at which the weight changes. */
const expectedChange = (eligibility: number, at: number, reward: number): number => {
  let change = 0;
  let remaining = eligibility;
  for (let end = 10; end <= DURATION; end += 10) {
    // The end of a step that begins at `end − 1` ms.
    if (end < at) continue;
    const dopamine = end - DT >= 1000 ? reward * Math.exp(-(end - DT - 1000) / 200) : 0;
    change += 0.1 * 10 * (0.002 + dopamine) * remaining;
    remaining *= Math.exp(-10 / 1000);
  }
  return change;
};

test("dopamine changes a synapse by its eligibility, a second after the pair", async () => {
  const eligibility = 0.1 * Math.exp(-10 / 20);
  expect(await changeBy(10, 0.5)).toBeCloseTo(expectedChange(eligibility, 110, 0.5), 12);
  // Without a reward there is only the tonic dopamine.
  expect(await changeBy(10, 0)).toBeCloseTo(expectedChange(eligibility, 110, 0), 12);
});

test("a reward after the opposite order, and a punishment, weaken a synapse", async () => {
  const eligibility = -0.15 * Math.exp(-10 / 20);
  expect(await changeBy(-10, 0.5)).toBeCloseTo(expectedChange(eligibility, 110, 0.5), 12);
  expect(await changeBy(10, -0.5)).toBeLessThan(0);
});

test("a modulation of 0 leaves every weight as it is, while traces go on", async () => {
  const rule = { arrival: 0.5, arrivalTrace: 0.3, spike: -0.2, spikeTrace: 0.4, weightMax: 5 };
  const simulation = await pairOf(QuadrupletRule({ ...rule, modulation: 0 }), DT, 8);
  const always = await pairOf(QuadrupletRule(rule), DT, 8);
  const read = (one: typeof simulation) => one.weights("learned").read()[0]!;
  const inputs = spikesAt([10, 20], [15, 20], DT, 30) as never;
  await simulation.run({ duration: 30, inputs });
  await always.run({ duration: 30, inputs });
  // Even a weight beyond its bound stays.
  expect(read(simulation)).toBe(8);
  expect(read(always)).toBeLessThan(5.1);
  for (const one of [simulation, always]) {
    one.set("learned.plasticity.modulation", 1);
    one.weights("learned").write(2);
    await one.run({ duration: 30, inputs: spikesAt([35], [38], DT, 60) as never });
  }
  expect(read(simulation)).not.toBe(2);
  expect(read(simulation)).toBe(read(always));
});

test("calcium changes a weight by the time that it is above the thresholds", async () => {
  const dt = 0.02;
  const lag = 5;
  const [pre, post] = [1, 2];
  const simulation = await pairOf(CalciumPlasticity({ bistability: 0 }), dt, 0.5);
  await simulation.run({ duration: 200, inputs: spikesAt([20], [20 + lag], dt, 200) as never });
  const change = simulation.weights("learned").read()[0]! - 0.5;
  // After the second spike the calcium decays from this value.
  const peak = pre * Math.exp(-lag / 20) + post;
  // While calcium is above both thresholds the efficacy approaches this value, and then it decays.
  const both = 20 * Math.log(peak / 1.3);
  const one = 20 * Math.log(peak) - both;
  const goal = 321.808 / 521.808;
  const raised = goal + (0.5 - goal) * Math.exp((-521.808 * both) / 150_000);
  const expected = raised * Math.exp((-200 * one) / 150_000) - 0.5;
  expect(Math.abs(change / expected - 1)).toBeLessThan(0.01);
  simulation.dispose();
});

test("without calcium, a synapse drifts to one of its two stable states", async () => {
  for (const [weight, stable] of [
    [0.4, 0],
    [0.6, 1],
  ] as const) {
    const simulation = await pairOf(CalciumPlasticity({ efficacyTau: 100 }), DT, weight);
    await simulation.run({ duration: 5000 });
    expect(simulation.weights("learned").read()[0]).toBeCloseTo(stable, 2);
    simulation.dispose();
  }
});

test("a list sets a parameter for each target unit", async () => {
  const rule = QuadrupletRule({ modulation: [1, 0, 2], arrival: 1, arrivalTrace: 0, spike: 0, spikeTrace: 0, rate: 1 });
  const simulation = await pairOf(rule, DT, 1, 3);
  const inputs = { pre: { inSpikes: { events: { times: [4], units: [0] } } } } as never;
  await simulation.run({ duration: 10, inputs });
  expect(Array.from(simulation.weights("learned").read())).toEqual([2, 1, 3]);
  simulation.set("learned.plasticity.modulation", 0);
  expect(Array.from(simulation.get("learned.plasticity.modulation") as Float64Array)).toEqual([0, 0, 0]);
  const restored = simulation.snapshot();
  simulation.reset();
  expect(Array.from(simulation.get("learned.plasticity.modulation") as Float64Array)).toEqual([1, 0, 2]);
  simulation.restore(restored);
  expect(Array.from(simulation.get("learned.plasticity.modulation") as Float64Array)).toEqual([0, 0, 0]);
  simulation.dispose();
});

test("a change of a parameter acts in the next step and costs no compilation", async () => {
  const simulation = await pairOf(QuadrupletRule({ arrivalTrace: 0, spike: 0, spikeTrace: 0, rate: 1 }), DT);
  const weights: number[] = [];
  for (let step = 0; step < 6; step++) {
    if (step === 2) simulation.set("learned.plasticity.modulation", 0);
    if (step === 4) simulation.set("learned.plasticity.modulation", 0.5);
    simulation.inject("pre", [0]);
    simulation.step({});
    weights.push(simulation.weights("learned").read()[0]!);
  }
  // Nothing arrives in the first step.
  expect(weights).toEqual([1, 2, 2, 2, 2.5, 3]);
  simulation.dispose();
});

const messageOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  return "";
};

test("set refuses what cannot change", async () => {
  const simulation = await pairOf(DopamineStdp(), DT, 1, 2);
  const set = (name: string, value: unknown) =>
    messageOf(() => simulation.set(`learned.plasticity.${name}`, value as never));
  expect(set("interval", 5)).toBe(
    "set.learned.plasticity.interval is the interval of the rule, so it cannot change later. Compile again with another value.",
  );
  expect(set("reward", [1, 2])).toBe(
    "set.learned.plasticity.reward takes one number, because it was declared with one; received [1, 2]. To set one for each unit of post, declare reward with a list.",
  );
  expect(set("reword", 1)).toBe('set.learned.plasticity.reword is unknown. Did you mean "learned.plasticity.reward"?');
  expect(set("dopamineTau", -3)).toBe(
    "set.learned.plasticity.dopamineTau must be greater than 0 ms; received -3 ms. The default is 200 ms.",
  );
  simulation.dispose();
  const pairs = await pairOf(PairStdp(), DT);
  expect(messageOf(() => pairs.set("learned.plasticity.depressionExponent", 1))).toBe(
    "set.learned.plasticity.depressionExponent selects the equations of the rule, so it cannot change later. Compile again with another value.",
  );
  pairs.dispose();
});

test("a network refuses values that do not fit its populations", () => {
  const wired = (plasticity: Plasticity): Brain =>
    brain({
      populations: {
        input: PoissonSource({ units: [4], rate: 5 }),
        cells: neuron({ soma: Told({ units: [2] }), inhibitory: [true, false] }),
        others: Told({ units: [3] }),
      },
      projections: {
        in: { from: "input", to: "others", connect: { allToAll: {} }, weight: 1, synapse: DeltaSynapse(), plasticity },
        out: { from: "cells", to: "others", connect: { allToAll: {} }, weight: 1, synapse: DeltaSynapse(), plasticity },
      },
    }) as Brain;
  const kinds = { EE: 1, EI: 2, IE: 3, II: 4 };
  // Each synapse has a value of its own.
  expect(messageOf(() => wired(PairStdp({ rate: kinds })))).toBe("");
  expect(messageOf(() => wired(PairStdp({ preTau: kinds })))).toBe(
    "brain.projections.out.plasticity.preTau has a value for each kind of synapse, but cells contains excitatory and inhibitory units. Divide cells into two populations.",
  );
  expect(messageOf(() => wired(PairStdp({ rate: [1, 2] })))).toBe(
    [
      "brain.projections.in.plasticity.rate must have one number for each of the 3 units of others; received 2. Give one number for all of them, or 3.",
      "brain.projections.out.plasticity.rate must have one number for each of the 3 units of others; received 2. Give one number for all of them, or 3.",
    ].join("\n"),
  );
  expect(messageOf(() => wired(PairStdp({ preTau: [1, 2, 3] })))).toMatch(
    "brain.projections.in.plasticity.preTau must be the same for all units of others, because it also acts on presynaptic units or selects the equations. Give one number.",
  );
});
