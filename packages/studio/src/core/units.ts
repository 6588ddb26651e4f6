/*
 * Values with units, as people type them: "10 MΩ" in a field of GΩ gives 0.01. The units are those of the library: volt,
 * ampere, second, hertz, ohm, siemens and farad with prefixes, and products, quotients and powers of them.
 */

/** Powers of volt, ampere, second, weight of a synapse, and of ten. */
type Size = readonly [volt: number, ampere: number, second: number, weight: number, ten: number];

const bases: Readonly<Record<string, Size>> = {
  V: [1, 0, 0, 0, 0],
  A: [0, 1, 0, 0, 0],
  s: [0, 0, 1, 0, 0],
  Hz: [0, 0, -1, 0, 0],
  Ω: [1, -1, 0, 0, 0],
  S: [-1, 1, 0, 0, 0],
  F: [-1, 1, 1, 0, 0],
};
const prefixes: Readonly<Record<string, number>> = { f: -15, p: -12, n: -9, µ: -6, m: -3, "": 0, k: 3, M: 6, G: 9 };
const simple = new RegExp(`^(${Object.keys(prefixes).join("|")})(${Object.keys(bases).join("|")})$`);
const words: Readonly<Record<string, string>> = {
  volt: "V",
  amp: "A",
  ampere: "A",
  second: "s",
  sec: "s",
  hertz: "Hz",
  ohm: "Ω",
  siemens: "S",
  farad: "F",
};

/** Names of quantities by the powers of their unit. */
const quantities: Readonly<Record<string, string>> = {
  "1,0,0,0": "a potential",
  "0,1,0,0": "a current",
  "0,0,1,0": "a time",
  "0,0,-1,0": "a rate",
  "1,-1,0,0": "a resistance",
  "-1,1,0,0": "a conductance",
  "-1,1,1,0": "a capacitance",
  "0,0,0,1": "a weight",
  "0,0,0,0": "a pure number",
};

const factor = (name: string): Size | undefined => {
  if (name === "1") return [0, 0, 0, 0, 0];
  if (name === "weight") return [0, 0, 0, 1, 0];
  if (name === "%") return [0, 0, 0, 0, -2];
  const long = /^(f|p|n|u|µ|m|k|M|G|)(volt|ampere|amp|second|sec|hertz|ohm|Ohm|siemens|farad)s?$/.exec(name);
  const short = long ? `${long[1]}${words[long[2]!.toLowerCase()]}` : name;
  const [, prefix, base] = simple.exec(short.replace(/^u/, "µ")) ?? [];
  if (prefix === undefined || base === undefined) return undefined;
  const size = bases[base]!;
  return [size[0], size[1], size[2], size[3], prefixes[prefix]!];
};

/** The powers of a unit, or undefined if the text names none. */
const sizeOf = (text: string): Size | undefined => {
  const plain = text
    .normalize("NFC")
    .replaceAll("μ", "µ")
    .replaceAll("Ω", "Ω")
    .replaceAll("²", "^2")
    .replaceAll(/\s/g, "");
  let sign = 1;
  let total: [number, number, number, number, number] = [0, 0, 0, 0, 0];
  for (const part of plain.split(/([·*/])/)) {
    if (part === "·" || part === "*") continue;
    if (part === "/") {
      sign = -1;
      continue;
    }
    const [, name = "", power = "1"] = /^([^^]+)(?:\^(-?\d+(?:\.\d+)?))?$/.exec(part) ?? [];
    const size = factor(name);
    if (!size) return undefined;
    const times = sign * Number(power);
    total = total.map((sum, k) => sum + times * size[k]!) as typeof total;
  }
  return total;
};

const kindOf = ([volt, ampere, second, weight]: Size): string =>
  [volt, ampere, second, weight].map((power) => Number(power.toFixed(9)) + 0).join(",");

/** The quantity that a unit measures, such as "a time". */
export const quantityOf = (unit: string): string => {
  const size = sizeOf(unit);
  return (size && quantities[kindOf(size)]) ?? `a value in ${unit}`;
};

export type Entered = { readonly value: number } | { readonly problem: string };

const number = /^([+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?)\s*(.*)$/;

/** Removes the noise of binary fractions that a conversion adds: 0.010000000000000002 becomes 0.01. */
const rounded = (value: number): number => Number(value.toPrecision(14));

/**
 * Reads what was typed into a field with a unit. A text without a unit is in the unit of the field. Decimal commas and
 * the minus sign of typeset text are accepted.
 */
export const enteredValue = (text: string, unit: string): Entered => {
  const [, digits, tail = ""] = number.exec(text.trim().replace(/^[−–]/, "-")) ?? [];
  if (digits === undefined) {
    return { problem: text.trim() === "" ? "Enter a number." : `"${text.trim()}" is not a number.` };
  }
  const value = Number(digits.replace(",", "."));
  if (!Number.isFinite(value)) return { problem: `${digits} is too large.` };
  if (tail === "") return { value };
  const given = sizeOf(tail);
  if (!given)
    return { problem: `"${tail}" is not a unit that the studio knows.${unit === "1" ? "" : ` Write ${unit}.`}` };
  const wanted = sizeOf(unit) ?? [0, 0, 0, 0, 0];
  if (kindOf(given) !== kindOf(wanted)) {
    return {
      problem:
        unit === "1"
          ? `${tail} is ${quantityOf(tail)}; this is a pure number.`
          : `${tail} is ${quantityOf(tail)}; this is ${quantityOf(unit)} in ${unit}.`,
    };
  }
  const places = given[4] - wanted[4];
  return { value: places === 0 ? value : rounded(value * 10 ** places) };
};

/** A number as fields show it, without noise of binary fractions. */
export const shownNumber = (value: number): string => {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const short = Number(value.toPrecision(7));
  return (Math.abs(short - value) <= Math.abs(value) * 1e-12 ? short : value).toString();
};

/** A unit as people read it; empty for a pure number. */
export const shownUnit = (unit: string): string =>
  unit === "1" ? "" : unit === "weight" ? "" : unit.replace(/\^2/g, "²");

/** A value with its unit. */
export const shownValue = (value: number, unit: string): string => `${shownNumber(value)} ${shownUnit(unit)}`.trim();
