import { describe, expect, it } from "vitest";
import { field } from "../config/field.ts";
import { ConfigError } from "../errors/errors.ts";
import { dt, type Float } from "../expr/expr.ts";
import { add, div, gt, mul, quantity, relax, sub } from "../expr/verbs.ts";
import { brain } from "../graph/brain.ts";
import { soma } from "../model/soma.ts";
import { LIFNeuron } from "../neurons/ready-made.ts";
import { AdaptiveLeakySoma, LeakySoma } from "../somas/leaky.ts";
import { PoissonDrive } from "../sources/drive.ts";
import { PoissonSource } from "../sources/poisson.ts";
import { SpikeReplay } from "../sources/replay.ts";
import { ExponentialSynapse } from "../synapses/exponential.ts";
import { compile, simulate } from "./simulate.ts";

const replay = SpikeReplay({ units: [1] });
const spikesAt = (times: readonly number[]) => ({ inSpikes: { events: { times, units: times.map(() => 0) } } });

describe("values that a run ignores", () => {
  it("are named for spikes before and after the run", async () => {
    const simulation = await compile(replay, { dt: 0.1 });
    const run = (times: readonly number[]) =>
      simulation.run({ duration: 100, inputs: spikesAt(times), record: { outSpikes: true } });
    expect((await run([50])).warnings).toEqual([]);
    expect((await run([50])).warnings).toEqual([
      "inputs.inSpikes: 1 of 1 spikes lie at or before 100 ms, where this run starts, so the run ignores them. Times count from the start of the simulation, in ms.",
    ]);
    // A list for several runs.
    expect((await run([50, 250, 350])).warnings).toEqual([]);
    simulation.reset();
    expect((await run([50, 250])).outSpikes.count).toBe(1);
    simulation.dispose();
  });

  it("are named for spikes after the end of a single run", async () => {
    const inputs = spikesAt([50, 60_000, 70_000]);
    const run = await simulate(replay, { duration: 100, dt: 0.1, inputs });
    expect(run.warnings).toEqual([
      "inputs.inSpikes: 2 of 3 spikes lie after 100 ms, where this run ends, so the run ignores them. Give times in ms from the start.",
    ]);
    expect((await simulate(replay, { duration: 100, dt: 0.1, inputs: spikesAt([0.1, 100]) })).warnings).toEqual([]);
  });

  it.each([
    ["step", { step: { amplitude: 300, from: 500, to: 900 } }],
    ["pulses", { pulses: { amplitude: 300, period: 10, width: 5, from: 500 } }],
    ["ramp", { ramp: { start: 0, end: 300, from: 500, to: 900 } }],
  ])("are named for the window of a %s outside the run", async (name, current) => {
    const { warnings } = await simulate(LeakySoma(), { duration: 100, inputs: { current: current as never } });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`inputs.current.${name}: the window from 500 ms`);
    expect(warnings[0]).toContain("lies outside this run, from 0 ms to 100 ms, so the current is 0.");
    const within = await simulate(LeakySoma(), { duration: 600, inputs: { current: current as never } });
    expect(within.warnings).toEqual([]);
  });

  it("are named for windows of records that exceed the run", async () => {
    const options = { duration: 100, dt: 0.1, inputs: { current: 300 } };
    const warningsOf = async (potential: object) =>
      (await simulate(LeakySoma(), { ...options, record: { potential } })).warnings;
    expect(await warningsOf({ from: 50, to: 250 })).toEqual([
      "record.potential: the window from 50 ms to 250 ms exceeds this run, from 0 ms to 100 ms, so the record covers only the part in the run. Times count from the start of the simulation.",
    ]);
    expect(await warningsOf({ to: 100 })).toEqual([]);
    expect(await warningsOf({ from: 0, to: 100.05 })).toEqual([]);
    const fast = LIFNeuron({ units: [1] });
    const net = brain({ populations: { a: fast }, readouts: { level: { from: "a", of: "outSpikes", tau: 20 } } });
    const record = { a: { outSpikes: { to: 300 } }, readouts: { level: { from: 20, to: 101 } } } as const;
    expect((await simulate(net, { duration: 100, dt: 0.1, inputs: { a: { current: 300 } }, record })).warnings).toEqual(
      [
        expect.stringContaining("record.a.outSpikes: the window from 0 ms to 300 ms exceeds this run"),
        expect.stringContaining("record.readouts.level: the window from 20 ms to 101 ms exceeds this run"),
      ],
    );
    // The same window for several runs.
    const simulation = await compile(LeakySoma(), { dt: 0.1 });
    const window = { potential: { from: 50, to: 150 } };
    const first = await simulation.run({ duration: 100, record: window });
    const second = await simulation.run({ duration: 100, record: window });
    expect([first.warnings, second.warnings]).toEqual([[], []]);
    simulation.dispose();
  });

  it("are named for a series that lies outside the run", async () => {
    const warningsOf = async (timing: object, duration = 100) => {
      const current = { series: [300, 200], ...timing } as never;
      return (await simulate(LeakySoma(), { duration, inputs: { current } })).warnings;
    };
    const early = { interval: 5, start: -50, after: "zero" };
    const late = { times: [500, 505], before: "zero", after: "hold" };
    expect(await warningsOf(early)).toEqual([
      "inputs.current: the samples from -50 ms to -40 ms lie outside this run, from 0 ms to 100 ms, so the value is 0. Times count from the start of the simulation, in ms.",
    ]);
    expect(await warningsOf({ ...early, after: "hold" })).toEqual([]);
    expect(await warningsOf({ ...early, start: -9 })).toEqual([]);
    expect(await warningsOf(late)).toEqual([expect.stringContaining("the samples from 500 ms to 510 ms lie outside")]);
    expect(await warningsOf(late, 501)).toEqual([]);
  });

  it("are named for rates of sources and drives, too", async () => {
    const fine = { series: [10, 1000, 10], times: [0, 5.02, 5.04], after: "hold" } as const;
    const late = { series: [10], interval: 10, start: 200, before: "zero", after: "zero" } as const;
    const net = brain({
      populations: { noise: PoissonSource({ units: [1], rate: fine }), cells: LeakySoma({ units: [1] }) },
      drives: { d: { to: "cells", synapse: ExponentialSynapse(), drive: PoissonDrive({ rate: late }) } },
    });
    expect((await simulate(net, { duration: 100, dt: 0.1 })).warnings).toEqual([
      expect.stringContaining("brain.populations.noise.rate: samples are 0.02 ms apart, but a step takes 0.1 ms."),
      expect.stringContaining("brain.drives.d.rate: the samples from 200 ms to 210 ms lie outside this run"),
    ]);
    const source = PoissonSource({ units: [1], rate: fine });
    expect((await simulate(source, { duration: 10, dt: 0.1 })).warnings).toEqual([
      expect.stringContaining("PoissonSource.rate: samples are 0.02 ms apart"),
    ]);
  });

  it("are named for samples that are closer than a step", async () => {
    const samples = Array.from({ length: 1000 }, (_, k) => (k % 10 === 5 ? 3000 : 0));
    const run = await simulate(LeakySoma(), {
      duration: 10,
      dt: 0.1,
      inputs: { current: { series: samples, interval: 0.01 } },
    });
    expect(run.warnings).toEqual([
      "inputs.current: samples are 0.01 ms apart, but a step takes 0.1 ms. A step uses the value at its start, so pulses between two starts have no effect. Use a shorter dt, or average the samples.",
    ]);
    const times = { series: [0, 5, 0], times: [0, 3, 3.05], after: "hold" as const };
    const timed = await simulate(LeakySoma(), { duration: 10, dt: 0.1, inputs: { current: times } });
    expect(timed.warnings[0]).toContain("samples are 0.05 ms apart");
    const even = { series: samples, interval: 0.1 };
    expect((await simulate(LeakySoma(), { duration: 10, dt: 0.1, inputs: { current: even } })).warnings).toEqual([]);
  });
});

describe("single precision", () => {
  it.each([
    [
      "parameters",
      { threshold: 1e39 },
      {},
      "LeakySoma.threshold is outside the range of single precision, 1.4e-45 to 3.4e+38; received 1e+39 mV.",
    ],
    [
      "small parameters",
      { resistance: 1e-50 },
      {},
      "LeakySoma.resistance is outside the range of single precision, 1.4e-45 to 3.4e+38; received 1e-50 GΩ.",
    ],
    [
      "initial values",
      {},
      { potential: 1e39 },
      "initial.potential is outside the range of single precision, 1.4e-45 to 3.4e+38; received 1e+39 mV.",
    ],
  ])("refuses %s beyond its range", async (_, config, initial, message) => {
    const options = { duration: 5, inputs: { current: 300 }, initial } as const;
    const failure = await simulate(LeakySoma(config), options).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    expect((failure as Error).message).toContain(message);
    expect((await simulate(LeakySoma(config), { ...options, dtype: "f64" })).complete).toBe(true);
  });

  it("warns where a potential stalls below its target", async () => {
    const warningsOf = async (dt: number, dtype: "f32" | "f64", soma = LeakySoma()) =>
      (await simulate(soma, { dt, dtype, duration: dt * 10, inputs: { current: 200.1 } })).warnings;
    expect(await warningsOf(0.001, "f32")).toEqual([
      'LeakySoma: dt/potentialTau is so small, 0.00005, that single precision stalls up to 0.024 mV below its target. Use dtype: "f64" or a longer dt.',
    ]);
    expect(await warningsOf(0.001, "f64")).toEqual([]);
    expect(await warningsOf(0.1, "f32")).toEqual([]);
    expect(await warningsOf(0.1, "f32", LeakySoma({ potentialTau: 20_000 }))).toHaveLength(1);
    expect(await warningsOf(1e-5, "f32", AdaptiveLeakySoma() as never)).toEqual([
      expect.stringContaining("stalls up to 2.4 mV below its target"),
    ]);
  });

  it("warns where a relaxation of an own soma stalls, however it is written", async () => {
    const fields = { tau: field(20, "ms", "Time constant."), rest: field(-65, "mV", "Resting potential.") };
    type Scope = Parameters<Parameters<typeof soma<typeof fields>>[2]["step"]>[0];
    const warningsOf = async (next: (x: Scope) => Float, step: number) => {
      const Own = soma("Own", fields, {
        about: "A soma with equations of its own.",
        step: (x) => ({ spikes: gt(x.potential, quantity(-40, "mV")), potential: next(x) }),
      });
      const { warnings } = await simulate(Own({ units: [2] }), { dt: step, duration: step * 10 });
      return warnings.filter((warning) => warning.includes("stalls"));
    };
    const named = [
      'Own: dt/tau is so small, 0.00005, that single precision stalls up to 0.024 mV below its target. Use dtype: "f64" or a longer dt.',
    ];
    const ways: ((x: Scope) => Float)[] = [
      (x) => relax(x.potential, x.rest, x.tau),
      (x) => add(x.potential, mul(div(dt, x.tau), sub(x.rest, x.potential))),
      (x) => add(div(mul(dt, add(sub(x.rest, x.potential), quantity(3, "mV"))), x.tau), x.potential),
    ];
    for (const way of ways) {
      expect(await warningsOf(way, 0.001)).toEqual(named);
      expect(await warningsOf(way, 0.1)).toEqual([]);
    }
    expect(await warningsOf((x) => relax(x.potential, x.rest, quantity(20, "ms")), 0.001)).toEqual([
      'Own: in a step, potential moves by so small a part of the distance from its target, 0.00005, that single precision stalls up to 0.024 mV below its target. Use dtype: "f64" or a longer dt.',
    ]);
    expect(await warningsOf((x) => relax(x.potential, quantity(0, "mV"), x.tau), 0.001)).toEqual([]);
  });
});
