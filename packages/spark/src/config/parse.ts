import { ConfigError } from "../errors/errors.ts";
import { arrayMisfit, brokenRule, type Field, type Fields, remedy, withUnit } from "./field.ts";
import { checkInitializer, type Initializer } from "./initializer.ts";
import { type Place, pathText, Site } from "./place.ts";
import type { Series } from "./sampling.ts";
import type { SeriesInput, VaryingField } from "./series.ts";
import {
  describe,
  indicesOf,
  isRecord,
  isTypedArray,
  type NestedArray,
  type NumericArray,
  readArray,
  type Shape,
  type ShapedArray,
  shapeMisfit,
} from "./shape.ts";
import { refuseUnknown } from "./unknown-keys.ts";

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
export const parseConfig = (place: Place, fields: Fields, input: unknown): ParsedConfig => {
  const site = new Site(place, [], undefined);
  const result = readConfig(site, fields, input);
  if (site.issues.length > 0) throw new ConfigError(site.issues);
  return result;
};

/** Reads a config. `options` are the keys allowed in addition to the fields. */
export const readConfig = (
  site: Site,
  fields: Fields,
  input: unknown,
  options: readonly string[] = commonNames,
): ParsedConfig => {
  const given: Readonly<Record<string, unknown>> = isRecord(input) ? input : {};
  if (input !== undefined && !isRecord(input)) {
    site.refuse(`takes an object of parameters; received ${describe(input)}. Write ${site.place.path}({ … }).`);
  }
  refuseUnknown(given, [...Object.keys(fields), ...options], site);
  const common = readCommon(given, site);
  const settings: Record<string, FieldSetting> = {};
  for (const [key, field] of Object.entries(fields)) {
    settings[key] = readField(field, given[key], site.at(key), common.skipValidation);
  }
  return { settings, ...common };
};

const readCommon = (given: Readonly<Record<string, unknown>>, site: Site): Omit<ParsedConfig, "settings"> => {
  const { units, skipValidation } = given;
  if (units !== undefined) site.at("units").refusePart(shapeMisfit(units));
  checkTiming(given, site);
  if (skipValidation !== undefined && typeof skipValidation !== "boolean") {
    site
      .at("skipValidation")
      .refuse(`must be true or false; received ${describe(skipValidation)}. Omit it to check the values.`);
  }
  const set = commonNames.flatMap((key) => (given[key] === undefined ? [] : [[key, given[key]]]));
  return { ...(Object.fromEntries(set) as CommonConfig), skipValidation: skipValidation === true };
};

/** Checks the time step, the precision and the seed, if given. */
export const checkTiming = (given: Readonly<Record<string, unknown>>, site: Site): void => {
  for (const [key, check] of Object.entries({ dt: checkDt, dtype: checkDtype, seed: checkSeed })) {
    if (given[key] !== undefined) check(given[key], site.at(key));
  }
};

/** Whether a value is a valid time step. */
export const checkDt = (dt: unknown, site: Site): boolean => {
  if (typeof dt === "number" && Number.isFinite(dt) && dt > 0) return true;
  site.refuse(`must be ${positiveTime(dt)}. Give the time step in ms.`);
  return false;
};

/** The requirement for a positive time, with the value received. For text such as "1 ms" it asks for a number. */
export const positiveTime = (value: unknown): string =>
  typeof value === "number"
    ? `greater than 0 ms; received ${withUnit(value, "ms")}`
    : `a number of ms greater than 0; received ${describe(value)}`;

/** Whether a value is a valid precision. */
export const checkDtype = (dtype: unknown, site: Site): boolean => {
  if (dtype === "f32" || dtype === "f64") return true;
  site.refuse(`must be "f32" or "f64"; received ${describe(dtype)}. Choose a precision.`);
  return false;
};

/** Whether a value is a valid seed. */
export const checkSeed = (seed: unknown, site: Site): boolean => {
  if (Number.isInteger(seed) && (seed as number) >= 0 && (seed as number) <= 0xffffffff) return true;
  site.refuse(
    `must be a whole number from 0 to 4294967295; received ${describe(seed)}. Give a whole number in this range.`,
  );
  return false;
};

const readField = (field: Field, value: unknown, site: Site, skip: boolean): FieldSetting => {
  if (value === undefined) return field.default;
  if (typeof value === "number") {
    const broken = skip && Number.isFinite(value) ? undefined : brokenRule(field, value);
    if (broken) site.refuse(`${broken}. ${remedy(field)}`);
    return value;
  }
  if (Array.isArray(value) || isTypedArray(value)) {
    const array = readArray(value as NestedArray);
    if ("message" in array) {
      site.refusePart(array);
      return field.default;
    }
    if (!skip) site.refusePart(arrayMisfit(field, array));
    return array;
  }
  if (isRecord(value)) {
    const series = field.readSeries?.(field, value, site, skip);
    if (series !== undefined) return series;
    if (Object.hasOwn(value, "series")) {
      site.refuse("cannot change over time; received a series. Give a number, an array or an initializer.");
      return field.default;
    }
    // Drawn values are checked when they are drawn.
    if (checkInitializer(value, site) && !skip && "constant" in value) {
      const broken = brokenRule(field, value["constant"] as number);
      if (broken) site.at("constant").refuse(`${broken}. ${remedy(field)}`);
    }
    return value as unknown as Initializer;
  }
  site.refuse(`must be a number, an array or an initializer; received ${describe(value)}. ${remedy(field)}`);
  return field.default;
};

/** "[3][7]" for a flat index in a shape. */
export const indexText = (flat: number, shape: Shape): string => pathText(indicesOf(flat, shape));
