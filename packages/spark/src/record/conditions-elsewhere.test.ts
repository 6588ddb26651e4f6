import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allToAll } from "../connectivity/rule.ts";
import { experiment } from "../experiment/experiment.ts";
import { schemaTakes } from "../experiment/takes.test-support.ts";
import { brain } from "../graph/brain.ts";
import { inChunks } from "../run/run.test-support.ts";
import { compile, simulate } from "../run/simulate.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { PoissonSource } from "../sources/index.ts";
import { ExponentialSynapse } from "../synapses/index.ts";

/* Conditions that look at other populations and at read-outs, and records of read-outs and weights with conditions. */

const STEPS = 200;
const dt = 0.5;
const resistance = Array.from({ length: 40 }, (_, unit) => 0.06 + 0.002 * unit);
const network = brain({
  populations: {
    noise: PoissonSource({ units: [30], rate: 40 }),
    a: LeakySoma({ units: [40], resistance, dtype: "f64" }),
    b: LeakySoma({ units: [5], dtype: "f64" }),
  },
  projections: {
    in: { from: "noise", to: "a", connect: allToAll(), weight: 45, synapse: ExponentialSynapse({ tau: 5 }) },
    through: { from: "a", to: "b", connect: allToAll(), weight: 60, synapse: ExponentialSynapse({ tau: 5 }) },
  },
  readouts: {
    rate: { from: "a", tau: 10, mean: true },
    each: { from: "b", of: "potential", units: [3, 1] },
  },
});
const options = { dt, seed: 3, dtype: "f64", duration: STEPS * dt } as const;

const whole = simulate(network, {
  ...options,
  record: {
    noise: { outSpikes: true },
    a: { outSpikes: true, potential: true, "exponential.trace": true },
    b: { potential: true, outSpikes: true },
    readouts: { rate: true, each: true },
  },
});
type Whole = Awaited<typeof whole>;

const countIn = ({ steps }: { readonly steps: ArrayLike<number> }, step: number): number =>
  Array.from(steps).filter((own) => own === step).length;

/** A condition, and the same in a search through the whole record. */
const cases: Readonly<
  Record<string, { readonly when: object; readonly holds: (run: Whole, step: number) => boolean }>
> = {
  "spikes of a source": {
    when: { "noise.outSpikes": { atLeast: 2 } },
    holds: ({ noise }, step) => countIn(noise.outSpikes, step) >= 2,
  },
  "a variable of another population": {
    when: { "a.potential": { above: -50, units: [7, 39] } },
    holds: ({ a }, step) => [7, 39].some((unit) => a.potential.values[(step - 1) * 40 + unit]! > -50),
  },
  "a variable of a synapse, reduced, and one of the soma": {
    when: { "a.exponential.trace": { above: 225, reduce: "mean" }, "b.potential": { above: -59, reduce: "max" } },
    holds: ({ a, b }, step) =>
      Array.from(a["exponential.trace"].values.subarray((step - 1) * 40, step * 40)).reduce((sum, own) => sum + own) /
        40 >
        225 && Math.max(...b.potential.values.subarray((step - 1) * 5, step * 5)) > -59,
  },
  "a filtered read-out": {
    when: { "readouts.rate": { above: 30 } },
    holds: ({ readouts }, step) => readouts.rate.values[step - 1]! > 30,
  },
  "one value of a read-out, and spikes": {
    when: { "readouts.each": { above: -58, units: [1] }, "a.outSpikes": { atMost: 3 } },
    holds: ({ a, readouts }, step) =>
      readouts.each.values[(step - 1) * 2 + 1]! > -58 && countIn(a.outSpikes, step) <= 3,
  },
};

const around = (holds: (step: number) => boolean, before: number, after: number): number[] => {
  const kept = new Set<number>();
  for (let step = 1; step <= STEPS; step++) {
    if (!holds(step)) continue;
    for (let own = Math.max(1, step - before); own <= Math.min(STEPS, step + after); own++) kept.add(own);
  }
  return [...kept].toSorted((a, b) => a - b);
};

type Rows = {
  readonly steps: ArrayLike<number>;
  readonly values?: ArrayLike<number>;
  readonly units?: ArrayLike<number>;
};
type Records = Readonly<Record<string, Readonly<Record<string, Rows>>>>;

/** The records of several runs, one after another. */
const inRuns = async (lengths: readonly number[], rows: number, record: object) => {
  const simulation = await inChunks(network, rows, { dt, seed: 3, dtype: "f64" } as never);
  const steps: Record<string, number[]> = {};
  const values: Record<string, number[]> = {};
  for (const length of lengths) {
    const run = (await simulation.run({ duration: length * dt, record } as never)) as unknown as Records;
    for (const [name, records] of Object.entries(record)) {
      for (const key of Object.keys(records as object)) {
        const own = run[name]![key]!;
        const path = `${name}.${key}`;
        steps[path] = [...(steps[path] ?? []), ...Array.from(own.steps)];
        values[path] = [...(values[path] ?? []), ...Array.from(own.values ?? own.units!)];
      }
    }
  }
  simulation.dispose();
  return { steps, values };
};

const lengthsOf = fc
  .uniqueArray(fc.integer({ min: 1, max: STEPS - 1 }), { maxLength: 4 })
  .map((cuts) => [...cuts.toSorted((a, b) => a - b), STEPS].map((cut, k, all) => cut - (k > 0 ? all[k - 1]! : 0)));

describe("a condition that looks elsewhere", () => {
  test("keeps the steps around those in which it holds, of populations, read-outs and weights", {
    timeout: 120_000,
  }, async () => {
    const known = await whole;
    const { a, b, readouts } = known;
    for (const [name, { holds }] of Object.entries(cases)) {
      const count = around((step) => holds(known, step), 0, 0).length;
      expect([name, count, count > 0 && count < STEPS]).toEqual([name, count, true]);
    }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(cases)),
        lengthsOf,
        fc.constantFrom(1, 7, 4096),
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 1, max: 3 }),
        async (name, lengths, rows, before, after, every) => {
          const { when, holds } = cases[name]!;
          const trigger = { when, before: before * dt, after: after * dt };
          const { steps, values } = await inRuns(lengths, rows, {
            noise: { rate: { ...trigger, bin: every * dt } },
            b: { potential: { ...trigger, every, units: [4, 0] }, outSpikes: trigger },
            readouts: { rate: { ...trigger, every }, each: true },
            weights: { in: { ...trigger, every, sources: [0], targets: [1, 2] } },
          });
          const kept = around((step) => holds(known, step), before, after);
          const due = kept.filter((step) => step % every === 0);
          expect(steps["b.potential"]).toEqual(due);
          expect(values["b.potential"]).toEqual(
            due.flatMap((step) => [4, 0].map((unit) => b.potential.values[(step - 1) * 5 + unit]!)),
          );
          expect(steps["noise.rate"]).toEqual(due);
          expect(steps["readouts.rate"]).toEqual(due);
          expect(values["readouts.rate"]).toEqual(due.map((step) => readouts.rate.values[step - 1]!));
          expect(values["readouts.each"]).toEqual([...readouts.each.values]);
          expect(steps["weights.in"]).toEqual(due);
          expect(values["weights.in"]).toEqual(due.flatMap(() => [45, 45]));
          expect(steps["b.outSpikes"]).toEqual([...b.outSpikes.steps].filter((step) => kept.includes(step)));
        },
      ),
      { numRuns: 40 },
    );
    expect(a.outSpikes.count).toBeGreaterThan(20);
  });

  test("is refused with the nearest name", async () => {
    const messages: string[] = [];
    for (const record of [
      { a: { potential: { when: { "c.outSpikes": { atLeast: 1 } } } } },
      { a: { potential: { when: { "b.potental": { above: 1 } } } } },
      { a: { potential: { when: { "readouts.rat": { above: 1 } } } } },
      { a: { potential: { when: { "b.potential": { above: 1, units: [5] } } } } },
      { a: { potential: { when: { "readouts.each": { above: 1, units: [2] } } } } },
      { a: { potential: { when: { "readouts.each": { atLeast: 1 } } } } },
      { a: { potential: { when: { "readouts.each": 3 } } } },
      { readouts: { rate: { when: { potential: { above: -50 } } } } },
      { readouts: { rate: { when: { "a.outSpikes": {} } } } },
      { readouts: { rate: { before: 3 } } },
      { weights: { in: { when: { "a.outSpikes": { atLeast: 1 } } } } },
      { weights: { in: { trigger: "now", before: 3 } } },
    ]) {
      const run = simulate(network, { ...options, record: record as never });
      messages.push(
        await run.then(
          () => "accepted",
          (error: Error) => error.message,
        ),
      );
    }
    expect(messages.join("\n")).toMatchInlineSnapshot(`
      "record.a.potential.when.c.outSpikes is unknown. Did you mean "a.outSpikes"?
      record.a.potential.when.b.potental is unknown. Did you mean "b.potential"?
      record.a.potential.when.readouts.rat is unknown. Did you mean "readouts.rate"?
      record.a.potential.when.b.potential.units[0] must be a whole number from 0 to 4; received 5. Count units from 0, row by row.
      record.a.potential.when.readouts.each.units[0] must be a whole number from 0 to 1; received 2. Count units from 0, row by row.
      record.a.potential.when.readouts.each.atLeast is unknown. Known: above, below, units, reduce.
      record.a.potential.when.readouts.each must be a condition such as { above: -50 }; received 3. Give one.
      record.readouts.rate.when.potential is unknown. Did you mean "a.potential"?
      record.readouts.rate.when.a.outSpikes needs a number of spikes. Write { atLeast: 10 }, or use atMost.
      record.readouts.rate.before needs a condition. Add when or trigger, such as when: { "noise.outSpikes": { atLeast: 1 } }, or remove before.
      record.weights.in.every is missing. Say how often the weights are recorded: write every: 100, or use at.
      record.weights.in.before needs every, because a look-back reads the weights in advance. Write every: 100."
    `);
  });
});

describe("a trigger of weights", () => {
  const started = [
    { at: 20, trigger: { now: "once" } },
    { at: 40, weights: { through: 61 } },
    { at: 50, trigger: { now: "start" } },
    { at: 51, trigger: { now: "stop" } },
  ] as const;

  test("records them in the steps in which it is started, and as differences", async () => {
    const record = {
      weights: { through: { trigger: "now", after: 0.5, targets: [0], sources: [3], difference: true } },
    } as const;
    const { weights } = await simulate(network, { ...options, record, changes: started });
    expect([...weights.through.steps]).toEqual([41, 42, 101, 102, 103]);
    expect([...weights.through.values]).toEqual([0, 0, 1, 0, 0]);
  });

  test("is limited by most, and works in a session", async () => {
    const limited = { weights: { through: { trigger: "now", most: 2, targets: [0], sources: [3] } } } as const;
    const run = await simulate(network, { ...options, record: limited, changes: started });
    expect([...run.weights.through.values]).toEqual([60, 61]);
    expect(run.warnings.join()).toContain("record.weights.through is full: it has the first 2 rows, and 1 more met");

    const simulation = await compile(network, { dt, seed: 3 });
    const found: number[] = [];
    const rates: number[] = [];
    const potentials: number[] = [];
    const session = await simulation.start({
      paused: true,
      pace: "fastest",
      record: {
        weights: { through: { trigger: "now", targets: [0], sources: [3] } },
        readouts: { rate: { trigger: "now", before: 2 } },
        b: { potential: { when: { "readouts.rate": { above: 30 } }, units: [0] } },
      },
      onFrame: ({ records }) => {
        found.push(...records.weights.through.steps);
        rates.push(...records.readouts.rate.steps);
        potentials.push(...records.b.potential.steps);
      },
    });
    await session.step(10);
    session.trigger("now");
    await session.step(10);
    session.trigger("now", "start");
    await session.step(3);
    session.trigger("now", "stop");
    await session.step(STEPS - 23);
    await session.stop();
    simulation.dispose();
    expect(found).toEqual([11, 21, 22, 23]);
    expect(rates).toEqual([7, 8, 9, 10, 11, 17, 18, 19, 20, 21, 22, 23]);
    const { readouts } = await simulate(network, {
      dt,
      seed: 3,
      duration: STEPS * dt,
      record: { readouts: { rate: true } },
    });
    const above = Array.from({ length: STEPS }, (_, k) => k + 1).filter((step) => readouts.rate.values[step - 1]! > 30);
    expect(potentials).toEqual(above);
  });
});

test("records with conditions go to sinks as they do to memory", async () => {
  const when = { "readouts.rate": { above: 30 } } as const;
  const record = {
    b: { outSpikes: { when, before: 4 }, potential: { when, units: [0] } },
    readouts: { rate: { when, before: 4 }, each: { every: 5 } },
    weights: { in: { every: 4, when, sources: [0], targets: [1] } },
  } as const;
  const run = await simulate(network, { ...options, record });
  const received: Record<string, number[]> = {};
  const receive = (path: string, numbers: readonly number[]): void => {
    received[path] = [...(received[path] ?? []), ...numbers];
  };
  const sinkOf = (path: string) => ({
    open: () => {},
    spikes: (steps: ArrayLike<number>) => receive(path, Array.from(steps)),
    rows: (name: string, steps: ArrayLike<number>, values: ArrayLike<number>) =>
      receive(`${path}.${name}`, [...Array.from(steps), ...Array.from(values)]),
    close: () => {},
  });
  const sink = { b: sinkOf("b"), readouts: sinkOf("readouts"), weights: sinkOf("weights") };
  await simulate(network, { ...options, record, sink } as never);
  const sorted = (list: Iterable<number>): number[] => [...list].toSorted((x, y) => x - y);
  const rowsOf = (own: { readonly steps: Iterable<number>; readonly values: Iterable<number> }): number[] =>
    sorted([...own.steps, ...own.values]);
  expect(received["b"]).toEqual([...run.b.outSpikes.steps]);
  expect(sorted(received["b.potential"]!)).toEqual(rowsOf(run.b.potential));
  expect(sorted(received["readouts.rate"]!)).toEqual(rowsOf(run.readouts.rate));
  expect(sorted(received["readouts.each"]!)).toEqual(rowsOf(run.readouts.each));
  expect(sorted(received["weights.in"]!)).toEqual(rowsOf(run.weights.in));
});

test("a document has the same conditions", async () => {
  const document = {
    model: {
      populations: {
        noise: { source: "PoissonSource", units: [30], rate: 40 },
        a: { soma: "LeakySoma", units: [40], resistance },
      },
      projections: {
        in: {
          from: "noise",
          to: "a",
          connect: { allToAll: {} },
          weight: 45,
          synapse: { synapse: "ExponentialSynapse", tau: 5 },
        },
      },
      readouts: { rate: { from: "a", tau: 10, mean: true } },
    },
    duration: 100,
    dt,
    seed: 3,
    record: {
      noise: { rate: { bin: dt, when: { "a.outSpikes": { atLeast: 2 } } } },
      readouts: { rate: { when: { "readouts.rate": { above: 30 } } } },
      weights: { in: { trigger: "now", targets: [0], reduce: "mean" } },
    },
    changes: [{ at: 10, trigger: { now: "once" } }],
  };
  expect([schemaTakes(document), schemaTakes.errors]).toEqual([true, null]);
  const read = await experiment(document, { kind: "brain" });
  const run = (await simulate(read.brain, read.options)) as unknown as Records;
  const { a, readouts } = await whole;
  const counted = Array.from({ length: STEPS }, (_, k) => k + 1);
  expect(Array.from(run["noise"]!["rate"]!.steps)).toEqual(counted.filter((step) => countIn(a.outSpikes, step) >= 2));
  expect(Array.from(run["readouts"]!["rate"]!.steps)).toEqual(
    counted.filter((step) => readouts.rate.values[step - 1]! > 30),
  );
  expect(Array.from(run["weights"]!["in"]!.steps)).toEqual([21]);
});

test("a snapshot contains the look-back of read-outs", async () => {
  const simulation = await compile(network, { dt, seed: 3 });
  const record = { readouts: { rate: { trigger: "now", before: 10 } } } as const;
  await simulation.run({ duration: 20, record });
  const snapshot = simulation.snapshot();
  const other = await compile(network, { dt, seed: 3 });
  other.restore(snapshot);
  for (const own of [simulation, other]) {
    own.trigger("now");
    const { readouts } = await own.run({ duration: 5, record });
    expect([...readouts.rate.steps]).toEqual(Array.from({ length: 21 }, (_, k) => 21 + k));
    own.dispose();
  }
});

test("single steps end the look-back on other populations", async () => {
  const simulation = await compile(network, { dt, seed: 3 });
  const looking = {
    b: { potential: { trigger: "now", before: 5, units: [0] } },
    a: { potential: { when: { "b.potential": { above: 100 } }, before: 5, units: [0] } },
  } as const;
  await simulation.run({ duration: 10, record: looking });
  for (let k = 0; k < 3; k++) simulation.step({});
  simulation.trigger("now");
  const run = await simulation.run({ duration: 10, record: looking });
  expect([...run.b.potential.steps]).toEqual(Array.from({ length: 11 }, (_, k) => 14 + k));
  expect(run.a.potential.steps.length).toBe(0);
  simulation.dispose();
});
