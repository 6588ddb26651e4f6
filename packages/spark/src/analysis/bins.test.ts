import fc from "fast-check";
import { expect, test } from "vitest";
import { ConfigError } from "../errors/errors.ts";
import { binCounts, unitBinCounts } from "./index.ts";

const events = { steps: [1, 2, 2, 3, 4, 6], units: [0, 0, 1, 1, 0, 1] };
const population = { dt: 0.5, unitCount: 2, duration: 3 };

test("a spike on the border of two bins belongs to the earlier bin", () => {
  // Width 1 ms = 2 steps: bins of steps 1–2, 3–4, 5–6.
  expect([...binCounts(events, { ...population, width: 1 })]).toEqual([3, 2, 1]);
});

test("counts per unit are rows, unit by unit", () => {
  // Unit 0 spikes at steps 1, 2, 4 and unit 1 at 2, 3, 6.
  expect([...unitBinCounts(events, { ...population, width: 1 })]).toEqual([2, 1, 0, 1, 1, 1]);
});

test("a window excludes spikes at or before its start, and after its end", () => {
  // 1 ms < t <= 2 ms: steps 3 and 4.
  expect([...binCounts(events, { ...population, from: 1, to: 2, width: 0.5 })]).toEqual([1, 1]);
});

test("a spike outside the window does not count for another unit", () => {
  // 1 ms < t <= 2 ms: unit 0 spikes at step 4, unit 1 at step 3.
  expect([...unitBinCounts(events, { ...population, from: 1, to: 2, width: 0.5 })]).toEqual([0, 1, 1, 0]);
});

test("bins of 0.1 ms hold one step each, although 0.1 is not exact", () => {
  const steps = Array.from({ length: 1000 }, (_, k) => k + 1);
  const counts = binCounts(
    { steps, units: steps.map(() => 0) },
    { dt: 0.1, unitCount: 1, duration: 100, width: 0.3, to: 99.9 },
  );
  expect(counts.length).toBe(333);
  expect(counts.every((count) => count === 3)).toBe(true);
});

test("every spike counts once for any width", () => {
  const spikes = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 3 })), { maxLength: 50 });
  fc.assert(
    fc.property(spikes, fc.constantFrom(1, 2, 3, 5, 12, 60), (list, width) => {
      const sorted = [...list].sort(([a], [b]) => a - b);
      const train = { steps: sorted.map(([step]) => step), units: sorted.map(([, unit]) => unit) };
      const options = { dt: 1, unitCount: 4, duration: 60, width };
      const total = binCounts(train, options);
      const perUnit = unitBinCounts(train, options);
      expect(total.reduce((sum, count) => sum + count, 0)).toBe(list.length);
      total.forEach((count, bin) => {
        expect([0, 1, 2, 3].reduce((sum, unit) => sum + perUnit[unit * total.length + bin]!, 0)).toBe(count);
      });
    }),
  );
});

test.each([
  [
    "a partial last bin",
    { width: 2 },
    "binCounts.width must cut the window of 3 ms into whole bins; received 2 ms. End the window at 2 ms",
  ],
  ["a bin longer than the window", { width: 4 }, "into whole bins; received 4 ms"],
  ["a width of 0", { width: 0 }, "binCounts.width must be a finite number greater than 0 ms; received 0 ms"],
  ["a negative width", { width: -1 }, "received -1 ms"],
  [
    "a width between steps",
    { width: 0.75 },
    "binCounts.width must be a whole number of steps of 0.5 ms; received 0.75 ms",
  ],
  ["a width of NaN", { width: Number.NaN }, "received NaN ms"],
  ["a window beyond the run", { width: 1, to: 4 }, "binCounts.from must be a window inside the run of 3 ms"],
  ["a window before the run", { width: 1, from: -1 }, "received from -1 ms, to 3 ms"],
  ["an empty window", { width: 1, from: 2, to: 2 }, "received from 2 ms, to 2 ms"],
  [
    "a border between steps",
    { width: 1, from: 0.2 },
    "binCounts.from must be a whole number of steps of 0.5 ms; received 0.2 ms",
  ],
  ["a duration of 0", { width: 1, duration: 0 }, "binCounts.duration must be a finite number greater than 0 ms"],
  ["a spike after the run", { width: 1, duration: 2 }, "binCounts.events.steps[5] must be a whole number in 4 … 4"],
])("%s is refused", (_, options, sentence) => {
  const count = () => binCounts(events, { ...population, ...options });
  expect(count).toThrow(ConfigError);
  expect(count).toThrow(sentence);
});
