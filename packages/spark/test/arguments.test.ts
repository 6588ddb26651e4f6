import { expect, test } from "vitest";
import * as spark from "../src/entries/index.ts";
import { argumentsOfEveryKind, callThrough, functionsOf } from "./refusals/junk.test-support.ts";

/*
 * Every public function gets values of every kind in the place of its arguments. It may accept them, because many
 * functions only make data that is checked where it is used. What it may not do is end with an error of JavaScript.
 */

/** Functions for equations throw a TypeError that names the argument. */
const named = /argument \d is|takes \(/;

const functions: Readonly<Record<string, unknown>> = { ...spark };
const problem = async (call: (...given: readonly unknown[]) => unknown, given: readonly unknown[]): Promise<string> => {
  try {
    await callThrough(() => call(...given));
    return "";
  } catch (error) {
    if (error instanceof spark.SparkError) return "";
    if (error instanceof TypeError && named.test(error.message)) return "";
    return `${given.map(String).join(", ")}: ${String(error)}`;
  }
};

test.each(functionsOf(functions))("%s takes or refuses values of every kind", async (name) => {
  const call = functions[name] as (...given: readonly unknown[]) => unknown;
  const problems: string[] = [];
  for (const given of argumentsOfEveryKind()) problems.push(await problem(call, given));
  expect(problems.filter((text) => text !== "")).toEqual([]);
});

const somas = { a: 1 } as never;

test.each([
  [() => spark.brainTable(null as never), "brainTable takes a network; received null."],
  [() => spark.brainDiagram({} as never), "brainDiagram takes a network; received {}."],
  [() => spark.brainMermaid(spark.LeakySoma() as never), "brainMermaid takes a network; received { model, config,"],
  [
    () => spark.equationsText(spark.LeakySoma as never),
    "equationsText takes a model; received a component of LeakySoma. Write LeakySoma.model.",
  ],
  [() => spark.fieldTable({} as never), "fieldTable takes a model; received {}. Give a model such as LeakySoma.model."],
  [
    () => spark.simulatePrepared({} as never),
    "simulate takes a prepared experiment; received {}. Give experiment(…).prepared.",
  ],
  [
    () => spark.simulate(spark.LeakySoma(), undefined as never),
    "simulate takes an object of options; received undefined.",
  ],
  [() => spark.experiment({}, null as never), "options takes an object of options; received null."],
  [() => spark.experiment({}, { modles: {} } as never), 'options.modles is unknown. Did you mean "models"?'],
  [() => spark.experiment({}, { models: somas }), "options.models.a must be a soma or source; received 1."],
  [
    () => spark.experiment({}, { readFile: "x" as never }),
    'options.readFile must be a function that reads a file; received "x".',
  ],
  [() => spark.experiment({}, { kind: "net" as never }), 'options.kind must be "soma" or "brain"; received "net".'],
  [() => spark.experimentSchema(somas), "experimentSchema.models.a must be a soma or source; received 1."],
  [() => spark.LIFNeuron(7 as never), "LeakySoma takes an object of parameters; received 7."],
  [() => spark.decodeNpz(new Uint8Array(4), { nmae: "x" } as never), 'decodeNpz.nmae is unknown. Did you mean "name"?'],
  [() => spark.decodeNpz(new Uint8Array(4), { limit: "1" } as never), "decodeNpz.limit must be a number of bytes"],
  [() => spark.decodeNpy("text" as never), 'decodeNpy takes the bytes of a file; received "text".'],
  [
    () => [...spark.csvRows("ab" as never, [])],
    'csvRows.header must be a list of names; received "ab". Name each column.',
  ],
  [() => [...spark.csvRows(["a"], [[1]] as never)], "csvRows.columns must be a list of typed arrays; received [[1]]."],
  [
    () => [...spark.csvRows(["a"], [Int32Array.of(1)], { rows: 5 } as never)],
    'csvRows.rows is unknown. Did you mean "rowsPerChunk"?',
  ],
  [
    () => [...spark.eventsToCsv([] as never, { dt: 1 })],
    "eventsToCsv takes { steps, units }, lists of numbers; received",
  ],
  [
    () => [...spark.traceToCsv({ steps: [1], units: [0] } as never, { dt: 1 })],
    "traceToCsv takes { steps, units, values }, lists of numbers; received { steps, units }. Give all of them.",
  ],
  [() => spark.encodeNpz({ a: [1, 2] } as never), "encodeNpz.a takes { data, shape }, a typed array and its axes"],
  [() => spark.encodeNpz({}, { compres: true } as never), 'encodeNpz.compres is unknown. Did you mean "compress"?'],
  [() => spark.encodeNpy({ data: [1], shape: [1] } as never), "encodeNpy takes { data, shape }"],
  [() => spark.readCsv("a\n1\n", { colums: ["a"] } as never), "colums is unknown."],
  [
    () => spark.readCsv("a\n1\n", { columns: "a" } as never),
    'columns must be an array of names, or of indices from 0; received "a".',
  ],
  [() => spark.readCsv(7 as never), "readCsv takes text, bytes or chunks of bytes; received 7."],
  [() => spark.readCsv([1, 2] as never), "readCsv takes the bytes of a file; received 1."],
  [() => spark.readCsvStream("text" as never), 'readCsvStream takes a stream of bytes; received "text".'],
  [() => spark.traceFromCsv("", { colum: "v" } as never), 'traceFromCsv.colum is unknown. Did you mean "column"?'],
  [() => spark.suggestName(7 as never, []), "suggestName takes a name; received 7."],
  [
    () => [
      spark.LeakySoma({}),
      ...[{}, {}].map(spark.LeakySoma as never),
      spark.soma("X" as never, {} as never, undefined as never),
    ],
    "X is not declared.",
  ],
  [
    () => spark.soma("X", { tau: 3 } as never, { about: "", step: () => 0 } as never),
    "X.tau is not declared. Write field(…).",
  ],
  [() => spark.synapse("X", {}, {} as never), "X is not declared. Write fields and { step: (x) => … }."],
])("%o says what to give", async (call, message) => {
  await expect((async () => call())()).rejects.toThrow(message);
});
