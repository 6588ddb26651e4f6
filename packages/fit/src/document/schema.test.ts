import { readFile as readText } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { ConfigError, FileError, StateError } from "spark-snn";
import { describe, expect, test } from "vitest";
import { checkCrossValidation } from "../cross-validation/cross-validate.ts";
import { fit } from "../fit.ts";
import { readCrossValidationDocument, readFitDocument } from "./read.ts";
import { fitSchema } from "./schema.ts";

const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, inlineRefs: false });
const schemaTakes = ajv.compile(fitSchema());

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const files: Readonly<Record<string, Uint8Array>> = {
  "table.csv": encode(`t,a\n${Array.from({ length: 200 }, (_, k) => `${k},${100 + k}`).join("\n")}\n`),
  "spikes.csv": encode("time,repetition\n20,1\n90,1\n30,2\n"),
  "spikes.json": encode("[[20, 90], [30]]"),
  "keyed.json": encode('{ "spikes_ms": [[20, 90]] }'),
};

const readFile = async (path: string): Promise<Uint8Array> => {
  if (Object.hasOwn(files, path)) return files[path]!;
  throw new FileError(`${path} cannot be read: it does not exist. Correct the path.`);
};

/** Everything that `fit` does with a document before it seeks. */
const readerTakes = async (document: unknown): Promise<boolean> => {
  try {
    if (typeof document === "object" && document !== null && "models" in document) {
      const { somas, options } = await readCrossValidationDocument(document, { readFile });
      checkCrossValidation(somas, options);
      return true;
    }
    const { model, options } = await readFitDocument(document, { readFile });
    await fit(model, { ...options, signal: AbortSignal.abort() });
  } catch (error) {
    if (error instanceof StateError) return true;
    expect(error instanceof ConfigError || error instanceof FileError, `${error}`).toBe(true);
  }
  return false;
};

const current = { series: [300, 500, 250, 400], interval: 50 };
const recording = { current, spikes: [[20, 90]] };
const own = {
  equations: [
    "dv/dt = (EL - v + R*I)/tau : mV",
    "spike: v > -40 mV",
    "reset: v = EL",
    "EL = -60 mV; R = 0.1 Gohm; tau = 20 ms",
  ],
};
const base = { model: { soma: "AdaptiveLeakySoma" }, recordings: [recording] };
const withModel = (fields: object): object => ({ ...base, model: { ...base.model, ...fields } });
const withRecording = (parts: object): object => ({ ...base, recordings: [{ ...recording, ...parts }] });
const withCurrent = (given: unknown): object => withRecording({ current: given });
const withSpikes = (given: unknown): object => withRecording({ spikes: given });
const withFree = (free: unknown): object => ({ ...base, free });

const two = [recording, { ...recording, name: "second" }];
const compared = {
  models: { plain: { model: { soma: "LeakySoma" } }, adaptive: { model: base.model } },
  recordings: two,
};
const withEntry = (entry: unknown): object => ({ ...compared, models: { ...compared.models, third: entry } });

const good: readonly unknown[] = [
  compared,
  { ...compared, validate: { folds: 2 }, budget: { candidates: 2000 }, latency: 5, objective: { count: {} } },
  withEntry({ model: own, free: { tau: { from: 4, to: 40 } }, latency: true, objective: { coincidence: {} } }),
  withEntry({ model: { soma: "IzhikevichSoma" }, start: "chattering" }),
  base,
  { ...base, $schema: "x", name: "n", description: "d", dt: 0.5, dtype: "f64", seed: 3, method: "cmaes" },
  { ...base, method: "differentialEvolution", budget: { candidates: 2000, generation: 32, seconds: 5 } },
  { ...base, recordings: [recording, { ...recording, name: "second" }], validate: ["second"] },
  { ...base, recordings: [recording, { ...recording, name: "second", weight: 2 }], validate: { folds: 2 } },
  { ...base, objective: { coincidence: {}, vanRossum: { tau: 5, weight: 2 } } },
  { ...base, across: "worst" },
  { ...base, version: 1 },
  {
    ...base,
    objective: { coincidence: { relative: true }, count: { weight: 0.5 } },
    recordings: [
      {
        current,
        spikes: [
          [20, 90],
          [20, 91],
        ],
      },
    ],
  },
  { ...base, model: { soma: "SpikeResponseSoma" }, objective: { likelihood: {} } },
  { ...base, start: { threshold: -45 } },
  { ...base, model: { soma: "IzhikevichSoma" }, start: "chattering" },
  { ...base, model: own, free: { tau: { from: 4, to: 40 } } },
  {
    ...base,
    model: {
      ...own,
      name: "Own",
      method: "exact",
      substeps: 2,
      about: "A soma.",
      potential: "v",
      parameters: { tau: 5 },
    },
    free: { R: { from: 1, to: 2 } },
  },
  { ...base, latency: 5 },
  { ...base, latency: true },
  { ...base, latency: { from: 0, to: 12.5 } },
  withModel({ cooldown: 2, potentialRest: -65 }),
  withFree({ threshold: true, potentialTau: { from: 5, to: 50, scale: "log" } }),
  withFree({ threshold: { from: -50, to: -20 }, potentialReset: { sameAs: "potentialRest" } }),
  withCurrent({ series: current.series, times: [0, 50, 100, 170] }),
  withCurrent({ ...current, start: -3 }),
  withCurrent({ csv: "table.csv", time: "t", column: "a" }),
  withCurrent({ csv: "table.csv", interval: 1, column: 1, separator: "," }),
  withCurrent({ csv: "table.csv", time: "t", column: "a", units: { column: "pA" }, skipLines: 0, header: true }),
  withSpikes({ csv: "spikes.csv", time: "time", repetition: "repetition", repetitions: 2, firstId: 1 }),
  withSpikes({ json: "spikes.json" }),
  withSpikes({ json: "keyed.json", key: "spikes_ms" }),
  withSpikes({ csv: "spikes.csv", time: "time", repetition: "repetition" }),
  withSpikes([[20], []]),
  withRecording({ voltage: current, duration: 150 }),
  withRecording({ voltage: { ...current, start: 3 } }),
];
const bad: readonly unknown[] = [
  { ...compared, model: base.model },
  { ...compared, models: { plain: compared.models.plain } },
  { ...compared, models: [] },
  { ...compared, models: { ...compared.models, "a/b": compared.models.plain } },
  withEntry({ soma: "LeakySoma" }),
  withEntry({ ...compared.models.plain, dt: 1 }),
  withEntry({ model: { soma: "LeakySoma", thresholdTau: 3 } }),
  withEntry({ ...compared.models.plain, free: { thresholdTau: true } }),
  null,
  [],
  {},
  { model: base.model },
  { recordings: base.recordings },
  { ...base, recordings: [] },
  { ...base, recordings: [3] },
  { ...base, duration: 100 },
  { ...base, name: 3 },
  { ...base, version: 2 },
  { ...base, start: {} },
  { ...base, start: 3 },
  { ...base, objective: { likelihood: { weight: 2 } } },
  { ...base, model: { ...own, units: [3] }, free: { tau: { from: 4, to: 40 } } },
  { ...base, model: { ...own, parameters: { tau: [5] } }, free: { R: { from: 4, to: 40 } } },
  { ...base, model: { ...own, equations: 3 }, free: { R: { from: 4, to: 40 } } },
  { ...base, version: "1" },
  { ...base, dt: 0 },
  { ...base, seed: -1 },
  { ...base, seed: 1.5 },
  { ...base, dtype: "f16" },
  { ...base, method: "random" },
  { ...base, validate: "second" },
  { ...base, validate: { folds: 1 } },
  { ...base, budget: { candidates: 8 } },
  { ...base, budget: { generation: 4 } },
  { ...base, budget: { seconds: 0 } },
  { ...base, budget: { time: 3 } },
  { ...base, objective: {} },
  { ...base, objective: { gamma: {} } },
  { ...base, objective: { coincidence: { window: 0 } } },
  { ...base, objective: { coincidence: 4 } },
  { ...base, objective: { vanRossum: { weight: -1 } } },
  { ...base, across: "best" },
  { ...base, latency: -1 },
  { ...base, latency: false },
  { ...base, latency: "5" },
  { ...base, latency: { from: 0 } },
  { ...base, latency: { from: -1, to: 5 } },
  { ...base, latency: { from: 0, to: 5, scale: "log" } },
  { ...base, model: "LeakySoma" },
  { ...base, model: {} },
  { ...base, model: { soma: "LekySoma" } },
  { ...base, model: { soma: "LeakySoma", cooldown: 2 } },
  withModel({ cooldown: -1 }),
  withModel({ cooldown: [1, 2] }),
  withFree([]),
  withFree({ tau: true }),
  withFree({ threshold: 3 }),
  withFree({ threshold: { from: -50 } }),
  withFree({ threshold: { from: -50, to: -20, scale: "sqrt" } }),
  withFree({ threshold: { sameAs: "tau" } }),
  withFree({ threshold: { sameAs: "threshold" } }),
  withFree({ potentialTau: { from: -5, to: 50 } }),
  { ...base, recordings: [{ spikes: [[1]] }] },
  { ...base, recordings: [{ current }] },
  withRecording({ colour: "red" }),
  withRecording({ name: "" }),
  withRecording({ weight: 0 }),
  withRecording({ duration: -1 }),
  withCurrent(3),
  withCurrent({ series: [1, 2] }),
  withCurrent({ series: [1], interval: 1 }),
  withCurrent({ ...current, interval: 0 }),
  withCurrent({ ...current, start: 3 }),
  withCurrent({ ...current, times: current.series }),
  withCurrent({ series: ["1", "2"], interval: 1 }),
  withCurrent({ csv: "table.csv", time: "t" }),
  withCurrent({ csv: "table.csv", column: "a" }),
  withCurrent({ csv: "", time: "t", column: "a" }),
  withCurrent({ csv: "table.csv", time: -1, column: "a" }),
  withCurrent({ csv: "table.csv", time: "t", column: "a", separator: "|" }),
  withSpikes(3),
  withSpikes([]),
  withSpikes([1, 2]),
  withSpikes([[-1]]),
  withSpikes({ csv: "spikes.csv" }),
  withSpikes({ csv: "spikes.csv", time: "time", repetition: "repetition", repetitions: 0 }),
  withSpikes({ csv: "spikes.csv", time: "time", firstId: 2 }),
  withCurrent({ csv: "table.csv", interval: 1, column: "a", units: { time: "s" } }),
  withCurrent({ csv: "table.csv", time: "t", column: "a", units: { column: "V" } }),
  withCurrent({ csv: "table.csv", time: "t", column: "a", decimal: ";" }),
  withSpikes({ json: "spikes.json", keys: "a" }),
];

describe("the schema of fits and their reader agree", () => {
  test.each(good)("on taking %j", async (document) => {
    expect(schemaTakes(document), JSON.stringify(schemaTakes.errors)).toBe(true);
    expect(await readerTakes(document)).toBe(true);
  });

  test.each(bad)("on refusing %j", async (document) => {
    expect(await readerTakes(document)).toBe(false);
    expect(schemaTakes(document)).toBe(false);
  });
});

/** The document with another value at a place. */
const changed = (value: unknown, path: readonly (string | number)[], other: unknown): unknown => {
  const [key, ...rest] = path;
  if (key === undefined) return other;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>;
  copy[key] = changed(copy[key], rest, other);
  if (copy[key] === undefined && !Array.isArray(copy)) delete copy[key];
  return copy;
};
const pathsIn = (value: unknown): (string | number)[][] => [
  [],
  ...(typeof value === "object" && value !== null
    ? (Array.isArray(value) ? [0] : Object.keys(value)).flatMap((key) =>
        pathsIn((value as never)[key]).map((path) => [key, ...path]),
      )
    : []),
];
const odd: readonly unknown[] = [undefined, null, true, false, -1, 0, 0.5, 3, 1e9, "", "x", [], [1], {}, { a: 1 }];

test("the schema accepts every document that the reader accepts, whatever value is changed", async () => {
  const wrong: string[] = [];
  let accepted = 0;
  let at = 0;
  for (const document of good) {
    for (const path of pathsIn(document)) {
      // Three values per place, in turn: all of them would take too long.
      for (const value of [0, 5, 10].map((k) => odd[(at + k) % odd.length])) {
        const other = JSON.parse(JSON.stringify(changed(document, path, value) ?? null)) as unknown;
        if (!(await readerTakes(other))) continue;
        accepted++;
        if (!schemaTakes(other))
          wrong.push(`${path.join(".")} = ${JSON.stringify(value)} in ${JSON.stringify(document)}`);
      }
      at++;
    }
  }
  expect(wrong).toEqual([]);
  expect(accepted).toBeGreaterThan(50);
});

test("the published file is that of the code", async () => {
  const file = await readText(new URL("../../schema/fit.schema.json", import.meta.url), "utf8");
  // Out of date? Run npx tsx tools/schema.ts.
  expect(JSON.parse(file)).toEqual(fitSchema());
});

test("the example's fit is as the schema says", async () => {
  const text = await readText(new URL("../../../../examples/real-neuron/fit.json", import.meta.url), "utf8");
  expect(schemaTakes(JSON.parse(text)), JSON.stringify(schemaTakes.errors)).toBe(true);
});
