import type { Expr } from "../expr/expr.ts";
import { printExpr } from "../expr/print.ts";

/** An expression of parameters in a sentence. */
export const printedName = (expr: Expr): string => printExpr(expr);
