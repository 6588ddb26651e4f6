import { describe, expect, test } from "vitest";
import { logRange, planSweep, range, type SweepOptions } from "./index.ts";

const soma = { model: { soma: "LeakySoma", units: [2] }, duration: 10, seed: 7 };
const runsOf = async (options: SweepOptions) =>
  (await planSweep(soma, options)).runs.map(({ overrides, seed }) => [
    ...Object.values(overrides),
    ...(seed === undefined ? [] : [seed]),
  ]);

describe("values", () => {
  test("are evenly spaced, without errors of the arithmetic", () => {
    expect(range(0, 0.3, 4)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(range(-8, -2, 13)[1]).toBe(-7.5);
    expect(logRange(1, 1000, 4)).toEqual([1, 10, 100, 1000]);
  });

  test("need two ends and a number", () => {
    expect(() => range(0, Number.NaN, 3)).toThrow("range.to must be a finite number; received NaN. Give a number.");
    expect(() => range(0, 1, 1)).toThrow(/count must be a whole number from 2 to 1000000; received 1/);
    expect(() => logRange(0, 1, 3)).toThrow(/from must be greater than 0 for a logarithmic range; received 0/);
  });
});

describe("a plan", () => {
  test("combines lists and seeds; seeds change fastest", async () => {
    const vary = { threshold: [-50, -49], resistance: [0.1, 0.2] };
    expect(await runsOf({ vary, seeds: 2 })).toEqual([
      [-50, 0.1, 7],
      [-50, 0.1, 8],
      [-50, 0.2, 7],
      [-50, 0.2, 8],
      [-49, 0.1, 7],
      [-49, 0.1, 8],
      [-49, 0.2, 7],
      [-49, 0.2, 8],
    ]);
    expect(await runsOf({ vary: { threshold: [-50], seed: [1, 5] } })).toEqual([
      [-50, 1],
      [-50, 5],
    ]);
  });

  test("combines points with lists, and samples intervals within their ends", async () => {
    expect(
      await runsOf({ points: [{ threshold: -50 }, { threshold: -40 }], vary: { resistance: [0.1, 0.2] } }),
    ).toHaveLength(4);
    const vary = { threshold: { from: -52, to: -42 }, resistance: { from: 0.01, to: 1, scale: "log" } } as const;
    const runs = (await runsOf({ vary, samples: { method: "latin", count: 40 } })) as number[][];
    expect(runs).toHaveLength(40);
    for (const [threshold, resistance] of runs) {
      expect(threshold).toBeGreaterThanOrEqual(-52);
      expect(threshold).toBeLessThanOrEqual(-42);
      expect(resistance).toBeGreaterThanOrEqual(0.01);
      expect(resistance).toBeLessThanOrEqual(1);
    }
    // Half of the samples of a logarithmic interval are below its geometric mean.
    expect(runs.filter(([, resistance]) => resistance! < 0.1)).toHaveLength(20);
  });

  test("is one run of the document if nothing varies", async () => {
    expect((await planSweep(soma, {})).runs).toEqual([{ index: 0, overrides: {} }]);
  });
});
