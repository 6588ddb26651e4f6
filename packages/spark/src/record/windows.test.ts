import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { experiment } from "../experiment/experiment.ts";
import { brain } from "../graph/brain.ts";
import { compile, simulate } from "../run/simulate.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { extentOf, type StepWindow, type StepWindows, windowFrom } from "./windows.ts";

/** All windows within the bounds, one by one. */
const all = (windows: StepWindows, bounds: StepWindow): StepWindow[] => {
  const found: StepWindow[] = [];
  for (let next = windowFrom(windows, 0, bounds); next; next = windowFrom(windows, next.last + 1, bounds)) {
    found.push(next);
  }
  return found;
};

const boundsOf = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 60 }));

test("windows are those of a search through all steps", () => {
  const repeated = fc
    .record({ first: fc.integer({ min: 1, max: 30 }), period: fc.integer({ min: 1, max: 12 }) })
    .chain((own) => fc.integer({ min: 1, max: own.period }).map((length) => ({ ...own, length })));
  const list = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 9 })), { maxLength: 8 })
    .map((gaps) => {
      let end = 0;
      return gaps.map(([gap, length]) => {
        const first = end + gap;
        end = first + length;
        return { first, last: end };
      });
    });
  fc.assert(
    fc.property(
      fc.oneof(repeated, list),
      boundsOf,
      fc.integer({ min: 1, max: 5 }),
      (windows: StepWindows, [first, more], every) => {
        const bounds = { first, last: first + more };
        const covers = (step: number): boolean =>
          Array.isArray(windows)
            ? windows.some((own) => step >= own.first && step <= own.last)
            : step >= (windows as { first: number }).first &&
              (step - (windows as { first: number }).first) % (windows as { period: number }).period <
                (windows as { length: number }).length;
        const found = all(windows, bounds);
        const steps = found.flatMap((own) => Array.from({ length: own.last - own.first + 1 }, (_, k) => own.first + k));
        const wanted = Array.from({ length: more + 1 }, (_, k) => first + k).filter(covers);
        expect(steps).toEqual(wanted);
        const lengths = found.map((own) => own.last - own.first + 1);
        expect(extentOf(windows, every, bounds)).toEqual({
          rows: lengths.reduce((sum, length) => sum + Math.floor(length / every), 0),
          longest: Math.max(0, ...lengths),
        });
      },
    ),
    { numRuns: 500 },
  );
});

const soma = () => LeakySoma({ units: [3], threshold: -45 });
const run = { dt: 0.5, duration: 40, inputs: { current: 320 } } as const;
const stepsWith = async (options: object): Promise<number[]> => [
  ...(await simulate(soma(), { ...run, record: { potential: options } })).potential.steps,
];

describe("a record in windows", () => {
  test("has the steps that end at given times", async () => {
    expect(await stepsWith({ at: [0.5, 3, 40] })).toEqual([1, 6, 80]);
  });

  test("has every n-th step of each window", async () => {
    expect(
      await stepsWith({
        during: [
          { from: 1, to: 3.5 },
          { from: 10, to: 11 },
        ],
        every: 2,
      }),
    ).toEqual([4, 6, 22]);
    expect(await stepsWith({ during: { period: 15, length: 1 } })).toEqual([1, 2, 31, 32, 61, 62]);
    expect(await stepsWith({ during: { period: 15, length: 1, start: 5 }, from: 5.5 })).toEqual([12, 41, 42, 71, 72]);
  });

  test("reduces over the steps of a window, never over two", async () => {
    const { potential } = await simulate(soma(), { ...run, record: { potential: true } });
    const windows = { during: { period: 7, length: 2.5 } };
    const reduced = await simulate(soma(), {
      ...run,
      record: { potential: { ...windows, every: 2, reduce: "max", over: "time" } },
    });
    const { steps, values } = reduced.potential;
    expect([...steps].slice(0, 4)).toEqual([2, 4, 16, 18]);
    for (const [k, step] of steps.entries()) {
      for (let unit = 0; unit < 3; unit++) {
        const pair = [step - 1, step].map((own) => potential.values[(own - 1) * 3 + unit]!);
        expect(values[k * 3 + unit]).toBe(Math.max(...pair));
      }
    }
  });

  test("follows the clock of the simulation over several runs", async () => {
    const simulation = await compile(soma(), { dt: 0.5 });
    const options = {
      duration: 10,
      inputs: { current: 320 },
      record: { potential: { during: { period: 8, length: 1 } } },
    } as const;
    const steps = [];
    for (let k = 0; k < 3; k++) steps.push([...(await simulation.run(options)).potential.steps]);
    expect(steps).toEqual([
      [1, 2, 17, 18],
      [33, 34],
      [49, 50],
    ]);
  });

  test("tells windows outside the run, and refuses a record without any step", async () => {
    const { warnings, potential } = await simulate(soma(), { ...run, record: { potential: { at: [3, 50] } } });
    expect([...potential.steps]).toEqual([6]);
    expect(warnings).toEqual([
      "record.potential.at: 1 entry exceeds the record, 0 to 40 ms, so it covers only the part within.",
    ]);
    await expect(stepsWith({ at: [50] })).rejects.toThrow(
      "record.potential.at must have a step within the record, 0 to 40 ms. Times count from the start of the simulation.",
    );
  });

  test("refuses wrong windows together", async () => {
    const messages = [];
    for (const options of [
      { at: [] },
      { at: [1, 0.7, "x"] },
      { at: [3, 1] },
      { at: [3], every: 2 },
      { at: [1, 0.55] },
      { at: [3], during: { period: 5, length: 1 } },
      { during: [{ from: 1 }, { from: 5, to: 4 }] },
      {
        during: [
          { from: 1, to: 6 },
          { from: 5, to: 9 },
        ],
      },
      { during: [{ from: 1, to: 1.2 }] },
      { during: { period: 5, lenght: 1 } },
      { during: { period: 5, length: 6 } },
      { during: { period: 5.2, length: 0.1 } },
      { during: 5 },
      { during: { period: 10, length: 2 }, every: 5 },
    ]) {
      try {
        await stepsWith(options);
        messages.push("accepted");
      } catch (error) {
        messages.push((error as Error).message);
      }
    }
    expect(messages.join("\n")).toMatchInlineSnapshot(`
      "record.potential.at must be a list of times; received []. Write [100, 250].
      record.potential.at[2] must be a time of at least 0 ms; received "x". Count from the start of the simulation.
      record.potential.at[1] must be after the end of the one before. Sort them, and join those that overlap.
      record.potential.at records single steps, so every and over cannot be combined with it. Remove them, or use during.
      record.potential.at[1] must be the end of a step of 0.5 ms; received 0.55 ms. The nearest is 0.5 ms.
      record.potential.at cannot be combined with during. Write times as windows of one step, or remove one.
      record.potential.during[0].to is missing. Count from the start of the simulation.
      record.potential.during[1].from must be after the end of the one before. Sort them, and join those that overlap.
      record.potential.during[0].to must be at least one step after from; received from 1 ms and to 1.2 ms. Widen it.
      record.potential.during.lenght is unknown. Did you mean "length"?
      record.potential.during.length is missing. Give a time in ms.
      record.potential.during.length must be at most the period, 5 ms; received 6 ms. Shorten it.
      record.potential.during.period must be a whole number of steps of 0.5 ms; received 5.2 ms. The nearest is 5 ms.
      record.potential.during.length must be a whole number of steps of 0.5 ms; received 0.1 ms. The nearest is 0.5 ms.
      record.potential.during must be a list of windows; received 5. Write [{ from: 100, to: 200 }].
      record.potential.every must be at most the 4 steps of its window; received 5. Record more often or for longer."
    `);
  });

  test("of read-outs and of documents", async () => {
    const cells = brain({ populations: { cells: soma() }, readouts: { rate: { from: "cells", tau: 5, mean: true } } });
    const options = { ...run, inputs: { cells: { current: 320 } } };
    const whole = await simulate(cells, { ...options, record: { readouts: { rate: true } } });
    const some = await simulate(cells, {
      ...options,
      record: { readouts: { rate: { during: { period: 6, length: 1.5 } } } },
    });
    const { steps, values } = some.readouts.rate;
    expect(steps.length).toBe(21);
    expect([...values]).toEqual([...steps].map((step) => whole.readouts.rate.values[step - 1]));
    const document = {
      model: { soma: "LeakySoma", units: [3] },
      duration: 40,
      inputs: { current: 320 },
      record: { potential: { during: [{ from: 1, to: 3 }] } },
    };
    const { component, options: read } = await experiment(document, { kind: "soma" });
    const result = (await simulate(component, read)) as unknown as {
      readonly potential: { readonly steps: Float64Array };
    };
    expect([...result.potential.steps]).toEqual([2, 3]);
  });
});

test("a standard deviation is that of the values", async () => {
  const spread = (values: readonly number[]): number => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  };
  const mixed = LeakySoma({ units: [5], resistance: [0.1, 0.12, 0.08, 0.11, 0.13], dtype: "f64" });
  const options = { ...run, inputs: { current: 320 } };
  const { values } = (await simulate(mixed, { ...options, record: { potential: true } })).potential;
  const units = (await simulate(mixed, { ...options, record: { potential: { reduce: "std", units: [3, 0, 4] } } }))
    .potential;
  const time = (await simulate(mixed, { ...options, record: { potential: { reduce: "std", over: "time", every: 8 } } }))
    .potential;
  expect([units.columns, time.columns]).toEqual([1, 5]);
  for (let step = 0; step < 80; step++) {
    const own = [3, 0, 4].map((unit) => values[step * 5 + unit]!);
    expect(units.values[step]).toBeCloseTo(spread(own), 9);
    if (step % 8 !== 7) continue;
    for (let unit = 0; unit < 5; unit++) {
      const past = Array.from({ length: 8 }, (_, k) => values[(step - k) * 5 + unit]!);
      expect(time.values[((step - 7) / 8) * 5 + unit]).toBeCloseTo(spread(past), 9);
    }
  }
});
