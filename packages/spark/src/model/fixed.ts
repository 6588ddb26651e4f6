import { Place } from "../config/place.ts";
import { ConfigError, ModelError } from "../errors/errors.ts";
import { meaning } from "../expr/evaluate.ts";
import type { Expr } from "../expr/expr.ts";
import type { CompositeName, PrimitiveName } from "../expr/ops.ts";
import { codeText } from "../expr/written.ts";
import { doubles } from "../math/doubles.ts";
import { cosTurn, exp, expm1, exprel, log, log1p, pow, sinTurn, tanh } from "../math/elementary.ts";

export const functions: Partial<Record<CompositeName, (x: number, y: number) => number>> = {
  exp: (x) => exp(doubles, x),
  expm1: (x) => expm1(doubles, x),
  log: (x) => log(doubles, x),
  log1p: (x) => log1p(doubles, x),
  exprel: (x) => exprel(doubles, x),
  pow: (x, power) => pow(doubles, x, power, power),
  tanh: (x) => tanh(doubles, x),
  sinTurn: (x) => sinTurn(doubles, x),
  cosTurn: (x) => cosTurn(doubles, x),
};

/** The step, and where messages say that the fields are. */
export interface FixedContext {
  /** ms */
  readonly dt: number;
  readonly place?: Place | undefined;
}

/**
 * Evaluates an expression of fields and dt in double precision. Returns a number if every field in it is one number,
 * otherwise one value per unit.
 */
export const evaluateFixed = (
  root: Expr,
  fields: Readonly<Record<string, number | Float64Array>>,
  context: FixedContext,
  memo: Map<Expr, number | Float64Array> = new Map(),
): number | Float64Array => {
  const known = memo.get(root);
  if (known !== undefined) return known;
  const value = compute(root, fields, context, memo);
  memo.set(root, value);
  return value;
};

const compute = (
  expr: Expr,
  fields: Readonly<Record<string, number | Float64Array>>,
  context: FixedContext,
  memo: Map<Expr, number | Float64Array>,
): number | Float64Array => {
  if (expr.op === "constant") return expr.value!;
  if (expr.op === "symbol") {
    const value = expr.source === "dt" ? context.dt : fields[expr.name!];
    if (value === undefined) throw new ModelError(`${expr.name} is known only during a run. Use fields and dt here.`);
    return value;
  }
  const args = expr.args.map((arg) => evaluateFixed(arg, fields, context, memo));
  if (expr.op === "toInt") checkCount(expr, args[0]!, context);
  const apply = (functions[expr.op as CompositeName] ?? meaning[expr.op as PrimitiveName]) as
    | ((...values: number[]) => number)
    | undefined;
  if (!apply)
    throw new ModelError(`${expr.op} draws a new number in every step. Use an initializer for values drawn once.`);
  const array = args.find((arg) => typeof arg !== "number");
  if (!array) return apply(...(args as number[]));
  const [a = 0, b = 0, c = 0] = args;
  const values = new Float64Array(array.length);
  for (let k = 0; k < values.length; k++) values[k] = apply(at(a, k), at(b, k), at(c, k));
  return values;
};

const at = (value: number | Float64Array, k: number): number => (typeof value === "number" ? value : value[k]!);

/** Counts have 32 bits. One value stays free so that a count can still grow by one. */
const checkCount = (
  expr: Expr,
  value: number | Float64Array,
  { place = new Place(["fields"]) }: FixedContext,
): void => {
  const bad = (typeof value === "number" ? [value] : value).find((count) => !(Math.abs(count) < 2147483647));
  if (bad === undefined) return;
  const wanted = "which must be below 2147483647 steps";
  throw new ConfigError(
    place.issue(`gives ${codeText(expr)}, ${wanted}; received ${bad}. Give a shorter time or a longer dt.`),
  );
};
