import { describe, expect, test } from "vitest";
import { normal, uniform } from "../config/initializer.ts";
import { ConfigError, MemoryError } from "../errors/errors.ts";
import { gt, mul, quantity } from "../expr/verbs.ts";
import { ornsteinUhlenbeck, pulses, ramp, sine, stepCurrent, sum, whiteNoise } from "../inputs/forms.ts";
import type { Component } from "../model/component.ts";
import { soma } from "../model/soma.ts";
import type { SimulateOptions } from "../run/options.ts";
import { simulate, simulatePrepared } from "../run/simulate.ts";
import { AdaptiveLeakySoma, LeakySoma, RefractoryLeakySoma, StrictRefractoryLeakySoma } from "../somas/index.ts";
import { experiment } from "./experiment.ts";
import { options, rows } from "./files.test-support.ts";

const column = (k: number): number[] => rows.map((row) => row[k]!);
const times = rows.map((_, k) => k * 0.4);
const record = { outSpikes: true, potential: true } as const;
const base = { duration: 20, dt: 0.1, record } as const;
const three = { soma: "LeakySoma", units: [3] } as const;
const threeUnits = (): Component => LeakySoma({ units: [3] });
const eventList = { steps: [1, 1, 150], units: [0, 2, 1] };

type Row = readonly [string, object, () => readonly [Component, SimulateOptions]];
const withCurrent = (name: string, current: unknown, same: unknown = current): Row => [
  name,
  { ...base, model: three, inputs: { current } },
  () => [threeUnits(), { ...base, inputs: { current: same as number } }],
];
const forms: readonly Row[] = [
  withCurrent("a number", 250),
  withCurrent("an array per unit", [100, 250, 400]),
  withCurrent("steps", { steps: Array(200).fill([100, 250, 400]) }),
  withCurrent("a series", { series: column(0), interval: 0.4 }),
  withCurrent("a linear series", { series: column(0), interval: 0.3, between: "linear", after: "repeat" }),
  withCurrent("a series per unit with times", { series: rows, times, after: "hold" }),
  withCurrent(
    "a step",
    { step: { amplitude: 300, from: 5, to: 15 } },
    stepCurrent({ amplitude: 300, from: 5, to: 15 }),
  ),
  withCurrent(
    "pulses",
    { pulses: { amplitude: 900, period: 5, width: 1 } },
    pulses({ amplitude: 900, period: 5, width: 1 }),
  ),
  withCurrent("a ramp", { ramp: { start: 0, end: 900, to: 20 } }, ramp({ start: 0, end: 900, to: 20 })),
  withCurrent(
    "a sine",
    { sine: { amplitude: [1, 2, 3], frequency: 40, offset: 300 } },
    sine({ amplitude: [1, 2, 3], frequency: 40, offset: 300 }),
  ),
  withCurrent(
    "Ornstein–Uhlenbeck noise",
    { ornsteinUhlenbeck: { mean: 300, std: 50, tau: 5 } },
    ornsteinUhlenbeck({ mean: 300, std: 50, tau: 5 }),
  ),
  withCurrent(
    "white noise with a seed",
    { whiteNoise: { mean: 300, std: 50, seed: 9, shared: true } },
    whiteNoise({ mean: 300, std: 50, seed: 9, shared: true }),
  ),
  withCurrent(
    "a sum",
    { sum: [200, { whiteNoise: { mean: 0, std: 50 } }, { csv: "currents.csv", time: "time_ms", column: "a" }] },
    sum(200, whiteNoise({ mean: 0, std: 50 }), { series: column(0), times }),
  ),
  withCurrent(
    "a CSV column with times",
    { csv: "currents.csv", time: "time_ms", column: "b" },
    { series: column(1), times },
  ),
  withCurrent(
    "CSV columns by number, linear",
    { csv: "currents.csv", time: 0, columns: [3, 1, 2], between: "linear", after: "hold" },
    { series: rows.map(([a, b, c]) => [c!, a!, b!]), times, between: "linear", after: "hold" },
  ),
  withCurrent(
    "a CSV column with an interval",
    { csv: "semicolons.csv", column: "c", interval: 0.5, start: -2, separator: ";" },
    { series: column(2), interval: 0.5, start: -2 },
  ),
  withCurrent("a NumPy file of steps", { npy: "currents.npy" }, { steps: Array(200).fill(rows[3]) }),
  withCurrent(
    "a NumPy file of samples",
    { npy: "whole.npy", interval: 2, after: "repeat" },
    { series: [900, 20, 300], interval: 2, after: "repeat" },
  ),
  [
    "spikes as events",
    { ...base, model: three, inputs: { inSpikes: { events: eventList, inhibitory: [2] } } },
    () => [threeUnits(), { ...base, inputs: { inSpikes: { events: eventList, inhibitory: [2] } } }],
  ],
  [
    "spikes from a CSV file",
    { ...base, model: three, inputs: { inSpikes: { events: { csv: "spikes.csv" } }, current: 150 } },
    () => [threeUnits(), { ...base, inputs: { inSpikes: { events: eventList }, current: 150 } }],
  ],
  [
    "initializers, a seed and double precision",
    {
      ...base,
      seed: 7,
      dtype: "f64",
      model: {
        soma: "AdaptiveLeakySoma",
        units: [4, 5],
        potentialTau: { uniform: { min: 8, max: 12 } },
        threshold: { normal: { mean: -45, std: 2, max: -41 } },
        thresholdDelta: { constant: 5 },
      },
      initial: { potential: -55, adaptation: { uniform: { min: 0, max: 5 } } },
      inputs: { current: 400 },
      record: { outSpikes: { from: 5 }, potential: { units: [0, 19], every: 2 }, adaptation: true, rate: { bin: 10 } },
    },
    () => [
      AdaptiveLeakySoma({
        units: [4, 5],
        potentialTau: uniform({ min: 8, max: 12 }),
        threshold: normal({ mean: -45, std: 2, max: -41 }),
        thresholdDelta: { constant: 5 },
      }),
      {
        ...base,
        seed: 7,
        dtype: "f64",
        initial: { potential: -55, adaptation: uniform({ min: 0, max: 5 }) },
        inputs: { current: 400 },
        record: {
          outSpikes: { from: 5 },
          potential: { units: [0, 19], every: 2 },
          adaptation: true,
          rate: { bin: 10 },
        },
      } as SimulateOptions,
    ],
  ],
  [
    "arrays of fields, from which the shape follows",
    {
      duration: 20,
      model: { soma: "StrictRefractoryLeakySoma", dt: 0.1, seed: 3, cooldown: [1, 2, 3] },
      inputs: { current: 400 },
      record,
    },
    () => [
      StrictRefractoryLeakySoma({ dt: 0.1, seed: 3, cooldown: [1, 2, 3] }),
      { duration: 20, inputs: { current: 400 }, record },
    ],
  ],
  [
    "a shape that follows from the input, and values that are not validated",
    {
      ...base,
      model: { soma: "RefractoryLeakySoma", potentialTau: -20, skipValidation: true },
      inputs: { current: [1, 2] },
    },
    () => [RefractoryLeakySoma({ potentialTau: -20, skipValidation: true }), { ...base, inputs: { current: [1, 2] } }],
  ],
  ["no input and no record", { model: { soma: "LeakySoma" }, duration: 5 }, () => [LeakySoma(), { duration: 5 }]],
];

/** Everything of a run but how long it took; functions are called, so that their results are compared. */
const comparable = (run: object): unknown =>
  JSON.parse(
    JSON.stringify(run, (key, value) => (key === "wallTime" ? undefined : value)).replaceAll(MODEL, "LeakySoma"),
  );
/** Path of the model in warnings about documents. */
const MODEL = "experiment.model";

describe("a document and code", () => {
  test.each(forms)("give the same bits for %s", async (_, document, code) => {
    const read = await experiment(document, { ...options, kind: "soma" });
    const fromDocument = await simulate(read.component, read.options);
    const [component, runOptions] = code();
    const fromCode = await simulate(component, runOptions);
    expect(comparable(fromDocument)).toEqual(comparable(fromCode));
    expect(comparable(await simulatePrepared(read.prepared))).toEqual(comparable(fromCode));
    expect(fromDocument.steps).toBe(read.steps);
    expect(fromDocument.units).toEqual(read.units);
  });

  test.each(forms)("survive the way through a file: %s", async (_, document) => {
    const read = await experiment(document, options);
    const again = await experiment(JSON.parse(JSON.stringify(read.document)), options);
    expect(read.document).toEqual(document);
    expect(again.document).toEqual(read.document);
    expect(again.options).toEqual(read.options);
  });
});

test("a document takes a soma of one's own", async () => {
  const Follower = soma(
    "Follower",
    {},
    {
      about: "A soma whose potential is its current.",
      step: (x) => ({ spikes: gt(x.current, quantity(1000, "pA")), potential: mul(x.current, quantity(1, "GΩ")) }),
    },
  );
  const document = { ...base, model: { soma: "Follower" }, inputs: { current: 3 } };
  const { component, options: found } = await experiment(document, { models: { Follower }, kind: "soma" });
  const run = await simulate(component, { ...found, record: { potential: true } });
  expect(run.potential.values[0]).toBe(3);
  await expect(experiment(document)).rejects.toThrow(
    'experiment.model.soma must be the name of a soma; received "Follower". Known: LeakySoma',
  );
});

test("what was read does not change with the document", async () => {
  const document = { ...base, model: { soma: "LeakySoma", threshold: [-40, -41] } };
  const read = await experiment(document);
  document.model.threshold[0] = 0;
  expect(read.document.model["threshold"]).toEqual([-40, -41]);
});

test("warnings are told", async () => {
  const model = { soma: "LeakySoma", potentialReset: -30 };
  const { warnings, prepared } = await experiment({ duration: 1, model, inputs: { current: 0.3 } }, { kind: "soma" });
  expect(warnings).toEqual([
    "LeakySoma: potentialReset is not below threshold. After a spike, every unit will spike again as soon as possible.",
    expect.stringContaining("inputs.current is at most 0.3 pA, but a constant current of about 200 pA"),
  ]);
  expect((await simulatePrepared(prepared)).warnings).toEqual(warnings);
});

describe("all problems of a document", () => {
  test("are reported together", async () => {
    const document = {
      modle: {},
      name: 3,
      duration: 3.35,
      dt: 0.1,
      seed: -1,
      model: { soma: "AdaptiveLeakySoma", units: [2], potentialTau: -5, treshold: 3, thresholdDelta: [1, 2, 3] },
      inputs: { curent: 3, current: { csv: "", time: "t", column: "a", columns: ["b"], betwen: "hold" } },
      record: { potental: true, potential: { evry: 3 } },
    };
    const error = await experiment(document, options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toMatchInlineSnapshot(`
      "experiment.modle is unknown. Did you mean "model"?
      experiment.name must be text; received 3. Put it in quotes.
      experiment.model.treshold is unknown. Did you mean "threshold"?
      experiment.model.potentialTau must be greater than 0 ms; received -5 ms. The default is 20 ms.
      experiment.seed must be a whole number from 0 to 4294967295; received -1. Give a whole number in this range.
      experiment.duration must be a whole number of steps of 1 ms; received 3.35 ms. The nearest is 3 ms.
      experiment.inputs.curent is unknown. Did you mean "current"?
      experiment.inputs.current.columns cannot be combined with column. Use column for one column, or columns for one column per unit.
      experiment.inputs.current.betwen is unknown. Did you mean "between"?
      experiment.inputs.current.csv must be the path of a file; received "". Name one.
      experiment.model.thresholdDelta has shape [3], but units has shape [2]. Give both the same shape.
      experiment.record.potental is unknown. Did you mean "potential"?
      experiment.record.potential.evry is unknown. Did you mean "every"?"
    `);
  });

  test("of its model and its run are told although the model cannot be built", async () => {
    const document = { ...base, duration: 0, model: { soma: "LeakySoma", threshold: [[1], [2, 3]] } };
    const error = await experiment(document).catch((thrown: unknown) => thrown);
    expect((error as ConfigError).issues.map(({ path }) => path)).toEqual([
      "experiment.model.threshold[1]",
      "experiment.duration",
    ]);
  });
});

test("a population that cannot fit is refused before it is built", async () => {
  const document = { duration: 1, model: { soma: "LeakySoma", units: [46340, 46340] } };
  await expect(experiment(document)).rejects.toThrow(MemoryError);
});
