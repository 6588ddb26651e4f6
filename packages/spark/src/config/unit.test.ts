import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  dimensionless,
  multiply,
  parseUnit,
  placesBetween,
  sameUnit,
  simpleUnit,
  type Unit,
  unitBases,
  unitPrefixes,
  unitText,
} from "./unit.ts";

const same = (a: string, b: string): boolean => sameUnit(parseUnit(a)!, parseUnit(b)!);
const names = unitBases.flatMap((base) => unitPrefixes.map((prefix) => prefix + base));

/** Products of powers of different names; powers may be fractions. */
const units: fc.Arbitrary<Unit> = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...names), fc.constantFrom(-3, -2, -1, -0.5, 0.5, 0.25, 1, 1.5, 2)), {
    selector: ([name]) => name,
    maxLength: 6,
  })
  .map((factors) => new Map(factors));

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
    ["mV^0.1·mV^0.2", "mV^0.3"],
    ["nS*mV", "nS·mV"],
    [" pF · mV / ms ", "pF·mV/ms"],
    ["1·mV", "mV"],
    ["uS", "µS"],
    ["MOhm", "MΩ"],
    ["kohm", "kΩ"],
    ["fA·GΩ", "µV"],
    ["S·Ω", "1"],
  ])("%s is %s", (a, b) => {
    expect(same(a, b)).toBe(true);
  });

  test.each([
    ["mV", "V"],
    ["mV", "pA"],
    ["ms", "Hz"],
    ["mS", "ms"],
    ["MΩ·pA", "mV"],
  ])("%s is not %s", (a, b) => {
    expect(same(a, b)).toBe(false);
  });

  test.each([
    "",
    " ",
    "mv",
    "m",
    "k1",
    "cm",
    "msec",
    "volt",
    "mmV",
    "mV ms",
    "mV/",
    "/ms",
    "mV·",
    "·mV",
    "mV/·ms",
    "mV^",
    "mV^x",
    "mV^2^3",
    "^2",
    "constructor",
    "mV^Infinity",
    "mV^0x2",
    "(mV)",
    "mV/(ms·pA)",
    "mV/ms·pA",
    "1/ms*mV",
    undefined,
    null,
    5,
  ])("%j is no unit", (text) => {
    expect(parseUnit(text)).toBeUndefined();
  });

  test("the twins of the ohm and micro signs in Unicode are the same units", () => {
    expect(same("G\u2126", "G\u03a9")).toBe(true);
    expect(same("\u03bcS", "\u00b5S")).toBe(true);
  });

  test("every base unit takes every prefix", () => {
    for (const name of names) expect([...parseUnit(name)!]).toEqual([[name, 1]]);
  });

  test("reads the text that unitText writes", () => {
    fc.assert(
      fc.property(units, (unit) => {
        const text = unitText(unit);
        expect(new Map(parseUnit(text)!)).toEqual(new Map(unit));
        expect(unitText(parseUnit(text)!)).toBe(text);
      }),
    );
  });

  test("a product of powers is read as such, in any order and notation", () => {
    fc.assert(
      fc.property(units, fc.constantFrom("·", "*", " * "), (unit, sign) => {
        const factors = [...unit].map(([name, n]) => `${name}^${n}`);
        for (const order of [factors, factors.toReversed()]) {
          expect(sameUnit(parseUnit(order.join(sign) || "1")!, unit)).toBe(true);
        }
      }),
    );
  });
});

describe("multiply", () => {
  test("cancels what divides itself", () => {
    fc.assert(
      fc.property(units, units, (a, b) => {
        expect(multiply(a, a, -1)).toEqual(dimensionless);
        expect(sameUnit(multiply(multiply(a, b), b, -1), a)).toBe(true);
      }),
    );
  });
});

describe("placesBetween", () => {
  test("gives the decimal places between two units of one dimension", () => {
    const places = (a: string, b: string) => placesBetween(parseUnit(a)!, parseUnit(b)!);
    expect(places("s", "ms")).toBe(3);
    expect(places("MΩ·pA", "mV")).toBe(-3);
    expect(places("1/ms", "Hz")).toBe(3);
    expect(places("mV", "pA")).toBeUndefined();
  });
});

describe("simpleUnit", () => {
  test("names the base unit with a prefix, and its quantity", () => {
    const simple = (text: string) => simpleUnit(parseUnit(text)!)?.join(" ");
    expect(simple("mV/pA")).toBe("GΩ resistance");
    expect(simple("pA/mV")).toBe("nS conductance");
    expect(simple("pA·ms/mV")).toBe("pF capacitance");
    expect(simple("1/ms")).toBe("kHz rate");
    expect(simple("mV/ms")).toBeUndefined();
    for (const name of names) expect(simpleUnit(parseUnit(name)!)![0]).toBe(name);
  });
});
