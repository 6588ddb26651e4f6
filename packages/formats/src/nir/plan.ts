import { ConfigError } from "spark-snn";
import { type NirGraph, type NirNode, nodeTypes, sizeOf } from "./graph.ts";
import { applyMap, type Flow, isMap } from "./maps.ts";
import { identity, sum } from "./sparse.ts";
import { broadcast, shapeIn, wrong } from "./values.ts";

/* The nodes with state, what arrives at each, and the order in which spikes pass them. */

/** A node with state, an input or an output. */
export interface Part {
  readonly node: NirNode;
  readonly shape: readonly number[];
  readonly size: number;
  readonly flow: Flow;
}

export interface Plan {
  readonly parts: ReadonlyMap<string, Part>;
  /** Nodes of unknown types, whose edges are left out. */
  readonly unknown: readonly NirNode[];
  /** Nodes without state, and outputs, at which nothing arrives. */
  readonly idle: readonly NirNode[];
  /** Paths of the parts that each node without state leads to. */
  readonly uses: ReadonlyMap<string, ReadonlySet<string>>;
}

/** @throws ConfigError if shapes do not fit, or if nodes without state form a circle */
export const planOf = (graph: NirGraph): Plan => {
  const known = new Map([...graph.nodes].filter(([, { type }]) => Object.hasOwn(nodeTypes, type)));
  const unknown = [...graph.nodes.values()].filter(({ path }) => !known.has(path));
  const before = new Map<string, string[]>();
  for (const [from, to] of graph.edges) {
    if (known.has(from) && known.has(to)) before.set(to, [...(before.get(to) ?? []), from]);
  }
  const outputs = new Map<string, Flow | undefined>();
  const open = new Set<string>();
  const shapes = new Map<string, readonly number[]>();

  /** Undefined for a node without state at which nothing arrives. */
  const outputOf = (path: string): Flow | undefined => {
    if (outputs.has(path)) return outputs.get(path);
    const node = known.get(path)!;
    const output = isMap(node) ? mapped(node) : own(node);
    outputs.set(path, output);
    return output;
  };
  const own = (node: NirNode): Flow => {
    const shape = shapeOf(node);
    return { shape, terms: new Map([[node.path, identity(sizeOf(shape))]]), bias: undefined };
  };
  const mapped = (node: NirNode): Flow | undefined => {
    if (open.has(node.path)) {
      throw wrong(node, "is in a circle of nodes without state, whose values are not defined. Put a neuron into it.");
    }
    open.add(node.path);
    const input = inputOf(node);
    open.delete(node.path);
    return input && applyMap(node, input);
  };
  const inputOf = (node: NirNode, own?: readonly number[]): Flow | undefined => {
    const given = (before.get(node.path) ?? []).map(outputOf).filter((flow) => flow !== undefined);
    const shape = own ?? given[0]?.shape;
    if (!shape) return undefined;
    const none: Flow = { shape, terms: new Map(), bias: undefined };
    return given.reduce((all, one) => added(node, all, one), none);
  };

  /** States that are being resolved, because their parameters do not give their size. */
  const pending = new Set<string>();
  const shapeOf = (node: NirNode): readonly number[] => {
    const made = shapes.get(node.path);
    if (made) return made;
    const shape = ownShape(node) ?? shapeBefore(node);
    shapes.set(node.path, shape);
    return shape;
  };
  /** The shape of what arrives, except through a circle back to the node. */
  const shapeBefore = (node: NirNode): readonly number[] => {
    pending.add(node.path);
    const from = (before.get(node.path) ?? []).find((path) => !leadsBack(path, new Set()));
    const shape = (from === undefined ? undefined : outputOf(from)?.shape) ?? [1];
    pending.delete(node.path);
    return shape;
  };
  const leadsBack = (path: string, seen: Set<string>): boolean => {
    if (pending.has(path)) return true;
    const node = known.get(path)!;
    if (seen.has(path) || (!isMap(node) && (shapes.has(path) || ownShape(node)))) return false;
    seen.add(path);
    return (before.get(path) ?? []).some((one) => leadsBack(one, seen));
  };

  const parts = new Map<string, Part>();
  const idle: NirNode[] = [];
  for (const node of known.values()) {
    if (isMap(node)) {
      if (!outputOf(node.path)) idle.push(node);
      continue;
    }
    const flow = inputOf(node, node.type === "Output" ? undefined : shapeOf(node));
    const { units } = node;
    const shape = units && flow && sizeOf(units) === sizeOf(flow.shape) ? units : flow?.shape;
    if (flow && shape) parts.set(node.path, { node, shape, size: sizeOf(shape), flow: { ...flow, shape } });
    else idle.push(node);
  }
  return { parts, unknown, idle, uses: usesOf(known, before) };
};

/** The shape that a node gives itself; undefined if its parameters are single values. */
const ownShape = (node: NirNode): readonly number[] | undefined => {
  const shape = declaredShape(node);
  const { units } = node;
  const isOfSize = units && shape && sizeOf(units) === sizeOf(shape) && units.every((length) => length >= 1);
  return isOfSize ? units : shape;
};

const declaredShape = (node: NirNode): readonly number[] | undefined => {
  if (node.type === "Input") return shapeIn(node, "shape");
  if (node.type === "Output") return undefined;
  const shapes = Object.values(node.numbers).map(({ shape }) => shape);
  const largest = shapes.reduce(
    (best, shape) => (sizeOf(shape) > sizeOf(best) ? shape : best),
    [] as readonly number[],
  );
  return sizeOf(largest) > 1 ? largest : undefined;
};

const added = (node: NirNode, all: Flow, one: Flow): Flow => {
  if (sizeOf(all.shape) !== sizeOf(one.shape)) {
    throw wrong(
      node,
      `has the shape [${all.shape.join(", ")}] and receives the shape [${one.shape.join(", ")}]. Correct one of them.`,
    );
  }
  const terms = new Map(all.terms);
  for (const [source, matrix] of one.terms) {
    const present = terms.get(source);
    terms.set(source, present ? sum(present, matrix) : matrix);
  }
  const bias = all.bias && one.bias ? all.bias.map((value, k) => value + one.bias![k]!) : (all.bias ?? one.bias);
  return { shape: all.shape, terms, bias };
};

const usesOf = (nodes: ReadonlyMap<string, NirNode>, before: ReadonlyMap<string, readonly string[]>): Plan["uses"] => {
  const uses = new Map<string, Set<string>>();
  const mark = (path: string, part: string): void => {
    for (const from of before.get(path) ?? []) {
      if (!isMap(nodes.get(from)!)) continue;
      const seen = uses.get(from) ?? new Set<string>();
      if (seen.has(part)) continue;
      uses.set(from, seen.add(part));
      mark(from, part);
    }
  };
  for (const node of nodes.values()) if (!isMap(node)) mark(node.path, node.path);
  return uses;
};

/** The step by which the spikes of each part come later than without the delays of projections. */
export const levelsOf = (
  paths: readonly string[],
  sourcesOf: (path: string) => readonly string[],
): ReadonlyMap<string, number> => {
  const targets = new Map<string, string[]>(paths.map((path) => [path, []]));
  for (const path of paths) for (const source of sourcesOf(path)) targets.get(source)?.push(path);
  const state = new Map<string, "open" | "done">();
  const order: string[] = [];
  const back = new Set<string>();
  const visit = (path: string): void => {
    state.set(path, "open");
    for (const to of targets.get(path)!) {
      const found = state.get(to);
      if (found === "open") back.add(`${path}\n${to}`);
      else if (found === undefined) visit(to);
    }
    state.set(path, "done");
    order.push(path);
  };
  // From the inputs on, so that a circle is cut where it leads back.
  const roots = paths.filter((path) => sourcesOf(path).length === 0);
  for (const path of [...roots, ...paths]) if (!state.has(path)) visit(path);
  const levels = new Map<string, number>(paths.map((path) => [path, 0]));
  for (const path of order.reverse()) {
    for (const to of targets.get(path)!) {
      if (!back.has(`${path}\n${to}`)) levels.set(to, Math.max(levels.get(to)!, levels.get(path)! + 1));
    }
  }
  return levels;
};

/** The values of a parameter of a part. @throws ConfigError if its shape does not fit */
export const parameterOf = ({ node, shape }: Part, name: string): Float64Array | undefined => {
  const tensor = node.numbers[name];
  return tensor && broadcast(node, name, tensor, shape);
};

/** @throws ConfigError for a graph without neurons */
export const refuseEmpty = ({ parts }: Plan): void => {
  if (![...parts.values()].some(({ node }) => node.type !== "Input" && node.type !== "Output")) {
    throw new ConfigError([
      { path: "nodes", message: "has no neuron, so there is nothing to simulate. Import a graph with neurons." },
    ]);
  }
};
