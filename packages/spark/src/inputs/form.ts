import { inUnit } from "../config/field.ts";
import { nearestName, suggestName } from "../config/nearest-name.ts";
import type { Site } from "../config/place.ts";
import { describe, isRecord } from "../config/shape.ts";
import { functionFeed } from "./callback.ts";
import type { Feed, FeedContext } from "./contract.ts";
import type { InputFunction } from "./forms.ts";
import { generators, readGenerator } from "./generator.ts";
import { type GeneratorName, generatorNames, isStream } from "./kinds.ts";
import { type NoiseName, noiseFeed } from "./noise.ts";
import { seriesFeed } from "./series.ts";
import { readSteps } from "./steps.ts";
import { streamFeed } from "./stream.ts";
import { isWave, waveFeed } from "./waves.ts";

/* All forms of inputs that change over time. feed.ts loads this file and its imports on demand. */

export { readSpikes } from "./spikes.ts";
export { readSum } from "./sum.ts";

/** An input that is an object has exactly one of these keys. */
const inputKeys: readonly string[] = ["steps", "series", "sum", ...generatorNames];

/** Reads an input that is neither a number nor an array: a function, an iterable or an object that names its form. */
export const readForm = (value: unknown, site: Site<FeedContext>): Feed | undefined => {
  if (typeof value === "function") return functionFeed(value as InputFunction, site);
  if (isStream(value)) return streamFeed(value, site);
  if (isRecord(value)) return readObject(value, site);
  const wanted = `a number${inUnit(site.context.port.unit)}, an array, a series, a generator, a function or an iterable`;
  return site.refuse(`must be ${wanted}; received ${describe(value)}. Give one of these.`);
};

const readObject = (value: Readonly<Record<string, unknown>>, site: Site<FeedContext>): Feed | undefined => {
  const keys = Object.keys(value);
  const named = inputKeys.filter((key) => keys.includes(key));
  const [name, other] = named;
  if (name === undefined) return site.refuse(unnamed(keys));
  if (other !== undefined) {
    return site.refuse(`contains both ${name} and ${other}. Add them with { sum: [{ … }, { … }] }.`);
  }
  if (name === "sum") return site.refuse("is a sum within a sum. Move its parts into the outer sum.");
  if (name === "series") return seriesFeed(value, site);
  const extra = keys.filter((key) => key !== name);
  for (const key of extra) site.at(key).refuse(strayKey(key, name));
  const own = site.at(name);
  const feed =
    name === "steps" ? readSteps(value["steps"], own) : generatorFeed(name as GeneratorName, value[name], own);
  return extra.length === 0 ? feed : undefined;
};

const unnamed = (keys: readonly string[]): string => {
  if (keys.length === 0) return `must name a kind of input; received an empty object. Known: ${inputKeys.join(", ")}.`;
  const meant = keys.find((key) => nearestName(key, inputKeys) !== undefined) ?? keys[0]!;
  return `must name a kind of input; received { ${keys.join(", ")} }. ${suggestName(meant, inputKeys)}`;
};

/** The message for an unexpected key, which may be an option of the generator at the wrong level. */
const strayKey = (key: string, name: string): string =>
  name !== "steps" && Object.hasOwn(generators[name as GeneratorName].parts ?? {}, key)
    ? `belongs inside ${name}. Write { ${name}: { ${key}: … } }.`
    : `is not allowed next to ${name}. Remove it.`;

const generatorFeed = (name: GeneratorName, given: unknown, site: Site<FeedContext>): Feed | undefined => {
  const values = readGenerator(name, given, site);
  if (!values) return undefined;
  return isWave(name) ? waveFeed(name, values, site) : noiseFeed(name as NoiseName, values, site);
};
