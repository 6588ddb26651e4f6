import { ConfigError } from "spark-snn";
import type { Element } from "./xml.ts";

/* Quantities of NeuroML in the units of the library. */

/** Powers of ten from units of NeuroML to the unit of the library, which has 0. */
const dimensions = {
  time: { s: 3, ms: 0, us: -3 },
  rate: { Hz: 0, per_s: 0, per_ms: 3 },
  /** Per ms. */
  recovery: { per_ms: 0, per_s: -3, Hz: -3 },
  voltage: { V: 3, mV: 0 },
  capacitance: { F: 12, uF: 6, nF: 3, pF: 0 },
  conductance: { S: 9, mS: 6, uS: 3, nS: 0, pS: -3 },
  current: { A: 12, uA: 6, nA: 3, pA: 0 },
  curvature: { S_per_V: 6, nS_per_mV: 0 },
  number: { "": 0 },
} as const satisfies Readonly<Record<string, Readonly<Record<string, number>>>>;

type Dimension = keyof typeof dimensions;

/** Longer texts are no quantities, and would make the search slow. */
const LONGEST = 100;

/**
 * A quantity such as "0.2 nF" in the unit of the library: ms, Hz, mV, pF, nS, pA. The power of ten is that of the decimal
 * number, so nothing is rounded twice.
 *
 * @throws ConfigError with the place, for text that is no quantity of the dimension
 */
export const readQuantity = (text: string, dimension: Dimension, where: string): number => {
  const units: Readonly<Record<string, number>> = dimensions[dimension];
  const found =
    text.length <= LONGEST
      ? /^\s*([-+]?(?:\d+\.?\d*|\.\d+))(?:[eE]([-+]?\d+))?\s*([A-Za-z_]*)\s*$/.exec(text)
      : undefined;
  const [, mantissa = "", power = "0", unit = ""] = found ?? [];
  const value = Object.hasOwn(units, unit) ? Number(`${mantissa}e${Number(power) + units[unit]!}`) : Number.NaN;
  if (found && Number.isFinite(value)) return value;
  const expected =
    dimension === "number" ? "a number without a unit" : `a number with a unit of ${Object.keys(units).join(", ")}`;
  const shown = JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
  throw new ConfigError({ path: where, message: `must be ${expected}; received ${shown}. Correct it.` });
};

/** An attribute that an element must have. @throws ConfigError */
export const attribute = ({ name, attributes }: Element, key: string, where: string): string => {
  const value = attributes[key];
  if (value !== undefined) return value;
  throw new ConfigError({ path: where, message: `${name} has no attribute ${key}. Add it.` });
};

/** A quantity that an element has, or the fallback if it has none. @throws ConfigError */
export const quantityOf = (
  element: Element,
  key: string,
  dimension: Dimension,
  where: string,
  fallback?: number,
): number =>
  fallback !== undefined && element.attributes[key] === undefined
    ? fallback
    : readQuantity(attribute(element, key, where), dimension, `${where}.${key}`);

/** A quantity above 0. @throws ConfigError */
export const positiveOf = (element: Element, key: string, dimension: Dimension, where: string): number => {
  const value = quantityOf(element, key, dimension, where);
  if (value > 0) return value;
  throw new ConfigError({
    path: `${where}.${key}`,
    message: `must be greater than 0; received ${JSON.stringify(element.attributes[key])}. Correct it.`,
  });
};

/**
 * The number near an estimate that gives a value of the file back exactly, with the fewest decimal digits: 1 / 10 nS is
 * 0.1 GΩ. The estimate itself if rounding leaves no such number.
 */
export const inverse = (estimate: number, gives: (candidate: number) => boolean): number => {
  for (let digits = 1; digits <= 17; digits++) {
    const candidate = Number(estimate.toPrecision(digits));
    if (gives(candidate)) return candidate;
  }
  const step = Math.abs(estimate) * Number.EPSILON;
  return [estimate - step, estimate + step, estimate - step / 2, estimate + step / 2].find(gives) ?? estimate;
};
