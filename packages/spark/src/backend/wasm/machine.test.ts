import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Course,
  expectSameOutcomes,
  fillInputs,
  outcomesOf,
  setupOf,
} from "../../../test/conformance/both.test-support.ts";
import { declare, numbers, recipes, unlessCountless } from "../../../test/conformance/random-soma.test-support.ts";
import { type Binding, compileComponent } from "../../compile/compile.ts";
import { alone } from "../../program/network.ts";
import type { Program } from "../../program/program.ts";
import { InterpreterMachine } from "../interpreter/machine.ts";
import { WasmMachine } from "./machine.ts";

const UNITS = [1, 3, 16, 17, 32, 33, 100, 300];
const values = (units: number): fc.Arbitrary<number | number[]> => {
  const one = fc.oneof(fc.constantFrom(...numbers), fc.double({ min: -50, max: 50, noNaN: true }));
  return fc.oneof(one, fc.array(one, { minLength: units, maxLength: units }));
};
const bindings: fc.Arbitrary<Binding> = fc.constantFrom<Binding>(
  ...(["scalar", "unit", "row", "rowUnit"] as const).map((kind) => ({ kind })),
);
const spikeBindings: fc.Arbitrary<Binding> = fc.boolean().map((signed) => ({ kind: "rowBit", signed }));
const dues = fc.record({
  first: fc.nat(7),
  every: fc.integer({ min: 1, max: 4 }),
  last: fc.integer({ min: -1, max: 7 }),
});
const cases = fc.constantFrom(...UNITS).chain((units) =>
  fc.record({
    units: fc.constant(units),
    recipe: recipes,
    fields: fc.record({ f: values(units), g: values(units), h: values(units) }),
    precision: fc.constantFrom("f32", "f64"),
    block: fc.constantFrom(32, 64, 256),
    courses: fc.array(
      fc.record({
        current: fc.constantFrom(0, 1),
        rows: fc.constantFrom(1, 3, 7),
        chunks: fc.array(fc.constantFrom(1, 3, 7), { minLength: 1, maxLength: 3 }),
        probes: fc.array(
          fc.record({ observable: fc.nat(20), units: fc.option(fc.uniqueArray(fc.nat(units - 1))), due: dues }),
          { maxLength: 3 },
        ),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    bindings: fc.array(
      fc.record({ current: fc.array(bindings, { maxLength: 3 }), inSpikes: fc.array(spikeBindings, { maxLength: 2 }) }),
      {
        minLength: 2,
        maxLength: 2,
      },
    ),
  }),
);

test("random populations give the bits of the interpreter, from setup to setup with other probes, rows and drives", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ units, recipe, fields, precision, block, courses, bindings: given }) => {
      const programs = unlessCountless(() => {
        const built = declare(recipe)({ units: [units], ...fields } as never).build({}, {});
        return given.map((inputs): Program => ({ ...compileComponent(built, { precision, inputs }), block }));
      });
      if (!programs) return;
      const machines = [new InterpreterMachine(alone(programs[0]!)), new WasmMachine(alone(programs[0]!))] as const;
      let step = 60;
      for (const { current, rows, chunks, probes: wanted } of courses) {
        const program = programs[current]!;
        const records = wanted.map(({ observable, units: listed }) => ({
          name: program.observables[observable % program.observables.length]!.name,
          ...(listed && { units: [...listed].sort((a, b) => a - b) }),
        }));
        const setup = setupOf([program], rows, [records]);
        const course: Course = {
          chunks: chunks.map((count) => Math.min(count, rows)),
          from: step,
          feed: (population, _, firstStep) => fillInputs(population, firstStep),
          dues: () => wanted.map(({ due }) => due),
        };
        const [meant, given] = machines.map((machine) => {
          machine.attach(setup);
          return outcomesOf(machine, setup, course);
        });
        expectSameOutcomes(await given!, await meant!, `${units} ${precision} units`);
        step += course.chunks.reduce((sum, count) => sum + count);
      }
      expect(step).toBeGreaterThan(60);
    }),
    { numRuns: 60 },
  );
});
