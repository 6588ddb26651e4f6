import { mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { lineFigure, matrixFigure, multiplesFigure } from "./index.ts";

const out = process.env["SPARK_FIGURES"];
/** Writes a figure to a folder, to look at it. */
const shown = (name: string, svg: string): string => {
  if (out !== undefined) {
    mkdirSync(out, { recursive: true });
    writeFileSync(`${out}/${name}.svg`, svg);
  }
  return svg;
};
const x = Array.from({ length: 13 }, (_, k) => -8 + k / 2);
const y = x.map((value) => Math.exp(value / 3) * 40);

describe("lineFigure", () => {
  const curve = { label: "excitatory", x, y, low: y.map((value) => value * 0.8), high: y.map((value) => value * 1.25) };
  const data = {
    curves: [curve],
    xTitle: "inhibitory.weight (pA)",
    yTitle: "Rate (Hz)",
    spread: "standard deviation over 5 seeds",
  };

  test("draws curves, their spread and their labels", () => {
    const second = { label: "inhibitory", x, y: y.map((value, k) => (k === 5 ? Number.NaN : value / 2)) };
    const svg = shown("line", lineFigure({ ...data, curves: [curve, second] }, { title: "A sweep" }));
    for (const text of [
      "excitatory",
      "inhibitory",
      "standard deviation over 5 seeds",
      "Rate (Hz)",
      "inhibitory.weight (pA)",
    ]) {
      expect(svg).toContain(text);
    }
    // One band of 13 positions, and a curve with a gap.
    expect(svg.match(/M[\d.,L-]+Z/g)?.some((path) => path.split("L").length === 26)).toBe(true);
    expect(
      svg.match(/ d="(M[^"]*)"/g)!.some((path) => (path.match(/M/g) ?? []).length === 2 && path.includes("L")),
    ).toBe(true);
  });

  test("draws measured values as points with a bar each", () => {
    const model = { label: "model", x, y, draw: "curve", color: 0 } as const;
    const svg = shown("points", lineFigure({ ...data, curves: [{ ...curve, draw: "points" }, model] }));
    expect(svg.match(/ d="M[^"]*m-3.2/g)).toHaveLength(1);
    expect(svg.match(/stroke="#0072b2"/g)).toHaveLength(2);
    expect(svg.match(/M[\d.]+,[\d.]+V[\d.]+/g)).toHaveLength(13);
    expect(svg.match(/M[\d.,L-]+Z/g) ?? []).toHaveLength(0);
    expect(svg).not.toContain("standard deviation");
    expect(svg).not.toContain("role-mark curve1");
  });

  test("draws a logarithmic axis, and a single position with a bar", () => {
    shown(
      "log",
      lineFigure({ ...data, scale: "log", curves: [{ ...curve, x: x.map((_, k) => 2 ** k) }] }, { theme: "dark" }),
    );
    const one = { label: "a", x: [3], y: [5], low: [4], high: [6] };
    expect(shown("one", lineFigure({ ...data, curves: [one] }))).toContain("a");
  });

  test.each<[string, () => string, string]>([
    [
      "no curves",
      () => lineFigure({ ...data, curves: [] }),
      "lineFigure.curves must contain 1 to 8 entries; received 0.",
    ],
    [
      "other lengths",
      () => lineFigure({ ...data, curves: [{ ...curve, y: [1] }] }),
      "lineFigure.curves[0].y must contain 13 values; received 1.",
    ],
    [
      "one end",
      () => lineFigure({ ...data, curves: [{ label: "a", x, y, low: y }] }),
      "lineFigure.curves[0] must have low and high, or neither.",
    ],
    [
      "positions below 0",
      () => lineFigure({ ...data, scale: "log" }),
      "lineFigure.curves[0].x[0] must be above 0 on a logarithmic axis; received -8.",
    ],
    [
      "an infinite value",
      () => lineFigure({ ...data, curves: [{ ...curve, y: y.map(() => Infinity) }] }),
      "lineFigure.curves[0].y[0] must be finite, or NaN for a gap; received Infinity.",
    ],
    [
      "another scale",
      () => lineFigure({ ...data, scale: "lin" as never }),
      'lineFigure.scale must be "linear" or "log"; received "lin".',
    ],
  ])("refuses %s", (_, draw, message) => expect(draw).toThrow(message));
});

describe("matrixFigure", () => {
  const data = {
    columns: Array.from({ length: 9 }, (_, k) => 10 + 5 * k),
    rows: [-52, -50, -48, -46, -44],
    values: Array.from({ length: 45 }, (_, k) => (k === 7 ? Number.NaN : (k % 9) * Math.floor(k / 9))),
    xTitle: "ie.weight (pA)",
    yTitle: "excitatory.threshold (mV)",
    title: "Rate (Hz)",
  };

  test("draws a cell for each value, labels and a bar", () => {
    const svg = shown("matrix", matrixFigure(data, { title: "Two parameters" }));
    for (const text of ["ie.weight (pA)", "excitatory.threshold (mV)", "Rate (Hz)", "-52", "50"])
      expect(svg).toContain(text);
    const area = /M[\d.]+,[\d.]+H[\d.]+V[\d.]+H[\d.]+Z/g;
    // 44 cells and 64 steps of the bar.
    expect(svg.match(area)).toHaveLength(44 + 64);
    shown(
      "large",
      matrixFigure(
        {
          ...data,
          columns: Array.from({ length: 100 }, (_, k) => k / 7),
          rows: Array.from({ length: 80 }, (_, k) => `row ${k}`),
          values: Array.from({ length: 8000 }, (_, k) => Math.sin(k / 300)),
        },
        { theme: "dark" },
      ),
    );
  });

  test("draws equal values, and none", () => {
    expect(matrixFigure({ ...data, values: new Array(45).fill(3) })).toContain("<svg");
    expect(matrixFigure({ ...data, values: new Array(45).fill(Number.NaN) })).toContain("<svg");
  });

  test.each<[string, () => string, string]>([
    [
      "too few values",
      () => matrixFigure({ ...data, values: [1] }),
      "matrixFigure.values must contain 45 values; received 1.",
    ],
    [
      "no columns",
      () => matrixFigure({ ...data, columns: [] }),
      "matrixFigure.columns must contain 1 to 400 entries; received 0.",
    ],
    ["no title", () => matrixFigure({ ...data, title: 3 as never }), "matrixFigure.title must be text; received 3."],
  ])("refuses %s", (_, draw, message) => expect(draw).toThrow(message));
});

describe("multiplesFigure", () => {
  const spikes = (k: number) => ({
    label: `threshold ${-50 + k}`,
    times: Array.from({ length: 200 }, (_, i) => ((i * 37 * (k + 1)) % 1000) + 0.5),
    units: Array.from({ length: 200 }, (_, i) => (i * 7) % 20),
    unitCount: 20,
  });
  const data = { panels: [0, 1, 2, 3, 4].map(spikes), to: 1000 };

  test("draws rasters and traces with the same axes", () => {
    const svg = shown("rasters", multiplesFigure(data, { title: "Five runs" }));
    expect(svg).toContain("threshold -46");
    expect(svg.match(/M[\d.]+,[\d.]+v[\d.]+/g)).toHaveLength(1000);
    const time = Array.from({ length: 500 }, (_, k) => 2 * k);
    const panels = [1, 2, 3].map((f) => ({
      label: `f ${f}`,
      time,
      values: time.map((t) => -60 + 5 * Math.sin((t * f) / 60)),
    }));
    shown("traces", multiplesFigure({ panels, to: 1000, yTitle: "Potential (mV)" }, { theme: "dark" }));
  });

  test.each<[string, () => string, string]>([
    [
      "no panels",
      () => multiplesFigure({ ...data, panels: [] }),
      "multiplesFigure.panels must contain 1 to 48 entries; received 0.",
    ],
    [
      "a wrong window",
      () => multiplesFigure({ ...data, from: 5, to: 5 }),
      "multiplesFigure.to must be greater than from, 5 ms; received 5 ms.",
    ],
    [
      "a unit outside",
      () => multiplesFigure({ ...data, panels: [{ ...spikes(0), unitCount: 3 }] }),
      "multiplesFigure.panels[0].units[1] must be a whole number from 0 to 2; received 7.",
    ],
  ])("refuses %s", (_, draw, message) => expect(draw).toThrow(message));
});
