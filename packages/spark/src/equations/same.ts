import type { Expr } from "../expr/expr.ts";

/* Comparison of expressions by structure. */

/** Numbers equal expressions alike. */
export class Structures {
  readonly #numbers = new Map<Expr, number>();
  readonly #known = new Map<string, number>();

  /** The number of an expression: equal for expressions with the same operations, symbols and values. */
  numberOf(expr: Expr): number {
    const done = this.#numbers.get(expr);
    if (done !== undefined) return done;
    const { op, dtype, value, name, source, unit, purpose } = expr;
    const plain = Object.is(value, -0) ? "-0" : String(value);
    const args = expr.args.map((arg) => this.numberOf(arg));
    const key = JSON.stringify([op, dtype, plain, name, source, unit, purpose, args]);
    const number = this.#known.get(key) ?? this.#known.size;
    this.#known.set(key, number);
    this.#numbers.set(expr, number);
    return number;
  }
}

/** Whether two expressions have the same operations, symbols and values. */
export const sameExpr = (a: Expr, b: Expr): boolean => {
  const structures = new Structures();
  return structures.numberOf(a) === structures.numberOf(b);
};
