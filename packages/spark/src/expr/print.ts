import type { Expr } from "./expr.ts";

/** Placeholder until the printer proper stands here. */
export const printExpr = (expr: Expr): string => expr.op;
