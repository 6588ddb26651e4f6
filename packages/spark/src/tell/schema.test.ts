import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { between, field } from "../config/field.ts";
import { parseConfig } from "../config/parse.ts";
import { Place } from "../config/place.ts";
import { ConfigError } from "../errors/errors.ts";
import { gt, mul, quantity } from "../expr/verbs.ts";
import type { Model } from "../model/component.ts";
import { soma } from "../model/soma.ts";
import { AdaptiveLeakySoma, somas } from "../somas/index.ts";
import { configSchema } from "./schema.ts";

const compile = (model: Model): ValidateFunction =>
  new Ajv2020({ strictSchema: true, strictTypes: false, allErrors: true }).compile(configSchema(model));
const { model } = AdaptiveLeakySoma;
const schemaTakes = compile(model);
const parserTakes = (config: unknown): boolean => {
  try {
    parseConfig(new Place([model.name]), model.fields, config);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return false;
  }
};

const good: readonly unknown[] = [
  {},
  { units: [10] },
  { units: [28, 28], dt: 0.1, dtype: "f64", seed: 0, skipValidation: false },
  { potentialTau: 1e-9, cooldown: 0, potentialRest: -70, resistance: -1 },
  {
    potentialTau: [10, 20],
    threshold: [
      [-40, -41],
      [-42, -43],
    ],
  },
  { potentialTau: [[[1]]] },
  { potentialTau: { constant: 5 } },
  { potentialTau: { uniform: { min: -1, max: 25 } } },
  { threshold: { normal: { mean: -40, std: 0 } } },
  { threshold: { normal: { mean: -40, std: 2, min: -45, max: -35 } } },
  { potentialTau: { logNormal: { median: 20, sigma: 0.2, min: 10 } } },
  { thresholdDelta: { sparseUniform: { scale: 100, density: 0.5 } } },
  { thresholdDelta: { normalizedSparseUniform: { scale: -1, density: 1 } } },
  { potentialTau: -5, cooldown: [-1], thresholdTau: { constant: 0 }, skipValidation: true },
];
const bad: readonly unknown[] = [
  null,
  [],
  "LeakySoma",
  3,
  { potential_tau: 20 },
  { tau: 20 },
  { potentialTau: 0 },
  { potentialTau: -5 },
  { potentialTau: "20" },
  { potentialTau: null },
  { potentialTau: true },
  { potentialTau: [] },
  { potentialTau: [10, 0] },
  { potentialTau: [[10], [-1]] },
  { potentialTau: [10, "20"] },
  { potentialTau: [10, null] },
  { potentialTau: [10, { constant: 3 }] },
  { potentialTau: { constant: 0 } },
  { potentialTau: { constant: "3" } },
  { potentialTau: {} },
  { potentialTau: { constant: 5, uniform: { min: 1, max: 2 } } },
  { potentialTau: { gamma: { shape: 1 } } },
  { potentialTau: { uniform: { min: 1 } } },
  { potentialTau: { uniform: { min: 1, max: 2, mean: 1 } } },
  { potentialTau: { uniform: [1, 2] } },
  { potentialTau: { uniform: 1 } },
  { potentialTau: { normal: { mean: 1, std: -1 } } },
  { potentialTau: { logNormal: { median: 0, sigma: 1 } } },
  { potentialTau: { logNormal: { median: 1, sigma: -1 } } },
  { potentialTau: { sparseUniform: { scale: 1, density: 2 } } },
  { cooldown: -0.1 },
  { thresholdTau: [1, 2, -3] },
  { units: 10 },
  { units: [] },
  { units: [0] },
  { units: [1.5] },
  { units: [2147483648] },
  { units: ["10"] },
  { dt: 0 },
  { dt: "0.1" },
  { dtype: "float32" },
  { seed: -1 },
  { seed: 0.5 },
  { seed: 4294967296 },
  { skipValidation: 1 },
  { skipValidation: true, potentialTau: "20" },
  { skipValidation: true, potentialTau: { normal: { mean: 1, std: -1 } } },
  { skipValidation: true, dt: 0 },
  { skipValidation: false, potentialTau: -5 },
];

describe("the schema and the parser agree", () => {
  test.each(good)("in accepting %j", (config) => {
    expect(schemaTakes(config), JSON.stringify(schemaTakes.errors)).toBe(true);
    expect(parserTakes(config)).toBe(true);
  });

  test.each(bad)("in refusing %j", (config) => {
    expect(schemaTakes(config)).toBe(false);
    expect(parserTakes(config)).toBe(false);
  });

  // JSON Schema cannot express relations between two values.
  test.each([
    { potentialTau: [[1, 2], [3]] },
    { potentialTau: [[1, 2], 3] },
    { potentialTau: { uniform: { min: 2, max: 1 } } },
    { threshold: { normal: { mean: 1, std: 1, min: 2, max: 2 } } },
    { units: [65536, 65536] },
  ])("except that only the parser refuses %j", (config) => {
    expect(schemaTakes(config)).toBe(true);
    expect(parserTakes(config)).toBe(false);
  });

  const number = fc.oneof(
    fc.constantFrom(-5, -1, 0, 0.5, 1, 20, 1e-300),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  const odd = fc.constantFrom<unknown>(null, true, "1", [], {}, [[]]);
  const mostly = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 8, arbitrary }, { weight: 1, arbitrary: odd });
  const ordered = (min: number, max: number): { min: number; max: number } => ({
    min,
    max: max > min ? max : min + 1 + Math.abs(min),
  });
  const range = fc
    .tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 }))
    .map(([a, b]) => ordered(a, b));
  const initializer = fc.oneof(
    mostly(number).map((constant) => ({ constant })),
    range.map((uniform) => ({ uniform })),
    fc.tuple(range, number, number).map(([limits, mean, std]) => ({ normal: { ...limits, mean, std } })),
    fc.record({ logNormal: fc.record({ median: mostly(number), sigma: number }, { requiredKeys: ["median"] }) }),
    fc.record({ sparseUniform: fc.record({ scale: number, density: mostly(number) }) }),
  );
  const matrix = fc
    .tuple(fc.integer({ min: 1, max: 3 }), fc.array(mostly(number), { minLength: 1, maxLength: 3 }))
    .map(([rows, row]) => Array.from({ length: rows }, () => row));
  const setting = mostly(fc.oneof(number, fc.array(number, { minLength: 1, maxLength: 4 }), matrix, initializer));
  const config = fc.record(
    {
      ...Object.fromEntries(Object.keys(model.fields).map((name) => [name, setting])),
      units: mostly(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 3 })),
      dt: mostly(number),
      seed: mostly(fc.integer({ min: -1, max: 4294967296 })),
      skipValidation: mostly(fc.boolean()),
      nonsense: fc.constant(1),
    },
    { requiredKeys: [] },
  );

  test("for random configs", () => {
    const counts = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(
        config,
        fc.array(fc.constantFrom(...Object.keys(model.fields), "units", "dt", "skipValidation"), { maxLength: 3 }),
        (all, kept) => {
          const few = Object.fromEntries(Object.entries(all).filter(([key]) => kept.includes(key)));
          for (const given of [all, few]) {
            const taken = parserTakes(given);
            counts[taken ? "taken" : "refused"]++;
            expect(schemaTakes(given), JSON.stringify(given)).toBe(taken);
          }
        },
      ),
      { numRuns: 2000 },
    );
    // The generator must produce both valid and invalid configs.
    expect(Math.min(counts.taken, counts.refused)).toBeGreaterThan(200);
  });
});

test("every soma's schema compiles and accepts an empty config", () => {
  for (const type of Object.values(somas)) expect(compile(type.model)({})).toBe(true);
});

test("a rule with two bounds applies to numbers, arrays and constants", () => {
  const Shared = soma(
    "Shared",
    { share: field(0.5, "1", "Share.", between(0, 1)) },
    {
      about: "A field with two bounds.",
      step: (x) => ({ spikes: gt(x.current, quantity(1, "pA")), potential: mul(x.share, x.potential) }),
    },
  );
  const takes = compile(Shared.model);
  expect([0, 1, [0, 1], { constant: 1 }].map((share) => takes({ share }))).toEqual([true, true, true, true]);
  expect([-0.1, 1.1, [0, 2], { constant: 2 }].map((share) => takes({ share }))).toEqual([false, false, false, false]);
});

test("a document may add its own properties", () => {
  const schema = configSchema(model, { soma: { const: model.name } });
  const takes = new Ajv2020({ strictTypes: false }).compile(schema);
  expect(takes({ soma: "AdaptiveLeakySoma", cooldown: 1 })).toBe(true);
  expect(takes({ soma: "LeakySoma" })).toBe(false);
});

test("editors show unit, rule and default of a field", () => {
  const { properties } = configSchema(model) as {
    properties: Record<string, { description: string; default: number }>;
  };
  expect(properties["thresholdTau"]).toMatchObject({
    description:
      "Time constant with which the threshold returns to its base. In ms; must be a finite number; must be greater than 0 ms. Default: 20 ms.",
    default: 20,
  });
});
