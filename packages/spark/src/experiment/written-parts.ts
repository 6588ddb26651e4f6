import type { Fields } from "../config/field.ts";
import { commonNames, hasShape, type ParsedConfig } from "../config/parse.ts";
import type { Site } from "../config/place.ts";
import type { Shape } from "../config/shape.ts";
import type { RuleTypes } from "../connectivity/rule.ts";
import { equationsSource } from "../equations/source.ts";
import { ModelError } from "../errors/errors.ts";
import type { Component, ComponentType, Model } from "../model/component.ts";
import { type Plasticity, type PlasticityType, rulesIn } from "../model/rule-model.ts";
import type { Synapse, SynapseModel, SynapseType } from "../model/synapse.ts";
import { plasticityRules } from "../plasticity/index.ts";
import { somas } from "../somas/index.ts";
import { type Drive, PoissonDrive } from "../sources/drive.ts";
import { sources } from "../sources/index.ts";
import { synapses } from "../synapses/index.ts";
import type { Json, JsonObject } from "./document.ts";
import { jsonObject, writeSetting, writeValue } from "./written-values.ts";

/* Components as parts of a document: the name of the model, and the parameters that differ from its defaults. */

/** Types that the reader of the document gets, by name. */
export interface NamedTypes {
  readonly models: Readonly<Record<string, ComponentType>>;
  readonly synapses: Readonly<Record<string, SynapseType>>;
  readonly plasticity: Readonly<Record<string, PlasticityType>>;
  readonly rules: RuleTypes;
}

/** The shape of a population: given, or that of its arrays. */
export const shapeIn = ({ units, config }: Component<Model>): Shape | undefined =>
  units ?? Object.values(config.settings).find(hasShape)?.shape;

/** The options that every component has. */
const writeCommon = (config: ParsedConfig): (readonly [string, Json | undefined])[] =>
  commonNames.map((key) => [key, (key === "skipValidation" ? config[key] || undefined : config[key as "dt"]) as Json]);

/** The parameters that differ from the defaults. */
const writeFields = (
  { settings }: ParsedConfig,
  fields: Fields,
  site: Site,
  units?: Shape,
): (readonly [string, Json | undefined])[] =>
  Object.entries(fields).map(([key, field]) => [
    key,
    Object.is(settings[key], field.default) ? undefined : writeSetting(settings[key]!, site.at(key), units),
  ]);

/** Whether two models have the same equations. Ready-made neurons change only the defaults of their somas. */
const sameEquations = (a: Model, b: Model): boolean =>
  a === b || (a.next === b.next && a.spikes === b.spikes && a.state === b.state && a.inputs === b.inputs);

const unknown = (what: string, name: string, option: string): string =>
  `is ${what} of your own, which a document cannot contain. Pass ${option}: { ${name} } to documentOf and to experiment.`;

/** Writes a soma or a source of spikes. Returns undefined, with issues, if a document cannot contain it. */
export const writeComponent = (component: Component<Model>, site: Site<NamedTypes>): JsonObject | undefined => {
  const { model, config } = component;
  const [key, library] = model.kind === "soma" ? (["soma", somas] as const) : (["source", sources] as const);
  const types: Readonly<Record<string, ComponentType>> = { ...library, ...site.context.models };
  const found = Object.entries(types).find(([, type]) => sameEquations(type.model, model));
  const units = shapeIn(component);
  if (found) {
    const [name, type] = found;
    return jsonObject([[key, name], ...writeCommon(config), ...writeFields(config, type.model.fields, site, units)]);
  }
  if (key === "source") return site.refuse(unknown("a source of spikes", model.name, "models"));
  return writeEquations(component, site, units);
};

const writeEquations = (
  { model, config }: Component<Model>,
  site: Site,
  units: Shape | undefined,
): JsonObject | undefined =>
  writeText(model, site, "models", () => [...writeValues(config, model.fields, site, units), ...writeCommon(config)]);

type Entries = (readonly [string, Json | undefined])[];

/** The values of the parameters of equations. */
const writeValues = (config: ParsedConfig, fields: Fields, site: Site, units: Shape | undefined): Entries => {
  const parameters = jsonObject(writeFields(config, fields, site, units));
  return [["parameters", Object.keys(parameters).length > 0 ? parameters : undefined]];
};

/** Writes a model by its equations. `option` of `experiment` takes models that have no text. */
const writeText = (
  model: Model | SynapseModel,
  site: Site,
  option: "models" | "synapses",
  rest: () => Entries,
): JsonObject | undefined => {
  try {
    const { equations, ...options } = equationsSource(model);
    return jsonObject([
      ["name", model.name],
      ["equations", equations.replace(/\n$/, "").split("\n")],
      ...Object.entries(options as Readonly<Record<string, Json>>),
      ...rest(),
    ]);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    const reason = error.message.split("\n", 1)[0]!.replace(/ Keep the model in code\.$/, "");
    const noun = option === "models" ? "soma" : "synapse";
    return site.refuse(
      `is a ${noun} of your own. ${reason} Pass ${option}: { ${model.name} } to documentOf and to experiment instead.`,
    );
  }
};

/** Writes a synapse for a population of a shape. */
export const writeSynapse = (
  { model, config, port }: Synapse,
  site: Site<NamedTypes>,
  units: Shape | undefined,
): JsonObject | undefined => {
  const types: Readonly<Record<string, SynapseType>> = { ...synapses, ...site.context.synapses };
  for (const [name, type] of Object.entries(types)) {
    const byValue = type.model !== model && type.model.currentOf !== undefined;
    if ((byValue ? type({ currentOf: "value" } as never) : type).model !== model) continue;
    return jsonObject([
      ["synapse", name],
      ...writeFields(config, model.fields, site, units),
      ["currentOf", byValue ? "value" : undefined],
      ["port", port],
      ...writeCommon(config),
    ]);
  }
  return writeText(model, site, "synapses", () => [
    ...writeValues(config, model.fields, site, units),
    ["port", port],
    ...writeCommon(config),
  ]);
};

/** Writes a plasticity rule, or the list of rules that act as one. */
export const writePlasticity = (plasticity: Plasticity, site: Site<NamedTypes>): Json | undefined => {
  const rules = rulesIn(plasticity);
  if (rules.length === 1) return writeRule(rules[0]!, site);
  const written = rules.map((rule, k) => writeRule(rule, site.at(k)));
  return written.includes(undefined) ? undefined : (written as Json[]);
};

const writeRule = ({ model, config, fields }: Plasticity, site: Site<NamedTypes>): JsonObject | undefined => {
  const types: Readonly<Record<string, PlasticityType>> = { ...plasticityRules, ...site.context.plasticity };
  const found = Object.entries(types).find(([, type]) => type.model === model);
  const written = Object.entries(model.fields)
    .filter(([key, field]) => !Object.is(fields[key], field.default))
    .map(([key]) => [key, writeValue(fields[key], site.at(key))] as const);
  return found
    ? jsonObject([["rule", found[0]], ...written, ...writeCommon(config)])
    : site.refuse(unknown("a plasticity rule", model.name, "plasticity"));
};

/** Writes the options of a Poisson drive, the only kind of drive. */
export const writeDrive = ({ model, config }: Drive, site: Site, units: Shape | undefined): JsonObject | undefined =>
  model === PoissonDrive.model
    ? jsonObject([...writeFields(config, model.fields, site, units), ...writeCommon(config)])
    : site.refuse("is a drive of your own, which a document cannot contain. Use PoissonDrive, or keep it in code.");
