import { describe, expect, test } from "vitest";
import { fixedInDegree } from "../connectivity/rule.ts";
import { brain } from "../graph/brain.ts";
import type { RecordSink } from "../record/sink.ts";
import { inChunks } from "../run/run.test-support.ts";
import { compile, simulate } from "../run/simulate.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { PoissonSource, SpikeReplay } from "../sources/index.ts";
import { ExponentialSynapse } from "../synapses/exponential.ts";

/** Cells that are driven by noise, read in every way. */
const read = () =>
  brain({
    populations: { cells: LeakySoma({ units: [70] }), noise: PoissonSource({ units: [50], rate: 60 }) },
    projections: {
      drive: {
        from: "noise",
        to: "cells",
        connect: fixedInDegree({ inDegree: 20 }),
        weight: 45,
        delay: 2,
        synapse: ExponentialSynapse({ tau: 5 }),
      },
    },
    readouts: {
      rate: { from: "cells", tau: 20, mean: true },
      each: { from: "cells", tau: 50, units: [69, 3, 31, 32] },
      raw: { from: "noise", mean: true },
      potential: { from: "cells", of: "potential", tau: 10 },
      depth: { from: "cells", of: "potential", mean: true, units: [5, 6], scale: 0.001 },
      trace: { from: "cells", of: "exponential.trace", tau: 3, mean: true },
    },
  });
const names = ["rate", "each", "raw", "potential", "depth", "trace"] as const;
const record = {
  readouts: {
    rate: true,
    each: { every: 7 },
    raw: { from: 11, to: 63 },
    potential: { every: 13 },
    depth: { every: 3, dtype: "f32" },
    trace: true,
  },
} as const;
const options = { duration: 120, dt: 0.5, seed: 4 } as const;

/** Rows of what was recorded, by name. */
const rowsOf = (
  recorded: Readonly<Record<string, { readonly steps: Float64Array; readonly values: ArrayLike<number> }>>,
) =>
  Object.fromEntries(
    Object.entries(recorded).map(([name, { steps, values }]) => [name, [[...steps], Array.from(values)]]),
  );

describe("read-outs of a run", () => {
  test("are rates of known spikes in closed form", async () => {
    const replay = brain({
      populations: { sender: SpikeReplay({ units: [3] }) },
      readouts: {
        each: { from: "sender", tau: 20 },
        mean: { from: "sender", tau: 20, mean: true, units: [0, 2] },
        scaled: { from: "sender", tau: 20, units: [1], scale: 0.02 },
      },
    });
    const inputs = { sender: { inSpikes: { events: { steps: [4, 10, 10], units: [1, 1, 2] } } } };
    const wanted = { readouts: { each: true, mean: { every: 5 }, scaled: true } } as const;
    const { readouts } = await simulate(replay, { duration: 20, dt: 0.5, inputs, record: wanted });
    const gain = ((1 - Math.exp(-0.5 / 20)) * 1000) / 0.5;
    const rate = (step: number, at: number): number => (step >= at ? gain * Math.exp((-(step - at) * 0.5) / 20) : 0);
    expect([...readouts.each.units]).toEqual([0, 1, 2]);
    for (let step = 1; step <= 40; step++) {
      const [a, b, c] = readouts.each.values.subarray(3 * step - 3, 3 * step);
      expect(a).toBe(0);
      expect(b).toBeCloseTo(rate(step, 4) + rate(step, 10), 10);
      expect(c).toBeCloseTo(rate(step, 10), 10);
      expect(readouts.scaled.values[step - 1]).toBeCloseTo(0.02 * b!, 12);
    }
    expect(readouts.mean).toMatchObject({ name: "mean", unit: "Hz", columns: 1, units: new Uint32Array() });
    expect([...readouts.mean.steps]).toEqual([5, 10, 15, 20, 25, 30, 35, 40]);
    expect(readouts.mean.values[1]).toBeCloseTo(gain / 2, 10);
    expect(readouts.scaled.unit).toBe("1");
    expect([...readouts.scaled.units]).toEqual([1]);
  });

  test("filter the very potentials and traces that are recorded beside them", async () => {
    const also = { cells: { potential: true, "exponential.trace": { reduce: "mean" } } } as const;
    const run = await simulate(read(), { ...options, dtype: "f64", record: { ...record, ...also } });
    const { potential } = run.cells;
    const rate = -Math.expm1(-0.5 / 10);
    let value = 0;
    let trace = 0;
    for (let step = 1; step <= 240; step++) {
      const seen = potential.values[(step - 1) * 70 + 42]!;
      value = step === 1 ? seen : value + rate * (seen - value);
      const current = run.cells["exponential.trace"].values[step - 1]!;
      trace = step === 1 ? current : trace - Math.expm1(-0.5 / 3) * (current - trace);
      if (step % 13 === 0) {
        expect(run.readouts.potential.values[(step / 13 - 1) * 70 + 42]).toBeCloseTo(value, 10);
      }
      expect(run.readouts.trace.values[step - 1]).toBeCloseTo(trace, 8);
      if (step % 3 === 0) {
        const [a, b] = [5, 6].map((unit) => potential.values[(step - 1) * 70 + unit]!);
        expect(run.readouts.depth.values[step / 3 - 1]).toBe(Math.fround(((a! + b!) / 2) * 0.001));
      }
    }
    expect(run.readouts.potential.unit).toBe("mV");
    expect(run.readouts.trace.unit).toBe("pA");
    expect([...run.readouts.each.units]).toEqual([69, 3, 31, 32]);
    expect([run.readouts.raw.times[0], run.readouts.raw.times.at(-1)]).toEqual([11.5, 63]);
  });

  test("are the mean rate that spikes have", async () => {
    const also = { cells: { outSpikes: true } } as const;
    const run = await simulate(read(), { ...options, duration: 2000, record: { ...record, ...also } });
    const rate = run.cells.outSpikes.count / 70 / 2;
    const { values } = run.readouts.rate;
    const mean = (values as Float64Array).reduce((sum, value) => sum + value, 0) / values.length;
    expect(rate).toBeGreaterThan(5);
    // What is left of the last spikes is missing, and at 20 ms of 2000 makes up little.
    expect(Math.abs(mean / rate - 1)).toBeLessThan(0.03);
  });

  test.each([1, 2, 7, 100])("have the same bits in chunks of %i steps", async (rows) => {
    const whole = rowsOf((await simulate(read(), { ...options, record })).readouts);
    const simulation = await inChunks(read(), rows, { dt: 0.5, precision: "f32", seed: 4 });
    expect(
      rowsOf(((await simulation.run({ duration: 120, record } as never)) as never as { readouts: never }).readouts),
    ).toEqual(whole);
    simulation.dispose();
  });

  test("go on where the last run ended, recorded or not, and from a snapshot, and start anew after reset", async () => {
    const whole = (
      await simulate(read(), { ...options, record: { readouts: { rate: true, each: true, potential: true } } })
    ).readouts;
    const wanted = { readouts: { rate: true, each: true, potential: true } } as const;
    const simulation = await compile(read(), { dt: 0.5, seed: 4 });
    await simulation.run({ duration: 43.5 });
    const saved = structuredClone(simulation.snapshot());
    expect(Object.keys(saved.readouts!)).toEqual(["rate", "each", "raw", "potential", "trace"]);
    const rest = (await simulation.run({ duration: 76.5, record: wanted })).readouts;
    const other = await compile(read(), { dt: 0.5, seed: 4 });
    await other.run({ duration: 9 });
    other.restore(saved);
    const restored = (await other.run({ duration: 76.5, record: wanted })).readouts;
    simulation.reset();
    const again = (await simulation.run({ duration: 120, record: wanted })).readouts;
    for (const name of ["rate", "each", "potential"] as const) {
      const tail = whole[name].values.slice(87 * whole[name].columns);
      expect([...rest[name].values]).toEqual([...tail]);
      expect([...restored[name].values]).toEqual([...tail]);
      expect([...again[name].values]).toEqual([...whole[name].values]);
    }
    simulation.dispose();
    other.dispose();
  });

  test("go to a sink as they do to memory", async () => {
    const whole = rowsOf((await simulate(read(), { ...options, record })).readouts);
    const taken: Record<string, [number[], number[]]> = {};
    const header: unknown[] = [];
    const sink: RecordSink = {
      open: ({ model, traces }) => void header.push(model, ...traces.map(({ name }) => name)),
      spikes: () => {
        throw new Error("has no spikes");
      },
      rows: (name, steps, values) => {
        taken[name] ??= [[], []];
        taken[name][0].push(...steps);
        taken[name][1].push(...values);
      },
      close: (complete) => void header.push(complete),
    };
    await simulate(read(), { ...options, record, sink: { readouts: sink } });
    expect(taken).toEqual(whole);
    expect(header).toEqual(["Brain", ...names, true]);
  });

  test("stay with the simulation when a sink fails", async () => {
    const simulation = await compile(read(), { dt: 0.5, seed: 4 });
    const failing: RecordSink = {
      open: () => {},
      spikes: () => {
        throw new Error("full");
      },
      rows: () => {},
      close: () => {},
    };
    const wanted = { noise: { outSpikes: true }, readouts: { rate: true } } as const;
    const failed = simulation.run({ duration: 60, record: wanted, sink: { noise: failing } });
    await expect(failed).rejects.toThrow("full");
    const { stepCount } = simulation;
    const values = (await simulation.run({ duration: 30, record: wanted })).readouts.rate.values;
    const whole = (await simulate(read(), { ...options, record: wanted })).readouts.rate.values;
    expect([...values]).toEqual([...whole.subarray(stepCount, stepCount + 60)]);
    simulation.dispose();
  });
});

describe("read-outs of single steps", () => {
  test("are those of a run, numbers and arrays", async () => {
    const all = Object.fromEntries(names.map((name) => [name, true])) as Record<(typeof names)[number], true>;
    const { readouts } = await simulate(read(), { ...options, record: { readouts: all } });
    const simulation = await compile(read(), { dt: 0.5, seed: 4 });
    const { readouts: live } = simulation.step();
    for (let step = 1; step <= 240; step++) {
      if (step > 1) simulation.step();
      for (const name of names) {
        const { columns, values } = readouts[name];
        const now = live[name];
        const own = typeof now === "number" ? [now] : [...now];
        expect(own).toEqual([...values.subarray((step - 1) * columns, step * columns)]);
      }
    }
    expect([typeof live.rate, live.each.length, live.potential.length]).toEqual(["number", 4, 70]);
    simulation.dispose();
  });

  test("go on between runs and steps", async () => {
    const simulation = await compile(read(), { dt: 0.5, seed: 4 });
    const { readouts } = await simulate(read(), { ...options, record: { readouts: { rate: true, trace: true } } });
    await simulation.run({ duration: 20 });
    simulation.step();
    await simulation.run({ duration: 20, record: { readouts: { rate: true } } });
    const { rate, trace } = simulation.step().readouts;
    expect([rate, trace]).toEqual([readouts.rate.values[81], readouts.trace.values[81]]);
    simulation.dispose();
  });
});

describe("what is wrong with the records of read-outs", () => {
  test("is told with its place and near names", async () => {
    const wrong = async (readouts: unknown): Promise<string[]> => {
      const run = simulate(read(), { ...options, record: { readouts } as never });
      return run.then(
        () => [],
        (error: Error) => error.message.split("\n"),
      );
    };
    expect(await wrong({ rat: true, rate: { evry: 2 }, each: { every: 0 }, raw: 5, trace: { from: 400 } })).toEqual([
      'record.readouts.rat is unknown. Did you mean "rate"?',
      'record.readouts.rate.evry is unknown. Did you mean "every"?',
      "record.readouts.each.every must be a whole number of at least 1; received 0. Give a count of steps.",
      "record.readouts.raw must be true, false or an object of options; received 5. Give one of these.",
      "record.readouts.trace.from must leave at least one step within the run, 0 ms to 120 ms; received 400 ms to 120 ms. Move the window.",
    ]);
    expect(await wrong(3)).toEqual([
      "record.readouts takes an object with one entry per read-out; received 3. Use read-out names as keys.",
    ]);
    const beside = simulate(read(), { ...options, record: { rate: true, potental: true } as never });
    await expect(beside).rejects.toThrow(
      'record.rate is unknown. It is a read-out: write { "readouts": { "rate": … } }.\nrecord.potental is unknown. Known: cells, noise, readouts, weights.',
    );
    expect(await wrong({ each: { units: [0] } })).toEqual([
      "record.readouts.each.units is unknown. Known: every, from, to, at, during, dtype, when, trigger, before, after, most.",
    ]);
  });

  test("is too much memory, by name", async () => {
    const run = simulate(read(), { ...options, duration: 1e6, memory: 1e6, record: { readouts: { potential: true } } });
    await expect(run).rejects.toThrow(/readouts\.potential 1\.15 GB/);
  });

  test("is a snapshot of other read-outs, or a damaged one", async () => {
    const simulation = await compile(read(), { dt: 0.5, seed: 4 });
    await simulation.run({ duration: 10 });
    const saved = simulation.snapshot();
    const { readouts, ...bare } = saved;
    expect(() => simulation.restore(bare)).toThrow(
      'snapshot.readouts must be of ["each", "potential", "rate", "raw", …]; received [].',
    );
    const { rate, ...others } = readouts!;
    const broken = (changed: object): (() => void) => {
      return () => simulation.restore({ ...saved, readouts: { rate: { ...rate!, ...changed }, ...others } });
    };
    expect(broken({ values: Float64Array.of(1, 2) })).toThrow(
      "snapshot.readouts.rate.values must be a Float64Array of 1 value; received 2.",
    );
    expect(broken({ values: Float64Array.of(Number.NaN) })).toThrow(
      "snapshot.readouts.rate.values[0] must be a finite number",
    );
    expect(broken({ since: Float64Array.of(21) })).toThrow(
      "snapshot.readouts.rate.since[0] must be a step up to 20; received 21.",
    );
    simulation.restore(saved);
    simulation.dispose();
  });
});
