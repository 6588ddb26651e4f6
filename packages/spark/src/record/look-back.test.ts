import { expect, test } from "vitest";
import { compile, simulate } from "../run/simulate.ts";
import { LeakySoma } from "../somas/leaky.ts";

/* Records with conditions look back on single steps. */

const soma = LeakySoma({
  units: [40],
  resistance: { uniform: { min: 0.08, max: 0.13 } },
  threshold: -50,
  potentialReset: -62,
});
const dt = 0.5;

test("a record with a condition looks back on single steps", async () => {
  const when = { outSpikes: { atLeast: 2 } } as const;
  const record = {
    potential: { when, before: 6, after: 1, units: [3, 0], every: 2 },
    outSpikes: { when, before: 6 },
    rate: { when, before: 4, bin: 1.5 },
    activeFraction: { bin: 0.5 },
  } as const;
  const whole = await simulate(soma, {
    dt,
    duration: 100,
    inputs: { current: 240 },
    record: { outSpikes: true, potential: true },
  });
  const counts = new Map<number, number>();
  for (const step of whole.outSpikes.steps) counts.set(step, (counts.get(step) ?? 0) + 1);
  const holds = (step: number): boolean => (counts.get(step) ?? 0) >= 2;
  /** The steps of a record in a run over some steps, which follow steps that were recorded up to `seen`. */
  const kept = (first: number, last: number, seen: number, before: number, after: number): number[] => {
    const steps = new Set<number>();
    for (let step = 1; step <= last; step++) {
      if (!holds(step)) continue;
      for (let own = step - before; own <= step + after; own++) {
        if (own > seen && own <= last && (own >= first || step >= first)) steps.add(own);
      }
    }
    return [...steps].toSorted((a, b) => a - b);
  };
  const simulation = await compile(soma, { dt });
  const before = await simulation.run({ duration: 40, inputs: { current: 240 }, record });
  for (let k = 0; k < 9; k++) simulation.step({ current: 240 });
  const after = await simulation.run({ duration: 100 - 44.5, inputs: { current: 240 }, record });
  // A single step does not record what a run has recorded: rows up to the end of the first run that were kept.
  const rows = [...before.potential.steps, ...after.potential.steps];
  expect([...before.potential.steps]).toEqual(kept(1, 80, 0, 12, 2).filter((step) => step % 2 === 0));
  const last = before.potential.steps.at(-1)!;
  expect([...after.potential.steps]).toEqual(kept(90, 200, last, 12, 2).filter((step) => step % 2 === 0));
  expect(after.potential.steps[0]).toBeLessThan(90);
  expect(rows).toEqual(rows.toSorted((a, b) => a - b));
  expect([...after.potential.values]).toEqual(
    [...after.potential.steps].flatMap((step) => [3, 0].map((unit) => whole.potential.values[(step - 1) * 40 + unit]!)),
  );
  const spikes = kept(90, 200, before.outSpikes.windows!.at(-1)!.to / dt, 12, 0);
  expect([...after.outSpikes.steps]).toEqual([...whole.outSpikes.steps].filter((step) => spikes.includes(step)));
  expect([...after.rate.steps]).toEqual(
    kept(90, 200, before.rate.steps.at(-1)!, 8, 0).filter((step) => step % 3 === 0),
  );
  simulation.dispose();
});

test("steps after a reset look back on nothing", async () => {
  const record = { potential: { when: { outSpikes: { atLeast: 1 } }, before: 50, units: [0] } } as const;
  const simulation = await compile(soma, { dt });
  await simulation.run({ duration: 10, inputs: { current: 240 }, record });
  for (let k = 0; k < 3; k++) simulation.step({ current: 240 });
  simulation.reset();
  for (let k = 0; k < 20; k++) simulation.step({ current: 240 });
  const { potential } = await simulation.run({ duration: 60, inputs: { current: 240 }, record });
  expect(potential.steps[0]).toBe(21);
  simulation.dispose();
});
