import fc from "fast-check";
import { expect } from "vitest";
import { compileComponent } from "../../compile/compile.ts";
import type { MachinePopulation } from "../../program/machine.ts";
import { wordsOf } from "../../program/program.ts";
import { LeakySoma } from "../../somas/leaky.ts";
import { createNative, nativeTest } from "./native.test-support.ts";

const populationOf = (units: number): MachinePopulation => {
  const built = LeakySoma({ units: [units] }).build();
  return createNative(compileComponent(built, { precision: "f32", inputs: {} })).populations[0]!;
};
const bitsOf = (population: MachinePopulation): Uint32Array =>
  population.view(population.program.spikes!) as Uint32Array;

/** What the machine finds, as [step, unit]. */
const found = (machine: MachinePopulation, rows: number, firstStep: number): number[][] => {
  const events: number[][] = [];
  const whole = machine.scanSpikes(rows, firstStep, (steps, units) => {
    steps.forEach((step, k) => void events.push([step, units[k]!]));
  });
  expect(whole).toBe(true);
  return events;
};

nativeTest("every spike is found at its step and unit, in order, for any number of units and rows", () => {
  const spike = fc.tuple(fc.nat({ max: 6 }), fc.nat({ max: 1299 }));
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1300 }),
      fc.integer({ min: 1, max: 7 }),
      fc.array(spike),
      (units, rows, raw) => {
        const machine = populationOf(units);
        const bits = bitsOf(machine);
        const spikes = raw.filter(([row, unit]) => row < rows && unit < units);
        for (const [row, unit] of spikes)
          bits[row * wordsOf(machine.program.padded) + (unit >>> 5)]! |= 1 << (unit & 31);
        const wanted = [...new Set(spikes.map(([row, unit]) => row * 2000 + unit))].sort((a, b) => a - b);
        expect(found(machine, rows, 41)).toEqual(wanted.map((key) => [41 + Math.floor(key / 2000), key % 2000]));
      },
    ),
    { numRuns: 200 },
  );
});

nativeTest("more spikes than fit at once come in several parts", () => {
  const machine = populationOf(4096);
  bitsOf(machine).fill(0xffffffff);
  const events = found(machine, 9, 1);
  expect(events.length).toBe(9 * 4096);
  expect(events.every(([step, unit], k) => step === 1 + Math.floor(k / 4096) && unit === k % 4096)).toBe(true);
});

nativeTest("a program without spikes says that there is nothing to scan", () => {
  const { program } = populationOf(10);
  const { spikes, ...rest } = program;
  const stores = program.step.stores.filter(({ buffer }) => buffer !== spikes);
  const machine = createNative({ ...rest, step: { ...program.step, stores } });
  machine.advance(0, 2);
  expect(machine.populations[0]!.scanSpikes(2, 0, () => {})).toBe(false);
});
