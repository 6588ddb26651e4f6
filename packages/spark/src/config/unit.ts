/** A unit as its author spelled it: a product of powers of named units, so that "nS·mV/ms" is nS, mV and 1/ms. */
export type Unit = ReadonlyMap<string, number>;

/** Powers of volt, ampere and second, of ten, and of the weight of a synapse. */
type Size = readonly [volt: number, ampere: number, second: number, ten: number, weight: number];

/** Each base unit: its size, and the quantity that it measures. */
const bases: Readonly<Record<string, readonly [size: Size, noun: string]>> = {
  V: [[1, 0, 0, 0, 0], "potential"],
  A: [[0, 1, 0, 0, 0], "current"],
  s: [[0, 0, 1, 0, 0], "time"],
  Hz: [[0, 0, -1, 0, 0], "rate"],
  Ω: [[1, -1, 0, 0, 0], "resistance"],
  S: [[-1, 1, 0, 0, 0], "conductance"],
  F: [[-1, 1, 1, 0, 0], "capacitance"],
  // In plasticity rules, which fit projections in any unit.
  weight: [[0, 0, 0, 0, 1], "weight"],
};
const prefixes: Readonly<Record<string, number>> = {
  "": 0,
  f: -15,
  p: -12,
  n: -9,
  µ: -6,
  m: -3,
  k: 3,
  M: 6,
  G: 9,
};

/** Names of all base units and prefixes. */
export const unitBases: readonly string[] = Object.keys(bases).filter((name) => name !== "weight");
export const unitPrefixes: readonly string[] = Object.keys(prefixes);

const pattern = new RegExp(`^(?:(${unitPrefixes.join("|")})(${unitBases.join("|")})|weight)$`);

/** Sum of the sizes of the parts, to their powers. */
const sizeOf = (unit: Unit): Size => {
  const size: [number, number, number, number, number] = [0, 0, 0, 0, 0];
  for (const [name, power] of unit) {
    const [, prefix = "", base = "weight"] = pattern.exec(name)!;
    bases[base]![0].forEach((n, k) => {
      size[k]! += power * n;
    });
    size[3] += power * prefixes[prefix]!;
  }
  return size;
};

/** Powers such as 0.1 + 0.2 are rounded. */
const same = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9;

export const dimensionless: Unit = new Map();

/** a·b^n. Powers of the same name cancel. */
export const multiply = (a: Unit, b: Unit, n = 1): Unit => {
  const product = new Map(a);
  for (const [name, power] of b) {
    const sum = (product.get(name) ?? 0) + power * n;
    if (same(sum, 0)) product.delete(name);
    else product.set(name, sum);
  }
  return product;
};

/** Number of decimal places by which a value in `a` moves when it is converted to `b`; undefined if it cannot be. */
export const placesBetween = (a: Unit, b: Unit): number | undefined => {
  const [volt, ampere, second, ten, weight] = sizeOf(multiply(a, b, -1));
  return same(volt, 0) && same(ampere, 0) && same(second, 0) && same(weight, 0) ? ten : undefined;
};

export const sameUnit = (a: Unit, b: Unit): boolean => same(placesBetween(a, b) ?? 1, 0);

/**
 * Reads "mV", "nS·mV", "mV/ms", "1/ms", "mV^2". Returns undefined if the text is not a unit. A product after a division
 * is refused, because a/b·c can be read in two ways.
 */
export const parseUnit = (text: unknown): Unit | undefined => {
  if (typeof text !== "string") return undefined;
  // The ohm and micro signs of Unicode have twins that look the same. Keyboards have neither sign.
  const signs = text
    .normalize("NFC")
    .replaceAll("μ", "µ")
    .replace(/[Oo]hm/g, "Ω");
  let unit = dimensionless;
  let before = "";
  for (const part of signs.split(/([·*/])/)) {
    if (/^[·*/]$/.test(part)) {
      if (before === "/" && part !== "/") return undefined;
      before = part;
      continue;
    }
    const [, given = "", power = "1"] = /^([^^]+)(?:\^(-?\d+(?:\.\d+)?))?$/.exec(part.trim()) ?? [];
    const name = given.replace(/^u/, "µ");
    if (pattern.test(name)) unit = multiply(unit, new Map([[name, Number(power)]]), before === "/" ? -1 : 1);
    else if (name !== "1") return undefined;
  }
  return unit;
};

/** The unit as text that `parseUnit` reads: "nS·mV/ms^2". */
export const unitText = (unit: Unit): string => {
  const factor = ([name, power]: readonly [string, number]): string => {
    const n = Number(Math.abs(power).toFixed(9));
    return n === 1 ? name : `${name}^${n}`;
  };
  const factors = [...unit];
  const over = factors.filter(([, power]) => power > 0).map(factor);
  return [over.join("·") || "1", ...factors.filter(([, power]) => power < 0).map(factor)].join("/");
};

/** The base unit with a prefix that equals the unit, such as "GΩ" for mV/pA, and the quantity that it measures. */
export const simpleUnit = (unit: Unit): readonly [name: string, noun: string] | undefined => {
  for (const [base, [, noun]] of Object.entries(bases)) {
    for (const prefix of base === "weight" ? [""] : unitPrefixes) {
      if (sameUnit(unit, new Map([[prefix + base, 1]]))) return [prefix + base, noun];
    }
  }
  return undefined;
};
