import type { JsonSchema } from "../config/json-schema.ts";
import { suggestName } from "../config/nearest-name.ts";
import {
  byDefault,
  custom,
  optional,
  optionsSchema,
  type Read,
  readSound,
  text,
  whole,
  words,
} from "../config/options.ts";
import { commonNames } from "../config/parse.ts";
import { type Place, pathText, type Site } from "../config/place.ts";
import { describe, isRecord } from "../config/shape.ts";
import { lineColumn, type Problems } from "../equations/problems.ts";
import { type EquationsSoma, readEquations } from "../equations/soma.ts";
import { type EquationsSynapse, readSynapseEquations } from "../equations/synapse.ts";
import { type Issue, type Key, keysOf, ModelError } from "../errors/errors.ts";
import type { Component } from "../model/component.ts";
import { type IntegrationMethod, integrationMethods } from "../model/methods.ts";
import type { Synapse } from "../model/synapse.ts";
import { commonSchemas } from "../tell/schema.ts";
import type { Given } from "./document.ts";
import { made } from "./parts.ts";

/* Somas and synapses that a document declares by their equations: { "equations": "…", "parameters": { … } }. */

const METHOD = "How differential equations advance in a step: one method, or one for each variable.";

/** The keys of a soma with equations, in addition to the options of every component. */
export const equationsOptions = {
  /** The text, or a list of its lines. */
  equations: custom<string | readonly string[], readonly string[]>({
    about: "The equations as text, or as a list of lines.",
    takes: "a text or a list of lines",
    schema: {
      description: "The equations as text, or as a list of lines.",
      anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }],
    },
    read: (value, site) => {
      if (typeof value === "string") return [value];
      if (Array.isArray(value) && value.every((line) => typeof line === "string")) return value as string[];
      return site.refuse(`must be a text or a list of lines; received ${describe(value)}. Write such as "dv/dt = …".`);
    },
  }),
  /** Values of the parameters. Default: those of the text. */
  parameters: optional(
    custom<Given>({
      about: "Values of parameters by name. Default: those in the equations.",
      takes: "an object of values by name",
      schema: {
        description: "Values of parameters by name. Default: those in the equations.",
        type: "object",
        additionalProperties: { $ref: "#/$defs/fieldValue" },
      },
      read: (value, site) =>
        isRecord(value)
          ? value
          : site.refuse(`takes an object of values by name; received ${describe(value)}. Write { "gL": 25 }.`),
    }),
  ),
  name: byDefault(
    "CustomSoma",
    custom<string>({
      ...text("Name of the soma, in PascalCase."),
      schema: { description: "Name of the soma, in PascalCase.", type: "string", pattern: "^[A-Z][A-Za-z0-9]*$" },
      read: (value, site) =>
        typeof value === "string" && /^[A-Z][A-Za-z0-9]*$/.test(value)
          ? value
          : site.refuse(`must be a name in PascalCase, such as AdEx; received ${describe(value)}. Rename it.`),
    }),
  ),
  about: words("Description of the soma, with its source."),
  potential: optional(text("Name of the membrane potential in the equations. Default: v.")),
  method: optional(
    custom<string | Given>({
      about: METHOD,
      takes: "a method, or an object with one for each variable",
      schema: {
        description: METHOD,
        anyOf: [{ enum: integrationMethods }, { type: "object", additionalProperties: { enum: integrationMethods } }],
      },
      read: (value, site) =>
        typeof value === "string" || isRecord(value)
          ? value
          : site.refuse(`must be a method such as "exponentialEuler"; received ${describe(value)}. Name one.`),
    }),
  ),
  substeps: optional(whole("Sub-steps of each step of the integration.", 1, 1000)),
};

const { potential: _, name: somaName, about: somaAbout, ...shared } = equationsOptions;

/** The keys of a synapse with equations, in addition to those of every synapse. */
export const synapseEquationsOptions = {
  ...shared,
  name: {
    ...somaName,
    default: "CustomSynapse",
    about: "Name of the synapse, in PascalCase.",
    schema: { ...somaName.schema, description: "Name of the synapse, in PascalCase.", default: "CustomSynapse" },
  },
  about: words("Description of the synapse, with its source."),
};

/** Options of every synapse. */
const synapseCommon: readonly string[] = ["port", "seed", "skipValidation"];

/** The schema of a synapse with equations. */
export const synapseEquationsSchema = (more: Readonly<Record<string, JsonSchema>>): JsonSchema => {
  const { properties, ...rest } = optionsSchema(synapseEquationsOptions, "A synapse declared by its equations.") as {
    readonly properties: Readonly<Record<string, JsonSchema>>;
  };
  const { seed, skipValidation } = commonSchemas;
  return { ...rest, properties: { ...properties, seed: seed!, skipValidation: skipValidation!, ...more } };
};

/** The schema of a soma with equations, with further keys. */
export const equationsSchema = (more: Readonly<Record<string, JsonSchema>> = {}): JsonSchema => {
  const { properties, ...rest } = optionsSchema(equationsOptions, "A soma declared by its equations.") as {
    readonly properties: Readonly<Record<string, JsonSchema>>;
  };
  return { ...rest, properties: { ...properties, ...commonSchemas, ...more } };
};

/** Whether a part of a document declares a soma by its equations. */
export const hasEquations = (value: unknown): value is Given => isRecord(value) && Object.hasOwn(value, "equations");

/** The values that decide the shape of a population: those of its parameters, and its other keys. */
export const flatConfig = (value: Given): Given => {
  const { equations, parameters, ...rest } = value;
  return { ...(isRecord(parameters) ? parameters : {}), ...rest };
};

/** A soma of a document: its type, and the config of the component. */
export interface ReadSoma {
  readonly type: EquationsSoma;
  readonly config: Given;
}

/** Reads a soma with equations. Returns undefined, with issues, if the equations have problems. */
export const readEquationsSoma = (value: Given, site: Site): ReadSoma | undefined => {
  const before = site.issues.length;
  const common = Object.fromEntries(Object.entries(value).filter(([key]) => commonNames.includes(key)));
  const own = Object.fromEntries(Object.entries(value).filter(([key]) => key in equationsOptions));
  const read = readSound(equationsOptions, own, site);
  const { equations, parameters = {}, name = "CustomSoma" } = read;
  const type = equations && declare(equations, site, (source) => readEquations(name, source, optionsIn(read)));
  refuseUnknown(value, type, [...Object.keys(equationsOptions), ...commonNames], site);
  refuseParameters(parameters, type, site);
  if (!type || site.issues.length > before) return undefined;
  return { type, config: { ...parameters, ...common } };
};

const refuseParameters = (parameters: Given, type: Declared | undefined, site: Site): void => {
  for (const key of Object.keys(parameters)) {
    if (!type || Object.hasOwn(type.model.fields, key)) continue;
    const hint = suggestName(key, Object.keys(type.model.fields));
    site.at("parameters", key).refuse(`is not a parameter of the equations. ${hint}`);
  }
};

/** Reads a synapse with equations. */
export const makeEquationsSynapse = (value: Given, site: Site): Synapse | undefined => {
  const before = site.issues.length;
  const common = Object.fromEntries(Object.entries(value).filter(([key]) => synapseCommon.includes(key)));
  const own = Object.fromEntries(Object.entries(value).filter(([key]) => key in synapseEquationsOptions));
  const read = readSound(synapseEquationsOptions, own, site);
  const { equations, parameters = {}, name = "CustomSynapse" } = read;
  const type = equations && declare(equations, site, (source) => readSynapseEquations(name, source, optionsIn(read)));
  refuseUnknown(value, type, [...Object.keys(synapseEquationsOptions), ...synapseCommon], site);
  refuseParameters(parameters, type, site);
  if (!type || site.issues.length > before) return undefined;
  const create = type as unknown as (config: Given, place: Place) => Synapse;
  return made(site, () => create({ ...parameters, ...common }, site.place));
};

/** Reads a soma with equations into a component. */
export const makeEquationsSoma = (value: Given, site: Site): Component | undefined => {
  const read = readEquationsSoma(value, site);
  return read && made(site, () => componentOf(read, site.place));
};

export const componentOf = ({ type, config }: ReadSoma, place: Place): Component =>
  (type as unknown as (config: Given, place: Place) => Component)(config, place);

/** What a text declares. */
type Declared = EquationsSoma | EquationsSynapse;

const refuseUnknown = (value: Given, type: Declared | undefined, known: readonly string[], site: Site): void => {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const isParameter = type && Object.hasOwn(type.model.fields, key);
    const hint = isParameter ? `Write it under parameters: { "${key}": … }.` : suggestName(key, known);
    site.at(key).refuse(isParameter ? `is a parameter of the equations. ${hint}` : `is not an option. ${hint}`);
  }
};

/** The options of a text. */
const optionsIn = ({ about, potential, method, substeps }: Partial<Read<typeof equationsOptions>>) => ({
  ...(about !== undefined && { about }),
  ...(potential !== undefined && { potential }),
  ...(method !== undefined && { method: method as IntegrationMethod }),
  ...(substeps !== undefined && { substeps }),
});

/** Declares what a text describes. Its problems become issues of its lines. */
const declare = <T>(
  lines: readonly string[],
  site: Site,
  read: (source: string) => { readonly type?: T; readonly problems: Problems },
): T | undefined => {
  const source = lines.join("\n");
  try {
    const { type, problems } = read(source);
    for (const { start, message } of problems.found.toSorted((a, b) => a.start - b.start)) {
      const { at, line, column } = lineIn(lines, source, start);
      site.at("equations", ...at).refuse(`line ${line}, column ${column}: ${message}`);
    }
    return type;
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    site.at("equations").refuse(`cannot be used: ${error.message}`);
    return undefined;
  }
};

/** The place of a character: the entry of the list of lines, if it has several, and the line and column in the entry. */
const lineIn = (lines: readonly string[], source: string, start: number) => {
  const place = lineColumn(source, start);
  if (lines.length === 1) return { at: [], ...place };
  let first = 1;
  for (const [k, entry] of lines.entries()) {
    const count = entry.split("\n").length;
    if (place.line < first + count) return { at: [k], line: place.line - first + 1, column: place.column };
    first += count;
  }
  return { at: [], ...place };
};

/**
 * Moves problems of parameters of equations to their place in a document: the library knows a parameter as
 * "populations.cells.gL", the document as "populations.cells.parameters.gL".
 */
export const parametersInDocument =
  (document: Given) =>
  (issue: Issue): Issue => {
    const { keys = keysOf(issue.path) } = issue;
    let part: unknown = document;
    for (const [k, key] of keys.entries()) {
      if (k === 0) continue;
      if (hasEquations(part) && !Object.hasOwn(part, key)) {
        const { parameters } = part;
        if (!isRecord(parameters) || !Object.hasOwn(parameters, key)) return issue;
        return moved(issue, [...keys.slice(0, k), "parameters", ...keys.slice(k)], keys);
      }
      part = (part as Readonly<Record<Key, unknown>> | undefined)?.[key];
    }
    return issue;
  };

const moved = (issue: Issue, keys: readonly Key[], before: readonly Key[]): Issue => ({
  ...issue,
  keys,
  path: issue.path === pathText(before) ? pathText(keys) : issue.path,
});
