import { Graph as DagreGraph, layout as dagreLayout } from "@dagrejs/dagre";
import type { Graph, GraphNode, NodeKind } from "./graph.ts";
import { type JsonObject, objectAt } from "./json.ts";

/* Places of nodes in the canvas: those that the document keeps, and computed ones for the others. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** Places snap to this grid, in pixels. */
export const grid = 10;
export const snapped = ({ x, y }: Point): Point => ({ x: Math.round(x / grid) * grid, y: Math.round(y / grid) * grid });

/** Size that a node takes in a layout. Its width depends on its kind only, so that a layout never waits for the page. */
export const nodeSize = (kind: NodeKind): { readonly width: number; readonly height: number } =>
  kind === "population" || kind === "source" || kind === "group"
    ? { width: 210, height: 66 }
    : { width: 170, height: 48 };

/** Height that a plot adds to its node. */
export const plotHeight = 74;

/** Size of a node with its plot. */
export const sizeOf = ({ kind, plot }: Pick<GraphNode, "kind" | "plot">): ReturnType<typeof nodeSize> => {
  const { width, height } = nodeSize(kind);
  return { width, height: plot === undefined ? height : height + plotHeight };
};

/** The part of a node that its plot fills. */
export const plotBox = ({ x, y }: Point): Box => ({
  x: x + 17,
  y: y + nodeSize("population").height + 3,
  width: 180,
  height: plotHeight - 9,
});

export const boxOf = (node: GraphNode, place: Point): Box => ({ ...place, ...sizeOf(node) });

/** Places from the document. */
export const storedPlaces = (document: JsonObject): ReadonlyMap<string, Point> =>
  new Map(
    Object.entries(objectAt(document, "studio", "positions")).flatMap(([id, place]) => {
      const [x, y] = Array.isArray(place) ? place : [];
      return typeof x === "number" && typeof y === "number" ? [[id, { x, y }] as const] : [];
    }),
  );

/** Lays out nodes from left to right along their edges. Returns places whose upper left corner is the origin. */
export const automaticPlaces = (graph: Graph, ids: ReadonlySet<string>): ReadonlyMap<string, Point> => {
  const dagre = new DagreGraph({ multigraph: true });
  dagre.setGraph({ rankdir: "LR", nodesep: 40, ranksep: 90 });
  dagre.setDefaultEdgeLabel(() => ({}));
  const nodes = graph.nodes.filter(({ id }) => ids.has(id));
  for (const node of nodes) dagre.setNode(node.id, { ...sizeOf(node) });
  for (const { id, from, to } of graph.edges) {
    if (from !== to && ids.has(from) && ids.has(to)) dagre.setEdge(from, to, {}, id);
  }
  dagreLayout(dagre);
  const corners = nodes.map((node): [string, Point] => {
    const { x = 0, y = 0 } = dagre.node(node.id) as Partial<Point>;
    const { width, height } = sizeOf(node);
    return [node.id, { x: x - width / 2, y: y - height / 2 }];
  });
  const left = Math.min(...corners.map(([, { x }]) => x));
  const top = Math.min(...corners.map(([, { y }]) => y));
  return new Map(corners.map(([id, { x, y }]) => [id, snapped({ x: x - left, y: y - top })]));
};

const overlap = (a: Box, b: Box, gap: number): boolean =>
  a.x < b.x + b.width + gap && b.x < a.x + a.width + gap && a.y < b.y + b.height + gap && b.y < a.y + a.height + gap;

/** The wanted place, moved down until nothing overlaps. */
export const freePlace = (wanted: Box, taken: readonly Box[], gap = 20): Point => {
  let box = { ...wanted, ...snapped(wanted) };
  for (let hit = find(box, taken, gap); hit; hit = find(box, taken, gap)) {
    box = { ...box, y: Math.ceil((hit.y + hit.height + gap) / grid) * grid };
  }
  return { x: box.x, y: box.y };
};

const find = (box: Box, taken: readonly Box[], gap: number): Box | undefined =>
  taken.find((other) => overlap(box, other, gap));

/** Places of all nodes. Nodes that the document does not place go beside those that they are connected to. */
export const placesOf = (graph: Graph, document: JsonObject): ReadonlyMap<string, Point> => {
  const stored = storedPlaces(document);
  const places = new Map<string, Point>();
  const boxes: Box[] = [];
  const put = (node: GraphNode, place: Point): void => {
    places.set(node.id, place);
    boxes.push(boxOf(node, place));
  };
  for (const node of graph.nodes) {
    const place = stored.get(node.id);
    if (place) put(node, place);
  }
  const missing = graph.nodes.filter(({ id }) => !places.has(id));
  if (places.size === 0) return automaticPlaces(graph, new Set(missing.map(({ id }) => id)));
  // First the nodes beside those that have a place, then the rest below everything.
  for (const node of missing) {
    const size = sizeOf(node);
    const edge = graph.edges.find(
      ({ from, to }) => from !== to && ((from === node.id && places.has(to)) || (to === node.id && places.has(from))),
    );
    if (edge) {
      const before = edge.from === node.id;
      const near = places.get(before ? edge.to : edge.from)!;
      const other = graph.nodes.find(({ id }) => id === (before ? edge.to : edge.from))!;
      const x = before ? near.x - size.width - 80 : near.x + nodeSize(other.kind).width + 80;
      put(node, freePlace({ x, y: near.y, ...size }, boxes));
    } else {
      const left = Math.min(...boxes.map(({ x }) => x));
      const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
      put(node, freePlace({ x: left, y: bottom + 40, ...size }, boxes));
    }
  }
  return places;
};

export type Direction = "left" | "right" | "up" | "down";

/** The nearest node in a direction, for arrow keys: nodes in line count as nearer than nodes aside. */
export const neighbour = (boxes: ReadonlyMap<string, Box>, from: string, direction: Direction): string | undefined => {
  const start = boxes.get(from);
  if (!start) return boxes.keys().next().value;
  const centre = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 });
  const origin = centre(start);
  const across = direction === "left" || direction === "right";
  const sign = direction === "left" || direction === "up" ? -1 : 1;
  let best: { readonly id: string; readonly cost: number } | undefined;
  for (const [id, box] of boxes) {
    if (id === from) continue;
    const { x, y } = centre(box);
    const along = (across ? x - origin.x : y - origin.y) * sign;
    const aside = Math.abs(across ? y - origin.y : x - origin.x);
    if (along <= 1 || aside > 3 * along) continue;
    const cost = along + 2 * aside;
    if (!best || cost < best.cost) best = { id, cost };
  }
  return best?.id;
};

/** The box around others. */
export const around = (boxes: readonly Box[], margin: number): Box => {
  const x = Math.min(...boxes.map((box) => box.x)) - margin;
  const y = Math.min(...boxes.map((box) => box.y)) - margin;
  const right = Math.max(...boxes.map((box) => box.x + box.width)) + margin;
  const bottom = Math.max(...boxes.map((box) => box.y + box.height)) + margin;
  return { x, y, width: right - x, height: bottom - y };
};

export interface WirePath {
  readonly path: string;
  /** Place of the label. */
  readonly label: Point;
}

/** A curve with its label at the part `at`. Labels lie nearer to the source, so that crossing wires keep theirs apart. */
const cubic = (from: Point, a: Point, b: Point, to: Point, at = 0.38): WirePath => {
  const rest = 1 - at;
  const mix = (one: "x" | "y"): number =>
    rest ** 3 * from[one] + 3 * rest ** 2 * at * a[one] + 3 * rest * at ** 2 * b[one] + at ** 3 * to[one];
  return {
    path: `M${from.x},${from.y} C${a.x},${a.y} ${b.x},${b.y} ${to.x},${to.y}`,
    label: { x: mix("x"), y: mix("y") },
  };
};

/** The curve of a wire from a right side to a left side. `lane` separates wires with the same ends. */
export const wirePath = (
  from: Point,
  to: Point,
  options: { readonly lane: number; readonly loop: boolean },
): WirePath => {
  const { lane, loop } = options;
  if (loop) {
    const height = 90 + 28 * lane;
    const out = 70 + 10 * lane;
    return cubic(from, { x: from.x + out, y: from.y - height }, { x: to.x - out, y: to.y - height }, to, 0.5);
  }
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const aside = 34 * lane;
  if (dx >= 40) {
    const bend = Math.max(40, dx / 2);
    return cubic(from, { x: from.x + bend, y: from.y + aside }, { x: to.x - bend, y: to.y + aside }, to);
  }
  // A wire that runs back goes around the nodes on its way.
  const bend = 60 + Math.sqrt(40 - dx) * 5;
  const detour = Math.abs(dy) < 80 ? 120 + aside : aside;
  return cubic(from, { x: from.x + bend, y: from.y + detour }, { x: to.x - bend, y: to.y + detour }, to);
};

/** Width of the line of a wire in pixels, from its relative strength. */
export const wireWidth = (strength: number): number => 1.5 + 4 * Math.sqrt(Math.max(0, Math.min(1, strength)));

/** The box around everything that is drawn, the loops above nodes included. It is never so small that a fit enlarges it much. */
export const boundsOf = (graph: Graph, places: ReadonlyMap<string, Point>): Box | undefined => {
  const boxes = graph.nodes.map((node): Box => {
    const box = boxOf(node, places.get(node.id) ?? { x: 0, y: 0 });
    const loops = graph.edges.filter(({ from, to }) => from === node.id && to === node.id).length;
    return loops === 0 ? box : { ...box, y: box.y - 40 - 22 * loops, height: box.height + 40 + 22 * loops };
  });
  if (boxes.length === 0) return undefined;
  const { x, y, width, height } = around(boxes, 30);
  const [wide, high] = [Math.max(width, 640), Math.max(height, 260)];
  return { x: x - (wide - width) / 2, y: y - (high - height) / 2, width: wide, height: high };
};
