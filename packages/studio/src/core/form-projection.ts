import type { Catalogue } from "./catalogue.ts";
import { changeValue } from "./commands.ts";
import { namedSynapses } from "./commands-connect.ts";
import { setPlasticity, setRule } from "./commands-models.ts";
import { type FormField, modelField } from "./fields.ts";
import { type Alternative, namedAlternatives, resolved, schemaAt, schemaField, schemaFields } from "./fields-schema.ts";
import { type Form, type FormChoice, type FormSection, type Option, section } from "./form.ts";
import { equationsSection, firstSentence, none, optionsOf, synapseEntry, synapseSection } from "./form-population.ts";
import {
  fromNames,
  keysOf,
  meanOf,
  modelOf,
  nameOf,
  partOf,
  populationOf,
  sectionOf,
  synapseOf,
  weightUnit,
} from "./graph.ts";
import type { Command } from "./history.ts";
import { isObject, type Json, type JsonObject, type Key, objectAt, valueAt, withAt } from "./json.ts";
import { labelOf, modelLabel } from "./names.ts";

/* The forms of projections and drives. */

/** Populations and their named synapses, as ends of projections and drives. */
const endOptions = (document: JsonObject, present: string): readonly Option[] => {
  const ends = Object.entries(sectionOf(document, "populations")).flatMap(([name, population]) => {
    if (!isObject(population) || modelOf(population)?.kind === "source") return [];
    const named = namedSynapses(population).map((synapse) => `${name}.${synapse}`);
    return [...(modelOf(population)?.kind === "neuron" ? [] : [name]), ...named];
  });
  return [...new Set([...ends, present])].map((value) => ({ value, label: value.replace(".", " · ") }));
};

/** Another end keeps a synapse where the end has none of its own. */
const setEnd = (id: string, end: string): Command => ({
  label: `Connect to ${end}`,
  apply: (document) => {
    const part = partOf(document, id);
    const synapse = synapseOf(document, part);
    const own = end.includes(".")
      ? undefined
      : (part["synapse"] ?? (Object.keys(synapse).length > 0 ? synapse : { synapse: "ExponentialSynapse", tau: 5 }));
    return withAt(withAt(document, [...keysOf(id), "to"], end), [...keysOf(id), "synapse"], own);
  },
});

const endChoice = (document: JsonObject, id: string): FormChoice => {
  const present = String(partOf(document, id)["to"] ?? "");
  return {
    id: "to",
    label: "To",
    value: present,
    options: endOptions(document, present),
    about: "",
    keys: [...keysOf(id), "to"],
    choose: (end) => setEnd(id, end),
  };
};

const populationOptions = (document: JsonObject): readonly Option[] =>
  Object.keys(sectionOf(document, "populations")).map((name) => ({ value: name, label: name }));

export const fromChoice = (document: JsonObject, id: string): FormChoice => {
  const names = fromNames(partOf(document, id));
  const list = names.length > 1 ? [{ value: names.join(", "), label: names.join(", ") }] : [];
  return {
    id: "from",
    label: "From",
    value: names.join(", "),
    options: [...list, ...populationOptions(document)],
    about: "",
    keys: [...keysOf(id), "from"],
    choose: (name) =>
      name.includes(",") ? undefined : changeValue([...keysOf(id), "from"], name, `Connect from ${name}`),
  };
};

/** Adds a rule to those of a projection, which become a list, or removes one. */
const setRules = (catalogue: Catalogue, id: string, index: number, name: string, mean: number | undefined): Command => {
  const keys = [...keysOf(id), "plasticity"];
  const rulesIn = (document: JsonObject): readonly Json[] => {
    const value = valueAt(document, keys);
    return Array.isArray(value) ? value : value === undefined ? [] : [value];
  };
  return {
    label: name === none ? "Remove a plasticity rule" : `Use ${name}`,
    apply: (document) => {
      const rules = rulesIn(document);
      if (name === none) {
        const left = rules.toSpliced(index, 1);
        return withAt(document, keys, left.length === 0 ? undefined : left.length === 1 ? left[0]! : left);
      }
      const listed = index === 0 && rules.length < 2 ? document : withAt(document, keys, rules);
      const at = index === 0 && rules.length < 2 && !Array.isArray(valueAt(document, keys)) ? keys : [...keys, index];
      return setPlasticity(catalogue, at, name, mean).apply(listed);
    },
  };
};

/** A section for each rule, and a choice that adds another one. */
const plasticitySections = (
  document: JsonObject,
  catalogue: Catalogue,
  id: string,
  weight: string,
): readonly FormSection[] => {
  const value = valueAt(document, [...keysOf(id), "plasticity"]);
  const count = Array.isArray(value) ? value.length : value === undefined ? 0 : 1;
  const mean = meanOf(partOf(document, id)["weight"]);
  const sections = Array.from({ length: Math.max(1, count) }, (_, k) =>
    plasticitySection(document, catalogue, id, weight, k, count),
  );
  if (count === 0) return sections;
  const last = sections.at(-1)!;
  const more: FormChoice = {
    id: "plasticity:more",
    label: "Another rule",
    value: none,
    options: [{ value: none, label: "Add…" }, ...optionsOf(catalogue.plasticity)],
    about: "Rules act in their order.",
    keys: [],
    choose: (name) => (name === none ? undefined : setRules(catalogue, id, count, name, mean)),
  };
  return [...sections.slice(0, -1), { ...last, choices: [...last.choices, more] }];
};

const plasticitySection = (
  document: JsonObject,
  catalogue: Catalogue,
  id: string,
  weight: string,
  index: number,
  count: number,
): FormSection => {
  const keys = [...keysOf(id), "plasticity"];
  const value = valueAt(document, keys);
  const at: readonly Key[] = Array.isArray(value) ? [...keys, index] : keys;
  const rule = objectAt(document, ...at)["rule"];
  const entry = catalogue.plasticity.find(({ name }) => name === rule);
  const mean = meanOf(partOf(document, id)["weight"]);
  const name = count > 1 ? `plasticity:${index}` : "plasticity";
  return section(name, count > 1 ? `Plasticity, rule ${index + 1}` : "Plasticity", {
    open: entry !== undefined,
    choices: [
      {
        id: name,
        label: "Rule",
        value: entry?.name ?? none,
        options: [
          { value: none, label: count > 1 ? "Remove this rule" : "None: weights stay" },
          ...optionsOf(catalogue.plasticity),
        ],
        about: firstSentence(entry?.about ?? ""),
        keys: [...at, "rule"],
        choose: (chosen) => setRules(catalogue, id, index, chosen, mean),
      },
    ],
    fields: (entry?.fields ?? []).map((field) => modelField(field, at, { draws: false, weight })),
  });
};

const ruleSection = (document: JsonObject, catalogue: Catalogue, id: string): FormSection => {
  const keys = [...keysOf(id), "connect"];
  const [present = ""] = Object.keys(objectAt(document, ...keys));
  const rules = namedAlternatives(catalogue.schema, schemaAt(catalogue.schema, "rule"));
  const rule = rules.find(({ name }) => name === present);
  const at = [...keys, present];
  const skipsAutapses = populationOf(partOf(document, id)["from"]) !== populationOf(partOf(document, id)["to"]);
  // A rule connects a population to itself only if both ends are the same, so that the option has no effect otherwise.
  const skip = skipsAutapses ? ["autapses"] : [];
  const fields = rule ? schemaFields(catalogue.schema, rule.options, at, skip) : [];
  const profiles = rule ? profileParts(catalogue, document, rule, at) : { choices: [], fields: [] };
  const lists = Object.keys(objectAt(rule?.options, "properties")).filter((name) =>
    Array.isArray(valueAt(document, [...at, name])),
  );
  return section("rule", "Connection rule", {
    about: lists.length > 0 ? `The document lists ${lists.join(" and ")}. Edit them in its text.` : "",
    choices: [
      {
        id: "rule",
        label: "Rule",
        value: present,
        options: rules.map(({ name }) => ({ value: name, label: modelLabel(name) })),
        about: rule?.description ?? "",
        keys,
        choose: (name) => setRule(catalogue, id, name),
      },
      ...profiles.choices,
    ],
    fields: [...fields, ...profiles.fields],
  });
};

/** Options that are themselves one of several named objects, such as the profile of a distance rule. */
const profileParts = (
  catalogue: Catalogue,
  document: JsonObject,
  rule: Alternative,
  keys: readonly Key[],
): { readonly choices: FormChoice[]; readonly fields: FormField[] } => {
  const choices: FormChoice[] = [];
  const fields: FormField[] = [];
  for (const [name, property] of Object.entries(objectAt(rule.options, "properties"))) {
    const alternatives = namedAlternatives(catalogue.schema, resolved(catalogue.schema, property));
    if (alternatives.length < 2) continue;
    const at = [...keys, name];
    const value = objectAt(document, ...at);
    const present = alternatives.find((one) => Object.hasOwn(value, one.name));
    choices.push({
      id: `profile:${name}`,
      label: labelOf(name),
      value: present?.name ?? "",
      options: alternatives.map((one) => ({ value: one.name, label: labelOf(one.name) })),
      about: present?.description ?? "",
      keys: at,
      choose: (next) => {
        const old = present ? objectAt(value, present.name) : {};
        const required = alternatives.find((one) => one.name === next)?.options["required"];
        const wanted = Array.isArray(required) ? required.map(String) : [];
        const standard: Readonly<Record<string, number>> = { peak: 0.5, width: 1, length: 1, reach: 2 };
        const options = Object.fromEntries(wanted.map((key) => [key, old[key] ?? standard[key] ?? 1] as const));
        return changeValue(at, { [next]: options as JsonObject }, `Use a ${next} profile`);
      },
    });
    if (present) fields.push(...schemaFields(catalogue.schema, present.options, [...at, present.name]));
  }
  return { choices, fields };
};

export const projectionForm = (document: JsonObject, catalogue: Catalogue, id: string): Form => {
  const keys = keysOf(id);
  const projection = partOf(document, id);
  const synapse = synapseOf(document, projection);
  const weight = weightUnit(catalogue, synapse);
  const node = schemaAt(catalogue.schema, "projection");
  const properties = objectAt(node, "properties");
  const field = (name: string, unit: string): FormField[] => {
    const made = schemaField(catalogue.schema, properties[name], name, [...keys, name], name === "weight");
    return made ? [{ ...made, unit, draws: true, lists: true, default: undefined }] : [];
  };
  const layout = schemaField(catalogue.schema, properties["layout"], "layout", [...keys, "layout"], false);
  const named = String(projection["to"] ?? "").split(".")[1];
  const target = populationOf(projection["to"]);
  const usesNamed = named !== undefined && projection["synapse"] === undefined;
  const explicit = objectAt(projection, "connect", "explicit");
  const weights = [
    ...(explicit["weights"] === undefined ? field("weight", weight) : []),
    ...(explicit["delays"] === undefined ? field("delay", "ms") : []),
  ].map((one) => (one.name === "delay" ? { ...one, rule: "≥ 0" } : one));
  return {
    id,
    kind: "Projection",
    title: nameOf(id),
    named: true,
    keys,
    sections: [
      section("ends", "Ends", { choices: [fromChoice(document, id), endChoice(document, id)] }),
      section("weight", "Weight and delay", { fields: weights }),
      ruleSection(document, catalogue, id),
      usesNamed
        ? section("synapse", "Synapse", {
            about: `Uses the synapse ${named} of ${target}.`,
            links: [{ id: `populations.${target}`, label: target, detail: "population" }],
          })
        : synapseSection(document, catalogue, [...keys, "synapse"], "Synapse"),
      ...plasticitySections(document, catalogue, id, weight),
      section("storage", "Storage", { open: false, fields: layout ? [layout] : [] }),
      ...equationsSection(synapseEntry(catalogue, synapse), "Equations of the synapse"),
    ],
  };
};

export const driveForm = (document: JsonObject, catalogue: Catalogue, id: string): Form => {
  const keys = keysOf(id);
  const drive = partOf(document, id);
  const synapse = synapseOf(document, drive);
  const weight = weightUnit(catalogue, synapse);
  const poisson = schemaAt(catalogue.schema, "PoissonDrive");
  const fields = schemaFields(catalogue.schema, poisson, [...keys, "poisson"], ["seed", "skipValidation"]).map(
    (field) => (field.name === "weight" ? { ...field, unit: weight } : field),
  );
  const rules: Readonly<Record<string, string>> = { rate: "≥ 0", trains: "≥ 0" };
  return {
    id,
    kind: "Drive",
    title: nameOf(id),
    named: true,
    keys,
    sections: [
      section("drive", "Poisson drive", {
        about: "The summed spikes of many Poisson trains, drawn anew for each unit.",
        choices: [endChoice(document, id)],
        fields: fields.map((field) => ({ ...field, rule: rules[field.name] ?? field.rule ?? "" })),
      }),
      ...(drive["synapse"] === undefined ? [] : [synapseSection(document, catalogue, [...keys, "synapse"], "Synapse")]),
    ],
  };
};
