import { type FieldSetting, isSeries, isShapedArray } from "../config/parse.ts";
import type { Site } from "../config/place.ts";
import type { Series } from "../config/sampling.ts";
import { describe, isRecord, isTypedArray, type Shape, type ShapedArray, sizeOf } from "../config/shape.ts";
import { isStream } from "../inputs/kinds.ts";
import { isPlain, type Json, type JsonObject, MAX_DEPTH } from "./document.ts";

/* Values of code as values of a document. */

/** Object entries as JSON. A key named __proto__ stays an ordinary key. */
export const jsonObject = (entries: Iterable<readonly [string, Json | undefined]>): JsonObject => {
  const made: Record<string, Json> = {};
  for (const [key, value] of entries) {
    if (value !== undefined) {
      Object.defineProperty(made, key, { value, enumerable: true, writable: true, configurable: true });
    }
  }
  return made;
};

/** Numbers in row-major order as nested lists of a shape. */
const nested = (data: ArrayLike<number>, shape: Shape, start = 0): Json[] => {
  const [length = 0, ...inner] = shape;
  if (inner.length === 0) return Array.from({ length }, (_, k) => data[start + k]!);
  const size = sizeOf(inner);
  return Array.from({ length }, (_, k) => nested(data, inner, start + k * size));
};

/** A list of numbers, in the shape of the units if it has one number for each of them. */
const listOf = (data: ArrayLike<number>, units: Shape | undefined): Json[] =>
  nested(data, units && sizeOf(units) === data.length ? units : [data.length]);

const ONLY = "A document contains only numbers, texts, true, false, null, lists and objects.";

const notData = (value: unknown): string => {
  if (typeof value === "function") {
    return "steps" in value
      ? "is an input function. Give its values: input.steps() after a run."
      : `is a function, which a document cannot contain. ${ONLY} Give values, or keep the experiment in code.`;
  }
  return isStream(value)
    ? "is an iterable, which a document cannot contain. Collect its values in an array."
    : `is ${describe(value)}, which a document cannot contain. ${ONLY} Give one of these.`;
};

/** Whether an object is recorded spikes, which a document can replay. */
const isRecordedSpikes = (value: Readonly<Record<string, unknown>>): boolean =>
  isTypedArray(value["steps"]) && isTypedArray(value["units"]) && typeof value["dt"] === "number";

/** Lists whose numbers do not belong to the units of a population. */
const plainLists: readonly string[] = ["series", "times", "events", "inhibitory"];

/**
 * Writes plain data as JSON. Returns undefined, with issues, for everything else.
 * @param units shape of the population; flat typed arrays with one number per unit take it
 */
export const writeValue = (value: unknown, site: Site, units?: Shape, depth = 0): Json | undefined => {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    if (Number.isFinite(value)) return value;
    return site.refuse(`is ${value}, and JSON has no such number. Give a finite number.`);
  }
  if (depth > MAX_DEPTH) return site.refuse(`is nested more than ${MAX_DEPTH} levels deep. Flatten it.`);
  if (isTypedArray(value)) {
    const bad = value.findIndex((one) => !Number.isFinite(one));
    if (bad < 0) return listOf(value, units);
    return site.at(bad).refuse(`is ${value[bad]}, and JSON has no such number. Give a finite number.`);
  }
  if (Array.isArray(value)) {
    const before = site.issues.length;
    const list: Json[] = [];
    for (let k = 0; k < value.length; k++) {
      list.push(writeValue(value[k], site.at(k), units, depth + 1) ?? null);
      // One problem is enough: a long list could repeat it a million times.
      if (site.issues.length > before) return undefined;
    }
    return list;
  }
  if (!isRecord(value)) return site.refuse(notData(value));
  if (isRecordedSpikes(value)) return writeSpikes(value, site);
  if (!isPlain(value)) return site.refuse(notData(value));
  return writeEntries(value, site, units, depth);
};

const writeEntries = (
  value: Readonly<Record<string, unknown>>,
  site: Site,
  units: Shape | undefined,
  depth: number,
): JsonObject =>
  jsonObject(
    Object.entries(value).map(([key, one]) => {
      if (one === undefined) return [key, undefined];
      const own = site.at(key);
      // Steps × units: one list for each step. Beside `units`, steps are those of spikes.
      const isList = plainLists.includes(key) || "units" in value;
      if (key === "steps" && !isList && units && isTypedArray(one) && one.length % sizeOf(units) === 0) {
        return [key, nested(one, [one.length / sizeOf(units), sizeOf(units)])];
      }
      return [key, writeValue(one, own, isList ? undefined : units, depth + 1)];
    }),
  );

/** Recorded spikes, without the parts that follow from them. */
const writeSpikes = ({ steps, units, shape, dt }: Readonly<Record<string, unknown>>, site: Site): JsonObject =>
  jsonObject(
    Object.entries({ steps, units, shape, dt }).map(([key, value]) => [
      key,
      value === undefined ? undefined : writeValue(value, site.at(key)),
    ]),
  );

/** The value of a parameter. */
export const writeSetting = (value: FieldSetting, site: Site, units: Shape | undefined): Json | undefined => {
  if (typeof value === "number") return writeValue(value, site);
  if (isShapedArray(value)) return nestedArray(value, units);
  return isSeries(value) ? writeSeries(value, site) : writeValue(value, site);
};

/** A flat array fits any shape of its length; a list in a document has one shape. */
const nestedArray = ({ data, shape, flat }: ShapedArray, units: Shape | undefined): Json =>
  flat ? listOf(data, units) : nested(data, shape);

const usual: Readonly<Record<string, unknown>> = { start: 0, between: "hold", before: "error", after: "error" };

const writeSeries = ({ samples, sampling }: Series, site: Site): JsonObject =>
  jsonObject([
    ["series", nested(samples.data, samples.shape)],
    ...Object.entries(sampling)
      .filter(([key, value]) => value !== usual[key])
      .map(([key, value]) => [key, writeValue(value, site.at(key))] as const),
  ]);
