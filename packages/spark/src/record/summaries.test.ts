import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unitRates } from "../analysis/rates.ts";
import { compile, simulate } from "../run/simulate.ts";
import { LeakySoma } from "../somas/leaky.ts";
import type { RecordOptions } from "./options.ts";
import { binOf } from "./reducer.ts";

/* Spikes in windows, active fractions and histograms, compared with the record of everything. */

const UNITS = 70;
const STEPS = 240;
const resistance = Array.from({ length: UNITS }, (_, unit) => 0.06 + 0.001 * unit);
const soma = LeakySoma({ units: [UNITS], resistance, threshold: -50, dtype: "f64" });
const options = { dt: 0.5, duration: STEPS / 2, inputs: { current: { whiteNoise: { mean: 200, std: 60 } } } } as const;
const whole = simulate(soma, { ...options, record: { outSpikes: true, potential: true } });
const recorded = <const R extends RecordOptions<"potential">>(record: R) =>
  simulate(soma, { ...options, record } as never) as Promise<never>;

type Events = { readonly steps: ArrayLike<number>; readonly units: ArrayLike<number> };
const listed = ({ steps, units }: Events): [number, number][] => Array.from(steps, (step, k) => [step, units[k]!]);

describe("spikes in windows", () => {
  test("are the spikes of the record of all steps", async () => {
    const all = listed((await whole).outSpikes);
    expect(all.length).toBeGreaterThan(200);
    const windows = fc.oneof(
      fc.record({ period: fc.integer({ min: 8, max: 60 }), length: fc.integer({ min: 1, max: 8 }), start: fc.nat(40) }),
      fc.uniqueArray(fc.integer({ min: 1, max: STEPS }), { minLength: 1, maxLength: 9 }),
    );
    await fc.assert(
      fc.asyncProperty(windows, fc.boolean(), async (own, some) => {
        const units = some ? [69, 3, 31, 32, 40] : undefined;
        const given = Array.isArray(own)
          ? { at: own.toSorted((a, b) => a - b).map((step) => step / 2) }
          : { during: { period: own.period / 2, length: own.length / 2, start: own.start / 2 } };
        const covers = (step: number): boolean =>
          Array.isArray(own)
            ? own.includes(step)
            : step > own.start && (step - own.start - 1) % own.period < own.length;
        const { outSpikes } = await simulate(soma, {
          ...options,
          record: { outSpikes: { ...given, ...(units && { units }) } },
        });
        expect(listed(outSpikes)).toEqual(
          all.filter(([step, unit]) => covers(step) && (units?.includes(unit) ?? true)),
        );
        const within = (step: number): boolean =>
          outSpikes.windows!.some(({ from, to }) => step / 2 > from && step / 2 <= to);
        for (let step = 1; step <= STEPS; step++) expect(within(step)).toBe(covers(step));
      }),
      { numRuns: 30 },
    );
  });

  test("are not counted as silence by the analysis", async () => {
    const { outSpikes } = await simulate(soma, {
      ...options,
      record: { outSpikes: { during: { period: 40, length: 20 } } },
    });
    expect(() => unitRates(outSpikes)).toThrow(
      "from must be in a recorded window; received 0 to 120 ms, but the recording has gaps. Set from and to within one of its windows, such as 0 to 20 ms.",
    );
    const part = unitRates(outSpikes, { from: 40, to: 60 });
    expect(part).toEqual(unitRates((await whole).outSpikes, { from: 40, to: 60 }));
  });

  test("follow the clock of the simulation over several runs", async () => {
    const simulation = await compile(soma, { dt: 0.5 });
    const record = {
      outSpikes: { during: { period: 30, length: 10 } },
      rate: { bin: 5, during: { period: 30, length: 10 } },
    } as const;
    const found: unknown[] = [];
    const bins: number[] = [];
    for (const duration of [35, 5, 80]) {
      const run = await simulation.run({ duration, inputs: options.inputs, record });
      found.push(...listed(run.outSpikes));
      bins.push(...run.rate.times);
    }
    expect(found).toEqual(listed((await whole).outSpikes).filter(([step]) => (step - 1) % 60 < 20));
    expect(bins).toEqual([5, 10, 35, 40, 65, 70, 95, 100]);
  });
});

describe("counts in bins", () => {
  const shareOf = (all: readonly [number, number][], units: readonly number[], end: number, bin: number): number =>
    units.filter((unit) => all.some(([step, own]) => own === unit && step > end - bin && step <= end)).length /
    units.length;

  test("give the share of the units that spiked", async () => {
    const all = listed((await whole).outSpikes);
    const every = Array.from({ length: UNITS }, (_, unit) => unit);
    const { activeFraction } = await simulate(soma, { ...options, record: { activeFraction: { bin: 4 } } });
    expect([activeFraction.unit, activeFraction.columns, activeFraction.steps.length]).toEqual(["1", 1, 30]);
    for (const [k, step] of activeFraction.steps.entries()) {
      expect(activeFraction.values[k]).toBe(shareOf(all, every, step, 8));
    }
    expect(new Set(activeFraction.values).size).toBeGreaterThan(4);
    const units = [69, 5, 33];
    const each = (await simulate(soma, { ...options, record: { activeFraction: { bin: 4, units, each: true } } }))
      .activeFraction;
    expect([...each.units]).toEqual(units);
    expect([...each.values]).toEqual(
      [...each.steps].flatMap((step) => units.map((unit) => shareOf(all, [unit], step, 8))),
    );
  });

  test("begin with their windows, and end at single times", async () => {
    const all = listed((await whole).outSpikes);
    const run = await simulate(soma, {
      ...options,
      record: {
        rate: {
          bin: 5,
          during: [
            { from: 3, to: 13 },
            { from: 50.5, to: 55.5 },
          ],
        },
        activeFraction: { bin: 6, at: [9.5, 77, 120], units: [3, 68] },
      },
    });
    expect([...run.rate.times]).toEqual([8, 13, 55.5]);
    for (const [k, step] of run.rate.steps.entries()) {
      const count = all.filter(([own]) => own > step - 10 && own <= step).length;
      expect(run.rate.values[k]).toBeCloseTo((count / UNITS) * 200, 9);
    }
    expect([...run.activeFraction.times]).toEqual([9.5, 77, 120]);
    expect([...run.activeFraction.values]).toEqual(
      [...run.activeFraction.steps].map((step) => shareOf(all, [3, 68], step, 12)),
    );
  });

  test("are refused if windows and bins do not fit", async () => {
    const messages: string[] = [];
    for (const record of [
      { activeFraction: true },
      { activeFraction: { bin: 7 } },
      { activeFraction: { bin: 5, during: { period: 20, length: 8 } } },
      {
        rate: {
          bin: 5,
          during: [
            { from: 0, to: 10 },
            { from: 20, to: 22 },
          ],
        },
      },
      { rate: { bin: 5, at: [4] } },
      { rate: { bin: 5, at: [10, 14] } },
      { outSpikes: { at: [1], during: { period: 2, length: 1 } } },
      { outSpikes: { at: [0.3] } },
      { activFraction: { bin: 5 } },
    ]) {
      messages.push(
        await recorded(record as never).then(
          () => "accepted",
          (error: Error) => error.message,
        ),
      );
    }
    expect(messages.join("\n")).toMatchInlineSnapshot(`
      "record.activeFraction needs the width of its bins. Write activeFraction: { bin: 10 } for bins of 10 ms.
      record.activeFraction.bin must divide the window of 120 ms; received 7 ms. Change the bin, or set from and to.
      record.activeFraction.bin must divide the window of 8 ms; received 5 ms. Change the bin, or set from and to.
      record.rate.bin must divide the window of 2 ms; received 5 ms. Change the bin, or set from and to.
      record.rate.at[0] must leave room for a whole bin before it; received 4 ms. Give 5 ms or more.
      record.rate.at[1] must be after the end of the one before. Sort them, and join those that overlap.
      record.outSpikes.at cannot be combined with during. Write times as windows of one step, or remove one.
      record.outSpikes.at[0] must be the end of a step of 0.5 ms; received 0.3 ms. The nearest is 0.5 ms.
      record.activFraction is unknown. Did you mean "activeFraction"?"
    `);
  });
});

describe("histograms", () => {
  const edges = [-61, -58, -55.5, -50];
  const countsOf = (values: readonly number[]): number[] =>
    edges
      .slice(1)
      .map((to, k) => values.filter((value) => value >= edges[k]! && (value < to || (k === 2 && value === to))).length);

  test("count the units in each step, the steps of each unit, or both", async () => {
    const { values } = (await whole).potential;
    const at = (step: number, unit: number): number => values[(step - 1) * UNITS + unit]!;
    const units = [60, 2, 7, 33];
    const reduce = { reduce: "histogram", edges, units } as const;
    const run = async (own: object) =>
      (await simulate(soma, { ...options, record: { potential: { ...reduce, ...own } } })).potential;
    const inSteps = await run({ every: 5 });
    expect([inSteps.columns, inSteps.units.length, [...inSteps.edges!]]).toEqual([3, 0, edges]);
    expect(inSteps.values).toBeInstanceOf(Int32Array);
    expect([...inSteps.values]).toEqual(
      [...inSteps.steps].flatMap((step) => countsOf(units.map((unit) => at(step, unit)))),
    );
    const past = (step: number, unit: number): number[] => Array.from({ length: 12 }, (_, k) => at(step - k, unit));
    const inTime = await run({ every: 12, over: "time" });
    expect([inTime.columns, [...inTime.units]]).toEqual([12, units]);
    expect([...inTime.values]).toEqual(
      [...inTime.steps].flatMap((step) => units.flatMap((unit) => countsOf(past(step, unit)))),
    );
    expect([...inTime.trace(7)]).toEqual([...inTime.steps].flatMap((step) => countsOf(past(step, 7))));
    const both = await run({ every: 12, over: "all" });
    expect([both.columns, both.units.length]).toEqual([3, 0]);
    expect([...both.values]).toEqual(
      [...both.steps].flatMap((step) => countsOf(units.flatMap((unit) => past(step, unit)))),
    );
    expect(new Set(both.values).size).toBeGreaterThan(5);
  });

  test("find the bin of a value", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: -20, max: 20 }), { minLength: 2 }),
        fc.integer({ min: -25, max: 25 }),
        (list, value) => {
          const own = list.toSorted((a, b) => a - b);
          const last = own.length - 1;
          const wanted = value === own[last] ? last - 1 : own.findLastIndex((edge) => edge <= value);
          expect(binOf(own, value)).toBe(value > own[last]! ? -1 : wanted);
        },
      ),
    );
    expect(binOf([0, 1], Number.NaN)).toBe(-1);
  });

  test("other reductions also combine units and steps", async () => {
    const { values } = (await whole).potential;
    const { potential } = await simulate(soma, {
      ...options,
      record: { potential: { every: 40, reduce: "max", over: "all" } },
    });
    expect([...potential.values]).toEqual(
      [...potential.steps].map((step) => Math.max(...values.subarray((step - 40) * UNITS, step * UNITS))),
    );
  });

  test("need edges, which nothing else takes", async () => {
    const messages: string[] = [];
    for (const potential of [
      { reduce: "histogram" },
      { edges: [1, 2] },
      { reduce: "mean", edges: [1, 2] },
      { reduce: "histogram", edges: [1] },
      { reduce: "histogram", edges: [2, 1] },
      { reduce: "histogram", edges: "x" },
      { reduce: "histogram", edge: [1, 2] },
    ]) {
      messages.push(
        await recorded({ potential } as never).then(
          () => "accepted",
          (error: Error) => error.message,
        ),
      );
    }
    expect(messages.join("\n")).toMatchInlineSnapshot(`
      "record.potential.edges is missing. A histogram needs the edges of its bins: write edges: [-70, -60, -50].
      record.potential.edges needs a histogram. Add reduce: "histogram", or remove edges.
      record.potential.edges needs a histogram. Add reduce: "histogram", or remove edges.
      record.potential.edges must be a list of at least two ascending numbers; received [1]. Write edges: [-70, -60, -50].
      record.potential.edges must be a list of at least two ascending numbers; received [2, 1]. Write edges: [-70, -60, -50].
      record.potential.edges must be a list of at least two ascending numbers; received "x". Write edges: [-70, -60, -50].
      record.potential.edge is unknown. Did you mean "edges"?"
    `);
  });
});
