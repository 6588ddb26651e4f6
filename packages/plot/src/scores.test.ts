import { mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { scoreFigure } from "./index.ts";
import { pathOf, strokesOf, textsOf } from "./svg.test-support.ts";

const recordings = ["first", "second"];
const data = {
  recordings,
  models: [
    { label: "adaptive", scores: [0.75, 0.65] },
    { label: "leaky", scores: [0.5, -0.1] },
  ],
  title: "Γ on held-out recordings",
};
/** Horizontal position of the first point of a mark, px. */
const left = (svg: string, name: string): number => Number(/M([-\d.]+),/.exec(pathOf(svg, name))![1]);

test("a row for each model has a dot for each recording, and the mean", () => {
  const svg = scoreFigure(data, { title: "Two models" });
  const out = process.env["SPARK_FIGURES"];
  if (out !== undefined) {
    mkdirSync(out, { recursive: true });
    writeFileSync(`${out}/scores.svg`, svg);
  }
  const texts = textsOf(svg);
  for (const text of ["adaptive", "leaky", "first", "second", "mean", "0.70", "0.20", "Γ on held-out recordings"]) {
    expect(texts).toContain(text);
  }
  // The axis begins below the negative score, and dots are in the order of the scores.
  const places = ["score2-2", "score2-1", "score1-2", "score1-1"].map((name) => left(svg, name));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places[0]!).toBeGreaterThanOrEqual(0);
  expect(left(svg, "mean1")).toBeCloseTo((left(svg, "score1-1") + left(svg, "score1-2")) / 2, 0);
});

test("more than eight recordings have one colour and one entry in the legend", () => {
  const names = Array.from({ length: 9 }, (_, k) => `stimulus ${k}`);
  const svg = scoreFigure({ ...data, recordings: names, models: [{ label: "leaky", scores: names.map(() => 0.5) }] });
  expect(strokesOf(svg, "scores1")).toBe(9);
  expect(textsOf(svg)).toContain("recordings");
  expect(textsOf(svg)).not.toContain("stimulus 1");
});

test.each<[string, object]>([
  ["scoreFigure.models[0].scores", { models: [{ label: "leaky", scores: [1] }] }],
  ["scoreFigure.models[0].scores[1]", { models: [{ label: "leaky", scores: [1, Number.NaN] }] }],
  ["scoreFigure.models[0].label", { models: [{ scores: [1, 1] }] }],
  ["scoreFigure.models", { models: [] }],
  ["scoreFigure.recordings", { recordings: [] }],
  ["scoreFigure.title", { title: undefined }],
])("%s is checked", (where, changes) => {
  expect(() => scoreFigure({ ...data, ...changes } as never)).toThrow(where);
});
