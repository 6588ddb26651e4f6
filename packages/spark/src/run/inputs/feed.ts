import { nearestName, suggestName } from "../../config/nearest-name.ts";
import { describe, isTypedArray, type Shape, shapeIssue } from "../../config/shape.ts";
import type { Issue } from "../../errors/errors.ts";
import { CurrentArray, type Port, PotentialArray, SpikeArray } from "../../model/ports.ts";
import { functionFeed } from "./callback.ts";
import type { Feed, FeedContext } from "./contract.ts";
import type { InputFunction } from "./forms.ts";
import { type GeneratorName, generatorNames, generators, readGenerator } from "./generator.ts";
import { type NoiseName, noiseFeed } from "./noise.ts";
import { readSeries } from "./series.ts";
import { readSpikes } from "./spikes.ts";
import { readSteps } from "./steps.ts";
import { isStream, streamFeed } from "./stream.ts";
import { fitsUnits, readPerUnit, shapeProblem } from "./values.ts";
import { isWave, waveFeed } from "./waves.ts";

export type { Feed, FeedContext } from "./contract.ts";

/** Keys of which an input that is an object has exactly one. */
export const inputKeys: readonly string[] = ["steps", "series", "sum", ...generatorNames];

/**
 * Reads and checks the value of a port. Gives several feeds where the input is a sum, which the machine adds in order.
 * Problems are added to `issues`; the feeds are of use only when there are none.
 */
export const readInput = (port: Port, value: unknown, context: FeedContext, issues: Issue[]): Feed[] => {
  if (port.payload === "SpikeArray") return list(readSpikes(value, context, issues));
  if (!isRecord(value) || !Object.hasOwn(value, "sum")) return list(readCurrent(value, context, issues));
  const path = `${context.path}.sum`;
  for (const key of Object.keys(value)) {
    if (key === "sum") continue;
    issues.push({ path: `${context.path}.${key}`, message: "cannot stand beside sum. Put it into the sum." });
  }
  const parts = value["sum"];
  if (!Array.isArray(parts) || parts.length === 0) {
    issues.push({ path, message: `must be an array of inputs; received ${describe(parts)}. Give one or more.` });
    return [];
  }
  return parts.flatMap((part, k) => list(readCurrent(part, { ...context, path: `${path}[${k}]` }, issues)));
};

const list = (feed: Feed | undefined): Feed[] => (feed ? [feed] : []);

/** An object written as such, in code or in a document. */
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

const readCurrent = (value: unknown, context: FeedContext, issues: Issue[]): Feed | undefined => {
  const add = (message: string): undefined => void issues.push({ path: context.path, message });
  if (typeof value === "function") return functionFeed(value as InputFunction, context);
  if (typeof value === "number" || Array.isArray(value) || isTypedArray(value)) {
    return constantFeed(readPerUnit(value, context.path, context, issues));
  }
  if (value instanceof CurrentArray) {
    if (!fitsUnits(value.shape, context.units, false)) return add(shapeProblem(value.shape, context.units));
    // A flat copy stands for any shape of its length, and that of the array was compared just now.
    return constantFeed(readPerUnit(Float64Array.from(value.values), context.path, context, issues));
  }
  if (value instanceof SpikeArray || value instanceof PotentialArray) {
    return add(`takes a CurrentArray (pA); received a ${value.payload}. Wire it to a port of that payload.`);
  }
  if (isStream(value)) return streamFeed(value, context);
  if (isRecord(value)) return readObject(value, context, issues);
  return add(
    `must be a current in pA: a number, an array, a series, a generator, a function or an iterable; received ${describe(value)}. Give one of these.`,
  );
};

const constantFeed = (constant: number | Float64Array | undefined): Feed | undefined =>
  constant === undefined
    ? undefined
    : { binding: { kind: typeof constant === "number" ? "scalar" : "unit" }, constant };

const readObject = (
  value: Readonly<Record<string, unknown>>,
  context: FeedContext,
  issues: Issue[],
): Feed | undefined => {
  const { path } = context;
  const add = (message: string, at = path): undefined => void issues.push({ path: at, message });
  const keys = Object.keys(value);
  const named = inputKeys.filter((key) => keys.includes(key));
  const [name, other] = named;
  if (name === undefined) return add(unnamed(keys));
  if (other !== undefined) return add(`names both ${name} and ${other}. Add them up with { sum: [{ … }, { … }] }.`);
  if (name === "sum") return add("is a sum within a sum. Put its parts into the outer one.");
  if (name === "series") return readSeries(value, context, issues);
  const extra = keys.filter((key) => key !== name);
  for (const key of extra) add(strayKey(key, name), `${path}.${key}`);
  const feed =
    name === "steps"
      ? readSteps(value["steps"], context, issues)
      : generatorFeed(name as GeneratorName, value[name], context, issues);
  return extra.length === 0 ? feed : undefined;
};

const unnamed = (keys: readonly string[]): string => {
  if (keys.length === 0) return `must name a kind of input; received an empty object. Known: ${inputKeys.join(", ")}.`;
  const meant = keys.find((key) => nearestName(key, inputKeys) !== undefined) ?? keys[0]!;
  return `must name a kind of input; received { ${keys.join(", ")} }. ${suggestName(meant, inputKeys)}`;
};

/** An option that was written beside its generator instead of within. */
const strayKey = (key: string, name: string): string =>
  name !== "steps" && Object.hasOwn(generators[name as GeneratorName].options, key)
    ? `belongs within ${name}. Write { ${name}: { ${key}: … } }.`
    : `is unknown beside ${name}. Remove it.`;

const generatorFeed = (
  name: GeneratorName,
  given: unknown,
  context: FeedContext,
  issues: Issue[],
): Feed | undefined => {
  const values = readGenerator(name, given, context, issues);
  if (!values) return undefined;
  return isWave(name) ? waveFeed(name, values, context, issues) : noiseFeed(name as NoiseName, values, context);
};

/**
 * The shape of the population that an input implies, so that it can be inferred before the build; undefined for inputs
 * that fit any shape. A flat array implies one axis, though it would also fit another shape of its length: ask only
 * when no shape was given.
 */
export const inputShape = (value: unknown): Shape | undefined => {
  if (Array.isArray(value)) return nestedShape(value);
  if (isTypedArray(value)) return value.length > 0 ? [value.length] : undefined;
  if (value instanceof CurrentArray || value instanceof SpikeArray) return value.shape;
  if (!isRecord(value) || isStream(value)) return undefined;
  const { shape, steps, series, sum } = value;
  if (shape !== undefined && steps !== undefined && shapeIssue(shape, "") === undefined) return shape as Shape;
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

/** The first shape of several axes, which says more than a flat one. */
const foremost = (shapes: readonly (Shape | undefined)[]): Shape | undefined =>
  shapes.find((shape) => shape !== undefined && shape.length > 1) ?? shapes.find((shape) => shape !== undefined);
