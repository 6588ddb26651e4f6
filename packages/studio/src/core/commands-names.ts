import { fromNames, type Section, sectionOf, sections } from "./graph.ts";
import { isObject, type Json, type JsonObject, objectAt, valueAt, withAt } from "./json.ts";

/*
 * Names of parts stand in many places of a document. The functions here rename or remove a name in all of them, so that
 * a document without problems stays without.
 */

/** The new name of a part; undefined removes it. */
export type NameMap = (name: string) => string | undefined;

const mapKeys = (object: JsonObject, map: (key: string) => string | undefined): JsonObject =>
  Object.fromEntries(
    Object.entries(object).flatMap(([key, value]) => {
      const next = map(key);
      return next === undefined ? [] : [[next, value] as const];
    }),
  );

/** Changes an object at a path if the document has it. */
const inside = (
  document: JsonObject,
  keys: readonly string[],
  change: (object: JsonObject) => JsonObject,
): JsonObject => {
  const found = valueAt(document, keys);
  if (!isObject(found)) return document;
  const next = change(found);
  const emptied = Object.keys(next).length === 0 && Object.keys(found).length > 0;
  // A network keeps its list of populations. Other objects are removed when nothing is left in them.
  return withAt(document, keys, emptied && keys.join(".") !== "model.populations" ? undefined : next);
};

/** The path of a parameter, such as "excitatory.threshold" or "model.drives.noise.rate", with the mapped name. */
const mapPath = (document: JsonObject, section: Section, map: NameMap, path: string): string | undefined => {
  const parts = path.split(".");
  const start = parts[0] === "model" ? 1 : 0;
  const full = (sections as readonly string[]).includes(parts[start] ?? "") && parts.length > start + 2;
  const at = full ? start + 1 : start;
  const owner = full ? parts[start] : sections.find((one) => Object.hasOwn(sectionOf(document, one), parts[at] ?? ""));
  if (owner !== section) return path;
  const next = map(parts[at]!);
  return next === undefined ? undefined : [...parts.slice(0, at), next, ...parts.slice(at + 1)].join(".");
};

/** Identities under `studio`: places, plots in nodes, groups and pinned parameters. */
const mapIdentity = (section: Section, map: NameMap, id: string): string | undefined => {
  const [kind, name = "", ...rest] = id.split(".");
  if (kind !== section && !(section === "populations" && kind === "inputs")) return id;
  const next = map(name);
  return next === undefined ? undefined : [kind, next, ...rest].join(".");
};

const mapStudio = (document: JsonObject, section: Section, map: NameMap): JsonObject => {
  const identity = (id: string): string | undefined => mapIdentity(section, map, id);
  let next = inside(document, ["studio", "positions"], (positions) => mapKeys(positions, identity));
  next = inside(next, ["studio", "nodePlots"], (plots) => mapKeys(plots, identity));
  for (const group of Object.keys(objectAt(next, "studio", "groups"))) {
    const members = valueAt(next, ["studio", "groups", group, "members"]);
    if (!Array.isArray(members)) continue;
    const left = members.flatMap((id) => (typeof id === "string" ? (identity(id) ?? []) : []));
    if (left.length === members.length && left.every((id, k) => id === members[k])) continue;
    next = withAt(next, ["studio", "groups", group, "members"], left);
  }
  const path = (keys: Json): Json[] => mapKeyPath(section, map, keys);
  const pinned = valueAt(next, ["studio", "pinned"]);
  if (Array.isArray(pinned)) {
    const mapped = pinned.flatMap(path);
    if (JSON.stringify(mapped) !== JSON.stringify(pinned)) next = withAt(next, ["studio", "pinned"], mapped);
  }
  const links = valueAt(next, ["studio", "links"]);
  if (!Array.isArray(links)) return next;
  const linked = links
    .map((link): Json => (Array.isArray(link) ? link.flatMap(path) : link))
    .filter((link) => !Array.isArray(link) || link.length > 1);
  if (JSON.stringify(linked) === JSON.stringify(links)) return next;
  return withAt(next, ["studio", "links"], linked.length === 0 ? undefined : linked);
};

/** The keys of a value with the mapped name of its part; empty if the part is removed. */
const mapKeyPath = (section: Section, map: NameMap, keys: Json): Json[] => {
  if (!Array.isArray(keys)) return [keys];
  const isOfRun = keys[0] === "inputs" || keys[0] === "initial";
  const at = keys[0] === "model" && keys[1] === section ? 2 : section === "populations" && isOfRun ? 1 : -1;
  if (at < 0 || typeof keys[at] !== "string") return [keys];
  const name = map(keys[at]);
  return name === undefined ? [] : [[...keys.slice(0, at), name, ...keys.slice(at + 1)]];
};

const mapChanges = (document: JsonObject, section: Section, map: NameMap): JsonObject => {
  const { changes } = document;
  if (!Array.isArray(changes)) return document;
  const mapped = changes.flatMap((change): Json[] => {
    if (!isObject(change)) return [change];
    let next: JsonObject = inside(change, ["set"], (set) =>
      mapKeys(set, (path) => mapPath(document, section, map, path)),
    );
    if (section === "projections") next = inside(next, ["weights"], (weights) => mapKeys(weights, map));
    if (section === "populations") next = inside(next, ["inject"], (units) => mapKeys(units, map));
    return Object.keys(next).some((key) => key !== "at") ? [next] : [];
  });
  if (JSON.stringify(mapped) === JSON.stringify(changes)) return document;
  return withAt(document, ["changes"], mapped.length === 0 ? undefined : mapped);
};

/** The end "population.synapse" with the mapped population. */
const mapEnd = (map: NameMap, end: Json | undefined): string | undefined => {
  const [name = "", ...rest] = String(end ?? "").split(".");
  const next = map(name);
  return next === undefined ? undefined : [next, ...rest].join(".");
};

const names = (document: JsonObject, section: Section): readonly string[] => Object.keys(sectionOf(document, section));

/** A map that leaves all names but some. */
const without =
  (gone: readonly string[]): NameMap =>
  (name) =>
    gone.includes(name) ? undefined : name;

/** Removes or changes what refers to the populations. Parts that lose an end are removed, too. */
const mapEnds = (document: JsonObject, map: NameMap): JsonObject => {
  let next = document;
  const change = (section: Section, ends: (part: JsonObject) => JsonObject | undefined): void => {
    const gone: string[] = [];
    for (const [name, part] of Object.entries(sectionOf(next, section))) {
      if (!isObject(part)) continue;
      const changed = ends(part);
      if (changed === undefined) gone.push(name);
      else if (changed !== part) next = withAt(next, ["model", section, name], changed);
    }
    if (gone.length > 0) next = mapNames(next, section, without(gone));
  };
  const one = (part: JsonObject, key: string): JsonObject | undefined => {
    const end = mapEnd(map, part[key]);
    return end === undefined ? undefined : end === part[key] ? part : withAt(part, [key], end);
  };
  const many = (part: JsonObject): JsonObject | undefined => {
    const before = fromNames(part);
    const left = before.flatMap((name) => map(name) ?? []);
    if (left.length === 0) return undefined;
    if (left.length === before.length && left.every((name, k) => name === before[k])) return part;
    return withAt(part, ["from"], Array.isArray(part["from"]) && left.length > 1 ? left : left[0]!);
  };
  change("projections", (part) => {
    const from = one(part, "from");
    return from && one(from, "to");
  });
  change("drives", (part) => one(part, "to"));
  change("readouts", many);
  // A signal to the rule of a projection keeps its target here; it is removed with the projection.
  change("signals", (part) => {
    const from = many(part);
    const target = String(part["to"] ?? "").split(".")[0]!;
    return from && (names(document, "populations").includes(target) ? one(from, "to") : from);
  });
  return next;
};

/** A copy of the document with the names of a section mapped everywhere, and without what depended on removed ones. */
export const mapNames = (document: JsonObject, section: Section, map: NameMap): JsonObject => {
  let next = mapChanges(document, section, map);
  next = mapStudio(next, section, map);
  if (section === "populations") {
    next = mapEnds(next, map);
    for (const key of ["inputs", "initial", "record"]) {
      next = inside(next, [key], (object) =>
        mapKeys(object, (name) => (names(document, "populations").includes(name) ? map(name) : name)),
      );
    }
    next = inside(next, ["model", "positions"], (positions) => mapKeys(positions, map));
  }
  if (section === "projections") {
    next = inside(next, ["record", "weights"], (weights) => mapKeys(weights, map));
    const populations = names(document, "populations");
    const gone: string[] = [];
    for (const [name, part] of Object.entries(sectionOf(next, "signals"))) {
      const [target = ""] = String(objectAt(part)["to"] ?? "").split(".");
      if (populations.includes(target) || !names(document, "projections").includes(target)) continue;
      const to = mapEnd(map, objectAt(part)["to"]);
      if (to === undefined) gone.push(name);
      else next = withAt(next, ["model", "signals", name, "to"], to);
    }
    if (gone.length > 0) next = mapNames(next, "signals", without(gone));
  }
  if (section === "readouts") next = inside(next, ["record", "readouts"], (readouts) => mapKeys(readouts, map));
  if (section !== "populations" && section !== "projections" && section !== "readouts" && section !== "drives") {
    next = inside(next, ["record", section], (records) => mapKeys(records, map));
  }
  if (isObject(valueAt(next, ["record"])) && Object.keys(objectAt(next, "record")).length === 0) {
    if (Object.keys(objectAt(document, "record")).length > 0) next = withAt(next, ["record"], undefined);
  }
  return inside(next, ["model", section], (parts) => mapKeys(parts, map));
};

/** Names of all parts of a network. New names avoid all of them, so that short paths stay clear. */
export const allNames = (document: JsonObject): readonly string[] =>
  sections.flatMap((section) => names(document, section));
