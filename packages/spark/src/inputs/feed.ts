import { inUnit } from "../config/field.ts";
import type { Site } from "../config/place.ts";
import { isRecord, isTypedArray, type Shape, shapeMisfit, sizeOf } from "../config/shape.ts";
import { CurrentArray, PotentialArray, SpikeArray } from "../model/ports.ts";
import type { Feed, FeedContext } from "./contract.ts";
import { generatorNames, isStream } from "./kinds.ts";
import { fitsUnits, hasFiniteSum, readPerUnit, shapeProblem } from "./values.ts";

export type { Feed, FeedContext } from "./contract.ts";

/** Loaded on demand, because a page with constant currents does not need it. */
const loadForms = (): Promise<typeof import("./form.ts")> => import("./form.ts");

/**
 * Reads and checks the value of a port. A sum gives several feeds, which the machine adds in order. Use the feeds only
 * if there are no issues.
 */
export const readInput = async (value: unknown, site: Site<FeedContext>): Promise<Feed[]> => {
  if (site.context.port.payload === "SpikeArray") return list(await readSpikes(value, site));
  if (!isRecord(value) || !Object.hasOwn(value, "sum")) return list(await readValues(value, site));
  return (await loadForms()).readSum(value, site, readValues);
};

const readSpikes = async (value: unknown, site: Site<FeedContext>): Promise<Feed | undefined> => {
  const feed = (await loadForms()).readSpikes(value, site);
  if (site.context.port.unsigned && feed?.binding.kind === "rowBit" && feed.binding.signed) {
    site.refuse(
      "accepts only unsigned spikes; received inhibitory ones. Declare the population that spikes as inhibitory.",
    );
  }
  return feed;
};

const list = (feed: Feed | undefined): Feed[] => (feed ? [feed] : []);

const readValues = async (value: unknown, site: Site<FeedContext>): Promise<Feed | undefined> => {
  const { units, port } = site.context;
  // A large array in double precision would take as much memory as the machine. Sums of single precision never overflow.
  if (value instanceof Float32Array && value.length === sizeOf(units) && hasFiniteSum(value)) {
    return constantFeed(value.slice());
  }
  if (typeof value === "number" || Array.isArray(value) || isTypedArray(value)) {
    return constantFeed(readPerUnit(value, site, port));
  }
  if (value instanceof CurrentArray) {
    if (!fitsUnits(value.shape, units, false)) return site.refuse(shapeProblem(value.shape, site.context));
    // A flat copy fits any shape of its length. The shape of the array was checked above.
    return constantFeed(readPerUnit(Float64Array.from(value.values), site, port));
  }
  if (value instanceof SpikeArray || value instanceof PotentialArray) {
    return site.refuse(
      `takes values${inUnit(port.unit)}; received a ${value.payload}. Connect it to a port of that payload.`,
    );
  }
  return (await loadForms()).readForm(value, site);
};

const constantFeed = (constant: number | Float64Array | Float32Array | undefined): Feed | undefined =>
  constant === undefined
    ? undefined
    : { binding: { kind: typeof constant === "number" ? "scalar" : "unit" }, constant };

/**
 * The shape of the population that an input implies; undefined for inputs that fit any shape. A flat array implies one
 * axis although it fits every shape of its length, so use this only if no shape is given.
 */
export const inputShape = (value: unknown): Shape | undefined => {
  if (Array.isArray(value)) return nestedShape(value);
  if (isTypedArray(value)) return value.length > 0 ? [value.length] : undefined;
  if (value instanceof CurrentArray || value instanceof SpikeArray) return value.shape;
  if (!isRecord(value) || isStream(value)) return undefined;
  const { shape, steps, series, sum } = value;
  if (shape !== undefined && steps !== undefined && shapeMisfit(shape) === undefined) return shape as Shape;
  const rows = steps ?? series;
  if (Array.isArray(rows)) return Array.isArray(rows[0]) ? nestedShape(rows[0]) : undefined;
  if (Array.isArray(sum)) return foremost(sum.map(inputShape));
  const name = generatorNames.find((known) => Object.hasOwn(value, known));
  const options = name && value[name];
  return isRecord(options) ? foremost(Object.values(options).map(inputShape)) : undefined;
};

const nestedShape = (value: readonly unknown[]): Shape | undefined => {
  const shape: number[] = [];
  for (let level: unknown = value; Array.isArray(level); level = level[0]) shape.push(level.length);
  return shape.includes(0) ? undefined : shape;
};

/** The first shape with several axes, which is more specific than a flat one; otherwise the first shape. */
const foremost = (shapes: readonly (Shape | undefined)[]): Shape | undefined =>
  shapes.find((shape) => shape !== undefined && shape.length > 1) ?? shapes.find((shape) => shape !== undefined);
