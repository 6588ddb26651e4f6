import type { Expr } from "./expr.ts";

/** Returns a function that gives one object for all equal expressions, with equal parts replaced by one object, too. */
export const sharer = (): ((expr: Expr) => Expr) => {
  const shared = new Map<Expr, Expr>();
  const known = new Map<string, Expr>();
  const numbers = new Map<Expr, number>();
  const enter = (expr: Expr): Expr => {
    const done = shared.get(expr);
    if (done) return done;
    const args = expr.args.map(enter);
    const { op, dtype, value, name, source, unit, purpose } = expr;
    const plain = Object.is(value, -0) ? "-0" : String(value);
    const key = JSON.stringify([op, dtype, plain, name, source, unit, purpose, args.map((arg) => numbers.get(arg))]);
    const one = known.get(key) ?? (args.every((arg, k) => arg === expr.args[k]) ? expr : { ...expr, args });
    known.set(key, one);
    if (!numbers.has(one)) numbers.set(one, numbers.size);
    shared.set(expr, one);
    return one;
  };
  return enter;
};

/**
 * Returns the same expressions with equal parts replaced by one object, so that a repeated sub-expression is computed
 * once. Arguments keep their order: a + b and b + a stay separate.
 */
export const share = (roots: readonly Expr[]): Expr[] => {
  const shared = sharer();
  return roots.map((root) => shared(root));
};
