import { describe, expect, test } from "vitest";
import type { SeriesInput } from "../config/series.ts";
import { ConfigError, FileError } from "../errors/errors.ts";
import { brain } from "../graph/brain.ts";
import { neuron } from "../graph/neuron.ts";
import { encodeNpy } from "../io/npy.ts";
import { encodeNpz } from "../io/npz.ts";
import { simulate } from "../run/simulate.ts";
import { LeakySoma } from "../somas/index.ts";
import { PoissonDrive, PoissonSource } from "../sources/index.ts";
import { DeltaSynapse } from "../synapses/index.ts";
import { experiment } from "./experiment.ts";
import { schemaTakes } from "./takes.test-support.ts";

/** A source and a driven soma, with a rate for each. */
const documentOf = (source: unknown, drive: unknown, duration = 60): object => ({
  model: {
    populations: {
      noise: { source: "PoissonSource", units: [3], rate: source },
      cells: { soma: "LeakySoma", units: [3], synapses: { jump: { synapse: "DeltaSynapse" } } },
    },
    drives: { outside: { to: "cells", poisson: { rate: drive, trains: 100, weight: 0.5 } } },
  },
  duration,
  dt: 0.5,
  record: { noise: { outSpikes: true }, cells: { potential: true } },
});

const levels = [100, 900, 0];
const each = [
  [100, 10, 900],
  [900, 20, 0],
  [0, 30, 500],
];
const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const files: Readonly<Record<string, Uint8Array>> = {
  "rates.csv": text(`ms,hz,a,b,c\n${levels.map((hz, k) => [20 * k, hz, ...each[k]!].join(",")).join("\n")}\n`),
  "broken.csv": text("ms,hz\n0,5\n20,-7\n40,3\n"),
  "all.npy": encodeNpy({ data: Float64Array.from(levels), shape: [3] }),
  "each.npy": encodeNpy({ data: Float64Array.from(each.flat()), shape: [3, 3] }),
  "rates.npz": encodeNpz({
    hz: { data: Float64Array.from(levels), shape: [3] },
    ms: { data: Float64Array.of(0, 20, 40), shape: [3] },
  }),
};
const readFile = async (path: string): Promise<Uint8Array> => {
  if (!files[path]) throw new FileError(`${path} cannot be read: it does not exist. Correct the path.`);
  return files[path];
};

const valuesOf = ({ noise, cells }: Record<string, Record<string, never>>): unknown => {
  const { steps, units } = noise!["outSpikes"]! as { readonly steps: Uint32Array; readonly units: Uint32Array };
  return [steps, units, (cells!["potential"]! as { readonly values: Float32Array }).values].map((all) => [...all]);
};
const runOf = async (document: object): Promise<unknown> => {
  const read = await experiment(document, { readFile, kind: "brain" });
  return valuesOf((await simulate(read.brain, read.options)) as never);
};
const inCode = async (source: SeriesInput, drive: SeriesInput): Promise<unknown> => {
  const coded = brain({
    populations: {
      noise: PoissonSource({ units: [3], rate: source }),
      cells: neuron({ soma: LeakySoma({ units: [3] }), synapses: { jump: DeltaSynapse() } }),
    },
    drives: { outside: { to: "cells", drive: PoissonDrive({ rate: drive, trains: 100, weight: 0.5 }) } },
  });
  const record = { noise: { outSpikes: true }, cells: { potential: true } } as const;
  return valuesOf((await simulate(coded, { duration: 60, dt: 0.5, record })) as never);
};

describe("rates that change in a document", () => {
  const shared = { series: levels, interval: 20 };
  const single = { series: each, interval: 20 };

  test("give the bits of those in code", async () => {
    const [steps, units, potentials] = (await runOf(documentOf(single, shared))) as number[][];
    expect(steps!.length).toBeGreaterThan(20);
    expect(new Set(potentials).size).toBeGreaterThan(100);
    expect([steps, units, potentials]).toEqual(await inCode(single, shared));
  });

  test.each<[string, unknown, unknown]>([
    ["a column and one of times", { csv: "rates.csv", column: "hz", time: "ms" }, shared],
    ["a column at even intervals", { csv: "rates.csv", column: "hz", interval: 20 }, shared],
    ["a column per unit", { csv: "rates.csv", columns: ["a", "b", "c"], time: "ms" }, single],
    ["an array of NumPy", { npy: "all.npy", interval: 20 }, shared],
    ["an array of samples × units", { npy: "each.npy", interval: 20 }, single],
    ["an array of an archive", { series: { npz: "rates.npz", array: "hz" }, interval: 20 }, shared],
    [
      "two arrays of an archive",
      { series: { npz: "rates.npz", array: "hz" }, times: { npz: "rates.npz", array: "ms" } },
      shared,
    ],
    ["a column without times: one value per unit", { csv: "rates.csv", column: "hz" }, levels],
  ])("stand in files: %s", async (_, file, values) => {
    expect(schemaTakes(documentOf(file, file))).toBe(true);
    expect(await runOf(documentOf(file, 8))).toEqual(await runOf(documentOf(values, 8)));
    if (Array.isArray(values)) return;
    expect(await runOf(documentOf(8, file))).toEqual(await runOf(documentOf(8, values)));
  });

  const times = { series: [5, 50], times: [0, 20], after: "zero" };
  test.each([[shared], [single], [times], [{ ...times, between: "linear" }]])("are in the schema: %j", (rate) => {
    expect(schemaTakes(documentOf(rate, rate))).toBe(true);
  });

  const broken: readonly (readonly [string, unknown])[] = [
    ["an unknown key", { ...shared, gap: 3 }],
    ["a rate below zero", { series: [5, -50], interval: 20 }],
    ["a rate below zero for a unit", { series: [[5, -50, 5]], interval: 20 }],
    ["no interval", { series: [5, 50] }],
    ["an unknown choice", { ...shared, after: "stop" }],
  ];
  test.each(broken)("are refused by the schema and by the reader: %s", async (_, rate) => {
    expect(schemaTakes(documentOf(rate, 8))).toBe(false);
    expect(schemaTakes(documentOf(8, rate))).toBe(false);
    await expect(runOf(documentOf(rate, 8))).rejects.toThrow(ConfigError);
    await expect(runOf(documentOf(8, rate))).rejects.toThrow(ConfigError);
  });

  test.each<[unknown, unknown, string]>([
    [
      { series: [5, -50], interval: 20 },
      { series: [5, Number.MAX_VALUE], interval: 30 },
      "experiment.model.populations.noise.rate.series[1] must be at least 0 Hz; received -50 Hz. The default is 10 Hz.\n" +
        "experiment.model.drives.outside.poisson.rate.series[1] times trains must give at most 500 spikes per step; received 1.7976931348623157e+308 Hz with dt 0.5 ms. Use a shorter dt, or several drives.",
    ],
    [
      { series: [5, 2001], interval: 30 },
      8,
      "experiment.model.populations.noise.rate.series[1] must give at most one spike per step; received 2001 Hz with dt 0.5 ms. Use a shorter dt, or PoissonDrive for many trains at once.",
    ],
    [
      { series: [5, 50], interval: 20 },
      { series: [5, 50], interval: 25 },
      'experiment.model.populations.noise.rate.series ends at 40 ms (2 samples), but the run ends at 60 ms. Give more samples, shorten the run, or set after to "hold", "zero" or "repeat".\n' +
        'experiment.model.drives.outside.poisson.rate.series ends at 50 ms (2 samples), but the run ends at 60 ms. Give more samples, shorten the run, or set after to "hold", "zero" or "repeat".',
    ],
    [
      { csv: "broken.csv", column: "hz", time: "ms" },
      8,
      'experiment.model.populations.noise.rate.csv ("broken.csv" line 3, column "hz") must be at least 0 Hz; received -7 Hz. The default is 10 Hz.',
    ],
    [
      8,
      { csv: "rates.csv", columns: ["a", "b"], time: "ms" },
      "experiment.model.drives.outside.poisson.rate has shape [2], but the population it drives has shape [3]. Give both the same shape.",
    ],
    [
      { csv: "rates.csv", time: "ms" },
      8,
      "experiment.model.populations.noise.rate.column is missing. Name the column of values, or columns with one per unit.",
    ],
    [
      { npz: "rates.npz", array: "hz", interval: 20 },
      8,
      'experiment.model.populations.noise.rate.npz is not a series by itself. Write { "series": { "npz": …, "array": … }, "interval": … }.',
    ],
    [
      { series: [[1, 2]], interval: 60 },
      8,
      "experiment.model.populations.noise.rate has shape [2], but units has shape [3]. Give both the same shape.",
    ],
  ])("are refused with their place: %#", async (source, drive, message) => {
    const error = await experiment(documentOf(source, drive), { readFile }).catch((thrown: unknown) => thrown);
    expect((error as Error).message).toBe(message);
  });
});
