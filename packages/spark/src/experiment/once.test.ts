import { afterEach, expect, test, vi } from "vitest";
import { drawValues } from "../config/initializer.ts";
import { buildSynapses } from "../connectivity/build.ts";
import { surveyComponent } from "../model/build.ts";
import { planReadout, planRecord } from "../record/read.ts";
import type { BrainRun } from "../run/model.ts";
import { simulatePrepared } from "../run/simulate.ts";
import { experiment } from "./experiment.ts";

/*
 * Each of these runs once for each field, start value, projection, population, and population or read-out that it is for,
 * from reading a document to the end of its run.
 */
const counted = vi.hoisted(() => async (original: () => Promise<object>, ...names: string[]) => {
  const real = (await original()) as Record<string, (...args: unknown[]) => unknown>;
  return { ...real, ...Object.fromEntries(names.map((name) => [name, vi.fn(real[name])])) };
});
vi.mock("../config/initializer.ts", (original) => counted(original, "drawValues"));
vi.mock("../connectivity/build.ts", (original) => counted(original, "buildSynapses"));
vi.mock("../model/build.ts", (original) => counted(original, "surveyComponent"));
vi.mock("../record/read.ts", (original) => counted(original, "planRecord", "planReadout"));

const calls = (): number[] =>
  [[drawValues], [buildSynapses], [surveyComponent], [planRecord, planReadout]].map((same) =>
    same.reduce((sum, each) => sum + vi.mocked(each as () => unknown).mock.calls.length, 0),
  );
afterEach(() => vi.clearAllMocks());

const uniform = { uniform: { min: -57, max: -51 } };
const soma = {
  model: { soma: "LeakySoma", units: [20], threshold: uniform },
  duration: 10,
  inputs: { current: 300 },
  record: { outSpikes: true },
  initial: { potential: uniform },
};
const network = {
  model: {
    populations: {
      cells: { soma: "LeakySoma", units: [20], threshold: uniform },
      others: { soma: "LeakySoma", units: [10] },
    },
    readouts: { rate: { from: "cells", tau: 20, mean: true } },
    projections: {
      out: {
        from: "cells",
        to: "others",
        connect: { fixedInDegree: { inDegree: 5 } },
        weight: { normal: { mean: 40, std: 4 } },
        synapse: { synapse: "ExponentialSynapse" },
      },
    },
  },
  duration: 10,
  inputs: { cells: { current: 300 } },
  record: { cells: { outSpikes: true }, others: { potential: true }, readouts: { rate: true } },
  initial: { cells: { potential: uniform } },
};

test("a document about a soma is read without drawing, and then drawn once", async () => {
  const read = await experiment(soma, { kind: "soma" });
  expect(calls()).toEqual([0, 0, 1, 1]);
  const run = await simulatePrepared(read.prepared);
  expect(calls()).toEqual([2, 0, 1, 1]);
  expect(run.steps).toBe(10);
  expect(read.fields["threshold"]).toHaveLength(20);
  expect(calls()).toEqual([2, 0, 1, 1]);
});

test("a document about a network is read without drawing, and then drawn once", async () => {
  const read = await experiment(network, { kind: "brain" });
  expect(read.synapses).toEqual({ out: 50 });
  expect(calls()).toEqual([0, 1, 2, 3]);
  const run = await simulatePrepared(read.prepared, { threads: 1 });
  expect(calls()).toEqual([2, 1, 2, 3]);
  expect(run.synapses).toBe(50);
  expect(Object.keys(read.fields)).toEqual(["cells", "others"]);
  expect(calls()).toEqual([2, 1, 2, 3]);
});

test("a document runs again as it ran", async () => {
  const read = await experiment(network, { kind: "brain" });
  const run = async (): Promise<readonly ArrayLike<number>[]> => {
    const { cells, readouts } = (await simulatePrepared(read.prepared)) as unknown as BrainRun<{
      cells: { outSpikes: true };
      readouts: { rate: true };
    }>;
    return [cells.outSpikes.steps, cells.outSpikes.units, readouts.rate.values];
  };
  expect(await run()).toEqual(await run());
});
