import { constant, type Expr, type Float } from "./expr.ts";
import { draws } from "./ops.ts";
import { abs, add, cosTurn, div, exp, log, lt, mul, neg, pow, select, sinTurn, sub } from "./verbs.ts";

/** A derivative; undefined if it is zero everywhere, so that sums and products with it vanish. */
type Slope = Float | undefined;

const one: Float = constant("float", 1);
const zero: Float = constant("float", 0);
const minusOne: Float = constant("float", -1);

const negative = (a: Slope): Slope => (a === one ? minusOne : a === minusOne ? one : a && neg(a));
const plus = (a: Slope, b: Slope): Slope => (a && b ? add(a, b) : (a ?? b));
const minus = (a: Slope, b: Slope): Slope => (a && b ? sub(a, b) : (a ?? negative(b)));
const times = (a: Slope, factor: Float): Slope =>
  a === one ? factor : a === minusOne ? neg(factor) : a && mul(a, factor);
const over = (a: Slope, divisor: Float): Slope => a && div(a, divisor);

/** Slopes of functions of one argument. The second parameter is the value of the function. */
const slopes: Readonly<Record<string, (a: Float, value: Float) => Float>> = {
  sqrt: (_, value) => div(0.5, value),
  exp: (_, value) => value,
  expm1: (a) => exp(a),
  log: (a) => div(1, a),
  log1p: (a) => div(1, add(1, a)),
  exprel: (a, value) => exprelSlope(a, value),
  tanh: (_, value) => sub(1, mul(value, value)),
  sinTurn: (a) => mul(2 * Math.PI, cosTurn(a)),
  cosTurn: (a) => mul(-2 * Math.PI, sinTurn(a)),
};

/** (1 + (a − 1)·exprel(a))/a. A series near 0, where the quotient loses all digits. */
const exprelSlope = (a: Float, value: Float): Float => {
  const series = [1 / 144, 1 / 30, 1 / 8, 1 / 3, 1 / 2];
  const near = series.reduce<Float | number>((sum, c) => add(mul(sum, a), c), 1 / 840) as Float;
  return select(lt(abs(a), 0.1), near, div(add(1, mul(sub(a, 1), value)), a));
};

/**
 * The derivative of an expression with respect to a symbol. Where the expression jumps or has a kink, it is the
 * derivative of the side that holds. Random draws and integers do not depend on the symbol.
 */
export const derivative = (root: Float, symbol: Float): Float => {
  const known = new Map<Expr, Slope>();
  const slopeOf = (expr: Expr): Slope => {
    if (!known.has(expr)) known.set(expr, infer(expr));
    return known.get(expr);
  };
  const infer = (expr: Expr): Slope => {
    if (expr.op === "symbol") return expr.source === symbol.source && expr.name === symbol.name ? one : undefined;
    if (expr.dtype !== "float" || draws.has(expr.op)) return undefined;
    const [a, b, c] = expr.args as readonly [Float, Float, Float];
    const slope = (arg: Float | undefined): Slope => (arg?.dtype === "float" ? slopeOf(arg) : undefined);
    const [da, db] = [slope(a), slope(b)];
    switch (expr.op) {
      case "add":
        return plus(da, db);
      case "sub":
        return minus(da, db);
      case "neg":
        return negative(da);
      case "mul":
        return plus(times(da, b), times(db, a));
      case "div":
        return over(minus(da, times(db, expr as Float)), b);
      case "min":
        return chosen(lt(b, a), db, da);
      case "max":
        return chosen(lt(a, b), db, da);
      case "abs":
        return da && select(lt(a, 0), negative(da)!, da);
      case "select":
        return chosen(expr.args[0] as Expr<"bool">, slope(b), slope(c));
      case "pow":
        return plus(times(da, powerSlope(a, b)), times(db, mul(expr as Float, log(a))));
      default: {
        const inner = slopes[expr.op];
        return da && inner && times(da, inner(a, expr as Float));
      }
    }
  };
  return slopeOf(root) ?? zero;
};

const chosen = (condition: Expr<"bool">, yes: Slope, no: Slope): Slope =>
  yes || no ? select(condition, yes ?? zero, no ?? zero) : undefined;

/** b·a^(b − 1). A power that is a number stays one, so that it remains a product. */
const powerSlope = (a: Float, b: Float): Float => {
  if (b.op !== "constant") return mul(b, pow(a, sub(b, 1)));
  if (b.value === 2) return mul(2, a);
  return b.value === 1 ? one : mul(b, pow(a, b.value! - 1));
};
