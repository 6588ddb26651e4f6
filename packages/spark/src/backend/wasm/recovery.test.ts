import { expect, test } from "vitest";
import { allToAll } from "../../connectivity/rule.ts";
import { brain } from "../../graph/brain.ts";
import { LeakySoma } from "../../somas/leaky.ts";
import { ExponentialSynapse } from "../../synapses/exponential.ts";
import { watchThreads } from "./thread.test-support.ts";

/** `compile` with threads that can be ended from outside. */
const watched = async () => {
  const started = watchThreads();
  return { started, ...(await import("../../run/simulate.ts")) };
};

const cells = brain({
  populations: { cells: LeakySoma({ units: [3000] }) },
  projections: {
    loop: { from: "cells", to: "cells", connect: allToAll(), weight: 0.1, synapse: ExponentialSynapse({ tau: 5 }) },
  },
});
const run = { duration: 50, inputs: { cells: { current: 400 } }, record: { cells: { outSpikes: true } } } as const;

test("a brain that lost a thread runs on others after a reset, and gives the same", async () => {
  const { compile, started } = await watched();
  const simulation = await compile(cells, { dt: 0.1, threads: 2, worker: true, backend: "wasm" });
  const first = await simulation.run(run);
  const record = { cells: { outSpikes: { to: 51 } } };
  const lost = simulation.run({ ...run, duration: 1e6, record, progress: () => started[0]!.end() });
  await expect(lost).rejects.toThrow("The threads of the simulation failed: the thread ended.");
  simulation.reset();
  const again = await simulation.run(run);
  expect(first.cells.outSpikes.count).toBeGreaterThan(0);
  expect(again.cells.outSpikes.units).toEqual(first.cells.outSpikes.units);
  expect(again.cells.outSpikes.steps).toEqual(first.cells.outSpikes.steps);
  simulation.dispose();
});

test("a brain whose threads end between two runs goes on where it stood", async () => {
  const { compile, started } = await watched();
  const whole = await compile(cells, { dt: 0.1, backend: "wasm" });
  await whole.run(run);
  const wanted = await whole.run(run);
  whole.dispose();
  const simulation = await compile(cells, { dt: 0.1, threads: 2, worker: true, backend: "wasm" });
  await simulation.run(run);
  for (const thread of started) thread.end();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const next = await simulation.run(run);
  expect(next.cells.outSpikes.units).toEqual(wanted.cells.outSpikes.units);
  simulation.dispose();
});
