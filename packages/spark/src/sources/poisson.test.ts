import { describe, expect, test } from "vitest";
import { ConfigError } from "../errors/errors.ts";
import { simulate } from "../run/simulate.ts";
import { spikesOf } from "./drawn.test-support.ts";
import { PoissonSource } from "./index.ts";

/* Draws are counted, so these are always the same spikes. The bounds fail for one correct seed in 10^6. */

const UNITS = 200;
const STEPS = 20_000;
const P = 0.02;
/** 20 Hz at 1 ms. */
const rows = spikesOf(PoissonSource({ units: [UNITS], rate: 20 }), { dt: 1, steps: STEPS });
const perUnit = new Float64Array(UNITS);
const perStep = rows.map((spiking) => spiking.length);
for (const spiking of rows) for (const unit of spiking) perUnit[unit]!++;
const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
const variance = (values: ArrayLike<number>): number => {
  const middle = mean(values);
  return Array.from(values).reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
};
/** All but one in a million normal numbers lie within this range. */
const SIGMAS = 4.9;

describe("Poisson spikes", () => {
  test("have the configured rate", () => {
    const total = perStep.reduce((a, b) => a + b, 0);
    const trials = UNITS * STEPS;
    expect(Math.abs(total - trials * P)).toBeLessThan(SIGMAS * Math.sqrt(trials * P * (1 - P)));
  });

  test("vary between units and steps like independent spikes", () => {
    for (const [counts, expected] of [
      [perUnit, STEPS * P * (1 - P)],
      [perStep, UNITS * P * (1 - P)],
    ] as const) {
      const spread = Math.sqrt(2 / (counts.length - 1));
      expect(Math.abs(variance(counts) / expected - 1)).toBeLessThan(SIGMAS * spread);
    }
  });

  test("have intervals of the geometric distribution", () => {
    const last = new Int32Array(UNITS).fill(-1);
    const intervals: number[] = [];
    rows.forEach((spiking, step) => {
      for (const unit of spiking) {
        if (last[unit]! >= 0) intervals.push(step - last[unit]!);
        last[unit] = step;
      }
    });
    // Twenty bins of about equal probability; the last one is open.
    const edges = Array.from({ length: 19 }, (_, k) => Math.round(Math.log(1 - (k + 1) / 20) / Math.log(1 - P)));
    const below = (edge: number): number => 1 - (1 - P) ** edge;
    const counts = new Array<number>(20).fill(0);
    for (const interval of intervals) counts[edges.filter((edge) => interval > edge).length]!++;
    const chance = counts.map((_, k) => (k < 19 ? below(edges[k]!) : 1) - (k === 0 ? 0 : below(edges[k - 1]!)));
    const chi = counts.reduce(
      (sum, n, k) => sum + (n - intervals.length * chance[k]!) ** 2 / (intervals.length * chance[k]!),
      0,
    );
    // χ² with 19 degrees of freedom exceeds 63.2 once in a million.
    expect(chi).toBeLessThan(63.2);
  });

  test("are independent between neighbours and successive steps", () => {
    const trials = UNITS * (STEPS - 1);
    const together = rows.reduce(
      (sum, spiking) => sum + spiking.filter((unit) => spiking.includes(unit + 1)).length,
      0,
    );
    const again = rows.reduce(
      (sum, spiking, k) => sum + (k === 0 ? 0 : spiking.filter((unit) => rows[k - 1]!.includes(unit)).length),
      0,
    );
    const bound = SIGMAS * Math.sqrt(trials * P * P);
    expect(Math.abs(together - (UNITS - 1) * STEPS * P * P)).toBeLessThan(bound);
    expect(Math.abs(again - trials * P * P)).toBeLessThan(bound);
  });

  test("have no period: no lag at which they repeat", () => {
    const counts = perStep.map((count) => count - UNITS * P);
    const power = UNITS * P * (1 - P);
    for (let lag = 1; lag <= 2000; lag++) {
      let sum = 0;
      for (let k = lag; k < STEPS; k++) sum += counts[k]! * counts[k - lag]!;
      // One in a million over all two thousand lags: 5.6 sigmas.
      expect(Math.abs(sum) / (power * Math.sqrt(STEPS - lag)), `lag ${lag}`).toBeLessThan(6.2);
    }
  });

  test("are the same in both precisions and backends", () => {
    const config = { units: [70], rate: { uniform: { min: 0, max: 400 } } } as const;
    const [first, ...others] = (["f32", "f64"] as const).flatMap((precision) =>
      [false, true].map((interpreted) =>
        spikesOf(PoissonSource(config), { dt: 1, steps: 200, precision, interpreted }),
      ),
    );
    for (const other of others) expect(other).toEqual(first);
  });

  test("follow the rate of each unit, from none to one in every step", () => {
    const counts = new Float64Array(3);
    const source = PoissonSource({ units: [3], rate: [0, 1000, 500] });
    for (const spiking of spikesOf(source, { dt: 1, steps: 4000 })) for (const unit of spiking) counts[unit]!++;
    expect([...counts.subarray(0, 2)]).toEqual([0, 4000]);
    expect(Math.abs(counts[2]! - 2000)).toBeLessThan(SIGMAS * Math.sqrt(1000));
  });
});

describe("a Poisson source", () => {
  test("runs alone and is recorded like any population", async () => {
    const run = await simulate(PoissonSource({ units: [100], rate: 40 }), {
      duration: 1000,
      dt: 0.5,
      record: { outSpikes: true },
    });
    expect(Math.abs(run.outSpikes.count - 4000)).toBeLessThan(SIGMAS * Math.sqrt(4000));
  });

  test("has no membrane to step or drive", async () => {
    const { compile } = await import("../run/simulate.ts");
    const simulation = await compile(PoissonSource());
    expect(() => simulation.step()).toThrow(
      "Simulation.step was called for PoissonSource, which has no membrane. Use run().",
    );
    await expect(simulate(PoissonSource(), { duration: 1, inputs: { current: 5 } as never })).rejects.toThrow(
      "inputs must be omitted, because a PoissonSource has no input port. Remove it.",
    );
  });

  test("is refused if it would have to spike more than once per step", () => {
    const refused = (rate: number | number[], dt: number): Error => {
      try {
        PoissonSource({ rate }).build({}, { dt });
      } catch (error) {
        return error as Error;
      }
      throw new Error("It was accepted.");
    };
    expect(refused(20_000, 0.1)).toBeInstanceOf(ConfigError);
    expect(refused(20_000, 0.1).message).toBe(
      "PoissonSource.rate must give at most one spike per step; received 20000 Hz with dt 0.1 ms. Use a shorter dt, or PoissonDrive for many trains at once.",
    );
    expect(refused([5, 1001], 1).message).toContain("PoissonSource.rate[1] must give");
    expect(refused(-1, 1).message).toContain("PoissonSource.rate must be at least 0 Hz; received -1 Hz.");
  });
});
