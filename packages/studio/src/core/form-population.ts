import type { Catalogue, ModelEntry } from "./catalogue.ts";
import { namedSynapses } from "./commands-connect.ts";
import { hasSource, useEquations } from "./commands-equations.ts";
import { applyPreset, presetOf, setModel, setSynapse } from "./commands-models.ts";
import { type FormField, modelField } from "./fields.ts";
import { schemaAt, schemaFields } from "./fields-schema.ts";
import { type Form, type FormChoice, type FormLink, type FormSection, type Option, section } from "./form.ts";
import {
  entryOf,
  fromNames,
  inputTitle,
  keysOf,
  modelOf,
  nameOf,
  partOf,
  populationOf,
  sectionOf,
  synapseOf,
} from "./graph.ts";
import { isObject, type JsonObject, type Key, objectAt, valueAt, withAt } from "./json.ts";
import { labelOf, modelLabel } from "./names.ts";

/* The form of a population. */

export const optionsOf = (models: readonly ModelEntry[], group?: string, prefix = ""): Option[] =>
  models.map(({ name }) => ({
    value: prefix + name,
    label: modelLabel(name),
    ...(group !== undefined && { group }),
  }));

const neuronsOf = (catalogue: Catalogue): readonly string[] => {
  const names = valueAt(schemaAt(catalogue.schema, "population"), ["properties", "neuron", "enum"]);
  return Array.isArray(names) ? names.map(String) : [];
};

export const firstSentence = (text: string): string => /^.*?[.:](?=\s|$)/.exec(text)?.[0] ?? text;

const modelChoice = (document: JsonObject, catalogue: Catalogue, id: string): FormChoice => {
  const population = partOf(document, id);
  const model = modelOf(population);
  const options: Option[] =
    model?.kind === "source"
      ? optionsOf(catalogue.sources, undefined, "source.")
      : [
          ...optionsOf(catalogue.somas, "Somas", "soma."),
          ...(id === "model"
            ? []
            : neuronsOf(catalogue).map((name) => ({
                value: `neuron.${name}`,
                label: modelLabel(name),
                group: "Neurons with two synapses",
              }))),
          ...(model?.kind === "equations" || hasSource(catalogue, population)
            ? [{ value: "equations", label: "Own equations", group: "Own" }]
            : []),
        ];
  return {
    id: "model",
    label: "Model",
    value: model?.kind === "equations" ? "equations" : `${model?.kind}.${model?.name}`,
    options,
    about: entryOf(catalogue, population)?.about ?? "",
    keys: [...keysOf(id), model?.kind === "equations" ? "equations" : (model?.kind ?? "soma")],
    choose: (value) => {
      const [kind, name = ""] = value.split(".");
      return kind === "equations"
        ? useEquations(catalogue, id)
        : setModel(catalogue, id, kind as "soma" | "source" | "neuron", name);
    },
  };
};

export const none = "";

const presetChoice = (document: JsonObject, id: string, entry: ModelEntry): FormChoice => {
  const present = presetOf(partOf(document, id), entry);
  return {
    id: "preset",
    label: "Preset",
    value: present ?? none,
    options: [
      ...(present === undefined ? [{ value: none, label: "Own values" }] : []),
      ...entry.presets.map(({ name }) => ({ value: name, label: labelOf(name) })),
    ],
    about: entry.presets.find(({ name }) => name === present)?.description ?? "",
    keys: [],
    choose: (name) => (name === none ? undefined : applyPreset(id, entry, name)),
  };
};

const unitsField = (keys: readonly Key[]): FormField => ({
  name: "units",
  keys: [...keys, "units"],
  label: "Number of units",
  unit: "1",
  description: "How many neurons the population has. A grid such as 28 × 28 is possible.",
  kind: "shape",
  default: undefined,
  required: true,
  lists: false,
  draws: false,
});

const inhibitoryField = (keys: readonly Key[]): FormField => ({
  name: "inhibitory",
  keys: [...keys, "inhibitory"],
  label: "Inhibitory",
  unit: "1",
  description: "Weights in pA and mV of its projections then act with a negative sign.",
  kind: "flag",
  default: false,
  required: false,
  lists: false,
  draws: false,
});

const modelFields = (entry: ModelEntry | undefined, keys: readonly Key[]): readonly FormField[] =>
  (entry?.fields ?? []).map((field) => modelField(field, keys, { draws: true }));

export const synapseEntry = (catalogue: Catalogue, synapse: JsonObject): ModelEntry | undefined =>
  catalogue.synapses.find(({ name }) => name === synapse["synapse"]);

/** The choice and the parameters of a synapse model at a place. */
export const synapseSection = (
  document: JsonObject,
  catalogue: Catalogue,
  keys: readonly Key[],
  title: string,
  open = true,
): FormSection => {
  const synapse = objectAt(document, ...keys);
  const entry = synapseEntry(catalogue, synapse);
  const advanced = schemaFields(catalogue.schema, schemaAt(catalogue.schema, entry?.name ?? ""), keys, [
    "synapse",
    "seed",
    "skipValidation",
    ...(entry?.fields ?? []).map(({ name }) => name),
  ]);
  return section(`synapse:${keys.join(".")}`, title, {
    open,
    choices: [
      {
        id: `synapse:${keys.join(".")}`,
        label: "Synapse",
        value: entry?.name ?? "",
        options: optionsOf(catalogue.synapses),
        about: firstSentence(entry?.about ?? ""),
        keys: [...keys, "synapse"],
        choose: (name) => setSynapse(catalogue, keys, name),
      },
    ],
    fields: [...modelFields(entry, keys), ...advanced],
  });
};

/** The equations of a model. `response` names the population whose response to a step of current they give. */
export const equationsSection = (
  entry: ModelEntry | undefined,
  title = "Equations",
  response?: string,
): FormSection[] =>
  entry
    ? [
        section(`equations:${entry.name}`, title, {
          open: false,
          about: entry.about,
          equations: entry.equations,
          response,
        }),
      ]
    : [];

const linesField = (keys: readonly Key[]): FormField => ({
  name: "equations",
  keys: [...keys, "equations"],
  label: "Equations",
  unit: "1",
  description: "Differential equations, the condition of a spike, the reset, and parameters with units.",
  kind: "lines",
  default: undefined,
  required: true,
  lists: false,
  draws: false,
});

/** Start values of the state variables. */
const initialSection = (entry: ModelEntry | undefined, keys: readonly Key[]): FormSection[] => {
  const floats = (entry?.states ?? []).filter(({ type }) => type === "float");
  if (floats.length === 0) return [];
  const fields = floats.map(
    ({ name, unit }): FormField => ({
      name,
      keys: [...keys, name],
      label: labelOf(name),
      unit,
      description: "Value at the start of the run. Without one, the model's own start.",
      kind: "number",
      default: undefined,
      required: false,
      lists: true,
      draws: true,
    }),
  );
  return [section("initial", "Start values", { open: false, fields })];
};

/** Links to the projections, drives, inputs and read-outs of a population. */
const linksOf = (document: JsonObject, name: string): readonly FormLink[] => {
  const links: FormLink[] = [];
  for (const [id, part] of Object.entries(sectionOf(document, "projections"))) {
    if (!isObject(part)) continue;
    const [from, to] = [populationOf(part["from"]), populationOf(part["to"])];
    if (to === name)
      links.push({ id: `projections.${id}`, label: id, detail: `from ${from === name ? "itself" : from}` });
    else if (from === name) links.push({ id: `projections.${id}`, label: id, detail: `to ${to}` });
  }
  for (const [id, part] of Object.entries(sectionOf(document, "drives"))) {
    if (populationOf(objectAt(part)["to"]) === name) links.push({ id: `drives.${id}`, label: id, detail: "drive" });
  }
  for (const [port, value] of Object.entries(objectAt(document, "inputs", name))) {
    links.push({ id: `inputs.${name}.${port}`, label: inputTitle(value), detail: `to ${port}` });
  }
  for (const kind of ["readouts", "signals"] as const) {
    for (const [id, part] of Object.entries(sectionOf(document, kind))) {
      const reads = fromNames(objectAt(part)).includes(name);
      const acts = populationOf(objectAt(part)["to"]) === name;
      if (reads || acts)
        links.push({ id: `${kind}.${id}`, label: id, detail: kind === "readouts" ? "read-out" : "signal" });
    }
  }
  return links;
};

export const populationForm = (document: JsonObject, catalogue: Catalogue, id: string): Form => {
  const keys = keysOf(id);
  const population = partOf(document, id);
  const name = id === "model" ? undefined : nameOf(id);
  const model = modelOf(population);
  const entry = entryOf(catalogue, population);
  const isSource = model?.kind === "source";
  const choices = [modelChoice(document, catalogue, id)];
  if (entry && entry.presets.length > 0) choices.push(presetChoice(document, id, entry));
  const canInhibit = name !== undefined && !isSource;
  const sections: FormSection[] = [
    section("population", "Population", {
      choices,
      fields: [unitsField(keys), ...(canInhibit ? [inhibitoryField(keys)] : [])],
    }),
  ];
  if (model?.kind === "equations")
    sections.push(section("equations", "Equations", { fields: [linesField(keys)], response: name ?? "" }));
  const parameters = modelFields(entry, keys);
  if (parameters.length > 0) sections.push(section("parameters", "Parameters", { fields: parameters }));
  if (model?.kind === "neuron") {
    for (const synapse of ["excitatory", "inhibitory"]) {
      const at = [...keys, `${synapse}Synapse`];
      const shown =
        valueAt(document, at) === undefined
          ? withAt(document, at, synapseOf(document, { to: `${name}.${synapse}` }))
          : document;
      sections.push(synapseSection(shown, catalogue, at, `${labelOf(synapse)} synapse`, false));
    }
  } else {
    for (const synapse of namedSynapses(population)) {
      sections.push(synapseSection(document, catalogue, [...keys, "synapses", synapse], `Synapse ${synapse}`, false));
    }
  }
  const links = name === undefined ? [] : linksOf(document, name);
  if (links.length > 0) sections.push(section("links", "Connections", { links }));
  sections.push(...initialSection(entry, ["initial", ...(name === undefined ? [] : [name])]));
  // Sources have no current.
  sections.push(...equationsSection(entry, "Equations", isSource ? undefined : (name ?? "")));
  return {
    id,
    kind: isSource ? "Source" : "Population",
    title: name ?? "Neurons",
    named: name !== undefined,
    keys,
    sections,
  };
};
