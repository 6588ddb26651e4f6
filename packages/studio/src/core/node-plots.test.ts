import { experiment } from "spark-snn";
import { expect, test } from "vitest";
import { asNetwork, removeParts, renamePart } from "./commands.ts";
import { canPlot, toggleNodePlot } from "./commands-plots.ts";
import { graphOf } from "./graph.ts";
import { history } from "./history.ts";
import type { JsonObject } from "./json.ts";
import { boxOf, plotBox } from "./layout.ts";
import { drawNodeSpikes, nodeTrace } from "./node-picture.ts";
import { nodePlotsOf } from "./node-plots.ts";
import { addFrame, recordedOf } from "./recorded.ts";
import { recordOf, tracedVariable } from "./recording.ts";
import { firstDocument } from "./templates.ts";

const both = ["populations.excitatory", "populations.inhibitory"];

test("a plot in a node is recorded, follows a new name, and goes with its node", async () => {
  const log = history({ ...firstDocument, studio: { panels: {} } }, "Open");
  expect(recordOf(log.document.get())["excitatory"]).toEqual({ rate: { bin: 1 } });
  log.run(toggleNodePlot(log.document.get(), ["populations.excitatory"], "spikes"));
  log.run(toggleNodePlot(log.document.get(), ["populations.inhibitory"], "trace"));
  expect(recordOf(log.document.get())).toMatchObject({
    excitatory: { outSpikes: true },
    inhibitory: { potential: { units: [0], every: 2 } },
  });
  await expect(experiment(log.document.get())).resolves.toBeDefined();
  log.run(renamePart(log.document.get(), "populations.excitatory", "first").command);
  expect([...nodePlotsOf(log.document.get()).keys()]).toEqual(["populations.first", "populations.inhibitory"]);
  log.run(removeParts(log.document.get(), ["populations.first"]).command);
  expect([...nodePlotsOf(log.document.get())]).toEqual([["populations.inhibitory", "trace"]]);
  while (log.undo());
  expect(nodePlotsOf(log.document.get()).size).toBe(0);
});

test("several nodes change together, and hide their plots only if all show it", () => {
  const show = (document: JsonObject, ids: readonly string[]): JsonObject =>
    toggleNodePlot(document, ids, "spikes").apply(document);
  const one = show(firstDocument, both.slice(0, 1));
  const two = show(one, both);
  expect([...nodePlotsOf(two).values()]).toEqual(["spikes", "spikes"]);
  expect(nodePlotsOf(show(two, both)).size).toBe(0);
  expect(toggleNodePlot(two, both, "spikes").label).toBe("Hide the spikes of 2 nodes");
});

test("a node with a plot is taller, and the plot lies inside of it", () => {
  const document = toggleNodePlot(firstDocument, both.slice(0, 1), "spikes").apply(firstDocument);
  const node = graphOf(document, undefined).nodes[0]!;
  const [box, inner] = [boxOf(node, { x: 5, y: 6 }), plotBox({ x: 5, y: 6 })];
  expect(box.height).toBeGreaterThan(boxOf({ ...node, plot: undefined }, { x: 5, y: 6 }).height);
  expect(inner.x + inner.width).toBeLessThan(box.x + box.width);
  expect(inner.y + inner.height).toBeLessThan(box.y + box.height);
});

test("sources have no trace, and equations trace the variable of their first differential equation", () => {
  const source: JsonObject = { model: { populations: { noise: { source: "PoissonSource", units: [4] } } } };
  expect(canPlot(source, "populations.noise", "spikes")).toBe(true);
  expect(canPlot(source, "populations.noise", "trace")).toBe(false);
  expect(canPlot(firstDocument, "drives.noise", "spikes")).toBe(false);
  const own: JsonObject = { model: { equations: ["dv/dt = -v/tau : mV", "tau = 10 ms"], units: [2] } };
  expect(tracedVariable(own, "model")).toBe("v");
  const plotted = toggleNodePlot(own, ["model"], "trace").apply(own);
  expect(nodePlotsOf(asNetwork(plotted))).toEqual(new Map([["populations.neurons", "trace"]]));
});

test("draws the spikes and the trace of the time that plots show", () => {
  const recorded = recordedOf(
    { dt: 1, populations: [{ name: "", units: 4, shape: [4] }] },
    { model: { soma: "LeakySoma", units: [4] } },
  );
  const records = {
    outSpikes: { steps: [2, 5, 9], units: [0, 3, 1], count: 3 },
    potential: { unit: "mV", units: [0], columns: 1, steps: [1, 2, 3, 4], values: [-60, -50, -55, -60] },
  };
  addFrame(recorded, { firstStep: 1, steps: 10, records });
  const pixels = new Uint32Array(40 * 40);
  const shown = { population: "", id: "model", range: { from: 0, to: 10 }, step: 6 };
  expect(drawNodeSpikes({ pixels, width: 40, height: 40 }, recorded, shown, 7)).toBe(2);
  expect(pixels.includes(7)).toBe(true);
  const trace = nodeTrace(recorded, shown, 100)!;
  expect([trace.low, trace.high]).toEqual([-60, -50]);
  expect(trace.points).toEqual([
    [0.1, 1],
    [0.2, 0],
    [0.3, 0.5],
    [0.4, 1],
  ]);
  expect(nodeTrace(undefined, shown, 100)).toBeUndefined();
});
