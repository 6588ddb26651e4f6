import { ConfigError, type Json } from "spark-snn";
import { describe, isRecord, Place, Site } from "spark-snn/documents";

/** An interval from which samples are drawn. */
export interface Interval {
  readonly from: number;
  readonly to: number;
  /** "log" samples the logarithm evenly. Default "linear". */
  readonly scale?: "linear" | "log";
}

/** The values of one path: a list, or an interval that `samples` fills. */
export type Varied = readonly Json[] | Interval;

/** Most values of a range, and most runs of a sweep. */
export const MOST_RUNS = 1_000_000;

/** Drops the last digits, which are errors of the arithmetic: 0.1 + 0.2 is 0.3. */
const rounded = (value: number): number => Number(value.toPrecision(12));

const checkRange = (where: string, from: unknown, to: unknown, count: unknown): Site => {
  const site = new Site(new Place([where]), [], undefined);
  for (const [name, value] of Object.entries({ from, to })) {
    if (typeof value === "number" && Number.isFinite(value)) continue;
    site.at(name).refuse(`must be a finite number; received ${describe(value)}. Give a number.`);
  }
  if (!Number.isInteger(count) || (count as number) < 2 || (count as number) > MOST_RUNS) {
    site
      .at("count")
      .refuse(`must be a whole number from 2 to ${MOST_RUNS}; received ${describe(count)}. Give the number of values.`);
  }
  return site;
};

/**
 * Evenly spaced values from one number to another, both included, rounded to 12 digits.
 * @throws ConfigError for numbers that are not finite, and fewer than two values
 */
export const range = (from: number, to: number, count: number): number[] => {
  const { issues } = checkRange("range", from, to, count);
  if (issues.length > 0) throw new ConfigError(issues);
  return Array.from({ length: count }, (_, k) => rounded(from + ((to - from) * k) / (count - 1)));
};

/**
 * Values from one number to another, both included, with equal ratios, rounded to 12 digits.
 * @throws ConfigError for numbers that are not above 0, and fewer than two values
 */
export const logRange = (from: number, to: number, count: number): number[] => {
  const site = checkRange("logRange", from, to, count);
  for (const [name, value] of Object.entries({ from, to })) {
    if (value > 0 || typeof value !== "number") continue;
    site.at(name).refuse(`must be greater than 0 for a logarithmic range; received ${value}. Use range.`);
  }
  if (site.issues.length > 0) throw new ConfigError(site.issues);
  return Array.from({ length: count }, (_, k) => placed({ from, to, scale: "log" }, k / (count - 1)));
};

/** The value at a fraction of an interval. */
export const placed = ({ from, to, scale }: Interval, fraction: number): number => {
  if (fraction === 0 || fraction === 1) return fraction === 0 ? from : to;
  return rounded(scale === "log" ? from * (to / from) ** fraction : from + (to - from) * fraction);
};

/** Reads the values of a path. Undefined, with issues, if they are invalid. */
export const readVaried = (value: unknown, site: Site): Varied | undefined => {
  if (ArrayBuffer.isView(value)) return readVaried(Array.from(value as Float64Array), site);
  if (Array.isArray(value)) {
    if (value.length === 0) return site.refuse("must have at least one value; received none. Give a list of values.");
    return value as readonly Json[];
  }
  if (!isRecord(value)) {
    return site.refuse(
      `takes a list of values, or { from, to } with samples; received ${describe(value)}. Give a list such as [1, 2].`,
    );
  }
  return readInterval(value, site);
};

const readInterval = (value: Readonly<Record<string, unknown>>, site: Site): Interval | undefined => {
  const before = site.issues.length;
  for (const key of Object.keys(value)) {
    if (!["from", "to", "scale"].includes(key)) site.at(key).refuse("is unknown. Give from, to and scale.");
  }
  const { from, to, scale = "linear" } = value;
  for (const [key, end] of Object.entries({ from, to })) {
    if (typeof end === "number" && Number.isFinite(end)) continue;
    site.at(key).refuse(`must be a finite number; received ${describe(end)}. Give both ends of the interval.`);
  }
  if (scale !== "linear" && scale !== "log") {
    site.at("scale").refuse(`must be "linear" or "log"; received ${describe(scale)}. Omit it for linear.`);
  }
  if (site.issues.length > before) return undefined;
  const interval = { from, to, scale } as Interval;
  if (scale === "log" && (interval.from <= 0 || interval.to <= 0)) {
    return site.refuse(
      `must be above 0 for a logarithmic scale; received ${interval.from} to ${interval.to}. Omit scale.`,
    );
  }
  return interval;
};

export const isInterval = (varied: Varied): varied is Interval => !Array.isArray(varied);
