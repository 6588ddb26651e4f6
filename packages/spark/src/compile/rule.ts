import type { Precision } from "../config/parse.ts";
import type { Expr } from "../expr/expr.ts";
import { evaluateFixed } from "../model/fixed.ts";
import { type Plasticity, type Space, spaceOf, type Updates } from "../model/plasticity.ts";
import type { ArriveKernel, RuleBuffer, RuleKernel, RuleProgram, RuleSpace } from "../program/rule.ts";
import { KernelBuilder } from "./builder.ts";
import { fixedExprs, lower, type Scope } from "./lower.ts";

/** The equations of a rule for a projection, without its place in a network. */
export type CompiledRule = Omit<RuleProgram, "name" | "bundle" | "target" | "firstSlot" | "signs">;

const places: Readonly<Record<Space, RuleSpace>> = { pre: "arrival", post: "target", synapse: "synapse" };
const placeOf = (name: string): RuleSpace => places[spaceOf(name)];

interface Site {
  readonly dt: number;
  readonly precision: Precision;
  /** Key of random draws. */
  readonly path: string;
  readonly seed: number;
}

/** Compiles the equations of a rule with its parameters. */
export const compileRule = ({ model, fields }: Plasticity, site: Site): CompiledRule => {
  const { state, moments } = model;
  const fixed = (expr: Expr): number => evaluateFixed(expr, fields, { dt: site.dt }) as number;
  const buffers: RuleBuffer[] = [
    { name: "weight", type: "float", space: "synapse", initial: 0 },
    ...Object.entries(state).map(
      ([name, { dtype, initial }]): RuleBuffer => ({
        name,
        type: dtype === "int" ? "int" : "float",
        space: placeOf(name),
        initial: fixed(initial),
      }),
    ),
  ];
  const bufferOf = new Map(buffers.map(({ name }, k) => [name, k]));
  const scope: Scope<RuleSpace> = {
    symbol: (builder, { name, dtype }) => builder.load(dtype, bufferOf.get(name!)!, placeOf(name!)),
    fixed: (builder, expr) => builder.constant(expr.dtype, fixed(expr)),
    seed: site.seed,
    path: site.path,
  };
  /** A kernel for the updates in some spaces, and the nodes of further values. */
  const kernelOf = (updates: Updates, space: RuleSpace, others: readonly Expr[] = []) => {
    const own = Object.entries(updates).filter(([name]) => name !== "amount" && placeOf(name) === space);
    const roots = [...own.map(([, expr]) => expr), ...others];
    const builder = new KernelBuilder<RuleSpace>(site.precision, site.path);
    const known = fixedExprs(roots);
    const memo = new Map<Expr, number>();
    const { nodes, values } = builder.finishValues(roots.map((root) => lower(builder, root, scope, known, memo)));
    const stores = own.map(([name], k) => ({ buffer: bufferOf.get(name)!, node: values[k]! }));
    return { kernel: { nodes, stores } satisfies RuleKernel, values: values.slice(own.length) };
  };
  const { begin, arrive, fire, end } = moments;
  const amount = arrive["amount"] ?? weightSymbol;
  const arriving = kernelOf(arrive, "synapse", [amount]);
  return {
    buffers,
    beginArrivals: kernelOf(begin, "arrival").kernel,
    beginTargets: kernelOf(begin, "target").kernel,
    arrive: { ...arriving.kernel, amount: arriving.values[0]! } satisfies ArriveKernel,
    arriveOnce: kernelOf(arrive, "arrival").kernel,
    fire: kernelOf(fire, "synapse").kernel,
    fireOnce: kernelOf(fire, "target").kernel,
    end: kernelOf(end, "synapse").kernel,
  };
};

const weightSymbol: Expr = { op: "symbol", dtype: "float", args: [], name: "weight", source: "state", unit: "weight" };
