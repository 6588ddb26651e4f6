import type { Precision } from "../config/parse.ts";
import { type Expr, symbol } from "../expr/expr.ts";
import { sharer } from "../expr/share.ts";
import { evaluateFixed } from "../model/fixed.ts";
import {
  fieldsIn,
  liveFields,
  moments,
  type PlasticityModel,
  type Space,
  spaceOf,
  type Updates,
} from "../model/plasticity.ts";
import type { RuleFields } from "../model/rule-config.ts";
import type { ArriveKernel, RuleBuffer, RuleKernel, RuleProgram, RuleSpace } from "../program/rule.ts";
import { KernelBuilder } from "./builder.ts";
import { fixedExprs, lower, type Scope } from "./lower.ts";

/** The equations of a rule for a projection, without its place in a network. */
export type CompiledRule = Omit<RuleProgram, "name" | "bundle" | "target" | "firstSlot" | "signs">;

const places: Readonly<Record<Space, RuleSpace>> = {
  shared: "rule",
  pre: "arrival",
  post: "target",
  synapse: "synapse",
};
const placeOf = (name: string): RuleSpace => places[spaceOf(name)];

interface Site {
  readonly dt: number;
  readonly precision: Precision;
  /** Key of random draws. */
  readonly path: string;
  readonly seed: number;
}

/**
 * The largest expressions that follow from live parameters, in a fixed order. Rules keep their values in buffers. Equal
 * expressions share one.
 */
const keptIn = (model: PlasticityModel): ReadonlyMap<Expr | "factor", number> => {
  const known = keptOf.get(model);
  if (known) return known;
  const kept = findKept(model);
  keptOf.set(model, kept);
  return kept;
};

/** What `keptIn` has found. A reward may set a parameter in every step. */
const keptOf = new WeakMap<PlasticityModel, ReadonlyMap<Expr | "factor", number>>();

const findKept = (model: PlasticityModel): ReadonlyMap<Expr | "factor", number> => {
  const live = liveFields(model);
  const factor = factorOf(model);
  const roots = moments.flatMap((moment) => Object.values(model.moments[moment]));
  if (factor) roots.push(factor);
  const fixed = fixedExprs(roots);
  const share = sharer();
  const numbers = new Map<Expr, number>();
  const kept = new Map<Expr | "factor", number>();
  const seen = new Set<Expr>();
  const enter = (expr: Expr): void => {
    if (seen.has(expr)) return;
    seen.add(expr);
    if (!fixed.has(expr)) {
      expr.args.forEach(enter);
      return;
    }
    if (!fieldsIn([expr]).some((name) => live.has(name))) return;
    const shared = share(expr);
    if (!numbers.has(shared)) numbers.set(shared, numbers.size);
    kept.set(expr, numbers.get(shared)!);
  };
  roots.forEach(enter);
  if (factor) kept.set("factor", kept.get(factor)!);
  return kept;
};

/** Number of steps from one end to the next. */
const everyOf = ({ every }: PlasticityModel, fields: RuleFields, dt: number): number =>
  every === undefined ? 1 : Math.max(1, Math.round((fields[every] as number) / dt));

/** Parameters with the interval that the steps allow, so that equations see the true one. */
const rounded = (model: PlasticityModel, fields: RuleFields, dt: number): RuleFields =>
  model.every === undefined ? fields : { ...fields, [model.every]: everyOf(model, fields, dt) * dt };

/** The parameter that multiplies all changes of synapses. */
const factorOf = ({ factor, fields }: PlasticityModel): Expr | undefined =>
  factor === undefined ? undefined : symbol("float", factor, "field", fields[factor]!.unit);

/**
 * Values of the buffers that follow from parameters, in the order of the buffers. `wanted` selects those that follow from
 * some parameters, for example those that have changed; the others are then absent.
 */
export const keptValues = (
  model: PlasticityModel,
  given: RuleFields,
  dt: number,
  wanted: (field: string) => boolean = () => true,
): (number | Float64Array)[] => {
  const fields = rounded(model, given, dt);
  const memo = new Map<Expr, number | Float64Array>();
  const values: (number | Float64Array)[] = [];
  for (const [expr, k] of keptIn(model)) {
    if (expr === "factor" || k in values || !usedBy(expr).some(wanted)) continue;
    values[k] = evaluateFixed(expr, fields, { dt }, memo);
  }
  return values;
};

const fieldsOf = new WeakMap<Expr, readonly string[]>();
/** The parameters in an expression. */
const usedBy = (expr: Expr): readonly string[] => {
  let names = fieldsOf.get(expr);
  if (!names) {
    names = fieldsIn([expr]);
    fieldsOf.set(expr, names);
  }
  return names;
};

/** Compiles the equations of a rule with its parameters. */
export const compileRule = (model: PlasticityModel, given: RuleFields, site: Site): CompiledRule => {
  const fields = rounded(model, given, site.dt);
  const { state } = model;
  const fixed = (expr: Expr): number | Float64Array => evaluateFixed(expr, fields, { dt: site.dt });
  const kept = keptIn(model);
  const types = new Map([...kept].flatMap(([expr, k]) => (expr === "factor" ? [] : [[k, expr.dtype] as const])));
  const first = 1 + Object.keys(state).length;
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
    ...keptValues(model, fields, site.dt).map(
      (initial, k): RuleBuffer => ({
        name: `fixed.${k}`,
        type: types.get(k) === "int" ? "int" : "float",
        space: typeof initial === "number" ? "rule" : "target",
        initial,
        fixed: true,
      }),
    ),
  ];
  const bufferOf = new Map<Expr | string, number>(buffers.slice(0, first).map(({ name }, k) => [name, k]));
  for (const [expr, k] of kept) bufferOf.set(expr, first + k);
  const scope: Scope<RuleSpace> = {
    symbol: (builder, { name, dtype }) => builder.load(dtype, bufferOf.get(name!)!, placeOf(name!)),
    fixed: (builder, expr) => {
      const buffer = bufferOf.get(expr);
      if (buffer === undefined) return builder.constant(expr.dtype, fixed(expr) as number);
      return builder.load(expr.dtype, buffer, buffers[buffer]!.space);
    },
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
  const { begin, arrive, fire, end } = model.moments;
  const amount = arrive["amount"] ?? weightSymbol;
  const factor = kept.get("factor");
  const arriving = kernelOf(arrive, "synapse", [amount]);
  return {
    buffers,
    every: everyOf(model, given, site.dt),
    ...(factor !== undefined && buffers[first + factor]!.space === "rule" && { factor: first + factor }),
    beginRule: kernelOf(begin, "rule").kernel,
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
