import type { Catalogue } from "./catalogue.ts";
import type { FormField } from "./fields.ts";
import { schemaField } from "./fields-schema.ts";
import { type Form, section } from "./form.ts";
import { inputForm } from "./form-input.ts";
import { populationForm } from "./form-population.ts";
import { driveForm, projectionForm } from "./form-projection.ts";
import { readForm } from "./form-readout.ts";
import { isNetwork, keysOf, nameOf } from "./graph.ts";
import { type JsonObject, type Key, objectAt, valueAt } from "./json.ts";

/* The forms of all parts of a document. */

/** Settings of the run, which are shown when nothing is selected. */
export const runForm = (catalogue: Catalogue): Form => {
  const properties = objectAt(catalogue.schema, "properties");
  const fields = (names: readonly string[]): FormField[] =>
    names.flatMap((name) => schemaField(catalogue.schema, properties[name], name, [name], name === "duration") ?? []);
  const labels: Readonly<Record<string, string>> = { dt: "Time step", dtype: "Precision", name: "Title" };
  const labelled = (field: FormField): FormField => ({
    ...field,
    label: labels[field.name] ?? field.label,
    ...(field.kind === "number" && field.rule === "" && { rule: "> 0" }),
  });
  return {
    id: "run",
    kind: "Run",
    title: "Experiment",
    named: false,
    keys: [],
    sections: [
      section("run", "Run", { fields: fields(["duration", "dt", "seed", "dtype"]).map(labelled) }),
      section("about", "About", { fields: fields(["name", "description"]).map(labelled) }),
    ],
  };
};

const groupForm = (id: string): Form => ({
  id,
  kind: "Group",
  title: nameOf(id),
  named: true,
  keys: keysOf(id),
  sections: [
    section("group", "Group", {
      about: "Folds its nodes into one. The network does not change.",
      fields: [
        {
          name: "folded",
          keys: [...keysOf(id), "folded"],
          label: "Folded",
          unit: "1",
          description: "",
          kind: "flag",
          default: false,
          required: false,
          lists: false,
          draws: false,
        },
      ],
    }),
  ],
});

/** The form of a part of the document; undefined if the document does not have it. */
export const formOf = (document: JsonObject, catalogue: Catalogue, id: string): Form | undefined => {
  if (valueAt(document, keysOf(id)) === undefined) return undefined;
  const [kind] = id.split(".");
  if (id === "model" || kind === "populations") return populationForm(document, catalogue, id);
  if (kind === "projections") return projectionForm(document, catalogue, id);
  if (kind === "drives") return driveForm(document, catalogue, id);
  if (kind === "readouts" || kind === "signals") return readForm(document, catalogue, id);
  if (kind === "inputs") return inputForm(document, catalogue, id);
  return kind === "groups" ? groupForm(id) : undefined;
};

/** Parameters that several parts have in common, each with the places of all of them. */
export interface SharedField {
  readonly field: FormField;
  readonly places: readonly (readonly Key[])[];
}

/** The fields that the forms of all selected parts have, so that one value can be set in all. */
export const sharedFields = (
  document: JsonObject,
  catalogue: Catalogue,
  ids: readonly string[],
): readonly SharedField[] => {
  const forms = ids.flatMap((id) => formOf(document, catalogue, id) ?? []);
  const lists = forms.map(
    ({ sections, keys }) =>
      new Map(
        sections
          .filter((one) => one.id !== "initial")
          .flatMap(({ fields }) => fields)
          .map((field) => [field.keys.slice(keys.length).join("."), field] as const),
      ),
  );
  if (lists.length < 2 || lists.length < ids.length) return [];
  return [...lists[0]!].flatMap(([path, field]) => {
    const others = lists.map((list) => list.get(path));
    const fits = others.every((other) => other?.kind === field.kind && other.unit === field.unit);
    return fits ? [{ field, places: others.map((other) => other!.keys) }] : [];
  });
};

/** The field at some keys, for the pinned strip; undefined if no form has it. */
export const fieldAt = (
  document: JsonObject,
  catalogue: Catalogue,
  keys: readonly Key[],
): { readonly field: FormField; readonly owner: string } | undefined => {
  const owner = ownerOf(document, keys);
  const form = owner === "run" ? runForm(catalogue) : formOf(document, catalogue, owner);
  const wanted = keys.join(".");
  const field = form?.sections.flatMap(({ fields }) => fields).find((one) => one.keys.join(".") === wanted);
  return field && { field, owner };
};

/** The identity of the part that some keys belong to, or "run". */
export const ownerOf = (document: JsonObject, keys: readonly Key[]): string => {
  const [first, second, third] = keys.map(String);
  if (first === "model") {
    if (!isNetwork(document)) return "model";
    return second !== undefined && third !== undefined ? `${second}.${third}` : "run";
  }
  if (first === "inputs") return keys.slice(0, isNetwork(document) ? 3 : 2).join(".");
  if (first === "initial") return isNetwork(document) ? `populations.${second}` : "model";
  return "run";
};
