import { expect, test } from "vitest";
import { type Binding, compileComponent } from "../../compile/compile.ts";
import { memoryOf } from "../../program/memory.ts";
import { RefractoryLeakySoma } from "../../somas/leaky.ts";
import { printProgram } from "./print.ts";

const compiled = (units: number, config: object, binding: Binding) =>
  compileComponent(RefractoryLeakySoma({ ...config, units: [units] }).build({}, { dt: 0.1 }), {
    precision: "f32",
    inputs: { current: [binding] },
  });

test("the text of a step reads like the equations", () => {
  const { text } = printProgram(compiled(1000, {}, { kind: "row" }));
  const step = text.slice(text.indexOf("INLINE void step("), text.indexOf("typedef struct { F n2; F n4; } fade_fixed"));
  expect(step).toMatchInlineSnapshot(`
    "INLINE void step(const Context *x, const step_fixed *k, const step_rows *r, State *s, int64_t row, int64_t unit) {
      I n2 = s->b1;
      M n3 = less_int(k->n1, n2);
      F n5 = s->b0;
      F n10 = choose(n3, r->n9, k->n8);
      F n11 = n10 - n5;
      F n12 = k->n6 * n11;
      F n13 = n5 + n12;
      M n15 = and_less(n3, k->n4, n13);
      F n17 = choose(n15, k->n16, n13);
      I n20 = n2 + k->n19;
      I n22 = least_int(n20, k->n21);
      I n23 = choose_int(n15, k->n18, n22);
      s->b0 = n17;
      s->b1 = n23;
      s->b3 = n15;
    }
    "
  `);
});

test("the text depends on the equations alone, so that sizes and parameters share one library", () => {
  const one = printProgram(compiled(1000, {}, { kind: "scalar" }));
  const other = printProgram(compiled(77, { threshold: -41, potentialTau: 13, cooldown: 4 }, { kind: "scalar" }));
  expect(other.text).toBe(one.text);
  expect(other.floats).not.toEqual(one.floats);
  expect(printProgram(compiled(77, { threshold: new Float64Array(77).fill(-41) }, { kind: "scalar" })).text).not.toBe(
    one.text,
  );
});

test("what all units share is computed before the loops over units, and only that", () => {
  const twice = compileComponent(RefractoryLeakySoma({ units: [64] }).build({}, { dt: 0.1 }), {
    precision: "f64",
    inputs: { current: [{ kind: "row" }, { kind: "scalar" }] },
  });
  const { text, slots } = printProgram(twice);
  expect(slots.filter(({ kind }) => kind === "rows")).toEqual([{ kind: "rows", type: "float" }]);
  const step = text.slice(text.indexOf("INLINE void step("), text.indexOf("typedef struct { F n2; F n4; } fade_fixed"));
  expect(step).not.toContain("b2");
  expect(printProgram(compiled(64, {}, { kind: "scalar" })).slots.some(({ kind }) => kind === "rows")).toBe(false);
});

test("a refractory soma with a drive a unit takes 12 bytes per unit in single precision, and 10 million fit into 200 MB", () => {
  const bytes = (units: number): number => memoryOf(compiled(units, {}, { kind: "unit" }), 16);
  const bits = 16 / 8;
  expect((bytes(102_400) - bytes(51_200)) / 51_200 - bits).toBe(12);
  expect((bytes(102_400) / 102_400) * 1e7).toBeLessThan(200e6);
});
