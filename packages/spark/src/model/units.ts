import { dimensionless, multiply, parseUnit, power, sameUnit, type Unit, unitName } from "../config/unit.ts";
import { UnitError } from "../errors/errors.ts";
import type { Expr } from "../expr/expr.ts";
import type { OpName } from "../expr/ops.ts";
import { printExpr } from "../expr/print.ts";
import type { Declaration } from "./component.ts";

/** Unit of a value, or "any" for zero, which fits every unit. */
type Quantity = Unit | "any";
/** Number of levels of an expression in a message. A complete graph can be exponentially long. */
const SHOWN = 5;
/** How an operation derives its unit from its arguments. */
type Rule = "same" | "compare" | "select" | "product" | "quotient" | "root" | "number";

/** Operations that are not here take numbers without a unit and give one, as their types see to. */
const rules: Readonly<Partial<Record<OpName, Rule>>> = {
  add: "same",
  sub: "same",
  min: "same",
  max: "same",
  abs: "same",
  neg: "same",
  floor: "number",
  nearest: "number",
  mul: "product",
  div: "quotient",
  sqrt: "root",
  select: "select",
  less: "compare",
  lessEqual: "compare",
  equal: "compare",
  toInt: "number",
  exponent: "number",
  mantissa: "number",
  exp: "number",
  expm1: "number",
  log: "number",
  tanh: "number",
  sinTurn: "number",
  cosTurn: "number",
};

/** A result of a step other than the state variables, with its required unit, if any. */
export interface Result {
  readonly expr: Expr;
  readonly unit?: string;
}

/** @throws UnitError if the equations of a model combine units that do not agree; the message names both. */
export const checkUnits = (
  model: Pick<Declaration, "name" | "state" | "next">,
  results: Readonly<Record<string, Result>>,
): void => {
  const units = new Map<Expr, Quantity>();
  const unitOf = (expr: Expr, where: string): Quantity => {
    const known = units.get(expr);
    if (known !== undefined) return known;
    const args = expr.args.map((arg) => unitOf(arg, where));
    const unit = infer(expr, args, where);
    units.set(expr, unit);
    return unit;
  };
  for (const [name, variable] of Object.entries(model.state)) {
    const declared = parseUnit(variable.unit)!;
    const start = unitOf(variable.initial, `${model.name}.${name}`);
    const after = unitOf(model.next[name]!, `${model.name}.${name}`);
    for (const [what, given] of [["starts as", start] as const, ["becomes", after] as const]) {
      if (given !== "any" && !sameUnit(given, declared)) {
        throw new UnitError(
          `${model.name}.${name} is declared in ${unitName(declared)} but ${what} ${unitName(given)}. Change its equation or its unit.`,
        );
      }
    }
  }
  for (const [name, { expr, unit }] of Object.entries(results)) {
    const given = unitOf(expr, `${model.name}.${name}`);
    const asked = unit === undefined ? undefined : parseUnit(unit)!;
    if (asked && given !== "any" && !sameUnit(given, asked)) {
      throw new UnitError(
        `${model.name}.${name} must be in ${unitName(asked)}; received ${unitName(given)}. Change its equation.`,
      );
    }
  }
};

const infer = (expr: Expr, args: readonly Quantity[], where: string): Quantity => {
  if (expr.op === "symbol") return parseUnit(expr.unit!)!;
  if (expr.op === "constant") return constantUnit(expr, where);
  const agree = (a: Quantity, b: Quantity): Quantity => {
    if (a !== "any" && b !== "any" && !sameUnit(a, b)) {
      const remedy =
        sameUnit(a, dimensionless) || sameUnit(b, dimensionless)
          ? ' Give a number its unit with quantity(30, "mV").'
          : "";
      throw new UnitError(
        `${where} combines ${unitName(a)} and ${unitName(b)} in ${printExpr(expr, { depth: SHOWN })}.${remedy || " Convert one of them."}`,
      );
    }
    return a === "any" ? b : a;
  };
  const number = (given: Quantity): void => {
    if (given !== "any" && !sameUnit(given, dimensionless)) {
      throw new UnitError(
        `${where} takes ${expr.op} of ${unitName(given)} in ${printExpr(expr, { depth: SHOWN })}. Divide by a quantity of that unit first.`,
      );
    }
  };
  const known = (quantity: Quantity): Unit => (quantity === "any" ? dimensionless : quantity);
  const [a = "any", b = "any", c = "any"] = args;
  switch (rules[expr.op as OpName]) {
    case "same":
      return expr.args.length === 1 ? a : agree(a, b);
    case "compare":
      agree(a, b);
      return dimensionless;
    case "select":
      return agree(b, c);
    case "product":
      return a === "any" || b === "any" ? "any" : multiply(a, b);
    case "quotient":
      return a === "any" ? "any" : multiply(a, power(known(b), -1));
    case "root":
      return a === "any" ? "any" : power(a, 0.5);
    case "number":
      number(a);
      return dimensionless;
    default:
      return dimensionless;
  }
};

const constantUnit = (expr: Expr, where: string): Quantity => {
  if (expr.unit !== undefined) {
    const unit = parseUnit(expr.unit);
    if (!unit) throw new UnitError(`${where} has a number in the unknown unit "${expr.unit}". Use mV, ms, pA, GΩ, Hz.`);
    return unit;
  }
  return expr.value === 0 ? "any" : dimensionless;
};
