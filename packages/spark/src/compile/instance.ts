import type { Expr } from "../expr/expr.ts";
import type { StateVariable } from "../model/component.ts";
import { evaluateFixed } from "../model/fixed.ts";
import type { KernelBuilder } from "./builder.ts";
import { fixedExprs, lower, type Scope } from "./lower.ts";
import type { Buffer } from "./program.ts";

/** What compile needs to know of one component or source. */
export interface Part {
  readonly path: string;
  readonly fields: Readonly<Record<string, number | Float64Array>>;
  readonly state: Readonly<Record<string, StateVariable>>;
  readonly start: Readonly<Record<string, number | ArrayLike<number>>>;
  readonly seed: number;
}

/** A number that is equal for expressions of the same form. */
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

/** Gives a part's symbols their buffers, and its fixed values their constants or buffers, shared by all kernels. */
export class Instance {
  readonly part: Part;
  readonly #dt: number;
  readonly #padded: number;
  readonly #buffers: Buffer[];
  readonly #stateBuffers: Record<string, number> = {};
  readonly #fixedBuffers = new Map<number, number>();
  readonly #values = new Map<Expr, number | Float64Array>();
  readonly #forms = new Map<string, number>();
  readonly #formOf = new Map<Expr, number>();

  constructor(part: Part, dt: number, padded: number, buffers: Buffer[]) {
    this.part = part;
    this.#dt = dt;
    this.#padded = padded;
    this.#buffers = buffers;
    for (const [name, variable] of Object.entries(part.state)) {
      this.#stateBuffers[name] = this.#add({
        name: `${part.path}.${name}`,
        type: variable.dtype === "int" ? "int" : "float",
        role: "state",
        length: padded,
        initial: part.start[name] ?? 0,
      });
    }
  }

  #add(buffer: Buffer): number {
    return this.#buffers.push(buffer) - 1;
  }

  stateBuffer(name: string): number {
    return this.#stateBuffers[name]!;
  }

  /** Lowers expressions into a kernel; `inputs` gives the nodes of the input symbols. */
  lower(
    builder: KernelBuilder,
    roots: Readonly<Record<string, Expr>>,
    inputs: Readonly<Record<string, number>>,
  ): Record<string, number> {
    const fixed = fixedExprs(Object.values(roots));
    const scope: Scope = {
      symbol: (kernel, expr) => this.#symbol(kernel, expr, inputs),
      fixed: (kernel, expr) => this.#fixed(kernel, expr),
      seed: this.part.seed,
      path: this.part.path,
    };
    const memo = new Map<Expr, number>();
    return Object.fromEntries(
      Object.entries(roots).map(([name, root]) => [name, lower(builder, root, scope, fixed, memo)]),
    );
  }

  #symbol(builder: KernelBuilder, expr: Expr, inputs: Readonly<Record<string, number>>): number {
    // Negative zero changes no number that it is added to, not even the sign of a zero.
    if (expr.source === "input") return inputs[expr.name!] ?? builder.constant("float", -0);
    return builder.load(expr.dtype, this.stateBuffer(expr.name!), "unit");
  }

  #fixed(builder: KernelBuilder, expr: Expr): number {
    const value = evaluateFixed(expr, this.part.fields, this.#dt, this.#values);
    if (typeof value === "number") return builder.constant(expr.dtype, value);
    const form = formOf(expr, this.#forms, this.#formOf);
    let buffer = this.#fixedBuffers.get(form);
    if (buffer === undefined) {
      const name = `${this.part.path}.${expr.name ?? `fixed.${form}`}`;
      const type = expr.dtype === "float" ? "float" : "int";
      buffer = this.#add({ name, type, role: "field", length: this.#padded, initial: value });
      this.#fixedBuffers.set(form, buffer);
    }
    if (expr.dtype !== "bool") return builder.load(expr.dtype, buffer, "unit");
    return builder.op("not", builder.op("intEqual", builder.load("int", buffer, "unit"), builder.constant("int", 0)));
  }
}
