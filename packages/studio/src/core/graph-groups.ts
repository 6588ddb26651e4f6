import type { Graph, GraphEdge, GraphNode } from "./graph.ts";
import { isObject, type JsonObject, objectAt } from "./json.ts";

/*
 * Groups of nodes. The document keeps them under studio.groups, by name: their members, which may be groups, and whether
 * they are folded. A run ignores them.
 */

export interface Group {
  readonly id: string;
  readonly name: string;
  readonly members: readonly string[];
  readonly folded: boolean;
}

export const groupsOf = (document: JsonObject): readonly Group[] =>
  Object.entries(objectAt(document, "studio", "groups"))
    .filter((entry): entry is [string, JsonObject] => isObject(entry[1]))
    .map(([name, { members, folded }]) => ({
      id: `groups.${name}`,
      name,
      members: Array.isArray(members) ? members.filter((one): one is string => typeof one === "string") : [],
      folded: folded === true,
    }));

/** The group that contains a node directly. */
export const parentOf = (groups: readonly Group[], id: string): Group | undefined =>
  groups.find(({ members }) => members.includes(id));

/** The groups around a node, outermost first. */
export const pathTo = (groups: readonly Group[], id: string): readonly Group[] => {
  const path: Group[] = [];
  for (let at = parentOf(groups, id); at && !path.includes(at); at = parentOf(groups, at.id)) path.unshift(at);
  return path;
};

/** All nodes in a group, those of inner groups included. */
export const nodesIn = (groups: readonly Group[], group: Group): readonly string[] => {
  const found = new Set<string>();
  const visit = (one: Group): void => {
    for (const member of one.members) {
      if (found.has(member)) continue;
      found.add(member);
      const inner = groups.find(({ id }) => id === member);
      if (inner) visit(inner);
    }
  };
  visit(group);
  return [...found].filter((id) => !groups.some((one) => one.id === id));
};

/** Inputs, drives and read-outs belong to the group of their population, so that they fold with it. */
const withAttached = (graph: Graph, members: ReadonlySet<string>): ReadonlySet<string> => {
  const all = new Set(members);
  for (const { id, kind } of graph.nodes) {
    if (kind !== "input" && kind !== "drive" && kind !== "readout") continue;
    const ends = graph.edges.filter(({ owner }) => owner === id).map(({ from, to }) => (from === id ? to : from));
    if (ends.length > 0 && ends.every((end) => members.has(end))) all.add(id);
  }
  return all;
};

/** An unfolded group of the shown graph, which is drawn as a frame around its nodes. */
export interface Frame {
  readonly group: Group;
  readonly nodes: readonly string[];
}

export interface ShownGraph extends Graph {
  readonly frames: readonly Frame[];
  /** Groups around what is shown, outermost first. */
  readonly path: readonly Group[];
}

/** The part of a graph that is shown inside of a group, or everywhere, with folded groups as single nodes. */
export const shownGraph = (graph: Graph, document: JsonObject, inside?: string): ShownGraph => {
  const groups = groupsOf(document);
  const around = groups.find(({ id }) => id === inside);
  const open = around ? withAttached(graph, new Set(nodesIn(groups, around))) : undefined;
  const contents = new Map(groups.map((group) => [group.id, withAttached(graph, new Set(nodesIn(groups, group)))]));
  const path = around ? [...pathTo(groups, around.id), around] : [];
  const candidates = groups.filter((group) => !path.includes(group));
  /** The outermost folded group of a node. */
  const foldOf = (id: string): string => {
    const folded = candidates.filter((group) => group.folded && contents.get(group.id)!.has(id));
    const outer = folded.reduce<Group | undefined>(
      (found, group) => (!found || contents.get(group.id)!.size > contents.get(found.id)!.size ? group : found),
      undefined,
    );
    return outer?.id ?? id;
  };
  const nodes: GraphNode[] = [];
  for (const node of graph.nodes) {
    if (open && !open.has(node.id)) continue;
    const id = foldOf(node.id);
    if (id === node.id) nodes.push(node);
    else if (!nodes.some((one) => one.id === id)) nodes.push(folded(graph, groups, id, contents.get(id)!));
  }
  const present = new Set(nodes.map(({ id }) => id));
  const edges: GraphEdge[] = [];
  for (const edge of graph.edges) {
    const [from, to] = [foldOf(edge.from), foldOf(edge.to)];
    if (!present.has(from) || !present.has(to)) continue;
    if (from === to && from !== edge.from) continue;
    edges.push({
      ...edge,
      from,
      to,
      fromPort: from === edge.from ? edge.fromPort : "out",
      toPort: to === edge.to ? edge.toPort : "in",
    });
  }
  const frames = candidates
    .filter((group) => !group.folded && foldOf(group.id) === group.id)
    .map((group) => ({
      group,
      nodes: [...new Set([...contents.get(group.id)!].map(foldOf))].filter((id) => present.has(id)),
    }))
    .filter((frame) => frame.nodes.length > 0)
    // Outer frames first, so that inner ones lie above them.
    .sort((a, b) => b.nodes.length - a.nodes.length);
  return { nodes, edges, frames, path };
};

const folded = (graph: Graph, groups: readonly Group[], id: string, contents: ReadonlySet<string>): GraphNode => {
  const group = groups.find((one) => one.id === id)!;
  const inner = graph.nodes.filter((node) => contents.has(node.id));
  const populations = inner.filter(({ kind }) => kind === "population" || kind === "source");
  const units = populations.reduce((sum, node) => sum + (node.units ?? 0), 0);
  return {
    id,
    kind: "group",
    title: group.name,
    subtitle: `${populations.length} populations · ${units} units`,
    model: undefined,
    units,
    inhibitory: false,
    ports: [
      { id: "in", side: "in", kind: "spikes", about: "Inputs of its populations" },
      { id: "out", side: "out", kind: "spikes", about: "Outputs of its populations" },
    ],
    problems: inner.flatMap(({ problems }) => problems),
    keys: ["studio", "groups", group.name],
  };
};
