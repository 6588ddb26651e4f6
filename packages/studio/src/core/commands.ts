import { allNames, mapNames, type NameMap } from "./commands-names.ts";
import { isNetwork, keysOf, nameOf, partOf, type Section, sectionOf, sections } from "./graph.ts";
import { groupsOf, nodesIn } from "./graph-groups.ts";
import type { Command } from "./history.ts";
import { isObject, type Json, type JsonObject, type Key, objectAt, renamed, valueAt, withAt } from "./json.ts";
import { type Point, snapped } from "./layout.ts";
import { freeName, nameProblem } from "./names.ts";

/* The changes that the studio makes to documents. Each is a command, so that the history can undo it. */

/** A command, and what is selected after it. */
export interface Change {
  readonly command: Command;
  readonly selection: readonly string[];
}

/** Parameters of a run that a single population may hold. In a network they belong to the document. */
const runKeys = ["dt", "dtype", "seed"] as const;

/** The name that a single population gets when the document becomes a network. */
export const soleName = "neurons";

const underName = (value: Json | undefined, name: string): JsonObject | undefined =>
  isObject(value) && Object.keys(value).length > 0 ? { [name]: value } : undefined;

/** The document as a network. A single population becomes the first population; a network stays as it is. */
export const asNetwork = (document: JsonObject): JsonObject => {
  if (isNetwork(document)) {
    return isObject(valueAt(document, ["model", "populations"]))
      ? document
      : withAt(document, ["model", "populations"], {});
  }
  const name = soleName;
  const { ...population } = objectAt(document, "model") as Record<string, Json>;
  let next = document;
  for (const key of runKeys) {
    const value = population[key];
    if (value === undefined) continue;
    delete population[key];
    if (next[key] === undefined) next = withAt(next, [key], value);
  }
  population["units"] ??= [1];
  next = withAt(next, ["model"], { populations: { [name]: population } });
  for (const key of ["inputs", "initial", "record"]) {
    if (next[key] !== undefined) next = withAt(next, [key], underName(next[key], name));
  }
  const { changes } = next;
  if (Array.isArray(changes)) {
    const prefixed = changes.map((change) =>
      isObject(change) && isObject(change["set"])
        ? withAt(
            change,
            ["set"],
            Object.fromEntries(
              Object.entries(change["set"]).map(([path, value]) => [`${name}.${path.replace(/^model\./, "")}`, value]),
            ),
          )
        : change,
    );
    next = withAt(next, ["changes"], prefixed);
  }
  const identity = (id: string): string =>
    id === "model" ? `populations.${name}` : id.replace(/^inputs\./, `inputs.${name}.`);
  const positions = valueAt(next, ["studio", "positions"]);
  if (isObject(positions)) {
    const moved = Object.fromEntries(Object.entries(positions).map(([id, place]) => [identity(id), place]));
    next = withAt(next, ["studio", "positions"], moved);
  }
  const plots = valueAt(next, ["studio", "nodePlots"]);
  if (isObject(plots)) {
    const named = Object.fromEntries(Object.entries(plots).map(([id, plot]) => [identity(id), plot]));
    next = withAt(next, ["studio", "nodePlots"], named);
  }
  const path = (keys: Json): Json => {
    if (!Array.isArray(keys)) return keys;
    if (keys[0] === "model") return ["model", "populations", name, ...keys.slice(1)];
    return keys[0] === "inputs" || keys[0] === "initial" ? [keys[0], name, ...keys.slice(1)] : keys;
  };
  const pinned = valueAt(next, ["studio", "pinned"]);
  if (Array.isArray(pinned)) next = withAt(next, ["studio", "pinned"], pinned.map(path));
  const links = valueAt(next, ["studio", "links"]);
  if (Array.isArray(links)) {
    const moved = links.map((link): Json => (Array.isArray(link) ? link.map(path) : link));
    next = withAt(next, ["studio", "links"], moved);
  }
  return next;
};

/** The identity of a part after `asNetwork`. */
export const networkIdentity = (document: JsonObject, id: string): string => {
  if (isNetwork(document)) return id;
  return id === "model" ? `populations.${soleName}` : id.replace(/^inputs\.(?!.*\.)/, `inputs.${soleName}.`);
};

const placed = (document: JsonObject, id: string, place: Point | undefined): JsonObject => {
  if (!place) return document;
  const { x, y } = snapped(place);
  return withAt(document, ["studio", "positions", id], [x, y]);
};

/** Adds a part to a section under a free name. */
export const addPart = (
  document: JsonObject,
  section: Section,
  wanted: string,
  part: JsonObject,
  place?: Point,
): { readonly document: JsonObject; readonly id: string; readonly name: string } => {
  const network = asNetwork(document);
  const name = freeName(wanted, allNames(network));
  const id = `${section}.${name}`;
  return { document: placed(withAt(network, ["model", section, name], part), id, place), id, name };
};

/** Adds a population or a source. */
export const addPopulation = (document: JsonObject, wanted: string, part: JsonObject, place?: Point): Change => {
  const empty = !isNetwork(document) ? false : Object.keys(sectionOf(document, "populations")).length === 0;
  const { id, name } = addPart(document, "populations", wanted, part, place);
  return {
    command: {
      label: `Add ${name}`,
      apply: (before) => {
        const { document: next } = addPart(before, "populations", wanted, part, place);
        // Something to see in the first run: the spikes of the first population.
        return empty && next["duration"] === undefined ? withAt(next, ["duration"], 1000) : next;
      },
    },
    selection: [id],
  };
};

/** Adds an input of a run to a port of a population. */
export const addInput = (target: string, port: string, value: Json, place?: Point): Change => {
  const id = target === "model" ? `inputs.${port}` : `inputs.${nameOf(target)}.${port}`;
  return {
    command: {
      label: `Add an input to ${target === "model" ? "the neurons" : nameOf(target)}`,
      apply: (before) => placed(withAt(before, keysOf(id), value), id, place),
    },
    selection: [id],
  };
};

/** Adds a drive, a read-out or a signal, whose ends the part names. */
export const addLinked = (
  document: JsonObject,
  section: "drives" | "readouts" | "signals",
  wanted: string,
  part: JsonObject,
  place?: Point,
): Change => {
  const { id, name } = addPart(document, section, wanted, part, place);
  return {
    command: { label: `Add ${name}`, apply: (before) => addPart(before, section, wanted, part, place).document },
    selection: [id],
  };
};

/** Two changes as one step of the history. The second is made from the document after the first. */
export const together = (first: Change, second: (document: JsonObject) => Change | undefined): Change => ({
  command: {
    label: first.command.label,
    apply: (before) => {
      const between = first.command.apply(before);
      return second(between)?.command.apply(between) ?? between;
    },
  },
  selection: first.selection,
});

/** How messages name parts. */
export const titleOf = (id: string): string => (id === "model" ? "the neurons" : id.split(".").slice(1).join("."));

const listed = (ids: readonly string[]): string => (ids.length === 1 ? titleOf(ids[0]!) : `${ids.length} parts`);

const removedIdentity = (document: JsonObject, id: string): JsonObject => {
  let next = withAt(document, ["studio", "positions", id], undefined);
  if (valueAt(document, ["studio", "positions", id]) === undefined) next = document;
  for (const { name, members } of groupsOf(next)) {
    if (!members.includes(id)) continue;
    const left = members.filter((member) => member !== id);
    next = withAt(next, ["studio", "groups", name, "members"], left);
  }
  return next;
};

/** Removes parts, and everything that needs them: projections, drives, inputs, records and read-outs of a population. */
export const removeParts = (document: JsonObject, ids: readonly string[]): Change => {
  const groups = groupsOf(document);
  const all = [
    ...new Set(ids.flatMap((id) => [id, ...nodesIn(groups, groups.find((one) => one.id === id) ?? noGroup)])),
  ];
  return {
    command: {
      label: `Delete ${listed(ids)}`,
      apply: (before) => {
        let next = before;
        if (all.includes("model")) {
          for (const key of ["inputs", "initial", "record", "changes"]) next = withAt(next, [key], undefined);
          next = withAt(next, ["studio"], next["studio"] === undefined ? undefined : withoutPlaces(next));
          return withAt(next, ["model"], { populations: {} });
        }
        for (const id of all) {
          if (id.startsWith("groups.")) next = withAt(next, keysOf(id), undefined);
          if (id.startsWith("inputs.")) next = removedInput(next, id);
          next = id.startsWith("groups.") || id.startsWith("inputs.") ? removedIdentity(next, id) : next;
        }
        for (const section of sections) {
          const gone = all.filter((id) => id.startsWith(`${section}.`)).map(nameOf);
          if (gone.length > 0) next = mapNames(next, section, (name) => (gone.includes(name) ? undefined : name));
        }
        return withoutEmptyGroups(next);
      },
    },
    selection: [],
  };
};

const noGroup = { id: "", name: "", members: [], folded: false };

const withoutPlaces = (document: JsonObject): JsonObject => {
  const {
    positions: _,
    groups: __,
    pinned: ___,
    nodePlots: ____,
    links: _____,
    ...others
  } = objectAt(document, "studio");
  return others;
};

const removedInput = (document: JsonObject, id: string): JsonObject => {
  const keys = keysOf(id);
  const next = withAt(document, keys, undefined);
  const parent = keys.slice(0, -1);
  const emptied = Object.keys(objectAt(next, ...parent)).length === 0;
  const less = emptied && parent.length > 0 ? withAt(next, parent, undefined) : next;
  return Object.keys(objectAt(less, "inputs")).length === 0 ? withAt(less, ["inputs"], undefined) : less;
};

/** Groups without members are removed, and so are they from groups around them. */
export const withoutEmptyGroups = (document: JsonObject): JsonObject => {
  let next = document;
  for (;;) {
    const empty = groupsOf(next).find(({ members }) => members.length === 0);
    if (!empty) return next;
    next = removedIdentity(withAt(next, ["studio", "groups", empty.name], undefined), empty.id);
    if (Object.keys(objectAt(next, "studio", "groups")).length === 0) {
      next = withAt(next, ["studio", "groups"], undefined);
    }
  }
};

/** Why a part cannot get a name, or undefined. */
export const renameProblem = (document: JsonObject, id: string, to: string): string | undefined => {
  const [kind = "", name = ""] = id.split(".");
  if (to === name) return undefined;
  const others = kind === "groups" ? groupsOf(document).map((group) => group.name) : allNames(document);
  return nameProblem(to, others);
};

/** Renames a part in all places. */
export const renamePart = (document: JsonObject, id: string, to: string): Change => {
  const [kind = "", name = ""] = id.split(".");
  const next = `${kind}.${to}`;
  const problem = renameProblem(document, id, to);
  const map: NameMap = (one) => (one === name ? to : one);
  return {
    command: {
      label: `Rename ${name} to ${to}`,
      apply: (before) => {
        if (problem !== undefined) return before;
        if (kind !== "groups") return mapNames(before, kind as Section, map);
        let after = withAt(before, ["studio", "groups"], renamed(objectAt(before, "studio", "groups"), name, to));
        const positions = valueAt(after, ["studio", "positions"]);
        if (isObject(positions)) after = withAt(after, ["studio", "positions"], renamed(positions, id, next));
        for (const group of groupsOf(after)) {
          if (!group.members.includes(id)) continue;
          const members = group.members.map((member) => (member === id ? next : member));
          after = withAt(after, ["studio", "groups", group.name, "members"], members);
        }
        return after;
      },
    },
    selection: [problem === undefined ? next : id],
  };
};

/** Changes one value. Undefined removes it, which resets a parameter to its default. `merge` joins a drag into one step. */
export const changeValue = (
  keys: readonly Key[],
  value: Json | undefined,
  label: string,
  options: { readonly merge?: boolean } = {},
): Command => ({
  label,
  apply: (document) =>
    value === undefined && valueAt(document, keys) === undefined ? document : withAt(document, keys, value),
  ...(options.merge && { merge: keys.join(".") }),
});

/** Changes the same value in many places, as for several selected populations. */
export const changeValues = (
  places: readonly (readonly Key[])[],
  value: Json | undefined,
  label: string,
  options: { readonly merge?: boolean } = {},
): Command => ({
  label: places.length === 1 ? label : `${label} of ${places.length} parts`,
  apply: (document) => places.reduce((next, keys) => changeValue(keys, value, label).apply(next), document),
  ...(options.merge && { merge: places.map((keys) => keys.join(".")).join(" ") }),
});

/** Identity of a part, if the document has it. */
export const existing = (document: JsonObject, ids: readonly string[]): readonly string[] =>
  ids.filter((id) => Object.keys(partOf(document, id)).length > 0 || valueAt(document, keysOf(id)) !== undefined);

const samePin = (a: Json, keys: readonly Key[]): boolean => JSON.stringify(a) === JSON.stringify(keys);

/** Keys of the pinned parameters. */
export const pinnedKeys = (document: JsonObject): readonly (readonly Key[])[] => {
  const pinned = valueAt(document, ["studio", "pinned"]);
  return Array.isArray(pinned) ? pinned.filter((keys): keys is Key[] => Array.isArray(keys)) : [];
};

/** Shows a parameter in the pinned strip, or no longer. */
export const togglePin = (document: JsonObject, keys: readonly Key[]): Command => {
  const pinned = pinnedKeys(document) as readonly Json[];
  const isPinned = pinned.some((one) => samePin(one, keys));
  const next = isPinned ? pinned.filter((one) => !samePin(one, keys)) : [...pinned, keys];
  return {
    label: `${isPinned ? "Unpin" : "Pin"} ${String(keys.at(-1))}`,
    apply: (before) => withAt(before, ["studio", "pinned"], next.length === 0 ? undefined : next),
  };
};
