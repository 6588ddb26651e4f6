import fc from "fast-check";
import { expect, test } from "vitest";
import { SpikeArray } from "../model/ports.ts";
import { spikeRecording } from "../record/recordings.ts";
import { contextOf, feedsOf, problemsOf, spikePort, spikesOf } from "./feed.test-support.ts";

const context = contextOf({ units: [3], steps: 4 });
const read = async (value: unknown, given = context) => (await feedsOf(value, given, spikePort))[0]!;

test("events set the bit of their step, counted from 1, and of their unit, in any order", async () => {
  const feed = await read({ events: { steps: [4, 1, 2, 2], units: [0, 2, 1, 0] } });
  expect(feed.binding).toEqual({ kind: "rowBit", signed: false });
  expect(await spikesOf(feed, context, [4])).toEqual([
    [0, 0, 1],
    [1, 1, 0],
    [0, 0, 0],
    [1, 0, 0],
  ]);
});

test("events of inhibitory units count −1", async () => {
  const feed = await read({ events: { steps: Int32Array.of(1, 1), units: Uint8Array.of(0, 2) }, inhibitory: [2] });
  expect(feed.binding).toEqual({ kind: "rowBit", signed: true });
  expect(await spikesOf(feed, context, [2])).toEqual([
    [1, 0, -1],
    [0, 0, 0],
  ]);
});

test("arrays of steps × units give their spikes and signs, nested, shaped or typed", async () => {
  const steps = [
    [0, 1, -1, 0],
    [1, 0, 0, 0],
  ];
  const square = contextOf({ units: [2, 2], steps: 2 });
  const shaped = steps.map(([a, b, c, d]) => [
    [a, b],
    [c, d],
  ]);
  for (const given of [steps, shaped, Int8Array.from(steps.flat())]) {
    const feed = await read({ steps: given }, square);
    expect(feed.binding).toEqual({ kind: "rowBit", signed: true });
    expect(await spikesOf(feed, square, [2])).toEqual(steps);
  }
});

test("recorded spikes are replayed as they are", async () => {
  const [steps, units] = [Uint32Array.of(1, 1, 3), Uint32Array.of(0, 2, 1)];
  const recording = spikeRecording({ steps, units, dt: 1, unitCount: 3 }, { first: 1, last: 4 });
  expect(await spikesOf(await read(recording), context, [4])).toEqual([
    [1, 0, 1],
    [0, 0, 0],
    [0, 1, 0],
    [0, 0, 0],
  ]);
});

test("spikes at times go into the steps that they fall into, up to the end of each", async () => {
  const fine = contextOf({ units: [3], dt: 0.1, steps: 6 });
  // 0.3 is the end of step 3, however 3·0.1 is rounded; 0.31 lies in step 4.
  const feed = await read({ events: { times: [0.31, 0.05, 0.3, 0.1, 0.55], units: [0, 1, 2, 2, 1] } }, fine);
  expect(await spikesOf(feed, fine, [6])).toEqual([
    [0, 1, 1],
    [0, 0, 0],
    [0, 0, 1],
    [1, 0, 0],
    [0, 0, 0],
    [0, 1, 0],
  ]);
});

test("times of a recording give its steps again, whatever dt", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 400 }).map((n) => n / 1000),
      fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1 }),
      async (dt, steps) => {
        const own = contextOf({ units: [1], dt, steps: 60 });
        const units = new Uint32Array(steps.length);
        const recording = spikeRecording(
          { steps: Uint32Array.from(steps), units, dt, unitCount: 1 },
          { first: 1, last: 60 },
        );
        const feed = await read({ events: { times: recording.times(), units: new Array(steps.length).fill(0) } }, own);
        const meant = await read({ events: { steps, units: new Array(steps.length).fill(0) } }, own);
        expect(await spikesOf(feed, own, [60])).toEqual(await spikesOf(meant, own, [60]));
      },
    ),
  );
});

test.each<[object, string]>([
  [
    { times: [0, 5], units: [0, 1] },
    "events.times[0] must be after the start of the run at 0 ms; received 0 ms. Shift the times.",
  ],
  [
    { times: [5, -3], units: [0, 1] },
    "events.times[1] must be after the start of the run at 0 ms; received -3 ms. Shift the times.",
  ],
  [{ times: [5, "6"], units: [0, 1] }, 'events.times[1] must be a finite number; received "6". Give a time in ms.'],
  [{ times: 5, units: [0, 1] }, "events.times must be an array of times in ms; received 5. Give one per spike."],
  [
    { times: [5], units: [0, 1] },
    "events.units must contain as many values as times; received 2 units and 1 time. Give one of each per spike.",
  ],
  [
    { times: [5.2, 2, 5.9], units: [1, 1, 1] },
    "events.times[2] repeats the spike of unit 1 in step 6 (dt 1 ms), which is at index 0. A unit spikes at most once per step: remove one, or use a smaller dt.",
  ],
  [{ times: [5], steps: [5], units: [1] }, "events.times cannot be combined with steps. Remove one of them."],
  [{ times: [5], units: [1], unit: 3 }, 'events.unit is unknown. Did you mean "units"?'],
])("times of spikes are refused: %j", async (events, message) => {
  expect(await problemsOf(spikePort, { events }, context)).toEqual([`inputs.inSpikes.${message}`]);
});

test("the cut into chunks does not matter, with more than one word of units", async () => {
  const many = contextOf({ units: [70], steps: 10 });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 0, max: 69 })), {
        selector: ([step, unit]) => step * 100 + unit,
      }),
      fc.integer({ min: 0, max: 10 }),
      async (events, cut) => {
        const steps = events.map(([step]) => step);
        const units = events.map(([, unit]) => unit);
        const feed = await read({ events: { steps, units }, inhibitory: [3, 69] }, many);
        const whole = await spikesOf(feed, many, [10]);
        expect(await spikesOf(feed, many, [cut, 10 - cut])).toEqual(whole);
        const expected = Array.from({ length: 10 }, () => new Array<number>(70).fill(0));
        for (const [step, unit] of events) expected[step - 1]![unit] = unit === 3 || unit === 69 ? -1 : 1;
        expect(whole).toEqual(expected);
      },
    ),
  );
});

test("an array of spikes ends a run without a set end where its data ends", async () => {
  const open = { ...context, steps: Number.POSITIVE_INFINITY };
  const feed = await read({ steps: [[1, 0, 0]] }, open);
  await expect(spikesOf(feed, open, [1, 1])).rejects.toThrow(
    "inputs.inSpikes.steps contains 1 step (1 ms at dt 1 ms), but the run has reached step 2.",
  );
});

test.each<[string, unknown, string[]]>([
  [
    "a number",
    3,
    [
      "inputs.inSpikes takes spikes; received 3. Give { events: { steps, units } }, { steps: [[0, 1, …], …] } or recorded spikes.",
    ],
  ],
  [
    "a SpikeArray, which holds one step",
    SpikeArray.fromIndices([1], [3]),
    [
      "inputs.inSpikes takes the spikes of all steps; received a SpikeArray, which contains the spikes of one step. Give { events: { steps, units } }, with units from spikes.indices().",
    ],
  ],
  ["a misspelt key", { event: {} }, ['inputs.inSpikes takes spikes; received { event }. Did you mean "events"?']],
  [
    "a key too many",
    { events: { steps: [1], units: [0] }, inhibitry: [0] },
    ['inputs.inSpikes.inhibitry is unknown. Did you mean "inhibitory"?'],
  ],
  [
    "two spikes of a unit in a step",
    { events: { steps: [2, 1, 2], units: [1, 1, 1] } },
    [
      "inputs.inSpikes.events.steps[2] repeats the spike of unit 1 in step 2, which is at index 0. A unit spikes at most once per step: remove one.",
    ],
  ],
  [
    "steps counted from 0",
    { events: { steps: [0], units: [0] } },
    ["inputs.inSpikes.events.steps[0] must be a whole number of at least 1; received 0. Count steps from 1."],
  ],
  [
    "a unit that is not there, and a fraction of a step",
    { events: { steps: [1, 1.5], units: [0, 3] } },
    [
      "inputs.inSpikes.events.steps[1] must be a whole number of at least 1; received 1.5. Count steps from 1.",
      "inputs.inSpikes.events.units[1] must be a whole number from 0 to 2; received 3. Count units from 0.",
    ],
  ],
  [
    "lists of different lengths",
    { events: { steps: [1, 2], units: [0] } },
    [
      "inputs.inSpikes.events.units must contain as many values as steps; received 1 unit and 2 steps. Give one of each per spike.",
    ],
  ],
  [
    "no units",
    { events: { steps: [1] } },
    ["inputs.inSpikes.events.units is missing. Give one whole number per spike."],
  ],
  [
    "inhibitory units by truth",
    { events: { steps: [1], units: [1] }, inhibitory: [false, true] },
    ["inputs.inSpikes.inhibitory[0] must be a whole number from 0 to 2; received false. Count units from 0."],
  ],
  [
    "two spikes in one place of an array",
    {
      steps: [
        [0, 2, 0],
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ],
    },
    [
      "inputs.inSpikes.steps[0][1] must be 1 (spike), −1 (inhibitory spike) or 0 (none); received 2. A unit spikes at most once per step.",
    ],
  ],
  [
    "an array too short",
    { steps: [[0, 1, 0]] },
    [
      "inputs.inSpikes.steps contains 1 step (1 ms at dt 1 ms), but the run has 4 (4 ms). Give the missing steps, shorten the run, or give { events: { steps, units } }.",
    ],
  ],
  [
    "an array of other units",
    { steps: [[0, 1]] },
    [
      "inputs.inSpikes.steps contains steps of another shape: each has shape [2], but the population has shape [3]. Give one value per unit.",
    ],
  ],
  [
    "a list where steps × units are meant",
    { steps: [1, 4] },
    [
      "inputs.inSpikes.steps must contain an array for each step; received [1, 4]. For a list of spikes, give { events: { steps, units } }.",
    ],
  ],
  [
    "a recording of another population at another dt",
    { steps: [1], units: [0], shape: [4], dt: 0.5 },
    [
      "inputs.inSpikes.shape is [4], but the population has shape [3]. Replay spikes of the same shape.",
      "inputs.inSpikes.dt is 0.5 ms in the recording, but 1 ms in the run. Use the dt of the recording.",
    ],
  ],
])("spikes are refused: %s", async (_, value, expected) => {
  expect(await problemsOf(spikePort, value, context)).toEqual(expected);
});

test("a recording whose dt differs from that of the run by a rounding error is accepted", async () => {
  const recorded = { steps: [1], units: [0], dt: (0.1 + 0.2) / 0.3 };
  expect(recorded.dt).not.toBe(context.dt);
  expect(await problemsOf(spikePort, recorded, context)).toEqual([]);
});

test.each([0.1, 0.05, 0.025, 0.2, 0.5, 1])("times in single precision go into the steps at dt %f", async (dt) => {
  const last = 4000;
  const grid = contextOf({ units: [1], dt, steps: last });
  const steps = Array.from({ length: 500 }, (_, k) => 3 + 7 * k);
  const times = Float32Array.from(steps, (step) => Number((step * dt).toPrecision(12)));
  // In an array of doubles, or computed in single precision, they are the same.
  const computed = Float32Array.from(steps, (step) => Math.fround(step) * Math.fround(dt));
  for (const given of [times, Float64Array.from(times), Array.from(times), computed]) {
    const feed = await read({ events: { times: given, units: steps.map(() => 0) } }, grid);
    const bits = (await spikesOf(feed, grid, [last])).flat();
    expect(bits.flatMap((bit, step) => (bit === 1 ? [step + 1] : []))).toEqual(steps);
  }
});

test("times in double precision just after a step stay in the next one", async () => {
  const fine = contextOf({ units: [1], dt: 0.1, steps: 6 });
  const feed = await read({ events: { times: [0.1, 0.30000001, 0.45], units: [0, 0, 0] } }, fine);
  expect((await spikesOf(feed, fine, [6])).flat()).toEqual([1, 0, 0, 1, 1, 0]);
});

test.each([8, 9, 12])("times in single precision, written with %i digits, go into their steps", async (digits) => {
  const grid = contextOf({ units: [1], dt: 0.1, steps: 4000 });
  const steps = Array.from({ length: 500 }, (_, k) => 3 + 7 * k);
  const times = steps.map((step) => Number(Math.fround(step * 0.1).toPrecision(digits)));
  // From seconds in single precision to milliseconds in double precision.
  const scaled = steps.map((step) => Math.fround(step * 0.0001) * 1000);
  for (const given of [times, scaled]) {
    const feed = await read({ events: { times: given, units: steps.map(() => 0) } }, grid);
    const bits = (await spikesOf(feed, grid, [4000])).flat();
    expect(bits.flatMap((bit, step) => (bit === 1 ? [step + 1] : []))).toEqual(steps);
  }
});

test("times in single precision that do not tell steps apart are refused", async () => {
  const late = contextOf({ units: [1], dt: 0.1, steps: 2 ** 25 });
  const [problem] = await problemsOf(spikePort, { events: { times: Float32Array.of(2_000_000.1), units: [0] } }, late);
  expect(problem).toContain(
    "has times in single precision, which are 0.125 ms apart at 2000000.125 ms, more than a step of 0.1 ms. Save them in double precision, or as steps.",
  );
});
