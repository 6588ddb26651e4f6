import { expect, test } from "vitest";
import { simulate } from "../run/simulate.ts";
import { GeneralizedIntegrateAndFireSoma, SpikeResponseSoma } from "./escape.ts";

const dt = 0.5;
/** Few units for a long time, since the last interval of each is unfinished. */
const units = 20;
const duration = 8000;

/**
 * The integrated rates between the spikes of each unit. If the rates are right, they follow the exponential
 * distribution of mean 1: the time-rescaling theorem. Brown et al. 2002, Neural Comput. 14, 325.
 */
const rescaled = (
  spikes: { readonly steps: ArrayLike<number>; readonly units: ArrayLike<number> },
  hazard: (row: number, unit: number) => number,
  rows: number,
): number[] => {
  const fired = new Set(Array.from(spikes.steps, (step, k) => (step - 1) * units + spikes.units[k]!));
  const found: number[] = [];
  for (let unit = 0; unit < units; unit++) {
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      const rate = hazard(row, unit);
      if (!fired.has(row * units + unit)) sum += rate;
      else {
        // Within the step of a spike, the event is uniform in the integrated rate that makes a spike certain enough.
        found.push(sum + drawnWithin(rate, found.length));
        sum = 0;
      }
    }
  }
  return found;
};

/** An exponential number below a bound, from a fixed sequence of quantiles. */
const drawnWithin = (bound: number, k: number): number => {
  const quantile = (k * 0.618_033_988_75) % 1;
  return -Math.log1p(-quantile * -Math.expm1(-bound));
};

const expectExponential = (values: readonly number[]): void => {
  expect(values.length).toBeGreaterThan(1500);
  const sorted = [...values].sort((a, b) => a - b);
  // Distance of Kolmogorov and Smirnov; 1.95/√n is exceeded once in a thousand.
  const distance = Math.max(...sorted.map((value, k) => Math.abs(-Math.expm1(-value) - (k + 0.5) / sorted.length)));
  expect(distance).toBeLessThan(1.95 / Math.sqrt(sorted.length));
};

test("the spikes of the spike response model have the rate that its potential gives", async () => {
  const config = { threshold: -55, escapeRate: 0.05, escapeSlope: 3, afterpotential: -10, units: [units] };
  const run = await simulate(SpikeResponseSoma(config), {
    duration,
    dt,
    dtype: "f64",
    inputs: { current: 120 },
    record: { outSpikes: true, response: true, after: true },
  });
  const decay = Math.exp(-dt / 15);
  const at = (values: ArrayLike<number>, row: number, unit: number): number =>
    row < 0 ? 0 : values[row * units + unit]!;
  const hazard = (row: number, unit: number): number => {
    const potential = -70 + at(run.response.values, row, unit) + decay * at(run.after.values, row - 1, unit);
    return dt * 0.05 * Math.exp((potential + 55) / 3);
  };
  expectExponential(rescaled(run.outSpikes, hazard, duration / dt));
});

test("the spikes of the generalized soma have the rate that its potential and threshold give", async () => {
  const config = {
    ...{ threshold: -50, escapeRate: 0.05, escapeSlope: 2, cooldown: 4, units: [units] },
    ...{ fastThresholdDelta: 5, slowThresholdDelta: 2, fastCurrentDelta: 20, slowCurrentDelta: 5 },
  };
  const run = await simulate(GeneralizedIntegrateAndFireSoma(config), {
    duration,
    dt,
    dtype: "f64",
    inputs: { current: 100 },
    record: {
      outSpikes: true,
      potential: true,
      fastThreshold: true,
      slowThreshold: true,
      age: true,
      fastCurrent: true,
      slowCurrent: true,
    },
  });
  const at = (values: ArrayLike<number>, row: number, unit: number): number =>
    row < 0 ? 0 : values[row * units + unit]!;
  const rise = -Math.expm1(-dt / 20);
  const hazard = (row: number, unit: number): number => {
    const age = row === 0 ? 8 : run.age.values[(row - 1) * units + unit]!;
    if (age < 8) return 0;
    const before = row === 0 ? -70 : run.potential.values[(row - 1) * units + unit]!;
    const drive = 100 - at(run.fastCurrent.values, row - 1, unit) - at(run.slowCurrent.values, row - 1, unit);
    const potential = before + rise * (-70 + 0.25 * drive - before);
    const shift = at(run.fastThreshold.values, row - 1, unit) + at(run.slowThreshold.values, row - 1, unit);
    return dt * 0.05 * Math.exp((potential + 50 - shift) / 2);
  };
  expectExponential(rescaled(run.outSpikes, hazard, duration / dt));
});

test("at rest, the generalized soma is a Poisson process with a dead time", async () => {
  const config = { potentialReset: -70, threshold: -68, escapeRate: 0.1, escapeSlope: 2, cooldown: 5, units: [2000] };
  const run = await simulate(GeneralizedIntegrateAndFireSoma(config), {
    duration: 1000,
    dt: 0.1,
    record: { outSpikes: true },
  });
  const rate = 0.1 * Math.exp(-1);
  const mean = run.outSpikes.count / (2000 * 1000);
  // The soma is ready again one step after the dead time; the first interval has no dead time.
  const expected = 1 / (1 / rate + 5 + 0.1 / 2);
  expect(Math.abs(mean / expected - 1)).toBeLessThan(0.02);
});
