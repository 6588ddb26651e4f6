import fc from "fast-check";
import { expect, test } from "vitest";
import { measureText, printCount, printFigures, printNumber, spreadLabels, wrapText } from "./lettering.ts";
import { coordinate, decimate, drawStrokes, drawTrace, place, roundUp, type Scale, windowOf } from "./strokes.ts";

const x: Scale = { from: 0, to: 1000, range: [0, 100] };

test("decimation keeps the extremes of every pixel column, in order, with at most four samples each", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -90, max: 60, noNaN: true }), { minLength: 2, maxLength: 3000 }),
      (values) => {
        const time = values.map((_, index) => (index * 1000) / values.length);
        const kept = decimate(time, values, x);
        const columns = new Map<number, number[]>();
        for (let i = 0; i < values.length; i++) {
          const column = Math.floor(place(x, time[i]!));
          columns.set(column, [...(columns.get(column) ?? []), i]);
        }
        for (const members of columns.values()) {
          const chosen = kept.filter((index) => members.includes(index));
          const at = (list: number[], pick: (...numbers: number[]) => number): number =>
            pick(...list.map((index) => values[index]!));
          expect(chosen.length).toBeLessThanOrEqual(4);
          expect(at(chosen, Math.min)).toBe(at(members, Math.min));
          expect(at(chosen, Math.max)).toBe(at(members, Math.max));
          expect([chosen[0], chosen[chosen.length - 1]]).toEqual([members[0], members[members.length - 1]]);
        }
        expect(kept).toEqual([...kept].sort((a, b) => a - b));
      },
    ),
    { numRuns: 40 },
  );
});

test("a spike of one sample among a million remains in the path", () => {
  const time = Float64Array.from({ length: 1_000_000 }, (_, index) => index / 1000);
  const values = new Float64Array(1_000_000).fill(-60);
  values[654_321] = 40;
  const path = drawTrace(time, values, x, { from: -60, to: 40, range: [200, 0] });
  expect(path).toContain("65.4,0");
  expect(path.length).toBeLessThan(6000);
});

test("samples and strokes outside the window are omitted, those at its ends are drawn", () => {
  expect(windowOf([1, 2, 3, 4, 5], 2, 4)).toEqual([1, 4]);
  expect(drawStrokes([-1, 0, 500, 1000, 1001], x, 2, 12)).toBe("M0,2V12M50,2V12M100,2V12");
});

test("coordinates have one decimal and no minus zero", () => {
  expect([1.25, -0.04, 3, 12.34].map(coordinate)).toEqual(["1.3", "0", "3", "12.3"]);
});

test("rounding up gives the next of 1, 2, 5 times a power of ten", () => {
  expect([0.003, 0.11, 1, 1.01, 2, 34, 5000.1].map((value) => roundUp(value))).toEqual([
    0.005, 0.2, 1, 2, 2, 50, 10000,
  ]);
  expect(roundUp(31, [1, 3, 4])).toBe(40);
});

test("labels are moved apart without changing their order or leaving their range", () => {
  expect(spreadLabels([50, 52, 10], 15, 0, 100)).toEqual([50, 65, 10]);
  expect(spreadLabels([98, 99], 15, 0, 100)).toEqual([85, 100]);
});

test("texts wrap between words but never between a value and its unit", () => {
  expect(wrapText("rate in bins of 10\u00a0ms", 12, measureText("rate in bins of 10", 12))).toEqual([
    "rate in bins of",
    "10\u00a0ms",
  ]);
});

test("numbers have few digits, a true minus and grouped counts", () => {
  expect([printNumber(-40), printNumber(54.3917), printCount(1_234_567)]).toEqual(["−40", "54.39", "1,234,567"]);
});

test("numbers in a column have the same number of significant digits, including zeros", () => {
  const column = [0.8, 4, 17.25, -99.96, 999.6, 123_456, 0].map((value) => printFigures(value, 3));
  expect(column).toEqual(["0.800", "4.00", "17.3", "−100", "1000", "123000", "0"]);
});
