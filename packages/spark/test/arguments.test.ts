import { expect, test } from "vitest";
import * as spark from "../src/entries/index.ts";

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
  [() => spark.experiment({}, { models: somas }), "options.models.a must be one of somas and sources; received 1."],
  [
    () => spark.experiment({}, { readFile: "x" as never }),
    'options.readFile must be a function that reads a file; received "x".',
  ],
  [
    () => spark.experiment({}, { kind: "net" as never }),
    'options.kind must be one of "soma", "brain"; received "net".',
  ],
  [() => spark.experimentSchema(somas), "experimentSchema.models.a must be one of somas and sources; received 1."],
  [() => spark.LIFNeuron(7 as never), "LeakySoma takes an object of parameters; received 7."],
])("%o says what to give", async (call, message) => {
  await expect((async () => call())()).rejects.toThrow(message);
});
