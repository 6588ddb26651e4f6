import { checkInitializer, type Initializer } from "../config/initializer.ts";
import { custom, number, optional, options, readName, variantsSchema, type Written } from "../config/options.ts";
import type { Site } from "../config/place.ts";
import { describe } from "../config/shape.ts";
import type { NumberList } from "./ends.ts";
import { isList, listMisfit, numbers } from "./numbers.ts";

export { isList };

const distanceOptions = {
  offset: number("Value at distance 0."),
  /** Change per unit of length of the positions. For a delay: one over the velocity. */
  slope: number("Change per unit of length of the positions. For a delay: one over the velocity."),
  min: optional(number("Lower bound of the values.")),
  max: optional(number("Upper bound of the values.")),
};

/** A value that depends on the distance of source and target: offset + slope · distance, clipped to the bounds. */
export type DistanceValue = Written<typeof distanceOptions>;

const own = {
  bySource: numbers("One value per source unit.", "Give one number per unit."),
  byTarget: numbers("One value per target unit.", "Give one number per unit."),
  byDistance: options("offset + slope · distance.", distanceOptions, "an object with offset and slope"),
};

/**
 * Weights or delays of a projection: one value for all; one per source or target unit; drawn; by distance; or, if the
 * rule determines the number of synapses, a list with one value per synapse in the order of the rule.
 */
export type SynapseValues =
  | number
  | NumberList
  | Initializer
  | { readonly bySource: NumberList }
  | { readonly byTarget: NumberList }
  | { readonly byDistance: DistanceValue };

/** A value for each kind of synapse: the first letter is the kind of the target unit. */
export interface KindValues {
  readonly byKind: Readonly<Record<"EE" | "EI" | "IE" | "II", number>>;
  /** Whether each unit is inhibitory. */
  readonly source: readonly boolean[];
  readonly target: boolean | readonly boolean[];
}

/** Values of a parameter that differ between the synapses of a projection. */
export type ParameterValues = SynapseValues | KindValues;

/** One value per source unit, for all its synapses. */
export const bySource = (values: NumberList): SynapseValues => ({ bySource: values });
/** One value per target unit, for all its synapses. */
export const byTarget = (values: NumberList): SynapseValues => ({ byTarget: values });
/** offset + slope · distance between the positions of source and target. */
export const byDistance = (value: DistanceValue): SynapseValues => ({ byDistance: value });

/** Initializers of both kinds of values. A delay is never 0, so none is sparse. */
const drawn = {
  weights: ["constant", "uniform", "normal", "logNormal", "sparseUniform"],
  delays: ["constant", "uniform", "normal", "logNormal"],
} as const;
type ValueKind = keyof typeof drawn;

const knownNames = (kind: ValueKind): readonly string[] => [...drawn[kind], ...Object.keys(own)];
const takesOf = (kind: ValueKind): string => `a number, a list or one of ${knownNames(kind).join(", ")}`;

const readValues = (kind: ValueKind, value: unknown, site: Site): SynapseValues | undefined => {
  const before = site.issues.length;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) site.refuse(`must be a finite number; received ${value}. Give a number.`);
  } else if (isList(value)) site.refusePart(listMisfit(value));
  else if (typeof value !== "object" || value === null) {
    const meant = typeof value === "string" ? Number.parseFloat(value) : Number.NaN;
    const remedy = Number.isFinite(meant)
      ? `Write ${meant}, a number without a unit.`
      : "Give a number for the same value everywhere.";
    site.refuse(`must be ${takesOf(kind)}; received ${describe(value)}. ${remedy}`);
  } else {
    const name = readName(value, knownNames(kind), { noun: "value", meant: "way to make values" }, site);
    if (name !== undefined && (drawn[kind] as readonly string[]).includes(name)) checkInitializer(value, site);
    else if (name !== undefined) {
      own[name as keyof typeof own].read((value as Readonly<Record<string, unknown>>)[name], site.at(name));
    }
  }
  return site.issues.length > before ? undefined : (value as SynapseValues);
};

/** Weights or delays as an option. */
export const synapseValues = (kind: ValueKind, about: string) =>
  custom<SynapseValues>({
    about,
    takes: takesOf(kind),
    remedy: "Give a number for the same value everywhere.",
    schema: { description: about, $ref: "#/$defs/synapseValues" },
    parts: own,
    read: (value, site) => readValues(kind, value, site),
  });

const variants = variantsSchema("Values by source unit, target unit or distance.", own)["oneOf"];

/** The schema definition of weights and delays. */
export const synapseValuesSchema = {
  anyOf: [
    { type: "number" },
    {
      description: "One value per synapse, in the order of the rule.",
      type: "array",
      items: { type: "number" },
    },
    { $ref: "#/$defs/initializer" },
    { $ref: "#/$defs/valueFile" },
    ...(variants as readonly { readonly type: string }[]),
  ],
} as const;
