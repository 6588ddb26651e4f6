import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Issue } from "../errors/errors.ts";
import { keyOf } from "../math/threefry.ts";
import {
  checkInitializer,
  constant,
  drawValues,
  type Initializer,
  logNormal,
  normal,
  normalizedSparseUniform,
  sparseUniform,
  uniform,
} from "./initializer.ts";
import { Place, Site } from "./place.ts";

const COUNT = 20_000;
const key = keyOf(7, "test");
const draw = (initializer: Initializer, shape: readonly number[] = [COUNT]): Float64Array =>
  drawValues(initializer, key, shape);
const mean = (values: Float64Array): number => values.reduce((sum, v) => sum + v, 0) / values.length;
const deviation = (values: Float64Array): number => {
  const m = mean(values);
  return Math.sqrt(values.reduce((sum, v) => sum + (v - m) ** 2, 0) / values.length);
};
/** Share of values below each bound, against what the distribution says; five standard errors of a share of one half. */
const expectShares = (values: Float64Array, shares: readonly (readonly [bound: number, share: number])[]): void => {
  for (const [bound, share] of shares) {
    const found = values.filter((v) => v < bound).length / values.length;
    expect(Math.abs(found - share), `share below ${bound}`).toBeLessThan(2.5 / Math.sqrt(values.length));
  }
};

describe("draws follow their distribution", () => {
  test("constant", () => {
    expect(draw(constant(3), [4])).toEqual(Float64Array.of(3, 3, 3, 3));
  });

  test("uniform", () => {
    const values = draw(uniform({ min: -2, max: 6 }));
    expectShares(values, [
      [-2, 0],
      [0, 0.25],
      [2, 0.5],
      [5, 0.875],
      [6, 1],
    ]);
    expect(deviation(values)).toBeCloseTo(8 / Math.sqrt(12), 1);
  });

  test("normal", () => {
    const values = draw(normal({ mean: 10, std: 2 }));
    expectShares(values, [
      [6, 0.02275],
      [8, 0.15866],
      [10, 0.5],
      [12, 0.84134],
      [14, 0.97725],
    ]);
    expect(mean(values)).toBeCloseTo(10, 1);
    expect(deviation(values)).toBeCloseTo(2, 1);
  });

  test("normal between bounds is drawn again, not pushed to the bounds", () => {
    const values = draw(normal({ mean: 0, std: 1, min: 0, max: 1 }));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThanOrEqual(1);
    expect(values.filter((v) => v === 0 || v === 1)).toHaveLength(0);
    expectShares(values, [[0.5, 0.19146 / 0.34134]]);
  });

  test("log-normal", () => {
    const values = draw(logNormal({ median: 5, sigma: 0.5 }));
    expectShares(values, [
      [5, 0.5],
      [5 * Math.exp(0.5), 0.84134],
      [5 * Math.exp(-1), 0.02275],
    ]);
    const bounded = draw(logNormal({ median: 5, sigma: 0.5, max: 5 }));
    expect(Math.max(...bounded)).toBeLessThanOrEqual(5);
    expectShares(bounded, [[5 * Math.exp(-0.5), 2 * 0.15866]]);
  });

  test("sparse uniform", () => {
    const values = draw(sparseUniform({ scale: 4, density: 0.3 }));
    const full = values.filter((v) => v !== 0);
    expect(Math.abs(full.length / COUNT - 0.3)).toBeLessThan(0.02);
    expectShares(full, [
      [1, 0.25],
      [2, 0.5],
      [4, 1],
    ]);
    expect(draw(sparseUniform({ scale: 4, density: 0 }), [100])).toEqual(new Float64Array(100));
    expect(draw(sparseUniform({ scale: 4, density: 1 }), [100])).not.toContain(0);
  });

  test("normalized sparse uniform sums to scale along the last axis, and rows of zeros stay zero", () => {
    const values = draw(normalizedSparseUniform({ scale: 2, density: 0.3 }), [50, 8]);
    const sums = Array.from({ length: 50 }, (_, row) =>
      values.subarray(row * 8, row * 8 + 8).reduce((a, b) => a + b, 0),
    );
    expect(new Set(sums.map((sum) => sum.toFixed(9)))).toEqual(new Set(["0.000000000", "2.000000000"]));
  });
});

describe("draws are a function of key and index", () => {
  const any: readonly Initializer[] = [
    uniform({ min: 0, max: 1 }),
    normal({ mean: 0, std: 1, min: -0.5 }),
    logNormal({ median: 1, sigma: 1 }),
    sparseUniform({ scale: 1, density: 0.5 }),
  ];

  test.each(any)("%j: the first values do not depend on how many follow, nor on the shape", (initializer) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 0xffffffff }), (count, seed) => {
        const own = keyOf(seed, "field");
        const many = drawValues(initializer, own, [6, 10]);
        expect(drawValues(initializer, own, [count])).toEqual(many.slice(0, count));
      }),
    );
  });

  test.each(any)("%j: other seeds and other purposes give other values", (initializer) => {
    const texts = [keyOf(1, "a"), keyOf(2, "a"), keyOf(1, "b")].map((k) => drawValues(initializer, k, [20]).join());
    expect(new Set(texts).size).toBe(3);
  });

  test("the values of a seed stay what they are", () => {
    expect([
      ...drawValues(uniform({ min: 0, max: 1 }), keyOf(1, "LeakySoma.potentialTau"), [3]),
    ]).toMatchInlineSnapshot(`
      [
        0.659110553630009,
        0.9499055752608351,
        0.5771715077262386,
      ]
    `);
    expect([
      ...drawValues(normal({ mean: 0, std: 1 }), keyOf(1, "LeakySoma.potentialTau"), [3]),
    ]).toMatchInlineSnapshot(`
      [
        0.9116138979650832,
        0.22521006112345734,
        -0.9578450348325601,
      ]
    `);
  });
});

test("the end of a uniform range is never reached, however narrow the range", () => {
  const max = 1 + 2 ** -52;
  expect(new Set(draw(uniform({ min: 1, max })))).toEqual(new Set([1]));
});

test("bounds without room give NaN from there on, at once", () => {
  const values = draw(normal({ mean: 0, std: 1, min: 40 }), [1_000_000]);
  expect(values.every(Number.isNaN)).toBe(true);
});

const issuesOf = (value: object): readonly Issue[] => {
  const site = new Site(new Place(["x"]), [], undefined);
  expect(checkInitializer(value, site)).toBe(site.issues.length === 0);
  return site.issues;
};

describe("checkInitializer", () => {
  test.each<object>([
    { constant: -3 },
    { uniform: { min: -1, max: 1 } },
    { normal: { mean: 0, std: 0 } },
    { normal: { mean: 0, std: 1, min: -1 } },
    { logNormal: { median: 1, sigma: 0, max: 2 } },
    { sparseUniform: { scale: -1, density: 0 } },
    { normalizedSparseUniform: { scale: 1, density: 1 } },
  ])("takes %j", (value) => {
    expect(issuesOf(value)).toEqual([]);
  });

  test.each<[object, string]>([
    [
      {},
      "x must name one initializer; received an object with 0 keys. Known: constant, uniform, normal, logNormal, sparseUniform, normalizedSparseUniform.",
    ],
    [
      { uniform: {}, normal: {} },
      "x must name one initializer; received an object with 2 keys. Known: constant, uniform, normal, logNormal, sparseUniform, normalizedSparseUniform.",
    ],
    [{ unifrom: {} }, 'x must name one initializer; received "unifrom". Did you mean "uniform"?'],
    [
      { toString: {} },
      'x must name one initializer; received "toString". Known: constant, uniform, normal, logNormal, sparseUniform, normalizedSparseUniform.',
    ],
    [{ constant: "3" }, 'x.constant must be a finite number; received "3". Give a number.'],
    [{ constant: Number.NaN }, "x.constant must be a finite number; received NaN. Give a number."],
    [{ uniform: [1, 2] }, "x.uniform takes an object with min, max; received [1, 2]. Give them by name."],
    [{ uniform: null }, "x.uniform takes an object with min, max; received null. Give them by name."],
    [{ uniform: { min: 1 } }, "x.uniform.max is missing. Give a number."],
    [
      { uniform: { min: 1, max: 1 } },
      "x.uniform.max must be greater than min; received max 1 and min 1. Swap or widen the bounds.",
    ],
    [
      { uniform: { min: -1.5e308, max: 1.5e308 } },
      "x.uniform.max must not be so far above min that the difference is infinite; received max 1.5e+308 and min -1.5e+308. Narrow the bounds.",
    ],
    [{ uniform: { min: 1, max: "2" } }, 'x.uniform.max must be a finite number; received "2". Give a number.'],
    [{ uniform: { min: 1, max: 2, mean: 1 } }, "x.uniform.mean is unknown. Known: min, max."],
    [{ uniform: { min: 1, max: 2, constructor: 1 } }, "x.uniform.constructor is unknown. Known: min, max."],
    [
      { normal: { mean: 1, std: -1 } },
      "x.normal.std must be at least 0; received -1. Give a standard deviation of at least 0.",
    ],
    [
      { normal: { mean: 1, std: 1, min: 3, max: 2 } },
      "x.normal.max must be greater than min; received max 2 and min 3. Swap or widen the bounds.",
    ],
    [{ normal: { mean: 1, sdt: 1 } }, 'x.normal.sdt is unknown. Did you mean "std"?'],
    [
      { logNormal: { median: 0, sigma: 1 } },
      "x.logNormal.median must be greater than 0; received 0. Log-normal values are positive.",
    ],
    [
      { logNormal: { median: 1, sigma: -1 } },
      "x.logNormal.sigma must be at least 0; received -1. Give a standard deviation of at least 0.",
    ],
    [
      { sparseUniform: { scale: 1, density: 1.5 } },
      "x.sparseUniform.density must be between 0 and 1; received 1.5. Give the fraction of nonzero values.",
    ],
  ])("refuses %j", (value, message) => {
    const [first] = issuesOf(value);
    expect(`${first?.path} ${first?.message}`).toBe(message);
  });

  test("names every wrong option", () => {
    expect(issuesOf({ normal: { maen: 1, std: -1, min: "a" } }).map(({ path }) => path)).toEqual([
      "x.normal.maen",
      "x.normal.mean",
      "x.normal.std",
      "x.normal.min",
    ]);
  });
});
