import { expect, test } from "vitest";
import { type NetworkData, networkFigure } from "./index.ts";
import { bandsOf } from "./network-raster.ts";
import { axisEnd } from "./network-rates.ts";
import { themes } from "./palette.ts";
import { pathOf, strokesOf, textsOf } from "./svg.test-support.ts";

const small: NetworkData = {
  populations: [
    { label: "L4E", times: [5, 15, 25, 150], units: [0, 1, 3, 2], unitCount: 4 },
    { label: "L4I", times: [95, 35], units: [0, 1], unitCount: 2, color: 4 },
  ],
  to: 100,
  bin: 10,
};

/** A million spikes of 77 000 units in one second, in three populations. */
const large = (): NetworkData => {
  const sizes = [40_000, 30_000, 7000];
  const spikes = [400_000, 300_000, 300_000];
  const populations = sizes.map((unitCount, index) => ({
    label: `P${index}`,
    unitCount,
    times: Float64Array.from({ length: spikes[index]! }, (_, k) => ((k * 7919) % 1_000_003) / 1000.1),
    units: Uint32Array.from({ length: spikes[index]! }, (_, k) => (k * 104_729) % unitCount),
  }));
  return { populations, to: 1000 };
};

/** Position of the top of each stroke, px. */
const topsOf = (svg: string, name: string): number[] =>
  [...pathOf(svg, name).matchAll(/M[\d.]+,([\d.]+)v/g)].map((match) => Number(match[1]));

test("each population has its spikes, its colour, its name beside spikes and rate, and its number of units", () => {
  const svg = networkFigure(small);
  const texts = textsOf(svg);
  expect(texts[0]).toBe("5 spikes of 6 units · rates in bins of 10\u00a0ms");
  for (const text of ["L4E", "L4I"]) expect(texts.filter((other) => other === text).length).toBe(2);
  for (const text of ["4 units", "2 units", "Time (ms)"]) expect(texts).toContain(text);
  expect([strokesOf(svg, "spikes1"), strokesOf(svg, "spikes2")]).toEqual([3, 2]);
  expect(svg).toContain(`stroke="${themes.light.series[0]}"`);
  expect(svg).toContain(`stroke="${themes.light.series[4]}"`);
});

test("eight populations have eight colours", () => {
  const populations = Array.from({ length: 8 }, (_, k) => ({ label: `P${k}`, times: [k], units: [0], unitCount: 1 }));
  const svg = networkFigure({ populations, to: 10 });
  const colours = new Set(themes.light.series.filter((colour) => svg.includes(`stroke="${colour}"`)));
  expect(colours.size).toBe(8);
});

test("the first population is at the top, as is its first unit", () => {
  const svg = networkFigure(small);
  const first = topsOf(svg, "spikes1");
  expect(first).toEqual([...first].sort((a, b) => a - b));
  // Unit 0 spikes at 95 ms; it is given before unit 1.
  const second = topsOf(svg, "spikes2");
  expect(second[0]).toBeLessThan(second[1]!);
  expect(Math.max(...first)).toBeLessThan(Math.min(...second));
});

test("each rate is spikes over units and bin, with an axis of its own", () => {
  const svg = networkFigure(small);
  // One of 4 units in 10 ms is 25 Hz, one of 2 units 50 Hz: the ends of their axes.
  expect(textsOf(svg).filter((text) => text.endsWith("\u00a0Hz"))).toEqual(["25\u00a0Hz", "50\u00a0Hz"]);
  const heights = [...pathOf(svg, "rateArea1").matchAll(/(?:M0,|V)([\d.]+)/g)].map((match) => Number(match[1]));
  const bottom = heights.at(-1)!;
  const bins = heights.slice(0, 10).map((height) => Math.round(height) < Math.round(bottom));
  expect(bins).toEqual([true, true, true, ...Array<boolean>(7).fill(false)]);
});

test("the axis of a rate ends at a round number, and a rate has the height that its axis gives it", () => {
  // Seven of ten units in 10 ms are 70 Hz, so the axis ends at 80 Hz.
  const population = { label: "a", times: Array(7).fill(5), units: [0, 1, 2, 3, 4, 5, 6], unitCount: 10 };
  const svg = networkFigure({ populations: [population], to: 20, bin: 10 });
  expect(textsOf(svg).filter((text) => text.endsWith("\u00a0Hz"))).toEqual(["0\u00a0Hz", "40\u00a0Hz", "80\u00a0Hz"]);
  const [bottom, top] = pathOf(svg, "rateAxis1")
    .match(/^M[\d.]+,([\d.]+)V([\d.]+)/)!
    .slice(1)
    .map(Number);
  const [height] = pathOf(svg, "rateArea1")
    .match(/^M0,([\d.]+)/)!
    .slice(1)
    .map(Number);
  expect((bottom! - height!) / (bottom! - top!)).toBeCloseTo(70 / 80, 2);
  expect([0, 0.999, 1, 1.01, 26, 81].map(axisEnd)).toEqual([1, 1, 1, 1.5, 30, 100]);
});

test("the heights of bands are proportional to the units, but leave room for a name", () => {
  const row = (unitCount: number) => ({ label: "", color: "", unitCount });
  const heights = bandsOf([row(900), row(300), row(1), row(10)], 300).map(({ height }) => height);
  expect(heights[0]! / heights[1]!).toBeCloseTo(3, 10);
  expect(heights.slice(2)).toEqual([11, 11]);
  expect(heights.reduce((sum, height) => sum + height, 0)).toBeCloseTo(300 - 3 * 3, 10);
});

test("a million spikes are thinned to whole units, which the subtitle states, and stay below 1 MB", () => {
  const svg = networkFigure(large());
  expect(svg.length).toBeLessThan(1_000_000);
  const [, every] = /1 unit in (\d+) drawn/.exec(textsOf(svg)[0]!)!;
  expect(Number(every)).toBeGreaterThanOrEqual(25);
  const strokes = [1, 2, 3].reduce((sum, index) => sum + strokesOf(svg, `spikes${index}`), 0);
  expect(strokes).toBeLessThanOrEqual(40_000);
  expect(strokes).toBeGreaterThan(30_000);
  expect(textsOf(svg)[0]).toContain("1,000,000 spikes of 77,000 units");
});

test("rates and counts include all units, even if few are drawn", () => {
  const svg = networkFigure({ ...small, every: 2 });
  expect(textsOf(svg)[0]).toBe("5 spikes of 6 units · 1 unit in 2 drawn · rates in bins of 10\u00a0ms");
  expect([strokesOf(svg, "spikes1"), strokesOf(svg, "spikes2")]).toEqual([1, 1]);
  expect(pathOf(svg, "rateArea1")).toBe(pathOf(networkFigure(small), "rateArea1"));
});

test("one unit that spikes a million times is drawn at most once per tenth of a pixel", () => {
  const times = Float64Array.from({ length: 1_000_000 }, (_, k) => k / 1000);
  const svg = networkFigure({
    populations: [{ label: "one", times, units: new Uint8Array(1e6), unitCount: 1 }],
    to: 1000,
  });
  expect(svg.length).toBeLessThan(200_000);
});

test("bars are in the order of the populations, with their numbers, and NaN has no bar", () => {
  const bars = [
    { title: "Rate (Hz)", values: [3.21234, 6.42468] },
    { title: "CV of intervals", values: Float64Array.of(0.7, Number.NaN) },
  ];
  const svg = networkFigure({ ...small, bars });
  const texts = textsOf(svg);
  for (const text of ["Rate (Hz)", "CV of intervals", "3.21", "6.42", "0.700", "none"]) expect(texts).toContain(text);
  const widthOf = (name: string): number => Number(/M0,[\d.]+H([\d.]+)/.exec(pathOf(svg, name))![1]);
  expect(widthOf("bars1-2") / widthOf("bars1-1")).toBeCloseTo(2, 1);
  expect(widthOf("bars2-2")).toBe(0);
});

test("sixteen populations without spikes are drawn", () => {
  const populations = Array.from({ length: 16 }, (_, k) => ({
    label: `P${k}`,
    times: [],
    units: [],
    unitCount: k + 1,
  }));
  const texts = textsOf(networkFigure({ populations, to: 10 }));
  expect(texts[0]).toContain("no spikes of 136 units");
  expect(texts.filter((text) => text === "1\u00a0Hz")).toHaveLength(16);
});

const wrong: readonly (readonly [string, Partial<NetworkData>, string])[] = [
  ["no populations", { populations: [] }, "networkFigure.populations must contain 1 to 16 entries; received 0."],
  [
    "a unit out of range",
    { populations: [{ label: "a", times: [1], units: [4], unitCount: 4 }] },
    "networkFigure.populations[0].units[0] must be a whole number from 0 to 3; received 4.",
  ],
  [
    "spikes without units",
    { populations: [{ label: "a", times: [1], units: [], unitCount: 4 }] },
    "networkFigure.populations[0].units must contain the unit of each of the 1 spikes",
  ],
  [
    "an invalid colour",
    { populations: [{ label: "a", times: [], units: [], unitCount: 4, color: 8 }] },
    "networkFigure.populations[0].color must be whole, at least 0, at most 7; received 8.",
  ],
  ["a window of zero length", { to: 0 }, "networkFigure.to must be greater than from, 0 ms; received 0 ms."],
  ["a fractional every", { every: 1.5 }, "networkFigure.every must be whole, at least 1; received 1.5."],
  [
    "bars for one of two populations",
    { bars: [{ title: "CV", values: [1] }] },
    "networkFigure.bars[0].values must contain one value for each of the 2 populations; received 1.",
  ],
  [
    "a negative bar",
    { bars: [{ title: "CV", values: [1, -1] }] },
    "networkFigure.bars[0].values[1] must be finite, at least 0; received -1.",
  ],
];

test.each(wrong)("%s is refused, with its place and value", (_, change, sentence) => {
  expect(() => networkFigure({ ...small, ...change })).toThrow(RangeError);
  expect(() => networkFigure({ ...small, ...change })).toThrow(sentence);
});

test("an every that leaves too many spikes is refused with a suitable value", () => {
  const [, every] = /for example (\d+); received 2\./.exec(messageOf(() => networkFigure({ ...large(), every: 2 })))!;
  expect(() => networkFigure({ ...large(), every: Number(every) })).not.toThrow();
});

test("a figure too low for its populations is refused with the required height", () => {
  const populations = Array.from({ length: 16 }, (_, k) => ({ label: `P${k}`, times: [], units: [], unitCount: 9 }));
  expect(() => networkFigure({ populations, to: 10 }, { height: 400 })).toThrow(
    /networkFigure.height must leave 606 px for 16 populations; received \d+ px below the heading. Raise it./,
  );
});

test("a figure too narrow for its names and bars is refused", () => {
  const bars = [{ title: "CV", values: [1, 1] }];
  const populations = small.populations.map((population) => ({ ...population, label: "pyramidal" }));
  expect(() => networkFigure({ ...small, populations, bars }, { width: 400 })).toThrow(
    /networkFigure.width must leave 120 px for the spikes beside names and bars; received one that leaves \d+ px./,
  );
});

function messageOf(draw: () => unknown): string {
  try {
    draw();
  } catch (error) {
    return String(error);
  }
  return "nothing thrown";
}
