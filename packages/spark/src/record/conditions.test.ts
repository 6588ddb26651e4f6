import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { brain } from "../graph/brain.ts";
import { inChunks } from "../run/run.test-support.ts";
import { compile, simulate } from "../run/simulate.ts";
import { LeakySoma } from "../somas/leaky.ts";

/* Records with conditions, compared with the record of everything. */

const UNITS = 70;
const STEPS = 240;
const resistance = Array.from({ length: UNITS }, (_, unit) => 0.06 + 0.001 * unit);
const soma = LeakySoma({ units: [UNITS], resistance, threshold: -50, potentialReset: -62, dtype: "f64" });
const inputs = { current: { whiteNoise: { mean: 200, std: 60 } } } as const;
const options = { dt: 0.5, duration: STEPS / 2, inputs } as const;
const whole = simulate(soma, { ...options, record: { outSpikes: true, potential: true } });

type Events = { readonly steps: ArrayLike<number>; readonly units: ArrayLike<number> };
const listed = ({ steps, units }: Events): [number, number][] => Array.from(steps, (step, k) => [step, units[k]!]);

interface Case {
  readonly when: object;
  /** Whether the condition holds in a step. */
  readonly holds: (step: number) => boolean;
}

/** Conditions, and the same in a search through the whole record. */
const cases = async (): Promise<Readonly<Record<string, Case>>> => {
  const { potential, outSpikes } = await whole;
  const all = listed(outSpikes);
  const at = (step: number, unit: number): number => potential.values[(step - 1) * UNITS + unit]!;
  const every = Array.from({ length: UNITS }, (_, unit) => unit);
  const mean = (step: number): number => every.reduce((sum, unit) => sum + at(step, unit), 0) / UNITS;
  const count = (step: number, within: number, units = every): number =>
    all.filter(([own, unit]) => own > step - within && own <= step && units.includes(unit)).length;
  const means = every
    .slice(0, STEPS)
    .map((_, k) => mean(k + 1))
    .toSorted((a, b) => a - b);
  const middle = means[Math.floor(means.length / 2)]!;
  return {
    "a unit above": {
      when: { potential: { above: -50.2 } },
      holds: (step) => every.some((unit) => at(step, unit) > -50.2),
    },
    "some units between": {
      when: { potential: { above: -53, below: -52, units: [69, 3] } },
      holds: (step) => [69, 3].some((unit) => at(step, unit) > -53 && at(step, unit) < -52),
    },
    "a mean below": { when: { potential: { below: middle, reduce: "mean" } }, holds: (step) => mean(step) < middle },
    "many spikes": { when: { outSpikes: { atLeast: 4 } }, holds: (step) => count(step, 1) >= 4 },
    "many spikes in a while": {
      when: { outSpikes: { atLeast: 4, within: 2.5, units: [60, 61, 62, 63, 64] } },
      holds: (step) => count(step, 5, [60, 61, 62, 63, 64]) >= 4,
    },
    silence: {
      when: { outSpikes: { atMost: 1, within: 2 } },
      holds: (step) => step >= 4 && count(step, 4) <= 1,
    },
    "two conditions": {
      when: { outSpikes: { atLeast: 2 }, potential: { above: -50.1 } },
      holds: (step) => count(step, 1) >= 2 && every.some((unit) => at(step, unit) > -50.1),
    },
  };
};

/** The steps around those in which a condition holds. */
const around = (holds: (step: number) => boolean, before: number, after: number): number[] => {
  const kept = new Set<number>();
  for (let step = 1; step <= STEPS; step++) {
    if (!holds(step)) continue;
    for (let own = Math.max(1, step - before); own <= Math.min(STEPS, step + after); own++) kept.add(own);
  }
  return [...kept].toSorted((a, b) => a - b);
};

/** The records of several runs in one after another, each in chunks of some steps. */
const inRuns = async (lengths: readonly number[], rows: number, record: object) => {
  const simulation = await inChunks(soma, rows, { dt: 0.5 } as never);
  const joined: Record<string, number[]> = {};
  for (const length of lengths) {
    const run = (await simulation.run({ duration: length / 2, inputs, record } as never)) as unknown as Readonly<
      Record<
        string,
        { readonly steps: ArrayLike<number>; readonly values?: ArrayLike<number>; readonly units: ArrayLike<number> }
      >
    >;
    for (const name of Object.keys(record)) {
      const { steps, values, units } = run[name]!;
      joined[`${name}.steps`] = [...(joined[`${name}.steps`] ?? []), ...Array.from(steps)];
      const more = values ?? units;
      joined[name] = [...(joined[name] ?? []), ...Array.from(more)];
    }
  }
  simulation.dispose();
  return joined;
};

const lengthsOf = fc
  .uniqueArray(fc.integer({ min: 1, max: STEPS - 1 }), { maxLength: 5 })
  .map((cuts) => [...cuts.toSorted((a, b) => a - b), STEPS].map((cut, k, all) => cut - (k > 0 ? all[k - 1]! : 0)));

describe("a record with a condition", () => {
  test("keeps the steps around those in which it holds, over any number of runs and chunks", {
    timeout: 120_000,
  }, async () => {
    const known = await cases();
    const { potential, outSpikes } = await whole;
    const events = listed(outSpikes);
    const names = Object.keys(known);
    for (const name of names) {
      const kept = around(known[name]!.holds, 0, 0);
      expect([name, kept.length > 0, kept.length < STEPS]).toEqual([name, true, true]);
    }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        lengthsOf,
        fc.constantFrom(1, 3, 17, 4096),
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 1, max: 4 }),
        async (name, lengths, rows, before, after, every) => {
          const { when, holds } = known[name]!;
          const trigger = { when, before: before / 2, after: after / 2 };
          const found = await inRuns(lengths, rows, {
            outSpikes: { ...trigger, units: [69, 3, 31, 32, 64] },
            rate: { ...trigger, bin: every / 2 },
            potential: { ...trigger, every, units: [5, 2] },
          });
          const steps = around(holds, before, after);
          const due = steps.filter((step) => step % every === 0);
          expect(found["potential.steps"]).toEqual(due);
          expect(found["potential"]).toEqual(
            due.flatMap((step) => [5, 2].map((unit) => potential.values[(step - 1) * UNITS + unit]!)),
          );
          expect(found["rate.steps"]).toEqual(due);
          const rates = due.map(
            (step) => events.filter(([own]) => own > step - every && own <= step).length * (2000 / every / UNITS),
          );
          for (const [k, rate] of found["rate"]!.entries()) expect(rate).toBeCloseTo(rates[k]!, 9);
          const own = events.filter(([step, unit]) => steps.includes(step) && [69, 3, 31, 32, 64].includes(unit));
          expect(found["outSpikes.steps"]).toEqual(own.map(([step]) => step));
          expect(found["outSpikes"]).toEqual(own.map(([, unit]) => unit));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("lists the recorded windows of spikes", async () => {
    const { holds, when } = (await cases())["many spikes"]!;
    const { outSpikes } = (await simulate(soma, {
      ...options,
      record: { outSpikes: { when, before: 2, after: 1 } } as never,
    })) as never as Awaited<typeof whole>;
    const steps = around(holds, 4, 2);
    const within = (step: number): boolean =>
      outSpikes.windows!.some(({ from, to }) => step / 2 > from && step / 2 <= to);
    expect(Array.from({ length: STEPS }, (_, k) => k + 1).filter(within)).toEqual(steps);
  });

  test("is limited by from, to and most", async () => {
    const { holds, when } = (await cases())["many spikes"]!;
    const run = await simulate(soma, {
      ...options,
      record: { potential: { when, before: 5, after: 5, from: 40, to: 90, units: [0] } } as never,
    });
    const steps = around(holds, 10, 10).filter((step) => step > 80 && step <= 180);
    const { potential } = run as unknown as Awaited<typeof whole>;
    expect([...potential.steps]).toEqual(steps);
    const few = await simulate(soma, { ...options, record: { potential: { when, most: 5, units: [0] } } as never });
    const all = around(holds, 0, 0);
    expect([...(few as unknown as Awaited<typeof whole>).potential.steps]).toEqual(all.slice(0, 5));
    expect((few as { readonly warnings: unknown }).warnings).toEqual([
      `record.potential is full: it has the first 5 rows, and ${all.length - 5} more met its condition. Raise most.`,
    ]);
  });

  test("starts anew after a gap", async () => {
    const simulation = await compile(soma, { dt: 0.5 });
    const record = { potential: { when: { outSpikes: { atLeast: 1 } }, before: 50, units: [0] } } as const;
    await simulation.run({ duration: 5, inputs, record });
    await simulation.run({ duration: 2, inputs });
    const { potential } = await simulation.run({ duration: 53, inputs, record });
    expect(potential.steps[0]).toBe(15);
    simulation.reset();
    await simulation.run({ duration: 7, inputs });
    const again = await simulation.run({ duration: 53, inputs, record });
    expect(again.potential.steps).toEqual(potential.steps);
    simulation.dispose();
  });

  test("counts in the memory budget before the run", async () => {
    const potential = { when: { outSpikes: { atLeast: 1 } }, before: 20 } as const;
    const budget = { duration: 100_000, dt: 0.5, inputs, memory: 3e6 } as const;
    await expect(simulate(soma, { ...budget, record: { potential } })).rejects.toThrow(
      /potential 11\d\.\d MB\); received 3\.0 MB\. Limit the rows with record\.potential\.most, record fewer units, stream to files with a sink, or raise memory/,
    );
    await expect(
      simulate(soma, { ...options, memory: 3e6, record: { potential: { ...potential, most: 100 } } }),
    ).resolves.toBeDefined();
    const far = { ...potential, before: 10_000, most: 1 };
    await expect(simulate(soma, { ...options, memory: 3e6, record: { potential: far } })).rejects.toThrow(
      /simulation 1\d\.\d MB/,
    );
  });

  test("is refused if it cannot hold or is not a condition", async () => {
    const messages: string[] = [];
    for (const potential of [
      { when: {} },
      { when: true },
      { when: { potental: { above: 1 } } },
      { when: { spikes: { atLeast: 1 } } },
      { when: { potential: {} } },
      { when: { potential: -50 } },
      { when: { potential: { above: "x" } } },
      { when: { potential: { abov: 1 } } },
      { when: { potential: { above: -50, below: -60 } } },
      { when: { potential: { above: -50, units: [70] } } },
      { when: { outSpikes: {} } },
      { when: { outSpikes: { atLeast: 0 } } },
      { when: { outSpikes: { atLeast: 3, atMost: 2 } } },
      { when: { outSpikes: { atLeast: 3, within: 0.7 } } },
      { when: { outSpikes: { atLeast: 3 } }, before: -1 },
      { when: { outSpikes: { atLeast: 3 } }, before: 0.2 },
      { when: { outSpikes: { atLeast: 3 } }, before: Number.POSITIVE_INFINITY },
      { when: { outSpikes: { atLeast: 3 } }, after: 1.3, most: 0 },
      { when: { outSpikes: { atLeast: 3 } }, during: { period: 4, length: 1 } },
      { when: { outSpikes: { atLeast: 3 } }, trigger: "touch" },
      { before: 5 },
      { most: 5 },
    ]) {
      const run = simulate(soma, { ...options, record: { potential } as never });
      messages.push(
        await run.then(
          () => "accepted",
          (error: Error) => error.message,
        ),
      );
    }
    expect(messages.join("\n")).toMatchInlineSnapshot(`
      "record.potential.when must be an object of conditions; received {}. Write { potential: { above: -50 } }.
      record.potential.when must be an object of conditions; received true. Write { potential: { above: -50 } }.
      record.potential.when.potental is unknown. Did you mean "potential"?
      record.potential.when.spikes is unknown. Did you mean "outSpikes"?
      record.potential.when.potential needs a bound. Write { above: -50 }, or use below.
      record.potential.when.potential must be a condition such as { above: -50 }; received -50. Give one.
      record.potential.when.potential.above must be a finite number; received "x". Give a number.
      record.potential.when.potential.abov is unknown. Did you mean "above"?
      record.potential.when.potential.below must be greater than above, -50; received -60. No value is between them.
      record.potential.when.potential.units[0] must be a whole number from 0 to 69; received 70. Count units from 0, row by row.
      record.potential.when.outSpikes needs a number of spikes. Write { atLeast: 10 }, or use atMost.
      record.potential.when.outSpikes.atLeast must be a whole number of at least 1; received 0. Give a number.
      record.potential.when.outSpikes.atMost must be at least atLeast, 3; received 2. No number is within them.
      record.potential.when.outSpikes.within must be a whole number of steps of 0.5 ms; received 0.7 ms. The nearest is 0.5 ms.
      record.potential.before must be a time of at least 0 ms; received -1 ms. Give a time in ms.
      record.potential.before must be a whole number of steps of 0.5 ms; received 0.2 ms. The nearest is 0.5 ms.
      record.potential.before must be a time of at least 0 ms; received Infinity ms. Give a time in ms.
      record.potential.most must be a whole number of at least 1; received 0. Give a number.
      record.potential.during cannot be combined with when. Remove one of them, or limit the record with from and to.
      record.potential.trigger cannot be combined with when. Remove one of them, or record twice.
      record.potential.before needs a condition. Add when or trigger, such as when: { outSpikes: { atLeast: 1 } }, or remove before.
      record.potential.most needs a condition. Add when or trigger, such as when: { outSpikes: { atLeast: 1 } }, or remove most."
    `);
  });
});

test("a network looks at each population alone", async () => {
  const network = brain({ populations: { a: soma, b: LeakySoma({ units: [3] }) } });
  const when = { outSpikes: { atLeast: 4 } } as const;
  const run = await simulate(network, {
    dt: 0.5,
    duration: STEPS / 2,
    seed: 1,
    inputs: { a: inputs, b: { current: 300 } },
    record: { a: { potential: { when, before: 3, units: [1] }, outSpikes: true }, b: { potential: { when } } },
  });
  const counts = new Map<number, number>();
  for (const step of run.a.outSpikes.steps) counts.set(step, (counts.get(step) ?? 0) + 1);
  expect([...run.a.potential.steps]).toEqual(around((step) => (counts.get(step) ?? 0) >= 4, 6, 0));
  expect(run.a.potential.steps.length).toBeGreaterThan(10);
  expect(run.b.potential.steps.length).toBe(0);
});
