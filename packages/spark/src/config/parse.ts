import { ConfigError, type Issue } from "../errors/errors.ts";
import { brokenRule, type Field, type Fields, withUnit } from "./field.ts";
import { type Initializer, initializerIssues } from "./initializer.ts";
import type { Series, SeriesInput, VaryingField } from "./series.ts";
import {
  describe,
  isRecord,
  isTypedArray,
  type NestedArray,
  type NumericArray,
  readArray,
  type Shape,
  type ShapedArray,
  shapeIssue,
} from "./shape.ts";
import { unknownKeys } from "./unknown-keys.ts";

export type Precision = "f32" | "f64";

/** Accepted value of a parameter: one number for all units, an array in the shape of the units, or an initializer. */
export type FieldInput = number | NestedArray | NumericArray | Initializer;

/** Always `never`. Its arguments are texts that editors show with the alias. */
type Texts<Meaning, Unit, Default> = [Meaning, Unit, Default] extends [never, never, never] ? never : never;

/** Accepted value of a parameter. Editors show the type arguments: meaning, unit and default. */
export type Parameter<Meaning extends string, Unit extends string, Default extends number> =
  | FieldInput
  | Texts<Meaning, Unit, Default>;

/** Accepted value of a parameter that may change over time: also a series. */
export type VaryingParameter<Meaning extends string, Unit extends string, Default extends number> =
  | FieldInput
  | SeriesInput
  | Texts<Meaning, Unit, Default>;

/** Accepted value of a declared field. */
export type InputOf<F> =
  F extends VaryingField<infer M, infer U, infer D>
    ? VaryingParameter<M, U, D>
    : F extends Field<infer M, infer U, infer D>
      ? Parameter<M, U, D>
      : FieldInput;

/** Options that every component accepts in addition to its parameters. */
export interface CommonConfig {
  /** Shape of the population, such as [1000] or [28, 28]. Inferred from the inputs if omitted. */
  readonly units?: Shape;
  /** Time step, ms. */
  readonly dt?: number;
  /** Precision of state variables and equations. */
  readonly dtype?: Precision;
  /** Seed of initializers and noise: a whole number from 0 to 4294967295. */
  readonly seed?: number;
  /** Skips the range checks of values. Shapes and names are still checked. */
  readonly skipValidation?: boolean;
}

export type FieldSetting = number | ShapedArray | Initializer | Series;

/** A valid config. */
export interface ParsedConfig {
  readonly settings: Readonly<Record<string, FieldSetting>>;
  readonly units?: Shape;
  readonly dt?: number;
  readonly dtype?: Precision;
  readonly seed?: number;
  readonly skipValidation: boolean;
}

/** Names of the options that every component accepts in addition to its parameters. */
export const commonNames: readonly string[] = ["units", "dt", "dtype", "seed", "skipValidation"];

export const isShapedArray = (value: FieldSetting): value is ShapedArray =>
  typeof value === "object" && "data" in value;

export const isSeries = (value: FieldSetting): value is Series => typeof value === "object" && "samples" in value;

/** Whether a setting determines the shape of the units: an array, or a series of arrays. */
export const hasShape = (value: FieldSetting): value is FieldSetting & Pick<ShapedArray, "shape" | "flat"> =>
  typeof value === "object" && "shape" in value;

/** Reads a config. @throws ConfigError with all problems. */
export const parseConfig = (name: string, fields: Fields, input: unknown): ParsedConfig => {
  const issues: Issue[] = [];
  const result = readConfig(name, fields, input, issues);
  if (issues.length > 0) throw new ConfigError(issues);
  return result;
};

/** Reads a config and adds its problems to `issues`. `options` are the keys allowed in addition to the fields. */
export const readConfig = (
  name: string,
  fields: Fields,
  input: unknown,
  issues: Issue[],
  options: readonly string[] = commonNames,
): ParsedConfig => {
  const given: Readonly<Record<string, unknown>> = isRecord(input) ? input : {};
  if (input !== undefined && !isRecord(input)) {
    issues.push({
      path: name,
      message: `takes an object of parameters; received ${describe(input)}. Write ${name}({ … }).`,
    });
  }
  const known = [...Object.keys(fields), ...options];
  unknownKeys(name, given, known, issues);
  const common = readCommon(name, given, issues);
  const settings: Record<string, FieldSetting> = {};
  for (const [key, field] of Object.entries(fields)) {
    settings[key] = readField(field, given[key], `${name}.${key}`, common.skipValidation, issues);
  }
  return { settings, ...common };
};

const readCommon = (
  name: string,
  given: Readonly<Record<string, unknown>>,
  issues: Issue[],
): Omit<ParsedConfig, "settings"> => {
  const { units, skipValidation } = given;
  if (units !== undefined) {
    const issue = shapeIssue(units, `${name}.units`);
    if (issue) issues.push(issue);
  }
  issues.push(...timingIssues(given, name));
  if (skipValidation !== undefined && typeof skipValidation !== "boolean") {
    const message = `must be true or false; received ${describe(skipValidation)}. Omit it to check the values.`;
    issues.push({ path: `${name}.skipValidation`, message });
  }
  const set = commonNames.flatMap((key) => (given[key] === undefined ? [] : [[key, given[key]]]));
  return { ...(Object.fromEntries(set) as CommonConfig), skipValidation: skipValidation === true };
};

/** Problems of the time step, the precision and the seed, if given. */
export const timingIssues = (given: Readonly<Record<string, unknown>>, where: string): Issue[] =>
  Object.entries({ dt: dtIssues, dtype: dtypeIssues, seed: seedIssues }).flatMap(([key, issuesOf]) =>
    given[key] === undefined ? [] : issuesOf(given[key], `${where}.${key}`),
  );

export const dtIssues = (dt: unknown, path: string): Issue[] =>
  typeof dt === "number" && Number.isFinite(dt) && dt > 0
    ? []
    : [{ path, message: `must be ${positiveTime(dt)}. Give the time step in ms.` }];

/** The requirement for a positive time, with the value received. For text such as "1 ms" it asks for a number. */
export const positiveTime = (value: unknown): string =>
  typeof value === "number"
    ? `greater than 0 ms; received ${withUnit(value, "ms")}`
    : `a number of ms greater than 0; received ${describe(value)}`;

const dtypeIssues = (dtype: unknown, path: string): Issue[] =>
  dtype === "f32" || dtype === "f64"
    ? []
    : [{ path, message: `must be "f32" or "f64"; received ${describe(dtype)}. Choose single or double precision.` }];

export const seedIssues = (seed: unknown, path: string): Issue[] =>
  Number.isInteger(seed) && (seed as number) >= 0 && (seed as number) <= 0xffffffff
    ? []
    : [
        {
          path,
          message: `must be a whole number from 0 to 4294967295; received ${describe(seed)}. Give a whole number in this range.`,
        },
      ];

const readField = (field: Field, value: unknown, path: string, skip: boolean, issues: Issue[]): FieldSetting => {
  if (value === undefined) return field.default;
  if (typeof value === "number") {
    const broken = skip && Number.isFinite(value) ? undefined : brokenRule(field, value);
    if (broken) issues.push({ path, message: `${broken}. ${remedy(field)}` });
    return value;
  }
  if (Array.isArray(value) || isTypedArray(value)) {
    const array = readArray(value as NestedArray, path);
    if ("message" in array) {
      issues.push(array);
      return field.default;
    }
    if (!skip) issues.push(...arrayIssues(field, array, path));
    return array;
  }
  if (isRecord(value)) {
    const series = field.readSeries?.(field, value, path, skip, issues);
    if (series !== undefined) return series;
    if (Object.hasOwn(value, "series")) {
      const message = "cannot change over time; received a series. Give a number, an array or an initializer.";
      issues.push({ path, message });
      return field.default;
    }
    issues.push(...initializerSettingIssues(field, value, path, skip));
    return value as unknown as Initializer;
  }
  issues.push({
    path,
    message: `must be a number, an array or an initializer; received ${describe(value)}. ${remedy(field)}`,
  });
  return field.default;
};

/** Checks the value of a constant. Drawn values are checked when they are drawn. */
const initializerSettingIssues = (field: Field, value: object, path: string, skip: boolean): Issue[] => {
  const found = initializerIssues(value, path);
  if (found.length > 0 || skip || !("constant" in value)) return found;
  const broken = brokenRule(field, value.constant as number);
  return broken ? [{ path: `${path}.constant`, message: `${broken}. ${remedy(field)}` }] : [];
};

const remedy = (field: Field): string => `The default is ${withUnit(field.default, field.unit)}.`;

/** An issue for the first value of an array that breaks a rule, with the number of such values. */
export const arrayIssues = (field: Field, array: Pick<ShapedArray, "data" | "shape">, path: string): Issue[] => {
  const bad: number[] = [];
  array.data.forEach((value, k) => {
    if (brokenRule(field, value)) bad.push(k);
  });
  if (bad.length === 0) return [];
  const others = bad.length > 1 ? ` ${bad.length - 1} more of ${array.data.length} values break this rule.` : "";
  return [
    {
      path: `${path}${indexText(bad[0]!, array.shape)}`,
      message: `${brokenRule(field, array.data[bad[0]!]!)}.${others} ${remedy(field)}`,
    },
  ];
};

/** "[3][7]" for a flat index in a shape. */
export const indexText = (flat: number, shape: Shape): string => {
  const parts: number[] = [];
  let rest = flat;
  for (let k = shape.length - 1; k >= 0; k--) {
    parts.unshift(rest % shape[k]!);
    rest = Math.floor(rest / shape[k]!);
  }
  return parts.map((n) => `[${n}]`).join("");
};
