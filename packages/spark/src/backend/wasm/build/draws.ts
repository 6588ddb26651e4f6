import type { Arithmetic } from "../../../math/arithmetic.ts";
import { exp } from "../../../math/elementary.ts";
import { normalPair, type Schedule, threefryBy } from "../../../math/threefry.ts";
import type { FunctionBuilder, FunctionReference } from "../assembler/code.ts";
import { i32, i32x4 } from "../assembler/constants.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { op } from "../assembler/op.ts";
import type { Value } from "../assembler/value.ts";
import { repeat } from "../network/repeat.ts";
import type { Vector, VectorLocal } from "../step/lanes.ts";
import { everywhere, type Groups, lanesArithmetic } from "./lanes-arithmetic.ts";
import { chunkPlaces, projectionWords } from "./records.ts";
import type { Scalar } from "./words.ts";

/*
 * The draws of connectivity/draws.ts, eight numbers per round. Each function takes a record, the number of the first
 * draw (a multiple of 8), the number after the last, and an address. It may write up to the next multiple of 8.
 */

export type Draw = FunctionReference<readonly ["i32", "i32", "i32", "i32"], readonly []>;
export type WeightDraw = FunctionReference<readonly ["i32", "i32", "i32", "i32"], readonly ["i32"]>;

/** Numbers per round. */
const ROUND = 8;

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

/** Consecutive numbers, one for each element of the groups. */
const indicesFrom = (f: FunctionBuilder, first: Value<"i32">, groups: number): Groups => {
  const base = f.let(op("i32x4.splat", first));
  return Array.from({ length: groups }, (_, g) => ({
    parts: [f.let(op("i32x4.add", f.get(base), i32x4(4 * g, 4 * g + 1, 4 * g + 2, 4 * g + 3)))],
  }));
};

const store = (f: FunctionBuilder, at: Scalar, value: Vector, offset: number): void =>
  f.emit("v128.store", f.get(at), value, { offset });

/** Emits a loop over numbers in rounds, with an address that advances with them. */
const eachRound = (
  f: FunctionBuilder,
  [first, end, at]: readonly [Scalar, Scalar, Scalar],
  numbers: number,
  bytes: number,
  round: () => void,
): void => {
  // Rounded up, so that the last numbers fill a round.
  const stop = f.let(op("i32.add", f.get(end), i32(numbers - 1)));
  repeat(f, [first, stop], numbers, () => {
    round();
    f.set(at, op("i32.add", f.get(at), i32(bytes * numbers)));
  });
};

const threefryOf = <V, I, B>(m: Arithmetic<V, I, B>): readonly [I, I] => {
  const zero = m.int(0);
  return threefryBy(m, [zero, zero, zero], zero, zero);
};

const GROUPS = 2;

/** Adds the draw of words that determine the delays of synapses, without their targets. */
export const emitDelayWords = (m: ModuleBuilder): Draw =>
  m.func({ name: "delayWords", params: ["i32", "i32", "i32", "i32"], results: [] }, (f) => {
    const [record, first, end, at] = f.params;
    const lanes = lanesArithmetic(f, GROUPS, threefryOf);
    const keys = keysAt(f, record, projectionWords.key0, GROUPS);
    eachRound(f, [first, end, at], ROUND, 4, () => {
      const [, words] = threefryBy(lanes, keys, indicesFrom(f, f.get(first), GROUPS), lanes.int(0));
      words.forEach(({ parts }, g) => {
        store(f, at, f.get(parts[0]!), chunkPlaces.words + 16 * g);
      });
    });
  });

const HIGH_WORDS = [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31];

/** Number of choices below which `below` is exact, so that integer arithmetic gives the same result. */
export const MOST_CHOICES = 2 ** 20;

/**
 * The same as `below` for fewer than MOST_CHOICES choices c. Then (w + ½) · c is exact in double precision, so its part
 * above 2³² is that of w · c + ⌊c / 2⌋ in integers.
 */
const belowExactly = (f: FunctionBuilder, word: VectorLocal, choices: VectorLocal, half: VectorLocal): Vector => {
  const [low, high] = (["i64x2.extmul_low_i32x4_u", "i64x2.extmul_high_i32x4_u"] as const).map((name) =>
    op("i64x2.add", op(name, f.get(word), f.get(choices)), f.get(half)),
  );
  return op("i8x16.shuffle", low!, high!, HIGH_WORDS);
};

/** Adds the draw of targets, each with an independent word. */
export const emitPartners = (m: ModuleBuilder): Draw =>
  m.func({ name: "partners", params: ["i32", "i32", "i32", "i32"], results: [] }, (f) => {
    const [record, first, end, at] = f.params;
    const lanes = lanesArithmetic(f, GROUPS, threefryOf);
    const keys = keysAt(f, record, projectionWords.key0, GROUPS);
    const { choices, half } = exactChoices(f, record, projectionWords.choices);
    eachRound(f, [first, end, at], ROUND, 4, () => {
      const [drawn, words] = threefryBy(lanes, keys, indicesFrom(f, f.get(first), GROUPS), lanes.int(0));
      drawn.forEach(({ parts }, g) => {
        store(f, at, belowExactly(f, parts[0]!, choices, half), chunkPlaces.targets + 16 * g);
        store(f, at, f.get(words[g]!.parts[0]!), chunkPlaces.words + 16 * g);
      });
    });
  });

/** Adds the draw of two numbers below a number of choices. */
export const emitPairs = (m: ModuleBuilder, places: { readonly key: number; readonly choices: number }): Draw =>
  m.func({ name: "pairs", params: ["i32", "i32", "i32", "i32"], results: [] }, (f) => {
    const [record, first, end, at] = f.params;
    const lanes = lanesArithmetic(f, GROUPS, threefryOf);
    const keys = keysAt(f, record, places.key, GROUPS);
    const { choices, half } = exactChoices(f, record, places.choices);
    eachRound(f, [first, end, at], ROUND, 4, () => {
      const both = threefryBy(lanes, keys, indicesFrom(f, f.get(first), GROUPS), lanes.int(0));
      both.forEach((words, k) => {
        words.forEach(({ parts }, g) => {
          const offset = (k === 0 ? chunkPlaces.targets : chunkPlaces.words) + 16 * g;
          store(f, at, belowExactly(f, parts[0]!, choices, half), offset);
        });
      });
    });
  });

/** The number of choices, and its half, in every lane. */
const exactChoices = (f: FunctionBuilder, record: Scalar, offset: number) => {
  const count = f.let(op("i32.load", f.get(record), { offset }));
  const choices = f.let(op("i32x4.splat", f.get(count)));
  const half = f.let(op("i64x2.splat", op("i64.extend_i32_u", op("i32.shr_u", f.get(count), i32(1)))));
  return { choices, half };
};

/** The same weight for all synapses. */
export const emitConstant = (m: ModuleBuilder): WeightDraw =>
  m.func({ name: "constant", params: ["i32", "i32", "i32", "i32"], results: ["i32"] }, (f) => {
    const [record, first, end, at] = f.params;
    const value = f.let(op("v128.load64_splat", f.get(record), { offset: projectionWords.offset }));
    eachRound(f, [first, end, at], ROUND, 8, () => {
      for (let k = 0; k < ROUND / 2; k++) store(f, at, f.get(value), 16 * k);
    });
    f.return(i32(0));
  });

/** One draw per weight: `offset` + `factor` · u, or `offset` if that is rounded up to `max`. */
export const emitUniform = (m: ModuleBuilder): WeightDraw =>
  m.func({ name: "uniform", params: ["i32", "i32", "i32", "i32"], results: ["i32"] }, (f) => {
    const [record, first, end, at] = f.params;
    const lanes = lanesArithmetic(f, GROUPS, (some) => fine(some, threefryOf(some)));
    const keys = keysAt(f, record, projectionWords.weightKey0, 2);
    const [low, range, high] = [projectionWords.offset, projectionWords.factor, projectionWords.max].map((offset) =>
      numberAt(f, record, offset, 2),
    );
    eachRound(f, [first, end, at], ROUND, 8, () => {
      const words = threefryBy(lanes, keys, indicesFrom(f, f.get(first), 2), lanes.int(0));
      const value = lanes.add(low!, lanes.mul(range!, fine(lanes, words)));
      const kept = lanes.select(lanes.less(value, high!), value, low!);
      kept.forEach(({ parts }, g) => {
        parts.forEach((part, k) => {
          store(f, at, f.get(part), 32 * g + 16 * k);
        });
      });
    });
    f.return(i32(0));
  });

/** Number of groups of four draws, each for two weights. */
const PAIR_GROUPS = 1;
const LOW_PAIR = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
const HIGH_PAIR = [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31];

/**
 * One draw for two weights, of an even number and the odd one after it: `offset` + `factor` · z, or `offset` ·
 * exp(`factor` · z). Returns whether one of them is out of bounds.
 */
export const emitNormal = (m: ModuleBuilder, kind: "normal" | "logNormal"): WeightDraw =>
  m.func({ name: kind, params: ["i32", "i32", "i32", "i32"], results: ["i32"] }, (f) => {
    const [record, first, end, at] = f.params;
    const weightFrom = <V, I, B>(some: Arithmetic<V, I, B>, z: V, offset: V, factor: V): V =>
      kind === "normal" ? some.add(offset, some.mul(factor, z)) : some.mul(offset, exp(some, some.mul(factor, z)));
    const lanes = lanesArithmetic(f, PAIR_GROUPS, (some) => {
      const [z] = normalPair(some, threefryOf(some));
      return weightFrom(some, z, z, z);
    });
    const keys = keysAt(f, record, projectionWords.weightKey0, PAIR_GROUPS);
    const [offset, factor, min, max] = (["offset", "factor", "min", "max"] as const).map((name) =>
      numberAt(f, record, projectionWords[name], PAIR_GROUPS),
    );
    const outside = f.let(op("i64x2.splat", op("i64.const", 0n)));
    eachRound(f, [first, end, at], PAIR_GROUPS * ROUND, 8, () => {
      const pairs = indicesFrom(f, op("i32.shr_u", f.get(first), i32(1)), PAIR_GROUPS);
      const both = normalPair(lanes, threefryBy(lanes, keys, pairs, lanes.int(0)));
      const [evens, odds] = both.map((z) => weightFrom(lanes, z, offset!, factor!).flatMap(({ parts }) => parts));
      for (const part of [...evens!, ...odds!]) {
        const low = op("f64x2.lt", f.get(part), f.get(min![0]!.parts[0]!));
        const high = op("f64x2.gt", f.get(part), f.get(max![0]!.parts[0]!));
        f.set(outside, op("v128.or", f.get(outside), op("v128.or", low, high)));
      }
      evens!.forEach((even, k) => {
        store(f, at, op("i8x16.shuffle", f.get(even), f.get(odds![k]!), LOW_PAIR), 32 * k);
        store(f, at, op("i8x16.shuffle", f.get(even), f.get(odds![k]!), HIGH_PAIR), 32 * k + 16);
      });
    });
    f.return(op("v128.any_true", f.get(outside)));
  });
