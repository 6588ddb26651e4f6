import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseUnit, placesBetween, unitBases, unitPrefixes } from "../src/config/unit.ts";
import { field, float, gt, quantity, select, soma, UnitError } from "../src/entries/index.ts";
import { columnUnits, spelled, unitInName } from "../src/io/column-units.ts";

/* What docs/reference/units.md says of each unit is what the library does. */

const page = readFileSync(new URL("../../../docs/reference/units.md", import.meta.url), "utf8");

/** The rows of the table with a heading: the code of each cell, or its text. */
const table = (heading: string): string[][] => {
  const lines = page.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`));
  const end = lines.findIndex((line, k) => k > start && !line.startsWith("|"));
  return lines.slice(start + 2, end).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
};
const codes = (cell = ""): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
const code = (cell = ""): string => codes(cell)[0] ?? cell;

/** Declares a soma with a field and a state variable in one unit, and with a quantity in another. */
const declare = (unit: string, other: string) => () =>
  soma(
    "Mine",
    { f: field(1, unit, "A field.") },
    {
      about: "A test.",
      state: () => ({ w: float(2, unit, "A state variable.") }),
      step: (x) => ({
        spikes: gt(x.f, quantity(3, other)),
        potential: x.potential,
        w: select(gt(x.w, 0), x.f, quantity(4, other)),
      }),
    },
  );

test.each(table("Accepted").map(([text, equal]) => [code(text), code(equal)]))("%s equals %s", (text, equal) => {
  expect(declare(text!, equal!)).not.toThrow();
  expect(declare(equal!, text!)).not.toThrow();
});

test.each(table("Refused").map(([text, , instead]) => [code(text), code(instead)]))(
  "%s is refused, and %s is accepted",
  (text, instead) => {
    expect(declare(text!, "1")).toThrow(`Mine.f has the unknown unit "${text}".`);
    expect(declare("1", text!)).toThrow(UnitError);
    expect(declare(instead!, instead!)).not.toThrow();
  },
);

test("the page lists all base units and prefixes, and the factors of the prefixes", () => {
  expect(table("Base unit").map(([unit]) => code(unit))).toEqual(unitBases);
  const digits = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹";
  const factors = table("Prefix").map(([prefix, factor = ""]) => {
    const power = [...factor.slice(2)].map((sign) => "-0123456789"[digits.indexOf(sign)]).join("");
    return [code(prefix), Number(power)] as const;
  });
  expect(factors.map(([prefix]) => prefix)).toEqual(unitPrefixes.filter((prefix) => prefix !== ""));
  for (const [prefix, power] of factors) {
    expect(placesBetween(parseUnit(`${prefix}V`)!, parseUnit("V")!), prefix).toBe(power);
  }
});

test("the page lists all units of columns and their spellings", () => {
  for (const [column, units, spellings] of table("Column")) {
    const unit = code(column) as "ms" | "pA" | "mV";
    expect(codes(units)).toEqual(columnUnits(unit));
    for (const spelling of codes(spellings)) expect(columnUnits(unit), spelling).toContain(spelled(spelling));
  }
});

test.each(table("Name of a column").map(([name, unit]) => [code(name), code(unit)]))(
  "the column %s says %s",
  (name, unit) => {
    expect(unitInName(name!)).toBe(unit === "none" ? undefined : unit);
  },
);
