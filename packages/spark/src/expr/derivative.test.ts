import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluateFixed } from "../model/fixed.ts";
import { derivative } from "./derivative.ts";
import { constant, type Float, symbol } from "./expr.ts";
import {
  abs,
  add,
  clip,
  cos,
  div,
  exp,
  expm1,
  exprel,
  floor,
  gt,
  linoid,
  log,
  log1p,
  max,
  min,
  mul,
  neg,
  normalNoise,
  pow,
  select,
  sigmoid,
  sign,
  sin,
  softplus,
  sqrt,
  sub,
  tanh,
  toFloat,
  toInt,
  when,
} from "./verbs.ts";

const x = symbol("float", "x", "state", "1");
const y = symbol("float", "y", "state", "1");

const valueAt = (expr: Float, at: number, other = 0.7): number =>
  evaluateFixed(expr, { x: at, y: other }, { dt: 1 }) as number;

/** Central differences of order 4, for steps that balance truncation and rounding. */
const difference = (expr: Float, at: number): number => {
  const h = 1e-3;
  const f = (k: number): number => valueAt(expr, at + k * h);
  return (f(-2) - 8 * f(-1) + 8 * f(1) - f(2)) / (12 * h);
};

const points = [-2.3, -0.31, 0.42, 1.7, 3.1];

test.each<readonly [string, Float]>([
  ["add and sub", sub(add(x, y), mul(3, x))],
  ["mul", mul(mul(x, x), add(x, y))],
  ["div", div(x, add(2, mul(x, x)))],
  ["neg and abs", neg(abs(mul(2, x)))],
  ["sqrt", sqrt(add(1, mul(x, x)))],
  ["min and max", max(min(mul(x, x), 2), sub(x, 1))],
  ["select", select(gt(x, 1), mul(x, x), neg(x))],
  ["when", when(gt(x, 1), exp(x))],
  ["exp", exp(mul(-2, x))],
  ["expm1", expm1(x)],
  ["log", log(add(1, mul(x, x)))],
  ["log1p", log1p(mul(x, x))],
  ["exprel", exprel(mul(3, x))],
  ["a cube", pow(x, 3)],
  ["a square", pow(x, 2)],
  ["a first power", pow(x, 1)],
  ["a negative power", pow(add(5, x), -2)],
  ["a half power", pow(add(5, x), 1.5)],
  ["a real power", pow(add(5, x), 0.3)],
  ["a power that is an expression", pow(add(5, x), mul(0.2, x))],
  ["tanh", tanh(x)],
  ["sin and cos", mul(sin(x), cos(mul(2, x)))],
  ["sigmoid", sigmoid(x)],
  ["softplus", softplus(x)],
  ["linoid", linoid(0.1, add(x, 0.3), 0.8)],
  ["clip", mul(clip(x, -1, 2), x)],
])("the derivative of %s equals central differences", (_, expr) => {
  const slope = derivative(expr, x);
  for (const at of points) {
    const want = difference(expr, at);
    expect(Math.abs(valueAt(slope, at) - want)).toBeLessThan(1e-8 * Math.max(1, Math.abs(want)));
  }
});

test("the derivative of exprel is accurate at and near 0, and far from it", () => {
  const slope = derivative(exprel(x), x);
  expect(valueAt(slope, 0)).toBe(0.5);
  for (const at of [-0.1001, -0.0999, -1e-5, 1e-9, 0.0999, 0.1001]) {
    const series = Array.from({ length: 12 }, (_, n) => n + 1).reduce(
      ({ sum, factorial }, n) => {
        const next = factorial * (n + 1);
        return { sum: sum + (n * at ** (n - 1)) / next, factorial: next };
      },
      { sum: 0, factorial: 1 },
    ).sum;
    expect(valueAt(slope, at) / series).toBeCloseTo(1, 9);
  }
  expect(valueAt(slope, -1e6)).toBeCloseTo(0, 11);
  expect(valueAt(slope, 1000)).toBe(Number.POSITIVE_INFINITY);
});

/** Smooth expressions without large values. */
const smooth = fc.letrec<{ expr: Float }>((tie) => {
  const part = tie("expr");
  return {
    expr: fc.oneof(
      { maxDepth: 4, depthSize: "medium" },
      fc.constantFrom(x, y, constant("float", 0.5), constant("float", -1.3)),
      fc.tuple(fc.constantFrom(add, sub), part, part).map(([verb, a, b]) => verb(a, b)),
      fc.tuple(part, part).map(([a, b]) => mul(tanh(a), b)),
      fc.tuple(part, part).map(([a, b]) => div(a, add(1, mul(b, b)))),
      fc
        .tuple(
          fc.constantFrom(tanh, sigmoid, softplus, sin, cos, (a: Float) => exprel(tanh(a))),
          part,
        )
        .map(([verb, a]) => verb(a)),
      part.map((a) => pow(tanh(a), 3)),
    ),
  };
}).expr;

test("derivatives of random expressions equal central differences", () => {
  fc.assert(
    fc.property(smooth, fc.double({ min: -2, max: 2, noNaN: true }), (expr, at) => {
      const slope = derivative(expr, x);
      const want = difference(expr, at);
      expect(Math.abs(valueAt(slope, at) - want)).toBeLessThan(1e-6 * Math.max(1, Math.abs(want)));
    }),
    { numRuns: 500 },
  );
});

test("parts that do not depend on the symbol vanish", () => {
  const zero = { op: "constant", value: 0 };
  for (const expr of [y, mul(y, y), floor(x), sign(x), toFloat(toInt(x)), normalNoise("n"), constant("float", 3)]) {
    const slope = derivative(expr, x);
    expect(valueAt(slope, 0.5)).toBe(0);
  }
  expect(derivative(y, x)).toMatchObject(zero);
  expect(derivative(normalNoise("n"), x)).toMatchObject(zero);
});

test("an equation that is linear in its own variable has a short derivative", () => {
  expect(derivative(sub(mul(y, sub(1, x)), x), x)).toEqual(sub(neg(y), constant("float", 1)));
});
