import type { Kernel, Node, Program, Store } from "../../../program/program.ts";
import type { FunctionBuilder } from "../assembler/code.ts";
import { i32, i32x4 } from "../assembler/constants.ts";
import { op } from "../assembler/op.ts";
import type { Local, Value } from "../assembler/value.ts";
import type { Calm } from "./calm.ts";
import { type Lanes, lowering, type Operand, splatFloat, type Vector } from "./lanes.ts";
import { type Region, regionOf, type SlotOffsets } from "./region.ts";

export type Scalar = Local<"i32">;
type Load = Extract<Node, { op: "load" }>;

/** The value of every node in a group. */
type Values = ReadonlyMap<number, Operand>;

/** Addresses of the buffers of a kernel. */
export interface Site {
  readonly program: Program;
  readonly region: Region;
  /** Address of the region. */
  readonly base: Scalar;
  /** Slots of receptors outside the region, from the address `at` on. */
  readonly slots?: { readonly offsets: SlotOffsets; readonly at: Scalar };
}

export const siteOf = (program: Program, base: Scalar, slots?: Site["slots"]): Site => ({
  program,
  region: regionOf(program, slots?.offsets),
  base,
  ...(slots && { slots }),
});

/** Locals with the positions of the loops. */
export interface Cursor {
  readonly row: Scalar;
  readonly step: Scalar;
  /** First unit of the sixteen. */
  readonly unit: Scalar;
}

/** Emits the nodes of one kernel: uniform values once per step, the others for groups of four units. */
export class KernelEmitter {
  readonly #f: FunctionBuilder;
  readonly #program: Program;
  readonly #site: Site;
  readonly #nodes: readonly Node[];
  readonly #stores: readonly Store[];
  readonly #cursor: Cursor;
  readonly #uniform = new Map<number, Operand>();
  /** Addresses of the buffers with a row per step, and of their current rows. */
  readonly #chunks = new Map<number, Scalar>();
  readonly #rows = new Map<number, Scalar>();
  #bits = new Map<number, Scalar>();

  constructor(f: FunctionBuilder, site: Site, kernel: Pick<Kernel, "nodes"> & Partial<Kernel>, cursor: Cursor) {
    this.#f = f;
    this.#program = site.program;
    this.#site = site;
    this.#nodes = kernel.nodes;
    this.#stores = kernel.stores ?? [];
    this.#cursor = cursor;
  }

  /** Emits constants and addresses. Call it before all loops. */
  emitConstants(): void {
    this.#nodes.forEach((node, k) => {
      if (node.op === "constant") this.#uniform.set(k, this.#constant(node.dtype, node.value));
      if (node.op === "load") this.#emitChunk(node.buffer);
    });
    for (const { buffer } of this.#stores) this.#emitChunk(buffer);
  }

  #emitChunk(buffer: number): void {
    if (!this.#program.buffers[buffer]!.perStep || this.#chunks.has(buffer)) return;
    const offset = this.#site.region.offsets[buffer]!;
    this.#chunks.set(buffer, this.#f.let(op("i32.load", this.#f.get(this.#site.base), { offset })));
  }

  /** Emits values that all units share in a step. Call it before the loop over units. */
  emitUniforms(): void {
    for (const [buffer, chunk] of this.#chunks) {
      const { type, length } = this.#program.buffers[buffer]!;
      const wide = type === "float" && this.#program.precision === "f64";
      const past = op("i32.mul", this.#f.get(this.#cursor.row), i32(length * (wide ? 8 : 4)));
      this.#rows.set(buffer, this.#f.let(op("i32.add", this.#f.get(chunk), past)));
    }
    this.#nodes.forEach((node, k) => {
      if (node.uniform && node.op !== "constant") this.#uniform.set(k, this.#node(node, this.#uniform, 0));
    });
  }

  /** Starts a round of sixteen units: emits the loads that they share. */
  startRound(): void {
    this.#bits = new Map();
    for (const node of this.#nodes) {
      if (node.op !== "load" || node.at !== "rowBit" || this.#bits.has(node.buffer)) continue;
      this.#bits.set(node.buffer, this.#f.let(op("i32.load16_u", this.#bitAddress(node.buffer))));
    }
  }

  /** Emits units 4·group to 4·group + 3 of the round. Returns the value of every node. */
  emitGroup(group: number, gather?: readonly Scalar[]): Values {
    return this.#alternating([group], (node, _, values) => this.#node(node, values, group, gather))[0]!;
  }

  /** The same for several groups, whose operations alternate. */
  emitGroups(groups: readonly number[]): readonly Values[] {
    return this.#alternating(groups, (node, _, values, group) => this.#node(node, values, group));
  }

  /** The same for units in which the rare event does not occur. Valid only if the test is false. */
  emitCalmGroups(groups: readonly number[], { test, rare, needed, same }: Calm): readonly Values[] {
    return this.#alternating(groups, (node, k, values, group) => {
      if (!needed.has(k)) return undefined;
      const equal = same.get(k);
      if (equal !== undefined) return values.get(equal)!;
      return k === rare && k !== test ? this.#constant("bool", 0) : this.#node(node, values, group);
    });
  }

  #alternating(
    groups: readonly number[],
    emit: (node: Node, k: number, values: Values, group: number) => Operand | undefined,
  ): readonly Values[] {
    const all = groups.map(() => new Map(this.#uniform));
    this.#nodes.forEach((node, k) => {
      if (this.#uniform.has(k)) return;
      all.forEach((values, at) => {
        const value = emit(node, k, values, groups[at]!);
        if (value) values.set(k, value);
      });
    });
    return all;
  }

  #constant(dtype: "float" | "int" | "bool", value: number): Operand {
    const f = this.#f;
    const zero = Object.is(value, 0);
    if (dtype === "bool") return { parts: [], mask: { narrow: f.let(op("i32x4.splat", i32(value ? -1 : 0))) } };
    if (dtype === "int") return { parts: [f.let(op("i32x4.splat", i32(value)))], zero, count: value };
    const { precision } = this.#program;
    const local = f.let(splatFloat(precision, value));
    return { parts: precision === "f32" ? [local] : [local, local], zero };
  }

  #node(node: Node, values: ReadonlyMap<number, Operand>, group: number, gather?: readonly Scalar[]): Operand {
    const f = this.#f;
    switch (node.op) {
      case "constant":
        return this.#constant(node.dtype, node.value);
      case "step":
        return { parts: [f.let(op("i32x4.splat", f.get(this.#cursor.step)))] };
      case "unit": {
        if (gather) return { parts: [f.let(lanesOfInts(gather.map((index) => f.get(index))))] };
        const first = op("i32x4.splat", f.get(this.#cursor.unit));
        return {
          parts: [f.let(op("i32x4.add", first, i32x4(4 * group, 4 * group + 1, 4 * group + 2, 4 * group + 3)))],
        };
      }
      case "load":
        return this.#load(node, group, gather);
      default:
        return lowering[this.#program.precision][node.op](
          f,
          node.args.map((arg) => values.get(arg)!),
        );
    }
  }

  #load(node: Load, group: number, gather?: readonly Scalar[]): Lanes {
    const f = this.#f;
    const wide = node.dtype === "float" && this.#program.precision === "f64";
    if (node.at === "rowBit") return this.#bitMask(this.#bits.get(node.buffer)!, group);
    const { start, offset } = this.#place(node.buffer);
    if (node.at === "scalar" || node.at === "row") {
      const local = f.let(op(wide ? "v128.load64_splat" : "v128.load32_splat", f.get(start), { offset }));
      return { parts: wide ? [local, local] : [local] };
    }
    if (gather) return { parts: gathered(f, gather, start, offset, wide).map((value) => f.let(value)) };
    const parts = wide ? [0, 16] : [0];
    const first = offset + group * (wide ? 32 : 16);
    return {
      parts: parts.map((more) => f.let(op("v128.load", this.#unitAddress(start, wide), { offset: first + more }))),
    };
  }

  /** Start of a buffer, or of its row for the current step: an address and an offset in bytes. */
  #place(buffer: number): { readonly start: Scalar; readonly offset: number } {
    const { region, base, slots } = this.#site;
    const slot = slots?.offsets.get(this.#program.buffers[buffer]!.name);
    if (slots && slot !== undefined) return { start: slots.at, offset: slot };
    const row = this.#rows.get(buffer);
    return row ? { start: row, offset: 0 } : { start: base, offset: region.offsets[buffer]! };
  }

  #unitAddress(start: Scalar, wide: boolean): Value<"i32"> {
    const unit = op("i32.shl", this.#f.get(this.#cursor.unit), i32(wide ? 3 : 2));
    return op("i32.add", this.#f.get(start), unit);
  }

  /** Address of the sixteen bits of the round in the row of a buffer. */
  #bitAddress(buffer: number): Value<"i32"> {
    const byte = op("i32.shr_u", this.#f.get(this.#cursor.unit), i32(3));
    return op("i32.add", this.#f.get(this.#rows.get(buffer)!), byte);
  }

  #bitMask(bits: Scalar, group: number): Lanes {
    const f = this.#f;
    const one = 1 << (4 * group);
    const places = (): Vector => i32x4(one, one * 2, one * 4, one * 8);
    const narrow = f.let(op("i32x4.eq", op("v128.and", op("i32x4.splat", f.get(bits)), places()), places()));
    return { parts: [], mask: { narrow } };
  }

  /** Stores a float or int of a group at `unit`. */
  storeUnit(buffer: number, lanes: Lanes, group: number): void {
    const wide = lanes.parts.length === 2;
    const { start, offset } = this.#place(buffer);
    lanes.parts.forEach((part, k) => {
      this.#f.emit("v128.store", this.#unitAddress(start, wide), this.#f.get(part), {
        offset: offset + group * (wide ? 32 : 16) + 16 * k,
      });
    });
  }

  /** In a loop over the groups of a round that emits group 0 only: makes the next group the first one. */
  nextGroup(): void {
    const f = this.#f;
    const { unit } = this.#cursor;
    f.set(unit, op("i32.add", f.get(unit), i32(4)));
    for (const bits of this.#bits.values()) f.set(bits, op("i32.shr_u", f.get(bits), i32(4)));
  }

  /** Goes back to the first group of the round. */
  firstGroup(): void {
    const { unit } = this.#cursor;
    this.#f.set(unit, op("i32.sub", this.#f.get(unit), i32(16)));
  }

  /** Stores the bits of sixteen units. */
  storeRound(buffer: number, bits: Value<"i32">): void {
    this.#f.emit("i32.store16", this.#bitAddress(buffer), bits);
  }

  /** Stores the truth values of sixteen units as bits. */
  storeBits(buffer: number, masks: readonly Vector[]): void {
    const [a, b, c, d] = masks;
    const packed = op("i8x16.narrow_i16x8_s", op("i16x8.narrow_i32x4_s", a!, b!), op("i16x8.narrow_i32x4_s", c!, d!));
    this.storeRound(buffer, op("i8x16.bitmask", packed));
  }
}

/** A vector of four ints. */
const lanesOfInts = ([a, b, c, d]: readonly Value<"i32">[]): Vector => {
  let vector: Vector = op("i32x4.splat", a!);
  [b, c, d].forEach((value, k) => {
    vector = op("i32x4.replace_lane", vector, value!, k + 1);
  });
  return vector;
};

const gathered = (
  f: FunctionBuilder,
  indices: readonly Scalar[],
  start: Scalar,
  offset: number,
  wide: boolean,
): Vector[] => {
  const at = (k: number): Value<"i32"> =>
    op("i32.add", f.get(start), op("i32.shl", f.get(indices[k]!), i32(wide ? 3 : 2)));
  if (wide) {
    return [0, 2].map((k) =>
      op("v128.load64_lane", at(k + 1), op("v128.load64_zero", at(k), { offset }), 1, { offset }),
    );
  }
  let vector: Vector = op("v128.load32_zero", at(0), { offset });
  for (const k of [1, 2, 3]) vector = op("v128.load32_lane", at(k), vector, k, { offset });
  return [vector];
};
