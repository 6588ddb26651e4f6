import { hdf5Bytes, type WrittenGroup } from "../hdf5/write.ts";
import { type NirEdge, type Tensor, UNITS } from "./graph.ts";

/** A node to write. Whole numbers are 64-bit integers, as Python's nir writes shapes. */
export interface WrittenNode {
  readonly type: string;
  readonly numbers?: Readonly<Record<string, Tensor>>;
  readonly wholes?: Readonly<Record<string, Tensor>>;
  readonly texts?: Readonly<Record<string, string>>;
  /** Shape of a population whose values are in one axis, because matrices of NIR have one axis of inputs and outputs. */
  readonly units?: readonly number[];
}

export interface WrittenGraph {
  readonly nodes: ReadonlyMap<string, WrittenNode | WrittenGraph>;
  readonly edges: readonly NirEdge[];
}

/** Version of the format. Python's nir writes its own version, and reads every one. */
const VERSION = "1.0";
/** Values from which on an array is compressed. */
const LONG = 1024;
/** Most values of a chunk. */
const CHUNK = 65_536;

/** The bytes of a NIR file. @throws FileError for a name that HDF5 cannot hold */
export const nirBytes = (graph: WrittenGraph): Promise<Uint8Array> =>
  hdf5Bytes((root) => {
    root.dataset("version", VERSION);
    writeGraph(root.group("node"), graph);
  });

const writeGraph = (group: WrittenGroup, { nodes, edges }: WrittenGraph): void => {
  group.dataset("type", "NIRGraph");
  const folder = group.group("nodes");
  for (const [name, node] of nodes) {
    const inner = folder.group(name);
    if ("nodes" in node) writeGraph(inner, node);
    else writeNode(inner, node);
  }
  group.dataset("edges", edges.flat(), { type: "text", shape: [edges.length, 2] });
};

const writeNode = (group: WrittenGroup, { type, numbers = {}, wholes = {}, texts = {}, units }: WrittenNode): void => {
  group.dataset("type", type);
  if (units && units.length !== 1) group.group("metadata").dataset(UNITS, units, { type: "i64" });
  for (const [name, text] of Object.entries(texts)) group.dataset(name, text);
  for (const [name, { data, shape }] of Object.entries(wholes)) group.dataset(name, data, { type: "i64", shape });
  for (const [name, { data, shape }] of Object.entries(numbers)) {
    const type = data instanceof Float32Array ? "f32" : "f64";
    group.dataset(name, data, { type, shape, ...(data.length >= LONG && { chunks: chunksOf(shape), compression: 4 }) });
  }
};

/** Chunks of whole rows, if they are not too long. */
const chunksOf = (shape: readonly number[]): number[] => {
  let left = CHUNK;
  return [...shape]
    .reverse()
    .map((length) => {
      const taken = Math.max(1, Math.min(length, left));
      left = Math.floor(left / taken);
      return taken;
    })
    .reverse();
};
