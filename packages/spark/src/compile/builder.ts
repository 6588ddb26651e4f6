import type { Precision } from "../config/parse.ts";
import { ModelError } from "../errors/errors.ts";
import { meaning } from "../expr/evaluate.ts";
import type { DType } from "../expr/expr.ts";
import { type PrimitiveName, signatures } from "../expr/ops.ts";
import type { Arithmetic } from "../math/arithmetic.ts";
import type { Kernel, Node, Place, Store } from "../program/program.ts";

/** Most operations of a population per step. Beyond it, no backend compiles a kernel in a reasonable time. */
export const MOST_OPERATIONS = 1e5;

/**
 * Collects the nodes of one kernel. Equal nodes are shared, and operations on constants are computed immediately. `P`:
 * where loads find their element.
 */
export class KernelBuilder<P extends string = Place> {
  readonly precision: Precision;
  readonly nodes: Node<P>[] = [];
  readonly stores: Store[] = [];
  /** Node of a bool that is rarely true, if a backend may test for it. */
  rare: number | undefined;
  readonly #places = new Map<string, number>();
  readonly #population: string;
  #arithmetic: Arithmetic<number, number, number> | undefined;

  /** `population` is its name in messages. */
  constructor(precision: Precision, population = "A population") {
    this.precision = precision;
    this.#population = population;
  }

  #put(key: string, node: Node<P>): number {
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    if (this.nodes.length === MOST_OPERATIONS) {
      throw new ModelError(
        `${this.#population} must have at most ${MOST_OPERATIONS} operations per step. Use fewer synapses, inputs or sub-steps.`,
      );
    }
    this.#places.set(key, this.nodes.length);
    return this.nodes.push(node) - 1;
  }

  /**
   * Adds a number, rounded to the precision.
   * @throws ModelError for an int that is not a whole number of 32 bits
   */
  constant(dtype: DType, value: number): number {
    if (dtype === "int" && (value | 0) !== value) {
      throw new ModelError(
        `A constant among ints must be a whole number from -2147483648 to 2147483647; received ${value}. Use a float, or a smaller number.`,
      );
    }
    const rounded = dtype === "int" ? value | 0 : this.precision === "f32" ? Math.fround(value) : value;
    const key = Object.is(rounded, -0) ? `${dtype} -0` : `${dtype} ${rounded}`;
    return this.#put(key, { op: "constant", dtype, value: rounded, uniform: true });
  }

  load(dtype: DType, buffer: number, at: P): number {
    const uniform = at === "scalar" || at === "row";
    return this.#put(`load ${buffer} ${at}`, { op: "load", dtype, buffer, at, uniform });
  }

  unit(): number {
    return this.#put("unit", { op: "unit", dtype: "int", uniform: false });
  }

  step(): number {
    return this.#put("step", { op: "step", dtype: "int", uniform: true });
  }

  op(op: PrimitiveName, ...args: readonly number[]): number {
    const { result } = signatures[op];
    let constant = true;
    let uniform = true;
    let key: string = op;
    for (const arg of args) {
      const node = this.nodes[arg]!;
      constant &&= node.op === "constant";
      uniform &&= node.uniform;
      key += ` ${arg}`;
    }
    // An operation that is known needs no further look: the first one was already simplified as far as possible.
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    if (constant) {
      const [a = 0, b = 0, c = 0] = args.map((arg) => (this.nodes[arg] as { value: number }).value);
      return this.constant(result, meaning[op](a, b, c));
    }
    const shorter =
      this.#unchanged(op, args) ?? this.#multiplied(op, args) ?? this.#relaxedToZero(op, args) ?? this.#moved(op, args);
    if (shorter !== undefined) return shorter;
    return this.#put(key, { op, dtype: result, args, uniform });
  }

  /**
   * x + (−0), 1·x and x/1 equal x for every x, and so does a selection between x and x, or with a constant condition.
   */
  #unchanged(op: PrimitiveName, [a, b, c]: readonly number[]): number | undefined {
    if (op === "mul" || op === "div") {
      if (this.#valueOf(b!) === 1) return a;
      return op === "mul" && this.#valueOf(a!) === 1 ? b : undefined;
    }
    if (op === "select" || op === "intSelect") {
      const condition = this.nodes[a!]!;
      return b === c ? b : condition.op === "constant" ? (condition.value ? b : c) : undefined;
    }
    if (op !== "add") return undefined;
    const nothing = (k: number): boolean => Object.is(this.#valueOf(k), -0);
    return nothing(b!) ? a : nothing(a!) ? b : undefined;
  }

  #valueOf(k: number): number | undefined {
    const node = this.nodes[k]!;
    return node.op === "constant" ? node.value : undefined;
  }

  /**
   * x/2ⁿ equals 2⁻ⁿ·x for every x: both are the same number, rounded once. A division takes several times as long as a
   * product.
   */
  #multiplied(op: PrimitiveName, [x, divisor]: readonly number[]): number | undefined {
    if (op !== "div") return undefined;
    const value = this.#valueOf(divisor!) ?? 0;
    const power = Math.round(Math.log2(Math.abs(value)));
    // Both powers are normal numbers in either precision.
    if (!(Math.abs(power) <= 126) || 2 ** power !== Math.abs(value)) return undefined;
    return this.op("mul", x!, this.constant("float", 1 / value));
  }

  /**
   * Rewrites an operation on a selection between two uniform values as a selection between two uniform results. They
   * are computed once per step instead of once per unit, with the same rounding.
   */
  #moved(op: PrimitiveName, args: readonly number[]): number | undefined {
    const { result } = signatures[op];
    const place = args.findIndex((arg) => !this.nodes[arg]!.uniform);
    if (result === "bool" || args.some((arg, k) => k !== place && !this.nodes[arg]!.uniform)) return undefined;
    const chosen = this.nodes[args[place]!];
    if (chosen?.op !== "select" && chosen?.op !== "intSelect") return undefined;
    const [condition, ...sides] = chosen.args as readonly [number, number, number];
    if (!sides.every((side) => this.nodes[side]!.uniform)) return undefined;
    const [a, b] = sides.map((side) => this.op(op, ...args.map((arg, k) => (k === place ? side : arg))));
    return this.op(result === "float" ? "select" : "intSelect", condition, a!, b!);
  }

  /** x + k·(0 − x) equals x − k·x for every k and x, including the sign of every zero. */
  #relaxedToZero(op: PrimitiveName, [x, change]: readonly number[]): number | undefined {
    const product = op === "add" ? this.nodes[change!] : undefined;
    if (product?.op !== "mul") return undefined;
    const difference = this.nodes[product.args[1]!];
    if (difference?.op !== "sub" || difference.args[1] !== x) return undefined;
    if (difference.args[0] !== this.constant("float", 0)) return undefined;
    return this.op("sub", x!, this.op("mul", product.args[0]!, x!));
  }

  store(buffer: number, node: number, at: Store["at"]): void {
    this.stores.push({ buffer, node, at });
  }

  /** The kernel without the nodes that no store needs. */
  finish(this: KernelBuilder): Kernel {
    const { nodes, placeOf } = this.#kept(this.stores.map(({ node }) => node));
    const rare = this.rare === undefined ? undefined : placeOf.get(this.rare);
    const stores = this.stores.map((store) => ({ ...store, node: placeOf.get(store.node)! }));
    return { nodes, stores, ...(rare !== undefined && { rare }) };
  }

  /** The nodes that a value depends on, and the index of the value among them. */
  finishValue(node: number): { readonly nodes: readonly Node<P>[]; readonly value: number } {
    const { nodes, values } = this.finishValues([node]);
    return { nodes, value: values[0]! };
  }

  /** The nodes that some values depend on, and the index of each value among them. */
  finishValues(wanted: readonly number[]): { readonly nodes: readonly Node<P>[]; readonly values: readonly number[] } {
    const { nodes, placeOf } = this.#kept(wanted);
    return { nodes, values: wanted.map((node) => placeOf.get(node)!) };
  }

  /** The nodes that the given nodes depend on, in order, and the new index of each. */
  #kept(wanted: readonly number[]): { readonly nodes: Node<P>[]; readonly placeOf: ReadonlyMap<number, number> } {
    const needed = new Uint8Array(this.nodes.length);
    for (const k of wanted) needed[k] = 1;
    // Arguments come before their operation.
    for (let k = this.nodes.length - 1; k >= 0; k--) {
      const node = this.nodes[k]!;
      if (needed[k] && "args" in node) for (const arg of node.args) needed[arg] = 1;
    }
    const placeOf = new Map<number, number>();
    const nodes: Node<P>[] = [];
    for (const [k, node] of this.nodes.entries()) {
      if (!needed[k]) continue;
      placeOf.set(k, nodes.length);
      nodes.push("args" in node ? { ...node, args: node.args.map((arg) => placeOf.get(arg)!) } : node);
    }
    return { nodes, placeOf };
  }

  /** The arithmetic into which elementary functions are expanded. */
  get arithmetic(): Arithmetic<number, number, number> {
    this.#arithmetic ??= this.#newArithmetic();
    return this.#arithmetic;
  }

  #newArithmetic(): Arithmetic<number, number, number> {
    const on =
      (op: PrimitiveName) =>
      (...args: number[]): number =>
        this.op(op, ...args);
    return {
      precision: this.precision,
      float: (value) => this.constant("float", value),
      int: (value) => this.constant("int", value),
      add: on("add"),
      sub: on("sub"),
      mul: on("mul"),
      div: on("div"),
      sqrt: on("sqrt"),
      abs: on("abs"),
      min: on("min"),
      max: on("max"),
      nearest: on("nearest"),
      less: on("less"),
      select: on("select"),
      intSelect: on("intSelect"),
      toInt: on("toInt"),
      toFloat: on("toFloat"),
      pow2: on("pow2"),
      exponent: on("exponent"),
      mantissa: on("mantissa"),
      intAdd: on("intAdd"),
      intSub: on("intSub"),
      intAnd: on("intAnd"),
      intOr: on("intOr"),
      intXor: on("intXor"),
      shiftLeft: on("shiftLeft"),
      shiftRight: on("shiftRight"),
      shiftRightUnsigned: on("shiftRightUnsigned"),
      intEqual: on("intEqual"),
    };
  }
}
