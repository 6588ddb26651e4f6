import { ModelError } from "../errors/errors.ts";
import { derivative } from "../expr/derivative.ts";
import { constant, type Expr, type Float, isFixed } from "../expr/expr.ts";
import { add, mul } from "../expr/verbs.ts";
import { codeText } from "../expr/written.ts";
import type { Differential } from "./methods.ts";

/* Exact solutions of linear equations whose coefficients are constant within a step. */

type Values = Readonly<Record<string, Float>>;
type System = Pick<Differential, "equations" | "methods">;

/** A float expression; undefined if it is zero. */
type Entry = Float | undefined;
export type Matrix = readonly (readonly Entry[])[];

/** The first part of an expression that is not linear in the variables; undefined if the expression is linear. */
export const nonlinearPart = (root: Expr, isVariable: (symbol: Expr) => boolean): Expr | undefined => {
  const moving = new Map<Expr, boolean>();
  let found: Expr | undefined;
  /** Whether a linear part depends on the variables. */
  const enter = (expr: Expr): boolean => {
    const known = moving.get(expr);
    if (known !== undefined) return known;
    const own = expr.args.map(enter);
    const depends = expr.op === "symbol" ? isVariable(expr) : own.some(Boolean);
    if (depends && expr.op !== "symbol" && !isLinear(expr, own)) found ??= expr;
    moving.set(expr, depends);
    return depends;
  };
  enter(root);
  return found;
};

/** Whether an operation on linear parts is linear. `moving` tells which arguments depend on the variables. */
const isLinear = ({ op }: Expr, [a, b]: readonly boolean[]): boolean => {
  if (op === "add" || op === "sub" || op === "neg") return true;
  if (op === "mul") return !(a && b);
  if (op === "div") return !b;
  return op === "select" && !a;
};

/** Most coupled variables. The entries of their matrix function are written out as equations of fields. */
const MOST_COUPLED = 6;

/** @throws ModelError that names each equation with the method "exact" that has no exact solution, and the reason */
export const checkExact = (name: string, { equations, methods }: System, symbols: Values): void => {
  const names = new Map(Object.entries(symbols).map(([key, { name: own }]) => [own, key]));
  const variable = ({ op, source, name: own }: Expr): boolean =>
    op === "symbol" && source === "state" && names.has(own);
  const keys = Object.keys(equations).filter((key) => methods[key] === "exact");
  const wrong = keys.flatMap((key): string[] => {
    const refused = (reason: string): string[] => [
      `${name}.differential.${key} cannot be solved exactly: ${reason} Or use the method "exponentialEuler" or "rk4".`,
    ];
    const part = nonlinearPart(equations[key]!, variable);
    if (part) return refused(`${codeText(part)} is not linear in the variables. Make it linear.`);
    const other = Object.keys(equations).find(
      (one) => methods[one] !== "exact" && isMoving(equations[key]!, symbols[one]!),
    );
    if (other === undefined) return [];
    return refused(
      `it depends on ${other}, which has the method "${methods[other]}". Give ${other} the method "exact".`,
    );
  });
  if (wrong.length > 0) throw new ModelError(wrong.join("\n"));
  for (const group of coupledGroups(keys, equations, symbols)) checkCoupled(name, group, equations, symbols);
};

const checkCoupled = (name: string, group: readonly string[], equations: Values, symbols: Values): void => {
  if (group.length === 1) return;
  const list = `${name}.differential: ${group.join(", ")} are coupled and`;
  const remedy = 'Use the method "exponentialEuler" or "rk4" for one of them.';
  if (group.length > MOST_COUPLED) {
    throw new ModelError(`${list} cannot be solved exactly, because they are more than ${MOST_COUPLED}. ${remedy}`);
  }
  for (const key of group) {
    for (const by of group) {
      const coefficient = derivative(equations[key]!, symbols[by]!);
      if (isFixed(coefficient)) continue;
      throw new ModelError(
        `${list} cannot be solved exactly, because the coefficient of ${by} in the equation of ${key} changes during a run: ${codeText(coefficient)}. ${remedy}`,
      );
    }
  }
};

const isZero = ({ op, value }: Expr): boolean => op === "constant" && value === 0;
const isMoving = (expr: Float, symbol: Float): boolean => !isZero(derivative(expr, symbol));

/** Variables in groups that do not depend on each other. */
export const coupledGroups = (keys: readonly string[], equations: Values, symbols: Values): string[][] => {
  const groups: string[][] = [];
  for (const key of keys) {
    const tied = groups.filter((group) =>
      group.some((one) => isMoving(equations[key]!, symbols[one]!) || isMoving(equations[one]!, symbols[key]!)),
    );
    for (const group of tied) groups.splice(groups.indexOf(group), 1);
    groups.push([...tied.flat(), key]);
  }
  return groups;
};

/** The matrix of the derivatives of linear equations, times h. */
export const matrixOf = (keys: readonly string[], equations: Values, symbols: Values, h: Float): Matrix =>
  keys.map((key) =>
    keys.map((by): Entry => {
      const entry = derivative(equations[key]!, symbols[by]!);
      return isZero(entry) ? undefined : mul(h, entry);
    }),
  );

/**
 * The matrix φ(h·A) with φ(z) = (e^z − 1)/z, for the matrix A of a linear system x' = A·x + b. The step is then
 * x + h·φ(h·A)·(A·x + b). Higham 2008, Functions of Matrices, ch. 10.
 *
 * A Taylor series is summed for a fraction of the matrix and squared up: φ(2z) = φ(z) + ½·z·φ(z)².
 */
export const matrixExprel = (entries: Matrix): Matrix => {
  const small = scale(entries, 2 ** -SQUARINGS);
  let sum = identity(entries.length, reciprocal(TERMS));
  for (let k = TERMS - 1; k >= 1; k--) sum = plus(identity(entries.length, reciprocal(k)), product(small, sum));
  for (let k = SQUARINGS; k >= 1; k--) {
    sum = plus(sum, product(product(scale(entries, 2 ** -(k + 1)), sum), sum));
  }
  return sum;
};

/** The matrix may have a norm of up to 2^SQUARINGS, that is, dt may be so many times the shortest time constant. */
const SQUARINGS = 12;
const TERMS = 18;

/** 1/k!, the coefficients of φ. */
const reciprocal = (k: number): number => (k <= 1 ? 1 : reciprocal(k - 1) / k);

const identity = (size: number, value: number): Matrix =>
  Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (__, j) => (i === j ? constant("float", value) : undefined)),
  );
const scale = (a: Matrix, factor: number): Matrix => a.map((row) => row.map((x) => x && mul(factor, x)));
const total = (a: Entry, b: Entry): Entry => (a && b ? add(a, b) : (a ?? b));
const plus = (a: Matrix, b: Matrix): Matrix => a.map((row, i) => row.map((x, j) => total(x, b[i]![j])));
const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) =>
    row.map((_, j) =>
      row.reduce<Entry>((before, x, k) => {
        const y = b[k]![j];
        return total(before, x && y && mul(x, y));
      }, undefined),
    ),
  );
