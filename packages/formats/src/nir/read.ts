import { ConfigError, FileError } from "spark-snn";
import type { Hdf5Dataset, Hdf5Group } from "../hdf5/objects.ts";
import { withHdf5 } from "../hdf5/read.ts";
import { isGraph, type NestedGraph, type NirEdge, type NirGraph, type NirNode, nodeTypes, UNITS } from "./graph.ts";

/** Deepest nesting of graphs. */
const MAX_DEPTH = 16;
/** Most nodes of a file, with those of nested graphs. Walks along edges are recursive. */
const MAX_NODES = 2000;

/** A file as it was read. */
export interface NirFile {
  /** Version of Python's nir that wrote it; undefined if it is absent. */
  readonly version: string | undefined;
  readonly graph: NirGraph;
}

/**
 * Reads a NIR file, and flattens its nested graphs.
 * @throws FileError for a damaged file, and for one that is not NIR; ConfigError for a graph whose edges lead nowhere
 */
export const readNir = (bytes: Uint8Array): Promise<NirFile> =>
  withHdf5(bytes, (root) => {
    const node = root.get("node");
    if (node?.kind !== "group" || !node.get("type")) {
      throw new FileError(
        "The file is HDF5, but not NIR: it has no group /node with a type. Write it with nir.write in Python.",
      );
    }
    const version = root.get("version");
    const count = { nodes: 0 };
    const read = readNode(node, "", 0, count);
    // A file may hold a node without a graph.
    const graph = isGraph(read)
      ? read
      : { path: "", nodes: new Map([["node", { ...read, path: "node" }]]), edges: [] as NirEdge[] };
    return { version: version?.kind === "dataset" ? version.text() : undefined, graph: flatten(graph) };
  });

const readNode = (group: Hdf5Group, path: string, depth: number, count: { nodes: number }): NirNode | NestedGraph => {
  count.nodes++;
  if (count.nodes > MAX_NODES) throw new FileError(`NIR ${group.path}: the file has more than ${MAX_NODES} nodes.`);
  if (depth > MAX_DEPTH) {
    throw new FileError(`NIR ${group.path}: graphs are nested more than ${MAX_DEPTH} levels deep. Flatten them.`);
  }
  const names = group.names();
  const type = names.includes("type") ? group.dataset("type").text() : undefined;
  if (type === undefined)
    throw new FileError(`NIR ${group.path}: has no type. Write the file with nir.write in Python.`);
  if (type === "NIRGraph") return readGraph(group, path, depth, count);
  const numbers: Record<string, { data: ArrayLike<number>; shape: readonly number[] }> = {};
  const texts: Record<string, string> = {};
  const others: string[] = [];
  // Unknown types are reported, and their values are not needed.
  const fields = Object.hasOwn(nodeTypes, type) ? nodeTypes[type]! : [];
  for (const field of fields) {
    const name = field.replace("?", "");
    if (!names.includes(name)) {
      if (field.endsWith("?")) continue;
      throw new FileError(`NIR ${group.path}: the ${type} has no ${name}. Write the file again.`);
    }
    const value = group.get(name);
    if (value?.kind !== "dataset") throw new FileError(`NIR ${group.path}/${name}: is a group; expected a dataset.`);
    if (value.values === "strings") texts[name] = value.text();
    else numbers[name] = { data: finite(value), shape: value.shape };
  }
  const known = new Set(["type", ...fields.map((field) => field.replace("?", ""))]);
  others.push(...names.filter((name) => !known.has(name)));
  const units = names.includes("metadata") ? unitsOf(group) : undefined;
  return {
    path,
    type,
    numbers,
    texts,
    others: units ? others.filter((name) => name !== "metadata") : others,
    ...(units && { units }),
  };
};

/** The shape of a population in the metadata of an exported file. */
const unitsOf = (group: Hdf5Group): readonly number[] | undefined => {
  const metadata = group.get("metadata");
  const units = metadata?.kind === "group" ? metadata.get(UNITS) : undefined;
  return units?.kind === "dataset" && units.values === "numbers" ? Array.from(units.numbers()) : undefined;
};

const finite = (dataset: Hdf5Dataset): ArrayLike<number> => {
  const values = dataset.numbers();
  for (let k = 0; k < values.length; k++) {
    if (!Number.isFinite(values[k])) {
      throw new FileError(`NIR ${dataset.path}: value ${k} is ${values[k]}. Replace it by a number.`);
    }
  }
  return values;
};

const readGraph = (group: Hdf5Group, path: string, depth: number, count: { nodes: number }): NestedGraph => {
  const folder = group.group("nodes");
  const nodes = new Map<string, NirNode | NestedGraph>();
  for (const name of folder.names()) {
    nodes.set(name, readNode(folder.group(name), path === "" ? name : `${path}/${name}`, depth + 1, count));
  }
  const dataset = group.dataset("edges");
  // Python writes no edges as an empty array of numbers.
  const names = dataset.length === 0 ? [] : dataset.strings();
  if (dataset.length > 0 && (dataset.shape.length !== 2 || dataset.shape[1] !== 2)) {
    throw new FileError(`NIR ${dataset.path}: has the shape [${dataset.shape.join(", ")}]; expected pairs of names.`);
  }
  const edges: NirEdge[] = [];
  for (let k = 0; k < names.length; k += 2) {
    for (const name of [names[k]!, names[k + 1]!]) {
      if (nodes.has(name)) continue;
      throw new ConfigError([
        {
          path: `${path === "" ? "" : `${path}.`}edges[${k / 2}]`,
          message: `names "${name}", which is no node of the graph. Add it, or remove the edge.`,
        },
      ]);
    }
    edges.push([names[k]!, names[k + 1]!]);
  }
  return { path, nodes, edges };
};

/**
 * Puts the nodes of nested graphs into the outer one. Their inputs and outputs become nodes that pass values on, and
 * the edges of a nested graph those of its input and output.
 */
const flatten = (graph: NestedGraph): NirGraph => {
  const nodes = new Map<string, NirNode>();
  const edges: NirEdge[] = [];
  const visit = ({ path, nodes: inner, edges: own }: NestedGraph): void => {
    for (const node of inner.values()) {
      if (isGraph(node)) visit(node);
      else nodes.set(node.path, path !== "" && isPort(node) ? { ...node, type: "Identity" } : node);
    }
    for (const [from, to] of own) edges.push([portOf(inner.get(from)!, "Output"), portOf(inner.get(to)!, "Input")]);
  };
  visit(graph);
  return { nodes, edges };
};

const isPort = ({ type }: NirNode): boolean => type === "Input" || type === "Output";

/** Path of the node at which an edge of a node or a nested graph ends. */
const portOf = (node: NirNode | NestedGraph, type: "Input" | "Output"): string => {
  if (!isGraph(node)) return node.path;
  const ports = [...node.nodes.values()].filter((one) => !isGraph(one) && one.type === type);
  if (ports.length !== 1) {
    throw new ConfigError([
      {
        path: node.path,
        message: `is a nested graph with ${ports.length} nodes of the type ${type}, so its edges are ambiguous. Give it one.`,
      },
    ]);
  }
  return ports[0]!.path;
};
