import { drawsFor, type ExperimentDocument, experiment, type SpikeRecording, simulatePrepared } from "spark-snn";
import { expect, test } from "vitest";
import { dataReader, neighbourReader } from "../result.ts";
import { exportSonata } from "./export.ts";
import { importSonata } from "./import.ts";

/* import(export(x)) gives the spikes of x, for random networks. */

const somas = [
  { soma: "StrictRefractoryLeakySoma", potentialReset: -62, threshold: -50, cooldown: 1.3 },
  { soma: "StrictRefractoryLeakySoma", potentialTau: { uniform: { min: 8, max: 25 } }, threshold: -48 },
  { soma: "RefractoryLeakySoma", threshold: -50 },
  { soma: "AdaptiveExponentialSoma" },
  { soma: "IzhikevichSoma", preset: "chattering" },
  {
    name: "Own",
    equations: [
      "dv/dt = (EL - v + R*I)/tau : mV",
      "spike: v > VT",
      "reset: v = Vr",
      "EL = -70 mV; R = 100 Mohm; tau = 20 ms; VT = -50 mV; Vr = -60 mV",
    ],
    parameters: { tau: { uniform: { min: 10, max: 20 } } },
  },
];
const synapses = [
  { synapse: "ExponentialSynapse", tau: 4 },
  { synapse: "ExponentialSynapse", tau: 7, currentOf: "value" },
  { synapse: "AlphaSynapse", tau: { uniform: { min: 1, max: 3 } } },
  { synapse: "DeltaSynapse" },
  { synapse: "ConductanceExponentialSynapse", tau: 5, potentialReversal: -75 },
  { synapse: "RiseDecaySynapse" },
];
const weights: Readonly<Record<string, number>> = { DeltaSynapse: 3, ConductanceExponentialSynapse: 2 };
const currents = [
  300,
  { step: { amplitude: 400, from: 20, to: 70 } },
  { sum: [100, { step: { amplitude: 300, from: 10 } }] },
  { ornsteinUhlenbeck: { mean: 250, std: 100, tau: 5 } },
  { sine: { amplitude: 300, frequency: 20, offset: 150 } },
];

const documentOf = (seed: number): ExperimentDocument => {
  const draws = drawsFor(seed, "round trip");
  let counter = 0;
  const below = (count: number): number => Math.floor(draws.uniform(counter++) * count);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const populations: Record<string, object> = { noise: { source: "PoissonSource", units: [8], rate: 100 } };
  const inputs: Record<string, object> = {};
  const record: Record<string, object> = {};
  const initial: Record<string, object> = {};
  const names = ["first", "second", "third"].slice(0, 1 + below(3));
  for (const name of names) {
    populations[name] = { ...pick(somas), units: [2 + below(5)], inhibitory: below(3) === 0 };
    if (below(2) === 0) inputs[name] = { current: pick(currents) };
    if (below(3) === 0) initial[name] = { potential: pick<unknown>([-58, { uniform: { min: -65, max: -55 } }]) };
    record[name] = { outSpikes: true };
  }
  const projections: Record<string, object> = {};
  const count = 1 + below(5);
  for (let k = 0; k < count; k++) {
    const synapse = pick(synapses);
    const weight = weights[synapse.synapse] ?? 120;
    projections[`wire${k}`] = {
      ...{ from: pick(["noise", ...names]), to: pick(names), synapse },
      connect: pick<object>([{ allToAll: {} }, { pairwiseBernoulli: { probability: 0.6 } }]),
      weight: pick<unknown>([weight, { normal: { mean: weight, std: weight / 5, min: 0 } }]),
      delay: pick<unknown>([1, { uniform: { min: 0.2, max: 3 } }]),
    };
  }
  const run = { duration: 100, dt: 0.1, dtype: pick(["f32", "f64"]), seed };
  return { model: { populations, projections }, ...run, inputs, initial, record } as unknown as ExperimentDocument;
};

type Run = Readonly<Record<string, { readonly outSpikes: SpikeRecording }>>;
const spikesOf = (run: Run, names: readonly string[]): unknown =>
  names.map((name) => [name, Array.from(run[name]!.outSpikes.steps), Array.from(run[name]!.outSpikes.units)]);

let total = 0;

test.each(Array.from({ length: 24 }, (_, k) => k))("random network %i", async (seed) => {
  const document = documentOf(seed);
  const read = await experiment(document, { kind: "brain" });
  const run = (await simulatePrepared(read.prepared, {})) as unknown as Run;
  const { files, report } = await exportSonata(read);
  expect(report.entries.filter(({ fidelity }) => fidelity === "unsupported")).toEqual([]);
  const imported = await importSonata(files["config.json"]!, { readFile: neighbourReader(files) });
  const again = await experiment(imported.document, { kind: "brain", readFile: dataReader(imported.data) });
  const repeated = (await simulatePrepared(again.prepared, {})) as unknown as Run;
  const names = Object.keys(document.record!);
  expect(spikesOf(repeated, names)).toEqual(spikesOf(run, names));
  total += names.reduce((sum, name) => sum + run[name]!.outSpikes.count, 0);
});

test("the random networks spike", () => {
  expect(total).toBeGreaterThan(1000);
});

test("what an export leaves out has an entry, and strict refuses it", async () => {
  const document = {
    model: {
      populations: {
        cells: { soma: "StrictRefractoryLeakySoma", units: [3] },
        others: { soma: "LeakySoma", units: [2] },
      },
      projections: {
        learned: {
          ...{
            from: "cells",
            to: "cells",
            connect: { allToAll: {} },
            weight: 1,
            synapse: { synapse: "ExponentialSynapse" },
          },
          plasticity: { rule: "PairStdp" },
        },
        none: {
          ...{ from: "cells", to: "others", connect: { explicit: { sources: [], targets: [] } }, weight: 1 },
          synapse: { synapse: "DeltaSynapse" },
        },
      },
      drives: {
        noise: { to: "cells", poisson: { rate: 5, trains: 10, weight: 1 }, synapse: { synapse: "DeltaSynapse" } },
      },
      readouts: { out: { from: "cells" } },
    },
    duration: 10,
    record: { cells: { outSpikes: true, potential: { reduce: "mean" } }, readouts: { out: true } },
    changes: [{ at: 5, set: { "cells.threshold": -45 } }],
  } as unknown as ExperimentDocument;
  const { report } = await exportSonata(await experiment(document));
  expect(report.entries.filter(({ fidelity }) => fidelity === "unsupported").map(({ path }) => path)).toEqual([
    "model.projections.learned.plasticity",
    "record.cells.potential",
    "model.drives.noise",
    "model.readouts.out",
    "changes",
  ]);
  await expect(exportSonata(await experiment(document), { strict: true })).rejects.toThrow(/is strict/);
});

test("one soma is a population of its own", async () => {
  const document = {
    model: { soma: "StrictRefractoryLeakySoma", units: [4], threshold: [-50, -49, -48, -47] },
    ...{ duration: 100, dt: 0.1, dtype: "f64", inputs: { current: [250, 260, 270, 280] }, record: { outSpikes: true } },
  } as unknown as ExperimentDocument;
  const read = await experiment(document, { kind: "soma" });
  const run = (await simulatePrepared(read.prepared, {})) as unknown as Run[string];
  const { files } = await exportSonata(read, { strict: false });
  const imported = await importSonata(files["config.json"]!, { readFile: neighbourReader(files) });
  const again = await experiment(imported.document, { kind: "brain", readFile: dataReader(imported.data) });
  const repeated = (await simulatePrepared(again.prepared, {})) as unknown as Run;
  expect(run.outSpikes.count).toBeGreaterThan(5);
  expect(spikesOf(repeated, ["cells"])).toEqual(spikesOf({ cells: run }, ["cells"]));
});
