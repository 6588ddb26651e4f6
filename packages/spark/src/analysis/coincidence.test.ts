import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError, ShapeError } from "../errors/errors.ts";
import { coincidenceFactor, meanCoincidence, reliability } from "./index.ts";

test("Γ of three spikes, two of them predicted, by hand", () => {
  // Distances 2, 5, 1 ms: 2 coincide. 2·rate·Δ = 2·(3/1000)·4 = 0.024; by chance 0.024·3 = 0.072.
  // Γ = (2 − 0.072) / 3 / (1 − 0.024).
  const value = coincidenceFactor([10, 50, 90], [12, 55, 91], { duration: 1000 });
  expect(value).toBeCloseTo(1.928 / 3 / 0.976, 14);
});

test("the rate is that of the model, so Γ is not symmetric", () => {
  // One coincidence. Model of 2 spikes: 2·rate·Δ = 0.02, (1 − 0.02·1)/1.5/0.98; of 1 spike: (1 − 0.01·2)/1.5/0.99.
  const options = { window: 5, duration: 1000 };
  expect(coincidenceFactor([10, 500], [11], options)).toBeCloseTo(0.98 / 1.5 / 0.98, 14);
  expect(coincidenceFactor([11], [10, 500], options)).toBeCloseTo(0.98 / 1.5 / 0.99, 14);
});

test("spikes exactly Δ apart coincide, also if step·dt is rounded", () => {
  expect(coincidenceFactor([100], [104], { duration: 1000 })).toBeCloseTo(1, 14);
  expect(coincidenceFactor([100], [104.001], { duration: 1000 })).toBeLessThan(0);
  for (let step = 1; step < 10000; step++) {
    expect(coincidenceFactor([step * 0.1], [(step + 40) * 0.1], { duration: 2000 })).toBeGreaterThan(0.99);
  }
});

test("each spike counts once: a burst does not multiply one recorded spike", () => {
  // 1 coincidence of 3 model spikes: (1 − 0.024) / 2 / 0.976 = 0.5.
  expect(coincidenceFactor([99, 100, 101], [100], { duration: 1000 })).toBeCloseTo(0.5, 14);
});

test("Γ is 1 for equal trains and for two empty trains, and 0 if one train is empty", () => {
  expect(coincidenceFactor([1, 20, 300], [1, 20, 300], { duration: 1000 })).toBeCloseTo(1, 14);
  expect(coincidenceFactor([], [], { duration: 1000 })).toBe(1);
  expect(coincidenceFactor([], [5, 10], { duration: 1000 })).toBe(0);
  expect(coincidenceFactor([5, 10], [], { duration: 1000 })).toBe(0);
});

test("Γ of unrelated trains is 0 on average over shifts", () => {
  // A spike shifted over the whole circle meets each of 10 recorded spikes within ±4 ms: 9 of 1000 shifts per spike, in
  // whole milliseconds. Δ = 4.5 gives the same 9 coincidences and exactly 9 ms of 1000.
  const recorded = Array.from({ length: 10 }, (_, k) => 50 + 100 * k);
  let sum = 0;
  for (let shift = 0; shift < 1000; shift++)
    sum += coincidenceFactor([shift], recorded, { duration: 1000, window: 4.5 });
  expect(sum / 1000).toBeCloseTo(0, 12);
});

function bestMatch(model: readonly number[], recorded: readonly number[], window: number): number {
  const [head, ...rest] = model;
  if (head === undefined) return 0;
  const skipped = bestMatch(rest, recorded, window);
  const used = recorded.flatMap((time, index) =>
    Math.abs(time - head) <= window ? [1 + bestMatch(rest, recorded.toSpliced(index, 1), window)] : [],
  );
  return Math.max(skipped, ...used);
}

const train = (maxLength: number) =>
  fc.array(fc.integer({ min: 0, max: 40 }), { maxLength }).map((times) => times.sort((a, b) => a - b));

test("no pairing of spikes has more coincidences than the merge finds", () => {
  fc.assert(
    fc.property(train(6), train(6), fc.integer({ min: 0, max: 12 }), (model, recorded, window) => {
      fc.pre(model.length + recorded.length > 0);
      const duration = 1000;
      const covered = (2 * window * model.length) / duration;
      const gamma = coincidenceFactor(model, recorded, { window, duration });
      const count = gamma * (1 - covered) * 0.5 * (model.length + recorded.length) + covered * recorded.length;
      expect(count).toBeCloseTo(bestMatch(model, recorded, window), 9);
    }),
    { numRuns: 300 },
  );
});

test("Γ is at most 1, is 1 for equal trains, and is invariant to scaling and reversal of time", () => {
  fc.assert(
    fc.property(train(12), train(12), fc.constantFrom(0.25, 2, 10), (model, recorded, factor) => {
      const value = coincidenceFactor(model, recorded, { duration: 200 });
      const stretch = (times: number[]) => times.map((time) => factor * time);
      const reverse = (times: number[]) => times.map((time) => 200 - time).reverse();
      expect(value).toBeLessThanOrEqual(1 + 1e-12);
      expect(coincidenceFactor(model, model, { duration: 200 })).toBeCloseTo(1, 12);
      const stretched = { window: 4 * factor, duration: 200 * factor };
      expect(coincidenceFactor(stretch(model), stretch(recorded), stretched)).toBeCloseTo(value, 12);
      expect(coincidenceFactor(reverse(model), reverse(recorded), { duration: 200 })).toBeCloseTo(value, 12);
    }),
  );
});

test("the mean over repetitions is the mean, and needs at least one repetition", () => {
  const options = { duration: 1000 };
  expect(meanCoincidence([10], [[11], [500]], options)).toBeCloseTo((1 + -0.008 / 0.992) / 2, 14);
  expect(() => meanCoincidence([10], [], options)).toThrow(ShapeError);
});

describe("against a maximum matching in Python", () => {
  const read = (path: string) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"));
  const golden = read("test/golden/coincidence.json");
  const { duration } = golden;

  test("the factors of a grasshopper's spike trains are equal", () => {
    const trains = Object.values<number[][]>(read("../../examples/real-neuron/data/spikes.json")).map(
      ([train]) => train!,
    );
    expect(golden.receptor).toHaveLength(36);
    for (const { model, data, window, factor } of golden.receptor) {
      const value = coincidenceFactor(trains[model]!, trains[data]!, { duration, window });
      expect(value, `${model} ${data} ${window}`).toBeCloseTo(factor, 12);
    }
  });

  test.each([0, 1, 2])("the reliability of drawn repetitions is equal, in any order (%i)", (k) => {
    const { trains, reliability: known } = golden.repetitions[k];
    expect(reliability(trains, { duration })).toBeCloseTo(known, 12);
    expect(reliability(trains.toReversed(), { duration })).toBeCloseTo(known, 12);
  });
});

test("a reliability needs two repetitions", () => {
  expect(() => reliability([[1]], { duration: 10 })).toThrow(ShapeError);
  expect(() => reliability([[1]], { duration: 10 })).toThrow("must contain at least 2 trains; received 1.");
});

test("a model that spikes too often gives an error, or the value in saturated", () => {
  // 2·rate·Δ = 2·(125/1000)·4 = 1.
  const dense = Array.from({ length: 125 }, (_, k) => 8 * k);
  expect(() => coincidenceFactor(dense, [1], { duration: 1000 })).toThrow(ConfigError);
  expect(() => coincidenceFactor(dense, [1], { duration: 1000 })).toThrow("received 2·rate·window = 1.");
  expect(coincidenceFactor(dense, [1], { duration: 1000, saturated: -1 })).toBe(-1);
  expect(coincidenceFactor(dense.slice(1), dense.slice(1), { duration: 1000, saturated: -1 })).toBeCloseTo(1, 12);
});

test.each([
  [
    "a negative window",
    [1],
    [1],
    { window: -1, duration: 10 },
    "coincidenceFactor.window must be a finite number of at least 0 ms; received -1 ms",
  ],
  ["a window of NaN", [1], [1], { window: Number.NaN, duration: 10 }, "received NaN ms"],
  [
    "a window longer than the run",
    [1],
    [1],
    { window: 11, duration: 10 },
    "coincidenceFactor.window must be at most duration, 10 ms; received 11 ms",
  ],
  [
    "an invalid duration",
    [1],
    [1],
    { window: 0, duration: 0 },
    "coincidenceFactor.duration must be a finite number greater than 0 ms",
  ],
  ["an infinite duration", [1], [1], { duration: Infinity }, "received Infinity ms"],
  [
    "an unsorted model",
    [2, 1],
    [1],
    { duration: 10 },
    "coincidenceFactor.model[1] must not be earlier than the spike before it, 2 ms; received 1 ms",
  ],
  [
    "NaN in the recording",
    [1],
    [1, Number.NaN],
    { duration: 10 },
    "coincidenceFactor.recorded[1] must be a finite time",
  ],
  [
    "a spike after the end",
    [1],
    [1, 11],
    { duration: 10 },
    "coincidenceFactor.recorded[1] must lie in the window from 0 ms to 10 ms; received 11 ms",
  ],
  ["a spike before the start", [-1], [1], { duration: 10 }, "coincidenceFactor.model[0] must lie in the window"],
])("%s is refused", (_, model, recorded, options, sentence) => {
  expect(() => coincidenceFactor(model, recorded, options)).toThrow(ConfigError);
  expect(() => coincidenceFactor(model, recorded, options)).toThrow(sentence);
});
