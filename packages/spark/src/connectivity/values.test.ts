import { describe, expect, test } from "vitest";
import { describeEach } from "../../test/conformance/backends.test-support.ts";
import { doubles } from "../math/doubles.ts";
import { normalPair } from "../math/threefry.ts";
import { built, chiSquare, chiSquareDeviation, drawsOf, listed, wiringOf } from "./connectivity.test-support.ts";
import { LONGEST } from "./delays.ts";
import { allToAll, fixedInDegree, fixedTotalNumber } from "./rule.ts";
import { byDistance, bySource, byTarget, type SynapseValues } from "./values.ts";

const many = fixedTotalNumber({ total: 200_000 });
const delaysFor = (delays: SynapseValues): number[] => listed(built(wiringOf(many, { delays }))).delays;
const weightsFor = (weights: SynapseValues, seed = 7): number[] =>
  listed(built(wiringOf(many, { weights, seed }))).weights;

/** Midpoint integration of a density over [low, high]. */
const integral = (density: (x: number) => number, low: number, high: number): number => {
  const cells = 2000;
  let sum = 0;
  for (let k = 0; k < cells; k++) sum += density(low + ((k + 0.5) * (high - low)) / cells);
  return (sum * (high - low)) / cells;
};
const bell = (mean: number, std: number) => (x: number) =>
  Math.exp(-0.5 * ((x - mean) / std) ** 2) / (std * Math.sqrt(2 * Math.PI));

describe("drawn delays", () => {
  test.each<[string, SynapseValues, (x: number) => number, number]>([
    ["normal", { normal: { mean: 1.5, std: 0.75, min: 0.05 } }, bell(1.5, 0.75), 0.05],
    [
      "normal, bounded",
      { normal: { mean: 1.5, std: 0.75, min: 1, max: 2.02 } },
      (x) => (x < 2.02 ? bell(1.5, 0.75)(x) : 0),
      1,
    ],
    ["logNormal", { logNormal: { median: 1, sigma: 0.4 } }, (x) => bell(0, 0.4)(Math.log(x)) / x, 0],
    ["uniform", { uniform: { min: 0.5, max: 2 } }, (x) => (x < 2 ? 1 : 0), 0.5],
  ])("%s has the rounded distribution", (_, delays, density, min) => {
    const drawn = delaysFor(delays);
    const counts = new Array<number>(150).fill(0);
    for (const steps of drawn) counts[steps]!++;
    const free = counts.map((_, steps) => {
      const low = Math.max(min, (steps - 0.5) * 0.1);
      const high = (steps + 0.5) * 0.1;
      return high > low && steps > 0 ? integral(density, low, high) : 0;
    });
    const all = free.reduce((a, b) => a + b, 0);
    const expected = free.map((p) => (p / all) * drawn.length);
    const kept = [...counts.keys()].filter((steps) => expected[steps]! > 10);
    counts.forEach((count, steps) => {
      if (expected[steps] === 0) expect(count).toBe(0);
    });
    const value = chiSquare(
      kept.map((steps) => counts[steps]!),
      (k) => expected[kept[k]!]!,
    );
    expect(kept.length).toBeGreaterThan(9);
    expect(Math.abs(chiSquareDeviation(value, kept.length - 1))).toBeLessThan(4);
  });

  test("are clipped to one step, and counted", () => {
    const { delays, clipped } = listed(built(wiringOf(many, { delays: { normal: { mean: 0.1, std: 0.1 } } })));
    const share = 0.30853753872598; // of a standard normal number below -0.5
    expect(delays.reduce((a, b) => Math.min(a, b))).toBe(1);
    expect(Math.abs(clipped - 200_000 * share)).toBeLessThan(4 * Math.sqrt(200_000 * share * (1 - share)));
  });

  test("of no spread are constant", () => {
    expect(new Set(delaysFor({ normal: { mean: 1.5, std: 0 } }))).toEqual(new Set([15]));
    expect(new Set(delaysFor({ logNormal: { median: 1.5, sigma: 0, min: 1 } }))).toEqual(new Set([15]));
  });

  test("say every delay that can occur", () => {
    const synapses = built(wiringOf(many, { delays: { uniform: { min: 0.5, max: 0.9 } } }));
    expect([...synapses.delays]).toEqual([5, 6, 7, 8, 9]);
    expect(new Set(listed(synapses).delays)).toEqual(new Set([5, 6, 7, 8, 9]));
  });

  test("are independent of weights and partners", () => {
    const { delays, weights, targets } = listed(
      built(wiringOf(many, { delays: { normal: { mean: 5, std: 1 } }, weights: { normal: { mean: 0, std: 1 } } })),
    );
    for (const other of [weights, targets])
      expect(Math.abs(correlation(delays, other))).toBeLessThan(4 / Math.sqrt(200_000));
    const next = delays.slice(1).concat(delays[0]!);
    expect(Math.abs(correlation(delays, next))).toBeLessThan(4 / Math.sqrt(200_000));
  });
});

const correlation = (a: readonly number[], b: readonly number[]): number => {
  const mean = (list: readonly number[]): number => list.reduce((x, y) => x + y, 0) / list.length;
  const ma = mean(a);
  const mb = mean(b);
  const sum = (f: (k: number) => number): number => a.reduce((total, _, k) => total + f(k), 0);
  const covariance = sum((k) => (a[k]! - ma) * (b[k]! - mb));
  return covariance / Math.sqrt(sum((k) => (a[k]! - ma) ** 2) * sum((k) => (b[k]! - mb) ** 2));
};

describe("drawn weights", () => {
  test("normal ones have their mean, spread and neighbours", () => {
    const weights = weightsFor({ normal: { mean: 87.8, std: 8.78 } });
    const n = weights.length;
    const mean = weights.reduce((a, b) => a + b, 0) / n;
    const variance = weights.reduce((a, b) => a + (b - mean) ** 2, 0) / n;
    expect(Math.abs(mean - 87.8)).toBeLessThan((4 * 8.78) / Math.sqrt(n));
    expect(Math.abs(variance / 8.78 ** 2 - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    const even = weights.filter((_, k) => k % 2 === 0);
    const odd = weights.filter((_, k) => k % 2 === 1);
    expect(Math.abs(correlation(even, odd))).toBeLessThan(4 / Math.sqrt(n / 2));
    expect(
      Math.abs(
        correlation(
          even.map((w) => (w - mean) ** 2),
          odd.map((w) => (w - mean) ** 2),
        ),
      ),
    ).toBeLessThan(4 / Math.sqrt(n / 2));
  });

  test.each<[string, SynapseValues, (x: number) => number, number, number]>([
    ["normal within bounds", { normal: { mean: 1, std: 1, min: 0, max: 2.5 } }, bell(1, 1), 0, 2.5],
    ["logNormal", { logNormal: { median: 1, sigma: 0.5, max: 3 } }, (x) => bell(0, 0.5)(Math.log(x)) / x, 0, 3],
    ["uniform", { uniform: { min: -1, max: 3 } }, () => 1, -1, 3],
  ])("%s ones have their distribution", (_, values, density, min, max) => {
    const weights = weightsFor(values);
    const bins = 40;
    const counts = new Array<number>(bins).fill(0);
    for (const weight of weights) counts[Math.floor(((weight - min) / (max - min)) * bins)]!++;
    const width = (max - min) / bins;
    const free = counts.map((_, k) => integral(density, min + k * width, min + (k + 1) * width));
    const all = free.reduce((a, b) => a + b, 0);
    const value = chiSquare(counts, (k) => (free[k]! / all) * weights.length);
    expect(Math.abs(chiSquareDeviation(value, bins - 1))).toBeLessThan(4);
  });

  test("bounds change those outside of them alone", () => {
    const free = weightsFor({ normal: { mean: 1, std: 1 } });
    const kept = weightsFor({ normal: { mean: 1, std: 1, min: 0 } });
    expect(kept.every((weight, k) => (free[k]! >= 0 ? weight === free[k] : weight >= 0))).toBe(true);
  });

  test("sparse ones are 0, or uniform with the probability of their density", () => {
    const weights = weightsFor({ sparseUniform: { scale: -4, density: 0.3 } });
    const nonzero = weights.filter((weight) => weight !== 0);
    const spread = Math.sqrt(weights.length * 0.3 * 0.7);
    expect(Math.abs(nonzero.length - 0.3 * weights.length)).toBeLessThan(4 * spread);
    const counts = new Array<number>(40).fill(0);
    for (const weight of nonzero) counts[Math.floor(-10 * weight)]!++;
    const value = chiSquare(counts, () => nonzero.length / 40);
    expect(Math.abs(chiSquareDeviation(value, 39))).toBeLessThan(4);
    expect(new Set(weightsFor({ sparseUniform: { scale: 4, density: 0 } }))).toEqual(new Set([0]));
    expect(weightsFor({ sparseUniform: { scale: 4, density: 1 } })).not.toContain(0);
  });

  test("leave pairs and delays as they are", () => {
    const delays = { normal: { mean: 5, std: 1 } };
    const plain = listed(built(wiringOf(many, { delays })));
    const drawn = listed(built(wiringOf(many, { delays, weights: { uniform: { min: 0, max: 1 } } })));
    expect([drawn.sources, drawn.targets, drawn.delays]).toEqual([plain.sources, plain.targets, plain.delays]);
  });
});

test("values of source and target units, and by distance", () => {
  const positions = (units: number): number[][] => Array.from({ length: units }, (_, k) => [0, 3 * k, 4 * k]);
  const wiring = wiringOf(allToAll(), {
    source: { units: 3, positions: positions(3) },
    target: { units: 2, positions: positions(2) },
  });
  const weights = (values: SynapseValues): number[] => listed(built({ ...wiring, weights: values })).weights;
  const delays = (values: SynapseValues): number[] => listed(built({ ...wiring, delays: values })).delays;
  expect(weights(bySource([1, 2, 3]))).toEqual([1, 1, 2, 2, 3, 3]);
  expect(weights(byTarget([1, 2]))).toEqual([1, 2, 1, 2, 1, 2]);
  expect(weights(byDistance({ offset: 8, slope: -1, min: 0 }))).toEqual([8, 3, 3, 8, 0, 3]);
  expect(delays(bySource([0.1, 0.2, 0.3]))).toEqual([1, 1, 2, 2, 3, 3]);
  expect(delays(byTarget([0.1, 0.24]))).toEqual([1, 2, 1, 2, 1, 2]);
  expect(delays(byDistance({ offset: 0.5, slope: 0.1, max: 1.2 }))).toEqual([5, 10, 10, 5, 12, 10]);
  expect([...built({ ...wiring, delays: byDistance({ offset: 0.5, slope: 0.02 }) }).delays]).toEqual([5, 6, 7]);
});

test("lists give one value per synapse, in the rule's order", () => {
  const wiring = wiringOf(fixedInDegree({ inDegree: 2 }), { targets: 3, weights: [1, 2, 3, 4, 5, 6] });
  const { targets, weights } = listed(built(wiring));
  expect(targets).toEqual([0, 0, 1, 1, 2, 2]);
  expect(weights).toEqual([1, 2, 3, 4, 5, 6]);
});

test("constant delays are rounded to nearest, which is said; the longest is refused beyond 65 535 steps", () => {
  const synapses = built(wiringOf(many, { delays: 1.57 }));
  expect([...synapses.delays]).toEqual([16]);
  expect(synapses.notes).toEqual([
    "brain.projection.delays of 1.57 ms is not a whole number of steps of 0.1 ms; taken as 16 steps.",
  ]);
  expect(built(wiringOf(many, { delays: 1.5 })).notes).toEqual([]);
  expect([...built(wiringOf(many, { delays: LONGEST * 0.1 })).delays]).toEqual([LONGEST]);
});

describeEach("draws the same values:", ({ engine }) => {
  test.each<[string, SynapseValues]>([
    ["uniform", { uniform: { min: 0.5, max: 7 } }],
    ["normal", { normal: { mean: 1.5, std: 0.75 } }],
    ["normal, bounded", { normal: { mean: 1.5, std: 0.75, min: 1, max: 2.02 } }],
    ["logNormal", { logNormal: { median: 1, sigma: 0.4, max: 2 } }],
    ["sparseUniform", { sparseUniform: { scale: 3, density: 0.2 } }],
  ])("%s", (_, values) => {
    const delays = "sparseUniform" in (values as object) ? 1 : values;
    const wiring = wiringOf(fixedTotalNumber({ total: 3000 }), { weights: values, delays });
    const draws = drawsOf(512, engine().drawer);
    expect(listed(built(wiring, draws))).toEqual(listed(built(wiring)));
    draws.dispose();
  });
});

test("no normal number is larger than the bound of the weights", () => {
  const { reachedWeights } = built(wiringOf(many, { weights: { normal: { mean: 0, std: 1 } } }));
  // The smallest uniform number gives the largest radius, and the angle 0 gives all of it to the cosine.
  const [largest] = normalPair(doubles, [0, 0]);
  expect(largest / reachedWeights[0]!).toBeCloseTo(1, 3);
  expect(largest).toBeLessThanOrEqual(reachedWeights[0]!);
});
