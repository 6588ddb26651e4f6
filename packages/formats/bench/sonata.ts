import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError } from "spark-snn";
import { fileStore } from "../src/hdf5/node-store.ts";
import { createHdf5 } from "../src/hdf5/write.ts";
import { nodesFile, wide } from "../src/sonata/export-files.ts";
import { importSonata } from "../src/sonata/import.ts";
import { recordToSonata } from "../src/sonata/record.ts";

/*
 * Files of SONATA of the size of real networks. Run: node --import tsx packages/formats/bench/sonata.ts spikes|network
 *
 * The goals: 5 M spikes are written in 1 s, and a network of 10 M synapses with a weight each is read in 10 s and 1 GB.
 */

const SPIKES = 5_000_000;
const SYNAPSES = 10_000_000;
const CELLS = 100_000;
const BLOCK = 500_000;

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(2)} s`;

/** 5 M spikes in chunks of 10 000, as a run passes them to its sink. */
const writeSpikes = async (folder: string): Promise<void> => {
  const steps = new Uint32Array(10_000);
  const units = Uint32Array.from(steps, (_, k) => (k * 7919) % CELLS);
  // The first file loads the library, which takes part of a second.
  for (const round of ["first", "second", "third"]) {
    const recorder = recordToSonata(join(folder, round));
    const sink = recorder.population("cells");
    const start = performance.now();
    await sink.open({
      ...{ model: "cells", units: CELLS, dt: 0.1, firstStep: 1, rate: undefined, traces: [] },
      spikes: { first: 1, last: SPIKES, units: undefined } as never,
    });
    for (let at = 0; at < SPIKES; at += steps.length) {
      for (let k = 0; k < steps.length; k++) steps[k] = (at + k) / 100;
      await sink.spikes(steps, units);
    }
    await sink.close(true);
    const { size } = statSync(join(folder, round, "spikes.h5"));
    console.log(`${round}: ${SPIKES} spikes in ${seconds(start)}, ${size} bytes`);
  }
};

/** Writes a network of 10 M synapses, each with a weight and a delay of its own, and imports it. */
const readNetwork = async (folder: string): Promise<void> => {
  const edges = join(folder, "edges.h5");
  await writeEdges(edges);
  const nodes = await nodesFile("cells", CELLS, 1, {});
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const files: Readonly<Record<string, Uint8Array>> = {
    "nodes.h5": nodes,
    "nodes.csv": text("node_type_id model_type model_template\n1 point_neuron nest:iaf_psc_exp\n"),
    "edges.csv": text("edge_type_id model_template\n1 static_synapse\n"),
  };
  const config = {
    networks: {
      nodes: [{ nodes_file: "nodes.h5", node_types_file: "nodes.csv" }],
      edges: [{ edges_file: "edges.h5", edge_types_file: "edges.csv" }],
    },
    run: { tstop: 100, dt: 0.1 },
  };
  const before = process.memoryUsage().rss;
  const start = performance.now();
  const cpu = process.cpuUsage();
  const { data, report } = await importSonata(text(JSON.stringify(config)), {
    readFile: async (path) => {
      if (path === "edges.h5") return fileStore(edges, "r");
      const found = files[path];
      if (found) return found;
      throw new FileError(`${path} is not part of this network.`);
    },
  });
  const time = `${seconds(start)} (${(process.cpuUsage(cpu).user / 1e6).toFixed(2)} s of the processor)`;
  const { maxRSS } = process.resourceUsage();
  const size = Object.values(data).reduce((sum, { length }) => sum + length, 0);
  console.log(`${SYNAPSES} synapses in ${time}; a file of ${statSync(edges).size} bytes became ${size} bytes`);
  console.log(
    `memory: ${(maxRSS / 1e3).toFixed(0)} MB at most, ${(before / 1e6).toFixed(0)} MB before; ${report.counts.faithful} faithful parts`,
  );
};

const writeEdges = async (path: string): Promise<void> => {
  const store = fileStore(path, "w");
  const file = await createHdf5(store);
  const group = file.root.group("edges").group("cells_to_cells");
  const growing = { maxShape: [null], chunks: [2 ** 16] };
  const sources = group.dataset("source_node_id", wide([]), growing);
  const targets = group.dataset("target_node_id", wide([]), growing);
  for (const one of [sources, targets]) one.attribute("node_population", "cells", { ascii: true });
  const types = group.dataset("edge_type_id", new Uint32Array(0), growing);
  const groups = group.dataset("edge_group_id", new Uint16Array(0), growing);
  const index = group.dataset("edge_group_index", new Uint32Array(0), growing);
  const own = group.group("0");
  const weights = own.dataset("syn_weight", new Float64Array(0), growing);
  const delays = own.dataset("delay", new Float64Array(0), growing);
  for (let at = 0; at < SYNAPSES; at += BLOCK) {
    const list = Uint32Array.from({ length: BLOCK }, (_, k) => at + k);
    sources.append(wide(list.map((k) => Math.imul(k, 2654435761) >>> 15).map((k) => k % CELLS)) as ArrayLike<number>);
    targets.append(wide(list.map((k) => Math.floor(k / 100))) as ArrayLike<number>);
    types.append(new Uint32Array(BLOCK).fill(1));
    groups.append(new Uint16Array(BLOCK));
    index.append(list);
    weights.append(Float64Array.from(list, (k) => 10 + (k % 997) / 100));
    delays.append(Float64Array.from(list, (k) => 0.5 + (k % 31) / 10));
  }
  file.close();
  store.close();
};

const folder = mkdtempSync(join(tmpdir(), "spark-sonata-bench-"));
try {
  await (process.argv[2] === "network" ? readNetwork(folder) : writeSpikes(folder));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
