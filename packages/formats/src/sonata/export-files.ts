import type { WrittenDataset, WrittenGroup, WrittenValue } from "../hdf5/write.ts";
import { hdf5Bytes } from "../hdf5/write.ts";

/* HDF5 files of SONATA. */

/** Whole numbers as 64-bit integers, which SONATA has for nodes. Two halves are much faster than a BigInt for each. */
export const wide = (values: ArrayLike<number>): WrittenValue => {
  const halves = new Uint32Array(2 * values.length);
  for (let k = 0; k < values.length; k++) {
    const value = values[k]!;
    halves[2 * k] = value;
    if (value > 0xffffffff) halves[2 * k + 1] = Math.floor(value / 2 ** 32);
  }
  // The writer takes the array as it is, because its type is that of the dataset.
  return new BigUint64Array(halves.buffer) as unknown as WrittenValue;
};

/** The form of texts that libsonata reads. */
export const ascii = { ascii: true } as const;

/** Marks a file as one of SONATA. */
export const markSonata = (root: WrittenGroup): void => {
  root.attribute("magic", 0x0a7a, { type: "u32" });
  root.attribute("version", [0, 1], { type: "u32" });
};

const counting = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, k) => k);

/** A population of nodes of one type and one group. `parameters` has one value for each node. */
export const nodesFile = (
  name: string,
  count: number,
  type: number,
  parameters: Readonly<Record<string, Float64Array>>,
): Promise<Uint8Array> =>
  hdf5Bytes((root) => {
    markSonata(root);
    const group = root.group("nodes").group(name);
    group.dataset("node_id", wide(counting(count)));
    group.dataset("node_type_id", wide(new Uint32Array(count).fill(type)));
    group.dataset("node_group_id", new Uint32Array(count));
    group.dataset("node_group_index", wide(counting(count)));
    const own = group.group("0");
    if (Object.keys(parameters).length === 0) return;
    const below = own.group("dynamics_params");
    for (const [key, values] of Object.entries(parameters)) below.dataset(key, values);
  });

export interface EdgeLists {
  readonly name: string;
  readonly source: string;
  readonly target: string;
  readonly sources: ArrayLike<number>;
  readonly targets: ArrayLike<number>;
  readonly type: number;
  /** Lists with one value for each edge. */
  readonly attributes: Readonly<Record<string, Float64Array>>;
}

/** A population of edges of one type and one group. */
export const edgesFile = ({
  name,
  source,
  target,
  sources,
  targets,
  type,
  attributes,
}: EdgeLists): Promise<Uint8Array> =>
  hdf5Bytes((root) => {
    markSonata(root);
    const group = root.group("edges").group(name);
    const count = sources.length;
    group.dataset("source_node_id", wide(sources)).attribute("node_population", source, ascii);
    group.dataset("target_node_id", wide(targets)).attribute("node_population", target, ascii);
    group.dataset("edge_type_id", new Uint32Array(count).fill(type));
    group.dataset("edge_group_id", new Uint16Array(count));
    group.dataset("edge_group_index", counting(count));
    const own = group.group("0");
    for (const [key, values] of Object.entries(attributes)) own.dataset(key, values);
  });

/**
 * Spikes of a population, sorted by time (ms). The attribute "sorting" is optional: libsonata wants an enumeration, which the
 * library for HDF5 cannot write, and refuses the text that other programs write.
 */
export const spikesFile = (population: string, times: Float64Array, nodes: ArrayLike<number>): Promise<Uint8Array> =>
  hdf5Bytes((root) => {
    markSonata(root);
    const group = root.group("spikes").group(population);
    group.dataset("timestamps", times).attribute("units", "ms", ascii);
    group.dataset("node_ids", wide(nodes));
  });

/** The mapping of a report with one value for each node. Returns its times: start, stop and step, ms. */
export const writeMapping = (
  group: WrittenGroup,
  nodes: ArrayLike<number>,
  time: readonly [number, number, number],
): WrittenDataset => {
  const mapping = group.group("mapping");
  const count = nodes.length;
  mapping.dataset("node_ids", wide(nodes)).attribute("sorted", 1, { type: "u8" });
  mapping.dataset("index_pointers", wide(counting(count + 1)));
  mapping.dataset("element_ids", new Uint32Array(count));
  mapping.dataset("element_pos", new Float32Array(count));
  const written = mapping.dataset("time", time);
  written.attribute("units", "ms", ascii);
  return written;
};

/** The currents of each step (pA, steps × nodes) in the form of a report. */
export const currentsFile = (
  population: string,
  values: Float64Array,
  units: number,
  dt: number,
): Promise<Uint8Array> =>
  hdf5Bytes((root) => {
    markSonata(root);
    const group = root.group("report").group(population);
    const steps = values.length / units;
    group.dataset("data", values, { shape: [steps, units] }).attribute("units", "pA", ascii);
    writeMapping(group, counting(units), [0, steps * dt, dt]);
  });
