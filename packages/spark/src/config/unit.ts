/** A physical unit as powers of volt, ampere and second, times a power of ten. */
export interface Unit {
  readonly volt: number;
  readonly ampere: number;
  readonly second: number;
  readonly ten: number;
}

const unit = (volt: number, ampere: number, second: number, ten: number): Unit => ({ volt, ampere, second, ten });

/** Units that equations can name. Every other unit is a product of powers of these. */
const named: Readonly<Record<string, Unit>> = {
  "1": unit(0, 0, 0, 0),
  mV: unit(1, 0, 0, -3),
  V: unit(1, 0, 0, 0),
  pA: unit(0, 1, 0, -12),
  nA: unit(0, 1, 0, -9),
  A: unit(0, 1, 0, 0),
  ms: unit(0, 0, 1, -3),
  s: unit(0, 0, 1, 0),
  Hz: unit(0, 0, -1, 0),
  kHz: unit(0, 0, -1, 3),
  GΩ: unit(1, -1, 0, 9),
  MΩ: unit(1, -1, 0, 6),
  nS: unit(-1, 1, 0, -9),
  µS: unit(-1, 1, 0, -6),
  pF: unit(-1, 1, 1, -12),
  nF: unit(-1, 1, 1, -9),
};

export const dimensionless: Unit = named["1"]!;

export const multiply = (a: Unit, b: Unit): Unit =>
  unit(a.volt + b.volt, a.ampere + b.ampere, a.second + b.second, a.ten + b.ten);

export const power = (a: Unit, n: number): Unit => unit(a.volt * n, a.ampere * n, a.second * n, a.ten * n);

export const sameUnit = (a: Unit, b: Unit): boolean =>
  a.volt === b.volt && a.ampere === b.ampere && a.second === b.second && a.ten === b.ten;

/** Reads "mV", "mV/ms", "nS·mV", "1/ms", "mV^2". Returns undefined if a part is not a known unit. */
export const parseUnit = (text: string): Unit | undefined => {
  // The ohm and micro signs of Unicode have twins that look the same.
  const [over = "", ...under] = text.normalize("NFC").replaceAll("μ", "µ").split("/");
  let result = dimensionless;
  for (const [k, part] of [over, ...under].entries()) {
    for (const factor of part.split("·")) {
      const [, name = "", exponent = "1"] = /^([^^]+)(?:\^(-?\d+(?:\.\d+)?))?$/.exec(factor.trim()) ?? [];
      if (!Object.hasOwn(named, name)) return undefined;
      result = multiply(result, power(named[name]!, k === 0 ? Number(exponent) : -Number(exponent)));
    }
  }
  return result;
};

/** The name of a unit, or its powers if it has none: "10^−3 V·s^−1". */
export const unitName = (u: Unit): string => {
  for (const [name, known] of Object.entries(named))
    if (sameUnit(known, u)) return name === "1" ? "a pure number" : name;
  const raised = (base: string, n: number): string => (n === 1 ? base : `${base}^${String(n).replace("-", "−")}`);
  const bases = [
    ["V", u.volt],
    ["A", u.ampere],
    ["s", u.second],
  ] as const;
  const powers = bases.filter(([, n]) => n !== 0).map(([base, n]) => raised(base, n));
  const scale = u.ten === 0 ? [] : [raised("10", u.ten)];
  return [...scale, powers.join("·")].filter((part) => part !== "").join(" ");
};

/** Names of the known units, for error messages. */
export const unitNames: readonly string[] = Object.keys(named);
