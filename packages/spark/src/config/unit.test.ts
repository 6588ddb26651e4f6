import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dimensionless, multiply, parseUnit, power, sameUnit, unitName, unitNames } from "./unit.ts";

const same = (a: string, b: string): boolean => sameUnit(parseUnit(a)!, parseUnit(b)!);

describe("parseUnit", () => {
  test.each([
    ["GΩ·pA", "mV"],
    ["MΩ·nA", "mV"],
    ["mV/GΩ", "pA"],
    ["nS·mV", "pA"],
    ["µS·mV", "nA"],
    ["pF/nS", "ms"],
    ["pF·mV/ms", "pA"],
    ["1/ms", "kHz"],
    ["1/s", "Hz"],
    ["mV^2/mV", "mV"],
    ["mV^-1", "1/mV"],
    ["mV/ms/ms", "mV/ms^2"],
    ["nA·GΩ", "V"],
    ["mV^0.5·mV^0.5", "mV"],
  ])("%s is %s", (a, b) => {
    expect(same(a, b)).toBe(true);
  });

  test.each([
    ["mV", "V"],
    ["mV", "pA"],
    ["ms", "Hz"],
    ["MΩ·pA", "mV"],
  ])("%s is not %s", (a, b) => {
    expect(same(a, b)).toBe(false);
  });

  test.each([
    "",
    " ",
    "mv",
    "ohm",
    "mV*ms",
    "mV/",
    "/ms",
    "mV·",
    "mV^",
    "mV^x",
    "mV^2^3",
    "^2",
    "constructor",
    "mV^Infinity",
    "mV^0x2",
  ])("%j is no unit", (text) => {
    expect(parseUnit(text)).toBeUndefined();
  });

  test("the twins of the ohm and micro signs in Unicode are the same units", () => {
    expect(same("G\u2126", "G\u03a9")).toBe(true);
    expect(same("\u03bcS", "\u00b5S")).toBe(true);
  });

  test("a product of powers is read as such, in any order", () => {
    const factor = fc.tuple(fc.constantFrom(...unitNames), fc.integer({ min: -3, max: 3 }));
    fc.assert(
      fc.property(fc.array(factor, { minLength: 1, maxLength: 5 }), (factors) => {
        const expected = factors.reduce(
          (product, [name, n]) => multiply(product, power(parseUnit(name)!, n)),
          dimensionless,
        );
        const text = factors.map(([name, n]) => `${name}^${n}`);
        expect(sameUnit(parseUnit(text.join("·"))!, expected)).toBe(true);
        expect(sameUnit(parseUnit(text.reverse().join("·"))!, expected)).toBe(true);
      }),
    );
  });
});

describe("unitName", () => {
  test("gives each known unit its name", () => {
    for (const name of unitNames) if (name !== "1") expect(unitName(parseUnit(name)!)).toBe(name);
    expect(unitName(dimensionless)).toBe("a pure number");
  });

  test("gives other units as powers", () => {
    expect(unitName(parseUnit("mV/s")!)).toBe("10^−3 V·s^−1");
    expect(unitName(parseUnit("V^2")!)).toBe("V^2");
    expect(unitName(power(parseUnit("V")!, 0.5))).toBe("V^0.5");
    expect(unitName(parseUnit("mV/V")!)).toBe("10^−3");
  });
});
