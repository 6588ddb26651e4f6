import fc from "fast-check";
import { expect, test } from "vitest";
import { type Binding, compileComponent } from "../../src/compile/compile.ts";
import { field } from "../../src/config/field.ts";
import { add, lt, mul, normalNoise, quantity, select, uniformNoise } from "../../src/expr/verbs.ts";
import { source, sourceState } from "../../src/model/source.ts";
import type { Due } from "../../src/program/probe.ts";
import { describeEach } from "./backends.test-support.ts";
import { expectBits } from "./both.test-support.ts";
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
const dues: fc.Arbitrary<Due> = fc.record({
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
    records: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom("potential", "w", "k", "n"),
        units: fc.option(
          fc.uniqueArray(fc.nat(units - 1)).map((list) => list.sort((a, b) => a - b)),
          { nil: undefined },
        ),
        due: dues,
      }),
      { selector: ({ name }) => name, maxLength: 4 },
    ),
    chunks: fc.array(fc.integer({ min: 1, max: ROWS }), { minLength: 1, maxLength: 3 }),
    seed: fc.nat(),
  }),
);

const RUNS = 400;

describeEach(
  "gives the bits of the interpreter",
  ({ listed, engine }) => {
    test("for random somas", async () => {
      const seen = { ops: new Set<string>(), live: 0 };
      await fc.assert(
        fc.asyncProperty(
          cases,
          async ({ units, recipe, fields, precision, current, inSpikes, records, chunks, seed }) => {
            const program = unlessCountless(() =>
              compileComponent(declare(recipe)({ ...fields, units: [units] }).build({}, { dt: 0.1, seed: 5 }), {
                precision,
                inputs: { current, inSpikes },
              }),
            );
            const outcomes = await expectBits(engine(), program, {
              chunks,
              seed,
              scale: 80,
              records: records.map(({ name, units: list }) => ({ name, ...(list && { units: list }) })),
              dues: records.map(({ due }) => due),
            });
            for (const node of program.step.nodes) seen.ops.add(node.op);
            const potential = outcomes.at(-1)!.values.get("soma.potential")![0]!;
            if (Number.isFinite(potential) && potential !== 0) seen.live++;
          },
        ),
        { numRuns: RUNS * listed.share },
      );
      // The property means something only where most operations occur and numbers stay numbers.
      expect(seen.ops.size).toBeGreaterThan(listed.share === 1 ? 40 : 25);
      expect(seen.live).toBeGreaterThan((RUNS * listed.share) / 4);
    });
  },
  { others: true },
);
