import { expect, test } from "vitest";
import { windowOf } from "../src/fit-figures.ts";

const series = new Array<number>(1000).fill(-60);

test("the figure of a fit shows a part of the recording in which the voltage was recorded", () => {
  const usual = windowOf(undefined, 100, 0.5, 5000);
  expect(usual).toMatchObject({ from: 100, isRecorded: false });
  const width = usual.to - usual.from;
  const covering = { series: [...series, ...series, ...series, ...series, ...series], interval: 1 };
  expect(windowOf(covering, 100, 0.5, 5000)).toEqual({ ...usual, isRecorded: true });
  // It begins later, ends before, or has times of its own.
  expect(windowOf({ series, interval: 1, start: 4000 }, 100, 0.5, 5000)).toEqual({
    from: 4000,
    to: Math.min(5000, 4000 + width),
    isRecorded: true,
  });
  expect(windowOf({ series, interval: 0.2 }, 100, 0.5, 5000)).toEqual({ from: 100, to: 200, isRecorded: true });
  const times = series.map((_, k) => 3000 + k);
  expect(windowOf({ series, times }, 100, 0.5, 5000)).toMatchObject({ from: 3000, isRecorded: true });
  expect(windowOf({ series: [1, 2], interval: 1 }, 100, 0.5, 5000)).toEqual(usual);
});
