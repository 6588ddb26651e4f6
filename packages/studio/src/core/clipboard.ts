import { asNetwork, type Change } from "./commands.ts";
import { allNames, mapNames } from "./commands-names.ts";
import { fromNames, graphOf, isNetwork, nameOf, populationOf, type Section, sectionOf, sections } from "./graph.ts";
import { groupsOf, nodesIn } from "./graph-groups.ts";
import { isObject, type JsonObject, objectAt, valueAt, withAt } from "./json.ts";
import { type Box, boxOf, freePlace, placesOf, snapped } from "./layout.ts";
import { freeName } from "./names.ts";

/*
 * Copies of parts as a small document of their own. It has the copied populations, and all projections, inputs and other
 * parts between them; as text it goes through the clipboard of the system, also to another page.
 */

/** The mark of a text from the studio. */
const mark = "spark-snn/parts";

const only = (object: JsonObject, keep: (key: string) => boolean): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([key]) => keep(key)));

/** Copies the selected parts, and what connects the selected populations with each other. */
export const copyParts = (document: JsonObject, ids: readonly string[]): JsonObject | undefined => {
  const network = asNetwork(document);
  const groups = groupsOf(network);
  const wanted = new Set(
    ids.flatMap((id) => {
      const group = groups.find((one) => one.id === id);
      if (group) return nodesIn(groups, group);
      return id === "model"
        ? Object.keys(sectionOf(network, "populations")).map((name) => `populations.${name}`)
        : [id];
    }),
  );
  const copied = Object.keys(sectionOf(network, "populations")).filter((name) => wanted.has(`populations.${name}`));
  const within = (part: JsonObject): boolean => {
    const ends = [...fromNames(part), ...(part["to"] === undefined ? [] : [populationOf(part["to"])])];
    return ends.length > 0 && ends.every((name) => copied.includes(name));
  };
  const model: Record<string, JsonObject> = {
    populations: only(sectionOf(network, "populations"), (name) => copied.includes(name)),
  };
  for (const section of sections) {
    if (section === "populations") continue;
    model[section] = only(sectionOf(network, section), (name) => {
      const part = objectAt(sectionOf(network, section), name);
      return wanted.has(`${section}.${name}`) || (section !== "readouts" && within(part));
    });
  }
  const parts = Object.values(model).reduce((sum, section) => sum + Object.keys(section).length, 0);
  if (parts === 0) return undefined;
  const named = (key: string): JsonObject => only(objectAt(network, key), (name) => copied.includes(name));
  const positions = only(objectAt(network, "studio", "positions"), (id) => {
    const [kind = "", name = ""] = id.split(".");
    if (kind === "inputs") return copied.includes(name);
    return Object.hasOwn(model[kind] ?? {}, name);
  });
  return {
    [mark]: 1,
    model: model as unknown as JsonObject,
    inputs: named("inputs"),
    initial: named("initial"),
    record: named("record"),
    studio: { positions },
  };
};

/** Reads copied parts from the text of a clipboard; undefined if it holds something else. */
export const partsOfText = (text: string): JsonObject | undefined => {
  if (!text.includes(mark)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && value[mark] === 1 ? value : undefined;
  } catch {
    return undefined;
  }
};

/** Adds copied parts under free names. Ends outside of the copy stay where the document has them. */
export const pasteParts = (document: JsonObject, parts: JsonObject): Change => {
  const target = asNetwork(document);
  const shift = freeShift(target, parts);
  const taken = [...allNames(target)];
  let copy: JsonObject = parts;
  const added: string[] = [];
  for (const section of sections) {
    const names = new Map<string, string>();
    for (const name of Object.keys(sectionOf(parts, section))) {
      const free = freeName(name, taken);
      taken.push(free);
      names.set(name, free);
      added.push(`${section}.${free}`);
    }
    // Two steps, so that swapped names do not meet.
    const between = (name: string): string => (names.has(name) ? `\u0000${name}` : name);
    copy = mapNames(copy, section, between);
    copy = mapNames(copy, section, (name) => (name.startsWith("\u0000") ? names.get(name.slice(1))! : name));
  }
  const label = added.length === 1 ? `Paste ${nameOf(added[0]!)}` : `Paste ${added.length} parts`;
  const populations = added.filter((id) => id.startsWith("populations."));
  return {
    command: { label, apply: (before) => merged(before, copy, shift) },
    selection: populations.length > 0 ? populations : added,
  };
};

/** How far down the copies go, so that they cover nothing. */
const freeShift = (document: JsonObject, parts: JsonObject): number => {
  const boxesOf = (whole: JsonObject): readonly Box[] => {
    const graph = graphOf(whole, undefined);
    const places = placesOf(graph, whole);
    return graph.nodes.map((node) => boxOf(node, places.get(node.id)!));
  };
  const taken = boxesOf(document);
  const copies = boxesOf(parts);
  const fits = (shift: number): boolean =>
    copies.every((box) => {
      const moved = { ...box, y: box.y + shift };
      return freePlace(moved, taken).y === snapped(moved).y;
    });
  let shift = 40;
  while (!fits(shift) && shift < 4000) shift += 40;
  return shift;
};

const endsIn = (document: JsonObject, part: JsonObject): boolean => {
  const populations = sectionOf(document, "populations");
  const projections = sectionOf(document, "projections");
  const ends = [...fromNames(part), ...(part["to"] === undefined ? [] : [populationOf(part["to"])])];
  return ends.every((name) => Object.hasOwn(populations, name) || Object.hasOwn(projections, name));
};

const merged = (document: JsonObject, copy: JsonObject, shift: number): JsonObject => {
  let next = asNetwork(document);
  for (const section of sections satisfies readonly Section[]) {
    for (const [name, part] of Object.entries(sectionOf(copy, section))) {
      if (section !== "populations" && isObject(part) && !endsIn(next, part)) continue;
      next = withAt(next, ["model", section, name], part);
    }
  }
  for (const key of ["inputs", "initial", "record"]) {
    for (const [name, value] of Object.entries(objectAt(copy, key))) {
      if (name !== "readouts" && name !== "weights") next = withAt(next, [key, name], value);
    }
  }
  for (const [id, place] of Object.entries(objectAt(copy, "studio", "positions"))) {
    const [x, y] = Array.isArray(place) ? place : [];
    if (typeof x !== "number" || typeof y !== "number") continue;
    next = withAt(next, ["studio", "positions", id], [x, y + shift]);
  }
  return next;
};

/** Copies and pastes in one step. */
export const duplicateParts = (document: JsonObject, ids: readonly string[]): Change | undefined => {
  const copy = copyParts(document, ids);
  if (!copy) return undefined;
  const change = pasteParts(document, copy);
  const label = change.command.label.replace("Paste", "Duplicate as");
  return { ...change, command: { ...change.command, label } };
};

/** Whether anything of the selection can be copied. */
export const canCopy = (document: JsonObject, ids: readonly string[]): boolean =>
  copyParts(document, ids) !== undefined && (isNetwork(document) || valueAt(document, ["model"]) !== undefined);
