import type { Place } from "../config/place.ts";
import type { Expr } from "../expr/expr.ts";
import type { StateVariable } from "../model/component.ts";
import { evaluateFixed } from "../model/fixed.ts";
import type { Varying } from "../model/varying.ts";
import type { Buffer } from "../program/program.ts";
import type { KernelBuilder } from "./builder.ts";
import { fixedExprs, lower, type Scope } from "./lower.ts";

/** The data of a component or source that compilation needs. */
export interface Part {
  readonly path: string;
  /** Where messages say that it is. */
  readonly place?: Place | undefined;
  readonly fields: Readonly<Record<string, number | Float64Array>>;
  /** The field that changes in time, if any. */
  readonly varying?: Varying | undefined;
  /** Whether the value of an expression may be set during a simulation. */
  readonly live?: ((expr: Expr) => boolean) | undefined;
  readonly state: Readonly<Record<string, StateVariable>>;
  readonly start: Readonly<Record<string, number | ArrayLike<number>>>;
  readonly seed: number;
}

/** What all parts of a population's program share while it is compiled. */
export interface CompileContext {
  readonly dt: number;
  readonly padded: number;
  readonly buffers: Buffer[];
  /** Values of a field that changes in time, which a run fills. */
  readonly changing: Stored[];
  /** Values that the machine keeps: those that differ between units, and live ones. */
  readonly kept: Stored[];
}

/** Expressions of the fields of a part, and the buffers with their values. */
export interface Stored {
  readonly part: Part;
  readonly exprs: Expr[];
  readonly buffers: number[];
}

/** Returns a number that is equal for expressions of the same form. */
const formOf = (expr: Expr, forms: Map<string, number>, memo: Map<Expr, number>): number => {
  const known = memo.get(expr);
  if (known !== undefined) return known;
  const text =
    expr.op === "constant"
      ? `${expr.dtype} ${Object.is(expr.value, -0) ? "-0" : expr.value}`
      : expr.op === "symbol"
        ? `${expr.source} ${expr.name}`
        : `${expr.op}(${expr.args.map((arg) => formOf(arg, forms, memo)).join(",")})`;
  const form = forms.get(text) ?? forms.size;
  forms.set(text, form);
  memo.set(expr, form);
  return form;
};

/** Assigns buffers to the symbols of a part, and constants or buffers to its fixed values. All kernels share them. */
export class Instance {
  readonly part: Part;
  readonly #context: CompileContext;
  readonly #stateBuffers: Record<string, number> = {};
  readonly #fixedBuffers = new Map<number, number>();
  readonly #values = new Map<Expr, number | Float64Array>();
  readonly #forms = new Map<string, number>();
  readonly #formOf = new Map<Expr, number>();
  readonly #changing: Stored;
  readonly #kept: Stored;

  constructor(part: Part, context: CompileContext) {
    this.part = part;
    this.#context = context;
    this.#changing = { part, exprs: [], buffers: [] };
    this.#kept = { part, exprs: [], buffers: [] };
    if (part.varying) context.changing.push(this.#changing);
    context.kept.push(this.#kept);
    for (const [name, variable] of Object.entries(part.state)) {
      this.#stateBuffers[name] = this.#add({
        name: `${part.path}.${name}`,
        type: variable.dtype === "int" ? "int" : "float",
        role: "state",
        length: context.padded,
        initial: part.start[name] ?? 0,
      });
    }
  }

  #add(buffer: Buffer): number {
    return this.#context.buffers.push(buffer) - 1;
  }

  stateBuffer(name: string): number {
    return this.#stateBuffers[name]!;
  }

  /** Lowers expressions into a kernel. `inputs` maps input symbols to nodes, and state variables to nodes of other values. */
  lower(
    builder: KernelBuilder,
    roots: Readonly<Record<string, Expr>>,
    inputs: Readonly<Record<string, number>>,
  ): Record<string, number> {
    const fixed = fixedExprs(Object.values(roots));
    const scope: Scope = {
      symbol: (kernel, { source, name, dtype }) =>
        inputs[name!] ??
        // Adding negative zero changes no number, not even the sign of a zero.
        (source === "input" ? kernel.constant("float", -0) : kernel.load(dtype, this.stateBuffer(name!), "unit")),
      fixed: (kernel, expr) => this.#fixed(kernel, expr),
      seed: this.part.seed,
      path: this.part.path,
    };
    const memo = new Map<Expr, number>();
    return Object.fromEntries(
      Object.entries(roots).map(([name, root]) => [name, lower(builder, root, scope, fixed, memo)]),
    );
  }

  #fixed(builder: KernelBuilder, expr: Expr): number {
    const { fields, varying, live } = this.part;
    const { dt, padded } = this.#context;
    const changes = varying?.names(expr);
    const value = changes
      ? varying!.first(expr, fields)
      : evaluateFixed(expr, fields, { dt, place: this.part.place }, this.#values);
    const same = typeof value === "number";
    if (same && !changes && !live?.(expr)) return builder.constant(expr.dtype, value);
    const form = formOf(expr, this.#forms, this.#formOf);
    let buffer = this.#fixedBuffers.get(form);
    if (buffer === undefined) {
      const name = `${this.part.path}.${expr.name ?? `fixed.${form}`}`;
      const type = expr.dtype === "float" ? "float" : "int";
      const length = same ? 1 : padded;
      const kind = changes ? ({ role: "input", perStep: true } as const) : ({ role: "field" } as const);
      buffer = this.#add({ name, type, ...kind, length, initial: value });
      this.#fixedBuffers.set(form, buffer);
      const { exprs, buffers } = changes ? this.#changing : this.#kept;
      exprs.push(expr);
      buffers.push(buffer);
    }
    const at = changes ? (same ? "row" : "rowUnit") : same ? "scalar" : "unit";
    if (expr.dtype !== "bool") return builder.load(expr.dtype, buffer, at);
    return builder.op("not", builder.op("intEqual", builder.load("int", buffer, at), builder.constant("int", 0)));
  }
}
