import { experiment, simulate } from "spark-snn";
import { expect, test } from "vitest";
import {
  addedPoint,
  drawInput,
  drawnInput,
  drawnOf,
  drawnPath,
  drawnRange,
  firstDrawing,
  movedPoint,
  removedPoint,
} from "./drawn.ts";
import { history } from "./history.ts";
import type { JsonObject } from "./json.ts";

const first = firstDrawing(1000);
const range = drawnRange(first, 1000);

test("a drawing is a series of the document, and acts at its times", async () => {
  expect(drawnOf(drawnInput(first))).toEqual(first);
  expect(drawnOf({ series: [[1, 2]], times: [0] })).toBeUndefined();
  expect(drawnOf(5)).toBeUndefined();
  const document: JsonObject = {
    model: { soma: "LeakySoma", units: [1] },
    duration: 1000,
    inputs: { current: drawnInput(first) },
  };
  const read = await experiment(document as never, { kind: "soma" });
  const run = (await simulate(read.component, {
    ...read.options,
    record: { outSpikes: true },
  } as never)) as unknown as {
    outSpikes: { steps: ArrayLike<number> };
  };
  const times = Array.from(run.outSpikes.steps, (step) => step * read.settings.dt);
  expect(times.length).toBeGreaterThan(3);
  expect(Math.min(...times)).toBeGreaterThan(250);
  expect(Math.max(...times)).toBeLessThan(751);
});

test("points move between their neighbours, are added in order, and all but the first are removed", () => {
  const moved = movedPoint(first, 1, { time: 5000, value: 123.456 }, range);
  expect(moved.points[1]!.time).toBeLessThan(750);
  expect(moved.points[1]!.value).toBeCloseTo(123, 0);
  expect(movedPoint(first, 0, { time: 300, value: 40 }, range).points[0]).toEqual({ time: 0, value: 40 });
  const added = addedPoint(first, { time: 500, value: -30 }, range)!;
  expect(added.points.map(({ time }) => time)).toEqual([0, 250, 500, 750]);
  expect(addedPoint(added, { time: 500, value: 3 }, range)).toBeUndefined();
  expect(removedPoint(added, 0)).toEqual(added);
  expect(removedPoint(added, 2)).toEqual(first);
});

test("the path has steps or lines, and reaches the end", () => {
  const shown = { end: 1000, low: 0, high: 500 };
  expect(drawnPath(first, shown, 100, 50)).toBe("M0,50H25V25H75V50H100");
  expect(drawnPath({ ...first, linear: true }, shown, 100, 50)).toBe("M0,50L25,25L75,50H100");
});

test("moves of one point are one step of the history", () => {
  const log = history({ model: { soma: "LeakySoma", units: [1] }, inputs: { current: drawnInput(first) } }, "Open");
  const keys = ["inputs", "current"];
  for (const value of [10, 20, 30]) {
    log.run(drawInput(keys, movedPoint(first, 1, { time: 250, value }, range), "Move a point", "1"));
  }
  expect(drawnOf((log.document.get()["inputs"] as JsonObject)["current"])!.points[1]!.value).toBe(30);
  expect(log.undo()).toBe(true);
  expect(log.undo()).toBe(false);
});
