import { BackendError } from "../../errors/errors.ts";
import type { DType } from "../../expr/expr.ts";
import type { Kernel, Node, Program } from "../../program/program.ts";
import { masked, printed } from "./ops.ts";

/** C types of values: float, int, bool. */
export const valueTypes: Readonly<Record<DType, string>> = { float: "F", int: "I", bool: "M" };

/** Numbers that are passed at run time, so that one compiled library serves all their values. */
export class Constants {
  readonly floats: number[] = [];
  readonly ints: number[] = [];

  /** Zeros are part of the text, so that the compiler can optimise; other numbers are passed at run time. */
  textOf(dtype: DType, value: number): string {
    if (dtype === "bool") return `truth(${value ? 1 : 0})`;
    if (Object.is(value, 0)) return dtype === "int" ? "splat_int(0)" : "splat(0)";
    const list = dtype === "int" ? this.ints : this.floats;
    const known = list.findIndex((other) => Object.is(other, value));
    const place = known < 0 ? list.push(value) - 1 : known;
    return dtype === "int" ? `splat_int(x->ints[${place}])` : `splat(x->floats[${place}])`;
  }
}

/** C text of an operation. `argument` gives the text of an operand, `name` that of the program in messages. */
export const operationText = (
  node: Extract<Node<string>, { readonly args: readonly number[] }>,
  nodes: readonly Node<string>[],
  argument: (arg: number) => string,
  name: string,
): string => {
  const args = node.args.map((arg, place) => {
    const operand = nodes[arg]!;
    if (!(isShift(node.op) && place === 1)) return argument(arg);
    if (operand.op === "constant") return String(operand.value & 31);
    throw new BackendError(`${name} shifts by a value that is not constant. Give the number of bits as a constant.`);
  });
  return printed[node.op](args[0] ?? "", args[1] ?? "", args[2] ?? "");
};

/** How often a value changes: never within a chunk, once per step, or per unit. */
type Rate = "fixed" | "row" | "unit";

/** A node that selects one value in even steps and another in odd steps. */
export interface Pair {
  readonly node: number;
  readonly even: number;
  readonly odd: number;
}

/**
 * Finds the nodes that select by even and odd steps between values that do not change in these two steps, such as words
 * of one draw. The operands are then computed only in even steps.
 */
const pairsOf = (nodes: readonly Node[]): Pair[] => {
  const one = (k: number): boolean => isConstant(nodes[k], 1);
  const isStep = (k: number): boolean => nodes[k]!.op === "step";
  const isOdd = (k: number): boolean => {
    const node = nodes[k]!;
    if (node.op !== "intEqual" || !one(node.args[1]!)) return false;
    const last = nodes[node.args[0]!]!;
    return last.op === "intAnd" && isStep(last.args[0]!) && one(last.args[1]!);
  };
  // Whether a value depends only on the unit and on half the step.
  const stays: boolean[] = [];
  for (const node of nodes) {
    const half = node.op === "shiftRightUnsigned" && isStep(node.args[0]!) && one(node.args[1]!);
    const plain = node.op === "constant" || node.op === "unit";
    stays.push(half || plain || ("args" in node && node.args.every((arg) => stays[arg])));
  }
  return nodes.flatMap((node, k) => {
    if (node.op !== "intSelect" || node.uniform || !isOdd(node.args[0]!)) return [];
    const [, odd, even] = node.args as readonly [number, number, number];
    const differ = !nodes[odd]!.uniform && !nodes[even]!.uniform;
    return differ && stays[odd] && stays[even] ? [{ node: k, even, odd }] : [];
  });
};

const isConstant = (node: Node | undefined, value: number): boolean => node?.op === "constant" && node.value === value;

const rateOf = (node: Node, rates: readonly Rate[]): Rate => {
  if (!node.uniform) return "unit";
  if (node.op === "step") return "row";
  if (node.op === "load") return node.at === "row" ? "row" : "fixed";
  return "args" in node && node.args.some((arg) => rates[arg] === "row") ? "row" : "fixed";
};

/** How a value is read from memory: for neighbouring units, or for the units of a list. */
export type Access = "group" | "listed";

/**
 * Prints the parts of one kernel. `k` holds values that are constant within a chunk, `r` those that all units of a step
 * share, and `s` the state of a group of lanes.
 */
export class KernelPrinter {
  readonly #program: Program;
  readonly #kernel: Kernel;
  readonly #constants: Constants;
  /** Prefix of the names of its structs and functions. */
  readonly name: string;
  readonly rates: readonly Rate[];
  readonly pairs: readonly Pair[];
  readonly #uses: number[];
  /** Comparisons that are merged into the `and` that uses them. */
  readonly #fused = new Set<number>();

  constructor(name: string, program: Program, kernel: Kernel, constants: Constants) {
    this.name = name;
    this.#program = program;
    this.#kernel = kernel;
    this.#constants = constants;
    const rates: Rate[] = [];
    for (const node of kernel.nodes) rates.push(rateOf(node, rates));
    this.rates = rates;
    this.pairs = pairsOf(kernel.nodes);
    this.#uses = kernel.nodes.map(() => 0);
    for (const node of kernel.nodes) if ("args" in node) for (const arg of node.args) this.#uses[arg]!++;
    for (const store of kernel.stores) this.#uses[store.node]!++;
    for (const node of kernel.nodes) {
      const fused = this.#fusedBy(node);
      if (fused !== undefined) this.#fused.add(fused);
    }
  }

  /** The argument of an `and` that is a comparison without other uses: one masked comparison computes both. */
  #fusedBy(node: Node): number | undefined {
    if (node.op !== "and") return undefined;
    const [first, second] = node.args as readonly [number, number];
    return [second, first].find((test) => {
      const { op } = this.#kernel.nodes[test]!;
      return this.#uses[test] === 1 && this.rates[test] === "unit" && masked[op] !== undefined;
    });
  }

  /** Indices of the nodes of a rate that others read, except for the constants of shifts. */
  members(rate: Rate): number[] {
    return this.#kernel.nodes.flatMap((node, k) => {
      if (this.rates[k] !== rate) return [];
      const read = this.#kernel.nodes.some((user, at) => this.rates[at] !== rate && this.#reads(user, k));
      const stored = this.#kernel.stores.some((store) => store.node === k);
      return read || stored || (rate === "fixed" && node.op !== "constant") ? [k] : [];
    });
  }

  /** Row values that must be computed, for all rows of a chunk before the loops over units. */
  computed(): number[] {
    return this.members("row").filter((k) => "args" in this.#kernel.nodes[k]!);
  }

  #reads(user: Node, k: number): boolean {
    return "args" in user && user.args.some((arg, place) => arg === k && !(isShift(user.op) && place === 1));
  }

  struct(rate: Rate): string {
    const members = this.members(rate).map((k) => `${valueTypes[this.#kernel.nodes[k]!.dtype]} n${k};`);
    return members.join(" ") || "int none;";
  }

  typeOf(k: number): string {
    return valueTypes[this.#kernel.nodes[k]!.dtype];
  }

  dtypeOf(k: number): DType {
    return this.#kernel.nodes[k]!.dtype;
  }

  /** Statements that fill `k`. */
  fixed(): string[] {
    const members = new Set(this.members("fixed"));
    return this.#kernel.nodes.flatMap((node, k) => {
      if (this.rates[k] !== "fixed" || !this.#used(k)) return [];
      const value = this.#value(node, k, (arg) => `n${arg}`);
      return [`${this.typeOf(k)} n${k} = ${value};`, ...(members.has(k) ? [`k.n${k} = n${k};`] : [])];
    });
  }

  #used(k: number): boolean {
    return (
      this.#kernel.stores.some((store) => store.node === k) || this.#kernel.nodes.some((user) => this.#reads(user, k))
    );
  }

  /** Statements that compute `computed()` for LANES rows from `row` on. */
  ahead(): string[] {
    const kept = new Set(this.computed());
    const needed = this.#neededBy([...kept]);
    return this.#kernel.nodes.flatMap((node, k) => {
      if (this.rates[k] !== "row" || !needed.has(k)) return [];
      const argument = (arg: number): string => (this.rates[arg] === "fixed" ? this.#fixedName(arg) : `n${arg}`);
      const value =
        node.op === "step"
          ? "splat_int(firstStep + (int32_t)row) + IOTA"
          : node.op === "load"
            ? `*(const ${this.typeOf(k)} *)(x->b${node.buffer} + row)`
            : this.#value(node, k, argument);
      const line = `${this.typeOf(k)} n${k} = ${value};`;
      if (!kept.has(k)) return [line];
      const stored = this.dtypeOf(k) === "bool" ? `choose_int(n${k}, splat_int(1), splat_int(0))` : `n${k}`;
      return [line, `*(${this.dtypeOf(k) === "float" ? "F" : "I"} *)(x->r${k} + row) = ${stored};`];
    });
  }

  /** The given nodes and all their operands. */
  #neededBy(wanted: readonly number[]): ReadonlySet<number> {
    const needed = new Set(wanted);
    for (let k = this.#kernel.nodes.length - 1; k >= 0; k--) {
      const node = this.#kernel.nodes[k]!;
      if (needed.has(k) && "args" in node) for (const arg of node.args) needed.add(arg);
    }
    return needed;
  }

  /** Statements that fill `r` from values computed ahead, or from buffers. */
  rows(): string[] {
    return this.members("row").map((k) => {
      const node = this.#kernel.nodes[k]!;
      if (node.op === "step") return `r.n${k} = splat_int(firstStep + (int32_t)row);`;
      const source = node.op === "load" ? `x->b${node.buffer}[row]` : `x->r${k}[row]`;
      if (node.dtype === "bool") return `r.n${k} = truth(${source});`;
      return `r.n${k} = ${node.dtype === "int" ? "splat_int" : "splat"}(${source});`;
    });
  }

  /** Statements that compute all of `r`, for kernels that run only in some steps. */
  rowsAtOnce(): string[] {
    const members = new Set(this.members("row"));
    return this.#kernel.nodes.flatMap((node, k) => {
      if (this.rates[k] !== "row") return [];
      const value =
        node.op === "step"
          ? "splat_int(firstStep + (int32_t)row)"
          : node.op === "load"
            ? `${node.dtype === "int" ? "splat_int" : "splat"}(x->b${node.buffer}[row])`
            : this.#value(node, k, (arg) => (this.rates[arg] === "fixed" ? this.#fixedName(arg) : `n${arg}`));
      return [`${this.typeOf(k)} n${k} = ${value};`, ...(members.has(k) ? [`rows.n${k} = n${k};`] : [])];
    });
  }

  /**
   * Statements that compute the values that differ between units, or only those that the `wanted` nodes need. `loads`
   * gives the text of loads that do not read memory.
   */
  units(
    access: Access,
    loads: ReadonlyMap<number, string> = new Map(),
    pairs: readonly Pair[] = [],
    wanted?: readonly number[],
  ): string[] {
    const needed = wanted && this.#neededBy(wanted);
    return this.#kernel.nodes.flatMap((node, k) => {
      if (this.rates[k] !== "unit" || this.#fused.has(k) || needed?.has(k) === false) return [];
      const pair = pairs.find((one) => one.node === k);
      if (pair) return [`I n${k} = odd ? s->p${k} : n${pair.even};`, `if (!odd) s->p${k} = n${pair.odd};`];
      const value =
        node.op === "load"
          ? (loads.get(node.buffer) ?? this.#load(node, access))
          : node.op === "unit"
            ? access === "listed"
              ? "index"
              : "splat_int((int32_t)unit) + IOTA"
            : this.#value(node, k, (arg) => this.argument(arg));
      return [`${this.typeOf(k)} n${k} = ${value};`];
    });
  }

  /** C text of a node's value within the loop over units. */
  argument(k: number): string {
    return this.rates[k] === "unit" ? `n${k}` : this.rates[k] === "row" ? `r->n${k}` : this.#fixedName(k);
  }

  #fixedName(k: number): string {
    return `k->n${k}`;
  }

  #load(node: Extract<Node, { op: "load" }>, access: Access): string {
    const buffer = `x->b${node.buffer}`;
    if (node.at === "rowBit") {
      return `mask_of(bits_at(${buffer} + row * x->words, unit))`;
    }
    const type = this.#program.buffers[node.buffer]!.type === "float" ? "F" : "I";
    if (node.at === "rowUnit") return `*(const ${type} *)(${buffer} + row * x->padded + unit)`;
    return access === "group" ? `*(const ${type} *)(${buffer} + unit)` : `gather_${type}(${buffer}, index)`;
  }

  #value(node: Node, k: number, argument: (arg: number) => string): string {
    if (node.op === "constant") return this.#constants.textOf(node.dtype, node.value);
    if (node.op === "load")
      return node.dtype === "int" ? `splat_int(x->b${node.buffer}[0])` : `splat(x->b${node.buffer}[0])`;
    if (node.op === "unit" || node.op === "step")
      throw new BackendError(`Node ${k} of ${this.name} is not allowed here. Report this as a bug.`);
    const fused = this.#fusedBy(node);
    if (fused !== undefined) {
      const comparison = this.#kernel.nodes[fused] as Extract<Node, { readonly args: readonly number[] }>;
      // The mask is the other argument.
      const mask = node.args.find((arg) => arg !== fused)!;
      return `${masked[comparison.op]}(${[mask, ...comparison.args].map(argument).join(", ")})`;
    }
    return operationText(node, this.#kernel.nodes, argument, this.#program.name);
  }
}

const isShift = (op: string): boolean => op === "shiftLeft" || op === "shiftRight" || op === "shiftRightUnsigned";
