import {
  type Declaration,
  equationsSource,
  equationsText,
  experimentSchema,
  fieldTable,
  type Model,
  type PlasticityModel,
  plasticityRules,
  portTable,
  presetTable,
  type SynapseModel,
  somas,
  sources,
  stateTable,
  synapses,
} from "spark-snn";
import type { Catalogue, ModelEntry } from "../core/catalogue.ts";
import type { JsonObject } from "../core/json.ts";

type Described = Model | SynapseModel | PlasticityModel;

/** A soma as text; undefined for somas that a text cannot express. */
const sourceOf = (model: Model): ModelEntry["source"] => {
  try {
    return equationsSource(model) as ModelEntry["source"];
  } catch {
    return undefined;
  }
};

const entryOf = (name: string, model: Described): ModelEntry => ({
  name,
  about: model.about,
  fields: fieldTable(model),
  ports: model.kind === "plasticity" ? [] : portTable(model as Declaration),
  states: stateTable(model).map(({ start: _, ...state }) => state),
  presets: model.kind === "soma" ? presetTable(model) : [],
  equations: equationsText(model),
  source: undefined,
});

const entriesOf = (types: Readonly<Record<string, { readonly model: Described }>>): ModelEntry[] =>
  Object.entries(types).map(([name, { model }]) => entryOf(name, model));

/**
 * The somas as text, by name. Writing them takes half a second, because each text is read back and compared, so the
 * catalogue does not wait for it.
 */
export const somaSources = (): Readonly<Record<string, ModelEntry["source"]>> =>
  Object.fromEntries(Object.entries(somas).map(([name, { model }]) => [name, sourceOf(model)]));

/** Describes all models of the library. */
export const catalogue = (): Catalogue => ({
  somas: entriesOf(somas),
  synapses: entriesOf(synapses),
  sources: entriesOf(sources),
  plasticity: entriesOf(plasticityRules),
  schema: experimentSchema() as JsonObject,
});
