import { withArticle } from "./counted.ts";
import { type JsonSchema, type JsonValue, objectSchema } from "./json-schema.ts";
import { nearestName, suggestName } from "./nearest-name.ts";
import type { Site } from "./place.ts";
import { isObjectName } from "./reserved-names.ts";
import { describe, isRecord } from "./shape.ts";
import { refuseUnknown } from "./unknown-keys.ts";

/*
 * Options that users can write, each declared once. The declaration gives the TypeScript type, the reader with its
 * defaults and messages, the JSON Schema, and the rows of help and reference tables.
 */

/** Whether a key is required, is optional, or has a default. */
export type Need = "required" | "optional" | "default";

/** An option: `G` is the type that users write, `R` the type that the reader returns, `C` the context of its checks. */
export interface Option<G = unknown, R = unknown, N extends Need = Need, C = unknown> {
  readonly need: N;
  /** The description for help, schemas and tables, without the unit. */
  readonly about: string;
  /** Completes "must be …", such as "a whole number of at least 1". */
  readonly takes: string;
  readonly unit?: string;
  readonly default?: JsonValue;
  /** The remedy for a missing required value. */
  readonly remedy: string;
  /** The remedy, if it depends on the context. */
  missing?(context: C): string;
  /** The schema of the value in a document. */
  readonly schema: JsonSchema;
  /** The declarations of the parts, for tables and tests. */
  readonly parts?: Declarations;
  /** Reads a given value. If it is invalid, adds every problem to the issues and returns undefined. */
  read(value: unknown, site: Site<C>): R | undefined;
  /** Exists only for its type. */
  readonly written?: G;
}

/** Names that users choose. */
const NAME = /^[A-Za-z][A-Za-z0-9]*$/;

/** Options by their keys. */
export type Declarations = Readonly<Record<string, Option>>;

type GivenOf<O> = O extends { readonly written?: infer G } ? Exclude<G, undefined> : never;
type ValueOf<O> = O extends { read(value: unknown, site: never): infer R } ? Exclude<R, undefined> : never;
type Flat<T> = { readonly [K in keyof T]: T[K] };
type KeysOf<D, N extends Need> = { [K in keyof D]: D[K] extends { readonly need: N } ? K : never }[keyof D];

/** The type that users write for the declared options. */
export type Written<D> = Flat<
  { readonly [K in keyof Pick<D, KeysOf<D, "required">>]: GivenOf<D[K]> } & {
    readonly [K in keyof Pick<D, KeysOf<D, "optional" | "default">>]?: GivenOf<D[K]>;
  }
>;

/** The type that the reader returns, with defaults filled in. */
export type Read<D> = Flat<
  { readonly [K in keyof Pick<D, KeysOf<D, "required" | "default">>]: ValueOf<D[K]> } & {
    readonly [K in keyof Pick<D, KeysOf<D, "optional">>]?: ValueOf<D[K]>;
  }
>;

type Needed<G, R = G, C = unknown> = Option<G, R, "required", C>;

/** An option with its own reader. */
export const custom = <G, R = G, C = unknown>(
  option: Omit<Needed<G, R, C>, "need" | "remedy" | "written"> & { readonly remedy?: string },
): Needed<G, R, C> => ({ remedy: "Give a value.", ...option, need: "required" });

/** The same option, but optional. */
export const optional = <G, R, C>(option: Option<G, R, Need, C>): Option<G, R, "optional", C> => ({
  ...option,
  need: "optional",
});

/** The same option, but required. */
export const required = <G, R, C>(option: Option<G, R, Need, C>): Needed<G, R, C> => ({ ...option, need: "required" });

/** The same option with a default. */
export const byDefault = <G, R, C>(
  value: R & JsonValue,
  option: Option<G, R, Need, C>,
): Option<G, R, "default", C> => ({
  ...option,
  need: "default",
  default: value,
  schema: { ...option.schema, default: value },
});

/** What a number must satisfy, in addition to being finite. */
export interface NumberRule {
  readonly holds?: (value: number) => boolean;
  readonly takes?: string;
  readonly unit?: string;
  readonly remedy?: string;
  readonly schema?: JsonSchema;
}

/** A description with its unit. */
export const described = (about: string, unit = "1"): string => (unit === "1" ? about : `${about} In ${unit}.`);

/** A finite number that satisfies a rule. */
export const number = (about: string, rule: NumberRule = {}): Needed<number> => {
  const { holds, takes = "a finite number", remedy = "Give a number.", schema, ...unit } = rule;
  return {
    need: "required",
    about,
    takes,
    remedy,
    ...unit,
    schema: { description: described(about, unit.unit), type: "number", ...schema },
    read: (value, site) =>
      typeof value === "number" && Number.isFinite(value) && (holds?.(value) ?? true)
        ? value
        : site.refuse(`must be ${takes}; received ${received(value, unit.unit)}. ${remedy}`),
  };
};

/** A value for a message, a number with its unit. */
const received = (value: unknown, unit = "1"): string =>
  typeof value === "number" && unit !== "1" ? `${value} ${unit}` : describe(value);

/** A time above 0 ms. */
export const time = (about: string, remedy = "Give a time in ms."): Needed<number> => ({
  ...number(about, { unit: "ms", remedy, schema: { exclusiveMinimum: 0 } }),
  takes: "a number of ms greater than 0",
  read: (value, site) => {
    if (typeof value === "number" && Number.isFinite(value) && value > 0) return value;
    const wanted = typeof value === "number" ? "greater than 0 ms" : "a number of ms greater than 0";
    return site.refuse(`must be ${wanted}; received ${received(value, "ms")}. ${remedy}`);
  },
});

/** A whole number between two bounds, inclusive. */
export const whole = (about: string, least: number, most = Infinity, remedy?: string): Needed<number> =>
  number(about, {
    holds: (value) => Number.isInteger(value) && value >= least && value <= most,
    takes: `a whole number ${most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`}`,
    ...(remedy !== undefined && { remedy }),
    schema: { type: "integer", minimum: least, ...(most !== Infinity && { maximum: most }) },
  });

/** True or false. */
export const flag = (
  value: boolean,
  about: string,
  remedy = `Leave it out for ${value}.`,
): Option<boolean, boolean, "default"> =>
  byDefault(
    value,
    custom<boolean>({
      about,
      takes: "true or false",
      schema: { description: about, type: "boolean" },
      read: (given, site) =>
        typeof given === "boolean"
          ? given
          : site.refuse(`must be true or false; received ${describe(given)}. ${remedy}`),
    }),
  );

/** One of some names. */
export const choice = <const T extends string>(
  about: string,
  names: readonly T[],
  remedy = "Choose one of these.",
): Needed<T> => {
  const quoted = names.map((name) => JSON.stringify(name));
  const takes = quoted.length === 2 ? quoted.join(" or ") : `one of ${quoted.join(", ")}`;
  return custom<T>({
    about,
    takes,
    schema: { description: about, enum: names },
    read: (value, site) =>
      names.includes(value as T)
        ? (value as T)
        : site.refuse(`must be ${takes}; received ${describe(value)}. ${remedy}`),
  });
};

/** A string that is not empty. */
export const text = (about: string, remedy = "Give one."): Needed<string> =>
  custom<string>({
    about,
    takes: "a non-empty string",
    remedy,
    schema: { description: about, type: "string", minLength: 1 },
    read: (value, site) =>
      typeof value === "string" && value !== ""
        ? value
        : site.refuse(`must be a non-empty string; received ${describe(value)}. ${remedy}`),
  });

type Given = Readonly<Record<string, unknown>>;

/**
 * Chooses between two groups of options that exclude each other. The first key of a group identifies it. Refuses the
 * other group next to the first one. Returns the key of the chosen group, and the options without the other group.
 */
export const chooseGroup = <const F extends string, const S extends string>(
  given: Given,
  [first, second]: readonly [readonly [F, ...string[]], readonly [S, ...string[]]],
  site: Site,
  remedy = "Remove one of them.",
): { readonly key: F | S; readonly given: Given } => {
  const isGiven = (key: string): boolean => given[key] !== undefined;
  const isFirst = isGiven(first[0]) || !isGiven(second[0]);
  const other: readonly string[] = isFirst ? second : first;
  if (isGiven(first[0])) {
    for (const key of other.filter(isGiven)) site.at(key).refuse(`cannot be combined with ${first[0]}. ${remedy}`);
  }
  const rest = Object.fromEntries(Object.entries(given).filter(([key]) => !other.includes(key)));
  return { key: isFirst ? first[0] : second[0], given: rest };
};

/** A text that may be empty. */
export const words = (about: string): Option<string, string, "optional"> =>
  optional(
    custom<string>({
      about,
      takes: "text",
      schema: { description: about, type: "string" },
      read: (value, site) =>
        typeof value === "string" ? value : site.refuse(`must be text; received ${describe(value)}. Put it in quotes.`),
    }),
  );

/** The schema of options: an object with these keys and no others. */
export const optionsSchema = (declared: Declarations, about?: string): JsonSchema =>
  objectSchema(
    Object.fromEntries(Object.entries(declared).map(([key, { schema }]) => [key, schema])),
    Object.keys(declared).filter((key) => declared[key]!.need === "required"),
    about,
  );

/** Reads options from an object. Returns the valid ones and adds all problems to the issues. */
export const readSound = <D extends Declarations>(
  declared: D,
  given: Readonly<Record<string, unknown>>,
  site: Site,
): Partial<Read<D>> => {
  refuseUnknown(given, Object.keys(declared), site);
  const read: Record<string, unknown> = {};
  for (const [key, option] of Object.entries(declared)) {
    const value = given[key];
    if (value !== undefined) {
      const one = option.read(value, site.at(key));
      if (one !== undefined) read[key] = one;
    } else if (option.need === "default") read[key] = option.default;
    else if (option.need === "required") {
      site.at(key).refuse(`is missing. ${option.missing?.(site.context) ?? option.remedy}`);
    }
  }
  return read as Partial<Read<D>>;
};

/** Reads options from an object. Returns undefined if one of them is invalid. */
export const readOptions = <D extends Declarations>(
  declared: D,
  given: Readonly<Record<string, unknown>>,
  site: Site,
): Read<D> | undefined => {
  const before = site.issues.length;
  const read = readSound(declared, given, site);
  const isWhole = Object.entries(declared).every(
    ([key, { need }]) => Object.hasOwn(read, key) || (need === "optional" && given[key] === undefined),
  );
  return isWhole && site.issues.length === before ? (read as Read<D>) : undefined;
};

/** The schema of an object with an entry for each name. */
export const namedSchema = (about: string, entry: JsonSchema, more: JsonSchema = {}): JsonSchema => ({
  description: about,
  type: "object",
  propertyNames: { pattern: NAME.source },
  additionalProperties: entry,
  ...more,
});

/** An object with an entry for each name. The result contains the valid entries. */
export const named = <G, R, C>(
  about: string,
  option: Option<G, R, Need, C>,
  takes = "an object by name",
  remedy = "Name each one.",
): Needed<Readonly<Record<string, G>>, Readonly<Record<string, R>>, C> => ({
  need: "required",
  about,
  takes,
  remedy,
  schema: namedSchema(about, option.schema),
  ...(option.parts && { parts: option.parts }),
  read: (value, site) => {
    if (!isRecord(value)) return site.refuse(`takes ${takes}; received ${describe(value)}. ${remedy}`);
    const read: Record<string, R> = {};
    for (const [name, entry] of Object.entries(value)) {
      const own = site.at(name);
      if (!NAME.test(name)) {
        own.refuse("must be a name of letters and digits that starts with a letter. Rename it.");
        continue;
      }
      if (isObjectName(name)) {
        own.refuse("is a name that every JavaScript object has. Rename it.");
        continue;
      }
      const one = option.read(entry, own);
      if (one !== undefined) read[name] = one;
    }
    return read;
  },
});

/** An object of options. */
export const options = <const D extends Declarations>(
  about: string,
  declared: D,
  takes = takesOf(declared),
): Needed<Written<D>, Read<D>> => ({
  need: "required",
  about,
  takes,
  remedy: "Give them by name.",
  schema: optionsSchema(declared, about),
  parts: declared,
  read: (value, site) =>
    isRecord(value)
      ? readOptions(declared, value, site)
      : site.refuse(`takes ${takes}; received ${describe(value)}. Give them by name.`),
});

const takesOf = (declared: Declarations): string =>
  Object.keys(declared).length === 0 ? "{}" : `an object with ${Object.keys(declared).join(", ")}`;

/** The result of reading an object with one key: the key and the value of its option. */
export type ReadVariant<V> = { [K in keyof V & string]: { readonly name: K; readonly value: ValueOf<V[K]> } }[keyof V &
  string];
/** An object with one of the keys. */
export type WrittenVariant<V> = { [K in keyof V]: { readonly [P in K]: GivenOf<V[K]> } }[keyof V];

/** Reads the only key of an object, which names a variant. Adds an issue and returns undefined if it does not. */
export const readName = (
  value: unknown,
  known: readonly string[],
  { noun, meant = noun }: { readonly noun: string; readonly meant?: string },
  site: Site,
): string | undefined => {
  if (!isRecord(value)) {
    const nearest = typeof value === "string" ? nearestName(value, known) : undefined;
    const remedy = `Write { "${nearest ?? known[0]}": { … } }${nearest === undefined ? " or another" : ""}.`;
    if (value === undefined) return site.refuse(`is missing. ${remedy}`);
    const received = typeof value === "function" ? "a function that was not called" : describe(value);
    return site.refuse(`must be ${withArticle(noun)}; received ${received}. ${remedy}`);
  }
  const names = Object.keys(value);
  const [name = ""] = names;
  if (names.length === 1 && known.includes(name)) return name;
  const received = names.length === 1 ? `"${name}"` : `an object with ${names.length} keys`;
  const hint = names.length === 1 ? suggestName(name, known) : `Known: ${known.join(", ")}.`;
  return site.refuse(`must name one ${meant}; received ${received}. ${hint}`);
};

/** An object with exactly one key, which names the variant whose options its value holds. */
export const oneOf = <const V extends Declarations>(
  noun: string,
  about: string,
  variants: V,
): Needed<WrittenVariant<V>, ReadVariant<V>> => ({
  need: "required",
  about,
  takes: withArticle(noun),
  remedy: `Give ${withArticle(noun)}.`,
  schema: variantsSchema(about, variants),
  parts: variants,
  read: (given, site) => {
    const name = readName(given, Object.keys(variants), { noun }, site);
    if (name === undefined) return undefined;
    const value = variants[name]!.read((given as Readonly<Record<string, unknown>>)[name], site.at(name));
    return value === undefined ? undefined : ({ name, value } as ReadVariant<V>);
  },
});

/** The schema of an object with exactly one key. */
export const variantsSchema = (about: string, variants: Declarations): JsonSchema => ({
  description: about,
  oneOf: Object.entries(variants).map(([name, { schema }]) => objectSchema({ [name]: schema }, [name])),
});
