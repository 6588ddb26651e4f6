import fc from "fast-check";
import { expect, test } from "vitest";
import { CurrentArray, PotentialArray, SpikeArray, signal } from "../model/ports.ts";
import { contextOf, currentPort, feedsOf, problemsOf, rowsOf, valuesOf } from "./feed.test-support.ts";
import { inputShape } from "./feed.ts";
import { type CurrentInput, ornsteinUhlenbeck, pulses, ramp, sine, stepCurrent, sum, whiteNoise } from "./forms.ts";

const square = contextOf({ units: [2, 2], steps: 3 });

test("a number is one constant, an array one per unit", async () => {
  expect(await feedsOf(250)).toEqual([{ binding: { kind: "scalar" }, constant: 250 }]);
  const expected = [{ binding: { kind: "unit" }, constant: Float64Array.of(1, 2, 3, 4) }];
  for (const given of [
    [
      [1, 2],
      [3, 4],
    ],
    Float64Array.of(1, 2, 3, 4),
    new CurrentArray(Float32Array.of(1, 2, 3, 4), [2, 2]),
  ]) {
    expect(await feedsOf(given, square)).toEqual(expected);
  }
  const own = Float32Array.of(1, 2, 3, 4);
  const feeds = feedsOf(own, square);
  own.fill(0);
  // A copy of the same kind, since a large one counts.
  expect(await feeds).toEqual([{ binding: { kind: "unit" }, constant: Float32Array.of(1, 2, 3, 4) }]);
});

test("steps × units give each step its row: nested, flat within a step or typed", async () => {
  const rows = [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
    [9, 10, 11, 12],
  ];
  const shaped = rows.map(([a, b, c, d]) => [
    [a, b],
    [c, d],
  ]);
  for (const steps of [rows, shaped, Float32Array.from(rows.flat()), Int16Array.from(rows.flat())]) {
    expect(await valuesOf({ steps }, square)).toEqual(rows);
  }
  expect((await feedsOf({ steps: rows }, square))[0]!.binding).toEqual({ kind: "rowUnit" });
});

test("steps of one unit may be a plain list, and are one number per step", async () => {
  const context = contextOf({ steps: 3 });
  expect((await feedsOf({ steps: [1, 2, 3] }, context))[0]!.binding).toEqual({ kind: "row" });
  expect(await valuesOf({ steps: [1, 2, 3] }, context)).toEqual([[1], [2], [3]]);
});

test("steps that a run without a set end has used up are an error", async () => {
  const open = { ...square, steps: Number.POSITIVE_INFINITY };
  const [feed] = await feedsOf({ steps: new Float32Array(8) }, open);
  await expect(rowsOf(feed!, open, [2, 1])).rejects.toThrow(
    "inputs.current.steps contains 2 steps (2 ms at dt 1 ms), but the run has reached step 3. Give the missing steps, shorten the run, or give { series, interval, after }.",
  );
});

test("a sum gives its parts as feeds in their order, and takes sums apart", async () => {
  const given = sum(100, sum(stepCurrent({ amplitude: 5 }), [1, 2]), whiteNoise({ mean: 0, std: 1 }));
  expect(given.sum).toHaveLength(4);
  const feeds = await feedsOf(given, contextOf({ units: [2] }));
  expect(feeds.map(({ binding }) => binding.kind)).toEqual(["scalar", "row", "unit", "source"]);
});

test("all that code says in constructors is plain data, the same as in a document", () => {
  const given = sum(
    stepCurrent({ amplitude: 1, from: 2 }),
    pulses({ amplitude: 1, period: 4, width: 2 }),
    ramp({ start: 0, end: 1 }),
    sine({ amplitude: 1, frequency: 5 }),
    ornsteinUhlenbeck({ mean: 0, std: 1, tau: 5, shared: true }),
    whiteNoise({ mean: 0, std: 1, seed: 3 }),
  );
  expect(JSON.parse(JSON.stringify(given))).toEqual(given);
});

test("the cut into chunks does not matter", async () => {
  const context = contextOf({ units: [3], dt: 0.1, steps: 10 });
  const random = Float64Array.from({ length: 30 }, (_, k) => ((k * 7919) % 101) - 50);
  const pieces = (): Iterable<number | Float64Array> => [random.subarray(0, 12), 5, random.subarray(12, 27)].values();
  const later = async function* (): AsyncGenerator<number | Float64Array> {
    yield* pieces();
  };
  const inputs: readonly (() => CurrentInput)[] = [
    () => ({ steps: random }),
    () => ({ series: [1, 2, 3], interval: 0.25, after: "repeat", between: "linear" }),
    () => stepCurrent({ amplitude: [1, 2, 3], from: 0.3, to: 0.8 }),
    () => pulses({ amplitude: 3, period: 0.3, width: 0.1 }),
    () => ramp({ start: [0, 1, 2], end: 9 }),
    () => sine({ amplitude: 4, frequency: 300, phase: [0, 0.1, 0.2] }),
    () => (chunk) => {
      chunk.values.forEach((_, k) => {
        chunk.values[k] = chunk.firstStep * 3 + k;
      });
    },
    pieces,
    later,
  ];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...inputs), fc.array(fc.integer({ min: 1, max: 4 })), async (input, cuts) => {
      const whole = await valuesOf(input(), context);
      const chunks: number[] = [];
      for (let left = 10; left > 0; left -= chunks.at(-1)!) chunks.push(Math.min(left, cuts[chunks.length] ?? left));
      expect(await rowsOf((await feedsOf(input(), context))[0]!, context, chunks)).toEqual(whole);
    }),
  );
});

test("a shape follows from arrays and from what holds them, else from nothing", () => {
  const nested = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  expect(inputShape(nested)).toEqual([2, 3]);
  expect(inputShape(Float32Array.of(1, 2))).toEqual([2]);
  expect(inputShape(new CurrentArray(new Float32Array(6), [3, 2]))).toEqual([3, 2]);
  expect(inputShape({ steps: nested })).toEqual([3]);
  expect(inputShape({ steps: [nested, nested] })).toEqual([2, 3]);
  expect(inputShape({ series: nested, interval: 1 })).toEqual([3]);
  expect(inputShape(sum(5, Float32Array.of(1, 2, 3, 4, 5, 6), nested))).toEqual([2, 3]);
  expect(inputShape(sine({ amplitude: 1, frequency: [1, 2, 3] }))).toEqual([3]);
  expect(inputShape(SpikeArray.fromIndices([0], [5]))).toEqual([5]);
  expect(inputShape({ steps: [1, 2], units: [0, 0], shape: [4, 4] })).toEqual([4, 4]);
  for (const none of [
    5,
    undefined,
    [],
    [[]],
    () => undefined,
    { steps: new Float32Array(6) },
    { series: [1, 2], interval: 1 },
    { events: { steps: [1], units: [7] } },
    stepCurrent({ amplitude: 4 }),
    new Set([1]),
  ]) {
    expect(inputShape(none)).toBeUndefined();
  }
});

test.each<[string, unknown, string[]]>([
  [
    "nothing",
    undefined,
    [
      "inputs.current must be a number in pA, an array, a series, a generator, a function or an iterable; received undefined. Give one of these.",
    ],
  ],
  [
    "text",
    "300 pA",
    [
      'inputs.current must be a number in pA, an array, a series, a generator, a function or an iterable; received "300 pA". Give one of these.',
    ],
  ],
  ["NaN", Number.NaN, ["inputs.current must be a finite number; received NaN pA. Give a number here."]],
  [
    "a number beyond single precision",
    -1e39,
    [
      'inputs.current is outside the range of single precision, 1.4e-45 to 3.4e+38; received -1e+39 pA. Use dtype: "f64".',
    ],
  ],
  [
    "an array of another shape",
    [1, 2, 3],
    ["inputs.current has shape [3], but the population has shape [2]. Give one value per unit."],
  ],
  ["a hole in an array", [1, null], ["inputs.current[1] must be a finite number; received null. Give a number here."]],
  [
    "an array of another length",
    new Float32Array(5),
    ["inputs.current has shape [5], but the population has shape [2]. Give one value per unit."],
  ],
  [
    "a CurrentArray of another shape",
    new CurrentArray(new Float32Array(2), [1, 2]),
    [
      "inputs.current has shape [1, 2], but the population has shape [2]. Give the values in that shape, or as a typed array.",
    ],
  ],
  [
    "NaN within a CurrentArray",
    new CurrentArray(Float32Array.of(1, Number.NaN)),
    ["inputs.current[1] must be a finite number; received NaN. Give a number here."],
  ],
  [
    "spikes on a port of currents",
    SpikeArray.fromIndices([0], [2]),
    ["inputs.current takes values in pA; received a SpikeArray. Connect it to a port of that payload."],
  ],
  [
    "potentials on a port of currents",
    new PotentialArray(new Float32Array(2)),
    ["inputs.current takes values in pA; received a PotentialArray. Connect it to a port of that payload."],
  ],
  [
    "a misspelt kind",
    { pulse: {} },
    ['inputs.current must name a kind of input; received { pulse }. Did you mean "pulses"?'],
  ],
  [
    "an empty object",
    {},
    [
      "inputs.current must name a kind of input; received an empty object. Known: steps, series, sum, step, pulses, ramp, sine, ornsteinUhlenbeck, whiteNoise.",
    ],
  ],
  [
    "two kinds in one",
    { step: { amplitude: 1 }, sine: { amplitude: 1, frequency: 2 } },
    ["inputs.current contains both step and sine. Add them with { sum: [{ … }, { … }] }."],
  ],
  [
    "an option outside of its generator",
    { step: { amplitude: 1 }, from: 5 },
    ["inputs.current.from belongs inside step. Write { step: { from: … } }."],
  ],
  [
    "a key beside steps",
    {
      steps: [
        [1, 2],
        [1, 2],
        [1, 2],
      ],
      interval: 1,
    },
    ["inputs.current.interval is not allowed next to steps. Remove it."],
  ],
  ["an empty sum", { sum: [] }, ["inputs.current.sum must be an array of inputs; received []. Give at least one."]],
  [
    "a key beside a sum",
    { sum: [1], seed: 3 },
    ["inputs.current.seed cannot be combined with sum. Move it into the sum."],
  ],
  [
    "every fault of a sum",
    { sum: [Number.POSITIVE_INFINITY, { step: {} }, { sum: [1] }] },
    [
      "inputs.current.sum[0] must be a finite number; received Infinity pA. Give a number here.",
      "inputs.current.sum[1].step.amplitude is missing. Give a number in pA.",
      "inputs.current.sum[2] is a sum within a sum. Move its parts into the outer sum.",
    ],
  ],
  [
    "steps too few",
    { steps: [[1, 2]] },
    [
      "inputs.current.steps contains 1 step (1 ms at dt 1 ms), but the run has 3 (3 ms). Give the missing steps, shorten the run, or give { series, interval, after }.",
    ],
  ],
  [
    "a broken row of steps",
    { steps: new Float32Array(7) },
    ["inputs.current.steps must contain steps × 2 values, one per unit in each step; received 7. Give whole steps."],
  ],
  [
    "a ragged row of steps",
    { steps: [[1, 2], [1], [1, 2]] },
    ["inputs.current.steps[1] must contain 2 values like its neighbours; received 1. Make all rows equally long."],
  ],
  [
    "steps of another shape",
    { steps: [[1, 2, 3]] },
    [
      "inputs.current.steps contains steps of another shape: each has shape [3], but the population has shape [2]. Give one value per unit.",
    ],
  ],
  [
    "an infinity among typed steps",
    { steps: Float64Array.of(1, 2, 3, Number.NEGATIVE_INFINITY, 5, 6) },
    ["inputs.current.steps[3] must be a finite number; received -Infinity pA. Give a number here."],
  ],
  [
    "a list of numbers for steps of several units",
    { steps: [1, 2, 3] },
    [
      "inputs.current.steps must contain an array of 2 values for each step; received [1, 2, 3]. Give the steps in order, each with one value per unit.",
    ],
  ],
  [
    "a negative spread and a time constant of zero",
    ornsteinUhlenbeck({ mean: 1, std: [1, -1], tau: 0 }),
    [
      "inputs.current.ornsteinUhlenbeck.std[1] must be at least 0 pA; received -1 pA. Give a number in this range.",
      "inputs.current.ornsteinUhlenbeck.tau must be greater than 0 ms; received 0 ms. Give a number in this range.",
    ],
  ],
  [
    "a seed and a flag of the wrong kind",
    { whiteNoise: { mean: 0, std: 1, seed: -1, shared: "yes" } },
    [
      "inputs.current.whiteNoise.seed must be a whole number from 0 to 4294967295; received -1. Give a whole number in this range.",
      'inputs.current.whiteNoise.shared must be true or false; received "yes". Leave it out for false.',
    ],
  ],
])("an input is refused: %s", async (_, value, expected) => {
  expect(await problemsOf(currentPort, value, contextOf({ units: [2], steps: 3, precision: "f32" }))).toEqual(expected);
});

test("messages about the input of a signal have the unit of the signal", async () => {
  const level = signal("mV", "A shift of the threshold.");
  const share = signal("1", "A share.");
  const context = contextOf({ units: [2], steps: 3, precision: "f32" });
  const all = [
    undefined,
    [1, Number.NaN],
    1e39,
    {
      steps: [
        [1, Number.POSITIVE_INFINITY],
        [1, 2],
        [1, 2],
      ],
    },
    { series: 1, interval: 1 },
    { sine: { amplitude: "1", frequency: 10 } },
    { whiteNoise: { std: -1 } },
  ];
  const messages: string[] = [];
  for (const value of all) {
    const found = await problemsOf(level, value, context);
    expect((await problemsOf(share, value, context)).join("\n")).not.toMatch(/mV|pA/);
    messages.push(...found);
  }
  expect(messages).toMatchInlineSnapshot(`
    [
      "inputs.current must be a number in mV, an array, a series, a generator, a function or an iterable; received undefined. Give one of these.",
      "inputs.current[1] must be a finite number; received NaN. Give a number here.",
      "inputs.current is outside the range of single precision, 1.4e-45 to 3.4e+38; received 1e+39 mV. Use dtype: "f64".",
      "inputs.current.steps[0][1] must be a finite number; received Infinity. Give a number here.",
      "inputs.current.series must be an array of samples in mV; received 1. Give at least one.",
      "inputs.current.sine.amplitude must be a number in mV or an array with one per unit; received "1". Give one of these.",
      "inputs.current.whiteNoise.mean is missing. Give a number in mV.",
      "inputs.current.whiteNoise.std must be at least 0 mV; received -1 mV. Give a number in this range.",
    ]
  `);
});
