import { mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type WeightData, weightFigure } from "./index.ts";
import { pathOf, textsOf } from "./svg.test-support.ts";

const out = process.env["SPARK_FIGURES"];
/** Writes a figure to a folder, to look at it. */
const shown = (name: string, svg: string): string => {
  if (out !== undefined) {
    mkdirSync(out, { recursive: true });
    writeFileSync(`${out}/${name}.svg`, svg);
  }
  return svg;
};

const ends = {
  sources: [0, 1, 2, 3, 0, 1, 2, 3],
  targets: [0, 0, 0, 0, 1, 1, 1, 1],
  weights: [0, 1, 1, 0, 1, 0, 0, 1],
  sourceCount: 4,
  targetCount: 2,
  unit: "mV",
};

/** Lengths of the horizontal lines of a colour, px. */
const linesOf = (svg: string, shade: number): number[] =>
  [...pathOf(svg, `shade${shade}`).matchAll(/M([\d.]+),[\d.]+H([\d.]+)/g)].map(
    ([, from, to]) => Number(to) - Number(from),
  );

describe("weightFigure", () => {
  test("draws a matrix, with neighbouring equal cells as one line", () => {
    const svg = shown("weight-matrix", weightFigure({ show: "matrix", ...ends }, { title: "Two units" }));
    expect(textsOf(svg)).toEqual(expect.arrayContaining(["Source unit", "Target unit", "Weight (mV)"]));
    const [one, two, three] = linesOf(svg, 64);
    expect(two).toBeCloseTo(one! / 2, 0);
    expect(three).toBeCloseTo(two!, 0);
    expect(linesOf(svg, 1)).toHaveLength(3);
  });

  test("leaves pairs without a synapse empty, and averages over neighbours in a large matrix", () => {
    const few = { ...ends, sources: [0, 3], targets: [0, 1], weights: [1, 2] };
    const svg = weightFigure({ show: "matrix", ...few });
    expect(linesOf(svg, 1)).toHaveLength(1);
    expect(linesOf(svg, 64)).toHaveLength(1);
    const count = 1000;
    const all = Array.from({ length: count }, (_, k) => k);
    const large = { sources: all, targets: all, weights: all, sourceCount: count, targetCount: count };
    const drawn = shown("weight-matrix-large", weightFigure({ show: "matrix", ...large }, { theme: "dark" }));
    expect(textsOf(drawn)).toContain("Each cell is the mean over 5 × 5 pairs of units");
    // The means of 0 … 4 and of 995 … 999, at the ends of the colours.
    expect(linesOf(drawn, 1)[0]).toBeCloseTo(linesOf(drawn, 64)[0]!, 0);
  });

  test("draws a histogram over time with the mean", () => {
    const times = Array.from({ length: 60 }, (_, k) => (k + 1) * 1000);
    const weights = times.flatMap((_, row) =>
      Array.from({ length: 200 }, (_, k) => 0.5 + (((k % 2) - 0.5) * row) / 60 + ((k * 37) % 20) / 100),
    );
    const svg = shown("weight-history", weightFigure({ show: "history", times, weights, least: 0, greatest: 1.2 }));
    expect(textsOf(svg)).toEqual(expect.arrayContaining(["Time (s)", "Weight", "mean", "% of synapses"]));
    expect(pathOf(svg, "mean").split("L")).toHaveLength(60);
    // A single row: half of the weights in the lowest bin, half in the highest.
    const one = weightFigure({ show: "history", times: [5], weights: [0, 0, 1, 1], bins: 2, unit: "pA" });
    expect(linesOf(one, 64)).toHaveLength(2);
    expect(textsOf(one)).toContain("Time (ms)");
  });

  test("draws receptive fields, one image for each target unit", () => {
    const side = 8;
    const targetCount = 30;
    const sources: number[] = [];
    const targets: number[] = [];
    const weights: number[] = [];
    for (let target = 0; target < targetCount; target++) {
      for (let source = 0; source < side * side; source++) {
        sources.push(source);
        targets.push(target);
        const distance = Math.hypot((source % side) - (target % 6), Math.floor(source / side) - target / 6);
        weights.push(Math.exp(-(distance ** 2)));
      }
    }
    const data = { sources, targets, weights, targetCount, sourceCount: 64, shape: [side, side], unit: "nS" } as const;
    const svg = shown("weight-fields", weightFigure({ show: "fields", ...data }, { title: "Receptive fields" }));
    expect(pathOf(svg, "ground").match(/M/g)).toHaveLength(targetCount);
    const chosen = weightFigure({ show: "fields", ...data, units: [3, 1], columns: 2 });
    expect(pathOf(chosen, "ground").match(/M/g)).toHaveLength(2);
    // A dense image has no pixel that is empty.
    const lengths = Array.from({ length: 64 }, (_, k) =>
      chosen.includes(`role-mark shade${k + 1}"`) ? linesOf(chosen, k + 1) : [],
    );
    const drawn = lengths.flat().reduce((sum, length) => sum + length, 0);
    expect(drawn).toBeCloseTo(2 * 64 * 12, 0);
  });

  test.each<[string, object, string]>([
    [
      "an unknown kind",
      { show: "rows" },
      'weightFigure.show must be "matrix" or "history" or "fields"; received "rows".',
    ],
    ["no kind", { show: undefined }, "weightFigure.show must be"],
    ["another length", { sources: [0] }, "weightFigure.sources must contain one value for each of the 8 values of"],
    ["a unit outside", { targetCount: 1 }, "weightFigure.targets[4] must be a whole number from 0 to 0; received 1."],
    ["a weight that is not finite", { weights: Array(8).fill(Number.NaN) }, "weightFigure.weights[0] must be finite"],
    [
      "an image of another size",
      { show: "fields", shape: [3, 2] },
      "weightFigure.shape must have a pixel for each of the 4 source units; received 3 × 2.",
    ],
    [
      "an unknown target unit",
      { show: "fields", shape: [2, 2], units: [2] },
      "weightFigure.units[0] must be whole, at least 0, at most 1; received 2.",
    ],
    [
      "an incomplete row",
      { show: "history", times: [1, 2, 3] },
      "weightFigure.weights must contain the same number of weights for each of the 3 times; received 8.",
    ],
  ])("refuses %s", (_, change, message) => {
    expect(() => weightFigure({ show: "matrix", ...ends, ...change } as WeightData)).toThrow(message);
  });
});
