import { describe, expect, test } from "vitest";
import {
  brain,
  brainTable,
  compile,
  configSchema,
  DeltaSynapse,
  documentOf,
  experiment,
  LeakySoma,
  PairStdp,
  PoissonSource,
  simulate,
  simulatePrepared,
  TripletStdp,
  WeightNormalization,
} from "../../src/entries/index.ts";

/* Plasticity in documents and tables, and what is refused. */

const options = { duration: 50, dt: 0.5, record: { cells: { outSpikes: true } } } as const;
const projection = {
  from: "input",
  to: "cells",
  connect: { allToAll: {} },
  weight: 1,
} as const;
const populations = { input: PoissonSource({ units: [40], rate: 50 }), cells: LeakySoma({ units: [10] }) };
const synapse = DeltaSynapse();
const wired = (more: object) =>
  brain({ populations, projections: { learned: { ...projection, synapse, ...more } } } as never);
const document = (plasticity: unknown, more: object = {}): object => ({
  ...options,
  model: {
    populations: {
      input: { source: "PoissonSource", units: [40], rate: 50 },
      cells: { soma: "LeakySoma", units: [10] },
    },
    projections: { learned: { ...projection, synapse: { synapse: "DeltaSynapse" }, plasticity, ...more } },
  },
});

test("a document gives the run of the equivalent code", async () => {
  const read = await experiment(document({ rule: "PairStdp", weightMax: 2 }), { kind: "brain" });
  const network = brain({
    populations,
    projections: { learned: { ...projection, synapse, plasticity: PairStdp({ weightMax: 2 }) } },
  });
  const [ofDocument, ofCode] = [await simulatePrepared(read.prepared), await simulate(network, options)];
  const spikes = (run: unknown) => (run as { cells: { outSpikes: { units: Uint32Array } } }).cells.outSpikes.units;
  expect(spikes(ofDocument)).toEqual(spikes(ofCode));
  expect(spikes(ofCode).length).toBeGreaterThan(20);
});

test("tables name the rule and what differs from its defaults, in the unit of the weights", () => {
  const row = (plasticity: object) => brainTable(wired({ plasticity }) as never).projections[0]!.plasticity;
  expect(row(PairStdp())).toBe("PairStdp");
  expect(row(PairStdp({ weightMax: 2, preTau: 15 }))).toBe("PairStdp, preTau 15 ms, weightMax 2 mV");
  expect(brainTable(wired({}) as never).projections[0]).not.toHaveProperty("plasticity");
});

test("a list of rules in a document is that of the code", async () => {
  const rules = [
    { rule: "TripletStdp", weightMax: 2 },
    { rule: "WeightNormalization", total: 30, interval: 10 },
  ];
  const read = await experiment(document(rules), { kind: "brain" });
  const network = wired({
    plasticity: [TripletStdp({ weightMax: 2 }), WeightNormalization({ total: 30, interval: 10 })],
  });
  const [ofDocument, ofCode] = [
    await simulatePrepared(read.prepared),
    await simulate(network as never, options as never),
  ];
  const spikes = (run: unknown) => (run as { cells: { outSpikes: { units: Uint32Array } } }).cells.outSpikes.units;
  expect(spikes(ofDocument)).toEqual(spikes(ofCode));
  expect(brainTable(network as never).projections[0]!.plasticity).toBe(
    "TripletStdp, weightMax 2 mV; WeightNormalization, total 30 mV, interval 10 ms",
  );
  expect((documentOf(network as never, options as never).model as never as typeof network).projections).toMatchObject({
    learned: { plasticity: rules },
  });
});

test("the schema of a rule takes a number, numbers by kind, a list or values of synapses for each parameter", () => {
  const schema = configSchema(TripletStdp.model) as {
    properties: Record<string, { anyOf?: readonly { type?: string }[] }>;
    title: string;
    $defs: Record<string, object>;
  };
  expect(schema.title).toBe("TripletStdp");
  const names = ["preset", ...Object.keys(TripletStdp.model.fields), "skipValidation"];
  expect(Object.keys(schema.properties)).toEqual(names);
  const forms = schema.properties["preTau"]!.anyOf!;
  expect(forms.slice(0, 3).map(({ type }) => type)).toEqual(["number", "object", "array"]);
  expect(forms.slice(3)).toEqual([{ $ref: "#/$defs/synapticValues" }]);
  expect(JSON.stringify(schema.$defs["synapticValues"])).toContain("bySynapse");
});

describe("code refuses", () => {
  const second = { ...projection, synapse };
  test.each([
    [
      "a rule that was not called",
      () => wired({ plasticity: PairStdp }),
      "brain.projections.learned.plasticity takes a plasticity rule such as PairStdp({ weightMax: 10 }); received its type PairStdp. Call it: PairStdp({ … }).",
    ],
    [
      "an empty list of rules",
      () => wired({ plasticity: [] }),
      "brain.projections.learned.plasticity is an empty list. Give rules, or omit it for constant weights.",
    ],
    [
      "a rule twice",
      () => wired({ plasticity: [PairStdp(), PairStdp({ weightMax: 2 })] }),
      "brain.projections.learned.plasticity[1] is a second PairStdp, but a projection has each rule once. Remove one of them.",
    ],
    [
      "a list for each target unit of the wrong length, in a list of rules",
      () => wired({ plasticity: [PairStdp(), WeightNormalization({ total: [3, 4] })] }),
      "brain.projections.learned.plasticity[1].total must have one number for each of the 10 units of cells; received 2.",
    ],
    [
      "a name in place of a rule",
      () => wired({ plasticity: "PairStdp" }),
      'brain.projections.learned.plasticity takes a plasticity rule such as PairStdp({ weightMax: 10 }); received "PairStdp". Give one.',
    ],
    [
      "rows of weights",
      () => wired({ plasticity: PairStdp(), layout: "dense" }),
      'brain.projections.learned.layout must be "sparse" for synapses with plasticity; received "dense": rows also hold absent synapses, which must not learn. Omit it.',
    ],
    [
      "synapses that are not stored",
      () => wired({ plasticity: PairStdp(), layout: "procedural" }),
      'brain.projections.learned.layout must be "sparse" for synapses with plasticity; received "procedural": the synapses are not stored, so they cannot learn. Omit it.',
    ],
    [
      "another projection from the same source to the same synapse",
      () => brain({ populations, projections: { learned: { ...second, plasticity: PairStdp() }, fixed: second } }),
      "brain.projections.learned.plasticity cannot be combined with fixed, which has the same source and ends at the same synapse. Give one of them a synapse of its own.",
    ],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(message);
  });

  test("a network that learns beyond its memory, by name", async () => {
    const simulation = await compile(wired({ plasticity: PairStdp() }) as never, { dt: 0.5 });
    await expect(simulation.run({ duration: 1, memory: 6000 })).rejects.toThrow("projection learned (learning) ");
    simulation.dispose();
  });
});

describe("a document refuses", () => {
  test.each([
    [
      "a name alone",
      document("PairStdp"),
      'experiment.model.projections.learned.plasticity takes an object such as { "rule": "PairStdp", "weightMax": 10 }; received "PairStdp". Give one.',
    ],
    [
      "an unknown rule",
      document({ rule: "PairSTDP" }),
      'experiment.model.projections.learned.plasticity.rule must be the name of a plasticity rule; received "PairSTDP". Did you mean "PairStdp"?',
    ],
    [
      "an unknown parameter",
      document({ rule: "PairStdp", maxWeight: 2 }),
      "experiment.model.projections.learned.plasticity.maxWeight is unknown.",
    ],
    [
      "a value out of range",
      document({ rule: "PairStdp", preTau: 0 }),
      "experiment.model.projections.learned.plasticity.preTau must be greater than 0 ms; received 0 ms. The default is 20 ms.",
    ],
  ])("%s", async (_, given, message) => {
    await expect(experiment(given)).rejects.toThrow(message);
  });
});
