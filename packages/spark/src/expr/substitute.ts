import type { Expr } from "./expr.ts";

/** Returns the expressions with some symbols replaced. Parts without these symbols stay the same objects. */
export const substitute = (roots: readonly Expr[], value: (symbol: Expr) => Expr | undefined): Expr[] => {
  const done = new Map<Expr, Expr>();
  const enter = (expr: Expr): Expr => {
    const known = done.get(expr);
    if (known) return known;
    const args = expr.args.map(enter);
    const changed = args.some((arg, k) => arg !== expr.args[k]);
    const replaced = expr.op === "symbol" ? (value(expr) ?? expr) : changed ? { ...expr, args } : expr;
    done.set(expr, replaced);
    return replaced;
  };
  return roots.map(enter);
};
