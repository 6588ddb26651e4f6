import { afterName } from "../expr/after.ts";
import { derivative } from "../expr/derivative.ts";
import { dt, type Expr, type Float, isFixed } from "../expr/expr.ts";
import { substitute } from "../expr/substitute.ts";
import { add, div, exprel, mul } from "../expr/verbs.ts";
import { checkExact, coupledGroups, matrixExprel, matrixOf } from "./linear.ts";
import type { Differential, IntegrationMethod } from "./methods.ts";

/*
 * Methods of integration, written as equations. Within a sub-step every variable advances from the values at its start.
 * The variables of one method move as one system. A method sees variables of other methods at their values from the
 * start of the sub-step.
 */

/** Values of variables, by name. */
export type Values = Readonly<Record<string, Float>>;
type System = Pick<Differential, "equations" | "methods" | "substeps">;

/** What `step` returned, with the integrated values in place of their symbols. */
export const solved = (
  name: string,
  differential: Differential,
  scope: Readonly<Record<string, Expr>>,
): Readonly<Record<string, Expr>> => {
  const { equations, step } = differential;
  const symbols = Object.fromEntries(Object.keys(equations).map((key) => [key, scope[key] as Float]));
  checkExact(name, differential, symbols);
  const values = integrated(differential, symbols);
  const byName = new Map(Object.keys(equations).map((key) => [afterName(key), values[key]!]));
  const replaced = substitute(Object.values(step), ({ source, name }) =>
    source === "state" ? byName.get(name!) : undefined,
  );
  return Object.fromEntries(Object.keys(step).map((key, k) => [key, replaced[k]!]));
};

/** Values of all integrated variables after one step, from the symbols of the state variables. */
export const integrated = (system: System, symbols: Values): Values => {
  const once = substep(system, symbols);
  let values = once;
  for (let n = 1; n < system.substeps; n++) values = placed(once, symbols, values);
  return values;
};

/** Values of all integrated variables after one sub-step, from the symbols of the state variables. */
export const substep = ({ equations, methods, substeps }: System, symbols: Values): Values => {
  const h = substeps === 1 ? dt : div(dt, substeps);
  const values: Record<string, Float> = {};
  for (const [method, solve] of Object.entries(solvers)) {
    const keys = Object.keys(equations).filter((key) => methods[key] === method);
    if (keys.length === 0) continue;
    Object.assign(values, solve(picked(equations, keys), picked(symbols, keys), h));
  }
  return Object.fromEntries(Object.keys(equations).map((key) => [key, values[key]!]));
};

/** Values after h of a system, from the symbols of its variables. */
type Solver = (equations: Values, x: Values, h: Float) => Values;

const euler: Solver = (f, x, h) => moved(x, increments(f, h));

/** x + h·f·exprel(h·J) with the derivative J of f. Hochbruck and Ostermann 2010, Acta Numerica 19, 209. */
const exponentialEuler: Solver = (f, x, h) =>
  each(x, (key, symbol) => {
    const slope = derivative(f[key]!, symbol);
    const still = slope.op === "constant" && slope.value === 0;
    return add(symbol, scaled(still ? h : mul(h, exprel(scaled(h, slope))), f[key]!));
  });

const heun: Solver = (f, x, h) => {
  const first = increments(f, h);
  const second = increments(placed(f, x, moved(x, first)), h);
  return moved(
    x,
    each(first, (key, step) => mul(0.5, add(step, second[key]!))),
  );
};

/** The classical method of order 4. Kutta 1901, Z. Math. Phys. 46, 435. */
const rk4: Solver = (f, x, h) => {
  const first = increments(f, h);
  const second = increments(placed(f, x, moved(x, half(first))), h);
  const third = increments(placed(f, x, moved(x, half(second))), h);
  const fourth = increments(placed(f, x, moved(x, third)), h);
  return moved(
    x,
    each(first, (key, step) => mul(1 / 6, add(add(step, mul(2, add(second[key]!, third[key]!))), fourth[key]!))),
  );
};

/** x + h·φ(h·A)·f for a linear system with the matrix A; the exponential Euler method for a single equation. */
const exact: Solver = (f, x, h) =>
  Object.assign(
    {},
    ...coupledGroups(Object.keys(f), f, x).map((keys) => {
      const [slopes, symbols] = [picked(f, keys), picked(x, keys)];
      if (keys.length === 1) return exponentialEuler(slopes, symbols, h);
      const matrix = matrixExprel(matrixOf(keys, f, x, h));
      const steps = keys.map((key, i) => [
        key,
        keys
          .flatMap((by, j) => {
            const entry = matrix[i]![j];
            return entry ? [scaled(mul(h, entry), f[by]!)] : [];
          })
          .reduce((a, b) => add(a, b)),
      ]);
      return moved(symbols, Object.fromEntries(steps));
    }),
  );

const picked = (values: Values, keys: readonly string[]): Values =>
  Object.fromEntries(keys.map((key) => [key, values[key]!]));

const solvers: Readonly<Record<IntegrationMethod, Solver>> = {
  exact,
  exponentialEuler,
  euler,
  heun,
  rk4,
};

const each = (values: Values, f: (key: string, value: Float) => Float): Values =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, f(key, value)]));

/** h times each right-hand side. */
const increments = (f: Values, h: Float): Values => each(f, (_, slope) => scaled(h, slope));

const half = (steps: Values): Values => each(steps, (_, step) => mul(0.5, step));

const moved = (x: Values, steps: Values): Values => each(x, (key, symbol) => add(symbol, steps[key]!));

/** Expressions with other values in place of symbols. */
const placed = (exprs: Values, symbols: Values, values: Values): Values => {
  const keys = Object.keys(exprs);
  const named = new Map(Object.keys(symbols).map((key) => [symbols[key]!.name, values[key]!]));
  const replaced = substitute(Object.values(exprs), ({ source, name }) =>
    source === "state" ? named.get(name) : undefined,
  );
  return Object.fromEntries(keys.map((key, k) => [key, replaced[k] as Float]));
};

/**
 * factor·value. A fixed factor joins a fixed divisor or factor of the value, so that their quotient or product is
 * computed once, before the run.
 */
const scaled = (factor: Float, value: Float): Float => {
  const [a, b] = value.args as readonly [Float, Float];
  if (isFixed(factor)) {
    if (value.op === "div" && isFixed(b)) return mul(div(factor, b), a);
    if (value.op === "mul" && isFixed(a)) return mul(mul(factor, a), b);
    if (value.op === "mul" && isFixed(b)) return mul(mul(factor, b), a);
  }
  return mul(factor, value);
};
