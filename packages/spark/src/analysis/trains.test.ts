import fc from "fast-check";
import { expect, test } from "vitest";
import { ConfigError, ShapeError } from "../errors/errors.ts";
import { trainsOf } from "./index.ts";

test("a spike at step s has the time s·dt, and a silent unit has an empty train", () => {
  const events = { steps: Uint32Array.of(1, 4, 4, 10), units: Uint32Array.of(2, 0, 2, 0) };
  const trains = trainsOf(events, { dt: 0.5, unitCount: 4 });
  expect(trains.map((train) => [...train])).toEqual([[2, 5], [], [0.5, 2], []]);
});

test("no events give an empty train for every unit", () => {
  expect(trainsOf({ steps: [], units: [] }, { dt: 1, unitCount: 2 }).map((train) => train.length)).toEqual([0, 0]);
});

const spikes = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 4 })), {
  selector: ([step, unit]) => step * 10 + unit,
  maxLength: 40,
});
const eventsOf = (list: readonly (readonly [number, number])[]) => {
  const sorted = [...list].sort(([a], [b]) => a - b);
  return { steps: sorted.map(([step]) => step), units: sorted.map(([, unit]) => unit) };
};

test("merging the trains restores every event", () => {
  fc.assert(
    fc.property(spikes, (list) => {
      const trains = trainsOf(eventsOf(list), { dt: 0.25, unitCount: 5 });
      const back = trains.flatMap((train, unit) => Array.from(train, (time) => [time / 0.25, unit]));
      const order = (a: number[], b: number[]) => a[0]! - b[0]! || a[1]! - b[1]!;
      expect(back.sort(order)).toEqual(list.map((pair) => [...pair]).sort(order));
    }),
  );
});

test("relabelling units permutes the trains", () => {
  fc.assert(
    fc.property(spikes, (list) => {
      const plain = trainsOf(eventsOf(list), { dt: 1, unitCount: 5 });
      const relabelled = list.map(([step, unit]) => [step, 4 - unit] as const);
      expect(trainsOf(eventsOf(relabelled), { dt: 1, unitCount: 5 })).toEqual(plain.reverse());
    }),
  );
});

test.each([
  ["steps out of order", [3, 2], [0, 0], "trainsOf.events.steps[1] must be a whole number of at least 3"],
  ["a step of 0", [0], [0], "trainsOf.events.steps[0] must be a whole number of at least 1"],
  ["a fractional step", [1.5], [0], "received 1.5"],
  ["NaN", [Number.NaN], [0], "received NaN"],
  ["an unknown unit", [1], [2], "trainsOf.events.units[0] must be a whole number in 0 … 1"],
  ["a negative unit", [1], [-1], "received -1"],
  ["the same spike twice", [2, 2, 2], [0, 1, 0], "trainsOf.events.units[2] must not repeat a spike"],
])("%s is refused by position", (_, steps, units, sentence) => {
  const convert = () => trainsOf({ steps, units }, { dt: 1, unitCount: 2 });
  expect(convert).toThrow(ConfigError);
  expect(convert).toThrow(sentence);
});

test("lists of different lengths are refused with both lengths", () => {
  const convert = () => trainsOf({ steps: [1, 2], units: [0] }, { dt: 1, unitCount: 1 });
  expect(convert).toThrow(ShapeError);
  expect(convert).toThrow("received 2 steps and 1 unit");
});

test("a bad step and a bad count of units are reported together", () => {
  const convert = () => trainsOf({ steps: [], units: [] }, { dt: 0, unitCount: 0 });
  expect(convert).toThrow("trainsOf.dt must be a finite number greater than 0 ms; received 0 ms.");
  expect(convert).toThrow("trainsOf.unitCount must be a whole number of at least 1; received 0.");
});
