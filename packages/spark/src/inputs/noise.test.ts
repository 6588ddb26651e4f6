import { expect, test } from "vitest";
import { describeEach } from "../../test/conformance/backends.test-support.ts";
import { attachAlone, onlyOf, plan } from "../../test/conformance/both.test-support.ts";
import { openToy } from "../../test/conformance/toy.test-support.ts";
import { compileComponent } from "../compile/compile.ts";
import type { Precision } from "../config/parse.ts";
import { and, gt, lt, mul, quantity } from "../expr/verbs.ts";
import { soma } from "../model/soma.ts";
import { checkUnits } from "../model/units.ts";
import type { Engine } from "../program/machine.ts";
import { contextOf, feedsOf } from "./feed.test-support.ts";
import { type CurrentInput, ornsteinUhlenbeck, sum, whiteNoise } from "./forms.ts";
import { noiseModels } from "./noise.ts";

/** Its potential is the current of the step in mV at 1 GΩ: what is recorded of it is what flowed in. */
const Probe = soma(
  "Probe",
  {},
  {
    about: "Shows its input.",
    step: (x) => ({
      spikes: and(gt(x.potential, quantity(1, "mV")), lt(x.potential, quantity(0, "mV"))),
      potential: mul(quantity(1, "GΩ"), x.current),
    }),
  },
);

interface Setting {
  readonly units: number;
  readonly steps: number;
  readonly dt?: number;
  readonly precision?: Precision;
  /** A quick one when omitted. */
  readonly engine?: Engine;
  readonly seed?: number;
}

/** Currents of every step and unit. The machine advances in chunks of 250 steps. */
const flow = async (input: CurrentInput, setting: Setting): Promise<number[][]> => {
  const { units, steps, dt = 1, precision = "f64", engine = openToy(), seed = 1 } = setting;
  const context = contextOf({ units: [units], steps, dt, precision, seed });
  const feeds = await feedsOf(input, context);
  const rows = Math.min(steps, 250);
  const program = compileComponent(Probe({ units: [units] }).build({}, { dt, seed }), {
    precision,
    inputs: { current: feeds.map(({ binding }) => binding) },
  });
  const machine = await attachAlone(engine, program, { rows, records: [{ name: "potential" }] });
  plan(onlyOf(machine), [{ first: 0, every: 1, last: rows }]);
  const found: number[][] = [];
  for (let first = 0; first < steps; first += rows) {
    const count = Math.min(rows, steps - first);
    await machine.advance(first, count);
    const recorded = onlyOf(machine).record(0);
    for (let row = 0; row < count; row++) {
      found.push(Array.from(recorded.subarray(row * program.padded, row * program.padded + units)));
    }
  }
  machine.dispose();
  return found;
};

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const product = (rows: readonly (readonly number[])[], lag: number, about: number): number =>
  mean(rows.slice(lag).map((row, step) => mean(row.map((v, unit) => (v - about) * (rows[step]![unit]! - about)))));

test("white noise has its mean and standard deviation, and no memory", async () => {
  const units = 100;
  const steps = 2000;
  const rows = await flow(whiteNoise({ mean: 300, std: 50 }), { units, steps });
  const n = units * steps;
  expect(Math.abs(mean(rows.map(mean)) - 300)).toBeLessThan((4 * 50) / Math.sqrt(n));
  expect(Math.abs(product(rows, 0, 300) / 2500 - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
  expect(Math.abs(product(rows, 1, 300) / 2500)).toBeLessThan(4 / Math.sqrt(n));
});

for (const [dt, tau] of [
  [0.5, 5],
  [1, 2],
  [2, 1],
] as const) {
  test(`Ornstein–Uhlenbeck noise keeps mean, spread and correlation at dt ${dt} ms and tau ${tau} ms`, async () => {
    const units = 400;
    const steps = 1500;
    const std = 50;
    const rows = await flow(ornsteinUhlenbeck({ mean: 300, std, tau }), { units, steps, dt });
    const r = Math.exp(-dt / tau);
    // Bartlett 1946: n draws that decay by r a step are worth n·(1 − r)/(1 + r) for the mean, and with r² for squares.
    const worth = (decay: number): number => (units * steps * (1 - decay)) / (1 + decay);
    expect(Math.abs(mean(rows.map(mean)) - 300)).toBeLessThan((4 * std) / Math.sqrt(worth(r)));
    const error = 4 * Math.sqrt(2 / worth(r * r));
    expect(Math.abs(product(rows, 0, 300) / std ** 2 - 1)).toBeLessThan(error);
    for (const lag of [1, 2, 5]) {
      expect(Math.abs(product(rows, lag, 300) / std ** 2 - r ** lag)).toBeLessThan(error);
    }
  });
}

test("Ornstein–Uhlenbeck noise is stationary from its first step", async () => {
  const units = 20_000;
  const [first] = await flow(ornsteinUhlenbeck({ mean: -20, std: 10, tau: 1000 }), { units, steps: 1 });
  expect(Math.abs(mean(first!) + 20)).toBeLessThan((4 * 10) / Math.sqrt(units));
  expect(Math.abs(product([first!], 0, -20) / 100 - 1)).toBeLessThan(4 * Math.sqrt(2 / units));
});

test("Ornstein–Uhlenbeck noise without spread stays at its mean, exactly", async () => {
  for (const row of await flow(ornsteinUhlenbeck({ mean: 12.5, std: 0, tau: 3 }), { units: 5, steps: 9 })) {
    expect(row).toEqual([12.5, 12.5, 12.5, 12.5, 12.5]);
  }
});

const noises: readonly (readonly [string, CurrentInput])[] = [
  ["white", whiteNoise({ mean: 1, std: 2 })],
  ["white, shared, a spread a unit", whiteNoise({ mean: 1, std: [1, 2, 3, 4, 5], shared: true })],
  ["correlated", ornsteinUhlenbeck({ mean: 100, std: 50, tau: 5 })],
  ["correlated, a time constant a unit", ornsteinUhlenbeck({ mean: [1, 2, 3, 4, 5], std: 50, tau: [1, 2, 3, 4, 5] })],
  ["correlated, shared", ornsteinUhlenbeck({ mean: 100, std: 50, tau: 5, shared: true })],
  ["a sum", sum(whiteNoise({ mean: 0, std: 1 }), 5, ornsteinUhlenbeck({ mean: 0, std: 1, tau: 2 }))],
];
describeEach("gives the same bits of noise", ({ engine }) => {
  for (const precision of ["f32", "f64"] as const) {
    test.each(noises)(`in ${precision}: %s`, async (_, input) => {
      const setting = { units: 5, steps: 60, dt: 0.1, precision };
      expect(await flow(input, { ...setting, engine: engine() })).toEqual(await flow(input, setting));
    });
  }
});

test("shared noise is the same in all units, scaled by what each unit says; other noise is not", async () => {
  const setting = { units: 3, steps: 20 };
  for (const row of await flow(whiteNoise({ mean: 0, std: [1, 2, 4], shared: true }), setting)) {
    expect([row[1], row[2]]).toEqual([2 * row[0]!, 4 * row[0]!]);
  }
  for (const row of await flow(ornsteinUhlenbeck({ mean: 0, std: 1, tau: 3, shared: true }), setting)) {
    expect(new Set(row).size).toBe(1);
  }
  for (const row of await flow(ornsteinUhlenbeck({ mean: 0, std: 1, tau: 3 }), setting))
    expect(new Set(row).size).toBe(3);
});

test("the seed of the run or of the noise decides, and noises of one run differ", async () => {
  const setting = { units: 2, steps: 5 };
  for (const make of [
    (seed?: number) => whiteNoise({ mean: 0, std: 1, ...(seed !== undefined && { seed }) }),
    (seed?: number) => ornsteinUhlenbeck({ mean: 0, std: 1, tau: 3, ...(seed !== undefined && { seed }) }),
  ]) {
    const one = await flow(make(), { ...setting, seed: 1 });
    expect(await flow(make(), { ...setting, seed: 1 })).toEqual(one);
    expect(await flow(make(1), { ...setting, seed: 2 })).toEqual(one);
    const other = await flow(make(), { ...setting, seed: 2 });
    expect(other.flat().filter((v) => one.flat().includes(v))).toEqual([]);
    const twice = await flow(sum(make(), make()), setting);
    twice.flat().forEach((value, k) => {
      expect(value).not.toBe(2 * one.flat()[k]!);
    });
  }
});

test("the equations of noises agree in their units", () => {
  for (const model of Object.values(noiseModels).flat()) {
    expect(() => checkUnits(model, { value: { expr: model.value, unit: "pA" } })).not.toThrow();
  }
});
