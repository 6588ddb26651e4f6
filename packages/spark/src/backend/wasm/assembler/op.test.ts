import { expect, test } from "vitest";
import { f32, f32Bits, f64, f64Bits, i8x16, i16x8, i32, i32x4, i64, i64x2 } from "./constants.ts";
import { op, select } from "./op.ts";

const address = i32(0);
const vector = i32x4(0, 1, 2, 3);

/** Every wrong use, the class of its error and the start of its sentence. Those that the compiler sees say so too. */
const refusals: readonly (readonly [name: string, use: () => unknown, kind: typeof Error, message: string])[] = [
  [
    "an operand of another type",
    // @ts-expect-error: an i32 is no vector.
    () => op("f32x4.add", vector, i32(1)),
    TypeError,
    "f32x4.add operand 1 must be a value of type v128; received a value of type i32.",
  ],
  [
    "a double among floats",
    // @ts-expect-error: f32 and f64 do not mix.
    () => op("f32.add", f32(1), f64(1)),
    TypeError,
    "f32.add operand 1 must be a value of type f32; received a value of type f64.",
  ],
  [
    "a missing operand",
    // @ts-expect-error: the second operand is missing.
    () => op("i32.add", i32(1)),
    TypeError,
    "i32.add operand 1 must be a value of type i32; received nothing.",
  ],
  [
    "a bare number",
    // @ts-expect-error: a number is no value.
    () => op("i32.eqz", 1),
    TypeError,
    "i32.eqz operand 0 must be a value of type i32; received number 1.",
  ],
  [
    "a missing lane",
    // @ts-expect-error: a lane is due.
    () => op("f32x4.extract_lane", vector),
    RangeError,
    "f32x4.extract_lane lane must be an integer from 0 to 3; received undefined.",
  ],
  [
    "a lane too high",
    () => op("f32x4.extract_lane", vector, 4),
    RangeError,
    "f32x4.extract_lane lane must be an integer from 0 to 3; received 4.",
  ],
  [
    "a lane below 0",
    () => op("i32x4.replace_lane", vector, i32(0), -1),
    RangeError,
    "i32x4.replace_lane lane must be an integer from 0 to 3; received -1.",
  ],
  [
    "a lane between two",
    () => op("v128.load64_lane", address, vector, 0.5),
    RangeError,
    "v128.load64_lane lane must be an integer from 0 to 1; received 0.5.",
  ],
  [
    "a lane beyond the bytes",
    () => op("v128.load32_lane", address, vector, 4),
    RangeError,
    "v128.load32_lane lane must be an integer from 0 to 3; received 4.",
  ],
  [
    "fifteen lanes",
    () => op("i8x16.shuffle", vector, vector, Array(15).fill(0)),
    RangeError,
    "i8x16.shuffle number of lanes must be an integer from 16 to 16; received 15.",
  ],
  [
    "a lane of no vector",
    () => op("i8x16.shuffle", vector, vector, Array(16).fill(32)),
    RangeError,
    "i8x16.shuffle lane must be an integer from 0 to 31; received 32.",
  ],
  [
    "an offset below 0",
    () => op("i32.load", address, { offset: -4 }),
    RangeError,
    "i32.load offset must be an integer from 0 to 4294967295; received -4.",
  ],
  ["half an offset", () => op("i32.load", address, { offset: 0.5 }), RangeError, "i32.load offset must be"],
  [
    "an offset too large",
    () => op("v128.load", address, { offset: 2 ** 32 }),
    RangeError,
    "v128.load offset must be an integer from 0 to 4294967295; received 4294967296.",
  ],
  [
    "an offset that is NaN",
    () => op("v128.load", address, { offset: Number.NaN }),
    RangeError,
    "v128.load offset must be",
  ],
  [
    "an i32 too large",
    () => i32(2 ** 32),
    RangeError,
    "i32.const must be an integer from -2147483648 to 4294967295; received 4294967296.",
  ],
  ["an i32 with a fraction", () => i32(0.5), RangeError, "i32.const must be an integer"],
  ["an i32 that is NaN", () => i32(Number.NaN), RangeError, "i32.const must be an integer"],
  [
    "an i64 too large",
    () => i64(2n ** 64n),
    RangeError,
    "i64.const must be an integer from -2^63 to 2^64 - 1; received 18446744073709551616.",
  ],
  [
    "bits of a float beyond 32",
    () => f32Bits(2 ** 32),
    RangeError,
    "f32Bits must be an integer from -2147483648 to 4294967295; received 4294967296.",
  ],
  [
    "bits of a double beyond 64",
    () => f64Bits(2n ** 64n),
    RangeError,
    "f64Bits takes bigints from -2^63 to 2^64 - 1; received 18446744073709551616.",
  ],
  ["a lane value too large", () => i32x4(0, 0, 0, 2 ** 32), RangeError, "i32x4 must be an integer"],
  ["a long lane value too large", () => i64x2(0n, 2n ** 64n), RangeError, "i64x2 takes bigints"],
  [
    "a byte too large",
    () => i8x16(256, ...Array(15).fill(0)),
    RangeError,
    "i8x16 must be an integer from -128 to 255; received 256.",
  ],
  ["seven lanes of eight", () => i16x8(1, 2, 3, 4, 5, 6, 7), RangeError, "i16x8 takes 8 lanes; received 7."],
  [
    "a vector constant of 15 bytes",
    () => op("v128.const", new Uint8Array(15)),
    RangeError,
    "v128.const number of bytes must be an integer from 16 to 16; received 15.",
  ],
  [
    "a select of two types",
    // @ts-expect-error: both sides have one type.
    () => select(i32(1), f32(1), f64(1)),
    TypeError,
    "select's third argument must be a value of type f32; received a value of type f64.",
  ],
  [
    "a select on a float",
    // @ts-expect-error: the condition is an i32.
    () => select(f32(1), f32(1), f32(1)),
    TypeError,
    "select's condition must be a value of type i32",
  ],
];

test.each(refusals)("%s is refused", (_, use, kind, message) => {
  expect(use).toThrow(kind);
  expect(use).toThrow(message);
});
