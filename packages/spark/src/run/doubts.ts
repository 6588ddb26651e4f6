import { fixedExprs } from "../compile/lower.ts";
import { type Expr, walk } from "../expr/expr.ts";
import type { BuiltPopulation } from "../graph/build.ts";
import type { BuiltComponent, Model } from "../model/component.ts";
import { evaluateFixed } from "../model/fixed.ts";
import type { Settings } from "./options.ts";
import type { Driven } from "./programs.ts";

/* What a run checks before it starts, beyond the validity of its options. */

/** Fraction of a value that single precision distinguishes. */
const PLACE = 2 ** -24;
/** Distance from its target, mV, in which a potential may stall without a warning. */
const STALL = 0.01;

/** The parts of a run that are checked. */
export interface Doubted {
  readonly populations: readonly BuiltPopulation[];
  readonly settings: Settings;
  readonly driven: readonly Driven[];
  /** Sentences about windows of records that exceed the run. */
  readonly cuts: readonly string[];
  /** Steps before the run, and at its end. */
  readonly first: number;
  readonly end: number;
  /** Whether other runs may follow, which use the rest of inputs and windows. */
  readonly continues: boolean;
}

/** Sentences about values that are allowed but unusual in a run. */
export const doubtsOf = ({ populations, settings, driven, cuts, first, end, continues }: Doubted): string[] => {
  const feeds = driven.flatMap((population) => population.feeds.map(({ feed }) => feed));
  const varying = populations.flatMap(({ component, receptors }) =>
    [component, ...receptors.flatMap(({ drives }) => drives.map(({ source }) => source))].map((part) => part.varying),
  );
  const inputs = [...feeds, ...varying].flatMap((part) => part?.doubt?.(first, end, continues) ?? []);
  const ignored = continues ? inputs : [...inputs, ...cuts];
  return settings.precision === "f32"
    ? [...populations.flatMap(({ component }) => stallsOf(component)), ...ignored]
    : ignored;
};

/** A state variable that moves toward a target by a part of its distance in every step. */
interface Relaxation {
  readonly state: string;
  /** The factors of the part that are known before the run, and those that it is divided by. */
  readonly factors: readonly Expr[];
  readonly divisors: readonly Expr[];
}

const isState = ({ op, source, name }: Expr, state: string): boolean =>
  op === "symbol" && source === "state" && name === state;

/** How often a sum contains a state variable: −1 in "target − state". */
const countIn = (expr: Expr, state: string): number => {
  if (isState(expr, state)) return 1;
  const [a, b] = expr.args;
  if (expr.op === "neg") return -countIn(a!, state);
  if (expr.op === "add") return countIn(a!, state) + countIn(b!, state);
  return expr.op === "sub" ? countIn(a!, state) - countIn(b!, state) : 0;
};

/** The relaxations in the equations of a model: state + factor · (target − state), in any order. */
const relaxationsOf = ({ next }: Pick<Model, "next">): Relaxation[] => {
  const found: Relaxation[] = [];
  const roots = Object.values(next);
  const fixed = fixedExprs(roots);
  walk(roots, ({ op, args: [a, b] }) => {
    if (op !== "add") return;
    for (const [own, change] of [
      [a!, b!],
      [b!, a!],
    ] as const) {
      const state = own.name;
      if (state === undefined || !isState(own, state)) continue;
      const factors: Expr[] = [];
      const divisors: Expr[] = [];
      let rest = change;
      for (let k = 0; k < 8 && rest.args.length > 0; k++) {
        const [left, right] = rest.args as readonly [Expr, Expr];
        if (rest.op === "div" && fixed.has(right)) {
          divisors.push(right);
          rest = left;
        } else if (rest.op === "mul" && (fixed.has(left) || fixed.has(right))) {
          factors.push(fixed.has(left) ? left : right);
          rest = fixed.has(left) ? right : left;
        } else break;
      }
      // Numbers near zero are so close together that a variable never stalls before it.
      const isToZero = rest.op === "neg" || (rest.op === "sub" && rest.args[0]!.value === 0);
      if (countIn(rest, state) === -1 && !isToZero) found.push({ state, factors, divisors });
    }
  });
  return found;
};

/**
 * A state variable stays where it is once its change in a step is less than half the distance of two neighbouring
 * numbers. This is known before the run: the change is a part of the distance from the target.
 */
const stallsOf = ({ path, fields, dt, model, start, place }: BuiltComponent): string[] => {
  const told = new Map<string, string>();
  for (const { state, factors, divisors } of relaxationsOf(model)) {
    const sizeOf = (expr: Expr) => sizesOf(evaluateFixed(expr, fields, { dt, place }));
    const above = factors.reduce((product, factor) => product * smallest(sizeOf(factor)), 1);
    const part = divisors.reduce((quotient, divisor) => quotient / largest(sizeOf(divisor))!, above);
    const { unit, from } = model.state[state]!;
    const isPotential = unit === "mV";
    const threshold = fields[model.roles?.threshold ?? ""];
    const rest = from && evaluateFixed(from, fields, { dt, place });
    const first = largest(sizesOf(start[state] ?? 0)) ?? 0;
    const height =
      isPotential && threshold !== undefined && rest !== undefined
        ? Math.abs(largest(threshold)! - smallest(rest))
        : Math.max(isPotential ? 20 : 0, first);
    const stalls = isPotential ? (height * PLACE) / part : PLACE / part;
    if (!(stalls > (isPotential ? STALL : STALL / 20)) || !Number.isFinite(stalls)) continue;
    const names = new Set<string>();
    walk([...factors, ...divisors], ({ op, source, name, unit: own }) => {
      if (op === "symbol" && source === "field" && own === "ms") names.add(name!);
    });
    const [tau, ...others] = names;
    const reason =
      tau !== undefined && others.length === 0
        ? `dt/${tau} is so small, ${rounded(dt / largest(fields[tau])!, 3)},`
        : `in a step, ${state} moves by so small a part of the distance from its target, ${rounded(part, 3)},`;
    const loss = isPotential ? `${rounded(stalls, 2)} mV` : `${rounded(100 * stalls, 2)} %`;
    told.set(
      state,
      `${path}: ${reason} that single precision stalls${isPotential ? "" : ` ${state}`} up to ${loss} below its target. Use dtype: "f64" or a longer dt.`,
    );
  }
  return [...told.values()];
};

const rounded = (value: number, digits: number): number => Number(value.toPrecision(digits));

const sizesOf = (value: number | ArrayLike<number>): number | Float64Array =>
  typeof value === "number" ? Math.abs(value) : Float64Array.from(value, Math.abs);

const largest = (value: number | Float64Array | undefined): number | undefined =>
  typeof value === "number" ? value : value?.reduce((a, b) => Math.max(a, b));
const smallest = (value: number | Float64Array): number =>
  typeof value === "number" ? value : value.reduce((a, b) => Math.min(a, b));
