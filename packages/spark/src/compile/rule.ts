import type { Precision } from "../config/parse.ts";
import { type Expr, symbol } from "../expr/expr.ts";
import { sharer } from "../expr/share.ts";
import { substitute } from "../expr/substitute.ts";
import type { Built } from "../model/component.ts";
import { evaluateFixed } from "../model/fixed.ts";
import type { RuleFields } from "../model/rule-config.ts";
import {
  type End,
  endsOf,
  fieldsIn,
  liveFields,
  moments,
  ownerOf,
  type PlasticityModel,
  type Space,
  type Updates,
  updatesIn,
} from "../model/rule-model.ts";
import type { ArriveKernel, RuleBuffer, RuleEnd, RuleKernel, RuleProgram, RuleSpace } from "../program/rule.ts";
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
const placeOf = (name: string): RuleSpace => places[ownerOf(name)];

/** A list several times. */
const repeated = (list: Float64Array, times: number): Float64Array => {
  const all = new Float64Array(list.length * times);
  for (let k = 0; k < times; k++) all.set(list, k * list.length);
  return all;
};

interface Site {
  readonly dt: number;
  readonly precision: Precision;
  /** Key of random draws. */
  readonly path: string;
  readonly seed: number;
  readonly target: RuleTarget;
}

/** The population whose states a rule reads. */
export interface RuleTarget {
  readonly name: string;
  readonly component: Pick<Built, "model" | "fields">;
}

/** The end of the name of a buffer with the values that a state variable of a soma is relative to. */
const FROM = ".from";

/** The value that a state variable of a soma is relative to. */
const fromOf = ({ component }: RuleTarget, state: string): Expr | undefined => component.model.state[state]?.from;

/** Values that the states of a soma are relative to, by the name of their buffer in the rule. */
export const referencesOf = (
  { target }: PlasticityModel,
  population: RuleTarget,
  dt: number,
): ReadonlyMap<string, number | Float64Array> =>
  new Map(
    Object.keys(target).flatMap((state) => {
      const from = fromOf(population, state);
      return from
        ? [[`target.${state}${FROM}`, evaluateFixed(from, population.component.fields, { dt })] as const]
        : [];
    }),
  );

/** A dendritic delay in steps, at least one. */
export const dendriticSteps = (delay: number, dt: number): number => Math.max(1, Math.round(delay / dt));

/** The buffer with the past of a delayed state variable, and its number of steps. */
export const pastsOf = (
  { delayed }: Pick<PlasticityModel, "delayed">,
  fields: RuleFields,
  dt: number,
): ReadonlyMap<string, number> =>
  new Map(
    Object.entries(delayed).flatMap(([key, { by, dendritic }]) => {
      // A state variable that marks the step after a spike is one of the steps of a dendritic delay and back.
      const steps = by === undefined ? 2 * dendriticSteps(dendritic, dt) - 1 : Math.round((fields[by] as number) / dt);
      return steps > 0 ? [[`${key}.past`, steps] as const] : [];
    }),
  );

/** Numbers of the buffers of expressions that follow from live parameters, and of parameters that multiply changes. */
interface Kept {
  readonly numbers: ReadonlyMap<Expr, number>;
  readonly factors: ReadonlyMap<string, number>;
}

/**
 * The largest expressions that follow from live parameters, in a fixed order. Rules keep their values in buffers. Equal
 * expressions share one.
 */
const keptIn = (model: PlasticityModel): Kept => {
  const known = keptOf.get(model);
  if (known) return known;
  const kept = findKept(model);
  keptOf.set(model, kept);
  return kept;
};

/** What `keptIn` has found. A reward may set a parameter in every step. */
const keptOf = new WeakMap<PlasticityModel, Kept>();

const findKept = (model: PlasticityModel): Kept => {
  const live = liveFields(model);
  const factors = new Map<string, Expr>();
  for (const { factor } of [model, ...endsOf(model)]) {
    if (factor !== undefined) factors.set(factor, symbol("float", factor, "field", model.fields[factor]!.unit));
  }
  const roots = [...updatesIn(model).flatMap((updates) => Object.values(updates)), ...factors.values()];
  const fixed = fixedExprs(roots);
  const share = sharer();
  const shared = new Map<Expr, number>();
  const numbers = new Map<Expr, number>();
  const seen = new Set<Expr>();
  const enter = (expr: Expr): void => {
    if (seen.has(expr)) return;
    seen.add(expr);
    if (!fixed.has(expr)) {
      expr.args.forEach(enter);
      return;
    }
    if (!fieldsIn([expr]).some((name) => live.has(name))) return;
    const one = share(expr);
    if (!shared.has(one)) shared.set(one, shared.size);
    numbers.set(expr, shared.get(one)!);
  };
  roots.forEach(enter);
  return { numbers, factors: new Map([...factors].map(([name, expr]) => [name, numbers.get(expr)!])) };
};

/** Number of steps from one end to the next. */
const stepsOf = ({ every }: Pick<End, "every">, fields: RuleFields, dt: number): number =>
  every === undefined ? 1 : Math.max(1, Math.round((fields[every] as number) / dt));

/** Parameters with the intervals and delays that the steps allow, so that equations see the true ones. */
const rounded = (model: PlasticityModel, fields: RuleFields, dt: number): RuleFields => {
  const all = { ...fields };
  for (const { every } of endsOf(model)) if (every !== undefined) all[every] = stepsOf({ every }, fields, dt) * dt;
  for (const { by } of Object.values(model.delayed)) {
    if (by !== undefined) all[by] = Math.round((fields[by] as number) / dt) * dt;
  }
  return all;
};

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
  for (const [expr, k] of keptIn(model).numbers) {
    if (k in values || !usedBy(expr).some(wanted)) continue;
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

/** The symbol of a parameter that a signal drives: a value of the whole projection. */
const drivenName = (parameter: string): string => `shared.signal-${parameter}`;

/** Index of the buffer that a signal writes to drive a parameter. */
export const drivenBuffer = ({ buffers }: Pick<RuleProgram, "buffers">, parameter: string): number =>
  buffers.findIndex(({ name }) => name === drivenName(parameter));

/** The symbol of a parameter that differs between synapses. */
const synapticName = (parameter: string): string => `synapse.given-${parameter}`;

/** Index of the buffer with the values of a parameter that differs between synapses. */
export const synapticBuffer = ({ buffers }: Pick<RuleProgram, "buffers">, parameter: string): number =>
  buffers.findIndex(({ name }) => name === synapticName(parameter));

/** Parameters whose values do not follow from the config as one number or one for each target unit. */
export interface Given {
  /** Those that signals drive. */
  readonly driven: readonly string[];
  /** Those that differ between synapses. */
  readonly synaptic: readonly string[];
}

const drivenModels = new WeakMap<PlasticityModel, Map<string, PlasticityModel>>();

/** The same rule, with values from buffers in place of parameters that signals drive or that differ between synapses. */
export const drivenModel = (model: PlasticityModel, { driven, synaptic }: Given): PlasticityModel => {
  if (driven.length + synaptic.length === 0) return model;
  const known = drivenModels.get(model) ?? new Map<string, PlasticityModel>();
  drivenModels.set(model, known);
  const key = `${driven.join(" ")}, ${synaptic.join(" ")}`;
  const names = new Map([
    ...driven.map((name) => [name, drivenName(name)] as const),
    ...synaptic.map((name) => [name, synapticName(name)] as const),
  ]);
  const made = known.get(key) ?? replaceDriven(model, names);
  known.set(key, made);
  return made;
};

const replaceDriven = (model: PlasticityModel, driven: ReadonlyMap<string, string>): PlasticityModel => {
  const replace = (updates: Updates): Updates => {
    const names = Object.keys(updates);
    const exprs = substitute(Object.values(updates), (own) =>
      own.source === "field" && driven.has(own.name!)
        ? symbol("float", driven.get(own.name!)!, "state", own.unit!)
        : undefined,
    );
    return Object.fromEntries(names.map((name, k) => [name, exprs[k]!]));
  };
  const without = <T extends Pick<End, "factor">>({ factor, ...others }: T) => ({
    ...others,
    ...(factor !== undefined && !driven.has(factor) && { factor }),
  });
  const own = Object.fromEntries(moments.map((moment) => [moment, replace(model.moments[moment])]));
  const replaced = { ...without(model), moments: own as PlasticityModel["moments"] };
  if (!("ends" in model)) return replaced;
  const ends = endsOf(model).map((end) => ({
    ...without(end),
    gather: replace(end.gather),
    settle: replace(end.settle),
    end: replace(end.end),
  }));
  return { ...replaced, ends } as PlasticityModel;
};

/** Compiles the equations of a rule with its parameters. */
export const compileRule = (
  declared: PlasticityModel,
  given: RuleFields,
  site: Site,
  { driven, synaptic }: Given = { driven: [], synaptic: [] },
): CompiledRule => {
  const model = drivenModel(declared, { driven, synaptic });
  const fields = rounded(model, given, site.dt);
  const { state, target } = model;
  const fixed = (expr: Expr): number | Float64Array => evaluateFixed(expr, fields, { dt: site.dt });
  const kept = keptIn(model);
  const types = new Map([...kept.numbers].map(([expr, k]) => [k, expr.dtype]));
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
    ...driven.map(
      (name): RuleBuffer => ({ name: drivenName(name), type: "float", space: "rule", initial: 0, fixed: true }),
    ),
    ...synaptic.map(
      (name): RuleBuffer => ({ name: synapticName(name), type: "float", space: "synapse", initial: 0, fixed: true }),
    ),
  ];
  const bufferOf = new Map<Expr | string, number>();
  for (const [expr, k] of kept.numbers) bufferOf.set(expr, first + k);
  for (const [name, rows] of pastsOf(model, fields, site.dt)) {
    const start = fixed(state[name.slice(0, -".past".length)]!.initial);
    const initial = typeof start === "number" ? start : repeated(start, rows);
    buffers.push({ name, type: "float", space: "target", initial, rows });
  }
  for (const name of Object.keys(target)) {
    const of = `${site.target.name}.${name}`;
    buffers.push({ name: `target.${name}`, type: "float", space: "target", initial: 0, of });
  }
  for (const [name, initial] of referencesOf(model, site.target, site.dt)) {
    buffers.push({ name, type: "float", space: "target", initial, fixed: true });
  }
  for (const [k, { name }] of buffers.entries()) bufferOf.set(name, k);
  const scope: Scope<RuleSpace> = {
    symbol: (builder, { name, dtype }) => {
      const value = builder.load(dtype, bufferOf.get(name!)!, placeOf(name!));
      const from = bufferOf.get(`${name}${FROM}`);
      return from === undefined ? value : builder.op("add", value, builder.load("float", from, "target"));
    },
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
  const { begin, arrive, follow, fire } = model.moments;
  const amount = arrive["amount"] ?? weightSymbol;
  /** The buffer of a factor that is one number. */
  const factorOf = ({ factor }: Pick<End, "factor">): Pick<RuleProgram, "factor"> => {
    if (factor === undefined) return {};
    if (driven.includes(factor)) return { factor: drivenBuffer({ buffers }, factor) };
    const place = first + kept.factors.get(factor)!;
    return buffers[place]!.space === "rule" ? { factor: place } : {};
  };
  const arriving = kernelOf(arrive, "synapse", [amount]);
  return {
    buffers,
    ...factorOf(declared),
    beginRule: kernelOf(begin, "rule").kernel,
    beginArrivals: kernelOf(begin, "arrival").kernel,
    beginTargets: kernelOf(begin, "target").kernel,
    arrive: { ...arriving.kernel, amount: arriving.values[0]! } satisfies ArriveKernel,
    arriveOnce: kernelOf(arrive, "arrival").kernel,
    follow: kernelOf(follow, "target").kernel,
    delays: Object.entries(model.delayed).map(([key, { of }]) => {
      const past = bufferOf.get(`${key}.past`);
      return { from: bufferOf.get(of)!, to: bufferOf.get(key)!, ...(past !== undefined && { past }) };
    }),
    fire: kernelOf(fire, "synapse").kernel,
    fireOnce: kernelOf(fire, "target").kernel,
    ends: endsOf(model).flatMap((own, place): RuleEnd[] => {
      const sums = kernelOf({}, "synapse", Object.values(own.gather));
      const end = kernelOf(own.end, "synapse").kernel;
      const settle = kernelOf(own.settle, "target").kernel;
      if (sums.values.length + settle.stores.length + end.stores.length === 0) return [];
      const stores = Object.keys(own.gather).map((name, k) => ({ buffer: bufferOf.get(name)!, node: sums.values[k]! }));
      const gather = { nodes: sums.kernel.nodes, stores };
      const only = own.only === undefined ? {} : { only: bufferOf.get(own.only)! };
      return [
        { every: stepsOf(own, given, site.dt), ...factorOf(endsOf(declared)[place]!), gather, settle, end, ...only },
      ];
    }),
  };
};

const weightSymbol: Expr = { op: "symbol", dtype: "float", args: [], name: "weight", source: "state", unit: "weight" };
