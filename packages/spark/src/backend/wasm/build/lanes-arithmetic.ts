import type { PrimitiveName } from "../../../expr/ops.ts";
import type { Arithmetic } from "../../../math/arithmetic.ts";
import type { FunctionBuilder } from "../assembler/code.ts";
import { i32 } from "../assembler/constants.ts";
import { op } from "../assembler/op.ts";
import { lowering, type Operand, splatFloat, type Vector, type VectorLocal } from "../step/lanes.ts";

/** A value for several groups of four numbers. The processor can compute one group while another one waits. */
export type Groups = readonly Operand[];

export type LaneArithmetic = Arithmetic<Groups, Groups, Groups>;

/** Rotates by `bits`. Rotations by whole bytes are one instruction. */
const turned = (f: FunctionBuilder, local: VectorLocal, bits: number): Vector => {
  const value = f.get(local);
  if (bits % 8 !== 0) return op("v128.or", op("i32x4.shl", value, i32(bits)), op("i32x4.shr_u", value, i32(32 - bits)));
  const bytes = Array.from({ length: 16 }, (_, k) => (k & ~3) + ((k - bits / 8 + 4) & 3));
  return op("i8x16.shuffle", value, value, bytes);
};

/** Collects the constants that a formula uses. */
const constantsOf = (
  formula: (m: Arithmetic<null, null, null>) => unknown,
): { readonly floats: ReadonlySet<number>; readonly ints: ReadonlySet<number> } => {
  const floats = new Set<number>();
  const ints = new Set<number>();
  const none = (): null => null;
  const known = {
    precision: "f64",
    float: (value: number) => {
      floats.add(value);
      return null;
    },
    int: (value: number) => {
      ints.add(value);
      return null;
    },
  };
  const m = new Proxy(known, { get: (own, name) => own[name as keyof typeof own] ?? none });
  formula(m as unknown as Arithmetic<null, null, null>);
  return { floats, ints };
};

/**
 * Double precision on groups of four numbers. The constants of the given formulas are stored in locals now, so that a
 * loop that begins later does not create them in every round.
 */
export const lanesArithmetic = (
  f: FunctionBuilder,
  groups: number,
  formula: <V, I, B>(m: Arithmetic<V, I, B>) => unknown,
): LaneArithmetic => {
  const { floats, ints } = constantsOf(formula);
  const zero = (value: number): boolean => Object.is(value, 0);
  const float = (value: number): Operand => {
    const local = f.let(splatFloat("f64", value));
    return { parts: [local, local], zero: zero(value) };
  };
  const int = (value: number): Operand => {
    return { parts: [f.let(op("i32x4.splat", i32(value)))], zero: zero(value), count: value };
  };
  const knownFloats = new Map([...floats].map((value) => [value, float(value)]));
  const knownInts = new Map([...ints].map((value) => [value, int(value)]));
  const all = (operand: Operand): Groups => Array.from({ length: groups }, () => operand);
  const apply =
    (name: PrimitiveName) =>
    (...args: readonly Groups[]): Groups =>
      Array.from({ length: groups }, (_, g) =>
        lowering.f64[name](
          f,
          args.map((arg) => arg[g]!),
        ),
      );
  const names: readonly (keyof Arithmetic<0, 0, 0> & PrimitiveName)[] = [
    "add",
    "sub",
    "mul",
    "div",
    "sqrt",
    "abs",
    "min",
    "max",
    "nearest",
    "less",
    "select",
    "intSelect",
    "toInt",
    "toFloat",
    "pow2",
    "exponent",
    "mantissa",
    "intAdd",
    "intSub",
    "intAnd",
    "intOr",
    "intXor",
    "shiftLeft",
    "shiftRight",
    "shiftRightUnsigned",
    "intEqual",
  ];
  const operations = Object.fromEntries(names.map((name) => [name, apply(name)]));
  // The two shifts that form a rotation to the left. If they are merged, the engine removes them.
  const shifted = new WeakMap<Groups, { readonly of: Groups; readonly turn: number }>();
  const shift =
    (name: "shiftLeft" | "shiftRightUnsigned", turnOf: (bits: number) => number) =>
    (of: Groups, bits: Groups): Groups => {
      const result = operations[name]!(of, bits);
      shifted.set(result, { of, turn: turnOf(bits[0]!.count!) });
      return result;
    };
  return {
    precision: "f64",
    float: (value: number) => all(knownFloats.get(value) ?? float(value)),
    int: (value: number) => all(knownInts.get(value) ?? int(value)),
    ...operations,
    shiftLeft: shift("shiftLeft", (bits) => bits),
    shiftRightUnsigned: shift("shiftRightUnsigned", (bits) => 32 - bits),
    intOr: (a: Groups, b: Groups): Groups => {
      const [left, right] = [shifted.get(a), shifted.get(b)];
      if (!left || left.of !== right?.of || left.turn !== right.turn) return operations["intOr"]!(a, b);
      return left.of.map(({ parts: [part] }) => ({ parts: [f.let(turned(f, part!, left.turn))] }));
    },
  } as unknown as LaneArithmetic;
};

/** The same vector for all groups, in as many parts as its type needs. */
export const everywhere = (f: FunctionBuilder, groups: number, value: Vector, type: "float" | "int"): Groups => {
  const local = f.let(value);
  const operand: Operand = { parts: type === "float" ? [local, local] : [local] };
  return Array.from({ length: groups }, () => operand);
};
