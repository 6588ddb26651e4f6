import { decodeNpz, encodeNpz } from "spark-snn";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serve } from "../engine/engine.ts";
import { type JsonObject, withAt } from "./json.ts";
import { panelsOf } from "./panels.ts";
import { panelArrays } from "./panels-arrays.ts";
import { panelFigure } from "./panels-figure.ts";
import { curveOf, spectrumOf, weightsOf } from "./panels-results.ts";
import type { Channel } from "./protocol.ts";
import { recordOf } from "./recording.ts";
import { studio as openStudio, type Studio } from "./studio.ts";
import { firstDocument } from "./templates.ts";

const kinds = ["raster", "rates", "traces", "intervals", "spectrum", "matrix", "weights", "readouts", "curve"];
const document: JsonObject = withAt(
  {
    ...firstDocument,
    studio: {
      panels: {
        ...Object.fromEntries(kinds.map((kind) => [kind, { kind }])),
        lines: { kind: "traces", separate: true, units: [3, 5] },
      },
    },
  },
  ["model", "readouts"],
  { activity: { from: "excitatory", tau: 20, mean: true } },
);
const options = { title: "A panel", width: 700, height: 400, theme: "light" } as const;
const ports: MessagePort[] = [];
let studio: Studio;

beforeAll(async () => {
  studio = openStudio(
    document,
    () => {
      const { port1, port2 } = new MessageChannel();
      ports.push(port1, port2);
      serve(port2 as unknown as Channel);
      return { channel: port1 as unknown as Channel, onDeath: () => undefined, terminate: () => port1.close() };
    },
    1,
  );
});
afterAll(() => {
  for (const port of ports) port.close();
});

test("each kind of panel is a figure, and says what to do before the first run", async () => {
  const panels = panelsOf(document);
  expect(panels).toHaveLength(10);
  for (const panel of panels) {
    expect(() => panelFigure(studio, panel, options), panel.id).toThrow("Run the experiment first.");
  }
  await studio.session.open(document, { record: recordOf(document), paused: true });
  await studio.session.step(3000);
  await expect.poll(() => studio.plots.present.get()?.last, { timeout: 20_000 }).toBe(3000);
  const at = (id: string) => () => panels.find((panel) => panel.id === id)!;
  await curveOf(studio, at("curve")).measure();
  const results = [
    spectrumOf(studio, at("spectrum")),
    weightsOf(studio, at("matrix")),
    weightsOf(studio, at("weights")),
  ];
  for (const { value } of results) await expect.poll(() => value.get(), { timeout: 10_000 }).toBeDefined();
  for (const panel of panels) {
    const svg = panelFigure(studio, panel, options);
    expect(svg, panel.id).toMatch(/^<svg[\s\S]+<\/svg>\s*$/);
    expect(svg, panel.id).toContain("A panel");
  }
  for (const { stop } of results) stop();
}, 60_000);

test("the values of panels over time are arrays that NumPy reads", async () => {
  const recorded = studio.plots.present.get()!;
  const panels = new Map(panelsOf(document).map((panel) => [panel.id, panel]));
  const read = (id: string) => decodeNpz(encodeNpz(panelArrays(panels.get(id)!, recorded)!));
  const spikes = read("raster");
  const { count } = recorded.populations.get("excitatory")!.spikes!;
  expect(count).toBeGreaterThan(100);
  expect(spikes["excitatory_steps"]!.shape).toEqual([count]);
  expect(read("rates")["inhibitory_rate_Hz"]!.shape).toEqual([300]);
  const traces = read("lines");
  expect(Array.from(traces["units"]!.data as Uint32Array)).toEqual([3, 5]);
  expect(traces["potential"]!.shape).toEqual([1500, 2]);
  expect(read("readouts")["activity_values"]!.shape).toEqual([1500, 1]);
  expect(panelArrays(panels.get("matrix")!, recorded)).toBeUndefined();
  expect(panelArrays(panels.get("raster")!, undefined)).toBeUndefined();
  const bytes = await studio.session.client.call("npz", { a: { data: Float64Array.of(1, 2), shape: [2] } });
  expect(Object.keys(decodeNpz(bytes))).toEqual(["a"]);
});
