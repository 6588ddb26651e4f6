import { describe, expect, test } from "vitest";
import { differences } from "./compare.ts";
import { history } from "./history.ts";
import { type JsonObject, objectAt, withAt } from "./json.ts";
import { addPanel, changePanel, kindsFor, movePanel, panelsOf, populationsOf, removePanel } from "./panels.ts";
import { coloursOf } from "./panels-lines.ts";
import { unitRows } from "./panels-units.ts";
import { recordedOf } from "./recorded.ts";
import { recordedBin, recordOf } from "./recording.ts";
import { spikeStore } from "./spikes.ts";
import { bandsOf, drawBand, unitAt } from "./spikes-picture.ts";
import { firstDocument } from "./templates.ts";

const single: JsonObject = { model: { soma: "LeakySoma", units: [2, 3] }, duration: 100, dt: 0.5 };
const withPanels = (panels: JsonObject, document = firstDocument): JsonObject =>
  withAt(document, ["studio", "panels"], panels);

describe("panels", () => {
  test("a document without panels has a raster and the rates", () => {
    expect(panelsOf(firstDocument).map(({ kind }) => kind)).toEqual(["raster", "rates"]);
    expect(panelsOf({}).map(({ kind }) => kind)).toEqual(["raster", "rates"]);
  });

  test("wrong values of a document are replaced", () => {
    const [panel, ...others] = panelsOf(
      withPanels({
        a: { kind: "traces", population: "missing", units: [1, -2, "x", 5000], width: 400, height: -1, variable: 7 },
        b: { kind: "unknown" },
        c: 5,
      }),
    );
    expect(panel).toMatchObject({ population: "excitatory", units: [1], width: 12, height: 2, variable: "potential" });
    expect(others).toEqual([]);
  });

  test("commands change the document, and are undone", () => {
    const log = history(firstDocument, "Open");
    log.run(addPanel("traces", { population: "inhibitory" }));
    log.run(addPanel("traces"));
    expect(panelsOf(log.document.get()).map(({ id }) => id)).toEqual(["raster", "rates", "traces1", "traces2"]);
    const [raster, , traces] = panelsOf(log.document.get());
    log.run(changePanel(traces!, { width: 5 }));
    log.run(changePanel(traces!, { width: 6 }));
    log.run(movePanel(traces!, -2));
    log.run(removePanel(raster!));
    expect(panelsOf(log.document.get()).map(({ id, width }) => [id, width])).toEqual([
      ["traces1", 6],
      ["rates", 4],
      ["traces2", 8],
    ]);
    for (let k = 0; k < 5; k++) expect(log.undo()).toBe(true);
    expect(log.undo()).toBe(false);
    expect(log.document.get()).toEqual(firstDocument);
  });

  test("offers the kinds that the document has something for", () => {
    expect(kindsFor(single)).toEqual(["raster", "rates", "traces", "intervals", "spectrum", "curve"]);
    expect(kindsFor(firstDocument)).toContain("matrix");
    expect(populationsOf(single)).toMatchObject([{ name: "", identity: "model", units: 6 }]);
  });

  test("populations with the same sign have different colours", () => {
    const document = withAt(firstDocument, ["model", "populations", "third"], { soma: "LeakySoma", units: [5] });
    expect(new Set(coloursOf(document).values()).size).toBe(3);
  });
});

describe("records of the panels", () => {
  test("spikes for rasters, rates for all, traces of the chosen units together", () => {
    const document = withPanels({
      a: { kind: "raster", populations: ["inhibitory"] },
      b: { kind: "traces", population: "excitatory", units: [3, 1] },
      c: { kind: "traces", population: "excitatory", units: [7, 1] },
    });
    expect(recordOf(document)).toEqual({
      excitatory: { rate: { bin: 1 }, outSpikes: true, potential: { units: [1, 3, 7], every: 2 } },
      inhibitory: { rate: { bin: 1 }, outSpikes: true },
    });
  });

  test("of a document with a single population, and of read-outs", () => {
    expect(recordOf(single)).toEqual({ rate: { bin: 1 }, outSpikes: true });
    const document = withAt(withPanels({ a: { kind: "readouts" } }), ["model", "readouts"], {
      left: { from: "excitatory" },
    });
    expect(objectAt(recordOf(document), "readouts")).toEqual({ left: { every: 2 } });
  });

  test("bins of rates are whole steps", () => {
    expect([0.1, 0.3, 1, 2.5].map(recordedBin)).toEqual([1, 0.9, 1, 2.5]);
  });
});

describe("pictures of spikes", () => {
  const picture = (width: number, height: number) => ({ pixels: new Uint32Array(width * height), width, height });
  const bands = bandsOf([
    { name: "a", units: 80 },
    { name: "b", units: 20 },
  ]);

  test("bands share the height, and name their units", () => {
    expect(bands).toMatchObject([
      { top: 0, bottom: 0.8 },
      { top: 0.8, bottom: 1 },
    ]);
    expect(unitAt(bands, 0.4)).toMatchObject({ band: { name: "a" }, unit: 40 });
    expect(unitAt(bands, 0.96)).toMatchObject({ band: { name: "b" }, unit: 15 });
    const [large, small] = bandsOf([
      { name: "a", units: 1e6 },
      { name: "b", units: 1 },
    ]);
    expect(small!.bottom - small!.top).toBeGreaterThan(0.05);
    expect(large!.bottom).toBe(small!.top);
  });

  test("draws each spike at its step and unit", () => {
    const own = picture(100, 100);
    const spikes = { steps: Uint32Array.of(5, 50, 99, 200), units: Uint32Array.of(0, 40, 79, 1), count: 4 };
    const part = { from: 0, to: 100, top: 0, bottom: 1 };
    expect(drawBand(own, spikes, bands[0]!, part, 7, 1)).toBe(3);
    const drawn = [...own.pixels.entries()]
      .filter(([, colour]) => colour === 7)
      .map(([at]) => [at % 100, Math.floor(at / 100)]);
    expect(drawn).toEqual([
      [4, 0],
      [49, 40],
      [98, 79],
    ]);
  });

  test("leaves out later steps and units outside of the part", () => {
    const own = picture(100, 100);
    const spikes = { steps: Uint32Array.of(10, 20, 60), units: Uint32Array.of(0, 60, 60), count: 3 };
    drawBand(own, spikes, bands[0]!, { from: 0, to: 100, until: 50, top: 0.5, bottom: 1 }, 7, 1);
    const columns = new Set([...own.pixels.entries()].filter(([, colour]) => colour === 7).map(([at]) => at % 100));
    expect([...columns]).toEqual([19]);
  });

  test("draws crowded spikes as single pixels", () => {
    const count = 100_000;
    const steps = Uint32Array.from({ length: count }, (_, k) => k >> 5);
    const units = Uint32Array.from({ length: count }, (_, k) => (k * 7919) % 100_000);
    const band = bandsOf([{ name: "a", units: 100_000 }])[0]!;
    const own = picture(400, 200);
    expect(drawBand(own, { steps, units, count }, band, { from: 0, to: count >> 5, top: 0, bottom: 1 }, 7, 2)).toBe(
      count - 32,
    );
    const drawn = own.pixels.filter((pixel) => pixel === 7).length;
    expect(drawn).toBeGreaterThan(40_000);
    expect(drawn).toBeLessThan(count);
  });
});

test("lists units by their spikes", () => {
  const recorded = recordedOf({ dt: 1, populations: [{ name: "", units: 4, shape: [4] }] }, {});
  expect(unitRows(recorded, { population: "", units: 4 }, { from: 0, to: 10 }, "most")[0]).toEqual({
    unit: 0,
    spikes: undefined,
  });
  const population = recorded.populations.get("")!;
  population.spikes = spikeStore(100, 0);
  population.spikes.append([1, 2, 3, 4, 20], [2, 2, 1, 2, 3]);
  const order = (by: "unit" | "most" | "fewest") =>
    unitRows(recorded, { population: "", units: 4 }, { from: 0, to: 10 }, by).map(({ unit }) => unit);
  expect([order("unit"), order("most"), order("fewest")]).toEqual([
    [0, 1, 2, 3],
    [2, 1, 0, 3],
    [0, 3, 1, 2],
  ]);
});

test("differences of documents leave out what belongs to the page", () => {
  const changed = withAt(withPanels({}), ["model", "populations", "excitatory", "threshold"], -42);
  expect(differences(firstDocument, changed)).toEqual([
    { path: "model.populations.excitatory.threshold", before: undefined, after: -42 },
  ]);
});
