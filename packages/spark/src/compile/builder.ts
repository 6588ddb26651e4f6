import type { Precision } from "../config/parse.ts";
import { ModelError } from "../errors/errors.ts";
import { meaning } from "../expr/evaluate.ts";
import type { DType } from "../expr/expr.ts";
import { type PrimitiveName, signatures } from "../expr/ops.ts";
import type { Arithmetic } from "../math/arithmetic.ts";
import type { Kernel, Node, Place, Store } from "../program/program.ts";

/** Most operations of a population per step. Beyond it, no backend compiles a kernel in a reasonable time. */
export const MOST_OPERATIONS = 1e5;

/** Collects the nodes of one kernel. Equal nodes are shared, and operations on constants are computed immediately. */
export class KernelBuilder {
  readonly precision: Precision;
  readonly nodes: Node[] = [];
  readonly stores: Store[] = [];
  /** Node of a bool that is rarely true, if a backend may test for it. */
  rare: number | undefined;
  readonly #places = new Map<string, number>();
  readonly #population: string;

  /** `population` is its name in messages. */
  constructor(precision: Precision, population = "A population") {
    this.precision = precision;
    this.#population = population;
  }

  #put(key: string, node: Node): number {
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

  load(dtype: DType, buffer: number, at: Place): number {
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
    const nodes = args.map((arg) => this.nodes[arg]!);
    const { result } = signatures[op];
    if (nodes.every((node) => node.op === "constant")) {
      const [a = 0, b = 0, c = 0] = nodes.map((node) => (node as { value: number }).value);
      return this.constant(result, meaning[op](a, b, c));
    }
    const shorter = this.#unchanged(op, args) ?? this.#relaxedToZero(op, args) ?? this.#moved(op, args);
    if (shorter !== undefined) return shorter;
    const uniform = nodes.every((node) => node.uniform);
    return this.#put(`${op} ${args.join(" ")}`, { op, dtype: result, args, uniform });
  }

  /** x + (−0) equals x for every x, and so does a selection between x and x. */
  #unchanged(op: PrimitiveName, [a, b, c]: readonly number[]): number | undefined {
    if ((op === "select" || op === "intSelect") && b === c) return b;
    if (op !== "add") return undefined;
    const nothing = (k: number): boolean => {
      const node = this.nodes[k]!;
      return node.op === "constant" && Object.is(node.value, -0);
    };
    return nothing(b!) ? a : nothing(a!) ? b : undefined;
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
  finish(): Kernel {
    const { nodes, placeOf } = this.#kept(this.stores.map(({ node }) => node));
    const rare = this.rare === undefined ? undefined : placeOf.get(this.rare);
    const stores = this.stores.map((store) => ({ ...store, node: placeOf.get(store.node)! }));
    return { nodes, stores, ...(rare !== undefined && { rare }) };
  }

  /** The nodes that a value depends on, and the index of the value among them. */
  finishValue(node: number): { readonly nodes: readonly Node[]; readonly value: number } {
    const { nodes, placeOf } = this.#kept([node]);
    return { nodes, value: placeOf.get(node)! };
  }

  /** The nodes that the given nodes depend on, in order, and the new index of each. */
  #kept(wanted: readonly number[]): { readonly nodes: Node[]; readonly placeOf: ReadonlyMap<number, number> } {
    const needed = new Set<number>();
    const mark = (k: number): void => {
      if (needed.has(k)) return;
      needed.add(k);
      const node = this.nodes[k]!;
      if ("args" in node) node.args.forEach(mark);
    };
    wanted.forEach(mark);
    const kept = [...needed].sort((a, b) => a - b);
    const placeOf = new Map(kept.map((old, place) => [old, place]));
    const nodes = kept.map((old): Node => {
      const node = this.nodes[old]!;
      return "args" in node ? { ...node, args: node.args.map((arg) => placeOf.get(arg)!) } : node;
    });
    return { nodes, placeOf };
  }

  /** The arithmetic into which elementary functions are expanded. */
  get arithmetic(): Arithmetic<number, number, number> {
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
