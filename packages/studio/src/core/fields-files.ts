import type { FormField } from "./fields.ts";
import { schemaAt, schemaFields } from "./fields-schema.ts";
import { isObject, type Json, type JsonObject, type Key, objectAt } from "./json.ts";

/* Values and currents from files. */

export const fileKinds = ["csv", "npy", "npz"] as const;
export type FileKind = (typeof fileKinds)[number];

export const fileKindNames: Readonly<Record<FileKind, string>> = {
  csv: "From a table (CSV)",
  npy: "From an array (NPY)",
  npz: "From an archive of arrays (NPZ)",
};

/** The kind of file that a value names; undefined for other values. */
export const fileKindOf = (value: Json | undefined): FileKind | undefined =>
  isObject(value) ? fileKinds.find((kind) => Object.hasOwn(value, kind)) : undefined;

/** The objects among the alternatives of a node that name a file of a kind. */
const alternativesOf = (schema: JsonObject, node: JsonObject, kind: FileKind): readonly JsonObject[] => {
  const forms = node["anyOf"] ?? node["oneOf"];
  if (Array.isArray(forms)) return forms.flatMap((form) => (isObject(form) ? alternativesOf(schema, form, kind) : []));
  return Object.hasOwn(objectAt(node, "properties"), kind) ? [node] : [];
};

const requiredOf = ({ required }: JsonObject): readonly string[] =>
  Array.isArray(required) ? required.map(String) : [];

/** The alternative that has the keys of a value, or the first one. */
const fittingOf = (schema: JsonObject, node: JsonObject, kind: FileKind, value: JsonObject): JsonObject | undefined => {
  const all = alternativesOf(schema, node, kind);
  return all.find((one) => requiredOf(one).every((key) => Object.hasOwn(value, key))) ?? all[0];
};

/** Fields of a value from a file. `of` is the definition in the schema: "valueFile" or "currentPart". */
export const fileFields = (
  schema: JsonObject,
  of: "valueFile" | "currentPart",
  value: JsonObject,
  keys: readonly Key[],
): readonly FormField[] => {
  const kind = fileKindOf(value);
  const node = kind && fittingOf(schema, schemaAt(schema, of), kind, value);
  if (!node) return [];
  return schemaFields(schema, node, keys).map(
    (field): FormField =>
      ["column", "time"].includes(field.name)
        ? { ...field, kind: "column", unit: "1" }
        : field.name === kind
          ? { ...field, label: "File", description: "Name of an attached file. Open the file to attach it." }
          : field,
  );
};

/** What a value from a file starts with. */
export const fileDefault = (of: "valueFile" | "currentPart", kind: FileKind): Json => {
  const file = `values.${kind}`;
  if (kind === "csv") return of === "currentPart" ? { csv: file, column: 1, time: 0 } : { csv: file, column: 0 };
  if (kind === "npz") return { npz: file, array: "values" };
  return of === "currentPart" ? { npy: file, interval: 0.1, after: "hold" } : { npy: file };
};
