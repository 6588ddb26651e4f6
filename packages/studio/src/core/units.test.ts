import fc from "fast-check";
import { expect, test } from "vitest";
import { enteredValue, quantityOf, shownNumber, shownValue } from "./units.ts";

test.each([
  ["10 MΩ", "GΩ", 0.01],
  ["10 Mohm", "GΩ", 0.01],
  ["0,5 s", "ms", 500],
  ["−50", "mV", -50],
  ["-0.05 V", "mV", -50],
  ["1e-3 uA", "pA", 1000],
  ["5 %", "1", 0.05],
  ["20", "weight", 20],
  ["2 kHz", "Hz", 2000],
  ["0.02 1/ms", "1/ms", 0.02],
  ["20 Hz", "1/ms", 0.02],
  ["3 nS·mV", "pA", 3],
  [".5", "ms", 0.5],
])("%s in %s is %d", (text, unit, value) => {
  expect(enteredValue(text, unit)).toEqual({ value });
});

test.each([
  ["20 mV", "ms", "mV is a potential; this is a time in ms."],
  ["20 ms", "1", "ms is a time; this is a pure number."],
  ["20 parsec", "ms", '"parsec" is not a unit that the studio knows. Write ms.'],
  ["fast", "ms", '"fast" is not a number.'],
  ["", "ms", "Enter a number."],
  ["1e999", "ms", "1e999 is too large."],
])("%s in %s is refused", (text, unit, problem) => {
  expect(enteredValue(text, unit)).toEqual({ problem });
});

test("a value that is shown is read back", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const read = enteredValue(shownValue(value, "mV"), "mV");
      expect("value" in read && Math.abs(read.value - value) <= Math.abs(value) * 1e-11).toBe(true);
    }),
  );
});

test("numbers are shown without noise", () => {
  expect([0.1 + 0.2, 1 / 3, 1e6, -60].map(shownNumber)).toEqual(["0.3", String(1 / 3), "1000000", "-60"]);
  expect(quantityOf("mV/ms")).toBe("a value in mV/ms");
});
