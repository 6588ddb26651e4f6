import { type Backend, type Json, somas, wasm } from "spark-snn";
import { describe, expect, test } from "vitest";
import { backends } from "../../spark/test/conformance/backends.test-support.ts";
import { measureNames, range, type SweepOptions, sweep } from "../src/index.ts";

/* Runs of a soma that share one run with units for each of them have the results of single runs. */

const soma = {
  model: { soma: "RefractoryLeakySoma", units: [2], potentialTau: 15 },
  duration: 300,
  dt: 0.5,
  inputs: { current: { sum: [260, { sine: { amplitude: 90, frequency: 8 } }] } },
  record: { outSpikes: true },
} as const;

/** A function as a measure needs the records of each run, so such runs are made one by one. */
const singly = (document: object, options: SweepOptions) =>
  sweep(document, { ...options, measure: [...measureNames, () => ({})] });

const expectEqual = async (document: object, options: SweepOptions, distinct = true): Promise<void> => {
  const together = await sweep(document, { ...options, measure: measureNames });
  const single = await singly(document, options);
  expect(together.rows).toEqual(single.rows);
  const spikes = new Set(together.rows.map(({ measures }) => measures["spikes"]));
  if (distinct) expect(spikes.size).toBeGreaterThan(1);
};

/** Counts the networks that a backend creates. */
const counting = () => {
  const inner = wasm();
  const counter = { created: 0 };
  const backend: Backend = {
    ...inner,
    open: async (options) => {
      const engine = await inner.open(options);
      const create = engine.create.bind(engine);
      return Object.assign(engine, {
        create: (network: Parameters<typeof create>[0]) => {
          counter.created++;
          return create(network);
        },
      });
    },
  };
  return { backend, counter };
};

const createdFor = async (document: object, options: SweepOptions): Promise<number> => {
  const { backend, counter } = counting();
  await sweep(document, { ...options, backend });
  return counter.created;
};

describe.each(backends.filter(({ skip, options }) => skip === undefined && !options.worker))("on $name", (listed) => {
  const choice = { backend: listed.backend, threads: listed.options.threads };

  test.each<[string, Record<string, readonly Json[]>]>([
    ["a parameter", { threshold: range(-52, -42, 7) }],
    ["the resting potential, which determines the start", { potentialRest: [-70, -65, -60] }],
    ["two parameters", { potentialTau: [8, 12, 20], cooldown: [0, 3] }],
    ["a current", { "inputs.current": range(150, 400, 6) }],
    ["a part of a current", { "inputs.current.sum[1].sine.frequency": [3, 8, 21] }],
  ])("%s gives equal results", (_, vary) => expectEqual(soma, { ...choice, vary, seeds: 2 }));
});

test.each(Object.keys(somas))("every parameter of %s gives equal results", async (name) => {
  const { model } = (somas as unknown as Record<string, { model: { fields: Record<string, { default?: unknown }> } }>)[
    name
  ]!;
  const document = { ...soma, model: { soma: name, units: [2] }, inputs: { current: 600 }, duration: 100 };
  for (const [field, { default: value }] of Object.entries(model.fields)) {
    if (typeof value !== "number") continue;
    await expectEqual(document, { vary: { [field]: [value, value * 1.02, value * 0.98 + 0.01] } }, false);
  }
});

test("runs share a run only if nothing depends on the index of a unit", async () => {
  const vary = { potentialRest: [-70, -65, -60, -62] };
  expect(await createdFor(soma, { vary, seeds: 2 })).toBe(1);
  expect(await createdFor(soma, { vary, seeds: 2, measure: ["rate", () => ({})] })).toBe(8);
  const others: object[] = [
    { ...soma, inputs: { current: { whiteNoise: { mean: 300, std: 50 } } } },
    { ...soma, inputs: { current: [300, 320] } },
    { ...soma, model: { ...soma.model, potentialTau: { uniform: { min: 8, max: 20 } } } },
    { ...soma, model: { ...soma.model, potentialTau: [10, 20] } },
    { ...soma, initial: { potential: { uniform: { min: -70, max: -60 } } } },
    { ...soma, record: { outSpikes: { units: [1] } } },
    { ...soma, changes: [{ at: 50, set: { threshold: -45 } }] },
    { ...soma, model: { ...soma.model, units: [100] } },
  ];
  for (const document of others) {
    expect(await createdFor(document, { vary }), JSON.stringify(document)).toBe(4);
    await expectEqual(document, { vary });
  }
  const drawn = { threshold: [-45, { uniform: { min: -50, max: -44 } }], potentialRest: [-70, -60] };
  await expectEqual(soma, { vary: drawn, seeds: 2 });
});

test("a run that fails is a row with its error, and the others have their results", async () => {
  const vary = { potentialTau: [10, 0, 20] };
  await expectEqual(soma, { vary });
  const { rows, failed } = await sweep(soma, { vary });
  expect([failed, rows.map(({ error }) => error === undefined)]).toEqual([1, [true, false, true]]);
});

test("windows and large numbers of runs give equal results", async () => {
  const windowed = { ...soma, record: { outSpikes: { from: 50, to: 250 } } };
  await expectEqual(windowed, { vary: { threshold: range(-52, -42, 5) }, from: 60, to: 200 });
  await expectEqual({ ...soma, duration: 20 }, { vary: { threshold: range(-55, -42, 2100) } });
});
