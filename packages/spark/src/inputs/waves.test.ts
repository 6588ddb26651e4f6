import fc from "fast-check";
import { expect, test } from "vitest";
import { contextOf, currentPort, feedsOf, problemsOf, rowsOf, valuesOf } from "./feed.test-support.ts";
import { pulses, ramp, sine, stepCurrent } from "./forms.ts";

const flat = (rows: readonly (readonly number[])[]): number[] => rows.map(([value]) => value!);

test("a step current flows in the steps that start from `from` on and before `to`", async () => {
  const given = stepCurrent({ amplitude: 300, from: 0.2, to: 0.5 });
  expect(flat(await valuesOf(given, contextOf({ dt: 0.1, steps: 7 })))).toEqual([0, 0, 300, 300, 300, 0, 0]);
  expect(flat(await valuesOf(stepCurrent({ amplitude: 5 }), contextOf({ steps: 3 })))).toEqual([5, 5, 5]);
  expect(flat(await valuesOf(stepCurrent({ amplitude: 5, from: 1.5 }), contextOf({ steps: 4 })))).toEqual([0, 0, 5, 5]);
});

test("a step current with an amplitude a unit gives each unit its own", async () => {
  const given = stepCurrent({
    amplitude: [
      [1, 2],
      [3, 4],
    ],
    to: 1,
  });
  const context = contextOf({ units: [2, 2], steps: 2 });
  expect(await valuesOf(given, context)).toEqual([
    [1, 2, 3, 4],
    [0, 0, 0, 0],
  ]);
  expect((await feedsOf(given, context))[0]!.binding).toEqual({ kind: "rowUnit" });
  expect((await feedsOf(stepCurrent({ amplitude: 1 }), context))[0]!.binding).toEqual({ kind: "row" });
});

test("pulses of a width come every period, and `to` cuts the last one", async () => {
  const given = pulses({ amplitude: 7, period: 4, width: 2, from: 1, to: 10 });
  expect(flat(await valuesOf(given, contextOf({ steps: 12 })))).toEqual([0, 7, 7, 0, 0, 7, 7, 0, 0, 7, 0, 0]);
});

test("pulses keep their number of steps however late they come and however dt rounds", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(0.1, 0.05, 0.025, 1 / 3, 0.7),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 0, max: 9 }),
      fc.integer({ min: 0, max: 1e6 }),
      async (dt, width, gap, cycle) => {
        const period = width + gap;
        const given = pulses({ amplitude: 1, period: period * dt, width: width * dt });
        const context = contextOf({ dt, steps: Number.POSITIVE_INFINITY });
        const rows = flat(await rowsOf((await feedsOf(given, context))[0]!, context, [3 * period], cycle * period));
        expect(rows).toEqual(Array.from({ length: 3 * period }, (_, k) => +(k % period < width)));
      },
    ),
  );
});

test("a ramp goes from its start to its end, which the end of its window would reach", async () => {
  const context = contextOf({ steps: 8 });
  expect(flat(await valuesOf(ramp({ start: 100, end: 180 }), context))).toEqual([
    100, 110, 120, 130, 140, 150, 160, 170,
  ]);
  expect(flat(await valuesOf(ramp({ start: 4, end: 0, from: 2, to: 6 }), context))).toEqual([0, 0, 4, 3, 2, 1, 0, 0]);
});

test("a ramp starts at its start, not before it, where rounding puts a step just ahead of `from`", async () => {
  expect(3 * 0.7).toBeLessThan(2.1);
  const rows = flat(await valuesOf(ramp({ start: 0, end: 4, from: 2.1, to: 4.9 }), contextOf({ dt: 0.7, steps: 4 })));
  expect(rows).toEqual([0, 0, 0, 0]);
});

test("a sine passes through its quarters exactly, in any turn", async () => {
  const context = contextOf({ steps: 4 });
  const given = sine({ amplitude: 2, frequency: 250, offset: 10 });
  expect(flat(await valuesOf(given, context))).toEqual([10, 12, 10, 8]);
  const late = await rowsOf((await feedsOf(given, contextOf({ steps: 1e9 })))[0]!, context, [4], 999_999_996);
  expect(flat(late)).toEqual([10, 12, 10, 8]);
  expect(flat(await valuesOf(sine({ amplitude: 2, frequency: 250, phase: 0.25 }), context))).toEqual([2, 0, -2, 0]);
});

test("a sine of any frequency is the sine, also with a frequency and a phase a unit", async () => {
  const context = contextOf({ units: [2], dt: 0.1, steps: 200 });
  const given = sine({ amplitude: [3, 5], frequency: [7, 40], phase: [0.1, 0], offset: [0, 1] });
  const rows = await valuesOf(given, context);
  rows.forEach(([a, b], step) => {
    const time = step * 0.1 * 1e-3;
    expect(a!).toBeCloseTo(3 * Math.sin(2 * Math.PI * (7 * time + 0.1)), 12);
    expect(b!).toBeCloseTo(1 + 5 * Math.sin(2 * Math.PI * 40 * time), 12);
  });
});

test.each<[string, unknown, string[]]>([
  ["no amplitude", { step: {} }, ["inputs.current.step.amplitude is missing. Give a number in pA."]],
  [
    "two faults at once",
    { step: { amplitude: Number.NaN, form: 3 } },
    [
      'inputs.current.step.form is unknown. Did you mean "from"?',
      "inputs.current.step.amplitude must be a finite number; received NaN pA. Give a number here.",
    ],
  ],
  [
    "an amplitude that is text",
    { step: { amplitude: "300" } },
    [
      'inputs.current.step.amplitude must be a number in pA or an array with one per unit; received "300". Give one of these.',
    ],
  ],
  [
    "a window that ends before it begins",
    stepCurrent({ amplitude: 1, from: 5, to: 5 }),
    ["inputs.current.step.to must be later than from, 5 ms; received 5 ms. Give a later time."],
  ],
  [
    "a window between two steps",
    stepCurrent({ amplitude: 1, from: 5.2, to: 5.8 }),
    ["inputs.current.step.to leaves no step between 5.2 ms and 5.8 ms at dt 1 ms. Give a later time."],
  ],
  [
    "a negative time",
    stepCurrent({ amplitude: 1, from: -1 }),
    ["inputs.current.step.from must be at least 0 ms; received -1 ms. Give a number in this range."],
  ],
  [
    "a time that is no number",
    stepCurrent({ amplitude: 1, to: Number.POSITIVE_INFINITY }),
    ["inputs.current.step.to must be a finite number; received Infinity ms. Give a number here."],
  ],
  [
    "an array in place of options",
    { step: [[1, 2]] },
    [
      'inputs.current.step takes an object with amplitude, from, to; received [[1, 2]]. Give them by name. Did you mean "steps"?',
    ],
  ],
  [
    "pulses wider than their period",
    pulses({ amplitude: 1, period: 4, width: 5 }),
    ["inputs.current.pulses.width must be at most the period, 4 ms; received 5 ms. Shorten it."],
  ],
  [
    "pulses that fall between steps",
    pulses({ amplitude: 1, period: 4, width: 0.5 }),
    ["inputs.current.pulses.width must be at least one step, 1 ms; received 0.5 ms. Use a smaller dt."],
  ],
  [
    "a period of zero",
    pulses({ amplitude: 1, period: 0, width: 1 }),
    ["inputs.current.pulses.period must be greater than 0 ms; received 0 ms. Give a number in this range."],
  ],
  [
    "a sine too fast for the steps",
    sine({ amplitude: 1, frequency: 500 }),
    [
      "inputs.current.sine.frequency must be below half the number of steps per second, 500 Hz; received 500 Hz. Use a smaller dt.",
    ],
  ],
  [
    "a frequency of zero for one unit",
    sine({ amplitude: 1, frequency: [10, 0] }),
    ["inputs.current.sine.frequency[1] must be greater than 0 Hz; received 0 Hz. Give a number in this range."],
  ],
  [
    "an array of another shape",
    ramp({ start: [1, 2, 3], end: 0 }),
    ["inputs.current.ramp.start has shape [3], but the population has shape [2]. Give one value per unit."],
  ],
])("a generator is refused: %s", async (_, value, expected) => {
  expect(await problemsOf(currentPort, value, contextOf({ units: [2] }))).toEqual(expected);
});

test("a ramp in a run without a set end needs `to`", async () => {
  expect(
    await problemsOf(currentPort, ramp({ start: 0, end: 1 }), contextOf({ steps: Number.POSITIVE_INFINITY })),
  ).toEqual([
    "inputs.current.ramp.to is missing. This run has no set end: give the time in ms at which the ramp ends.",
  ]);
});
