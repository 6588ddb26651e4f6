import fc from "fast-check";
import { expect, test } from "vitest";
import { meaning } from "./evaluate.ts";
import { constant, dt, type Expr, symbol } from "./expr.ts";
import { printExpr } from "./print.ts";
import { evaluateExpr, floats, randomBool, randomFloat } from "./random-expr.test-support.ts";
import * as verbs from "./verbs.ts";

const {
  add,
  and,
  div,
  expm1,
  exprel,
  ge,
  gt,
  le,
  lt,
  mul,
  neg,
  normalNoise,
  not,
  or,
  pow,
  quantity,
  select,
  since,
  steps,
  sub,
  xor,
} = verbs;
const tau = symbol("float", "tau", "field", "ms");
const v = symbol("float", "v", "state", "mV");
const w = symbol("float", "w", "state", "mV");
const current = symbol("float", "current", "input", "pA");
const age = symbol("int", "age", "state", "1");
const p = gt(v, 1);
const q = gt(w, 1);
const r = lt(v, w);

test.each<[string, Expr, string]>([
  ["powers", mul(pow(v, 3), w), "v^3·w"],
  ["a power of a product", pow(mul(v, w), -2), "(v·w)^(−2)"],
  ["a product of powers", neg(pow(v, w)), "−v^w"],
  ["a power of a power", pow(pow(v, 2), 2), "(v^2)^2"],
  ["exprel", exprel(v), "exprel(v)"],
  ["sums keep their order", add(v, add(w, v)), "v + (w + v)"],
  ["differences associate to the left", sub(sub(v, w), v), "v − w − v"],
  ["a difference on the right keeps its parentheses", sub(v, sub(w, v)), "v − (w − v)"],
  ["products bind tighter than sums", mul(add(v, w), mul(v, w)), "(v + w)·(v·w)"],
  ["quotients associate to the left", div(mul(v, w), div(v, w)), "v·w/(v/w)"],
  ["minus precedes a product without parentheses", neg(expm1(neg(div(dt, tau)))), "−expm1(−dt/tau)"],
  ["minus within a product has parentheses", mul(v, neg(w)), "v·(−w)"],
  ["minus at the start of a sum has no parentheses", add(neg(v), w), "−v + w"],
  ["minus before a sum has parentheses", neg(add(v, w)), "−(v + w)"],
  ["a negative number is a number with a minus", add(mul(v, -2), -3), "v·(−2) + (−3)"],
  ["a quantity keeps its unit", gt(v, quantity(30, "mV")), "v > 30 mV"],
  ["a quantity in a product has parentheses", mul(quantity(0.04, "1/mV"), v), "(0.04/mV)·v"],
  ["a negative quantity on the right has parentheses", sub(v, quantity(-50, "mV")), "v − (−50 mV)"],
  ["a fixed left side moves to the right", gt(age, steps(tau)), "age > round(tau/dt)"],
  ["a fixed left side of ≥ moves to the right", ge(age, steps(tau)), "age ≥ round(tau/dt)"],
  ["a changing left side stays on the left", lt(v, tau), "v < tau"],
  ["an input comes before a state variable", gt(add(v, current), w), "v + current > w"],
  ["a lone symbol comes first between equal sides", le(add(v, w), w), "w ≥ v + w"],
  ["a choice", select(p, v, w), "v > 1 ? v : w"],
  [
    "a choice within a branch of a choice",
    select(p, select(q, v, w), select(r, v, w)),
    "v > 1 ? (w > 1 ? v : w) : v < w ? v : w",
  ],
  ["a choice in a sum", add(v, select(p, v, 0)), "v + (v > 1 ? v : 0)"],
  ["and binds tighter than or", or(and(p, q), r), "v > 1 and w > 1 or v < w"],
  ["or within and has parentheses", and(or(p, q), r), "(v > 1 or w > 1) and v < w"],
  ["not takes an atom", and(not(p), q), "not (v > 1) and w > 1"],
  ["xor combined with another operator always has parentheses", xor(and(p, q), r), "(v > 1 and w > 1) xor v < w"],
  ["counters", since(p, age, steps(tau)), "v > 1 ? 0 : min(age + 1, round(tau/dt))"],
  ["a truncated number", verbs.toInt(v), "toInt(v)"],
  ["an integer as a float", verbs.toFloat(age), "toFloat(age)"],
  ["noise with its purpose", mul(v, normalNoise("membrane")), 'v·normalNoise("membrane")'],
  ["noise that all units share", normalNoise("network", 0), 'normalNoise("network", 0)'],
  ["unit and step index by their public names", add(verbs.unitIndex, verbs.stepIndex), "unitIndex + stepIndex"],
  ["truth", constant("bool", 1), "true"],
  ["infinity", constant("float", Number.NEGATIVE_INFINITY), "−∞"],
])("%s", (_, expr, text) => {
  expect(printExpr(expr)).toBe(text);
});

test("names replace parts, and the root is written out", () => {
  const part = add(v, w);
  const names = new Map<Expr, string>([[part, "a"]]);
  expect(printExpr(mul(part, part), { names })).toBe("a·a");
  expect(printExpr(part, { names })).toBe("v + w");
});

/** The text as JavaScript, which has the same precedence. */
const run = (text: string, symbols: Readonly<Record<string, number>>): unknown => {
  const script = text
    .replaceAll("−", "-")
    .replaceAll("·", "*")
    .replaceAll("≤", "<=")
    .replaceAll("≥", ">=")
    .replaceAll(" and ", " && ")
    .replaceAll(" or ", " || ")
    .replaceAll(" xor ", " ^ ")
    .replaceAll("not ", "!");
  const bound = { ...symbols, ...meaning, round: meaning.nearest };
  return new Function(...Object.keys(bound), `return ${script}`)(...Object.values(bound));
};
const values = fc.record(
  Object.fromEntries(floats.map(({ name }) => [name!, fc.double({ noNaN: true, min: -1e6, max: 1e6 })])),
);

test("the printed text computes the same values as the graph", () => {
  fc.assert(
    fc.property(fc.oneof(randomFloat, randomBool), values, (expr, symbols) => {
      const direct = evaluateExpr(expr, symbols);
      expect(Number(run(printExpr(expr), symbols))).toBe(direct);
    }),
    { numRuns: 2000 },
  );
});

test("a printed sum of products has no redundant parentheses", () => {
  expect(printExpr(add(v, mul(tau, sub(mul(w, select(p, current, 0)), v))))).toBe(
    "v + tau·(w·(v > 1 ? current : 0) − v)",
  );
});
