import type { Arithmetic } from "../../../math/arithmetic.ts";
import { exp } from "../../../math/elementary.ts";
import { normalPair, openUnit, type Schedule, threefryBy } from "../../../math/threefry.ts";
import type { FunctionBuilder, FunctionReference } from "../assembler/code.ts";
import { i32, i32x4 } from "../assembler/constants.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { op } from "../assembler/op.ts";
import type { Local, Value } from "../assembler/value.ts";
import type { Vector } from "../lanes.ts";
import { repeat } from "../network/repeat.ts";
import { everywhere, type Groups, type LaneArithmetic, lanesArithmetic } from "./lanes-arithmetic.ts";
import { chunkPlaces, projectionWords } from "./records.ts";

/*
 * The draws of connectivity/draws.ts, eight numbers a round. Each function takes a record, the number of the first draw
 * (a multiple of 8), the one after the last and an address; it may write up to a multiple of 8.
 */

type Scalar = Local<"i32">;
type Draw = FunctionReference<readonly ["i32", "i32", "i32", "i32"], readonly []>;
type WeightDraw = FunctionReference<readonly ["i32", "i32", "i32", "i32"], readonly ["i32"]>;

/** Numbers a round. */
const ROUND = 8;

const below = <V, I, B>(m: Arithmetic<V, I, B>, word: I, choices: V): I => m.toInt(m.mul(openUnit(m, word), choices));

/** Uniform in (0, 1) with 53 bits. */
const fine = <V, I, B>(m: Arithmetic<V, I, B>, [a, b]: readonly [I, I]): V => {
  const high = m.mul(m.toFloat(m.shiftRightUnsigned(a, m.int(5))), m.float(67108864));
  const bits = m.add(high, m.toFloat(m.shiftRightUnsigned(b, m.int(6))));
  return m.mul(m.add(bits, m.float(0.5)), m.float(2 ** -53));
};

const keysAt = (f: FunctionBuilder, record: Scalar, offset: number, groups: number): Schedule<Groups> =>
  [0, 4, 8].map((more) =>
    everywhere(f, groups, op("v128.load32_splat", f.get(record), { offset: offset + more }), "int"),
  ) as unknown as Schedule<Groups>;

const numberAt = (f: FunctionBuilder, record: Scalar, offset: number, groups: number): Groups =>
  everywhere(f, groups, op("v128.load64_splat", f.get(record), { offset }), "float");

/** Numbers from one on, as many as the groups have. */
const indicesFrom = (f: FunctionBuilder, first: Value<"i32">, groups: number): Groups => {
  const base = f.let(op("i32x4.splat", first));
  return Array.from({ length: groups }, (_, g) => ({
    parts: [f.let(op("i32x4.add", f.get(base), i32x4(4 * g, 4 * g + 1, 4 * g + 2, 4 * g + 3)))],
  }));
};

const store = (f: FunctionBuilder, at: Scalar, value: Vector, offset: number): void =>
  f.emit("v128.store", f.get(at), value, { offset });

/** Two words of each draw: one as a number below some choices, the other as `second` makes of it. */
const emitWords = (
  m: ModuleBuilder,
  name: string,
  { key, choices }: { readonly key: number; readonly choices: number },
  second: (m: LaneArithmetic, word: Groups, choices: Groups) => Groups,
): Draw =>
  m.func({ name, params: ["i32", "i32", "i32", "i32"], results: [] }, (f) => {
    const [record, first, end, at] = f.params;
    const formula = <V, I, B>(some: Arithmetic<V, I, B>): unknown => {
      const [zero] = [some.int(0)];
      const [a] = threefryBy(some, [zero, zero, zero], zero, zero);
      return below(some, a, some.float(0));
    };
    const lanes = lanesArithmetic(f, 2, formula);
    const keys = keysAt(f, record, key, 2);
    const scale = numberAt(f, record, choices, 2);
    // So far that the last ones fill a round.
    const stop = f.let(op("i32.add", f.get(end), i32(ROUND - 1)));
    repeat(f, [first, stop], ROUND, () => {
      const [a, b] = threefryBy(lanes, keys, indicesFrom(f, f.get(first), 2), lanes.int(0));
      const units = below(lanes, a, scale);
      const others = second(lanes, b, scale);
      for (const [g, offset] of [0, 16].entries()) {
        store(f, at, f.get(units[g]!.parts[0]!), chunkPlaces.targets + offset);
        store(f, at, f.get(others[g]!.parts[0]!), chunkPlaces.words + offset);
      }
      f.set(at, op("i32.add", f.get(at), i32(4 * ROUND)));
    });
  });

/** Adds the draw of targets, each with a word that is independent of it. */
export const emitPartners = (m: ModuleBuilder): Draw =>
  emitWords(m, "partners", { key: projectionWords.key0, choices: projectionWords.choices }, (_, word) => word);

/** Adds the draw of two numbers below some choices. */
export const emitPairs = (m: ModuleBuilder, places: { readonly key: number; readonly choices: number }): Draw =>
  emitWords(m, "pairs", places, below);

/** A constant weight for all. */
export const emitConstant = (m: ModuleBuilder): WeightDraw =>
  m.func({ name: "constant", params: ["i32", "i32", "i32", "i32"], results: ["i32"] }, (f) => {
    const [record, first, end, at] = f.params;
    const value = f.let(op("v128.load64_splat", f.get(record), { offset: projectionWords.offset }));
    const stop = f.let(op("i32.add", f.get(end), i32(ROUND - 1)));
    repeat(f, [first, stop], ROUND, () => {
      for (let k = 0; k < ROUND / 2; k++) store(f, at, f.get(value), 16 * k);
      f.set(at, op("i32.add", f.get(at), i32(8 * ROUND)));
    });
    f.return(i32(0));
  });

/** One draw a weight: `offset` + `factor` · u, and `offset` where that is rounded up to `max`. */
export const emitUniform = (m: ModuleBuilder): WeightDraw =>
  m.func({ name: "uniform", params: ["i32", "i32", "i32", "i32"], results: ["i32"] }, (f) => {
    const [record, first, end, at] = f.params;
    const lanes = lanesArithmetic(f, 2, (some) => {
      const zero = some.int(0);
      return fine(some, threefryBy(some, [zero, zero, zero], zero, zero));
    });
    const keys = keysAt(f, record, projectionWords.weightKey0, 2);
    const [low, range, high] = [projectionWords.offset, projectionWords.factor, projectionWords.max].map((offset) =>
      numberAt(f, record, offset, 2),
    );
    const stop = f.let(op("i32.add", f.get(end), i32(ROUND - 1)));
    repeat(f, [first, stop], ROUND, () => {
      const words = threefryBy(lanes, keys, indicesFrom(f, f.get(first), 2), lanes.int(0));
      const value = lanes.add(low!, lanes.mul(range!, fine(lanes, words)));
      const kept = lanes.select(lanes.less(value, high!), value, low!);
      kept.forEach(({ parts }, g) => {
        parts.forEach((part, k) => {
          store(f, at, f.get(part), 32 * g + 16 * k);
        });
      });
      f.set(at, op("i32.add", f.get(at), i32(8 * ROUND)));
    });
    f.return(i32(0));
  });

const LOW_PAIR = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
const HIGH_PAIR = [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31];

/**
 * One draw for two weights, of an even number and the odd one after it: `offset` + `factor` · z, or `offset` ·
 * exp(`factor` · z). Gives whether one of them is out of bounds.
 */
export const emitNormal = (m: ModuleBuilder, kind: "normal" | "logNormal"): WeightDraw =>
  m.func({ name: kind, params: ["i32", "i32", "i32", "i32"], results: ["i32"] }, (f) => {
    const [record, first, end, at] = f.params;
    const weightFrom = <V, I, B>(some: Arithmetic<V, I, B>, z: V, offset: V, factor: V): V =>
      kind === "normal" ? some.add(offset, some.mul(factor, z)) : some.mul(offset, exp(some, some.mul(factor, z)));
    const lanes = lanesArithmetic(f, 1, (some) => {
      const zero = some.int(0);
      const [z] = normalPair(some, threefryBy(some, [zero, zero, zero], zero, zero));
      return weightFrom(some, z, z, z);
    });
    const keys = keysAt(f, record, projectionWords.weightKey0, 1);
    const [offset, factor, min, max] = (["offset", "factor", "min", "max"] as const).map((name) =>
      numberAt(f, record, projectionWords[name], 1),
    );
    const outside = f.let(op("i64x2.splat", op("i64.const", 0n)));
    const stop = f.let(op("i32.add", f.get(end), i32(ROUND - 1)));
    repeat(f, [first, stop], ROUND, () => {
      const pairs = indicesFrom(f, op("i32.shr_u", f.get(first), i32(1)), 1);
      const both = normalPair(lanes, threefryBy(lanes, keys, pairs, lanes.int(0)));
      const [even, odd] = both.map((z) => weightFrom(lanes, z, offset!, factor!)[0]!.parts);
      for (const values of [even!, odd!]) {
        for (const part of values) {
          const low = op("f64x2.lt", f.get(part), f.get(min![0]!.parts[0]!));
          const high = op("f64x2.gt", f.get(part), f.get(max![0]!.parts[0]!));
          f.set(outside, op("v128.or", f.get(outside), op("v128.or", low, high)));
        }
      }
      for (const k of [0, 1]) {
        store(f, at, op("i8x16.shuffle", f.get(even![k]!), f.get(odd![k]!), LOW_PAIR), 32 * k);
        store(f, at, op("i8x16.shuffle", f.get(even![k]!), f.get(odd![k]!), HIGH_PAIR), 32 * k + 16);
      }
      f.set(at, op("i32.add", f.get(at), i32(8 * ROUND)));
    });
    f.return(op("v128.any_true", f.get(outside)));
  });
