import {
  ConfigError,
  type ExperimentDocument,
  experiment,
  FileError,
  type SpikeRecording,
  simulatePrepared,
} from "spark-snn";
import { describe, expect, test } from "vitest";
import { dataReader, type Imported, neighbourReader } from "../result.ts";
import { bytesOf, edgesFile, nodesFile, smallNetwork, spikesFile, type TestFiles } from "./files.test-support.ts";
import { importSonata, type SonataImportOptions } from "./import.ts";

const importFiles = (files: TestFiles, options: SonataImportOptions = {}): Promise<Imported> => {
  const all = bytesOf(files);
  const { file = "config.json" } = options;
  return importSonata(all[file]!, { readFile: neighbourReader(all), ...options });
};

type Recorded = { readonly outSpikes: SpikeRecording };
const runOf = async (document: ExperimentDocument, data: Imported["data"] = {}): Promise<Record<string, Recorded>> => {
  const { prepared } = await experiment(document, { readFile: dataReader(data) });
  return (await simulatePrepared(prepared as never, {})) as unknown as Record<string, Recorded>;
};
const pairsOf = ({ outSpikes }: Recorded): number[][] =>
  Array.from(outSpikes.steps, (step, k) => [step, outSpikes.units[k]!]);

test("a network gives the spikes of the same network written by hand", async () => {
  const { document, data, report } = await importFiles(await smallNetwork());
  expect(report.counts.unsupported).toBe(0);
  const synapses = (tau: number): object => ({ synapse: "ExponentialSynapse", tau });
  const cell = { soma: "StrictRefractoryLeakySoma", potentialRest: -70, potentialReset: -65, potentialTau: 10 };
  const both = { ...cell, resistance: 10 / 200, threshold: -55, cooldown: 2 };
  const byHand = {
    model: {
      populations: {
        inputs: { source: "SpikeReplay", units: [2] },
        cells: { ...both, units: [2], synapses: { excitatory: synapses(3), inhibitory: synapses(6) } },
        last: { ...both, units: [1], synapses: { excitatory: synapses(2) } },
      },
      projections: {
        in: {
          from: "inputs",
          to: "cells.excitatory",
          connect: {
            explicit: {
              ...{ sources: [0, 1, 0, 1], targets: [0, 0, 1, 1] },
              ...{ weights: [800, 400, 900, 600], delays: [2, 2, 1.5, 1] },
            },
          },
        },
        toLast: {
          from: "inputs",
          to: "last.excitatory",
          connect: { explicit: { sources: [1], targets: [0] } },
          ...{ weight: 700, delay: 0.4 },
        },
        excite: {
          from: "cells",
          to: "last.excitatory",
          connect: { explicit: { sources: [0, 1], targets: [0, 0] } },
          ...{ weight: 600, delay: 1 },
        },
        inhibit: {
          from: "last",
          to: "cells.inhibitory",
          connect: { explicit: { sources: [0, 0], targets: [0, 1] } },
          ...{ weight: -800, delay: 0.5 },
        },
      },
    },
    ...{ duration: 100, dt: 0.1, dtype: "f64" },
    inputs: {
      inputs: { inSpikes: { events: { times: [5, 10, 12.3, 12.34, 31.2, 55], units: [1, 0, 0, 1, 0, 1] } } },
      cells: { current: { sum: [50, { step: { amplitude: [600, 0], from: 35.1, to: 95.1 } }] } },
      last: { current: { step: { amplitude: 600, from: 35.1, to: 95.1 } } },
    },
    initial: { cells: { potential: -70 }, last: { potential: -70 } },
    record: { cells: { outSpikes: true }, last: { outSpikes: true } },
  } as unknown as ExperimentDocument;
  const own = await runOf(byHand);
  const expected = [...pairsOf(own["cells"]!), ...pairsOf(own["last"]!).map(([step, unit]) => [step!, unit! + 2])];
  const order = (pairs: number[][]): number[][] => pairs.sort(([a, b], [c, d]) => a! - c! || b! - d!);
  expect(expected.length).toBeGreaterThan(10);
  expect(order(pairsOf((await runOf(document, data))["cells"]!))).toEqual(order(expected));
  expect(document.record).toEqual({ cells: { outSpikes: true, potential: { units: [0, 2], every: 5 } } });
});

test("nodes have any ids and order, and the file overrides parameters and types", async () => {
  const files = await smallNetwork();
  const { document, data } = await importFiles({
    ...files,
    "network/cells.h5": await nodesFile({
      cells: {
        ...{ types: [11, 10, 10], ids: [7, 1000, 3], groups: [0, 1, 1], index: [0, 1, 0] },
        attributes: [{}, { "dynamics_params/V_th": [-50, -52], "dynamics_params/tau_m": [12, 13] }],
      },
    }),
    "network/inner.h5": await edgesFile({
      inner: { from: "cells", to: "cells", sources: [1000], targets: [7], types: [1] },
    }),
    "network/in.h5": await edgesFile({ in: { from: "inputs", to: "cells", sources: [1], targets: [3], types: [1] } }),
    "simulation.json": {
      ...(files["simulation.json"] as object),
      node_sets: { inputs: {}, some: ["named"], named: { node_id: [3] } },
    },
  });
  const read = await experiment(document, { kind: "brain", readFile: dataReader(data) });
  expect(read.fields["cells"]).toMatchObject({
    threshold: Float64Array.of(-55, -52, -50),
    potentialTau: Float64Array.of(10, 13, 12),
  });
  expect(document.inputs).toMatchObject({
    cells: { current: { sum: [[0, 50, 50], { step: { amplitude: [0, 0, 600] } }] } },
  });
});

test("a circuit alone, spikes of tables and of the first version, and spikes that fall into one step", async () => {
  const files = await smallNetwork();
  const alone = await importFiles(files, { file: "circuit.json", duration: 50 });
  expect(alone.document).toMatchObject({ duration: 50, dt: 0.1 });
  expect(alone.report.entries.find(({ path }) => path === "run")?.fidelity).toBe("approximate");
  const first = await importFiles({
    ...files,
    "inputs/spikes.h5": await spikesFile(undefined, [3.01, 3.02, 3.04], [1, 1, 0]),
  });
  const entry = first.report.entries.find(({ path }) => path === "inputs of inputs")!;
  expect(entry).toMatchObject({ fidelity: "approximate", subject: "1 spikes" });
  expect(entry.note).toContain("up to 0.18 ms later");
  const simulation = files["simulation.json"] as { readonly inputs: { readonly trains: object } };
  const table = await importFiles({
    ...files,
    "simulation.json": {
      ...simulation,
      inputs: { trains: { ...simulation.inputs.trains, module: "csv", input_file: "inputs/spikes.csv" } },
    },
    "inputs/spikes.csv": "timestamps population node_ids\n1.5 inputs 0\n400 inputs 1\n7 others 0\n",
  });
  expect(table.report.entries.map(({ subject }) => subject)).toEqual(
    expect.arrayContaining(["1 spikes", "1 spikes of inputs/spikes.csv"]),
  );
});

describe("what cannot be imported is reported", () => {
  test("models, functions of weights, modules and parameters", async () => {
    const files = await smallNetwork();
    const { report, document } = await importFiles({
      ...files,
      "network/cells.csv":
        "node_type_id model_template model_type dynamics_params\n10 nest:iaf_psc_exp point_process a.json\n11 ctdb:Biophys1.hoc biophysical NULL\n",
      "network/inner.csv": "edge_type_id delay syn_weight weight_function\n1 1.0 600 mine\n2 0.05 -800 NULL\n",
      "components/cells/a.json": { C_m: 200, unheard_of: 4 },
      "simulation.json": {
        run: { tstop: 100, dt: 0.1 },
        inputs: { noise: { input_type: "spikes", module: "poisson", node_set: "inputs" } },
        reports: { calcium: { cells: "cells", variable_name: "cai", module: "membrane_report" } },
      },
    });
    const found = report.entries.filter(({ fidelity }) => fidelity === "unsupported").map(({ subject }) => subject);
    expect(found).toEqual([
      "parameter of nest:iaf_psc_exp",
      "1 nodes of ctdb:Biophys1.hoc",
      "1 edges",
      "2 edges",
      "2 edges",
      "spikes of module poisson",
      "report of cai",
    ]);
    for (const { note } of report.entries.filter(({ fidelity }) => fidelity !== "faithful"))
      expect(note).toMatch(/\.$/);
    expect(Object.keys((document.model as unknown as { populations: object }).populations)).toEqual([
      "cellsIafPscExp",
      "inputs",
    ]);
  });

  test("with strict, it is refused", async () => {
    await expect(importFiles(await smallNetwork(), { strict: true })).rejects.toThrow(/is strict/);
  });
});

describe("errors name the place", () => {
  const failing = async (changes: TestFiles, remove: readonly string[] = []): Promise<Error> => {
    const files = { ...(await smallNetwork()), ...changes };
    for (const name of remove) delete files[name];
    return importFiles(files).then(
      () => expect.fail("must be refused"),
      (error: Error) => error,
    );
  };

  test.each([
    ["network/cells.h5", "circuit.json: networks.nodes[0]"],
    ["network/in.csv", "circuit.json: networks.edges[0]"],
    ["components/cells/b.json", "nodes.cells (dynamics_params, point_neuron_models_dir)"],
    ["components/synapses/none.json", "circuit.json: networks.edges[0] (dynamics_params, synaptic_models_dir)"],
    ["inputs/spikes.h5", "inputs.trains"],
    ["simulation.json", "config.json: simulation"],
  ] as const)("without %s", async (name, from) => {
    const { message } = await failing({}, [name]);
    expect(message).toContain(`${from} needs the file ${name}, which cannot be read`);
  });

  test("without a reader of files", async () => {
    const files = bytesOf(await smallNetwork());
    await expect(importSonata(files["config.json"]!)).rejects.toThrow(/only the configuration was given/);
  });

  test("of values in configurations, tables and files", async () => {
    const edges = { from: "inputs", to: "cells", sources: [0], targets: [0], types: [1] };
    const cases: readonly (readonly [TestFiles, string])[] = [
      [{ "config.json": "{ no json" }, "config.json is not valid JSON"],
      [{ "config.json": "[1]" }, "config.json must contain a JSON object"],
      [{ "config.json": "{}" }, "config.json has no networks"],
      [{ "circuit.json": { network: 1, networks: { nodes: [{ nodes_file: "$NO/a.h5" }] } } }, "uses the variable $NO"],
      [
        { "circuit.json": { manifest: { $A: "$B", $B: "$A" }, networks: { nodes: [{ nodes_file: "$A" }] } } },
        "refers to itself",
      ],
      [{ "network/cells.csv": "node_type_id a\n10 1 2\n" }, "network/cells.csv line 2 has 3 cells"],
      [{ "network/cells.csv": 'node_type_id a\n10 "open\n' }, "network/cells.csv line 2 has a quote"],
      [{ "network/cells.csv": "node_type_id model_type\n9 virtual\n" }, "node 0 of cells has the node_type_id 10"],
      [
        { "components/cells/a.json": { C_m: "big" } },
        'nodes.cells.dynamics_params.C_m must be a number; received "big"',
      ],
      [
        { "network/in.h5": await edgesFile({ in: { ...edges, sources: [2] } }) },
        "edge 0 of in has the source_node_id 2",
      ],
      [{ "network/in.h5": await edgesFile({ in: { ...edges, from: "nobody" } }) }, 'the node_population "nobody"'],
      [{ "network/in.h5": await edgesFile({ in: { ...edges, types: [77] } }) }, "edge 0 of in has the edge_type_id 77"],
      [
        {
          "network/in.h5": await edgesFile({ in: { ...edges, groups: [0], index: [5], attributes: [{ nsyns: [1] }] } }),
        },
        "edge_group_index 5 of edge 0 is beyond the 1 values of group 0",
      ],
      [{ "network/in.csv": "edge_type_id delay\n1 2.0\n2 1.0\n" }, "edge 0 of in has no syn_weight"],
      [{ "network/in.csv": "edge_type_id syn_weight\n1 x\n2 1\n" }, 'has the syn_weight "x"'],
      [
        { "network/cells.h5": await nodesFile({ cells: { types: [10, 10], ids: [1, 1] } }) },
        "population cells has the node_id 1 twice",
      ],
      [{ "simulation.json": { run: { tstop: -1, dt: 0.1 } } }, "run.tstop must be a number of ms greater than 0"],
      [
        {
          "simulation.json": {
            run: { tstop: 10, dt: 0.1 },
            reports: { v: { cells: "nobody", variable_name: "v" } },
          },
        },
        'reports.v names the node set "nobody"',
      ],
      [
        {
          "simulation.json": {
            run: { tstop: 10, dt: 0.1 },
            node_sets: { a: ["b"], b: ["a"] },
            reports: { v: { cells: "a", variable_name: "v" } },
          },
        },
        'the node set "a" contains itself',
      ],
    ];
    for (const [changes, message] of cases) {
      const error = await failing(changes);
      expect(error instanceof FileError || error instanceof ConfigError, `${error.stack}`).toBe(true);
      expect(error.message).toContain(message);
    }
  });

  test("of files that are truncated or damaged anywhere", async () => {
    const files = bytesOf(await smallNetwork());
    let seed = 1;
    const next = (below: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    let refused = 0;
    for (const [name, bytes] of Object.entries(files)) {
      for (let round = 0; round < 12; round++) {
        const damaged = bytes.slice(0, round % 2 === 0 ? next(bytes.length) : bytes.length);
        for (let k = 0; k < 4 && damaged.length > 0; k++) damaged[next(damaged.length)] = next(256);
        const all = { ...files, [name]: damaged };
        try {
          await importSonata(all["config.json"]!, { readFile: neighbourReader(all) });
        } catch (error) {
          refused++;
          const isKnown = error instanceof FileError || error instanceof ConfigError;
          expect(isKnown, `${name}, round ${round}: ${(error as Error).stack}`).toBe(true);
        }
      }
    }
    expect(refused).toBeGreaterThan(50);
  });
});
