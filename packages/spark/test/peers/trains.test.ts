import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makePopulation, shuffle } from "../../bench/peers/agreement.ts";
import { compareTrains } from "../../bench/peers/comparison.ts";
import { draws, replay, runOurs, trainsByUnit } from "../../bench/peers/trains.ts";

describe("replay", () => {
  const cases = (["strict", "refractory", "adaptive"] as const).flatMap((model) =>
    (["constant", "recorded"] as const).map((drive) => [model, drive] as const),
  );
  it.each(cases)("gives the spikes of the library for the %s soma and a %s current", async (model, drive) => {
    const population = makePopulation(model, drive, { units: 6, duration: 400 });
    const own = await runOurs(population, "f64");
    expect(own.flat().length).toBeGreaterThan(10);
    own.forEach((train, unit) => {
      const { spikes, margins } = replay(population, unit);
      expect(spikes).toEqual(train);
      for (const step of train) expect(margins[step]).toBeGreaterThan(0);
      // Wherever it is ready and above the threshold it fires.
      expect(margins.reduce((count, margin) => count + (margin > 0 ? 1 : 0), 0)).toBe(train.length);
    });
  });
});

describe("compareTrains", () => {
  const margins = (): Float64Array => Float64Array.from({ length: 100 }, (_, step) => step / 1000);

  it("finds equal trains equal", () => {
    const trains = [[3, 9], [], [5]];
    expect(compareTrains(trains, trains, margins)).toEqual({
      own: 3,
      theirs: 3,
      same: 3,
      units: 0,
      partings: [],
      margin: 0,
    });
  });

  it("looks into the first difference of each unit, the greatest margin first", () => {
    const found = compareTrains([[3, 9, 20], [5, 50], [7]], [[3, 10, 20], [5], [7]], margins);
    expect(found).toMatchObject({ own: 6, theirs: 5, same: 4, units: 2, margin: 0.05 });
    expect(found.partings).toEqual([
      { unit: 1, step: 50, by: "own", margin: 0.05 },
      { unit: 0, step: 9, by: "own", margin: 0.009 },
    ]);
  });

  it("takes a spike while refractory for the worst", () => {
    const deaf = (): Float64Array => new Float64Array(100).fill(Number.NaN);
    expect(compareTrains([[]], [[4]], deaf)).toMatchObject({ margin: Number.POSITIVE_INFINITY, units: 1 });
    expect(compareTrains([[]], [[4]], deaf).partings[0]).toMatchObject({ step: 4, by: "theirs" });
  });
});

it("sorts spikes by unit and refuses a unit that is not there", () => {
  expect(trainsByUnit([1, 2, 2], [1, 0, 1], 3)).toEqual([[2], [1, 2], []]);
  expect(() => trainsByUnit([1], [3], 3)).toThrow("a spike of unit 3; there are 3 units");
});

it("shuffles intervals and keeps their sum", () => {
  const trains = fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { maxLength: 30 });
  fc.assert(
    fc.property(trains, fc.integer(), (steps, seed) => {
      const train = [...steps].sort((a, b) => a - b);
      const shuffled = shuffle(train, draws(seed));
      const intervals = (list: readonly number[]): number[] =>
        list.map((step, k) => step - (list[k - 1] ?? 0)).sort((a, b) => a - b);
      expect(intervals(shuffled)).toEqual(intervals(train));
      expect(shuffled.at(-1)).toBe(train.at(-1));
    }),
  );
});

it("draws the same values from the same seed, in [0, 1)", () => {
  const first = draws(7);
  const second = draws(7);
  const values = Array.from({ length: 1000 }, () => first());
  expect(values).toEqual(Array.from({ length: 1000 }, () => second()));
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThan(1);
  expect(values.reduce((sum, value) => sum + value, 0) / 1000).toBeCloseTo(0.5, 1);
});
