import type { PrimitiveName } from "../../../expr/ops.ts";
import type { FunctionBuilder } from "../assembler/code.ts";
import { f32, f64, i32, i64 } from "../assembler/constants.ts";
import { op } from "../assembler/op.ts";
import type { OpcodeImmediate, OpcodeOperands, OpcodeResult, ValueOpcode } from "../assembler/opcodes.ts";
import type { Local, Value } from "../assembler/value.ts";

export type Vector = Value<"v128">;
export type VectorLocal = Local<"v128">;

/**
 * The values of four units in locals. A float needs one vector in single precision and two in double; an int needs one.
 * A truth value is a mask as wide as ints (`narrow`), as wide as floats (`wide`), or both after both were needed.
 */
export interface Lanes {
  readonly parts: readonly VectorLocal[];
  mask?: { narrow?: VectorLocal; wide?: readonly VectorLocal[] };
}

/** Lanes, and for constants whether they are zero and their value as the count of a shift. */
export type Operand = Lanes & { readonly zero?: boolean; readonly count?: number };

type Emit = (f: FunctionBuilder, args: readonly Operand[]) => Lanes;

const LOW_WORDS = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27];
const TWICE_LOW = [0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7];
const TWICE_HIGH = [8, 9, 10, 11, 8, 9, 10, 11, 12, 13, 14, 15, 12, 13, 14, 15];
const HIGH_HALF = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];
const LOW_HALVES = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];

const keep = (f: FunctionBuilder, values: readonly Vector[]): Lanes => ({ parts: values.map((value) => f.let(value)) });
const ofMask = (f: FunctionBuilder, values: readonly Vector[], width: "narrow" | "wide"): Lanes => {
  const locals = values.map((value) => f.let(value));
  return { parts: [], mask: width === "narrow" ? { narrow: locals[0]! } : { wide: locals } };
};

/** A mask as wide as ints. */
export const narrow = (f: FunctionBuilder, lanes: Lanes): VectorLocal => {
  const mask = lanes.mask!;
  if (!mask.narrow) {
    const [low, high] = mask.wide!.map((local) => f.get(local));
    mask.narrow = f.let(op("i8x16.shuffle", low!, high!, LOW_WORDS));
  }
  return mask.narrow;
};

/** The vectors of a truth value, in the width that exists. */
export const vectorsOf = ({ mask }: Lanes): readonly VectorLocal[] => mask!.wide ?? [mask!.narrow!];

/** A mask as wide as floats. */
const wide = (f: FunctionBuilder, lanes: Lanes, precision: "f32" | "f64"): readonly VectorLocal[] => {
  if (precision === "f32") return [narrow(f, lanes)];
  const mask = lanes.mask!;
  mask.wide ??= [TWICE_LOW, TWICE_HIGH].map((lanes) =>
    f.let(op("i8x16.shuffle", f.get(mask.narrow!), f.get(mask.narrow!), lanes)),
  );
  return mask.wide;
};

/** Computes c ? a : b for each vector. If a or b is zero, one operation replaces three. */
const choose = (f: FunctionBuilder, masks: readonly VectorLocal[], a: Operand, b: Operand): Lanes =>
  keep(
    f,
    masks.map((mask, k) => {
      const m = f.get(mask);
      if (b.zero) return op("v128.and", f.get(a.parts[k]!), m);
      if (a.zero) return op("v128.andnot", f.get(b.parts[k]!), m);
      return op("v128.bitselect", f.get(a.parts[k]!), f.get(b.parts[k]!), m);
    }),
  );

const truth =
  (name: "v128.and" | "v128.or" | "v128.xor") =>
  (f: FunctionBuilder, [a, b]: readonly Operand[]): Lanes => {
    const left = a!.mask!;
    const right = b!.mask!;
    if (left.wide && right.wide && !(left.narrow && right.narrow)) {
      const rights = right.wide;
      const both = left.wide.map((x, k) => op(name, f.get(x), f.get(rights[k]!)));
      return ofMask(f, both, "wide");
    }
    return ofMask(f, [op(name, f.get(narrow(f, a!)), f.get(narrow(f, b!)))], "narrow");
  };

const not: Emit = (f, [a]) => {
  const { narrow: mask, wide: pair } = a!.mask!;
  return mask
    ? ofMask(f, [op("v128.not", f.get(mask))], "narrow")
    : ofMask(
        f,
        pair!.map((local) => op("v128.not", f.get(local))),
        "wide",
      );
};

type Unary = (a: Vector) => Vector;
type Applied<Operands> = {
  [Name in ValueOpcode]: readonly [OpcodeOperands<Name>, OpcodeResult<Name>, OpcodeImmediate<Name>] extends readonly [
    Operands,
    "v128",
    "none",
  ]
    ? Name
    : never;
}[ValueOpcode];
/** Instructions that take two vectors, or one, and return a vector. */
type BinaryOpcode = Applied<readonly ["v128", "v128"]>;
type UnaryOpcode = Applied<readonly ["v128"]>;

const pairs = (f: FunctionBuilder, name: BinaryOpcode, [a, b]: readonly Operand[]): Vector[] =>
  a!.parts.map((x, k) => op(name, f.get(x), f.get(b!.parts[k]!)));
const each2 =
  (name: BinaryOpcode): Emit =>
  (f, args) =>
    keep(f, pairs(f, name, args));
const each1 =
  (apply: UnaryOpcode | Unary): Emit =>
  (f, [a]) =>
    keep(
      f,
      a!.parts.map((x) => (typeof apply === "string" ? op(apply, f.get(x)) : apply(f.get(x)))),
    );
const test2 =
  (name: BinaryOpcode, width: "narrow" | "wide"): Emit =>
  (f, args) =>
    ofMask(f, pairs(f, name, args), width);
const shift =
  (name: "i32x4.shl" | "i32x4.shr_s" | "i32x4.shr_u"): Emit =>
  (f, [a, b]) =>
    keep(f, [op(name, f.get(a!.parts[0]!), i32(b!.count!))]);

/** Operations that are the same in both precisions. */
const common = {
  intAdd: each2("i32x4.add"),
  intSub: each2("i32x4.sub"),
  intMul: each2("i32x4.mul"),
  intMin: each2("i32x4.min_s"),
  intMax: each2("i32x4.max_s"),
  intAnd: each2("v128.and"),
  intOr: each2("v128.or"),
  intXor: each2("v128.xor"),
  shiftLeft: shift("i32x4.shl"),
  shiftRight: shift("i32x4.shr_s"),
  shiftRightUnsigned: shift("i32x4.shr_u"),
  intSelect: (f: FunctionBuilder, [c, a, b]: readonly Operand[]) => choose(f, [narrow(f, c!)], a!, b!),
  intLess: test2("i32x4.lt_s", "narrow"),
  intLessEqual: test2("i32x4.le_s", "narrow"),
  intEqual: test2("i32x4.eq", "narrow"),
  and: truth("v128.and"),
  or: truth("v128.or"),
  xor: truth("v128.xor"),
  not,
} satisfies Partial<Record<PrimitiveName, Emit>>;

const splat32 = (value: number): Vector => op("i32x4.splat", i32(value));
const splat64 = (value: bigint): Vector => op("i64x2.splat", i64(value));

/** Operations on floats that differ only in the shape of the vectors and the width of truth values. */
const ofFloats = (shape: "f32x4" | "f64x2", precision: "f32" | "f64", width: "narrow" | "wide") =>
  ({
    ...common,
    add: each2(`${shape}.add`),
    sub: each2(`${shape}.sub`),
    mul: each2(`${shape}.mul`),
    div: each2(`${shape}.div`),
    sqrt: each1(`${shape}.sqrt`),
    abs: each1(`${shape}.abs`),
    neg: each1(`${shape}.neg`),
    min: each2(`${shape}.pmin`),
    max: each2(`${shape}.pmax`),
    floor: each1(`${shape}.floor`),
    nearest: each1(`${shape}.nearest`),
    select: (f: FunctionBuilder, [c, a, b]: readonly Operand[]) => choose(f, wide(f, c!, precision), a!, b!),
    less: test2(`${shape}.lt`, width),
    lessEqual: test2(`${shape}.le`, width),
    equal: test2(`${shape}.eq`, width),
  }) satisfies Partial<Record<PrimitiveName, Emit>>;

const single = {
  ...ofFloats("f32x4", "f32", "narrow"),
  toInt: each1("i32x4.trunc_sat_f32x4_s"),
  toFloat: each1("f32x4.convert_i32x4_s"),
  pow2: each1((a) => op("i32x4.shl", op("i32x4.add", a, splat32(127)), i32(23))),
  exponent: each1((a) => op("i32x4.sub", op("v128.and", op("i32x4.shr_u", a, i32(23)), splat32(0xff)), splat32(127))),
  mantissa: each1((a) => op("v128.or", op("v128.and", a, splat32(0x7fffff)), splat32(0x3f800000))),
} satisfies Record<PrimitiveName, Emit>;

const double = {
  ...ofFloats("f64x2", "f64", "wide"),
  toInt: (f, [a]) => {
    const [low, high] = a!.parts.map((part) => op("i32x4.trunc_sat_f64x2_s_zero", f.get(part)));
    return keep(f, [op("i8x16.shuffle", low!, high!, LOW_HALVES)]);
  },
  toFloat: (f, [a]) => {
    const x = f.get(a!.parts[0]!);
    const high = op("i8x16.shuffle", x, f.get(a!.parts[0]!), HIGH_HALF);
    return keep(f, [op("f64x2.convert_low_i32x4_s", x), op("f64x2.convert_low_i32x4_s", high)]);
  },
  pow2: (f, [a]) => {
    const k = f.let(op("i32x4.add", f.get(a!.parts[0]!), splat32(1023)));
    return keep(f, [
      op("i64x2.shl", op("i64x2.extend_low_i32x4_u", f.get(k)), i32(52)),
      op("i64x2.shl", op("i64x2.extend_high_i32x4_u", f.get(k)), i32(52)),
    ]);
  },
  exponent: (f, [a]) => {
    const [low, high] = a!.parts.map((part) => op("i64x2.shr_u", f.get(part), i32(52)));
    const both = op("v128.and", op("i8x16.shuffle", low!, high!, LOW_WORDS), splat32(0x7ff));
    return keep(f, [op("i32x4.sub", both, splat32(1023))]);
  },
  mantissa: each1((a) => op("v128.or", op("v128.and", a, splat64(0xfffffffffffffn)), splat64(0x3ff0000000000000n))),
} satisfies Record<PrimitiveName, Emit>;

/** How each primitive is computed on four units. */
export const lowering: Readonly<Record<"f32" | "f64", Readonly<Record<PrimitiveName, Emit>>>> = {
  f32: single,
  f64: double,
};

/** A float in every lane. */
export const splatFloat = (precision: "f32" | "f64", value: number): Vector =>
  precision === "f32" ? op("f32x4.splat", f32(value)) : op("f64x2.splat", f64(value));
