import { ConfigError } from "spark-snn";
import { expect, test } from "vitest";
import { detectSpikes, fitSchema, readFitDocument } from "./index.ts";

const wave = [-60, -60, 20, -60];

test.each([
  [undefined, { interval: 1 }, "detectSpikes.potential must be a list of numbers; received undefined."],
  ["text", { interval: 1 }, 'detectSpikes.potential must be a list of numbers; received "text".'],
  [["-60", "20"], { interval: 1 }, "detectSpikes.potential must be a list of numbers; received a list of 2."],
  [wave, undefined, "detectSpikes takes an object of options; received undefined."],
  [wave, { interval: 1, deed: 2 }, 'detectSpikes.deed is unknown. Did you mean "dead"?'],
  [wave, { interval: "1" }, 'detectSpikes.interval must be a number of ms greater than 0; received "1".'],
  [wave, { interval: 1, level: Number.NaN }, "detectSpikes.level must be a finite number; received NaN mV."],
  [wave, { times: "0123" }, 'detectSpikes.times must be a list of numbers; received "0123".'],
])("detectSpikes refuses %o with %o", (potential, options, message) => {
  const call = () => detectSpikes(potential as never, options as never);
  expect(call).toThrow(ConfigError);
  expect(call).toThrow(message);
});

test("detectSpikes takes lists of both kinds", () => {
  expect([...detectSpikes(wave, { interval: 0.5 })]).toEqual([1]);
  expect([...detectSpikes(Float32Array.from(wave), { times: [0, 1, 2, 3] })]).toEqual([2]);
});

test("readers and schemas of documents refuse models and options of other kinds", async () => {
  expect(() => fitSchema({ a: 1 } as never)).toThrow("fitSchema.models.a must be a soma; received 1.");
  await expect(readFitDocument({}, null as never)).rejects.toThrow("readFitDocument takes an object of options");
  await expect(readFitDocument({}, { readfile: 1 } as never)).rejects.toThrow('Did you mean "readFile"?');
  await expect(readFitDocument({}, { readFile: "x" } as never)).rejects.toThrow("must be a function that reads a file");
});
