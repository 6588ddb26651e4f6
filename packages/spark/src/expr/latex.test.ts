import { expect, test } from "vitest";
import { constant, dt, type Expr, symbol } from "./expr.ts";
import { latexExpr, unitLatex } from "./latex.ts";
import { signatures } from "./ops.ts";
import * as verbs from "./verbs.ts";

const {
  add,
  and,
  div,
  exp,
  expm1,
  exprel,
  gt,
  le,
  log1p,
  mul,
  neg,
  normalNoise,
  not,
  pow,
  quantity,
  select,
  steps,
  sub,
} = verbs;
const tau = symbol("float", "tau", "field", "ms");
const v = symbol("float", "v", "state", "mV");
const age = symbol("int", "age", "state", "1");
const p = gt(v, 1);

test.each<[string, Expr, string]>([
  ["a decay", neg(expm1(neg(div(dt, tau)))), "1 - e^{-\\frac{\\Delta t}{\\mathrm{tau}}}"],
  ["a product with it", mul(neg(expm1(v)), v), "\\left(1 - e^{\\mathrm{v}}\\right) \\cdot \\mathrm{v}"],
  ["expm1 without a minus", mul(expm1(v), v), "\\left(e^{\\mathrm{v}} - 1\\right) \\cdot \\mathrm{v}"],
  ["an exponential", exp(v), "e^{\\mathrm{v}}"],
  ["a power", pow(v, 3), "\\mathrm{v}^{3}"],
  ["a power of a power", pow(exp(v), -2), "\\left(e^{\\mathrm{v}}\\right)^{-2}"],
  [
    "a power of a sum",
    mul(v, pow(add(v, v), tau)),
    "\\mathrm{v} \\cdot \\left(\\mathrm{v} + \\mathrm{v}\\right)^{\\mathrm{tau}}",
  ],
  ["log1p", log1p(add(v, v)), "\\ln\\left(1 + \\left(\\mathrm{v} + \\mathrm{v}\\right)\\right)"],
  ["exprel", exprel(v), "\\mathrm{exprel}\\left(\\mathrm{v}\\right)"],
  [
    "a fraction needs no parentheses",
    div(add(v, v), sub(v, v)),
    "\\frac{\\mathrm{v} + \\mathrm{v}}{\\mathrm{v} - \\mathrm{v}}",
  ],
  [
    "a choice on its own",
    select(p, v, 0),
    "\\begin{cases} \\mathrm{v} & \\text{if } \\mathrm{v} > 1 \\\\ 0 & \\text{otherwise} \\end{cases}",
  ],
  ["a choice in a sum", add(v, select(p, v, 0)), "\\mathrm{v} + \\left[\\mathrm{v} > 1\\right] \\cdot \\mathrm{v}"],
  [
    "an inverted choice in a sum",
    add(v, select(p, 0, v)),
    "\\mathrm{v} + \\left[\\lnot \\left(\\mathrm{v} > 1\\right)\\right] \\cdot \\mathrm{v}",
  ],
  [
    "both branches",
    mul(v, select(p, v, tau)),
    "\\mathrm{v} \\cdot \\left(\\left[\\mathrm{v} > 1\\right] \\cdot \\mathrm{v} + \\left[\\lnot \\left(\\mathrm{v} > 1\\right)\\right] \\cdot \\mathrm{tau}\\right)",
  ],
  ["logic", and(p, not(le(v, 2))), "\\mathrm{v} > 1 \\land \\lnot \\left(\\mathrm{v} \\le 2\\right)"],
  ["steps", gt(age, steps(tau)), "\\mathrm{age} > \\mathrm{round}\\left(\\frac{\\mathrm{tau}}{\\Delta t}\\right)"],
  ["powers of ten", mul(v, constant("float", -2.5e-7)), "\\mathrm{v} \\cdot \\left(-2.5 \\cdot 10^{-7}\\right)"],
  ["a quantity", gt(v, quantity(30, "mV")), "\\mathrm{v} > 30\\,\\mathrm{mV}"],
  ["a reciprocal quantity", mul(quantity(0.04, "1/mV"), v), "\\left(0.04/\\mathrm{mV}\\right) \\cdot \\mathrm{v}"],
  ["noise", normalNoise("membrane"), "\\mathcal{N}_{\\mathrm{membrane}}"],
  ["shared noise", normalNoise("network", 0), "\\mathcal{N}_{\\mathrm{network}, 0}"],
])("%s", (_, expr, text) => {
  expect(latexExpr(expr)).toBe(text);
});

test("a named exponential keeps its name", () => {
  const part = expm1(v);
  expect(latexExpr(mul(neg(part), part), { names: new Map<Expr, string>([[part, "a"]]) })).toBe(
    "\\left(-a\\right) \\cdot a",
  );
});

test("units are set upright", () => {
  expect(unitLatex("GΩ·pA")).toBe("\\mathrm{G\\Omega} \\cdot \\mathrm{pA}");
  expect(unitLatex("mV^2/ms")).toBe("\\mathrm{mV}^{2}/\\mathrm{ms}");
});

test("every operation has balanced braces and delimiters, and uses only commands that GitHub accepts", () => {
  const leaf = { float: v, int: age, bool: p };
  for (const [op, { args, result }] of Object.entries(signatures)) {
    const text = latexExpr({ op, dtype: result, args: args.map((dtype) => leaf[dtype]), purpose: "x" } as Expr);
    const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
    expect(count(/\{/g), op).toBe(count(/\}/g));
    expect(count(/\\left/g), op).toBe(count(/\\right/g));
    expect(text, op).not.toContain("operatorname");
    expect(text, op).not.toContain("undefined");
  }
});
