import type { Fields } from "../config/field.ts";
import { nearestName, suggestName } from "../config/nearest-name.ts";
import { readConfig } from "../config/parse.ts";
import { describe } from "../config/shape.ts";
import type { Issue } from "../errors/errors.ts";
import type { Component, ComponentType, ConfigOf } from "../model/component.ts";
import { somas } from "../somas/index.ts";
import { sources } from "../sources/index.ts";
import { type Given, isObject } from "./document.ts";

/** Somas by name, in addition to those of the library. */
export type SomaTypes = Readonly<Record<string, ComponentType>>;

/** What was read of a document's model. */
export interface ReadModel {
  readonly type: ComponentType;
  /** The component; where the config has problems, what remains of it without the fields that have them. */
  readonly component: Component;
  /** False where a field that may have told the shape of the population was left out. */
  readonly shapeKnown: boolean;
}

const PATH = "experiment.model";

/** Reads { soma, …fields }. Gives undefined where not even the soma is known. */
export const readModel = (value: unknown, models: SomaTypes, issues: Issue[]): ReadModel | undefined => {
  const add = (path: string, message: string): undefined => void issues.push({ path, message });
  const known: SomaTypes = { ...(somas as SomaTypes), ...models };
  const names = Object.keys(known);
  if (value === undefined) return add(PATH, 'is missing. Give { "soma": "LeakySoma" } with its fields.');
  if (!isObject(value)) {
    return add(PATH, `takes an object such as { "soma": "LeakySoma" }; received ${describe(value)}. Give one.`);
  }
  const { soma, ...config } = value;
  if (soma === undefined) return add(`${PATH}.soma`, missingSoma(config, names));
  if (typeof soma !== "string" || !Object.hasOwn(known, soma)) {
    if (typeof soma === "string" && Object.hasOwn(sources, soma)) {
      const example = `{ "populations": { "input": { "source": "${soma}", "units": [100] } } }`;
      return add(
        `${PATH}.soma`,
        `must be the name of a soma; ${soma} is a source of spikes. Give a brain: ${example}.`,
      );
    }
    const hint = typeof soma === "string" ? suggestName(soma, names) : `Known: ${names.join(", ")}.`;
    return add(`${PATH}.soma`, `must be the name of a soma; received ${describe(soma)}. ${hint}`);
  }
  const type = known[soma]!;
  const found: Issue[] = [];
  readConfig(PATH, type.model.fields, config, found);
  if (found.length === 0) return { type, component: type(config as ConfigOf<Fields>), shapeKnown: true };
  issues.push(...found);
  return { type, ...remainder(type, config, found) };
};

const missingSoma = (config: Given, names: readonly string[]): string => {
  const meant = Object.keys(config).find((key) => nearestName(key, ["soma"]) !== undefined);
  return meant === undefined
    ? `is missing. Name one of ${names.join(", ")}.`
    : `is missing; received "${meant}" in its place. Rename it.`;
};

/** What is left of a config without the keys that have problems, so that the rest of a document can be checked too. */
const remainder = (type: ComponentType, config: Given, found: readonly Issue[]): Omit<ReadModel, "type"> => {
  const broken = new Set(found.map(({ path }) => /^[^.[]*/.exec(path.slice(PATH.length + 1))![0]));
  const kept = Object.fromEntries(Object.entries(config).filter(([key]) => !broken.has(key)));
  const telling = [...broken].some((key) => key === "units" || Array.isArray(config[key]));
  return { component: type(kept as ConfigOf<Fields>), shapeKnown: Object.hasOwn(kept, "units") || !telling };
};
