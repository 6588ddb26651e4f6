import { type Expr, walk } from "../expr/expr.ts";
import { Structures } from "./same.ts";

/* Quotients that can be 0/0 during a run, as those of Hodgkin–Huxley rates. */

/** Whether an expression changes during a run. */
const moves = (root: Expr): boolean => {
  let found = false;
  walk([root], ({ op, source }) => {
    found ||= op === "symbol" && source !== "field" && source !== "dt";
  });
  return found;
};

const isConstant = (expr: Expr, value: number): boolean => expr.op === "constant" && expr.value === value;

/** The exponent u if the expression is 1 − e^u or e^u − 1. */
const exponentOf = ({ op, args }: Expr): Expr | undefined => {
  const [a, b] = args;
  if (op === "expm1") return a;
  if (op === "neg") return exponentOf(a!);
  if (op === "sub" && isConstant(a!, 1) && b!.op === "exp") return b!.args[0];
  if (op === "sub" && isConstant(b!, 1) && a!.op === "exp") return a!.args[0];
  if (op === "add" && isConstant(a!, -1) && b!.op === "exp") return b!.args[0];
  if (op === "add" && isConstant(b!, -1) && a!.op === "exp") return a!.args[0];
  return undefined;
};

/** The factors of a product, without constants. */
const factorsOf = (expr: Expr): Expr[] => {
  if (expr.op === "constant") return [];
  if (expr.op === "neg") return factorsOf(expr.args[0]!);
  return expr.op === "mul" ? expr.args.flatMap(factorsOf) : [expr];
};

/** A factor up to its sign: a − b and b − a are one. */
const factorKey = (expr: Expr, structures: Structures): string => {
  if (expr.op !== "sub") return `${structures.numberOf(expr)}`;
  return expr.args
    .map((arg) => structures.numberOf(arg))
    .sort((a, b) => a - b)
    .join("-");
};

/** When a divisor can be 0 during a run, and what to do; undefined if no such case is known. */
export const vanishing = (over: Expr, under: Expr): string | undefined => {
  if (!moves(under)) return undefined;
  if (factorsOf(under).some((factor) => exponentOf(factor) && moves(exponentOf(factor)!))) {
    return "where its exponent is 0, so the quotient can be 0/0. For a rate a*x/(1 - exp(-x/k)), write linoid(a, x, k); otherwise use exprel(x), which is (exp(x) - 1)/x.";
  }
  const structures = new Structures();
  const keyOf = (factor: Expr): string => factorKey(factor, structures);
  const above = new Set(factorsOf(over).filter(moves).map(keyOf));
  const shared = factorsOf(under).some((factor) => factor.op !== "exp" && above.has(keyOf(factor)));
  return shared ? "at the same time as the dividend, so the quotient can be 0/0. Cancel the common factor." : undefined;
};
