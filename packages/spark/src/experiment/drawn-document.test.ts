import { expect, test } from "vitest";
import { randomBrain, randomRunTime } from "../../test/conformance/random-brain.test-support.ts";
import { EveryMoment, Interval, randomLearning } from "../../test/conformance/random-learning.test-support.ts";
import { essence, spikesOf } from "../../test/conformance/random-runs.test-support.ts";
import { brain } from "../graph/brain.ts";
import { decodeNpz } from "../io/npz.ts";
import { simulate } from "../run/simulate.ts";
import { LeakySoma } from "../somas/index.ts";
import { PoissonSource } from "../sources/index.ts";
import { ExponentialSynapse } from "../synapses/index.ts";
import { drawnDocumentOf } from "./drawn-document.ts";
import { experiment } from "./experiment.ts";
import { schemaTakes } from "./takes.test-support.ts";

/* Documents with drawn synapses give the runs of their models, to the bit. */

const reader = (data: Readonly<Record<string, Uint8Array>>) => async (path: string) => data[path]!;

/** The same run through a document with drawn synapses, which is read with another seed for the connectivity. */
const expectSameRun = async (model: unknown, run: object, types: object = {}): Promise<number> => {
  const { document, data } = await drawnDocumentOf(model as never, { ...run, ...types } as never);
  const text = JSON.parse(JSON.stringify(document));
  if (Object.keys(types).length === 0) expect(schemaTakes(text), JSON.stringify(schemaTakes.errors)).toBe(true);
  const read = await experiment(text, { ...types, kind: "brain", readFile: reader(data) });
  const accepting = { nonFinite: "ignore" };
  const meant = await simulate(model as never, { ...run, ...accepting } as never);
  const found = await simulate(read.brain as never, { ...read.options, ...accepting } as never);
  expect(essence(found)).toEqual(essence(meant));
  return spikesOf(meant);
};

test("random networks", async () => {
  let spikes = 0;
  for (let seed = 100; seed < 120; seed++) {
    const { brain: model, inputs, record } = randomBrain(seed, "auto");
    spikes += await expectSameRun(model, { ...randomRunTime, seed, inputs, record });
  }
  expect(spikes).toBeGreaterThan(1000);
});

test("random networks that learn", async () => {
  for (let seed = 100; seed < 108; seed++) {
    const model = randomLearning(seed);
    const run = { ...randomRunTime, seed, record: { cells: { outSpikes: true } } };
    await expectSameRun(model, run, { plasticity: { EveryMoment, Interval } });
  }
});

const wired = (projection: object) =>
  brain({
    populations: { noise: PoissonSource({ units: [40], rate: 50 }), cells: LeakySoma({ units: [6] }) },
    projections: {
      in1: { from: "noise", to: "cells", synapse: ExponentialSynapse(), weight: 90, ...projection },
    },
  } as never);

test("the archive has one value of each list for each synapse", async () => {
  const model = wired({ connect: { fixedInDegree: { inDegree: 7 } }, delay: { uniform: { min: 1, max: 4 } } });
  const { document, data } = await drawnDocumentOf(model, { file: "own.npz", dt: 0.5, seed: 4 });
  const { projections } = document.model as never as { readonly projections: Readonly<Record<string, object>> };
  expect(projections["in1"]).toEqual({
    from: "noise",
    to: "cells",
    synapse: { synapse: "ExponentialSynapse" },
    connect: {
      explicit: {
        npz: "own.npz",
        sources: "in1.sources",
        targets: "in1.targets",
        weights: "in1.weights",
        delays: "in1.delays",
      },
    },
  });
  const arrays = decodeNpz(data["own.npz"]!) as Readonly<Record<string, { readonly data: ArrayLike<number> }>>;
  const list = (key: string): number[] => Array.from(arrays[`in1.${key}`]!.data, Number);
  expect(list("weights")).toEqual(Array(42).fill(90));
  expect([...new Set(list("targets"))].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  expect(list("sources").every((unit) => unit >= 0 && unit < 40)).toBe(true);
  expect(new Set(list("delays")).size).toBeGreaterThan(3);
  expect(list("delays").every((delay) => delay % 0.5 === 0 && delay >= 1 && delay <= 4)).toBe(true);
});

test("synapses that are not stored become lists, and a projection may have none", async () => {
  const run = { ...randomRunTime, record: { cells: { outSpikes: true } } };
  const procedural = wired({ connect: { fixedOutDegree: { outDegree: 3 } }, layout: "procedural" });
  expect(await expectSameRun(procedural, run)).toBeGreaterThan(0);
  await expectSameRun(wired({ connect: { explicit: { sources: [], targets: [] } } }), run);
});

test("a model without projections needs no data", async () => {
  expect((await drawnDocumentOf(LeakySoma({ units: [2] }))).data).toEqual({});
});

test("a wrong name of the file, and options that are none, are refused", async () => {
  const model = wired({ connect: { fixedInDegree: { inDegree: 7 } } });
  await expect(drawnDocumentOf(model, { file: 3 } as never)).rejects.toThrow(
    "drawnDocumentOf.file must be the name of a file; received",
  );
  await expect(drawnDocumentOf(model, null as never)).rejects.toThrow("received null");
});
