import { requireRange } from "./bytes.ts";
import { float32Bytes, float64Bytes, op } from "./op.ts";
import { Value } from "./value.ts";

/** An i32 constant, −2^31 … 2^32 − 1; what is above 2^31 − 1 is the same bits read without a sign. */
export function i32(value: number): Value<"i32"> {
  return op("i32.const", value);
}

/** An i64 constant, −2^63 … 2^64 − 1; what is above 2^63 − 1 is the same bits read without a sign. */
export function i64(value: bigint): Value<"i64"> {
  return op("i64.const", value);
}

/** An f32 constant: the number rounded once to single precision. −0 and infinities are kept, NaN is the canonical NaN. */
export function f32(value: number): Value<"f32"> {
  return op("f32.const", value);
}

/** An f64 constant. −0 and infinities are kept, NaN is the canonical NaN. */
export function f64(value: number): Value<"f64"> {
  return op("f64.const", value);
}

/** An f32 constant by its 32 bits, for NaNs with a payload. */
export function f32Bits(bits: number): Value<"f32"> {
  requireLane("f32Bits", bits, 32);
  return new Value(
    "f32",
    0x43,
    [],
    lanesOf(4, (view) => view.setUint32(0, bits, true)),
  );
}

/** An f64 constant by its 64 bits, for NaNs with a payload. */
export function f64Bits(bits: bigint): Value<"f64"> {
  requireLane64("f64Bits", bits);
  return new Value(
    "f64",
    0x44,
    [],
    lanesOf(8, (view) => view.setBigUint64(0, BigInt.asUintN(64, bits), true)),
  );
}

/** A v128 constant of four i32 lanes, each −2^31 … 2^32 − 1; lane 0 is at the lowest address. */
export function i32x4(a: number, b: number, c: number, d: number): Value<"v128"> {
  const lanes = [a, b, c, d];
  for (const lane of lanes) requireLane("i32x4", lane, 32);
  return vector((view) => lanes.forEach((lane, place) => void view.setInt32(place * 4, lane, true)));
}

/** A v128 constant of two i64 lanes, each −2^63 … 2^64 − 1. */
export function i64x2(a: bigint, b: bigint): Value<"v128"> {
  const lanes = [a, b];
  for (const lane of lanes) requireLane64("i64x2", lane);
  return vector((view) => lanes.forEach((lane, place) => void view.setBigInt64(place * 8, lane, true)));
}

/** A v128 constant of four f32 lanes, rounded as `f32` rounds. For NaNs with a payload use `i32x4`. */
export function f32x4(a: number, b: number, c: number, d: number): Value<"v128"> {
  const bytes = new Uint8Array(16);
  [a, b, c, d].forEach((lane, place) => void bytes.set(float32Bytes(lane), place * 4));
  return op("v128.const", bytes);
}

/** A v128 constant of two f64 lanes. For NaNs with a payload use `i64x2`. */
export function f64x2(a: number, b: number): Value<"v128"> {
  const bytes = new Uint8Array(16);
  [a, b].forEach((lane, place) => void bytes.set(float64Bytes(lane), place * 8));
  return op("v128.const", bytes);
}

/** A v128 constant of sixteen i8 lanes, each −128 … 255. */
export function i8x16(...lanes: readonly number[]): Value<"v128"> {
  requireCount("i8x16", lanes, 16);
  for (const lane of lanes) requireLane("i8x16", lane, 8);
  return vector((view) => lanes.forEach((lane, place) => void view.setInt8(place, lane)));
}

/** A v128 constant of eight i16 lanes, each −32768 … 65535. */
export function i16x8(...lanes: readonly number[]): Value<"v128"> {
  requireCount("i16x8", lanes, 8);
  for (const lane of lanes) requireLane("i16x8", lane, 16);
  return vector((view) => lanes.forEach((lane, place) => void view.setInt16(place * 2, lane, true)));
}

function vector(fill: (view: DataView) => void): Value<"v128"> {
  return op("v128.const", lanesOf(16, fill));
}

function lanesOf(size: number, fill: (view: DataView) => void): Uint8Array {
  const view = new DataView(new ArrayBuffer(size));
  fill(view);
  return new Uint8Array(view.buffer);
}

function requireLane(where: string, lane: number, width: number): void {
  requireRange(where, lane, -(2 ** (width - 1)), 2 ** width - 1);
}

function requireLane64(where: string, lane: bigint): void {
  if (typeof lane === "bigint" && lane >= -(2n ** 63n) && lane < 2n ** 64n) return;
  throw new RangeError(`${where} takes bigints from -2^63 to 2^64 - 1; received ${String(lane)}. Wrap it first.`);
}

function requireCount(where: string, lanes: readonly number[], count: number): void {
  if (lanes.length === count) return;
  throw new RangeError(`${where} takes ${count} lanes; received ${lanes.length}. Give each lane.`);
}
