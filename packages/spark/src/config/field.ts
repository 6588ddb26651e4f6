import type { Site } from "./place.ts";
import type { Series } from "./sampling.ts";
import { indicesOf, type Misfit, type ShapedArray } from "./shape.ts";

/** A rule for every value of a field, in words for messages and as JSON Schema for editors. */
export interface Check {
  readonly holds: (value: number) => boolean;
  /** Completes the sentence "potentialTau …". The word `unit` is replaced by the unit of the field. */
  readonly requirement: string;
  readonly schema: Readonly<Record<string, number>>;
}

/** One parameter of a component. Its texts are part of the type, so that editors show them. */
export interface Field<M extends string = string, U extends string = string, D extends number = number> {
  readonly default: D;
  readonly unit: U;
  readonly description: M;
  readonly checks: readonly Check[];
  /** Reads a series, if the value may change over time. Returns undefined for a value that is not meant as a series. */
  readonly readSeries?: ReadFieldSeries;
}
/** Reads a series of a field. It is passed in, because only fields that may change over time load this code. */
export type ReadFieldSeries = (
  field: Field,
  value: Readonly<Record<string, unknown>>,
  site: Site,
  skip: boolean,
) => Series | number | undefined;
export type Fields = Readonly<Record<string, Field>>;

export const finite: Check = {
  holds: Number.isFinite,
  requirement: "must be a finite number",
  schema: {},
};
export const positive: Check = {
  holds: (value) => value > 0,
  requirement: "must be greater than 0 unit",
  schema: { exclusiveMinimum: 0 },
};
export const nonNegative: Check = {
  holds: (value) => value >= 0,
  requirement: "must be at least 0 unit",
  schema: { minimum: 0 },
};
/** Between two bounds, inclusive. */
export const between = (low: number, high: number): Check => ({
  holds: (value) => value >= low && value <= high,
  requirement: `must be between ${low} and ${high} unit`,
  schema: { minimum: low, maximum: high },
});

/** Declares a parameter: its default, unit ("1" for a pure number), description, and checks in addition to finiteness. */
export const field = <const D extends number, const U extends string, const M extends string>(
  value: D,
  unit: U,
  description: M,
  ...checks: readonly Check[]
): Field<M, U, D> => ({
  default: value,
  unit,
  description,
  checks: [finite, ...checks],
});

/** Formats a number with its unit for a message: "-5 ms". A pure number has no unit. */
export const withUnit = (value: number, unit: string): string => (unit === "1" ? `${value}` : `${value} ${unit}`);

/** The unit after a noun, such as " in pA"; empty for pure numbers. */
export const inUnit = (unit: string): string => (unit === "1" ? "" : ` in ${unit}`);

/** A rule in words, with the unit of the value: "must be greater than 0 ms". */
export const requirementText = (check: Check, unit: string): string =>
  check.requirement.replace(" unit", unit === "1" ? "" : ` ${unit}`);

/** The first rule that the value breaks, as a sentence with the value and its unit. */
export const brokenRule = (field: Field, value: number): string | undefined => {
  const broken = field.checks.find((check) => !check.holds(value));
  return broken && `${requirementText(broken, field.unit)}; received ${withUnit(value, field.unit)}`;
};

/** The default of a field, as a sentence for messages. */
export const remedy = (field: Field): string => `The default is ${withUnit(field.default, field.unit)}.`;

/** The first value of an array that breaks a rule, with the number of such values. */
export const arrayMisfit = (field: Field, { data, shape }: Pick<ShapedArray, "data" | "shape">): Misfit | undefined => {
  const bad: number[] = [];
  data.forEach((value, k) => {
    if (brokenRule(field, value)) bad.push(k);
  });
  const [first] = bad;
  if (first === undefined) return undefined;
  const others = bad.length > 1 ? ` ${bad.length - 1} more of ${data.length} values break this rule.` : "";
  return { at: indicesOf(first, shape), message: `${brokenRule(field, data[first]!)}.${others} ${remedy(field)}` };
};
