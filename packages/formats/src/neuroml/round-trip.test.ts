import fc from "fast-check";
import { type ExperimentDocument, experiment, type SpikeRecording, simulatePrepared } from "spark-snn";
import { expect, test } from "vitest";
import { dataReader, type Files, neighbourReader } from "../result.ts";
import { exportNeuroml } from "./export.ts";
import { importNeuroml } from "./import.ts";

/* import(export(x)) gives the spikes of x, for random networks whose parts NeuroML has. */

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const perUnit = (min: number, max: number) =>
  fc.oneof(
    fc.integer({ min, max }),
    number(min, max),
    fc.constant({ uniform: { min, max } }),
    fc.constant([max, min, max]),
  );

const leaky = {
  potentialTau: perUnit(8, 25),
  potentialReset: fc.constantFrom(-60, -62.5),
  threshold: fc.constantFrom(-50, -52),
};
const soma = fc.oneof(
  fc.record({ soma: fc.constant("LeakySoma"), ...leaky, resistance: fc.constantFrom(0.1, 0.13) }),
  fc.record({
    ...{ soma: fc.constant("StrictRefractoryLeakySoma"), ...leaky },
    cooldown: fc.constantFrom(0, 1, 2.5),
  }),
  fc.record({ soma: fc.constant("ExponentialSoma"), spikeSlope: fc.constantFrom(1.5, 2) }),
  fc.record({
    soma: fc.constant("AdaptiveExponentialSoma"),
    adaptationDelta: fc.constantFrom(0, 7, 20.3),
    adaptationSubthreshold: fc.constantFrom(0, 0.5),
    cooldown: fc.constantFrom(0, 1),
  }),
  fc.record({ soma: fc.constant("Izhikevich2007Soma"), recoveryDelta: fc.constantFrom(100, 33.3) }),
);
const synapse = fc.oneof(
  fc.record({ synapse: fc.constant("ExponentialSynapse"), tau: fc.constantFrom(2, 4.7) }),
  fc.record({ synapse: fc.constant("AlphaSynapse"), tau: fc.constantFrom(1, 2.2) }),
  fc.record({
    synapse: fc.constantFrom("ConductanceExponentialSynapse", "ConductanceAlphaSynapse"),
    tau: fc.constantFrom(2, 5),
    potentialReversal: fc.constantFrom(0, -80),
  }),
);
const current = fc.constantFrom<unknown>(
  150,
  [90, 180, 260],
  { step: { amplitude: 300, from: 5, to: 30 } },
  { sum: [100, { step: { amplitude: 200.5, from: 10 } }] },
  { pulses: { amplitude: 400, period: 8, width: 3 } },
  { pulses: { amplitude: 400, period: 2, width: 1 } },
);
const population = fc.record({
  soma,
  units: fc.constant(3),
  inhibitory: fc.boolean(),
  synapse,
  current: fc.option(current),
  start: fc.option(fc.constantFrom<unknown>(-58, [-55, -60, -57])),
  weight: fc.integer({ min: 20, max: 200 }),
});
type Population = typeof population extends fc.Arbitrary<infer P> ? P : never;

const documentOf = (
  dt: number,
  given: readonly Population[],
  links: readonly boolean[],
  seed: number,
): ExperimentDocument => {
  const names = given.map((_, k) => `p${k}`);
  const projections = Object.fromEntries(
    given.flatMap(({ synapse: own, weight }, to) => {
      const scale = own.synapse.startsWith("Conductance") ? 0.03 : 1;
      const common = {
        ...{ to: names[to], connect: { pairwiseBernoulli: { probability: 0.7 } }, synapse: own },
        delay: { uniform: { min: dt, max: 3 } },
        weight: { uniform: { min: (weight * scale) / 2, max: weight * scale } },
      };
      const inner = names.filter((_, from) => links[(to * names.length + from) % links.length]);
      return [
        [`in${to}`, { from: "noise", ...common }],
        ...inner.map((from) => [`${from}To${to}`, { from, ...common }]),
      ];
    }),
  );
  const entries = (of: (one: Population) => unknown): Record<string, unknown> =>
    Object.fromEntries(given.flatMap((one, k) => (of(one) ? [[names[k], of(one)]] : [])));
  return {
    model: {
      populations: {
        noise: { source: "PoissonSource", units: [5], rate: 120 },
        ...entries(({ soma: own, units, inhibitory }) => ({
          ...{ ...own, units: [units] },
          // Conductances above the threshold cannot inhibit.
          inhibitory: inhibitory && given.every(({ synapse: { synapse: name } }) => !name.startsWith("Conductance")),
        })),
      },
      projections,
    },
    ...{ duration: 60, dt, dtype: "f64", seed },
    inputs: entries((one) => one.current && { current: one.current }),
    initial: entries(({ start, soma: own }) => start && own.soma === "Izhikevich2007Soma" && { potential: start }),
    record: entries(() => ({ outSpikes: true })),
  } as unknown as ExperimentDocument;
};

const spikesOf = async (document: ExperimentDocument, data: Files, names: readonly string[]) => {
  const { prepared } = await experiment(document, { kind: "brain", readFile: dataReader(data) });
  const run = (await simulatePrepared(prepared, {})) as unknown as Readonly<
    Record<string, { readonly outSpikes: SpikeRecording }>
  >;
  return names.map((name) => [name, [...run[name]!.outSpikes.steps], [...run[name]!.outSpikes.units]] as const);
};

const roundTrip = async (document: ExperimentDocument) => {
  const { files } = await exportNeuroml(await experiment(document));
  return importNeuroml(files["LEMS_network.xml"]!, {
    ...{ file: "LEMS_network.xml", readFile: neighbourReader(files) },
    // drift.test.ts tests the drift check.
    driftSteps: 0,
  });
};

test("random networks keep their spikes over an export and an import", async () => {
  let spikes = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(0.1, 0.25),
      fc.array(population, { minLength: 1, maxLength: 3 }),
      fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
      fc.integer({ min: 0, max: 1000 }),
      async (dt, given, links, seed) => {
        const document = documentOf(dt, given, links, seed);
        const names = Object.keys(document.record!);
        const before = await spikesOf(document, {}, names);
        const { document: again, data, report } = await roundTrip(document);
        expect(report.entries.filter(({ fidelity }) => fidelity === "unsupported")).toEqual([]);
        expect(Object.keys(again.record!).sort()).toEqual(names);
        expect(await spikesOf(again, data, names)).toEqual(before);
        spikes += before.reduce((sum, [, steps]) => sum + steps.length, 0);
      },
    ),
    // Time constants of drawn values may differ in their last bit, so a random seed could find a spike on the threshold.
    { numRuns: 40, seed: 11 },
  );
  expect(spikes).toBeGreaterThan(1000);
});

interface Imported {
  readonly model: {
    readonly projections: {
      readonly wires: {
        readonly connect: {
          readonly explicit: { readonly sources: readonly number[]; readonly targets: readonly number[] };
        };
      };
    };
  };
}

test("a network keeps its names, parameters, drives, times and records", async () => {
  const { document, report } = await roundTrip({
    model: {
      populations: {
        noise: { source: "SpikeReplay", units: [3] },
        cells: { soma: "LeakySoma", units: [4], potentialTau: [10, 20, 10, 20], resistance: 0.1, threshold: -50 },
        others: { soma: "Izhikevich2007Soma", units: [2] },
      },
      projections: {
        wires: {
          ...{
            from: "noise",
            to: "cells",
            weight: 70.3,
            delay: 1.5,
            synapse: { synapse: "ExponentialSynapse", tau: 3 },
          },
          connect: { explicit: { sources: [0, 2, 2], targets: [3, 0, 0] } },
        },
      },
      drives: {
        background: {
          ...{ to: "others", poisson: { rate: 20, trains: 50, weight: 2 } },
          synapse: { synapse: "ConductanceExponentialSynapse" },
        },
      },
    },
    ...{ duration: 40, dt: 0.1, dtype: "f64" },
    inputs: { noise: { inSpikes: { steps: [3, 3, 200], units: [0, 2, 2] } }, cells: { current: [1, 2, 3, 4] } },
    record: { cells: { outSpikes: true, potential: true } },
  } as unknown as ExperimentDocument);
  expect(document).toMatchObject({
    model: {
      populations: {
        noise: { source: "SpikeReplay", units: [3] },
        cells: {
          ...{ soma: "LeakySoma", units: [4], potentialTau: [10, 20, 10, 20], resistance: 0.1, threshold: -50 },
          synapses: { exponential: { synapse: "ExponentialSynapse", tau: 3 } },
        },
        others: { soma: "Izhikevich2007Soma", capacitance: 100, curvature: 0.7, recoveryRate: 0.03 },
      },
      projections: {
        wires: { from: "noise", to: "cells.exponential", weight: 70.3, delay: 1.5 },
      },
      drives: { background: { to: "others.conductanceExponential", poisson: { rate: 1000, trains: 1, weight: 2 } } },
    },
    ...{ duration: 40, dt: 0.1, dtype: "f64" },
    inputs: { noise: { inSpikes: { events: { steps: [3, 3, 200], units: [0, 2, 2] } } } },
    record: { cells: { outSpikes: true, potential: true } },
  });
  const { explicit } = (document as unknown as Imported).model.projections.wires.connect;
  expect(explicit.sources.map((source, k) => `${source} ${explicit.targets[k]}`).sort()).toEqual([
    ...["0 3", "2 0", "2 0"],
  ]);
  expect(report.counts).toMatchObject({ approximate: 1, unsupported: 0 });
  await experiment(document);
});

test("a network of more than a thousand synapses keeps its spikes, in files of data", async () => {
  const document = {
    model: {
      populations: {
        cells: { soma: "LeakySoma", units: [60], potentialReset: -60, threshold: -50 },
        noise: { source: "PoissonSource", units: [30], rate: 100 },
      },
      projections: {
        wires: {
          ...{ from: "noise", to: "cells", connect: { allToAll: {} } },
          ...{ weight: { uniform: { min: 10, max: 60 } }, delay: { uniform: { min: 0.2, max: 2 } } },
          synapse: { synapse: "ExponentialSynapse" },
        },
      },
    },
    ...{ duration: 500, dt: 0.1, dtype: "f64", seed: 2, record: { cells: { outSpikes: true } } },
  } as unknown as ExperimentDocument;
  const before = await spikesOf(document, {}, ["cells"]);
  const { document: again, data } = await roundTrip(document);
  expect(Object.keys(data).sort()).toEqual(["noiseSpikes.npz", "wires.npz"]);
  expect(await spikesOf(again, data, ["cells"])).toEqual(before);
  expect(before[0]![1].length).toBeGreaterThan(100);
});
