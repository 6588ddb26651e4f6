import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printF32, printF64 } from "./decimal.ts";

/** Significant digits of a printed number. */
function digitsOf(text: string): number {
  return text.replace(/e.*/, "").replace(/[-.]/g, "").replace(/^0+/, "").replace(/0+$/, "").length;
}

/** The fewest digits with which `toPrecision` restores the float. */
function fewestDigits(value: number): number {
  let digits = 1;
  while (Math.fround(Number(value.toPrecision(digits))) !== value) digits++;
  return digits;
}

describe("a 32-bit float", () => {
  it.each([
    [0.1, "0.1"],
    [-60, "-60"],
    [-0, "-0"],
    [1 / 3, "0.33333334"],
    [-53.123_456, "-53.123455"],
    [16_777_216, "16777216"],
    [3.402_823_466e38, "3.4028235e+38"],
    [1e-45, "1e-45"],
    [1e-5, "0.00001"],
    [1.5, "1.5"],
  ])("%d is printed as %s", (value, text) => {
    expect(printF32(Math.fround(value))).toBe(text);
  });

  it("is printed with the fewest digits that restore its bits", () => {
    const ordinary = fc.float({ noNaN: true, noDefaultInfinity: true, min: -100, max: 100 });
    const any = fc.float({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.oneof(ordinary, any), (value) => {
        const text = printF32(value);
        expect(Math.fround(Number(text))).toBe(value);
        if (value !== 0) expect(digitsOf(text)).toBeLessThanOrEqual(fewestDigits(value));
      }),
      { numRuns: 5000 },
    );
  });

  it("is printed so that its bits are restored at every power of two, where the spacing of floats is uneven", () => {
    for (let exponent = -149; exponent <= 127; exponent++)
      for (const value of [2 ** exponent, Math.fround(-(2 ** exponent) * (1 - 2 ** -24))])
        expect(Math.fround(Number(printF32(value)))).toBe(value);
  });
});

describe("a double", () => {
  it("restores its bits", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Object.is(Number(printF64(value)), value)).toBe(true);
      }),
    );
  });
});
