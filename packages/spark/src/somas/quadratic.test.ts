import { expect, test } from "vitest";
import { brain } from "../graph/brain.ts";
import { simulate } from "../run/simulate.ts";
import { SpikeReplay } from "../sources/replay.ts";
import { DeltaSynapse } from "../synapses/delta.ts";
import { QuadraticIntegrateAndFireSoma, ThetaSoma } from "./quadratic.ts";

test.each([30, 60, 200])("the quadratic soma has the analytic interval at %d pA", async (current) => {
  const [rest, critical, reset, tau, curvature, resistance, peak] = [-65, -50, -75, 20, 0.04, 0.1, 30];
  const middle = (rest + critical) / 2;
  // The derivative is (curvature·(v − middle)² + excess)/tau.
  const excess = resistance * current - curvature * ((critical - rest) / 2) ** 2;
  const angle = (v: number): number => Math.atan((v - middle) * Math.sqrt(curvature / excess));
  const expected = (tau * (angle(peak) - angle(reset))) / Math.sqrt(curvature * excess);
  const run = await simulate(QuadraticIntegrateAndFireSoma(), {
    duration: 1000,
    dt: 0.01,
    dtype: "f64",
    inputs: { current },
    record: { outSpikes: true },
  });
  const times = [...run.outSpikes.times()];
  const mean = (times.at(-1)! - times[0]!) / (times.length - 1);
  // A spike is at the end of the step that crosses the peak, half a step late on average.
  expect(Math.abs(mean - expected)).toBeLessThan(0.02);
});

test("the quadratic soma is silent below its rheobase", async () => {
  const run = await simulate(QuadraticIntegrateAndFireSoma(), {
    duration: 1000,
    dt: 0.1,
    inputs: { current: 22 },
    record: { outSpikes: true },
  });
  expect(run.outSpikes.count).toBe(0);
});

const fast = { dt: 0.05, dtype: "f64", record: { outSpikes: true } } as const;

test.each([23, 30, 60, 200])("the theta soma has the interval π·tau/√(curvature·excess) at %d pA", async (current) => {
  const [rest, critical, tau, curvature, resistance] = [-65, -50, 20, 0.04, 0.1];
  const excess = resistance * current - curvature * ((critical - rest) / 2) ** 2;
  const expected = (Math.PI * tau) / Math.sqrt(curvature * excess);
  const { outSpikes } = await simulate(ThetaSoma(), {
    ...fast,
    duration: Math.ceil(15 * expected),
    inputs: { current },
  });
  const times = [...outSpikes.times()];
  expect(times.length).toBeGreaterThan(12);
  const mean = (times.at(-1)! - times[0]!) / (times.length - 1);
  expect(Math.abs(mean - expected)).toBeLessThan(fast.dt / 10);
});

test("the quadratic soma converges to the theta soma as its threshold and reset move away", async () => {
  const series = Array.from({ length: 400 }, (_, k) => 250 + 200 * Math.sin(k / 30) + 150 * Math.sin(k / 7));
  const options = { ...fast, dt: 0.002, duration: 400, inputs: { current: { series, interval: 1 } } };
  const theta = [...(await simulate(ThetaSoma(), options)).outSpikes.times()];
  expect(theta.length).toBeGreaterThan(5);
  const errors: number[] = [];
  for (const distance of [2000, 20_000]) {
    const far = QuadraticIntegrateAndFireSoma({ threshold: distance, potentialReset: -distance });
    const times = [...(await simulate(far, options)).outSpikes.times()];
    errors.push(Math.max(...theta.map((time, k) => Math.abs(time - times[k]!))));
  }
  // The time from the threshold to infinity is tau/(curvature·distance), and the same from the reset.
  expect(errors[0]).toBeGreaterThan(4 * errors[1]!);
  expect(errors[1]).toBeLessThan(2);
});

test("a jump moves the potential of the theta soma by its size", async () => {
  const jumps = [0.5, 3, -40, 300];
  const starts = [-65, -50, -57.5, -80];
  const network = brain({
    populations: { input: SpikeReplay({ units: [4] }), cell: ThetaSoma({ units: [4] }) },
    projections: {
      jumps: { from: "input", to: "cell", connect: { oneToOne: {} }, weight: jumps, synapse: DeltaSynapse() },
    },
  });
  const dt = 1e-4;
  const { cell } = await simulate(network, {
    dt,
    duration: 2 * dt,
    dtype: "f64",
    inputs: { input: { inSpikes: { steps: [1, 1, 1, 1], units: [0, 1, 2, 3] } } },
    initial: { cell: { phase: starts.map((start) => 2 * Math.atan((start + 57.5) / 7.5)) } },
    record: { cell: { potential: true } },
  });
  jumps.forEach((jump, k) => {
    const [before, after] = [cell.potential.values[k]!, cell.potential.values[4 + k]!];
    expect(before).toBeCloseTo(starts[k]!, 2);
    expect(Math.abs(after - before - jump)).toBeLessThan(1e-3 * Math.max(1, Math.abs(jump)));
  });
});

test("the potential of the theta soma belongs to its phase, and its fixed points are rest and critical potential", async () => {
  const half = 7.5;
  const phases = [-Math.PI / 2, -1, 0, Math.PI / 2, -3.13];
  const { potential, phase } = await simulate(ThetaSoma({ units: [5] }), {
    dt: 0.01,
    dtype: "f64",
    duration: 0.01,
    initial: { phase: phases },
    record: { potential: true, phase: true },
  });
  potential.values.forEach((value, k) => {
    const expected = -57.5 + half * Math.min(100, Math.max(-100, Math.tan(phase.values[k]! / 2)));
    expect(Math.abs(value - expected)).toBeLessThan(1e-9);
  });
  expect(potential.values[0]).toBeCloseTo(-65, 9);
  expect(potential.values[3]).toBeCloseTo(-50, 9);
  expect(potential.values[4]).toBe(-57.5 - 100 * half);
});
