import { expect, test } from "vitest";
import { type NetworkData, networkFigure, rasterFigure } from "./index.ts";
import { binRates, countRecorded } from "./rate.ts";
import { pathOf, textsOf } from "./svg.test-support.ts";

test("a spike on a border of bins belongs to the bin that ends there, whatever the rounding of the quotient", () => {
  // 0.3 / 0.1 and 0.6 / 0.1 are slightly below 3 and 6, and 0.1 + 0.2 is slightly above 0.3.
  const times = [...Array.from({ length: 10 }, (_, k) => (k + 1) / 10), 0.1 + 0.2];
  const rates = binRates(times, 1, { from: 0, to: 1, bin: 0.1 }).map((rate) => Math.round(rate / 1e4));
  expect(rates).toEqual([1, 1, 2, 1, 1, 1, 1, 1, 1, 1]);
});

test("rates are those of the recorded units, and unknown where nothing was recorded", () => {
  expect(countRecorded({ units: [0, 1, 7] }, 0, 5)).toBe(2);
  expect(countRecorded(undefined, 2, 5)).toBe(3);
  // Every unit spikes at 5, 15, 25 … ms.
  const times = [25, 25, 35, 35];
  const rates = binRates(times, 2, { from: 0, to: 50, bin: 10 }, { from: 20, to: 45 });
  expect(rates).toEqual([Number.NaN, Number.NaN, 100, 100, 0]);
});

/** Equal units of two populations; of one, units 0 and 1 are recorded from 200 to 700 ms. */
const data = (): NetworkData => {
  const all = Array.from({ length: 100 }, (_, k) => (k + 1) * 10 - 2);
  const spikesOf = (units: readonly number[], times: readonly number[]) => ({
    times: times.flatMap((time) => units.map(() => time)),
    units: times.flatMap(() => units),
    unitCount: 10,
  });
  const some = all.filter((time) => time > 200 && time <= 700);
  const ten = Array.from({ length: 10 }, (_, unit) => unit);
  return {
    populations: [
      { label: "a", ...spikesOf([0, 1], some), recorded: { units: [0, 1], from: 200, to: 700 } },
      { label: "b", ...spikesOf(ten, all) },
    ],
    to: 1000,
    bin: 5,
  };
};

test("a network figure divides rates by the recorded units and has gaps outside the recorded time", () => {
  const svg = networkFigure(data());
  const texts = textsOf(svg);
  expect(texts.filter((text) => text === "200\u00a0Hz")).toHaveLength(2);
  expect(texts).toContain("2 of 10 units");
  expect(texts[0]).toContain("of 12 of 20 units");
  const area = pathOf(svg, "rateArea1");
  const width = Number(/H([\d.]+)V[\d.]+H0Z$/.exec(pathOf(svg, "rateArea2"))![1]);
  expect(Number(/^M([\d.]+),/.exec(area)![1]) / width).toBeCloseTo(0.2, 2);
  expect(Math.max(...[...area.matchAll(/H([\d.]+)/g)].map(([, at]) => Number(at))) / width).toBeCloseTo(0.7, 2);
});

test("a raster figure divides rates by the recorded units", () => {
  const [a, b] = data().populations;
  const yOf = (population: typeof a): string =>
    textsOf(rasterFigure({ ...population!, to: 1000, bin: 10 }, { width: 900 })).join("|");
  expect(yOf(a)).toContain("of 2 of 10 units · mean 100\u00a0Hz");
  expect(yOf(b)).toContain("of 10 units · mean 100\u00a0Hz");
});

test("an invalid recorded part is refused with its place", () => {
  const { populations, to } = data();
  const recorded = { from: Number.NaN };
  expect(() => networkFigure({ populations: [{ ...populations[0]!, recorded }], to })).toThrow(
    "networkFigure.populations[0].recorded.from must be finite",
  );
});
