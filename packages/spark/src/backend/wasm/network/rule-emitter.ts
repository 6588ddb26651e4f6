import type { Node } from "../../../program/program.ts";
import type { RuleBuffer, RuleKernel, RuleProgram, RuleSpace } from "../../../program/rule.ts";
import type { FunctionBuilder } from "../assembler/code.ts";
import { i32 } from "../assembler/constants.ts";
import { op } from "../assembler/op.ts";
import type { Local, Value } from "../assembler/value.ts";
import { type Lanes, lowering, type Operand, splatFloat, type Vector } from "../step/lanes.ts";
import type { RuleLayout } from "./layout.ts";

/* Kernels of plasticity rules, on four elements at a time. */

export type Scalar = Local<"i32">;

export const LANES = [0, 1, 2, 3] as const;

/** Four elements of a space: consecutive ones from an index, given ones, or the same one in all lanes. */
type Elements =
  | { readonly kind: "one" | "next"; readonly index: Scalar }
  | { readonly kind: "each"; readonly indices: readonly Scalar[] };

/** Emits kernels of a rule on four elements at a time. */
export class RuleEmitter {
  readonly #f: FunctionBuilder;
  readonly #rule: RuleProgram;
  readonly #layout: RuleLayout;
  readonly #precision: "f32" | "f64";
  readonly #step: Scalar;
  /** The only element of the space of the rule. */
  readonly #rules: Elements;
  #sign: Operand | undefined;
  /** Addresses of the states of the target population, by buffer. */
  readonly #states = new Map<number, Scalar>();

  constructor(f: FunctionBuilder, step: Scalar, { rule, layout, precision }: RuleSite) {
    this.#f = f;
    this.#rule = rule;
    this.#layout = layout;
    this.#precision = precision;
    this.#step = step;
    this.#rules = { kind: "one", index: f.let(i32(0)) };
    rule.buffers.forEach(({ of }, k) => {
      if (of !== undefined) this.#states.set(k, f.let(op("i32.load", i32(0), { offset: layout.buffers[k]! })));
    });
  }

  #in(space: RuleSpace, elements: Readonly<Partial<Record<RuleSpace, Elements>>>): Elements | undefined {
    return space === "rule" ? this.#rules : elements[space];
  }

  /** Loads the signs of the source units of some arrivals, if there are any. */
  takeSigns(arrivals: Elements): void {
    if (this.#rule.signs) this.#sign = this.#loaded(this.#layout.signs, "float", arrivals);
  }

  /** Emits a kernel and returns the value of each node. Nodes in `known` are not emitted again. */
  values(
    { nodes }: RuleKernel,
    elements: Readonly<Partial<Record<RuleSpace, Elements>>>,
    known: ReadonlyMap<number, Operand> = new Map(),
  ): Map<number, Operand> {
    // Masks keep the other width once they have been converted to it. That may happen in a loop without rounds, so the
    // code after the loop must not rely on it.
    const values = new Map(
      [...known].map(([k, { mask, ...lanes }]) => [k, mask ? { ...lanes, mask: { ...mask } } : lanes]),
    );
    nodes.forEach((node, k) => {
      if (!values.has(k)) values.set(k, this.#node(node, values, elements));
    });
    return values;
  }

  /** Emits the nodes that all elements share, because they depend only on spaces with one element. */
  shared(kernel: RuleKernel, elements: Readonly<Partial<Record<RuleSpace, Elements>>>): Map<number, Operand> {
    const values = new Map<number, Operand>();
    kernel.nodes.forEach((node, k) => {
      const same =
        node.op === "load"
          ? this.#in(node.at, elements)?.kind === "one"
          : !("args" in node) || node.args.every((arg) => values.has(arg));
      if (same) values.set(k, this.#node(node, values, elements));
    });
    return values;
  }

  /** Stores the results of a kernel for the elements whose number is below `left`; for all if it is omitted. */
  store(
    { stores }: RuleKernel,
    values: ReadonlyMap<number, Operand>,
    elements: Readonly<Partial<Record<RuleSpace, Elements>>>,
    left?: Scalar,
  ): void {
    for (const { buffer, node } of stores) {
      const { type, space } = this.#rule.buffers[buffer]!;
      const lanes = buffer === 0 ? this.signed(values.get(node)!) : values.get(node)!;
      this.#put(this.#layout.buffers[buffer]!, type, this.#in(space, elements)!, lanes, left);
    }
  }

  /** A weight or an amount with the sign of its source unit. */
  signed(lanes: Operand): Operand {
    return this.#sign ? lowering[this.#precision].mul(this.#f, [lanes, this.#sign]) : lanes;
  }

  #node(
    node: Node<RuleSpace>,
    values: ReadonlyMap<number, Operand>,
    elements: Readonly<Partial<Record<RuleSpace, Elements>>>,
  ): Operand {
    const f = this.#f;
    switch (node.op) {
      case "constant":
        return this.#constant(node.dtype, node.value);
      case "step":
        return { parts: [f.let(op("i32x4.splat", f.get(this.#step)))] };
      case "unit":
        return this.#constant("int", 0);
      case "load": {
        const state = this.#states.get(node.buffer);
        const lanes = this.#loaded(
          state === undefined ? this.#layout.buffers[node.buffer]! : 0,
          this.#typeOf(node.buffer),
          this.#in(node.at, elements)!,
          state,
        );
        return node.buffer === 0 ? this.signed(lanes) : lanes;
      }
      default:
        return lowering[this.#precision][node.op](
          f,
          node.args.map((arg) => values.get(arg)!),
        );
    }
  }

  #typeOf(buffer: number): RuleBuffer["type"] {
    return this.#rule.buffers[buffer]!.type;
  }

  #constant(dtype: "float" | "int" | "bool", value: number): Operand {
    const f = this.#f;
    const zero = Object.is(value, 0);
    if (dtype === "bool") return { parts: [], mask: { narrow: f.let(op("i32x4.splat", i32(value ? -1 : 0))) } };
    if (dtype === "int") return { parts: [f.let(op("i32x4.splat", i32(value)))], zero, count: value };
    const local = f.let(splatFloat(this.#precision, value));
    return { parts: this.#precision === "f32" ? [local] : [local, local], zero };
  }

  #isWide(type: RuleBuffer["type"]): boolean {
    return type === "float" && this.#precision === "f64";
  }

  #at(index: Scalar, wide: boolean, base?: Scalar): Value<"i32"> {
    const place = op("i32.shl", this.#f.get(index), i32(wide ? 3 : 2));
    return base === undefined ? place : op("i32.add", this.#f.get(base), place);
  }

  /** Loads four elements of a list at an address, which is relative to `base` if there is one. */
  #loaded(offset: number, type: RuleBuffer["type"], elements: Elements, base?: Scalar): Lanes {
    const f = this.#f;
    const wide = this.#isWide(type);
    if (elements.kind === "each") {
      const at = (k: number): Value<"i32"> => this.#at(elements.indices[k]!, wide, base);
      if (wide) {
        const pair = (k: number): Vector =>
          op("v128.load64_lane", at(k + 1), op("v128.load64_zero", at(k), { offset }), 1, { offset });
        return { parts: [f.let(pair(0)), f.let(pair(2))] };
      }
      let vector: Vector = op("v128.load32_zero", at(0), { offset });
      for (const k of [1, 2, 3]) vector = op("v128.load32_lane", at(k), vector, k, { offset });
      return { parts: [f.let(vector)] };
    }
    const at = (): Value<"i32"> => this.#at(elements.index, wide, base);
    if (elements.kind === "next") {
      const parts = wide ? [0, 16] : [0];
      return { parts: parts.map((more) => f.let(op("v128.load", at(), { offset: offset + more }))) };
    }
    const local = f.let(op(wide ? "v128.load64_splat" : "v128.load32_splat", at(), { offset }));
    return { parts: wide ? [local, local] : [local] };
  }

  #put(offset: number, type: RuleBuffer["type"], elements: Elements, { parts }: Lanes, left: Scalar | undefined): void {
    const f = this.#f;
    const wide = this.#isWide(type);
    /** Stores a lane at an index, or some elements after it. */
    const lane = (k: number, index: Scalar, after = 0): void => {
      const part = f.get(parts[wide ? k >> 1 : 0]!);
      const place = { offset: offset + after * (wide ? 8 : 4) };
      if (wide) f.emit("v128.store64_lane", this.#at(index, true), part, k & 1, place);
      else f.emit("v128.store32_lane", this.#at(index, false), part, k, place);
    };
    if (elements.kind === "one") {
      lane(0, elements.index);
      return;
    }
    if (elements.kind === "each") {
      for (const k of LANES) ifLeft(f, left, k, () => lane(k, elements.indices[k]!));
      return;
    }
    if (left !== undefined) {
      for (const k of [0, 1, 2] as const) ifLeft(f, left, k, () => lane(k, elements.index, k));
      return;
    }
    parts.forEach((part, k) => {
      f.emit("v128.store", this.#at(elements.index, wide), f.get(part), { offset: offset + 16 * k });
    });
  }
}

/** Emits code for lane `k` if more than `k` elements are left. `left` is undefined if all lanes have one. */
export const ifLeft = (f: FunctionBuilder, left: Scalar | undefined, k: number, then: () => void): void => {
  if (left === undefined) then();
  else f.if(op("i32.gt_u", f.get(left), i32(k)), then);
};

export interface RuleSite {
  readonly rule: RuleProgram;
  readonly layout: RuleLayout;
  readonly precision: "f32" | "f64";
}
