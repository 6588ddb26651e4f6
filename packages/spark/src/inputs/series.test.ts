import fc from "fast-check";
import { expect, test } from "vitest";
import { contextOf, currentPort, feedsOf, problemsOf, rowsOf, valuesOf } from "./feed.test-support.ts";

const flat = (rows: readonly (readonly number[])[]): number[] => rows.map(([value]) => value!);

test("a series holds each sample until the next one", async () => {
  const context = contextOf({ dt: 0.5, steps: 8 });
  expect(flat(await valuesOf({ series: [1, 2, 3, 4], interval: 1 }, context))).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
});

test("a series coarser or finer than a step gives the sample at the start of each step", async () => {
  const series = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  expect(flat(await valuesOf({ series, interval: 0.5 }, contextOf({ steps: 5 })))).toEqual([0, 2, 4, 6, 8]);
  expect(flat(await valuesOf({ series, interval: 1.5 }, contextOf({ steps: 10 })))).toEqual([
    0, 0, 1, 2, 2, 3, 4, 4, 5, 6,
  ]);
});

test("a linear series is interpolated and needs its last sample only", async () => {
  const context = contextOf({ dt: 0.25, steps: 9 });
  const given = { series: [0, 4, 2], interval: 1, between: "linear" };
  expect(flat(await valuesOf(given, context))).toEqual([0, 1, 2, 3, 4, 3.5, 3, 2.5, 2]);
  expect(await problemsOf(currentPort, given, { ...context, steps: 10 })).toEqual([
    'inputs.current.series ends with its last sample at 2 ms (3 samples), but the run ends at 2.5 ms. Give more samples, shorten the run, or set after to "hold", "zero" or "repeat".',
  ]);
});

test("samples at times of their own are held and interpolated", async () => {
  const series = [10, 20, 40];
  const times = [0, 2, 6];
  expect(flat(await valuesOf({ series, times }, contextOf({ steps: 10 })))).toEqual([
    10, 10, 20, 20, 20, 20, 40, 40, 40, 40,
  ]);
  const linear = { series, times, between: "linear" };
  expect(flat(await valuesOf(linear, contextOf({ steps: 7 })))).toEqual([10, 15, 20, 25, 30, 35, 40]);
  const shifted = { series, times: [2, 3, 4], before: "zero", after: "hold" };
  expect(flat(await valuesOf(shifted, contextOf({ steps: 6 })))).toEqual([0, 0, 10, 20, 40, 40]);
});

test.each([
  ["hold", [5, 6, 6, 6, 6, 6]],
  ["zero", [5, 6, 0, 0, 0, 0]],
  ["repeat", [5, 6, 5, 6, 5, 6]],
])("after its end a series goes on with: %s", async (after, expected) => {
  expect(flat(await valuesOf({ series: [5, 6], interval: 1, after }, contextOf({ steps: 6 })))).toEqual(expected);
  const timed = { series: [5, 6], times: [0, 1], after };
  expect(flat(await valuesOf(timed, contextOf({ steps: 6 })))).toEqual(expected);
});

test("a repeated linear series leads from its last sample to its first", async () => {
  const context = contextOf({ dt: 0.5, steps: 9 });
  const expected = [0, 2, 4, 2, 0, 2, 4, 2, 0];
  const repeated = { series: [0, 4], between: "linear", after: "repeat" };
  expect(flat(await valuesOf({ ...repeated, interval: 1 }, context))).toEqual(expected);
  expect(flat(await valuesOf({ ...repeated, times: [0, 1] }, context))).toEqual(expected);
});

test("a repeated series keeps its place however often it comes round and however dt rounds", async () => {
  const context = contextOf({ dt: 0.1, steps: Number.POSITIVE_INFINITY });
  const series = [0, 1, 2];
  for (const given of [
    { series, interval: 0.1, after: "repeat" },
    { series, times: [0, 0.1, 0.2], after: "repeat" },
  ]) {
    for (const first of [0, 3e3, 3e6]) {
      const rows = flat(await rowsOf((await feedsOf(given, context))[0]!, context, [300], first));
      expect(rows).toEqual(Array.from({ length: 300 }, (_, k) => k % 3));
    }
  }
});

test("what comes before a series that starts later must be said", async () => {
  const given = { series: [7, 8], interval: 2, start: 2 };
  const context = contextOf({ steps: 6 });
  expect(await problemsOf(currentPort, given, context)).toEqual([
    'inputs.current.series starts at 2 ms, but the run starts at 0 ms. Set before to "zero" or "hold".',
  ]);
  expect(flat(await valuesOf({ ...given, before: "zero" }, context))).toEqual([0, 0, 7, 7, 8, 8]);
  expect(flat(await valuesOf({ ...given, before: "hold" }, context))).toEqual([7, 7, 7, 7, 8, 8]);
  const early = { series: [7, 8, 9], interval: 2, start: -2, after: "hold" };
  expect(flat(await valuesOf(early, context))).toEqual([8, 8, 9, 9, 9, 9]);
});

test("columns reach their units, flat or in the shape of the units", async () => {
  const context = contextOf({ units: [2, 2], steps: 2 });
  const rows = [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ];
  expect(await valuesOf({ series: rows, interval: 1 }, context)).toEqual(rows);
  const shaped = rows.map(([a, b, c, d]) => [
    [a, b],
    [c, d],
  ]);
  expect(await valuesOf({ series: shaped, interval: 1 }, context)).toEqual(rows);
  expect((await feedsOf({ series: rows, interval: 1 }, context))[0]!.binding).toEqual({ kind: "rowUnit" });
  expect((await feedsOf({ series: Float32Array.of(1, 2), interval: 1 }, context))[0]!.binding).toEqual({ kind: "row" });
});

test("every step of n·interval lands on its own sample, however dt and interval round", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 400 }).map((n) => n / 1000),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 0, max: 100_000 }),
      fc.boolean(),
      async (dt, ratio, firstStep, exact) => {
        const count = 50;
        // The interval as a person or a file would write it: rounded to some digits.
        const interval = exact ? dt * ratio : Number((dt * ratio).toPrecision(10));
        const first = Math.ceil(firstStep / ratio);
        const series = Array.from({ length: first + count + 1 }, (_, k) => k);
        const times = series.map((k) => Number((k * dt * ratio).toPrecision(12)));
        for (const given of [
          { series, interval, after: "hold" },
          { series, times, after: "hold" },
          { series, interval, after: "hold", between: "linear" },
        ]) {
          const context = contextOf({ dt, steps: Number.POSITIVE_INFINITY });
          const [feed] = await feedsOf(given, context);
          const rows = flat(await rowsOf(feed!, context, [ratio * 20], first * ratio));
          rows.forEach((value, k) => {
            if (k % ratio === 0) expect(value).toBe(first + k / ratio);
          });
        }
      },
    ),
    { numRuns: 100 },
  );
});

test("a linear series of linear data is that line", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 }), async (slope, start) => {
      const series = Array.from({ length: 11 }, (_, k) => start + 4 * slope * k);
      const context = contextOf({ dt: 0.25, steps: 41 });
      const rows = flat(await valuesOf({ series, interval: 1, between: "linear" }, context));
      expect(rows).toEqual(Array.from({ length: 41 }, (_, k) => start + slope * k));
    }),
  );
});

test("a series ends a run without a set end where its data ends", async () => {
  const context = contextOf({ steps: Number.POSITIVE_INFINITY });
  const [feed] = await feedsOf({ series: [1, 2, 3], interval: 1 }, context);
  expect(flat(await rowsOf(feed!, context, [3]))).toEqual([1, 2, 3]);
  await expect(rowsOf(feed!, context, [2, 2])).rejects.toThrow(
    'inputs.current.series ends at 3 ms (3 samples), but the run has reached 3 ms. Give more samples, shorten the run, or set after to "hold", "zero" or "repeat".',
  );
});

test.each<[string, unknown, string]>([
  [
    "too short",
    { series: [1, 2, 3], interval: 2 },
    'inputs.current.series ends at 6 ms (3 samples), but the run ends at 10 ms. Give more samples, shorten the run, or set after to "hold", "zero" or "repeat".',
  ],
  [
    "NaN",
    { series: [1, 2, Number.NaN], interval: 1, after: "hold" },
    "inputs.current.series[2] must be a finite number; received NaN. Give a number here.",
  ],
  [
    "an infinity in a typed array",
    { series: Float32Array.of(1, Number.POSITIVE_INFINITY), interval: 10 },
    "inputs.current.series[1] must be a finite number; received Infinity. Give a number here.",
  ],
  [
    "columns of another number",
    { series: [[1, 2, 3]], interval: 10 },
    "inputs.current.series contains samples of another shape: each has shape [3], but the population has shape [1]. Give one value per unit.",
  ],
  [
    "no samples",
    { series: [], interval: 1 },
    "inputs.current.series must contain at least one sample; received an empty array. Give at least one.",
  ],
  [
    "text",
    { series: "1,2", interval: 1 },
    'inputs.current.series must be an array of samples in pA; received "1,2". Give at least one.',
  ],
  [
    "no interval",
    { series: [1] },
    "inputs.current.interval is missing. Give the time between samples in ms, or times.",
  ],
  [
    "a negative interval",
    { series: [1], interval: -1 },
    "inputs.current.interval must be greater than 0 ms; received -1 ms. Give the time between samples.",
  ],
  [
    "a start that is no number",
    { series: [1], interval: 10, start: "0" },
    'inputs.current.start must be a finite number; received "0". Give the time of the first sample.',
  ],
  [
    "times and an interval",
    { series: [1, 2], interval: 1, times: [0, 1] },
    "inputs.current.interval cannot be combined with times, which already give the time of each sample. Remove one of them.",
  ],
  [
    "times that go back",
    { series: [1, 2, 3], times: [0, 2, 2], after: "hold" },
    "inputs.current.times[2] must be later than the time before, 2 ms; received 2 ms. Sort the samples by time.",
  ],
  [
    "times of another number",
    { series: [1, 2, 3], times: [0, 2] },
    "inputs.current.times must contain 3 times, one per sample; received 2. Give one per sample.",
  ],
  [
    "times that are no array",
    { series: [1], times: 5 },
    "inputs.current.times must be an array of times in ms; received 5. Give one per sample.",
  ],
  [
    "a sample without a length that is repeated",
    { series: [1], times: [0], after: "repeat" },
    'inputs.current.after cannot be "repeat": a single sample in times has no duration. Give interval instead, or after: "hold".',
  ],
  [
    "an unknown way between",
    { series: [1], interval: 10, between: "liner" },
    'inputs.current.between must be "hold" or "linear"; received "liner". Choose one of these.',
  ],
  [
    "an unknown key",
    { series: [1], interval: 10, intervall: 3 },
    'inputs.current.intervall is unknown. Did you mean "interval"?',
  ],
  [
    "too large for single precision",
    { series: [1, 1e39], interval: 10 },
    'inputs.current.series[1] is outside the range of single precision, 1.4e-45 to 3.4e+38; received 1e+39 pA. Use dtype: "f64".',
  ],
])("a series is refused: %s", async (_, value, expected) => {
  expect(await problemsOf(currentPort, value, contextOf({ precision: "f32" }))).toEqual([expected]);
});

test("times in single precision are those of the steps that they round", async () => {
  const context = contextOf({ dt: 0.1, steps: 300 });
  const series = Array.from({ length: 300 }, (_, k) => k);
  const times = Float32Array.from(series, (k) => Number((k * 0.1).toPrecision(12)));
  for (const given of [times, Float64Array.from(times)]) {
    expect(flat(await valuesOf({ series, times: given, after: "hold" }, context))).toEqual(series);
  }
});
