import type { Expr } from "./expr.ts";
import { symbolName } from "./notation.ts";

/** A call as the author of the equations wrote it. */
export interface Call {
  readonly verb: string;
  readonly args: readonly Expr[];
}

/** Calls of functions whose expressions look different. They are kept apart, so that equal equations stay equal. */
const calls = new WeakMap<Expr, Call>();

/** Remembers which call gave an expression. */
export const written = <E extends Expr>(verb: string, args: readonly Expr[], expr: E): E => {
  calls.set(expr, { verb, args });
  return expr;
};

/** Operations whose functions have other names. */
const verbs: Readonly<Record<string, string>> = {
  less: "lt",
  lessEqual: "le",
  equal: "eq",
  normal: "normalNoise",
  uniform: "uniformNoise",
  bits: "randomBits",
};

export const callOf = (expr: Expr): Call => {
  const known = calls.get(expr);
  if (known) return known;
  // Functions for floats and ints have one name.
  const op = expr.op.replace(/^int(?=[A-Z])(.)/, (_, first: string) => first.toLowerCase());
  return { verb: verbs[op] ?? op, args: expr.args };
};

/** Number of characters of an expression in a message. */
const SHOWN = 80;

/**
 * The code that gives an expression, such as "add(potential, current)". An ellipsis replaces the innermost calls of a
 * long expression: a complete graph can be exponentially long.
 */
export const codeText = (expr: Expr, shown = SHOWN, depth = 6): string => {
  const text = print(expr, depth);
  return text.length <= shown || depth === 1 ? text : codeText(expr, shown, depth - 1);
};

const print = (expr: Expr, depth: number): string => {
  const { op, dtype, value, unit, purpose } = expr;
  if (op === "constant") {
    if (dtype === "bool") return `${value === 1}`;
    return unit === undefined ? `${value}` : `quantity(${value}, "${unit}")`;
  }
  if (op === "symbol") return symbolName(expr);
  if (depth === 0) return "…";
  const { verb, args } = callOf(expr);
  const texts = args
    // Noise counts the step by itself, and the units unless told otherwise.
    .filter(({ source }) => purpose === undefined || (source !== "step" && source !== "unit"))
    .map((arg) => print(arg, depth - 1));
  if (purpose !== undefined) texts.unshift(`"${purpose}"`);
  return `${verb}(${texts.join(", ")})`;
};
