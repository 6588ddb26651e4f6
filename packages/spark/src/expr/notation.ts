import { type Expr, walk } from "./expr.ts";
import type { OpName } from "./ops.ts";

/** Precedence of the forms. An argument gets parentheses if its precedence is lower than its place requires. */
export const level = {
  choice: 0,
  xor: 10,
  or: 20,
  and: 30,
  not: 40,
  comparison: 50,
  sum: 60,
  quantity: 65,
  product: 70,
  power: 80,
  atom: 90,
} as const;

export interface Written {
  readonly text: string;
  readonly level: number;
}

/** Context of a form: the expression, and a printer for parts whose precedence must be at least `least`. */
export interface Place {
  readonly expr: Expr;
  /** True if the expression is the whole right-hand side. */
  readonly alone: boolean;
  readonly print: (part: Expr, least: number) => string;
  /** Prints the k-th argument. */
  readonly arg: (k: number, least: number) => string;
  /** Whether the part prints as a name. */
  readonly named: (part: Expr) => boolean;
}
export type Form = (place: Place) => Written;

/** A notation for expressions: text or LaTeX. */
export interface Notation {
  readonly formOf: (op: OpName) => Form;
  readonly symbol: (name: string) => string;
  readonly constant: (expr: Expr) => Written;
  readonly parentheses: (text: string) => string;
}

/** Printed name of a symbol that no declaration names. */
export const symbolName = (expr: Expr): string =>
  expr.source === "unit" ? "unitIndex" : expr.source === "step" ? "stepIndex" : expr.name!;

/**
 * A left-associative operator. A right operand of the same precedence needs parentheses, because rounding makes a − (b
 * − c) different from a − b + c.
 */
export const infix =
  (sign: string, at: number): Form =>
  ({ arg }) => ({ text: `${arg(0, at)}${sign}${arg(1, at + 1)}`, level: at });

/** A comparison whose sides may be swapped for readability. */
export const comparison =
  (less: string, greater: string): Form =>
  ({ expr, print }) => {
    const [left, right] = inReadingOrder(expr) as [Expr, Expr];
    const sign = left === expr.args[0] ? less : greater;
    return {
      text: `${print(left, level.comparison + 1)}${sign}${print(right, level.comparison + 1)}`,
      level: level.comparison,
    };
  };

/** Rank by how often the value changes: constants, values fixed before a run, state variables, inputs of the step. */
const liveliness = (expr: Expr): number => {
  let rank = 0;
  walk([expr], ({ op, source }) => {
    if (op !== "symbol") return;
    rank = Math.max(rank, source === "field" || source === "dt" ? 1 : source === "state" ? 2 : 3);
  });
  return rank;
};

const ordered: ReadonlySet<string> = new Set(["less", "lessEqual", "intLess", "intLessEqual"]);

/**
 * The arguments in reading order. In a comparison the side that changes more often comes first: "age > k1", not "k1 <
 * age". Between equal sides, a lone symbol comes first.
 */
export const inReadingOrder = (expr: Expr): readonly Expr[] => {
  const [a, b] = expr.args;
  if (!ordered.has(expr.op) || !a || !b) return expr.args;
  const lead = liveliness(b) - liveliness(a) || +(b.op === "symbol") - +(a.op === "symbol");
  return lead > 0 ? [b, a] : expr.args;
};

export interface PrintOptions {
  /** Names to print instead of sub-expressions. The root is always written out. */
  readonly names?: ReadonlyMap<Expr, string>;
}

/** Writes an expression in a notation. */
export const write = (notation: Notation, root: Expr, options: PrintOptions = {}): string => {
  const { names } = options;
  const enter = (expr: Expr, alone: boolean): Written => {
    const name = alone ? undefined : names?.get(expr);
    if (name !== undefined) return { text: name, level: level.atom };
    if (expr.op === "constant") return notation.constant(expr);
    if (expr.op === "symbol") return { text: notation.symbol(symbolName(expr)), level: level.atom };
    const print = (part: Expr, least: number): string => {
      const written = enter(part, false);
      return written.level < least ? notation.parentheses(written.text) : written.text;
    };
    const arg = (k: number, least: number): string => print(expr.args[k]!, least);
    return notation.formOf(expr.op)({ expr, alone, print, arg, named: (part) => names?.has(part) ?? false });
  };
  return enter(root, true).text;
};
