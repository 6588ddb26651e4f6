import fc from "fast-check";
import { expect, test } from "vitest";
import { type Binding, compileComponent } from "../../src/compile/compile.ts";
import { field } from "../../src/config/field.ts";
import { add, lt, mul, normalNoise, quantity, select, uniformNoise } from "../../src/expr/verbs.ts";
import { source, sourceState } from "../../src/model/source.ts";
import { expectSameBits, type Schedule } from "./both.test-support.ts";
import { declare, numbers, recipes, unlessCountless } from "./random-soma.test-support.ts";

/** A noise with a memory, as generators of currents have. */
const wander = source(
  "Wander",
  { mean: field(30, "pA", "Mean."), step: field(5, "pA", "Size of a step.") },
  {
    about: "A walk that is pulled back.",
    state: { level: sourceState("pA", "Present current.") },
    step(x) {
      const level = add(mul(x.level, 0.9), mul(x.step, normalNoise("walk")));
      return { level, value: select(lt(uniformNoise("gate"), 0.8), add(x.mean, level), quantity(0, "pA")) };
    },
  },
);

const UNITS = [1, 3, 4, 15, 16, 17, 31, 32, 33, 100];

const values = (units: number): fc.Arbitrary<number | number[]> => {
  const one = fc.oneof(fc.constantFrom(...numbers), fc.double({ min: -50, max: 50, noNaN: true }));
  return fc.oneof(one, fc.array(one, { minLength: units, maxLength: units }));
};

const bindings: fc.Arbitrary<Binding> = fc.constantFrom<Binding>(
  { kind: "scalar" },
  { kind: "unit" },
  { kind: "row" },
  { kind: "rowUnit" },
  { kind: "source", source: { model: wander, fields: { mean: 30, step: 5 }, seed: 3, start: {} } },
);
const spikeBindings: fc.Arbitrary<Binding> = fc.boolean().map((signed) => ({ kind: "rowBit", signed }));

const ROWS = 7;
const schedules: fc.Arbitrary<Schedule> = fc.record({
  first: fc.nat(ROWS),
  every: fc.integer({ min: 1, max: 4 }),
  last: fc.nat(ROWS),
});
const cases = fc.constantFrom(...UNITS).chain((units) =>
  fc.record({
    units: fc.constant(units),
    recipe: recipes,
    fields: fc.record({ f: values(units), g: values(units), h: values(units) }),
    precision: fc.constantFrom("f32", "f64"),
    current: fc.array(bindings, { maxLength: 3 }),
    inSpikes: fc.array(spikeBindings, { maxLength: 2 }),
    spikes: fc.boolean(),
    records: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom("potential", "w", "k", "n"),
        units: fc.option(
          fc.uniqueArray(fc.nat(units - 1)).map((list) => list.sort((a, b) => a - b)),
          { nil: undefined },
        ),
        schedule: schedules,
      }),
      { selector: ({ name }) => name, maxLength: 4 },
    ),
    chunks: fc.array(fc.integer({ min: 1, max: ROWS }), { minLength: 1, maxLength: 3 }),
    seed: fc.nat(),
  }),
);

test("random somas give the same bits in both backends", () => {
  const seen = { ops: new Set<string>(), live: 0 };
  fc.assert(
    fc.property(cases, ({ units, recipe, fields, precision, current, inSpikes, spikes, records, chunks, seed }) => {
      const program = unlessCountless(() =>
        compileComponent(declare(recipe)({ ...fields, units: [units] }).build({}, { dt: 0.1, seed: 5 }), {
          precision,
          rows: ROWS,
          inputs: { current, inSpikes },
          spikes,
          records: records.map(({ name, units: list }) => ({ name, ...(list && { units: list }) })),
        }),
      );
      const [machine] = expectSameBits(program, chunks, { seed, scale: 80, schedules: records.map((r) => r.schedule) });
      for (const node of program.step.nodes) seen.ops.add(node.op);
      const potential = machine.view(program.buffers.findIndex((buffer) => buffer.name === "soma.potential"))[0]!;
      if (Number.isFinite(potential) && potential !== 0) seen.live++;
    }),
    { numRuns: 400 },
  );
  // The property means something only where most operations occur and numbers stay numbers.
  expect(seen.ops.size).toBeGreaterThan(40);
  expect(seen.live).toBeGreaterThan(100);
});
