import type { Catalogue } from "./catalogue.ts";
import { entryOf, isNetwork, modelOf, sectionOf } from "./graph.ts";
import type { Command } from "./history.ts";
import { isObject, type Json, type JsonObject, objectAt, withAt } from "./json.ts";
import { enteredValue, shownNumber } from "./units.ts";

/* The changes of a document at chosen times, as rows of a table. */

export type ChangeKey = "set" | "weights" | "inject" | "trigger";

export interface ChangeRow {
  /** Place in the list of the document. */
  readonly index: number;
  readonly key: ChangeKey;
  /** Path of a parameter, or name of a projection, a population or a trigger. */
  readonly path: string;
  readonly value: Json;
  /** ms */
  readonly at: number;
}

const changeKeys: readonly ChangeKey[] = ["set", "weights", "inject", "trigger"];
const verbs: Readonly<Record<ChangeKey, string>> = {
  set: "Set",
  weights: "Weights of",
  inject: "Spikes of units of",
  trigger: "Trigger",
};

/** What a row changes, in words. */
export const rowTitle = ({ key, path }: Pick<ChangeRow, "key" | "path">): string => `${verbs[key]} ${path}`;

const listOf = (document: JsonObject): readonly Json[] => {
  const { changes } = document;
  return Array.isArray(changes) ? changes : [];
};

/** The rows of a list of changes. */
export const rowsOf = (changes: readonly Json[]): readonly ChangeRow[] =>
  changes.flatMap((change, index) => {
    const at = objectAt(change)["at"];
    return changeKeys.flatMap((key) =>
      Object.entries(objectAt(change, key)).map(
        ([path, value]): ChangeRow => ({ index, key, path, value, at: typeof at === "number" ? at : 0 }),
      ),
    );
  });

export const changeRows = (document: JsonObject): readonly ChangeRow[] => rowsOf(listOf(document));

/** A value as text: numbers separated by semicolons, or JSON. */
export const valueText = (value: Json): string => {
  if (typeof value === "number") return shownNumber(value);
  if (Array.isArray(value) && value.every((one) => typeof one === "number")) {
    return (value as readonly number[]).map(shownNumber).join("; ");
  }
  return typeof value === "string" ? value : JSON.stringify(value);
};

/** Reads what was typed: a number, a list, or JSON such as a distribution. */
export const readChange = (text: string, key: ChangeKey): { readonly value: Json } | { readonly problem: string } => {
  if (key === "trigger") return { value: text.trim() };
  const plain = text.trim();
  if (/^[[{]/.test(plain)) {
    try {
      return { value: JSON.parse(plain) as Json };
    } catch {
      return { problem: "This is not complete JSON. Write a number, or a list such as 1; 2; 3." };
    }
  }
  const values: number[] = [];
  for (const part of plain.split(/[;\s]+/).filter((one) => one !== "")) {
    const read = enteredValue(part, "1");
    if ("problem" in read) return read;
    values.push(read.value);
  }
  if (values.length === 0) return { problem: "Enter a number." };
  return { value: values.length === 1 && key !== "inject" ? values[0]! : values };
};

const withList = (document: JsonObject, list: readonly Json[]): JsonObject =>
  withAt(document, ["changes"], list.length === 0 ? undefined : list);

const without = (document: JsonObject, { index, key, path }: ChangeRow): readonly Json[] =>
  listOf(document).flatMap((change, k): readonly Json[] => {
    if (k !== index || !isObject(change)) return [change];
    const left = withAt(change, [key, path], undefined);
    const next = Object.keys(objectAt(left, key)).length === 0 ? withAt(left, [key], undefined) : left;
    return Object.keys(next).some((one) => one !== "at") ? [next] : [];
  });

/** Adds a change, sorted by time. */
const inserted = (list: readonly Json[], { at, key, path, value }: Omit<ChangeRow, "index">): readonly Json[] => {
  const place = list.findIndex((change) => Number(objectAt(change)["at"]) > at);
  const end = place < 0 ? list.length : place;
  return [...list.slice(0, end), { at, [key]: { [path]: value } }, ...list.slice(end)];
};

export const addChange = (row: Omit<ChangeRow, "index">): Command => ({
  label: `${rowTitle(row)} at ${shownNumber(row.at)} ms`,
  apply: (document) => withList(document, inserted(listOf(document), row)),
});

export const removeChange = (row: ChangeRow): Command => ({
  label: `Remove a change at ${shownNumber(row.at)} ms`,
  apply: (document) => withList(document, without(document, row)),
});

export const editChange = (row: ChangeRow, next: Partial<Pick<ChangeRow, "at" | "value">>): Command => ({
  label: `Edit a change at ${shownNumber(row.at)} ms`,
  apply: (document) =>
    next.at === undefined || next.at === row.at
      ? withAt(document, ["changes", row.index, row.key, row.path], next.value ?? row.value)
      : withList(document, inserted(without(document, row), { ...row, ...next })),
});

/** Something that can change at a chosen time. */
export interface ChangeTarget {
  readonly key: ChangeKey;
  readonly path: string;
  /** "1" for a pure number. */
  readonly unit: string;
}

/** What can change in a document: parameters of populations and drives, weights, and spikes of units. */
export const changeTargets = (document: JsonObject, catalogue: Catalogue | undefined): readonly ChangeTarget[] => {
  const fieldsOf = (population: JsonObject, prefix: string): ChangeTarget[] =>
    (entryOf(catalogue, population)?.fields ?? []).map(({ name, unit }) => ({ key: "set", path: prefix + name, unit }));
  if (!isNetwork(document)) return fieldsOf(objectAt(document, "model"), "");
  const parts = (section: "populations" | "projections" | "drives"): [string, JsonObject][] =>
    Object.entries(sectionOf(document, section)).map(([name, part]) => [name, objectAt(part)]);
  return [
    ...parts("populations").flatMap(([name, population]) => fieldsOf(population, `${name}.`)),
    ...parts("drives").flatMap(([name]): ChangeTarget[] => [
      { key: "set", path: `drives.${name}.rate`, unit: "Hz" },
      { key: "set", path: `drives.${name}.weight`, unit: "1" },
    ]),
    ...parts("projections").map(([name]): ChangeTarget => ({ key: "weights", path: name, unit: "1" })),
    ...parts("populations")
      .filter(([, population]) => modelOf(population) !== undefined)
      .map(([name]): ChangeTarget => ({ key: "inject", path: name, unit: "1" })),
  ];
};
