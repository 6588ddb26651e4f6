import { dimensionless, parseUnit } from "../config/unit.ts";
import { constant, type Expr, type Float, symbol } from "../expr/expr.ts";
import type { StateVariable } from "../model/component.ts";
import type { Value } from "./lower.ts";
import type { Span } from "./problems.ts";
import type { Definition } from "./syntax.ts";

/* State variables of a text: their symbols, their start values, and where their leak pulls them. */

/** A state variable of a text. */
export interface Variable {
  /** False after a problem with its unit, so that no further problems follow from it. */
  readonly isSound: boolean;
  /** Name in the text, and the name that the library uses for it. */
  readonly name: string;
  readonly key: string;
  readonly dtype: "float" | "int";
  readonly unit: string;
  /** The derivative, and the value after the step, where the text gives them. */
  readonly differential?: Definition;
  readonly next?: Definition;
  readonly place: Span;
  readonly comment?: string;
}

/** Texts for parameters and variables without a comment. */
export const ownText = (name: string): string => `${name} of the equations.`;

/** Where the leak of a variable pulls it: the value X of a term (X − v) that is multiplied by fixed values only. */
export const restOf = (derivative: Expr, variable: Expr): Expr[] => {
  const isFixed = (expr: Expr): boolean =>
    expr.op === "symbol" ? expr.source === "field" || expr.source === "dt" : expr.args.every(isFixed);
  const enter = (expr: Expr): Expr[] => {
    const [a, b] = expr.args;
    switch (expr.op) {
      case "sub":
        if (isSame(b!, variable) && isFixed(a!)) return [a!];
        if (isSame(a!, variable) && isFixed(b!)) return [b!];
        return [...enter(a!), ...enter(b!)];
      case "add":
        return [...enter(a!), ...enter(b!)];
      case "neg":
        return enter(a!);
      case "mul":
        return isFixed(a!) ? enter(b!) : isFixed(b!) ? enter(a!) : [];
      case "div":
        return isFixed(b!) ? enter(a!) : [];
      default:
        return [];
    }
  };
  return enter(derivative);
};

const isSame = (a: Expr, b: Expr): boolean => a.op === "symbol" && a.name === b.name && a.source === b.source;

/** The symbol of a variable: its value before the step. */
export const variableValue = ({ key, dtype, unit }: Variable): Value => ({
  expr: symbol(dtype, key, "state", unit),
  unit: dtype === "int" ? dimensionless : parseUnit(unit)!,
  spelled: unit,
});

/** The declared start value of a variable. */
export const startState = (
  { dtype, unit, name, key, comment }: Variable,
  initial: Expr,
  more: { readonly from?: Float | undefined; readonly reason?: string },
): StateVariable => ({
  dtype,
  initial,
  unit,
  description: [
    comment ?? (key === "potential" ? "Membrane potential." : ownText(name)),
    ...(more.reason === undefined ? [] : [more.reason]),
  ].join(" "),
  ...(more.from && { from: more.from }),
});

export const zeroOf = ({ dtype, unit }: Variable): Expr =>
  dtype === "int" ? constant("int", 0) : constant("float", 0, unit);
