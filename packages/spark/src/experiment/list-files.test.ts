import { describe, expect, test } from "vitest";
import { FileError } from "../errors/errors.ts";
import { encodeNpz } from "../io/npz.ts";
import { simulate } from "../run/simulate.ts";
import { experiment } from "./experiment.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const files: Readonly<Record<string, Uint8Array>> = {
  "run.csv": text("step,time_ms,unit\n20,10,0\n42,21,1\n42,21,2\n"),
  "gdf.csv": text("sender;t\n0;9.8\n1;20.6\n2;21\n"),
  "twice.csv": text("sender,t\n0,9.8\n0,9.6\n"),
  "early.csv": text("sender,t\n0,9.8\n1,0\n"),
  "times.npz": encodeNpz({
    times: { data: Float64Array.of(9.8, 20.6, 21), shape: [3] },
    units: { data: BigInt64Array.from([0n, 1n, 2n]), shape: [3] },
  }),
};
const readFile = async (path: string): Promise<Uint8Array> => {
  if (!files[path]) throw new FileError(`${path} cannot be read: it does not exist. Correct the path.`);
  return files[path];
};
const population = { source: "SpikeReplay", units: [3] };
const documentOf = (inSpikes: unknown, more: object = {}): object => ({
  model: { populations: { input: population, cells: { soma: "LeakySoma", units: [3] } } },
  duration: 50,
  dt: 0.5,
  inputs: { input: { inSpikes } },
  record: { input: { outSpikes: true } },
  ...more,
});
const replayed = async (events: unknown): Promise<unknown> => {
  const { brain, options } = await experiment(documentOf({ events }), { readFile, kind: "brain" });
  const run = (await simulate(brain, options)) as unknown as Record<
    string,
    Record<string, Record<string, Uint32Array>>
  >;
  const { steps, units } = run["input"]!["outSpikes"]!;
  return [...steps!].map((step, k) => [step, units![k]]);
};
const problem = async (document: object): Promise<string> => {
  const error = await experiment(document, { readFile }).catch((thrown: unknown) => thrown);
  return (error as Error).message;
};

test.each<[string, unknown]>([
  ["a table of a run", { csv: "run.csv" }],
  ["a table of another program, by its times", { csv: "gdf.csv", time: "t", unit: "sender", separator: ";" }],
  ["columns by number", { csv: "gdf.csv", time: 1, unit: 0, separator: ";" }],
  ["an archive of times", { npz: "times.npz" }],
  ["times in the document", { times: [9.8, 20.6, 21], units: [0, 1, 2] }],
])("spikes are replayed from %s", async (_, events) => {
  expect(await replayed(events)).toEqual([
    [20, 0],
    [42, 1],
    [42, 2],
  ]);
});

describe("spikes in files are refused", () => {
  const path = "experiment.inputs.input.inSpikes";
  test.each<[string, unknown, string]>([
    ["beside events", { csv: "run.csv" }, `${path}.csv belongs inside events. Write { "events": { "csv": … } }.`],
    [
      "as text",
      { events: "run.csv" },
      `${path}.events takes an object; received "run.csv". Write { "csv": "run.csv" }.`,
    ],
    ["as text", { events: "a.npz" }, `${path}.events takes an object; received "a.npz". Write { "npz": "a.npz" }.`],
    [
      "by another key",
      { events: { file: "run.csv" } },
      `${path}.events must name the file of the spikes; received { file }. Give { "csv": … }, { "npz": … }, or lists of steps or times and of units.`,
    ],
    [
      "without a step",
      { events: { csv: "twice.csv" } },
      `${path}.events.csv cannot be used: twice.csv must have the requested column; received "step". Its columns are "sender", "t". Name those of the times in ms and of the units: "time": …, "unit": ….`,
    ],
    [
      "with one column named",
      { events: { csv: "twice.csv", time: "t" } },
      `${path}.events.unit is missing. Name the column of units.`,
    ],
    [
      "with a column that is none",
      { events: { csv: "twice.csv", time: -1, unit: 0 } },
      `${path}.events.time must be the name of a column, or its index, counted from 0; received -1. Name the column of times in ms.`,
    ],
    [
      "with semicolons and no columns named",
      { events: { csv: "run.csv", separator: ";" } },
      `${path}.events.separator needs time and unit: files of a run need no options. Name these columns.`,
    ],
    [
      "with two spikes in a step",
      { events: { csv: "twice.csv", time: "t", unit: "sender" } },
      `${path}.events.csv ("twice.csv" line 3, column "t") repeats the spike of unit 0 in step 20 (dt 0.5 ms), which is at index 0. A unit spikes at most once per step: remove one, or use a smaller dt.`,
    ],
    [
      "at the start",
      { events: { csv: "early.csv", time: "t", unit: "sender" } },
      `${path}.events.csv ("early.csv" line 3, column "t") must be after the start of the run at 0 ms; received 0 ms. Shift the times.`,
    ],
  ])("%s: %j", async (_, inSpikes, message) => {
    expect(await problem(documentOf(inSpikes))).toBe(message);
  });

  test("within a population, or for none", async () => {
    const model = { populations: { input: { ...population, events: { csv: "run.csv" } } } };
    expect(await problem({ model, duration: 50, dt: 0.5 })).toBe(
      "experiment.model.populations.input.events is an input of a run, not a part of a population. Write it under experiment.inputs.input.",
    );
    expect(await problem(documentOf({}, { inputs: { inSpikes: { events: { csv: "run.csv" } } } }))).toBe(
      'experiment.inputs.inSpikes is unknown. It belongs to a population: write { "input": { "inSpikes": … } }.',
    );
  });

  test("where a source is given as a soma", async () => {
    expect(await problem({ model: { soma: "SpikeReplay", units: [3] }, duration: 50 })).toBe(
      'experiment.model.soma must be the name of a soma; SpikeReplay is a source of spikes. Write { "source": "SpikeReplay", "units": [100] }.',
    );
  });
});

test("a list of inputs that should be a sum says so", async () => {
  const current = [{ step: { amplitude: 250, from: 5 } }, { pulses: { amplitude: 500, period: 20, width: 2 } }];
  const document = { model: { soma: "LeakySoma", units: [2] }, duration: 50, inputs: { current } };
  expect(await problem(document)).toBe(
    'experiment.inputs.current contains inputs instead of one number per unit; received [{ step }, { pulses }]. Add them with { "sum": [ … ] }.',
  );
});
