import { meaning } from "../expr/evaluate.ts";
import type { Expr } from "../expr/expr.ts";
import type { PrimitiveName } from "../expr/ops.ts";
import { functions } from "../model/fixed.ts";

/*
 * Which parameters can change what a population does. An expression is followed with the values of its parameters: a
 * product with zero depends on the zero alone, and a choice with a known condition on the chosen side only.
 */

/** What is known about the symbols of some equations. Missing symbols change during the run. */
export interface Known {
  readonly dt: number;
  /** Parameters, and inputs and state variables that keep a value. */
  readonly values: Readonly<Record<string, number>>;
}

/** A value, if it stays the same, and the parameters that it depends on. */
interface Followed {
  readonly value: number | undefined;
  readonly fields: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

const follow = (expr: Expr, known: Known, memo: Map<Expr, Followed>): Followed => {
  const found = memo.get(expr);
  if (found) return found;
  const followed = followOne(expr, known, memo);
  memo.set(expr, followed);
  return followed;
};

const followOne = (expr: Expr, known: Known, memo: Map<Expr, Followed>): Followed => {
  if (expr.op === "constant") return { value: expr.value, fields: NONE };
  if (expr.op === "symbol") {
    const value = expr.source === "dt" ? known.dt : known.values[expr.name!];
    return { value, fields: expr.source === "field" ? new Set([expr.name!]) : NONE };
  }
  const args = expr.args.map((arg) => follow(arg, known, memo));
  const decisive = deciding(expr, args);
  if (decisive) return decisive;
  const fields = new Set(args.flatMap((arg) => [...arg.fields]));
  const apply = (functions[expr.op as keyof typeof functions] ?? meaning[expr.op as PrimitiveName]) as
    | ((...values: number[]) => number)
    | undefined;
  const values = args.map(({ value }) => value);
  const all = apply !== undefined && values.every((value) => value !== undefined);
  return { value: all ? apply(...(values as number[])) : undefined, fields };
};

/** The result of an operation that one of its arguments decides. */
const deciding = ({ op }: Expr, args: readonly Followed[]): Followed | undefined => {
  const first = (value: number): Followed | undefined => args.find((arg) => arg.value === value);
  if (op === "mul" || op === "and") return first(0);
  if (op === "or") return first(1);
  if (op === "div") return args[0]!.value === 0 ? args[0] : undefined;
  if (op !== "select" && op !== "intSelect") return undefined;
  const [condition, yes, no] = args;
  if (condition!.value === undefined) {
    const same = yes!.value !== undefined && yes!.value === no!.value;
    return same ? { value: yes!.value, fields: new Set([...yes!.fields, ...no!.fields]) } : undefined;
  }
  const chosen = condition!.value ? yes! : no!;
  return { value: chosen.value, fields: new Set([...condition!.fields, ...chosen.fields]) };
};

/** Equations with the start values of their state variables, as far as these are one number for all units. */
export interface Followable {
  /** What the equations produce for others, such as spikes. */
  readonly results: readonly Expr[];
  readonly next: Readonly<Record<string, Expr>>;
  readonly start: Readonly<Record<string, number | undefined>>;
}

/** How equations act with some known values. */
export interface Effects {
  /** The parameters that the results or the state variables depend on. */
  readonly fields: ReadonlySet<string>;
  /** Whether nothing ever changes. */
  readonly idle: boolean;
}

/** Finds the state variables that keep their start values, and the parameters that act on everything else. */
export const effectsOf = ({ results, next, start }: Followable, known: Known): Effects => {
  const kept = new Map<string, number>();
  for (const name of Object.keys(next)) if (start[name] !== undefined) kept.set(name, start[name]);
  for (;;) {
    const memo = new Map<Expr, Followed>();
    const values = { ...known.values, ...Object.fromEntries(kept) };
    const followed = Object.entries(next).map(
      ([name, expr]) => [name, follow(expr, { ...known, values }, memo)] as const,
    );
    const moving = followed.filter(([name, { value }]) => kept.has(name) && value !== kept.get(name));
    if (moving.length > 0) {
      for (const [name] of moving) kept.delete(name);
      continue;
    }
    const given = results.map((expr) => follow(expr, { ...known, values }, memo));
    const acting = [...given, ...followed.filter(([name]) => !kept.has(name)).map(([, other]) => other)];
    return {
      fields: new Set(acting.flatMap(({ fields }) => [...fields])),
      idle: kept.size === followed.length && given.every(({ value }) => value !== undefined),
    };
  }
};
