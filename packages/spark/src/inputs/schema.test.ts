import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { contextOf, currentPort, problemsOf, spikePort } from "./feed.test-support.ts";
import { ornsteinUhlenbeck, pulses, ramp, sine, stepCurrent, sum, whiteNoise } from "./forms.ts";
import { currentInputSchema, currentSchema, spikeInputSchema } from "./schema.ts";

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
const current = ajv.compile(currentInputSchema);
const spikes = ajv.compile(spikeInputSchema);
const context = contextOf({ units: [2], steps: 2 });

test.each<[string, unknown]>([
  ["a number", 250],
  ["an array", [1, 2]],
  [
    "steps",
    {
      steps: [
        [1, 2],
        [3, 4],
      ],
    },
  ],
  ["a series", { series: [1, 2, 3], interval: 1, between: "linear", after: "zero", before: "hold", start: -1 }],
  [
    "a series of columns at times",
    {
      series: [
        [1, 2],
        [3, 4],
      ],
      times: [0, 5],
    },
  ],
  ["a step", stepCurrent({ amplitude: [1, 2], from: 0, to: 5 })],
  ["pulses", pulses({ amplitude: 4, period: 10, width: 2 })],
  ["a ramp", ramp({ start: 0, end: 500 })],
  ["a sine", sine({ amplitude: 1, frequency: 40, phase: 0.25, offset: 3 })],
  ["correlated noise", ornsteinUhlenbeck({ mean: 300, std: 50, tau: 5, seed: 0, shared: true })],
  ["white noise", whiteNoise({ mean: 300, std: [50, 60] })],
  ["a sum", sum(5, whiteNoise({ mean: 0, std: 1 }), [1, 2])],
])("the schema and the reader accept a current: %s", async (_, value) => {
  expect(current(value), JSON.stringify(current.errors)).toBe(true);
  expect(await problemsOf(currentPort, value, context)).toEqual([]);
});

test.each<[string, unknown]>([
  ["text", "250"],
  ["null", null],
  ["an empty array", []],
  ["an array of text", ["1", "2"]],
  ["an empty object", {}],
  ["an unknown kind", { pulse: { amplitude: 1 } }],
  [
    "two kinds",
    {
      step: { amplitude: 1 },
      steps: [
        [1, 2],
        [1, 2],
      ],
    },
  ],
  ["a series without times", { series: [1, 2] }],
  ["a series with two kinds of times", { series: [1, 2], interval: 1, times: [0, 1] }],
  ["an interval of zero", { series: [1, 2], interval: 0 }],
  ["an unknown way after", { series: [1, 2], interval: 1, after: "loop" }],
  ["an unknown option", { step: { amplitude: 1, until: 5 } }],
  ["an option outside of its generator", { step: { amplitude: 1 }, to: 5 }],
  ["an amplitude that is missing", { step: { from: 1 } }],
  ["a negative time", { step: { amplitude: 1, from: -1 } }],
  ["a negative spread for a unit", { whiteNoise: { mean: 0, std: [1, -1] } }],
  ["a time constant of zero", { ornsteinUhlenbeck: { mean: 0, std: 1, tau: 0 } }],
  ["a seed with a fraction", { whiteNoise: { mean: 0, std: 1, seed: 0.5 } }],
  ["an empty sum", { sum: [] }],
  ["a sum within a sum", { sum: [{ sum: [1] }] }],
])("the schema and the reader refuse a current: %s", async (_, value) => {
  expect(current(value)).toBe(false);
  expect(await problemsOf(currentPort, value, context)).not.toEqual([]);
});

test.each<[string, unknown]>([
  ["events", { events: { steps: [1, 2], units: [0, 1] }, inhibitory: [1] }],
  ["no events", { events: { steps: [], units: [] } }],
  [
    "arrays",
    {
      steps: [
        [0, 1],
        [-1, 0],
      ],
    },
  ],
  ["a recording", { steps: [1], units: [0], shape: [2], dt: 1 }],
])("the schema and the reader accept spikes: %s", async (_, value) => {
  expect(spikes(value), JSON.stringify(spikes.errors)).toBe(true);
  expect(await problemsOf(spikePort, value, context)).toEqual([]);
});

test.each<[string, unknown]>([
  ["a number", 1],
  ["steps from 0", { events: { steps: [0], units: [0] } }],
  ["a negative unit", { events: { steps: [1], units: [-1] } }],
  ["events without units", { events: { steps: [1] } }],
  [
    "a count in an array",
    {
      steps: [
        [0, 2],
        [0, 0],
      ],
    },
  ],
  ["an unknown key", { events: { steps: [1], units: [0] }, inhibited: [0] }],
])("the schema and the reader refuse spikes: %s", async (_, value) => {
  expect(spikes(value)).toBe(false);
  expect(await problemsOf(spikePort, value, context)).not.toEqual([]);
});

test("forms that a document resolves before a run join the others, also within a sum", () => {
  const csv = {
    type: "object",
    properties: { csv: { type: "string" } },
    required: ["csv"],
    additionalProperties: false,
  };
  const check = ajv.compile(currentSchema([csv]));
  expect(check({ csv: "04.csv" })).toBe(true);
  expect(check({ sum: [{ csv: "04.csv" }, { whiteNoise: { mean: 0, std: 1 } }] })).toBe(true);
  expect(current({ csv: "04.csv" })).toBe(false);
});

test("every property is described, so that editors can explain it", () => {
  const silent: string[] = [];
  const visit = (schema: unknown, path: string): void => {
    if (typeof schema !== "object" || schema === null) return;
    for (const [key, value] of Object.entries(schema)) {
      if (key === "properties") {
        for (const [name, property] of Object.entries(value as Record<string, { description?: string }>)) {
          if (!property.description) silent.push(`${path}.${name}`);
        }
      }
      visit(value, `${path}.${key}`);
    }
  };
  visit(currentInputSchema, "current");
  visit(spikeInputSchema, "spikes");
  expect(silent).toEqual([]);
});
