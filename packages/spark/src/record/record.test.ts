import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { events, inChunks, mixed, row } from "../run/run.test-support.ts";
import { simulate } from "../run/simulate.ts";
import { AdaptiveLeakySoma, LeakySoma } from "../somas/leaky.ts";
import type { RecordOptions } from "./options.ts";

const duration = 120;
const base = { duration, dt: 0.1, inputs: { current: 300 } } as const;
const soma = mixed(70);
const whole = simulate(soma, { ...base, record: { potential: true, age: true, adaptation: true, outSpikes: true } });
const steps = 1200;

describe("recording of a variable", () => {
  it("keeps units in the order that was asked for", async () => {
    const units = [69, 3, 33, 0, 64, 32];
    const { potential } = await simulate(soma, { ...base, record: { potential: { units } } });
    const all = (await whole).potential;
    expect([...potential.units]).toEqual(units);
    for (const step of [0, 500, steps - 1]) {
      expect(row(potential, step)).toEqual(units.map((unit) => row(all, step)[unit]));
    }
    expect(potential.trace(3)).toEqual(all.trace(3));
    expect([...potential.trace(33).subarray(0, 2)]).toEqual([row(potential, 0)[2], row(potential, 1)[2]]);
    expect(() => potential.trace(6)).toThrow(
      "potential.trace takes the index of a recorded unit; received 6. Recorded: 69, 3, 33, 0, 64, 32.",
    );
    expect(() => all.trace()).toThrow("received undefined. Recorded: 0, 1, 2, 3, 4, 5, ….");
  });

  it("keeps every n-th step from the start of its window, within (from, to]", async () => {
    const { potential } = await simulate(soma, {
      ...base,
      record: { potential: { units: [5], every: 7, from: 10.2, to: 30 } },
    });
    const expected = Array.from({ length: Math.floor(198 / 7) }, (_, k) => 102 + 7 * (k + 1));
    expect([...potential.steps]).toEqual(expected);
    expect(potential.times[0]).toBe(10.9);
    const all = (await whole).potential.trace(5);
    expect([...potential.values]).toEqual(expected.map((step) => all[step - 1]));
  });

  it("is absolute, and the same relative to another rest", async () => {
    const run = async (shift: number) => {
      const fields = { potentialRest: -60 + shift, potentialReset: -50 + shift, threshold: -40 + shift };
      return (await simulate(LeakySoma(fields), { ...base, dtype: "f64", record: { potential: true } })).potential;
    };
    const near = await run(0);
    const far = await run(16);
    expect(near.values[0]).toBeCloseTo(-60 + 30 * -Math.expm1(-0.1 / 20), 12);
    expect(far.values.every((value, k) => Math.abs(value - near.values[k]! - 16) < 1e-12)).toBe(true);
    expect([near.name, near.unit]).toEqual(["potential", "mV"]);
  });

  for (const reduce of ["mean", "min", "max"] as const) {
    const of = (values: readonly number[]): number =>
      reduce === "mean"
        ? values.reduce((sum, value) => sum + value) / values.length
        : values.reduce((a, b) => (reduce === "min" ? Math.min(a, b) : Math.max(a, b)));

    it(`reduces to the ${reduce} over units`, async () => {
      const units = [40, 2, 7];
      const { potential } = await simulate(soma, { ...base, record: { potential: { units, reduce, every: 10 } } });
      const all = (await whole).potential;
      expect(potential.columns).toBe(1);
      expect(potential.units).toHaveLength(0);
      expect(potential.trace()).toEqual(potential.values);
      expect(() => potential.trace(2)).toThrow("received 2. The units were reduced to one column: omit the index.");
      expect([...potential.values]).toEqual(
        Array.from({ length: 120 }, (_, k) => of(units.map((unit) => row(all, 10 * k + 9)[unit]!))),
      );
    });

    it(`reduces to the ${reduce} over time`, async () => {
      const units = [40, 2];
      const record = { potential: { units, reduce, over: "time", every: 50, from: 2 } } as const;
      const { potential } = await simulate(soma, { ...base, record });
      const all = (await whole).potential;
      expect(potential.steps[0]).toBe(70);
      expect(potential.values).toHaveLength(2 * Math.floor(1180 / 50));
      units.forEach((unit) => {
        const trace = [...all.trace(unit)];
        expect([...potential.trace(unit)]).toEqual(
          Array.from(potential.steps, (end) => of(trace.slice(end - 50, end))),
        );
      });
    });
  }

  it("keeps single precision of a run in double precision", async () => {
    const { potential } = await simulate(soma, { ...base, record: { potential: { dtype: "f32" } } });
    expect(potential.values).toEqual(Float32Array.from((await whole).potential.values));
  });

  it("keeps whole numbers as such, and their mean as a number", async () => {
    const { age } = await whole;
    expect(age.values).toBeInstanceOf(Int32Array);
    expect(age.unit).toBe("1");
    const mean = await simulate(soma, { ...base, record: { age: { reduce: "mean", every: 1200 } } });
    expect(mean.age.values).toEqual(Float64Array.of(row(age, 1199).reduce((sum, n) => sum + n) / 70));
  });

  it("refuses windows, intervals and units that keep nothing or do not exist", async () => {
    const refused = async (record: RecordOptions, message: string): Promise<void> => {
      await expect(simulate(soma, { ...base, record: record as never })).rejects.toThrow(message);
    };
    await refused(
      { potential: { every: 1201 } },
      "record.potential.every must be at most the 1200 steps of its window",
    );
    await refused(
      { potential: { from: 50, to: 50 } },
      "record.potential.to must be at least one step after from; received from 50 ms and to 50 ms.",
    );
    await refused(
      { potential: { from: 120 } },
      "record.potential.from must leave at least one step within the run, 0 ms to 120 ms; received 120 ms to 120 ms.",
    );
    await refused(
      { potential: { from: 130, to: 140 } },
      "record.potential.from must leave at least one step within the run, 0 ms to 120 ms; received 130 ms to 140 ms.",
    );
    await refused(
      { potential: { from: -1 } },
      "record.potential.from must be a time of at least 0 ms; received -1 ms.",
    );
    await refused({ potential: { units: [] } }, "record.potential.units must be a list of unit indices");
    await refused(
      { potential: { units: [70] } },
      "record.potential.units[0] must be a whole number from 0 to 69; received 70.",
    );
    await refused({ potential: { over: "time" } }, "record.potential.over needs reduce.");
    await refused(
      { potential: { reduce: "median" as never } },
      'must be one of "mean", "std", "min", "max", "histogram"; received "median".',
    );
  });
});

describe("recording of spikes", () => {
  it("is in order of step and unit, and counts what each unit fired", async () => {
    const { outSpikes } = await whole;
    const list = events(outSpikes);
    expect(list).toEqual([...list].sort(([a, i], [b, k]) => a - b || i - k));
    expect(outSpikes.count).toBeGreaterThan(100);
    expect([...outSpikes.times(69)]).toEqual(list.filter(([, unit]) => unit === 69).map(([step]) => step / 10));
  });

  it("keeps chosen units and a window", async () => {
    const list = events((await whole).outSpikes);
    const units = [69, 0, 31, 32];
    const { outSpikes } = await simulate(soma, { ...base, record: { outSpikes: { units, from: 20, to: 90.5 } } });
    expect(outSpikes.count).toBeGreaterThan(10);
    expect(events(outSpikes)).toEqual(list.filter(([step, unit]) => units.includes(unit) && step > 200 && step <= 905));
  });

  it("gives rates per bin as the mean over units, and one per unit", async () => {
    const list = events((await whole).outSpikes);
    const units = [60, 5, 33];
    const { rate } = await simulate(soma, { ...base, record: { rate: { bin: 20 } } });
    const each = (await simulate(soma, { ...base, record: { rate: { bin: 20, each: true, units } } })).rate;
    const counted = (bin: number, unit?: number): number =>
      list.filter(([step, u]) => Math.ceil(step / 200) === bin + 1 && (unit === undefined || u === unit)).length;
    for (let bin = 0; bin < 6; bin++) {
      expect(rate.values[bin]).toBeCloseTo((counted(bin) / 70) * 50, 10);
      expect(row(each, bin)).toEqual(units.map((unit) => counted(bin, unit) * 50));
    }
    expect([...rate.times]).toEqual([20, 40, 60, 80, 100, 120]);
    expect([...each.units]).toEqual(units);
    expect(rate.unit).toBe("Hz");
  });

  it("refuses bins that do not fit", async () => {
    const of = (bin: number) => simulate(soma, { ...base, record: { rate: { bin } } });
    await expect(of(0.05)).rejects.toThrow(
      "record.rate.bin must be a whole number of steps of 0.1 ms; received 0.05 ms.",
    );
    await expect(of(7)).rejects.toThrow("record.rate.bin must divide the window of 120 ms; received 7 ms.");
  });
});

describe("chunks", () => {
  it("never change a result, whatever their length", async () => {
    const record = {
      outSpikes: { from: 3 },
      rate: { bin: 2.4, each: true, units: [1, 69] },
      potential: { units: [68, 1], every: 3, from: 0.7 },
      age: { reduce: "max", over: "time", every: 11 },
      adaptation: { reduce: "mean", every: 5 },
    } as const;
    const noise = { whiteNoise: { mean: 300, std: 100 } };
    const run = async (rows: number): Promise<unknown> => {
      const { wallTime, ...rest } = await (await inChunks(soma, rows)).run({
        duration,
        inputs: { current: noise },
        record,
      });
      return JSON.stringify(rest, (_, value) => (ArrayBuffer.isView(value) ? Array.from(value as never) : value));
    };
    const expected = await run(4096);
    for (const rows of [1, 2, 7, 64, 1199]) expect(await run(rows)).toEqual(expected);
  });

  it("never change a result, whatever the number of units", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 140 }), fc.integer({ min: 1, max: 40 }), async (units, rows) => {
        const some = AdaptiveLeakySoma({ units: [units], threshold: -55, thresholdDelta: 2 });
        const record = { outSpikes: true, potential: { units: [units - 1], every: 3 }, rate: { bin: 1 } } as const;
        const options = { duration: 30, inputs: { current: 300 }, record };
        const run = await (await inChunks(some, rows, { precision: "f32" })).run(options);
        const one = await (
          await inChunks(AdaptiveLeakySoma({ threshold: -55, thresholdDelta: 2 }), 4096, {
            precision: "f32",
          })
        ).run({ ...options, record: { ...record, potential: { every: 3 } } });
        expect(run.outSpikes.count).toBe(one.outSpikes.count * units);
        expect(run.potential.values).toEqual(one.potential.values);
        one.rate.values.forEach((rate, k) => {
          expect(run.rate.values[k]).toBeCloseTo(rate, 9);
        });
      }),
      { numRuns: 40 },
    );
  });
});
