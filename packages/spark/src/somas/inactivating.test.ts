import { expect, test } from "vitest";
import { simulate } from "../run/simulate.ts";
import { InactivatingThresholdSoma } from "./inactivating.ts";

const published = { rest: -70, base: -55, half: -63, slope: 6, coupling: 5 / 6, tau: 5 };

/** Threshold at a lasting potential: Platkiewicz and Brette 2010. */
const lasting = (v: number): number =>
  published.base + published.coupling * published.slope * Math.log1p(Math.exp((v - published.half) / published.slope));

/** The zero of a function that changes its sign between two numbers. */
const zeroOf = (f: (x: number) => number, low: number, high: number): number => {
  let [a, b] = [low, high];
  for (let k = 0; k < 60; k++) {
    const middle = (a + b) / 2;
    if (f(middle) < 0 === f(a) < 0) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
};

const run = (
  config: Parameters<typeof InactivatingThresholdSoma>[0],
  current: number | object,
  duration = 500,
  dt = 0.05,
) =>
  simulate(InactivatingThresholdSoma(config), {
    duration,
    dt,
    dtype: "f64",
    inputs: { current: current as number },
    record: { outSpikes: true, potential: true, thresholdShift: true },
  });

test("at a lasting potential, the threshold is base + k_a·ln(1 + exp((V − V_i)/k_i))", async () => {
  for (const current of [-100, 0, 60, 120]) {
    const { outSpikes, potential, thresholdShift } = await run({}, current);
    expect(outSpikes.count).toBe(0);
    const v = potential.values.at(-1)!;
    expect(v).toBeCloseTo(published.rest + 0.1 * current, 9);
    expect(published.base + thresholdShift.values.at(-1)!).toBeCloseTo(lasting(v), 9);
  }
});

test("it starts at rest, and stays there", async () => {
  const { potential, thresholdShift } = await run({}, 0, 20);
  for (const v of potential.values) expect(v).toBe(published.rest);
  for (const shift of thresholdShift.values) expect(shift).toBe(thresholdShift.values[0]);
});

/** A current that grows for a time, in ms, and then stays, as one sample per ms. */
const ramp = (to: number, time: number) => ({
  series: Float64Array.from({ length: time + 1 }, (_, k) => (to * k) / time),
  interval: 1,
  after: "hold",
});

/**
 * A current that grows slowly, so that the potential follows it, reaches the rheobase where the potential meets the
 * threshold at that potential.
 */
test("a slow ramp of the current causes the first spike where the potential equals its lasting threshold", async () => {
  const expected = zeroOf((v) => v - lasting(v), -60, 20);
  const { outSpikes } = await run({}, ramp(600, 30_000), 30_000, 0.5);
  const current = 0.02 * outSpikes.times()[0]!;
  expect(Math.abs(published.rest + 0.1 * current - expected)).toBeLessThan(0.05);
});

/**
 * With sharp inactivation and a potential that rises at a constant slope, the threshold has the closed form of
 * Platkiewicz and Brette 2011, section "Slope-threshold relationship".
 */
test.each([0.5, 1, 2, 4])("a potential that rises by %d mV/ms spikes at the published threshold", async (rise) => {
  const { half, coupling, base, tau } = published;
  const followed = (v: number): number => {
    const above = v - half;
    return base + coupling * (above - rise * tau * -Math.expm1(-above / (rise * tau)));
  };
  const expected = zeroOf((v) => v - followed(v), -55, 100);
  // Without a leak, R·I/tau is the slope.
  const config = { inactivationSlope: 0.01, potentialTau: 1e6, resistance: 1, resetShare: 0 };
  const { outSpikes, potential } = await run(config, rise * 1e6, 200, 0.01);
  const step = outSpikes.steps[0]!;
  expect(Math.abs(potential.values[step - 1]! - expected)).toBeLessThan(0.05);
});

test("below a coupling of 1, every larger current makes the soma spike; from 1 on, it falls silent", async () => {
  const lateSpikes = async (inactivationCoupling: number, current: number): Promise<number> => {
    // Without a reset, the potential stays where it is, as in a depolarisation block.
    const { outSpikes } = await run({ inactivationCoupling, resetShare: 0 }, ramp(current, 2000), 3000, 0.5);
    return [...outSpikes.times()].filter((time) => time > 2500).length;
  };
  for (const current of [1000, 3000, 100_000]) {
    expect(await lateSpikes(5 / 6, current)).toBeGreaterThan(10);
    expect(await lateSpikes(1.2, current)).toBe(0);
  }
});

test("resetShare is the share of the way to the reset", async () => {
  const { outSpikes, potential } = await run({ resetShare: 0.25, potentialReset: -100 }, 5000, 1, 0.5);
  expect([...outSpikes.steps]).toEqual([1]);
  const before = -70 + 500 * -Math.expm1(-0.5 / 5);
  expect(potential.values[0]).toBeCloseTo(before + 0.25 * (-100 - before), 9);
});

test("each spike raises all parts of the threshold, which decay with their time constants", async () => {
  const parts = [
    { delta: 3, tau: 4 },
    { delta: 2, tau: 50 },
    { delta: 0.5, tau: 5000 },
  ] as const;
  const [fast, slow, verySlow] = parts;
  const { outSpikes, thresholdShift } = await run(
    {
      fastDelta: fast.delta,
      fastTau: fast.tau,
      slowDelta: slow.delta,
      slowTau: slow.tau,
      verySlowDelta: verySlow.delta,
      verySlowTau: verySlow.tau,
      inactivationCoupling: 0,
    },
    { step: { from: 0, to: 10, amplitude: 250 } },
    60,
    0.1,
  );
  const times = [...outSpikes.times()];
  expect(times.length).toBeGreaterThan(0);
  const left = (time: number): number =>
    parts.reduce((sum, { delta, tau }) => sum + delta * Math.exp(-(60 - time) / tau), 0);
  expect(thresholdShift.values.at(-1)).toBeCloseTo(
    times.reduce((sum, time) => sum + left(time), 0),
    9,
  );
});

test("the very slow part lowers the rate over seconds, and nothing else does", async () => {
  /** Spikes in two seconds from each of these times on, ms. */
  const countsOf = async (verySlowDelta: number): Promise<number[]> => {
    const config = { potentialTau: 20, inactivationCoupling: 0, verySlowDelta, verySlowTau: 8000 };
    const { outSpikes } = await run(config, 400, 20_000, 0.1);
    const times = [...outSpikes.times()];
    return [1000, 6000, 18_000].map((from) => times.filter((time) => time >= from && time < from + 2000).length);
  };
  const [early, later, late] = await countsOf(0.02);
  expect(later).toBeLessThan(0.9 * early!);
  expect(late).toBeLessThan(later!);
  expect(late).toBeGreaterThan(0.3 * early!);
  const constant = await countsOf(0);
  expect(Math.max(...constant) - Math.min(...constant)).toBeLessThanOrEqual(1);
});
