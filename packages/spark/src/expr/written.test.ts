import fc from "fast-check";
import { expect, test } from "vitest";
import { dt, type Expr, symbol } from "./expr.ts";
import { floats, randomBool, randomFloat } from "./random-expr.test-support.ts";
import * as verbs from "./verbs.ts";
import { codeText } from "./written.ts";

const { add, and, decay, exp, ge, gt, lt, meanDecay, mul, neg, quantity, relax, select, since, steps, when } = verbs;
const tau = symbol("float", "tau", "field", "ms");
const v = symbol("float", "v", "state", "mV");
const age = symbol("int", "age", "state", "1");

test.each<[string, Expr]>([
  ["add(v, tau)", add(v, tau)],
  ["gt(v, 30)", gt(v, 30)],
  ["ge(age, steps(tau))", ge(age, steps(tau))],
  ["lt(30, v)", lt(30, v)],
  ['mul(quantity(-0.062, "1/mV"), v)', mul(quantity(-0.062, "1/mV"), v)],
  ["relax(v, 0, tau)", relax(v, 0, tau)],
  ["when(gt(v, 1), decay(v, tau))", when(gt(v, 1), decay(v, tau))],
  ["meanDecay(v, tau)", meanDecay(v, tau)],
  ["since(gt(v, 0), age, add(steps(tau), 1))", since(gt(v, 0), age, add(steps(tau), 1))],
  ["select(and(gt(v, 0), lt(age, 3)), age, 5)", select(and(gt(v, 0), lt(age, 3)), age, 5)],
  ['mul(v, normalNoise("membrane"))', mul(v, verbs.normalNoise("membrane"))],
  ['uniformNoise("shared", 0)', verbs.uniformNoise("shared", 0)],
  ['lt(pairedBits("spikes"), 7)', lt(verbs.pairedBits("spikes"), 7)],
  ["add(unitIndex, stepIndex)", add(verbs.unitIndex, verbs.stepIndex)],
  ["exp(neg(div(dt, tau)))", exp(neg(verbs.div(dt, tau)))],
])("the code of %s is the call that its author wrote", (text, expr) => {
  expect(codeText(expr)).toBe(text);
});

test("the code gives the same graph again", () => {
  const scope: Record<string, unknown> = { ...verbs, ...Object.fromEntries(floats.map((one) => [one.name!, one])) };
  fc.assert(
    fc.property(fc.oneof(randomFloat.map(neg), randomBool), (expr) => {
      const code = codeText(expr, Number.POSITIVE_INFINITY, 100);
      expect(new Function(...Object.keys(scope), `return ${code}`)(...Object.values(scope))).toEqual(expr);
    }),
  );
});

test("the code of a long expression ends in ellipses and stays short, also if the graph is exponentially large", () => {
  let doubling = v;
  for (let k = 0; k < 100; k++) doubling = add(doubling, doubling);
  expect(codeText(doubling)).toBe("add(add(add(…, …), add(…, …)), add(add(…, …), add(…, …)))");
  expect(codeText(doubling, 20)).toBe("add(…, …)");
});

test("a wrong argument is named in the call that the author wrote", () => {
  const missing = undefined as never;
  const bool = gt(v, 1) as never;
  expect(() => gt(missing, v)).toThrow("gt takes (float, float); argument 1 is undefined: check its name.");
  expect(() => gt(v, bool)).toThrow("gt takes (float, float); argument 2 is a bool expression.");
  expect(() => relax(v, 0, missing)).toThrow("relax takes (float, float, float); argument 3 is undefined");
  expect(() => relax(v, 0, 20 as never)).toThrow("relax takes (float, float, float); argument 3 is the number 20.");
  expect(() => decay(missing, tau)).toThrow("decay takes (float, float); argument 1 is undefined");
  expect(() => steps(missing)).toThrow("steps takes (float); argument 1 is undefined");
  expect(() => verbs.normalNoise("x", v as never)).toThrow("normalNoise takes (int, int); argument 1 is a float");
  expect(() => quantity("30" as never, "mV")).toThrow(
    "quantity takes a number and a unit; argument 1 is the string 30.",
  );
  expect(() => quantity(v as never, "mV")).toThrow("argument 1 is a float expression.");
});
