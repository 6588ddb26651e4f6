import type { Change } from "./commands.ts";
import { type Graph, keysOf, nameOf } from "./graph.ts";
import { groupsOf, nodesIn, parentOf } from "./graph-groups.ts";
import type { Command } from "./history.ts";
import { type JsonObject, objectAt, withAt } from "./json.ts";
import { around, automaticPlaces, boxOf, type Point, placesOf, snapped, storedPlaces } from "./layout.ts";
import { freeName } from "./names.ts";

/* Changes of the picture only: places, groups and folds. A run does not notice them. */

const withPlaces = (document: JsonObject, places: ReadonlyMap<string, Point>): JsonObject => {
  const positions: Record<string, readonly [number, number]> = {};
  for (const [id, place] of places) {
    const { x, y } = snapped(place);
    positions[id] = [x, y];
  }
  return places.size === 0
    ? document
    : withAt(document, ["studio", "positions"], { ...objectAt(document, "studio", "positions"), ...positions });
};

/** Moves nodes. A folded group takes its members along, so that they are in their places when it unfolds. */
export const moveNodes = (document: JsonObject, graph: Graph, places: ReadonlyMap<string, Point>): Command => {
  const groups = groupsOf(document);
  const before = placesOf(graph, document);
  const all = new Map(places);
  for (const [id, place] of places) {
    const group = groups.find((one) => one.id === id);
    const from = before.get(id) ?? storedPlaces(document).get(id);
    if (!group || !from) continue;
    for (const member of nodesIn(groups, group)) {
      const at = before.get(member);
      if (at && !places.has(member)) all.set(member, { x: at.x + place.x - from.x, y: at.y + place.y - from.y });
    }
  }
  const [first = ""] = places.keys();
  return {
    label: places.size === 1 ? `Move ${nameOf(first) || "the neurons"}` : `Move ${places.size} nodes`,
    apply: (next) => withPlaces(next, all),
  };
};

/** Lays out nodes automatically: all of them, or some, which stay around the place where they were. */
export const layOut = (document: JsonObject, graph: Graph, ids?: readonly string[]): Command => {
  const chosen = new Set(ids ?? graph.nodes.map(({ id }) => id));
  const places = automaticPlaces(graph, chosen);
  const before = placesOf(graph, document);
  const boxes = graph.nodes.filter(({ id }) => chosen.has(id)).map((node) => boxOf(node, before.get(node.id)!));
  const corner = ids && boxes.length > 0 ? around(boxes, 0) : { x: 0, y: 0 };
  const moved = new Map([...places].map(([id, { x, y }]) => [id, { x: x + corner.x, y: y + corner.y }]));
  return {
    label: ids ? "Lay out the selection" : "Lay out all",
    apply: (next) => withPlaces(next, moved),
  };
};

/** Puts nodes into a new group. Nodes of one inner group make a group inside of it. */
export const groupNodes = (document: JsonObject, ids: readonly string[]): Change | undefined => {
  const groups = groupsOf(document);
  const members = ids.filter((id) => /^(populations|groups|drives|readouts|signals|inputs)\./.test(id));
  if (members.length === 0) return undefined;
  const parents = members.map((id) => parentOf(groups, id));
  const parent = parents.every((one) => one === parents[0]) ? parents[0] : undefined;
  const name = freeName(
    "group",
    groups.map((group) => group.name),
  );
  const id = `groups.${name}`;
  return {
    command: {
      label: `Group ${members.length === 1 ? nameOf(members[0]!) : `${members.length} nodes`}`,
      apply: (before) => {
        let next = before;
        for (const group of groupsOf(before)) {
          const left = group.members.filter((member) => !members.includes(member));
          const own = group.id === parent?.id ? [...left, id] : left;
          if (own.length !== group.members.length || group.id === parent?.id) {
            next = withAt(next, ["studio", "groups", group.name, "members"], own);
          }
        }
        return withAt(next, ["studio", "groups", name], { members, folded: false });
      },
    },
    selection: [id],
  };
};

/** Dissolves a group. Its members go to the group around it. */
export const ungroup = (document: JsonObject, id: string): Change => {
  const groups = groupsOf(document);
  const group = groups.find((one) => one.id === id);
  const members = group?.members ?? [];
  const parent = parentOf(groups, id);
  return {
    command: {
      label: `Ungroup ${nameOf(id)}`,
      apply: (before) => {
        if (!group) return before;
        let next = withAt(before, keysOf(id), undefined);
        if (Object.keys(objectAt(next, "studio", "groups")).length === 0)
          next = withAt(next, ["studio", "groups"], undefined);
        if (objectAt(next, "studio", "positions")[id] !== undefined)
          next = withAt(next, ["studio", "positions", id], undefined);
        if (!parent) return next;
        const left = parent.members.flatMap((member) => (member === id ? members : [member]));
        return withAt(next, ["studio", "groups", parent.name, "members"], left);
      },
    },
    selection: members,
  };
};

/** Folds a group into one node, or unfolds it. */
export const foldGroup = (document: JsonObject, graph: Graph, id: string): Change => {
  const groups = groupsOf(document);
  const group = groups.find((one) => one.id === id);
  const folds = group ? !group.folded : false;
  return {
    command: {
      label: `${folds ? "Fold" : "Unfold"} ${nameOf(id)}`,
      apply: (before) => {
        if (!group) return before;
        const next = withAt(before, [...keysOf(id), "folded"], folds);
        if (!folds) return next;
        const places = placesOf(graph, before);
        const boxes = graph.nodes
          .filter((node) => nodesIn(groups, group).includes(node.id))
          .flatMap((node) => (places.has(node.id) ? [boxOf(node, places.get(node.id)!)] : []));
        if (boxes.length === 0) return next;
        const { x, y, width, height } = around(boxes, 0);
        return withPlaces(next, new Map([[id, { x: x + width / 2 - 95, y: y + height / 2 - 35 }]]));
      },
    },
    selection: [id],
  };
};
