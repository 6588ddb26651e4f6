import type { TypedArray } from "./npyheader.ts";

const digitsOfF32 = 9;
const powers = Array.from({ length: 13 }, (_, exponent) => Number(`1e${exponent}`));

/**
 * The shortest decimal that gives the same bits when read as a double: JavaScript's own format, with the sign of −0.
 */
export function printF64(value: number): string {
  return value === 0 && 1 / value < 0 ? "-0" : String(value);
}

/**
 * The shortest decimal that gives the bits of a 32-bit float when read as a double and rounded: 0.1 for
 * `Math.fround(0.1)`. Of several shortest decimals, it is the nearest. Only at ±2^-96, ±2^87 and ±2^90, where the
 * spacing of floats is uneven, does the nearest decimal have one digit more than the shortest; there the nearest one is
 * printed.
 */
export function printF32(value: number): string {
  const size = Math.abs(value);
  if (value === 0) return printF64(value);
  if (size < 1e-4 || size >= 2 ** 24) return printByDigits(value);
  const sign = value < 0 ? "-" : "";
  // 24 bits times 5^12 fit a double, so the product is exact. digits / power is the double nearest to the decimal, as a
  // reader of the decimal computes it.
  for (let places = 0; places < powers.length; places++) {
    const power = powers[places]!;
    const digits = Math.round(size * power);
    if (Math.fround(digits / power) !== size) continue;
    const text = String(digits).padStart(places + 1, "0");
    const point = text.length - places;
    return places === 0 ? sign + text : `${sign}${text.slice(0, point)}.${text.slice(point)}`;
  }
  return printByDigits(value);
}

function printByDigits(value: number): string {
  for (let digits = 1; digits < digitsOfF32; digits++) {
    const decimal = Number(value.toPrecision(digits));
    if (Math.fround(decimal) === value) return String(decimal);
  }
  return String(Number(value.toPrecision(digitsOfF32)));
}

/** The print function for the elements of a typed array. */
export function printerOf(data: TypedArray): (value: number | bigint) => string {
  if (data instanceof Float32Array) return (value) => printF32(Number(value));
  if (data instanceof Float64Array) return (value) => printF64(Number(value));
  return String;
}
