import fc from "fast-check";
import { expect, test } from "vitest";
import { compileComponent } from "../../../compile/compile.ts";
import { alone } from "../../../program/network.ts";
import { wordsOf } from "../../../program/program.ts";
import { LeakySoma } from "../../../somas/leaky.ts";
import { WasmMachine } from "../machine.ts";
import { SCAN_EVENTS } from "./scan.ts";

const machineOf = (units: number, rows: number) => {
  const built = LeakySoma({ units: [units] }).build();
  const program = compileComponent(built, { precision: "f32", inputs: {} });
  const machine = new WasmMachine(alone(program));
  machine.attach({ rows, populations: [{ program, probes: [] }] });
  const population = machine.populations[0]!;
  return { machine: population, words: wordsOf(program.padded), bits: population.view(program.spikes!) };
};

/** What the machine finds, as [step, unit]. */
const found = (machine: ReturnType<typeof machineOf>["machine"], rows: number, firstStep: number): number[][] => {
  const events: number[][] = [];
  const whole = machine.scanSpikes(rows, firstStep, (steps, units) => {
    steps.forEach((step, k) => void events.push([step, units[k]!]));
  });
  expect(whole).toBe(true);
  return events;
};

test("every spike is found at its step and unit, in order, for any number of units and rows", () => {
  const spike = fc.tuple(fc.nat({ max: 6 }), fc.nat({ max: 299 }));
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 7 }),
      fc.array(spike),
      (units, rows, raw) => {
        const { machine, words, bits } = machineOf(units, 7);
        const spikes = raw.filter(([row, unit]) => row < rows && unit < units);
        for (const [row, unit] of spikes) bits[row * words + (unit >>> 5)]! |= 1 << (unit & 31);
        const wanted = [...new Set(spikes.map(([row, unit]) => row * 1000 + unit))].sort((a, b) => a - b);
        expect(found(machine, rows, 41)).toEqual(wanted.map((key) => [41 + Math.floor(key / 1000), key % 1000]));
      },
    ),
    { numRuns: 200 },
  );
});

test("more spikes than fit at once come in several parts", () => {
  const { machine, bits } = machineOf(4096, 9);
  bits.fill(0xffffffff);
  const events = found(machine, 9, 1);
  expect(events.length).toBe(9 * 4096);
  expect(events.length).toBeGreaterThan(2 * SCAN_EVENTS);
  expect(events.every(([step, unit], k) => step === 1 + Math.floor(k / 4096) && unit === k % 4096)).toBe(true);
});
