import type { Catalogue } from "./catalogue.ts";
import type { FormField } from "./fields.ts";
import { formOf } from "./forms.ts";
import { inputsOf, isNetwork, sectionOf, sections } from "./graph.ts";
import type { Command } from "./history.ts";
import { equalJson, type Json, type JsonObject, type Key, valueAt, withAt } from "./json.ts";

/*
 * Values that are linked: a change of one changes all. The document keeps the links under `studio.links`, as lists of the
 * keys of their values.
 */

export type Link = readonly (readonly Key[])[];

const isKeys = (keys: Json): keys is Key[] => Array.isArray(keys) && keys.every((key) => typeof key !== "object");

/** The links of a document. */
export const linksOf = (document: JsonObject): readonly Link[] => {
  const links = valueAt(document, ["studio", "links"]);
  if (!Array.isArray(links)) return [];
  return links.flatMap((link): Link[] => {
    const members = Array.isArray(link) ? link.filter(isKeys) : [];
    return members.length > 1 ? [members] : [];
  });
};

const sameKeys = (a: readonly Key[], b: readonly Key[]): boolean => a.join("\u0000") === b.join("\u0000");

/** The link that a value belongs to. */
export const linkOf = (document: JsonObject, keys: readonly Key[]): Link | undefined =>
  linksOf(document).find((link) => link.some((member) => sameKeys(member, keys)));

const withLinks = (document: JsonObject, links: readonly Link[]): JsonObject => {
  const left = links.filter((link) => link.length > 1);
  if (left.length === 0 && valueAt(document, ["studio", "links"]) === undefined) return document;
  return withAt(document, ["studio", "links"], left.length === 0 ? undefined : (left as unknown as Json));
};

/**
 * Links a value to others, which take its value. Links that the others belong to become a part of this one. `standard` is
 * the value where the document gives none, because the others may have other defaults.
 */
export const linkValues = (keys: readonly Key[], others: Link, label: string, standard?: Json): Command => ({
  label: `Link ${label}`,
  apply: (document) => {
    const wanted = [keys, ...others];
    const links = linksOf(document);
    const touched = links.filter((link) => link.some((one) => wanted.some((own) => sameKeys(one, own))));
    const members = [...touched.flat(), ...wanted];
    const all = members.filter((member, k) => members.findIndex((one) => sameKeys(one, member)) === k);
    const next = withLinks(document, [...links.filter((link) => !touched.includes(link)), all]);
    const value = valueAt(document, keys) ?? standard;
    return all.reduce(
      (made, member) => (equalJson(valueAt(made, member), value) ? made : withAt(made, member, value)),
      next,
    );
  },
});

/** Takes a value out of its link. It keeps its present value. */
export const unlinkValue = (keys: readonly Key[], label: string): Command => ({
  label: `Unlink ${label}`,
  apply: (document) =>
    withLinks(
      document,
      linksOf(document).map((link) => link.filter((member) => !sameKeys(member, keys))),
    ),
});

/**
 * The document after a command, with linked values that follow the one that changed. Another document as a whole keeps its
 * own values.
 */
export const followLinks = (before: JsonObject, after: JsonObject): JsonObject => {
  const links = linksOf(after);
  if (links.length === 0 || !equalJson(valueAt(before, ["studio", "links"]), valueAt(after, ["studio", "links"])))
    return after;
  return links.reduce((made, link) => {
    const moved = link.find((member) => !equalJson(valueAt(before, member), valueAt(made, member)));
    if (!moved) return made;
    const value = valueAt(made, moved);
    return link.reduce(
      (next, member) => (equalJson(valueAt(next, member), value) ? next : withAt(next, member, value)),
      made,
    );
  }, after);
};

export interface LinkCandidate {
  readonly keys: readonly Key[];
  /** Name of its part and its own name. */
  readonly label: string;
}

/** Values with the same unit that a value can be linked to: first those with its name. */
export const linkCandidates = (
  document: JsonObject,
  catalogue: Catalogue,
  { keys, name, unit, kind }: FormField,
): readonly LinkCandidate[] => {
  const network = isNetwork(document);
  const parts = network
    ? sections.flatMap((section) => Object.keys(sectionOf(document, section)).map((part) => `${section}.${part}`))
    : ["model"];
  const inputs = inputsOf(document).map(([population, port]) =>
    network ? `inputs.${population}.${port}` : `inputs.${port}`,
  );
  const found: (LinkCandidate & { readonly same: boolean })[] = [];
  for (const id of [...parts, ...inputs]) {
    for (const field of formOf(document, catalogue, id)?.sections.flatMap(({ fields }) => fields) ?? []) {
      if (field.kind !== kind || field.unit !== unit || sameKeys(field.keys, keys)) continue;
      if (found.some((one) => sameKeys(one.keys, field.keys))) continue;
      const part = id === "model" ? "" : `${id.split(".").slice(1).join(" ")} · `;
      found.push({ keys: field.keys, label: part + field.label, same: field.name === name });
    }
  }
  const [first, rest] = [found.filter(({ same }) => same), found.filter(({ same }) => !same)];
  return [...first, ...rest].map(({ keys: own, label }) => ({ keys: own, label }));
};
