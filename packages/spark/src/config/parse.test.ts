import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../errors/errors.ts";
import { between, field, positive } from "./field.ts";
import { indexText, parseConfig } from "./parse.ts";
import { Place } from "./place.ts";

const fields = {
  tau: field(20, "ms", "Time constant.", positive),
  share: field(0.5, "1", "Share.", between(0, 1)),
  rest: field(-60, "mV", "Rest."),
};
const parse = (config: unknown): ReturnType<typeof parseConfig> => parseConfig(new Place(["Soma"]), fields, config);
const refusal = (config: unknown): string => {
  try {
    parse(config);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error("The config was taken.");
};

describe("what a config may be", () => {
  test("nothing at all: every field has its default", () => {
    expect(parse(undefined)).toEqual({ settings: { tau: 20, share: 0.5, rest: -60 }, skipValidation: false });
    expect(parse({})).toEqual(parse(undefined));
  });

  test("numbers, arrays, typed arrays and initializers", () => {
    expect(parse({ tau: 5, share: [[0], [1]], rest: Float32Array.of(1, 2) }).settings).toEqual({
      tau: 5,
      share: { data: Float64Array.of(0, 1), shape: [2, 1], flat: false },
      rest: { data: Float64Array.of(1, 2), shape: [2], flat: true },
    });
    const uniform = { uniform: { min: 1, max: 2 } };
    expect(parse({ tau: uniform }).settings["tau"]).toEqual(uniform);
  });

  test("the common options", () => {
    const common = { units: [2, 3], dt: 0.1, dtype: "f64", seed: 4294967295, skipValidation: true };
    expect(parse(common)).toMatchObject(common);
  });
});

test.each<[unknown, string]>([
  [null, "Soma takes an object of parameters; received null. Write Soma({ … })."],
  [[1], "Soma takes an object of parameters; received [1]. Write Soma({ … })."],
  ["tau", 'Soma takes an object of parameters; received "tau". Write Soma({ … }).'],
  [Float64Array.of(1), "Soma takes an object of parameters; received a Float64Array. Write Soma({ … })."],
  [{ taus: 1 }, 'Soma.taus is unknown. Did you mean "tau"?'],
  [{ capacitance: 1 }, "Soma.capacitance is unknown. Known: tau, share, rest, units, dt, dtype, seed, skipValidation."],
  [{ skip_validation: true }, 'Soma.skip_validation is unknown. Did you mean "skipValidation"?'],
  [{ tau: 0 }, "Soma.tau must be greater than 0 ms; received 0 ms. The default is 20 ms."],
  [{ tau: Number.NaN }, "Soma.tau must be a finite number; received NaN ms. The default is 20 ms."],
  [{ tau: Number.POSITIVE_INFINITY }, "Soma.tau must be a finite number; received Infinity ms. The default is 20 ms."],
  [{ share: 1.5 }, "Soma.share must be between 0 and 1; received 1.5. The default is 0.5."],
  [{ tau: "20" }, 'Soma.tau must be a number, an array or an initializer; received "20". The default is 20 ms.'],
  [{ tau: null }, "Soma.tau must be a number, an array or an initializer; received null. The default is 20 ms."],
  [{ tau: true }, "Soma.tau must be a number, an array or an initializer; received true. The default is 20 ms."],
  [
    { tau: () => 1 },
    "Soma.tau must be a number, an array or an initializer; received a function. The default is 20 ms.",
  ],
  [
    { tau: BigInt64Array.of(1n) },
    "Soma.tau must be a number, an array or an initializer; received a BigInt64Array. The default is 20 ms.",
  ],
  [
    { tau: [5, -1, -2] },
    "Soma.tau[1] must be greater than 0 ms; received -1 ms. 1 more of 3 values break this rule. The default is 20 ms.",
  ],
  [{ tau: [[5], [-1]] }, "Soma.tau[1][0] must be greater than 0 ms; received -1 ms. The default is 20 ms."],
  [{ tau: Float64Array.of(1, Number.NaN) }, "Soma.tau[1] must be a finite number; received NaN. Give a number here."],
  [{ tau: [] }, "Soma.tau must contain at least one value; received an empty array. Give one value per unit."],
  [{ tau: { constant: -5 } }, "Soma.tau.constant must be greater than 0 ms; received -5 ms. The default is 20 ms."],
  [{ tau: { normal: { mean: 1 } } }, "Soma.tau.normal.std is missing. Give a number."],
  [
    { units: 10 },
    "Soma.units must be a list of sizes such as [1000] or [28, 28]; received 10. Give one whole number per axis.",
  ],
  [{ dt: 0 }, "Soma.dt must be greater than 0 ms; received 0 ms. Give the time step in ms."],
  [{ dt: "1" }, 'Soma.dt must be a number of ms greater than 0; received "1". Give the time step in ms.'],
  [{ dtype: "float32" }, 'Soma.dtype must be "f32" or "f64"; received "float32". Choose a precision.'],
  [
    { seed: -1 },
    "Soma.seed must be a whole number from 0 to 4294967295; received -1. Give a whole number in this range.",
  ],
  [
    { seed: 0.5 },
    "Soma.seed must be a whole number from 0 to 4294967295; received 0.5. Give a whole number in this range.",
  ],
  [
    { seed: 2 ** 32 },
    "Soma.seed must be a whole number from 0 to 4294967295; received 4294967296. Give a whole number in this range.",
  ],
  [
    { skipValidation: "yes" },
    'Soma.skipValidation must be true or false; received "yes". Omit it to check the values.',
  ],
])("refuses %o", (config, message) => {
  expect(refusal(config)).toBe(message);
});

test("every problem is reported, a line each", () => {
  const lines = refusal({ taus: 1, tau: -1, share: [0, 2], units: [0], dt: -1, dtype: 4, seed: "x", rest: {} }).split(
    "\n",
  );
  expect(lines.map((line) => line.split(" ")[0])).toEqual([
    "Soma.taus",
    "Soma.units[0]",
    "Soma.dt",
    "Soma.dtype",
    "Soma.seed",
    "Soma.tau",
    "Soma.share[1]",
    "Soma.rest",
  ]);
});

describe("skipValidation", () => {
  test("takes values that break a rule", () => {
    const config = { skipValidation: true, tau: -1, share: [2, 3], rest: { constant: 0 } };
    expect(parse(config).settings["tau"]).toBe(-1);
    expect(parse({ skipValidation: true, tau: { constant: -5 } }).settings["tau"]).toEqual({ constant: -5 });
  });

  test.each<[object, string]>([
    [{ tau: Number.NaN }, "Soma.tau must be a finite number"],
    [{ tau: [1, Number.NaN] }, "Soma.tau[1] must be a finite number"],
    [{ tua: 1 }, "Soma.tua is unknown"],
    [{ units: [] }, "Soma.units must be a list"],
    [{ dt: -1 }, "Soma.dt must be greater than 0 ms"],
    [{ tau: { uniform: { min: 2, max: 1 } } }, "Soma.tau.uniform.max must be greater than min"],
  ])("still refuses %j", (config, start) => {
    expect(refusal({ ...config, skipValidation: true })).toContain(start);
  });
});

test("whatever it is given, it answers with a config or a ConfigError", () => {
  const keys = fc.constantFrom(
    "tau",
    "share",
    "rest",
    "units",
    "dt",
    "dtype",
    "seed",
    "skipValidation",
    "__proto__",
    "toString",
  );
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.dictionary(keys, fc.anything())), (config) => {
      try {
        expect(Object.keys(parse(config).settings)).toEqual(["tau", "share", "rest"]);
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
      }
    }),
    { numRuns: 1000 },
  );
});

test("indexText counts along the axes in row-major order", () => {
  expect([0, 5, 23].map((flat) => indexText(flat, [2, 3, 4]))).toEqual(["[0][0][0]", "[0][1][1]", "[1][2][3]"]);
});
