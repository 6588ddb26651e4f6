import type { Edge, Node } from "@xyflow/svelte";
import type { GraphEdge, GraphNode } from "../../core/graph.ts";
import type { ShownGraph } from "../../core/graph-groups.ts";
import { around, boxOf, type Point, sizeOf } from "../../core/layout.ts";

/* The shown graph as nodes and edges of the flow library. */

export type PartData = { readonly node: GraphNode };
export type FrameData = { readonly name: string };
export type WireData = { readonly edge: GraphEdge; readonly lane: number };
export type FlowNode = Node<PartData, "part"> | Node<FrameData, "frame">;
export type FlowEdge = Edge<WireData, "wire">;

const kindWords: Readonly<Record<GraphNode["kind"], string>> = {
  population: "population",
  source: "source",
  input: "input",
  drive: "drive",
  readout: "read-out",
  signal: "signal",
  group: "group",
};

const labelOf = ({ kind, title, subtitle, inhibitory, problems }: GraphNode): string =>
  [
    `${kindWords[kind]} ${title}`,
    subtitle,
    inhibitory ? "inhibitory" : "",
    problems.length > 0 ? `${problems.length} ${problems.length === 1 ? "problem" : "problems"}` : "",
  ]
    .filter((part) => part !== "")
    .join(", ");

export const flowNodes = (
  shown: ShownGraph,
  places: ReadonlyMap<string, Point>,
  selection: readonly string[],
  before: readonly FlowNode[],
): FlowNode[] => {
  const measured = new Map(before.map((node) => [node.id, node.measured]));
  const known = (id: string): { measured?: NonNullable<FlowNode["measured"]> } => {
    const found = measured.get(id);
    return found ? { measured: found } : {};
  };
  const frames = shown.frames.map(({ group, nodes }): FlowNode => {
    const boxes = nodes.map((id) => boxOf(shown.nodes.find((node) => node.id === id)!, places.get(id)!));
    const { x, y, width, height } = around(boxes, 24);
    return {
      id: group.id,
      type: "frame",
      position: { x, y: y - 20 },
      width,
      height: height + 20,
      zIndex: -1,
      draggable: false,
      connectable: false,
      selected: selection.includes(group.id),
      data: { name: group.name },
      ariaLabel: `group ${group.name}, unfolded`,
      ...known(group.id),
    };
  });
  const parts = shown.nodes.map((node): FlowNode => {
    const { width, height } = sizeOf(node);
    return {
      id: node.id,
      type: "part",
      position: { ...places.get(node.id)! },
      width,
      height,
      selected: selection.includes(node.id),
      data: { node },
      ariaLabel: labelOf(node),
      ...known(node.id),
    };
  });
  return [...frames, ...parts];
};

export const flowEdges = (shown: ShownGraph, selection: readonly string[]): FlowEdge[] => {
  const lanes = new Map<string, number>();
  return shown.edges.map((edge): FlowEdge => {
    const ends = `${edge.from}>${edge.to}:${edge.toPort}`;
    const lane = lanes.get(ends) ?? 0;
    lanes.set(ends, lane + 1);
    return {
      id: edge.id,
      type: "wire",
      source: edge.from,
      target: edge.to,
      sourceHandle: edge.fromPort,
      targetHandle: edge.toPort,
      selected: selection.includes(edge.owner),
      data: { edge, lane },
      focusable: edge.kind === "projection",
      ariaLabel:
        edge.kind === "projection"
          ? `projection ${edge.label}, ${edge.from.split(".")[1] ?? ""} to ${edge.to.split(".")[1] ?? ""}, ${edge.sign}`
          : `wire of ${edge.owner.split(".").slice(1).join(" ")}`,
    };
  });
};
