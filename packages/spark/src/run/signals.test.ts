import { describe, expect, test } from "vitest";
import { sub } from "../expr/verbs.ts";
import { brain } from "../graph/brain.ts";
import { signal } from "../model/ports.ts";
import { float } from "../model/scope.ts";
import { spikeSource } from "../model/spike-source.ts";
import { HebbianRule } from "../plasticity/index.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { PoissonSource, SignalAverage, SignalSource, SpikeReplay } from "../sources/index.ts";
import { ExponentialSynapse } from "../synapses/index.ts";
import { compile, simulate } from "./simulate.ts";

/* What signals between the parts of a network carry, and when they act. */

const events = (steps: readonly number[], units: readonly number[] = steps.map(() => 0)) => ({
  inSpikes: { events: { steps: [...steps], units: [...units] } },
});
const relay = (units: number) => SpikeReplay({ units: [units] });
const holder = (units: number) => SignalSource({ units: [units] });
const recordHeld = { held: { value: true } } as const;

describe("a signal", () => {
  test("acts one step later, as a rate in Hz", async () => {
    const network = brain({
      populations: { relay: relay(2), held: holder(2) },
      signals: { rate: { from: "relay", to: "held", scale: 1 } },
    });
    const inputs = { relay: events([2, 3, 3], [0, 0, 1]) };
    const run = await simulate(network, { duration: 2.5, dt: 0.5, dtype: "f64", inputs, record: recordHeld });
    expect([...run.held.value.values]).toEqual([0, 0, 0, 0, 2000, 0, 2000, 2000, 0, 0]);
  });

  test("has low-pass filtered values whose mean is the rate", async () => {
    const network = brain({
      populations: { relay: relay(3), held: holder(1) },
      signals: { rate: { from: "relay", tau: 20, mean: true, scale: 0.001, offset: 0.25, to: "held.signal" } },
    });
    const steps = Array.from({ length: 200 }, (_, k) => 10 * k + 1);
    const inputs = {
      relay: events(
        steps,
        steps.map(() => 1),
      ),
    };
    const run = await simulate(network, { duration: 2000, dt: 1, dtype: "f64", inputs, record: recordHeld });
    const { values } = run.held.value;
    expect(values[0]).toBe(0.25);
    // One of three units spikes at 100 Hz.
    expect(values[1]).toBeCloseTo(0.25 + (1000 * -Math.expm1(-1 / 20)) / 3000, 12);
    expect(values[2]).toBeCloseTo(0.25 + (1000 * -Math.expm1(-1 / 20) * Math.exp(-1 / 20)) / 3000, 12);
    const rest = Array.from(values.subarray(1000));
    expect(rest.reduce((sum, value) => sum + value, 0) / rest.length).toBeCloseTo(0.25 + 0.1 / 3, 6);
  });

  test("of a variable begins with its start value, and follows its filter", async () => {
    const network = brain({
      populations: { cell: LeakySoma({ units: [1] }), raw: holder(1), held: holder(1) },
      signals: {
        raw: { from: "cell", of: "potential", to: "raw", scale: 1 },
        slow: { from: "cell", of: "potential", tau: 5, to: "held", scale: 1 },
      },
    });
    const record = { cell: { potential: true }, raw: { value: true }, held: { value: true } } as const;
    const options = { duration: 20, dt: 1, dtype: "f64", inputs: { cell: { current: 100 } }, record } as const;
    const run = await simulate(network, options);
    const potential = [-60, ...run.cell.potential.values];
    expect([...run.raw.value.values]).toEqual(potential.slice(0, -1));
    let filtered = potential[0]!;
    for (const [k, value] of potential.slice(0, -1).entries()) {
      if (k > 0) filtered += -Math.expm1(-1 / 5) * (value - filtered);
      expect(run.held.value.values[k]).toBeCloseTo(filtered, 10);
    }
    const initial = { cell: { potential: -50 } };
    const moved = await simulate(network, { ...options, initial });
    expect(moved.raw.value.values[0]).toBe(-50);
  });

  test("is added to others with the same target, and to the input of a run", async () => {
    const network = brain({
      populations: { relay: relay(3), other: relay(1), held: holder(3) },
      signals: {
        each: { from: "relay", scale: 0.001, offset: 1, to: "held" },
        all: { from: ["other", "relay"], mean: true, scale: 0.004, to: "held" },
        some: { from: ["relay", "other"], units: [3, 0, 2], scale: 0.002, to: "held" },
      },
    });
    const inputs = { relay: events([1, 1], [0, 1]), other: events([1]), held: { signal: [10, 20, 30] } };
    const run = await simulate(network, { duration: 2, dt: 1, dtype: "f64", inputs, record: recordHeld });
    // each: 2, 2, 1; all: 3 for everyone; some: other, relay 0, relay 2.
    expect([...run.held.value.values]).toEqual([11, 21, 31, 10 + 2 + 3 + 2, 20 + 2 + 3 + 2, 30 + 1 + 3 + 0]);
  });

  test("is a current of a soma, like the same current of a run", async () => {
    const wave = Array.from({ length: 50 }, (_, k) => Math.sin(k / 5));
    const network = brain({
      populations: { wave: holder(1), cells: LeakySoma({ units: [3] }) },
      signals: { drive: { from: "wave", of: "value", to: "cells", scale: 200 } },
    });
    const options = { duration: 50, dt: 1, dtype: "f64", record: { cells: { potential: true } } } as const;
    const inside = await simulate(network, {
      ...options,
      inputs: { wave: { signal: { steps: wave.map((value) => [value]) } } },
    });
    const steps = [0, ...wave.slice(0, -1)].map((value) => [200 * value, 200 * value, 200 * value]);
    const outside = await simulate(brain({ populations: { cells: LeakySoma({ units: [3] }) } }), {
      ...options,
      inputs: { cells: { current: { steps } } },
    });
    expect(inside.cells.potential.values).toEqual(outside.cells.potential.values);
    expect(new Set(outside.cells.potential.values).size).toBeGreaterThan(40);
  });

  test("drives a component of its own that computes with several signals", async () => {
    const Difference = spikeSource(
      "Difference",
      {},
      {
        about: "Difference of two signals.",
        inputs: { plus: signal("1", "Added."), minus: signal("1", "Subtracted.") },
        state: () => ({ error: float(0, "1", "Difference.") }),
        step: (x) => ({ error: sub(x.plus, x.minus) }),
      },
    );
    const network = brain({
      populations: { given: holder(3), error: Difference({ units: [3] }) },
      signals: { minus: { from: "given", of: "value", scale: 2, to: "error.minus" } },
    });
    const run = await simulate(network, {
      duration: 2,
      dt: 1,
      inputs: { given: { signal: [1, 2, 3] }, error: { plus: 10 } },
      record: { error: { error: true, outSpikes: true } },
    });
    expect([...run.error.error.values]).toEqual([10, 10, 10, 8, 6, 4]);
    expect(run.error.outSpikes.count).toBe(0);
    expect(() =>
      brain({
        populations: { given: holder(3), error: Difference({ units: [3] }) },
        signals: { s: { from: "given", of: "value", to: "error" } },
      }),
    ).toThrow('brain.signals.s.to must name an input of error; received "error". Known: plus, minus.');
  });

  test("may return to its population: a loop acts one step later", async () => {
    const network = brain({
      populations: { held: holder(1) },
      signals: { count: { from: "held", of: "value", to: "held", offset: 1 } },
    });
    const run = await simulate(network, { duration: 5, dt: 1, record: recordHeld });
    expect([...run.held.value.values]).toEqual([1, 2, 3, 4, 5]);
  });
});

/** Synapses from a source that learn while dopamine neurons are active. */
const modulated = (signals: boolean) =>
  brain({
    populations: {
      input: PoissonSource({ units: [30], rate: 40 }),
      cells: LeakySoma({ units: [10] }),
      dopamine: relay(4),
      level: SignalAverage({ units: [1], tau: 10 }),
    },
    projections: {
      learned: {
        from: "input",
        to: "cells",
        connect: { allToAll: {} },
        weight: 60,
        synapse: ExponentialSynapse({ tau: 5 }),
        plasticity: HebbianRule({ rate: 2, modulation: 0 }),
      },
    },
    signals: {
      level: { from: "dopamine", mean: true, scale: 0.01, to: "level" },
      ...(signals && { release: { from: "level", of: "value", to: "learned.plasticity.modulation" } as const }),
    },
  });

describe("neuromodulation", () => {
  const burst = Array.from({ length: 20 }, (_, k) => 200 + k);
  const inputs = {
    dopamine: events(
      burst.flatMap((step) => [step, step]),
      burst.flatMap(() => [0, 2]),
    ),
  };

  test("by the rate of a population equals that of a caller who sets it in every step", async () => {
    const options = { dt: 1, dtype: "f64", seed: 4 } as const;
    const [inside, outside] = await Promise.all([
      compile(modulated(true), options),
      compile(modulated(false), options),
    ]);
    const before = inside.weights("learned").read();
    await inside.run({ duration: 199, inputs });
    // Without dopamine, nothing is learned.
    expect(inside.weights("learned").read()).toEqual(before);
    await inside.run({ duration: 301, inputs });
    let level = 0;
    for (let step = 1; step <= 500; step++) {
      outside.set("learned.plasticity.modulation", level);
      for (const unit of burst.includes(step) ? [0, 2] : []) outside.inject("dopamine", [unit]);
      await outside.run({ duration: 1, record: { level: { value: true } } }).then((run) => {
        level = run.level.value.values[0]!;
      });
    }
    const learned = inside.weights("learned").read();
    expect(learned).toEqual(outside.weights("learned").read());
    expect(Math.max(...learned)).toBeGreaterThan(61);
    for (const each of [inside, outside]) each.dispose();
  });

  test("refuses to set a parameter that a signal drives", async () => {
    const simulation = await compile(modulated(true), { dt: 1 });
    expect(() => simulation.set("learned.plasticity.modulation", 1)).toThrow(
      "set.learned.plasticity.modulation follows the signal release, so it cannot be set. To set it, remove the signal from the network.",
    );
    simulation.set("learned.plasticity.rate", 0.5);
    simulation.dispose();
  });

  test("continues from a snapshot, which another network refuses", async () => {
    const [one, two, other] = await Promise.all([
      compile(modulated(true), { dt: 1 }),
      compile(modulated(true), { dt: 1 }),
      compile(modulated(false), { dt: 1 }),
    ]);
    await one.run({ duration: 210, inputs });
    two.restore(one.snapshot());
    expect(() => other.restore(one.snapshot())).toThrow('the signal "release" exists only in the snapshot');
    for (const each of [one, two]) await each.run({ duration: 100 });
    expect(two.snapshot()).toEqual(one.snapshot());
    for (const each of [one, two, other]) each.dispose();
  });

  test("repeats in a session that went back", async () => {
    const simulation = await compile(modulated(true), { dt: 1 });
    const session = await simulation.start({ paused: true, rewind: 1e6, inputs });
    await session.runTo(300);
    const first = await session.snapshot();
    await session.seek(205);
    await session.runTo(300);
    expect(await session.snapshot()).toEqual(first);
    await session.stop();
    simulation.dispose();
  });
});
