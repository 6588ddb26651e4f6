import { arrayMisfit, type Field, requirementText, withUnit } from "../config/field.ts";
import { checkInitializer, type Initializer } from "../config/initializer.ts";
import { suggestName } from "../config/nearest-name.ts";
import type { Site } from "../config/place.ts";
import { describe, isRecord, isTypedArray, readArray } from "../config/shape.ts";
import { refuseUnknown } from "../config/unknown-keys.ts";

/* Parameters of a plasticity rule that differ between the synapses of a projection. */

/** A value that depends on the distance of source and target: offset + slope · distance, clipped to the bounds. */
interface DistanceParameter {
  readonly offset: number;
  readonly slope: number;
  readonly min?: number;
  readonly max?: number;
}

/**
 * Values of a parameter that differ between synapses: one for each synapse in the order of the projection, one for each
 * source unit, by the distance of the units, or drawn for each synapse.
 */
export type BySynapse =
  | { readonly bySynapse: ArrayLike<number> }
  | { readonly bySource: ArrayLike<number> }
  | { readonly byDistance: DistanceParameter }
  | Initializer;

const drawn = ["constant", "uniform", "normal", "logNormal", "sparseUniform"];
const names = ["bySynapse", "bySource", "byDistance", ...drawn];

/** Whether a value of a rule differs between synapses. */
export const isBySynapse = (value: object): value is BySynapse => names.some((name) => Object.hasOwn(value, name));

/** Whether a value was meant to differ between synapses: an object with one key that names no kind of synapse. */
export const namesSynapses = (value: unknown): boolean => {
  const keys = isRecord(value) ? Object.keys(value) : [];
  return keys.length > 0 && !keys.some((key) => /^[EI]{2}$/i.test(key));
};

/** Reads values that differ between synapses. Adds their problems to the issues. */
export const readBySynapse = (given: object, field: Field, site: Site, skip: boolean): BySynapse | undefined => {
  const before = site.issues.length;
  const [name = "", ...others] = Object.keys(given);
  if (others.length > 0 || !names.includes(name)) {
    const hint = others.length > 0 ? `Known: ${names.join(", ")}.` : suggestName(name, names);
    return site.refuse(`must name one way to give each synapse a value; received ${describe(given)}. ${hint}`);
  }
  const value = (given as Readonly<Record<string, unknown>>)[name];
  const own = site.at(name);
  if (name === "bySynapse" || name === "bySource") return readList(name, value, field, own, skip);
  if (name === "byDistance") readDistance(value, own);
  else checkInitializer(given, site);
  return site.issues.length > before ? undefined : (given as BySynapse);
};

const readList = (
  name: "bySynapse" | "bySource",
  value: unknown,
  field: Field,
  site: Site,
  skip: boolean,
): BySynapse | undefined => {
  const each = name === "bySource" ? "source unit" : "synapse";
  const read =
    (Array.isArray(value) && value.length > 0) || isTypedArray(value) ? readArray(value as number[]) : undefined;
  if (!read || (!("message" in read) && read.shape.length !== 1)) {
    return site.refuse(`must be a flat list of numbers; received ${describe(value)}. Give one for each ${each}.`);
  }
  const wrong = "message" in read ? read : skip ? undefined : arrayMisfit(field, read);
  if (wrong || "message" in read) return site.refusePart(wrong);
  const data = Float64Array.from(read.data);
  return name === "bySource" ? { bySource: data } : { bySynapse: data };
};

const readDistance = (value: unknown, site: Site): void => {
  if (!isRecord(value)) {
    site.refuse(`must be an object with offset and slope; received ${describe(value)}. Give both.`);
    return;
  }
  refuseUnknown(value, ["offset", "slope", "min", "max"], site);
  for (const key of ["offset", "slope", "min", "max"]) {
    const own = value[key];
    if (own === undefined && (key === "min" || key === "max")) continue;
    if (!Number.isFinite(own)) {
      site.at(key).refuse(`must be a finite number; received ${describe(own)}. Give a number.`);
    }
  }
};

/** The problem of an extreme value that draws or distances can give; it is infinite if they have no bound. */
export const extremeProblem = (field: Field, value: number): string | undefined => {
  const finite = Number.isFinite(value) ? value : Math.sign(value) * Number.MAX_VALUE;
  const broken = field.checks.find((check) => !check.holds(finite));
  if (!broken) return undefined;
  const given = Number.isFinite(value) ? withUnit(value, field.unit) : "any number";
  return `can give ${given}, but each value ${requirementText(broken, field.unit)}. Give bounds: min and max.`;
};
