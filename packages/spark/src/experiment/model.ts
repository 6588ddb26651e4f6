import type { Fields } from "../config/field.ts";
import { suggestName } from "../config/nearest-name.ts";
import type { Place, Site } from "../config/place.ts";
import { describe, isRecord } from "../config/shape.ts";
import { issuesOf } from "../errors/errors.ts";
import type { Component, ComponentType, ConfigOf } from "../model/component.ts";
import { configKeys } from "../model/presets.ts";
import { somas } from "../somas/index.ts";
import { sources } from "../sources/index.ts";
import type { Given } from "./document.ts";
import { readEquationsSoma } from "./equations.ts";
import { missingName } from "./parts.ts";

/** Somas by name, in addition to those of the library. */
export type SomaTypes = Readonly<Record<string, ComponentType>>;

/** Result of reading the model of a document. */
export interface ReadModel {
  readonly type: ComponentType;
  /** The component; if the config has problems, without the fields that have them. */
  readonly component: Component;
  /** False if a removed field could have determined the shape of the population. */
  readonly shapeKnown: boolean;
}

/** Reads { soma, …fields }, { source, …fields } or { equations, … }. Returns undefined if the model is not known. */
export const readModel = (value: unknown, models: SomaTypes, site: Site): ReadModel | undefined => {
  if (value === undefined) return site.refuse('is missing. Give { "soma": "LeakySoma" } with its fields.');
  if (!isRecord(value)) {
    return site.refuse(`takes an object such as { "soma": "LeakySoma" }; received ${describe(value)}. Give one.`);
  }
  if (Object.hasOwn(value, "equations")) return readEquationsModel(value, site);
  return Object.hasOwn(value, "source") ? readSourceModel(value, models, site) : readSomaModel(value, models, site);
};

const readSomaModel = ({ soma, ...config }: Given, models: SomaTypes, site: Site): ReadModel | undefined => {
  const known: SomaTypes = { ...(somas as SomaTypes), ...models };
  const names = Object.keys(known);
  const own = site.at("soma");
  if (soma === undefined) return own.refuse(missingName("soma", config, names));
  if (typeof soma === "string" && Object.hasOwn(known, soma)) return makeModel(known[soma]!, config, site);
  if (typeof soma === "string" && Object.hasOwn(sources, soma)) {
    return own.refuse(
      `must be the name of a soma; ${soma} is a source of spikes. Write { "source": "${soma}", "units": [100] }.`,
    );
  }
  const hint = typeof soma === "string" ? suggestName(soma, names) : `Known: ${names.join(", ")}.`;
  return own.refuse(`must be the name of a soma; received ${describe(soma)}. ${hint}`);
};

const readSourceModel = ({ source, ...config }: Given, models: SomaTypes, site: Site): ReadModel | undefined => {
  if (config["soma"] !== undefined) {
    return site.at("soma").refuse("cannot be combined with source. Remove one of them.");
  }
  const own = Object.entries(models).filter(([, { model }]) => model.kind === "spikeSource");
  const known: SomaTypes = { ...(sources as SomaTypes), ...Object.fromEntries(own) };
  if (typeof source === "string" && Object.hasOwn(known, source)) return makeModel(known[source]!, config, site);
  const names = Object.keys(known);
  const hint = typeof source === "string" ? suggestName(source, names) : `Known: ${names.join(", ")}.`;
  return site.at("source").refuse(`must be the name of a source of spikes; received ${describe(source)}. ${hint}`);
};

/** Creates the component; if the config has problems, without the fields that have them. */
const makeModel = (type: ComponentType, config: Given, { place, issues }: Site): ReadModel => {
  const make = type as (config: ConfigOf<Fields>, place: Place) => Component;
  try {
    return { type, component: make(config as ConfigOf<Fields>, place), shapeKnown: true };
  } catch (error) {
    const wrong = issuesOf(error);
    issues.push(...wrong);
    return { type, ...remainder(type, config, new Set(wrong.map(({ keys }) => `${keys[place.keys.length]}`))) };
  }
};

/** Reads { equations, parameters, … }. Returns undefined if the equations have problems. */
const readEquationsModel = (value: Given, site: Site): ReadModel | undefined => {
  const { soma, ...equations } = value;
  if (soma !== undefined) return site.at("soma").refuse("cannot be combined with equations. Remove one of them.");
  const read = readEquationsSoma(equations, site);
  return read && makeModel(read.type as unknown as ComponentType, read.config, site);
};

/** A config without the keys that have problems, so that the rest of the document can be checked too. */
const remainder = (type: ComponentType, config: Given, broken: ReadonlySet<string>): Omit<ReadModel, "type"> => {
  const known = configKeys(type.model);
  const kept = Object.fromEntries(Object.entries(config).filter(([key]) => known.includes(key) && !broken.has(key)));
  const telling = [...broken].some((key) => key === "units" || Array.isArray(config[key]));
  return { component: type(kept as ConfigOf<Fields>), shapeKnown: Object.hasOwn(kept, "units") || !telling };
};
