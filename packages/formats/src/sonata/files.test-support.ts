import type { WrittenValue } from "../hdf5/write.ts";
import { hdf5Bytes } from "../hdf5/write.ts";

/* Networks of SONATA for tests. */

/** Files by path. Objects become JSON. */
export type TestFiles = Record<string, Uint8Array | string | Readonly<Record<string, unknown>>>;

export const bytesOf = (files: TestFiles): Record<string, Uint8Array> =>
  Object.fromEntries(
    Object.entries(files).map(([name, content]) => [
      name,
      content instanceof Uint8Array
        ? content
        : new TextEncoder().encode(typeof content === "string" ? content : JSON.stringify(content)),
    ]),
  );

type Columns = Readonly<Record<string, WrittenValue>>;

export interface TestNodes {
  readonly types: readonly number[];
  readonly ids?: readonly number[];
  readonly groups?: readonly number[];
  readonly index?: readonly number[];
  /** Attributes of each group. A name with "/" lies in a group below. */
  readonly attributes?: readonly Columns[];
}

export const nodesFile = (populations: Readonly<Record<string, TestNodes>>): Promise<Uint8Array> =>
  hdf5Bytes((root) => {
    const nodes = root.group("nodes");
    for (const [name, { types, ids, groups, index, attributes = [{}] }] of Object.entries(populations)) {
      const group = nodes.group(name);
      group.dataset("node_type_id", types, { type: "u64" });
      if (ids) group.dataset("node_id", ids, { type: "u64" });
      if (groups) group.dataset("node_group_id", groups, { type: "u32" });
      if (index) group.dataset("node_group_index", index, { type: "u64" });
      attributes.forEach((columns, k) => {
        const own = group.group(`${k}`);
        const parameters = Object.entries(columns).filter(([key]) => key.includes("/"));
        const below = parameters.length > 0 ? own.group("dynamics_params") : undefined;
        for (const [key, value] of Object.entries(columns)) {
          if (key.includes("/")) below!.dataset(key.slice(key.indexOf("/") + 1), value);
          else own.dataset(key, value);
        }
      });
    }
  });

export interface TestEdges {
  readonly from: string;
  readonly to: string;
  readonly sources: readonly number[];
  readonly targets: readonly number[];
  readonly types: readonly number[];
  readonly groups?: readonly number[];
  readonly index?: readonly number[];
  readonly attributes?: readonly Columns[];
}

export const edgesFile = (populations: Readonly<Record<string, TestEdges>>): Promise<Uint8Array> =>
  hdf5Bytes((root) => {
    const edges = root.group("edges");
    for (const [name, one] of Object.entries(populations)) {
      const group = edges.group(name);
      group.dataset("source_node_id", one.sources, { type: "u64" }).attribute("node_population", one.from);
      group.dataset("target_node_id", one.targets, { type: "u64" }).attribute("node_population", one.to);
      group.dataset("edge_type_id", one.types, { type: "u32" });
      if (one.groups) group.dataset("edge_group_id", one.groups, { type: "u16" });
      if (one.index) group.dataset("edge_group_index", one.index, { type: "u32" });
      (one.attributes ?? [{}]).forEach((columns, k) => {
        const own = group.group(`${k}`);
        for (const [key, value] of Object.entries(columns)) own.dataset(key, value);
      });
    }
  });

export const spikesFile = (
  population: string | undefined,
  times: readonly number[],
  ids: readonly number[],
): Promise<Uint8Array> =>
  hdf5Bytes((root) => {
    const spikes = root.group("spikes");
    const own = population === undefined ? spikes : spikes.group(population);
    own.dataset("timestamps", times).attribute("units", "ms");
    own.dataset(population === undefined ? "gids" : "node_ids", ids, { type: "u64" });
  });

const iaf = { C_m: 200, tau_m: 10, t_ref: 2, E_L: -70, V_th: -55, V_reset: -65, V_m: -70 };

/** Two virtual nodes that excite three cells of NEST, of which one inhibits the others. */
export const smallNetwork = async (): Promise<TestFiles> => ({
  "config.json": { network: "$HERE/circuit.json", simulation: "./simulation.json", manifest: { $HERE: "." } },
  "circuit.json": {
    manifest: { $NETWORK_DIR: "./network", $COMPONENTS: "$NETWORK_DIR/../components" },
    components: { point_neuron_models_dir: "$COMPONENTS/cells", synaptic_models_dir: "$COMPONENTS/synapses" },
    networks: {
      nodes: [
        { nodes_file: "$NETWORK_DIR/cells.h5", node_types_file: "$NETWORK_DIR/cells.csv" },
        { nodes_file: "$NETWORK_DIR/inputs.h5", node_types_file: "$NETWORK_DIR/inputs.csv" },
      ],
      edges: [
        { edges_file: "$NETWORK_DIR/in.h5", edge_types_file: "$NETWORK_DIR/in.csv" },
        { edges_file: "$NETWORK_DIR/inner.h5", edge_types_file: "$NETWORK_DIR/inner.csv" },
        { edges_file: "$NETWORK_DIR/absent.h5", edge_types_file: "NULL", enabled: false },
      ],
    },
    target_simulator: "NEST",
  },
  "simulation.json": {
    manifest: { $INPUT_DIR: "./inputs" },
    run: { tstop: 100, dt: 0.1 },
    node_sets: { inputs: { population: "inputs" }, some: { population: "cells", node_id: [0, 2] } },
    inputs: {
      trains: { input_type: "spikes", module: "h5", input_file: "$INPUT_DIR/spikes.h5", node_set: "inputs" },
      clamp: { input_type: "current_clamp", module: "IClamp", node_set: "some", amp: 600, delay: 35, duration: 60 },
    },
    output: { output_dir: "output" },
    reports: { potentials: { cells: "some", variable_name: "V_m", module: "multimeter_report", dt: 0.5 } },
  },
  "network/cells.h5": await nodesFile({
    cells: { types: [10, 10, 11], attributes: [{ x: [0, 1, 2] }] },
  }),
  "network/cells.csv":
    'node_type_id ei model_template model_type dynamics_params note\n10 e nest:iaf_psc_exp point_process a.json "two words"\n11 i nest:iaf_psc_exp point_neuron b.json NULL\n',
  "network/inputs.h5": await nodesFile({ inputs: { types: [5, 5] } }),
  "network/inputs.csv": "node_type_id model_type\n5 virtual\n",
  "network/in.h5": await edgesFile({
    in: {
      ...{ from: "inputs", to: "cells", sources: [0, 1, 0, 1, 1], targets: [0, 0, 1, 2, 1], types: [1, 1, 1, 1, 2] },
      ...{ groups: [0, 0, 1, 1, 0], index: [0, 1, 0, 1, 2] },
      attributes: [{ nsyns: [2, 1, 4] }, { syn_weight: [900, 700], delay: [1.5, 0.4] }],
    },
  }),
  "network/in.csv":
    "edge_type_id target_query delay syn_weight model_template dynamics_params\n1 * 2.0 400 static_synapse none.json\n2 * NULL 150 static_synapse none.json\n",
  "network/inner.h5": await edgesFile({
    inner: { from: "cells", to: "cells", sources: [0, 1, 2, 2], targets: [2, 2, 0, 1], types: [1, 1, 2, 2] },
  }),
  "network/inner.csv": "edge_type_id delay syn_weight\n1 1.0 600\n2 0.5 -800\n",
  "components/cells/a.json": { ...iaf, tau_syn_ex: 3, tau_syn_in: 6, I_e: 50 },
  "components/cells/b.json": { ...iaf, tau_syn_ex: 2, tau_syn_in: 6 },
  "components/synapses/none.json": {},
  "inputs/spikes.h5": await spikesFile("inputs", [10, 12.3, 12.34, 55, 5, 31.2], [0, 0, 1, 1, 1, 0]),
});
