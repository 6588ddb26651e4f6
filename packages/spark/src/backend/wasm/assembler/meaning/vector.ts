import type { VectorOpcode } from "../opcodes.ts";
import { count, emptyVector, float, floatLanes, lane, lanes, setLane, type Width } from "./lanes.ts";
import { nearest, prefixed } from "./table.ts";

/**
 * The meaning of an instruction: what it leaves for its operands. Every operand and result is sixteen bytes; a scalar
 * has its bits in the lowest. `nan` is the width of the result's float lanes where any NaN is as good as another.
 */
export interface VectorMeaning {
  readonly compute: (args: readonly DataView[], lanes: readonly number[]) => DataView;
  readonly nan?: Width;
}

/** A meaning that treats the lanes of its operands alike, as signed integers. */
function each(width: Width, map: (...args: bigint[]) => bigint): VectorMeaning {
  return { compute: (args) => lanes(width, (place) => map(...args.map((arg) => lane(arg, width, place)))) };
}

/** A meaning that treats the lanes of its operands alike, as numbers. */
function eachFloat(width: Width, map: (...args: number[]) => number): VectorMeaning {
  const compute: VectorMeaning["compute"] = (args) =>
    floatLanes(width, count(width), (place) => map(...args.map((arg) => float(arg, width, place))));
  return { compute, nan: width };
}

/** A relation on numbers, answered by all bits of the lane. */
function eachFloatFact(width: Width, holds: (a: number, b: number) => boolean): VectorMeaning {
  return {
    compute: ([a, b]) => lanes(width, (place) => mask(holds(float(a!, width, place), float(b!, width, place)))),
  };
}

const mask = (holds: boolean): bigint => (holds ? -1n : 0n);
const size = (value: bigint): bigint => (value < 0n ? -value : value);

function scalar(value: bigint): DataView {
  const result = emptyVector();
  setLane(result, 32, 0, value);
  return result;
}

/** What is left of narrow lanes: they carry truth values on their way to bits. */
function bits(width: Width) {
  return {
    all_true: {
      compute: ([a]) =>
        scalar(bitmask(a!, width, (value) => value !== 0n) === 2n ** BigInt(count(width)) - 1n ? 1n : 0n),
    },
    bitmask: { compute: ([a]) => scalar(bitmask(a!, width, (value) => value < 0n)) },
    splat: lanePlaces(width).splat,
  } satisfies Record<string, VectorMeaning>;
}

function integerLanes(width: 32 | 64) {
  const unsigned = (value: bigint) => BigInt.asUintN(width, value);
  const shift = (map: (a: bigint, by: bigint) => bigint): VectorMeaning => ({
    compute: ([a, by]) =>
      lanes(width, (place) => map(lane(a!, width, place), BigInt.asUintN(32, lane(by!, 32, 0)) % BigInt(width))),
  });
  return {
    ...integerFacts(width),
    ...bits(width),
    abs: each(width, size),
    neg: each(width, (a) => -a),
    add: each(width, (a, b) => a! + b!),
    sub: each(width, (a, b) => a! - b!),
    mul: each(width, (a, b) => a! * b!),
    min_s: each(width, (a, b) => (a! < b! ? a! : b!)),
    min_u: each(width, (a, b) => (unsigned(a!) < unsigned(b!) ? a! : b!)),
    max_s: each(width, (a, b) => (a! > b! ? a! : b!)),
    max_u: each(width, (a, b) => (unsigned(a!) > unsigned(b!) ? a! : b!)),
    shl: shift((a, by) => a << by),
    shr_s: shift((a, by) => a >> by),
    shr_u: shift((a, by) => unsigned(a) >> by),
    ...lanePlaces(width),
  } satisfies Record<string, VectorMeaning>;
}

function bitmask(view: DataView, width: Width, holds: (value: bigint) => boolean): bigint {
  let bits = 0n;
  for (let place = 0; place < count(width); place++) if (holds(lane(view, width, place))) bits |= 1n << BigInt(place);
  return bits;
}

function integerFacts(width: Width) {
  const unsigned = (value: bigint) => BigInt.asUintN(width, value);
  return {
    eq: each(width, (a, b) => mask(a === b)),
    ne: each(width, (a, b) => mask(a !== b)),
    lt_s: each(width, (a, b) => mask(a! < b!)),
    lt_u: each(width, (a, b) => mask(unsigned(a!) < unsigned(b!))),
    gt_s: each(width, (a, b) => mask(a! > b!)),
    gt_u: each(width, (a, b) => mask(unsigned(a!) > unsigned(b!))),
    le_s: each(width, (a, b) => mask(a! <= b!)),
    le_u: each(width, (a, b) => mask(unsigned(a!) <= unsigned(b!))),
    ge_s: each(width, (a, b) => mask(a! >= b!)),
    ge_u: each(width, (a, b) => mask(unsigned(a!) >= unsigned(b!))),
  };
}

/** Splat, extraction and replacement only move bits, so floats have them as integers have. */
function lanePlaces(width: Width) {
  const scalarWidth = width === 64 ? 64 : 32;
  return {
    splat: { compute: ([a]) => lanes(width, () => lane(a!, width, 0)) },
    extract_lane: {
      compute: ([a], [place]) => {
        const result = emptyVector();
        setLane(result, scalarWidth, 0, lane(a!, width, place!));
        return result;
      },
    },
    replace_lane: {
      compute: ([a, b], [at]) => lanes(width, (place) => lane(place === at ? b! : a!, width, place === at ? 0 : place)),
    },
  } satisfies Record<string, VectorMeaning>;
}

/** From 32-bit lanes to 64-bit ones: every name says which half and which sign. */
function widenings() {
  const extend = (high: boolean, signed: boolean): VectorMeaning => ({
    compute: ([a]) =>
      lanes(64, (place) => {
        const value = lane(a!, 32, place + (high ? 2 : 0));
        return signed ? value : BigInt.asUintN(32, value);
      }),
  });
  const product = (high: boolean): VectorMeaning => ({
    compute: ([a, b]) =>
      lanes(64, (place) => {
        const [x, y] = [a!, b!].map((view) => BigInt.asUintN(32, lane(view, 32, place + (high ? 2 : 0))));
        return x! * y!;
      }),
  });
  return {
    extmul_low_i32x4_u: product(false),
    extmul_high_i32x4_u: product(true),
    extend_low_i32x4_s: extend(false, true),
    extend_low_i32x4_u: extend(false, false),
    extend_high_i32x4_s: extend(true, true),
    extend_high_i32x4_u: extend(true, false),
  };
}

function narrow(width: 8 | 16, low: bigint, high: bigint): VectorMeaning {
  const from = (width * 2) as Width;
  return {
    compute: ([a, b]) =>
      lanes(width, (place) => {
        const value = place < count(from) ? lane(a!, from, place) : lane(b!, from, place - count(from));
        return value < low ? low : value > high ? high : value;
      }),
  };
}

function floatMeanings(width: 32 | 64) {
  const sign = 1n << BigInt(width - 1);
  return {
    eq: eachFloatFact(width, (a, b) => a === b),
    ne: eachFloatFact(width, (a, b) => a !== b),
    lt: eachFloatFact(width, (a, b) => a < b),
    gt: eachFloatFact(width, (a, b) => a > b),
    le: eachFloatFact(width, (a, b) => a <= b),
    ge: eachFloatFact(width, (a, b) => a >= b),
    abs: each(width, (a) => BigInt.asUintN(width, a!) & ~sign),
    neg: each(width, (a) => BigInt.asUintN(width, a!) ^ sign),
    ceil: eachFloat(width, (a) => Math.ceil(a!)),
    floor: eachFloat(width, (a) => Math.floor(a!)),
    trunc: eachFloat(width, (a) => Math.trunc(a!)),
    nearest: eachFloat(width, (a) => nearest(a!)),
    sqrt: eachFloat(width, (a) => Math.sqrt(a!)),
    add: eachFloat(width, (a, b) => a! + b!),
    sub: eachFloat(width, (a, b) => a! - b!),
    mul: eachFloat(width, (a, b) => a! * b!),
    div: eachFloat(width, (a, b) => a! / b!),
    min: eachFloat(width, (a, b) => Math.min(a!, b!)),
    max: eachFloat(width, (a, b) => Math.max(a!, b!)),
    pmin: eachFloat(width, (a, b) => (b! < a! ? b! : a!)),
    pmax: eachFloat(width, (a, b) => (a! < b! ? b! : a!)),
    ...lanePlaces(width),
  };
}

/** Truncation to i32 lanes that saturates; lanes beyond the source's are 0. */
function truncate(from: 32 | 64, low: number, high: number): VectorMeaning {
  const one = (value: number) => (Number.isNaN(value) ? 0n : BigInt(Math.trunc(Math.min(high, Math.max(low, value)))));
  return { compute: ([a]) => lanes(32, (place) => (place < count(from) ? one(float(a!, from, place)) : 0n)) };
}

function convert(to: 32 | 64, signed: boolean): VectorMeaning {
  const read = (view: DataView, place: number) =>
    Number(signed ? lane(view, 32, place) : BigInt.asUintN(32, lane(view, 32, place)));
  return { compute: ([a]) => floatLanes(to, count(to), (place) => read(a!, place)) };
}

/** What every vector instruction computes. */
export const vectorMeanings: Readonly<Record<VectorOpcode, VectorMeaning>> = {
  "i8x16.shuffle": {
    compute: ([a, b], order) => lanes(8, (place) => lane(order[place]! < 16 ? a! : b!, 8, order[place]! % 16)),
  },
  "v128.not": each(64, (a) => ~a!),
  "v128.and": each(64, (a, b) => a! & b!),
  "v128.andnot": each(64, (a, b) => a! & ~b!),
  "v128.or": each(64, (a, b) => a! | b!),
  "v128.xor": each(64, (a, b) => a! ^ b!),
  "v128.bitselect": each(64, (a, b, choice) => (a! & choice!) | (b! & ~choice!)),
  "v128.any_true": { compute: ([a]) => scalar(lane(a!, 64, 0) !== 0n || lane(a!, 64, 1) !== 0n ? 1n : 0n) },
  ...prefixed("i8x16.", {
    ...bits(8),
    popcnt: each(8, (a) => BigInt(BigInt.asUintN(8, a!).toString(2).replaceAll("0", "").length)),
    narrow_i16x8_s: narrow(8, -128n, 127n),
    narrow_i16x8_u: narrow(8, 0n, 255n),
  }),
  ...prefixed("i16x8.", {
    ...bits(16),
    narrow_i32x4_s: narrow(16, -32768n, 32767n),
    narrow_i32x4_u: narrow(16, 0n, 65535n),
  }),
  ...prefixed("i32x4.", integerLanes(32)),
  "i32x4.trunc_sat_f32x4_s": truncate(32, -(2 ** 31), 2 ** 31 - 1),
  "i32x4.trunc_sat_f64x2_s_zero": truncate(64, -(2 ** 31), 2 ** 31 - 1),
  ...prefixed("i64x2.", { ...integerLanes(64), ...widenings() }),
  ...prefixed("f32x4.", floatMeanings(32)),
  "f32x4.convert_i32x4_s": convert(32, true),
  ...prefixed("f64x2.", floatMeanings(64)),
  "f64x2.convert_low_i32x4_s": convert(64, true),
};
