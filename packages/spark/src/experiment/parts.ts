import { nearestName, suggestName } from "../config/nearest-name.ts";
import type { Place, Site } from "../config/place.ts";
import { describe } from "../config/shape.ts";
import { ConfigError } from "../errors/errors.ts";
import type { Given } from "./document.ts";

/** Constructor of a part of a network from its fields: a soma, a source of spikes or a synapse. */
export interface PartType<T> {
  (config: never, place: Place): T;
  readonly model: { readonly name: string };
}

export type PartKey = "soma" | "neuron" | "source" | "synapse" | "rule";

const nouns: Readonly<Record<PartKey, string>> = {
  soma: "a soma",
  neuron: "a ready-made neuron",
  source: "a source of spikes",
  synapse: "a synapse",
  rule: "a plasticity rule",
};

/**
 * Creates the part that an object names under `key`, from the rest of the object. Returns undefined, with issues, if
 * that fails.
 */
export const readPart = <T>(
  key: PartKey,
  { [key]: name, ...config }: Given,
  site: Site,
  types: Readonly<Record<string, PartType<T>>>,
): T | undefined => {
  const names = Object.keys(types);
  const own = site.at(key);
  if (name === undefined) return own.refuse(missingName(key, config, names));
  if (typeof name !== "string" || !Object.hasOwn(types, name)) {
    const hint = typeof name === "string" ? suggestName(name, names) : `Known: ${names.join(", ")}.`;
    return own.refuse(`must be the name of ${nouns[key]}; received ${describe(name)}. ${hint}`);
  }
  return made(site, () => types[name]!(config as never, site.place));
};

/** The message for a missing name of a part. */
export const missingName = (key: PartKey, config: Given, names: readonly string[]): string => {
  const meant = Object.keys(config).find((given) => nearestName(given, [key]) !== undefined);
  return meant === undefined
    ? `is missing. Name one of ${names.join(", ")}.`
    : `is missing; received "${meant}" in its place. Rename it.`;
};

/** Creates a part. Its problems become issues. */
export const made = <T>(site: Site, make: () => T): T | undefined => {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    site.issues.push(...error.issues);
    return undefined;
  }
};
