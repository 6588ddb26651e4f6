import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError, MemoryError } from "../errors/errors.ts";
import { experiment } from "./experiment.ts";
import { experimentSchema } from "./schema.ts";
import { schemaTakes } from "./takes.test-support.ts";

const table = new TextEncoder().encode(`t,a,b\n${Array.from({ length: 20 }, (_, k) => `${k},${k},${k}`).join("\n")}\n`);
const spikes = new TextEncoder().encode("step,time_ms,unit\n1,1,0\n");
const readerTakes = async (document: unknown): Promise<boolean> => {
  try {
    await experiment(document, { readFile: async (path) => (path === "spikes.csv" ? spikes : table) });
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return false;
  }
};

const base = { model: { soma: "AdaptiveLeakySoma", units: [2] }, duration: 10 };
const withModel = (fields: object): object => ({ ...base, model: { ...base.model, ...fields } });
const withCurrent = (current: unknown): object => ({ ...base, inputs: { current } });
const withSpikes = (inSpikes: unknown): object => ({ ...base, inputs: { inSpikes } });
const withRecord = (record: unknown): object => ({ ...base, record });

const good: readonly unknown[] = [
  base,
  { ...base, $schema: "x", name: "n", description: "d", dt: 0.5, seed: 3, dtype: "f64", inputs: {}, record: {} },
  { model: { soma: "LeakySoma" }, duration: 1 },
  withModel({ potentialTau: [1, 2], threshold: { normal: { mean: -40, std: 2 } }, skipValidation: false }),
  withModel({ potentialTau: -3, skipValidation: true }),
  withModel({ dt: 0.1, seed: 2, dtype: "f64" }),
  withCurrent(3),
  withCurrent([1, 2]),
  withCurrent({ steps: Array(10).fill([1, 2]) }),
  withCurrent({ series: [1, 2, 3], interval: 5, between: "linear", before: "zero", after: "repeat", start: 1 }),
  withCurrent({ series: [1, 2, 3], times: [0, 3, 6], after: "hold" }),
  withCurrent({ step: { amplitude: [1, 2], from: 1, to: 3 } }),
  withCurrent({ sum: [1, { sine: { amplitude: 1, frequency: 5 } }, { csv: "a.csv", time: "t", column: "a" }] }),
  withCurrent({ csv: "a.csv", time: "t", column: "a" }),
  withCurrent({ csv: "a.csv", time: 0, columns: ["b", 1], between: "linear", after: "hold", separator: "," }),
  withCurrent({ csv: "a.csv", interval: 2, start: -1, column: 1 }),
  withSpikes({ events: { steps: [1, 4], units: [0, 1] }, inhibitory: [1] }),
  withSpikes({ events: { csv: "spikes.csv" }, inhibitory: [0] }),
  withSpikes({ events: { csv: "spikes.csv", time: "time_ms", unit: "unit" } }),
  withSpikes({ events: { times: [0.1, 12], units: [0, 1] } }),
  withSpikes({ steps: Array(10).fill([0, -1]) }),
  withSpikes({ steps: [1], units: [1], shape: [2] }),
  withRecord({ outSpikes: true, potential: false, adaptation: { units: [1, 0], every: 3, from: 1, to: 9 } }),
  withRecord({ outSpikes: { units: [0], to: 5 }, rate: { bin: 5, each: true, units: [1] } }),
  { ...base, initial: { potential: [-60, -55], age: 0, adaptation: { uniform: { min: 0, max: 3 } } } },
  withRecord({ potential: { reduce: "mean", over: "time", every: 5, dtype: "f64" }, rate: false }),
];
const bad: readonly unknown[] = [
  null,
  [],
  3,
  {},
  { duration: 1 },
  { model: { soma: "LeakySoma" } },
  { ...base, duration: "10" },
  { ...base, duration: 0 },
  { ...base, duration: -1 },
  { ...base, backend: "wasm" },
  { ...base, name: 3 },
  { ...base, dt: 0 },
  { ...base, dtype: "f16" },
  { ...base, seed: -1 },
  { ...base, model: "LeakySoma" },
  { ...base, model: {} },
  { ...base, model: { soma: "LekySoma" } },
  { ...base, model: { soma: 3 } },
  { ...base, model: { soma: "LeakySoma", cooldown: 3 } },
  withModel({ potentialTau: 0 }),
  withModel({ potentialTau: "20" }),
  withModel({ tau: 20 }),
  withModel({ units: [] }),
  { ...base, inputs: 3 },
  { ...base, inputs: [] },
  { ...base, inputs: { curent: 3 } },
  withCurrent("3"),
  withCurrent(null),
  withCurrent({}),
  withCurrent([]),
  withCurrent({ noise: {} }),
  withCurrent({ steps: [] }),
  withCurrent({ series: [1, 2] }),
  withCurrent({ series: [1, 2], interval: 0 }),
  withCurrent({ series: [1, 2], interval: 5, after: "stop" }),
  withCurrent({ step: { amplitude: 1, form: 2 } }),
  withCurrent({ step: {} }),
  withCurrent({ sum: [] }),
  withCurrent({ sum: [{ sum: [1] }] }),
  withCurrent({ whiteNoise: { mean: 0, std: -1 } }),
  withCurrent({ csv: "a.csv" }),
  withCurrent({ csv: "a.csv", time: "t" }),
  withCurrent({ csv: "a.csv", time: "t", column: "a", columns: ["b"] }),
  withCurrent({ csv: "a.csv", time: "t", interval: 1, column: "a" }),
  withCurrent({ csv: "a.csv", time: "t", columns: [] }),
  withCurrent({ csv: "a.csv", time: -1, column: "a" }),
  withCurrent({ csv: "", time: "t", column: "a" }),
  withCurrent({ csv: 3, time: "t", column: "a" }),
  withCurrent({ csv: "a.csv", time: "t", column: "a", separator: "|" }),
  withCurrent({ csv: "a.csv", time: "t", column: "a", betwen: "hold" }),
  withCurrent({ npy: "" }),
  withCurrent({ npy: "a.npy", after: "hold" }),
  withSpikes(3),
  withSpikes({ events: [] }),
  withSpikes({ events: { steps: [1] } }),
  withSpikes({ events: { times: [0], units: [0] } }),
  withSpikes({ events: { times: [1], steps: [1], units: [0] } }),
  withSpikes({ events: { csv: "spikes.csv", time: "time_ms" } }),
  withSpikes({ csv: "spikes.csv" }),
  withSpikes({ events: { steps: [0], units: [0] } }),
  withSpikes({ events: { csv: "spikes.csv", unit: "u" } }),
  withSpikes({ steps: [[2, 0]] }),
  { ...base, initial: 3 },
  { ...base, initial: { potental: 3 } },
  { ...base, initial: { potential: "rest" } },
  { ...base, initial: { age: 0.5 } },
  { ...base, initial: { adaptation: { uniform: { min: 3 } } } },
  withRecord(true),
  withRecord({ potental: true }),
  withRecord({ potential: 1 }),
  withRecord({ potential: { evry: 1 } }),
  withRecord({ potential: { every: 0 } }),
  withRecord({ potential: { units: [] } }),
  withRecord({ potential: { units: [0, 0] } }),
  withRecord({ potential: { reduce: "sum" } }),
  withRecord({ potential: { over: "time" } }),
  withRecord({ outSpikes: { every: 2 } }),
  withRecord({ rate: true }),
  withRecord({ rate: {} }),
  withRecord({ rate: { bin: 0 } }),
];

describe("the schema and the reader agree", () => {
  test.each(good)("on taking %j", async (document) => {
    expect(schemaTakes(document), JSON.stringify(schemaTakes.errors)).toBe(true);
    expect(await readerTakes(document)).toBe(true);
  });

  test.each(bad)("on refusing %j", async (document) => {
    expect(schemaTakes(document)).toBe(false);
    expect(await readerTakes(document)).toBe(false);
  });
});

test("the published file is that of the code", async () => {
  const file = await readFile(new URL("../../schema/experiment.schema.json", import.meta.url), "utf8");
  // Out of date? Run npx tsx tools/schema.ts.
  expect(JSON.parse(file)).toEqual(experimentSchema());
});

test("each reference of the schema leads somewhere", () => {
  const schema = experimentSchema() as { readonly $defs: object };
  const references = [...JSON.stringify(schema).matchAll(/"\$ref":"#\/\$defs\/([^"]*)"/g)].map(([, name]) => name!);
  expect(references.length).toBeGreaterThan(20);
  for (const path of new Set(references)) {
    const target = path.split("/").reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], schema.$defs);
    expect(target, path).toBeTypeOf("object");
  }
});

/** Whatever is read ends in a result or in an error that is meant for people. */
const endsWell = async (document: unknown): Promise<void> => {
  try {
    await experiment(document);
  } catch (error) {
    if (error instanceof MemoryError) return;
    expect(error).toBeInstanceOf(ConfigError);
    const { issues } = error as ConfigError;
    for (const { path, message } of issues) {
      expect(path).toMatch(/^experiment/);
      expect(message).not.toMatch(/undefined|\[object|is not a function|NaN steps/);
    }
  }
};

describe("a reader of documents never crashes", () => {
  test("on arbitrary JSON", async () => {
    await fc.assert(fc.asyncProperty(fc.jsonValue({ maxDepth: 6 }), endsWell), { numRuns: 300 });
  });

  const odd = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom(0, -1, 1e308, -1e308, 5e-324, 2 ** 31, 2 ** 53, 2 ** 64, 0.1, "", "__proto__", [], {}, [[]], null),
    fc.constantFrom({ steps: [[]] }, { series: [[1], 2], interval: 1e-300 }, { sum: [{ sum: [] }] }, { csv: "x" }),
    // JavaScript cannot convert these to numbers or texts.
    fc.constantFrom<unknown>({ toString: null, valueOf: null }, [{ toString: null, valueOf: null }]),
    fc.constantFrom({ constant: 1e308 }, { uniform: { min: 5, max: 5 } }, { bin: 1e-9 }, { every: 2 ** 60 }),
  );
  /** Every place of a value, as the keys that lead there. */
  const places = (value: unknown): string[][] =>
    typeof value !== "object" || value === null
      ? [[]]
      : [[], ...Object.entries(value).flatMap(([key, inner]) => places(inner).map((rest) => [key, ...rest]))];
  const put = (value: unknown, [key, ...rest]: readonly string[], replacement: unknown): unknown => {
    if (key === undefined) return replacement;
    const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
    copy[key] = put(copy[key], rest, replacement);
    return copy;
  };

  test("on good documents with something odd in one place", async () => {
    const mutated = fc
      .constantFrom(...good)
      .chain((document) =>
        fc.tuple(fc.constant(document), fc.constantFrom(...places(document)), odd).map((parts) => put(...parts)),
      );
    await fc.assert(fc.asyncProperty(mutated, endsWell), { numRuns: 1500 });
  });

  test("on good documents with a key more", async () => {
    const objects = (value: unknown): string[][] =>
      places(value).filter((place) => {
        let at: unknown = value;
        for (const key of place) at = (at as Record<string, unknown>)[key];
        return typeof at === "object" && at !== null && !Array.isArray(at);
      });
    const keys = ["__proto__", "constructor", "toString", "hasOwnProperty", "", "soma", "csv", "npy", "sum", "events"];
    const mutated = fc
      .constantFrom(...good)
      .chain((document) => fc.tuple(fc.constant(document), fc.constantFrom(...objects(document))))
      .chain(([document, place]) =>
        fc.tuple(fc.constantFrom(...keys), odd).map(([key, value]) => {
          // JSON.parse makes a key of "__proto__" where a literal would set the prototype.
          const own = JSON.parse(`{${JSON.stringify(key)}:${JSON.stringify(value) ?? "null"}}`) as object;
          let target: unknown = document;
          for (const step of place) target = (target as Record<string, unknown>)[step];
          return put(document, place, Object.defineProperties({ ...own }, Object.getOwnPropertyDescriptors(target)));
        }),
      );
    await fc.assert(fc.asyncProperty(mutated, endsWell), { numRuns: 500 });
  });

  test("on what is nested thousands of levels deep", async () => {
    const deep = (open: string, close: string): unknown => JSON.parse(open.repeat(5000) + close.repeat(5000));
    for (const nested of [deep("[", "]"), deep('{"sum":[', "]}")]) {
      for (const document of [nested, withCurrent(nested), withModel({ potentialTau: nested }), withRecord(nested)]) {
        expect(await readerTakes(document)).toBe(false);
      }
    }
  });

  test("and leaves the prototype of objects alone", async () => {
    const text = '{"model":{"soma":"LeakySoma","__proto__":{"threshold":1}},"duration":1,"__proto__":{"dt":5}}';
    await expect(experiment(JSON.parse(text))).rejects.toThrow(
      /experiment\.__proto__ is unknown[\s\S]*experiment\.model\.__proto__ is unknown/,
    );
    expect(({} as Record<string, unknown>)["dt"]).toBeUndefined();
    await expect(experiment(JSON.parse('{"model":{"soma":"__proto__"},"duration":1}'))).rejects.toThrow(
      'experiment.model.soma must be the name of a soma; received "__proto__".',
    );
  });

  test.each([
    [{ ...base, duration: Number.NaN }, "experiment.duration must be a finite number; received NaN."],
    [
      withCurrent([1, Number.POSITIVE_INFINITY]),
      "experiment.inputs.current[1] must be a finite number; received Infinity.",
    ],
    [withCurrent(() => 1), "experiment.inputs.current must be plain JSON; received a function."],
    [withModel({ potentialTau: new Map() }), "experiment.model.potentialTau must be plain JSON; received {}."],
    [withCurrent(Float64Array.of(1, 2)), "experiment.inputs.current must be plain JSON; received a Float64Array."],
    [withCurrent(3n), "experiment.inputs.current must be plain JSON; received 3."],
  ])("on what is no JSON: %#", async (document, message) => {
    await expect(experiment(document)).rejects.toThrow(message);
  });
});
