import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../errors/errors.ts";
import {
  isiDistance,
  isiProfile,
  spikeDistance,
  spikeProfile,
  vanRossumDistance,
  victorPurpuraDistance,
} from "./index.ts";

describe("van Rossum distance", () => {
  test("two single spikes by hand", () => {
    // D² = ½ + ½ − exp(−10/20).
    expect(vanRossumDistance([0], [10], { tau: 20 })).toBeCloseTo(Math.sqrt(1 - Math.exp(-0.5)), 14);
    expect(vanRossumDistance([5], [], { tau: 20 })).toBeCloseTo(Math.SQRT1_2, 14);
    expect(vanRossumDistance([], [], { tau: 20 })).toBe(0);
  });

  test("a long time constant compares counts, a short one coincidences", () => {
    // All kernels equal: D² = ½(3 − 1)² = 2. No overlap: 5 spikes, one equal pair: ½·(5 − 2) = 1.5.
    expect(vanRossumDistance([1, 2, 3], [2], { tau: 1e12 })).toBeCloseTo(Math.sqrt(2), 9);
    expect(vanRossumDistance([1, 200, 300], [200, 500], { tau: 0.1 })).toBeCloseTo(Math.sqrt(1.5), 12);
  });

  test("times far before 0 do not overflow", () => {
    expect(vanRossumDistance([-1e6], [-1e6 + 1], { tau: 1 })).toBeCloseTo(Math.sqrt(1 - Math.exp(-1)), 12);
  });

  test("the pass over the trains equals the integral of the squared difference", () => {
    const first = [3, 10, 11];
    const second = [4, 30];
    const tau = 5;
    const filtered = (times: number[], t: number) =>
      times.reduce((sum, time) => sum + (t > time ? Math.exp((time - t) / tau) : 0), 0);
    const width = 0.001;
    let integral = 0;
    for (let t = width / 2; t < 200; t += width) integral += (filtered(first, t) - filtered(second, t)) ** 2 * width;
    expect(vanRossumDistance(first, second, { tau }) ** 2).toBeCloseTo(integral / tau, 6);
  });
});

describe("Victor–Purpura distance", () => {
  test("a shift costs q·t while this is less than to delete and insert", () => {
    // 0.1·5 = 0.5; 0.1·30 = 3 > 2.
    expect(victorPurpuraDistance([10], [15], { cost: 0.1 })).toBeCloseTo(0.5, 14);
    expect(victorPurpuraDistance([10], [40], { cost: 0.1 })).toBe(2);
    // Shift 10 to 12 (0.2), delete 50 (1), keep 90.
    expect(victorPurpuraDistance([10, 50, 90], [12, 90], { cost: 0.1 })).toBeCloseTo(1.2, 14);
  });

  test("q = 0 gives the difference of the counts, a large q counts spikes without an equal", () => {
    expect(victorPurpuraDistance([1, 2, 3], [50], { cost: 0 })).toBe(2);
    expect(victorPurpuraDistance([1, 2, 3], [2, 5], { cost: 1e9 })).toBe(3);
  });

  test("no ordered pairing is cheaper", () => {
    const cheapest = (one: readonly number[], two: readonly number[], cost: number): number => {
      if (one.length === 0 || two.length === 0) return one.length + two.length;
      return Math.min(
        1 + cheapest(one.slice(1), two, cost),
        1 + cheapest(one, two.slice(1), cost),
        cost * Math.abs(one[0]! - two[0]!) + cheapest(one.slice(1), two.slice(1), cost),
      );
    };
    fc.assert(
      fc.property(train(5), train(5), fc.constantFrom(0, 0.01, 0.1, 1), (one, two, cost) => {
        expect(victorPurpuraDistance(one, two, { cost })).toBeCloseTo(cheapest(one, two, cost), 12);
      }),
    );
  });
});

describe("ISI-distance", () => {
  test("two clocks of 10 and 20 ms differ by half everywhere", () => {
    // |10 − 20|/20 = 0.5.
    expect(isiDistance([10, 20, 30, 40], [20, 40], { to: 50 })).toBeCloseTo(0.5, 14);
  });

  test("an edge interval is the longer of the distance to the border and the neighbouring interval", () => {
    // First train: 0–30 (longer than 10), 30–40, 40–100: 30, 10, 60. Second, empty: 100 throughout.
    const { times, values } = isiProfile([30, 40], [], { to: 100 });
    expect([...times]).toEqual([0, 30, 40, 100]);
    expect([...values]).toEqual([0.7, 0.9, 0.4]);
    // (30·0.7 + 10·0.9 + 60·0.4)/100 = (21 + 9 + 24)/100.
    expect(isiDistance([30, 40], [], { to: 100 })).toBeCloseTo(0.54, 14);
  });
});

describe("SPIKE-distance", () => {
  test("two single spikes by hand", () => {
    // 40 and 60 ms in 0–100. Each spike is 20 ms from the other train's spike, and so are the auxiliary spikes next to
    // it, so S₁ = S₂ = 20 throughout and S(t) = 20·(ν₁ + ν₂)/(2·((ν₁ + ν₂)/2)²) = 40/(ν₁ + ν₂). 0–40: ν = 40, 60;
    // 40–60: 60, 60; 60–100: 60, 40.  (40·0.4 + 20·40/120 + 40·0.4)/100.
    expect(spikeDistance([40], [60], { to: 100 })).toBeCloseTo((16 + 20 / 3 + 16) / 100, 14);
  });

  test("a single spike exactly at either end follows the same rule", () => {
    // PySpike 0.9.0 gives 0.131429 for the spike at the end, but 0.143673 for its mirror image.
    const atEnd = spikeDistance([100], [15, 90], { to: 100 });
    expect(atEnd).toBeCloseTo(0.13142857142857142, 14);
    expect(spikeDistance([0], [10, 85], { to: 100 })).toBeCloseTo(atEnd, 14);
  });
});

interface GoldenPair {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly first: number[];
  readonly second: number[];
  readonly isi: number;
  readonly spike: number;
  readonly isiProfile: { readonly times: number[]; readonly values: number[] };
  readonly spikeProfile: { readonly times: number[]; readonly starts: number[]; readonly ends: number[] };
}

describe("PySpike", () => {
  const file = new URL("../../test/golden/pyspike.json", import.meta.url);
  const pairs: readonly GoldenPair[] = JSON.parse(readFileSync(file, "utf8")).pairs;
  const expectClose = (received: ArrayLike<number>, expected: readonly number[]): void => {
    expect(received.length).toBe(expected.length);
    expected.forEach((value, index) => {
      expect(Math.abs(received[index]! - value)).toBeLessThan(1e-9);
    });
  };

  test.each(pairs)("gives the same distances and profiles: $name", ({ first, second, from, to, ...golden }) => {
    expectClose([isiDistance(first, second, { from, to })], [golden.isi]);
    expectClose([spikeDistance(first, second, { from, to })], [golden.spike]);
    const isi = isiProfile(first, second, { from, to });
    expectClose(isi.times, golden.isiProfile.times);
    expectClose(isi.values, golden.isiProfile.values);
    const spike = spikeProfile(first, second, { from, to });
    expectClose(spike.times, golden.spikeProfile.times);
    expectClose(spike.starts, golden.spikeProfile.starts);
    expectClose(spike.ends, golden.spikeProfile.ends);
  });
});

const train = (maxLength: number) =>
  fc.uniqueArray(fc.integer({ min: 0, max: 80 }), { maxLength }).map((times) => times.sort((a, b) => a - b));

const distances: readonly (readonly [string, (one: number[], two: number[], scale: number) => number])[] = [
  ["vanRossumDistance", (one, two, scale) => vanRossumDistance(one, two, { tau: 10 * scale })],
  ["victorPurpuraDistance", (one, two, scale) => victorPurpuraDistance(one, two, { cost: 0.1 / scale })],
  ["isiDistance", (one, two, scale) => isiDistance(one, two, { to: 80 * scale })],
  ["spikeDistance", (one, two, scale) => spikeDistance(one, two, { to: 80 * scale })],
];

describe.each(distances)("%s", (name, distance) => {
  test("is symmetric, 0 for equal trains, and invariant to scaling and reversal of time", () => {
    fc.assert(
      fc.property(train(10), train(10), fc.constantFrom(0.5, 3), (one, two, scale) => {
        const value = distance(one, two, 1);
        const stretch = (times: number[]) => times.map((time) => scale * time);
        const reverse = (times: number[]) => times.map((time) => 80 - time).reverse();
        expect(value).toBeGreaterThanOrEqual(0);
        expect(distance(two, one, 1)).toBeCloseTo(value, 7);
        expect(distance(one, one, 1)).toBe(0);
        expect(distance(stretch(one), stretch(two), scale)).toBeCloseTo(value, 7);
        expect(distance(reverse(one), reverse(two), 1)).toBeCloseTo(value, 7);
      }),
      { numRuns: 300 },
    );
  });

  test("refuses times that are not ascending or not finite, by position", () => {
    expect(() => distance([1], [3, 2], 1)).toThrow(ConfigError);
    expect(() => distance([1], [3, 2], 1)).toThrow(
      `${name}.second[1] must not be earlier than the spike before it, 3 ms`,
    );
    expect(() => distance([Number.NaN], [], 1)).toThrow(`${name}.first[0] must be a finite time; received NaN ms.`);
  });
});

test("the two metrics obey the triangle inequality", () => {
  fc.assert(
    fc.property(train(8), train(8), train(8), (one, two, three) => {
      for (const [, distance] of distances.slice(0, 2)) {
        expect(distance(one, three, 1)).toBeLessThanOrEqual(distance(one, two, 1) + distance(two, three, 1) + 1e-7);
      }
    }),
  );
});

test.each([
  [
    "tau of 0",
    () => vanRossumDistance([], [], { tau: 0 }),
    "vanRossumDistance.tau must be a finite number greater than 0 ms; received 0 ms",
  ],
  [
    "a negative cost",
    () => victorPurpuraDistance([], [], { cost: -1 }),
    "victorPurpuraDistance.cost must be a finite number of at least 0 per ms; received -1 per ms",
  ],
  [
    "an empty window",
    () => isiDistance([], [], { from: 5, to: 5 }),
    "isiDistance.to must be finite and greater than from, 5 ms; received 5 ms",
  ],
  [
    "a window before it starts",
    () => spikeDistance([], [], { to: -1 }),
    "spikeDistance.to must be finite and greater than from, 0 ms",
  ],
  [
    "a spike outside",
    () => isiProfile([9], [], { to: 8 }),
    "isiProfile.first[0] must lie in the window from 0 ms to 8 ms; received 9 ms",
  ],
  [
    "a repeated spike",
    () => spikeProfile([], [2, 2], { to: 8 }),
    "spikeProfile.second[1] must be later than the spike before it, 2 ms",
  ],
])("%s is refused", (_, compute, sentence) => {
  expect(compute).toThrow(ConfigError);
  expect(compute).toThrow(sentence);
});
