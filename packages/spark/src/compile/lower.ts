import { ModelError } from "../errors/errors.ts";
import { type Expr, walk } from "../expr/expr.ts";
import { type CompositeName, draws, type PrimitiveName } from "../expr/ops.ts";
import { cosTurn, exp, expm1, exprel, log, log1p, pow, sinTurn, tanh } from "../math/elementary.ts";
import { bitsDraw, type Key, keyOf, normalDraw, otherBitsDraw, pairedBitsDraw, uniformDraw } from "../math/threefry.ts";
import type { Place } from "../program/program.ts";
import type { KernelBuilder } from "./builder.ts";

/** Access of a kernel to the symbols and fixed values of an instance. */
export interface Scope<P extends string = Place> {
  /** Node of a state variable or input. */
  readonly symbol: (builder: KernelBuilder<P>, expr: Expr) => number;
  /** Node of an expression of fields and dt only. */
  readonly fixed: (builder: KernelBuilder<P>, expr: Expr) => number;
  /** Key of the instance's random draws. */
  readonly seed: number;
  readonly path: string;
}

/** The expressions that depend on fields and dt only, and are therefore computed once. */
export const fixedExprs = (roots: readonly Expr[]): Set<Expr> => {
  const fixed = new Set<Expr>();
  walk(roots, (expr) => {
    const isFixed =
      expr.op === "symbol"
        ? expr.source === "field" || expr.source === "dt"
        : !draws.has(expr.op) && expr.args.every((arg) => fixed.has(arg));
    if (isFixed) fixed.add(expr);
  });
  return fixed;
};

/** Adds an expression to a kernel and returns its node. Fixed parts become constants or loads, others primitives. */
export const lower = <P extends string>(
  builder: KernelBuilder<P>,
  root: Expr,
  scope: Scope<P>,
  fixed: ReadonlySet<Expr>,
  memo: Map<Expr, number> = new Map(),
): number => {
  const enter = (expr: Expr): number => {
    const known = memo.get(expr);
    if (known !== undefined) return known;
    const node = fixed.has(expr) ? scope.fixed(builder, expr) : lowerOne(builder, expr, scope, enter);
    memo.set(expr, node);
    return node;
  };
  return enter(root);
};

const lowerOne = <P extends string>(
  builder: KernelBuilder<P>,
  expr: Expr,
  scope: Scope<P>,
  enter: (expr: Expr) => number,
): number => {
  if (expr.op === "constant") return builder.constant(expr.dtype, expr.value!);
  if (expr.op === "symbol") {
    if (expr.source === "unit") return builder.unit();
    if (expr.source === "step") return builder.step();
    return scope.symbol(builder, expr);
  }
  const args = expr.args.map(enter);
  const expand = composites[expr.op as CompositeName];
  return expand ? expand(builder, args, expr, scope) : builder.op(expr.op as PrimitiveName, ...args);
};

/** The parts of a builder and of a scope that expansions use, wherever loads find their elements. */
type Expanding = Pick<KernelBuilder, "arithmetic">;
type Expand = (builder: Expanding, args: readonly number[], expr: Expr, scope: Pick<Scope, "seed" | "path">) => number;
type Function1 = typeof exp;

const of =
  (f: Function1): Expand =>
  (builder, args) =>
    f(builder.arithmetic, args[0]!);

/** A power that the equations have as a number. */
const knownPower = ({ op, value }: Expr): number | undefined => (op === "constant" ? value : undefined);

/** A random draw on the nodes of a kernel: returns a float or an int for a key, an index and a step. */
type Draw = (m: KernelBuilder["arithmetic"], key: Key, index: number, step: number) => number;

const draw =
  (f: Draw): Expand =>
  (builder, args, expr, scope) => {
    if (!expr.purpose)
      throw new ModelError(
        `${scope.path} draws a random number without a purpose. Pass a purpose, as in normalNoise("noise").`,
      );
    return f(builder.arithmetic, keyOf(scope.seed, `${scope.path}.${expr.purpose}`), args[0]!, args[1]!);
  };

const composites = {
  exp: of(exp),
  expm1: of(expm1),
  log: of(log),
  log1p: of(log1p),
  exprel: of(exprel),
  pow: (builder, [x, p], { args: [, power] }) => pow(builder.arithmetic, x!, p!, knownPower(power!)),
  tanh: of(tanh),
  sinTurn: of(sinTurn),
  cosTurn: of(cosTurn),
  normal: draw(normalDraw),
  uniform: draw(uniformDraw),
  bits: draw(bitsDraw),
  otherBits: draw(otherBitsDraw),
  pairedBits: draw(pairedBitsDraw),
} satisfies Record<CompositeName, Expand> as Readonly<Partial<Record<CompositeName, Expand>>>;
