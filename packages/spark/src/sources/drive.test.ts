import { describe, expect, test } from "vitest";
import { checkUnits } from "../model/units.ts";
import { valuesOf } from "./drawn.test-support.ts";
import { PoissonDrive } from "./index.ts";

/** Logarithm of the probability of each count, from 0; logarithms allow any mean. */
const chances = (mean: number, terms: number): number[] => {
  let logFactorial = 0;
  return Array.from({ length: terms }, (_, k) => {
    if (k > 0) logFactorial += Math.log(k);
    return Math.exp(k * Math.log(mean) - mean - logFactorial);
  });
};

/** χ² of counts over bins with at least ten expected events, and its degrees of freedom. */
const chiSquare = (counts: readonly number[], mean: number): { chi: number; degrees: number } => {
  const expected = chances(mean, Math.ceil(mean + 12 * Math.sqrt(mean) + 30)).map((p) => p * counts.length);
  const found = expected.map(() => 0);
  for (const count of counts) found[count]!++;
  let chi = 0;
  let bins = 0;
  let wanted = 0;
  let got = 0;
  expected.forEach((more, k) => {
    wanted += more;
    got += found[k]!;
    const left = expected.slice(k + 1).reduce((a, b) => a + b, 0);
    if (wanted < 10 || (left < 10 && k + 1 < expected.length)) return;
    chi += (got - wanted) ** 2 / wanted;
    bins++;
    [wanted, got] = [0, 0];
  });
  return { chi, degrees: bins - 1 };
};

/** Wilson and Hilferty 1931: the value that χ² exceeds with a probability of one in a million. */
const chiBound = (degrees: number): number =>
  degrees * (1 - 2 / (9 * degrees) + 4.9 * Math.sqrt(2 / (9 * degrees))) ** 3;

describe("counts of a Poisson drive", () => {
  test.each([0.05, 1.6, 7, 40, 300])("have the Poisson distribution of mean %d", (mean) => {
    // 10 Hz at 0.1 ms is 0.001 spikes per train and step.
    const drive = PoissonDrive({ rate: 10, trains: mean * 1000, weight: 1 });
    const counts = valuesOf(drive, 50, { dt: 0.1, steps: 2000 }).flat();
    const { chi, degrees } = chiSquare(counts, mean);
    expect(degrees).toBeGreaterThan(mean < 1 ? 1 : 5);
    expect(chi).toBeLessThan(chiBound(degrees));
    const average = counts.reduce((a, b) => a + b, 0) / counts.length;
    expect(Math.abs(average - mean)).toBeLessThan(4.9 * Math.sqrt(mean / counts.length));
  });

  test("are independent between units and between steps", () => {
    const rows = valuesOf(PoissonDrive({ rate: 8, trains: 2000 }), 64, { dt: 0.1, steps: 3000 });
    const mean = 1.6;
    const product = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((sum, value, k) => sum + (value - mean) * (b[k]! - mean), 0);
    const neighbours = rows.reduce((sum, row) => sum + product(row.slice(1), row), 0);
    const bound = 4.9 * mean * Math.sqrt(64 * 3000);
    expect(Math.abs(neighbours)).toBeLessThan(bound);
    for (const lag of [1, 2, 3, 32, 64, 100, 1024]) {
      const later = rows.slice(lag).reduce((sum, row, k) => sum + product(row, rows[k]!), 0);
      expect(Math.abs(later), `lag ${lag}`).toBeLessThan(bound);
    }
  });

  test("are multiplied by the weight, have each unit's own mean, and are zero for a rate of zero", () => {
    const rows = valuesOf(PoissonDrive({ rate: [0, 100, 2000], trains: 10, weight: [7, -2, 0.5] }), 3, {
      dt: 1,
      steps: 5000,
    });
    const sums = [0, 1, 2].map((unit) => rows.reduce((sum, row) => sum + row[unit]!, 0));
    expect(rows.every((row) => row[0] === 0)).toBe(true);
    expect(rows.every((row) => Number.isInteger(row[1]! / 2) && Number.isInteger(row[2]! * 2))).toBe(true);
    expect(Math.abs(sums[1]! / -2 - 5000)).toBeLessThan(4.9 * Math.sqrt(5000));
    expect(Math.abs(sums[2]! / 0.5 - 100_000)).toBeLessThan(4.9 * Math.sqrt(100_000));
  });

  test("are the same in both precisions and backends, whether or not units differ", () => {
    const config = { rate: 8, trains: 2000, weight: 1 };
    const [first, ...others] = (["f32", "f64"] as const).flatMap((precision) =>
      [false, true].flatMap((interpreted) =>
        [config, { ...config, trains: new Float64Array(20).fill(2000) }].map((given) =>
          valuesOf(PoissonDrive(given), 20, { dt: 0.1, steps: 100, precision, interpreted }),
        ),
      ),
    );
    for (const other of others) expect(other).toEqual(first);
  });

  test("add up like the trains that they represent: sums of two drives have the distribution of one", () => {
    const options = { dt: 0.1, steps: 2000 };
    const [a, b] = [1, 2].map((seed) => valuesOf(PoissonDrive({ rate: 8, trains: 1000, seed }), 50, options).flat());
    const { chi, degrees } = chiSquare(
      a!.map((count, k) => count + b![k]!),
      1.6,
    );
    expect(chi).toBeLessThan(chiBound(degrees));
  });
});

describe("a Poisson drive", () => {
  test("takes the unit of the weights that it adds up", () => {
    for (const unit of ["pA", "mV", "nS"]) {
      const { model } = PoissonDrive({ weight: 2 }).build([3], unit, { dt: 0.1, seed: 1 });
      expect(() => checkUnits(model, { value: { expr: model.value, unit } })).not.toThrow();
    }
  });

  test("is refused with a list of all problems", () => {
    expect(() => PoissonDrive({ rate: -1, trains: Number.NaN, weights: 3 } as never)).toThrow(
      [
        'PoissonDrive.weights is unknown. Did you mean "weight"?',
        "PoissonDrive.rate must be at least 0 Hz; received -1 Hz. The default is 10 Hz.",
        "PoissonDrive.trains must be a finite number; received NaN. The default is 1.",
      ].join("\n"),
    );
    expect(() => PoissonDrive({ rate: 8, trains: 1e6 }).build([3], "pA", { dt: 1, path: "brain.cortex" })).toThrow(
      "brain.cortex.rate times trains must give at most 500 spikes per step; received 8 Hz with dt 1 ms. Use a shorter dt, or several drives.",
    );
    expect(() => PoissonDrive({ rate: [1, 2] }).build([3], "pA")).toThrow(
      "PoissonDrive.rate has shape [2], but the population it drives has shape [3]. Give both the same shape.",
    );
  });
});
