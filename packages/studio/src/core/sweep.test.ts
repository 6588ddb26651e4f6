import { experiment, simulate } from "spark-snn";
import { afterEach, expect, test } from "vitest";
import { serve } from "../engine/engine.ts";
import { type JsonObject, withAt } from "./json.ts";
import type { Channel } from "./protocol.ts";
import type { StartedEngine } from "./session.ts";
import { studio } from "./studio.ts";
import { pointsOf, valuesOf } from "./sweep.ts";
import { cellsOf } from "./sweep-cells.ts";

const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});
const engine = (): StartedEngine => {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  serve(port2 as unknown as Channel);
  return { channel: port1 as unknown as Channel, onDeath: () => undefined, terminate: () => port1.close() };
};

const neuron: JsonObject = {
  model: { soma: "LeakySoma", units: [2], potentialReset: -60 },
  duration: 500,
  dt: 0.1,
  inputs: { current: 250 },
};
const keys = ["inputs", "current"];
const threshold = ["model", "threshold"];

test("runs the points of two parameters, and takes one of them into the document", async () => {
  const made = studio(neuron, engine, 1);
  const { sweep } = made;
  sweep.begin(keys);
  sweep.axes.set([
    { keys, from: 150, to: 350, count: 3 },
    { keys: threshold, from: -45, to: -40, count: 2 },
  ]);
  await sweep.run();
  expect(sweep.status.get()).toEqual({ kind: "ready" });
  const result = sweep.result.get()!;
  expect(result.measures).toContain("rate");
  const expected: number[] = [];
  for (const current of [150, 250, 350]) {
    for (const level of [-45, -40]) {
      const document = withAt(withAt(neuron, keys, current), threshold, level);
      const read = await experiment({ ...document, record: { outSpikes: true } }, { kind: "soma" });
      const run = (await simulate(read.component, read.options)) as unknown as { outSpikes: { count: number } };
      expected.push(run.outSpikes.count / 2 / 0.5);
    }
  }
  expect(result.rows.map(({ measures }) => measures["rate"])).toEqual(expected);
  expect(new Set(expected).size).toBeGreaterThan(3);

  const { rows, columns } = cellsOf(result, "rate");
  expect([columns, rows.map(({ head }) => head)]).toEqual([
    ["-45", "-40"],
    ["150", "250", "350"],
  ]);
  expect(rows[2]!.cells[0]).toMatchObject({ row: 4, share: 1 });

  // The run of a cell opens and plays from its start.
  sweep.take(4);
  expect(made.document.get()).toMatchObject({ inputs: { current: 350 }, model: { threshold: -45 } });
  await expect.poll(() => made.session.state.get().status).toBe("playing");
  expect(made.session.state.get().document).toBe(made.document.get());
  made.session.abort();
  made.history.undo();
  expect(made.document.get()).toBe(neuron);
});

test("linked values follow a parameter of a sweep, in the page and in its plan", async () => {
  const linked: JsonObject = {
    ...neuron,
    model: { ...(neuron["model"] as JsonObject), potentialRest: -60 },
    studio: {
      links: [
        [
          ["model", "potentialRest"],
          ["model", "potentialReset"],
        ],
      ],
    },
  };
  const { sweep } = studio(linked, engine, 1);
  sweep.begin(["model", "potentialRest"]);
  sweep.axes.set([{ keys: ["model", "potentialRest"], from: -70, to: -60, count: 2 }]);
  await sweep.run();
  const expected: number[] = [];
  for (const level of [-70, -60]) {
    const model = { ...(neuron["model"] as JsonObject), potentialRest: level, potentialReset: level };
    const read = await experiment({ ...neuron, model, record: { outSpikes: true } }, { kind: "soma" });
    const run = (await simulate(read.component, read.options)) as unknown as { outSpikes: { count: number } };
    expected.push(run.outSpikes.count / 2 / 0.5);
  }
  expect(sweep.result.get()!.rows.map(({ measures }) => measures["rate"])).toEqual(expected);
  expect(expected[0]).not.toBe(expected[1]);

  const lines = (await sweep.plan())!.trimEnd().split("\n");
  const [head, ...runs] = lines.map((line) => JSON.parse(line) as JsonObject);
  expect(head).toMatchObject({ kind: "spark-snn sweep plan", runs: 2, files: ".", measure: ["rate", "cv"] });
  expect(head!["document"]).not.toHaveProperty("studio");
  expect(runs.map(({ overrides }) => overrides)).toEqual([
    { "model.potentialRest": -70, "model.potentialReset": -70 },
    { "model.potentialRest": -60, "model.potentialReset": -60 },
  ]);
  sweep.axes.set([{ keys: ["model", "potentialTau"], from: -1, to: 1, count: 2 }]);
  expect(await sweep.plan()).toBeUndefined();
  expect(sweep.status.get()).toMatchObject({ kind: "failed", message: expect.stringContaining("potentialTau") });
});

test("a run that fails has its error in its cell", async () => {
  const { sweep } = studio(neuron, engine, 1);
  sweep.begin(["model", "potentialTau"], 20);
  expect(sweep.axes.get()).toEqual([{ keys: ["model", "potentialTau"], from: 16, to: 24, count: 7 }]);
  sweep.axes.set([{ keys: ["model", "potentialTau"], from: 20, to: -20, count: 3 }]);
  await sweep.run();
  const cells = cellsOf(sweep.result.get()!, "rate").rows[0]!.cells;
  expect(cells.map(({ text }) => text)[2]).toBe("!");
  expect(cells[2]!.title).toContain("potentialTau");
  expect(cells[0]!.share).toBeDefined();
});

test("says why a sweep cannot run", () => {
  const { sweep } = studio(neuron, engine, 1);
  expect(sweep.problem()).toBe("Choose a parameter.");
  const axis = { keys, from: 1, to: 2, count: 3 };
  sweep.axes.set([{ ...axis, from: Number.NaN }]);
  expect(sweep.problem()).toContain("needs two numbers");
  sweep.axes.set([{ ...axis, count: 1.5 }]);
  expect(sweep.problem()).toContain("whole number");
  sweep.axes.set([axis, axis]);
  expect(sweep.problem()).toContain("are the same");
  sweep.axes.set([{ ...axis, count: 401 }]);
  expect(sweep.problem()).toContain("These are 401 runs");
  sweep.axes.set([axis]);
  expect(sweep.problem()).toBeUndefined();
  expect(sweep.command("net.json")).toContain("--vary inputs.current=1:2:3");
  expect(sweep.candidates().map((one) => one.join("."))).toEqual(["model.potentialReset"]);
});

test("values are evenly spaced and exact at the ends, and the last axis changes fastest", () => {
  expect(valuesOf({ keys, from: 0, to: 0.3, count: 4 })).toEqual([0, 0.1, 0.2, 0.3]);
  expect(valuesOf({ keys, from: 5, to: 9, count: 1 })).toEqual([5]);
  const axes = [
    { keys, from: 0, to: 1, count: 2 },
    { keys: threshold, from: 2, to: 3, count: 2 },
  ];
  expect(pointsOf(axes)).toEqual([
    [0, 2],
    [0, 3],
    [1, 2],
    [1, 3],
  ]);
});
