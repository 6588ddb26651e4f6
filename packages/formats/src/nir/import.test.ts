import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ExperimentDocument, experiment, simulatePrepared } from "spark-snn";
import { describe, expect, test } from "vitest";
import { reportText } from "../report.ts";
import { dataReader, type Imported } from "../result.ts";
import { sharedPath } from "../shared-files.test-support.ts";
import { chain, graph, input, lif, node, output, tensor } from "./graphs.test-support.ts";
import { importNir, type NirImportOptions } from "./import.ts";
import { nirBytes, type WrittenGraph, type WrittenNode } from "./write.ts";

type Runs = Readonly<
  Record<string, { outSpikes?: { steps: Uint32Array; units: Uint32Array }; potential?: { values: Float64Array } }>
>;

const runOf = async ({ document, data }: Imported, changes: object = {}): Promise<Runs> => {
  const changed = { ...document, ...changes } as unknown as ExperimentDocument;
  const read = await experiment(changed, { readFile: dataReader(data) } as never);
  return (await simulatePrepared(read.prepared as never)) as unknown as Runs;
};

const imported = async (written: WrittenGraph, options: NirImportOptions = {}): Promise<Imported> =>
  importNir(await nirBytes(written), { dt: 0.1, ...options });

/** The number of equal spikes of the drift check, which must be faithful. */
const driftOf = ({ report }: Imported): number => {
  const entry = report.entries.find(({ path }) => path === "drift check")!;
  expect(entry, reportText(report, { all: true })).toMatchObject({ fidelity: "faithful" });
  return Number.parseInt(entry.result, 10);
};

const modelOf = ({ document }: Imported) =>
  document.model as unknown as {
    readonly populations: Readonly<
      Record<string, { name?: string; parameters?: Record<string, unknown>; units: number[] }>
    >;
    readonly projections?: Readonly<Record<string, Record<string, unknown>>>;
    readonly signals?: Readonly<Record<string, Record<string, unknown>>>;
  };

test("the LIF task of the NIR paper gives the spikes of the exact solution", async () => {
  // NIR team 2023, paper/01_lif; the steps are those of the exact solution, Norse, snnTorch, Nengo and SpiNNaker2.
  const given = [
    61, 221, 271, 311, 321, 351, 371, 401, 411, 431, 441, 451, 461, 471, 481, 491, 501, 511, 521, 531, 671,
  ];
  given.push(681, 691, 701, 711, 721, 731, 741, 751, 761, 771, 781, 841, 851);
  const written = chain({
    input: input(1),
    affine: node("Affine", { weight: tensor([1], [1, 1]), bias: [0] }),
    lif: lif(1, { tau: [0.0025], r: [1], v_threshold: [0.1] }),
    output: output(1),
  });
  const result = await imported(written);
  const inputs = { lif: { inSpikes: { events: { steps: given, units: given.map(() => 0) } } } };
  const run = await runOf(result, { inputs, duration: 100 });
  expect([...run["lif"]!.outSpikes!.steps]).toEqual([461, 511, 711, 761]);
  expect(result.report.counts).toEqual({ faithful: 6, approximate: 0, unsupported: 0 });
});

test.each([
  [2, {}, "100 steps of 1 population"],
  [2, { driftSteps: 7 }, "7 steps of 1 population"],
  [400, {}, "24 steps of 1 population"],
  [1500, {}, "10 steps of 1 population"],
  [3000, {}, "too large"],
])("the drift check of %i neurons with %j takes %s", async (count, options, subject) => {
  const result = await imported(chain({ input: input(count), lif: lif(count), output: output(count) }), options);
  expect(result.report.entries.find(({ path }) => path === "drift check")).toMatchObject({
    ...{ subject, fidelity: "faithful" },
    note: expect.stringContaining(subject === "too large" ? "6000 units" : "an interpreter of the format"),
  });
});

describe("each type of node follows the equations of NIR:", () => {
  const two = (values: readonly [number, number]): number[] => [...values];
  const states: Readonly<Record<string, WrittenNode>> = {
    I: node("I", { r: two([1000, -300]) }),
    IF: node("IF", { r: two([9100, 4300]), v_threshold: two([1, 0.7]), v_reset: two([0.1, 0]) }),
    LI: node("LI", { tau: two([0.01, 0.0002]), r: two([3, 1]), v_leak: two([0.5, -1]) }),
    LIF: lif(2, { v_leak: [0.2, 0], v_reset: [-0.5, 0.3] }),
    CubaLI: node("CubaLI", {
      ...{ tau_syn: two([0.005, 0.004]), tau_mem: two([0.02, 0.004]), r: two([30, 5]) },
      ...{ v_leak: two([0.1, 0]), w_in: two([2, 1]) },
    }),
    CubaLIF: node("CubaLIF", {
      ...{ tau_syn: two([0.005, 0.00005]), tau_mem: two([0.002, 0.003]), r: two([40, 30]), v_leak: two([0, 0.1]) },
      ...{ v_threshold: two([1, 0.5]), v_reset: two([0, -0.2]), w_in: two([2, 1]) },
    }),
    Threshold: node("Threshold", { threshold: two([0.5, 0.6]) }),
  };

  test.each(Object.entries(states))("%s", async (type, state) => {
    const weight = tensor([1, 0.5, -0.3, 0.8], [2, 2]);
    const written = chain({ input: input(2), linear: node("Linear", { weight }), state, output: output(2) });
    const result = await imported(written);
    const isSpiking = !["I", "LI", "CubaLI"].includes(type);
    expect(driftOf(result) > 0).toBe(isSpiking);
    expect(result.report.counts).toEqual({ faithful: 6, approximate: 0, unsupported: 0 });
    expect(Object.keys((result.document as unknown as { record: { state: object } }).record.state)).toEqual([
      isSpiking ? "outSpikes" : "potential",
    ]);
  });

  test.each(["IF", "LIF", "CubaLIF"])("%s with subtraction, which the report tells", async (type) => {
    const result = await imported(chain({ input: input(2), state: states[type]!, output: output(2) }), {
      reset: "subtract",
    });
    expect(driftOf(result)).toBeGreaterThan(0);
    const entry = result.report.entries.find(({ path }) => path === "state");
    expect(entry).toMatchObject({ fidelity: "approximate", note: expect.stringContaining("subtracts the threshold") });
  });

  const one = (value: number): readonly number[] => [value];
  const windows = { stride: [2, 1], padding: [1, 0], dilation: [1, 2] };
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, k) => Math.sin(3 * k + 1));
  const maps: Readonly<Record<string, { readonly from: number[]; readonly to: number; readonly map: WrittenNode }>> = {
    Affine: { from: [2], to: 3, map: node("Affine", { weight: tensor(numbers(6), [3, 2]), bias: [0.3, -0.1, 0.05] }) },
    Linear: { from: [2], to: 3, map: node("Linear", { weight: tensor(numbers(6), [3, 2]) }) },
    "Linear in batches": { from: [2, 2], to: 6, map: node("Linear", { weight: tensor(numbers(12), [2, 3, 2]) }) },
    Scale: { from: [3], to: 3, map: node("Scale", { scale: [1, -2, 0.5] }) },
    Flatten: { from: [3, 1], to: 3, map: node("Flatten", { start_dim: one(0), end_dim: one(-1) }) },
    Delay: { from: [3], to: 3, map: node("Delay", { delay: [0, 0.0005, 0.002] }) },
    Conv1d: {
      from: [2, 7],
      to: 9,
      map: node("Conv1d", {
        ...{ weight: tensor(numbers(18), [3, 2, 3]), bias: [0.1, 0, 0.2], input_shape: one(7) },
        ...{ stride: one(2), padding: one(0), dilation: one(1), groups: one(1) },
      }),
    },
    Conv2d: {
      from: [2, 5, 6],
      to: 3 * 3 * 4,
      map: node("Conv2d", {
        weight: tensor(numbers(54), [3, 2, 3, 3]),
        bias: [0.1, 0, 0.2],
        groups: one(1),
        ...windows,
        dilation: one(1),
      }),
    },
    "Conv2d in groups": {
      from: [4, 4, 5],
      to: 4 * 3 * 3,
      map: node("Conv2d", {
        weight: tensor(numbers(32), [4, 2, 2, 2]),
        bias: [0, 0, 0.1, 0],
        groups: one(2),
        ...windows,
      }),
    },
    SumPool2d: {
      from: [2, 4, 4],
      to: 8,
      map: node("SumPool2d", { kernel_size: [2, 2], stride: [2, 2], padding: [0, 0] }),
    },
    AvgPool2d: {
      from: [1, 5, 4],
      to: 9,
      map: node("AvgPool2d", { kernel_size: [3, 2], stride: [2, 2], padding: [1, 1] }),
    },
  };

  // Sizes are those of PyTorch: floor((n + 2p - d(k - 1) - 1)/s) + 1.
  test.each(Object.entries(maps))("%s", async (_name, { from, to, map }) => {
    // A neuron in front, so that spikes pass the node.
    const count = from.reduce((product, length) => product * length, 1);
    const first = { ...lif(count), numbers: reshaped(lif(count), from) };
    const scale = (value: number): number[] => [value];
    const last = node("LIF", { tau: scale(0.004), r: scale(15), v_leak: scale(0), v_threshold: scale(1) });
    const result = await imported(chain({ input: input(...from), first, map, last, output: output(to) }));
    expect(modelOf(result).populations["last"]!.units.reduce((product, length) => product * length, 1)).toBe(to);
    expect(driftOf(result)).toBeGreaterThan(10);
    expect(result.report.counts.approximate + result.report.counts.unsupported).toBe(0);
  });

  const reshaped = ({ numbers: given = {} }: WrittenNode, shape: readonly number[]) =>
    Object.fromEntries(Object.entries(given).map(([name, { data }]) => [name, { data, shape }]));

  test.each(["same", "valid"])("Conv2d with the padding %s", async (padding) => {
    const weight = tensor(numbers(9), [1, 1, 3, 3]);
    const map = {
      ...node("Conv2d", { weight, bias: [0], stride: [1, 1], dilation: [1, 1], groups: [1] }),
      texts: { padding },
    };
    const first = { ...lif(20), numbers: reshaped(lif(20), [1, 4, 5]) };
    const last = node("IF", { r: [9000], v_threshold: [1] });
    const result = await imported(chain({ input: input(1, 4, 5), first, map, last, output: output(1) }));
    expect(modelOf(result).populations["last"]!.units).toEqual(padding === "same" ? [1, 4, 5] : [1, 2, 3]);
    expect(driftOf(result)).toBeGreaterThan(10);
  });
});

describe("graphs", () => {
  test("of neurons that excite themselves run, with names that contain dots", async () => {
    const nodes = {
      input: input(2),
      fc1: node("Linear", { weight: tensor([1, 0.4, 0.2, 0.9], [2, 2]) }),
      "lif1.lif": lif(2),
      "lif1.w_rec": node("Affine", { weight: tensor([0.1, -0.5, 0.3, 0], [2, 2]), bias: [0.02, 0.01] }),
      lif2: lif(2, { r: [35, 40] }),
      output: output(2),
    };
    const bytes = await graph(nodes, [
      ["input", "fc1"],
      ["fc1", "lif1.lif"],
      ["lif1.lif", "lif1.w_rec"],
      ["lif1.w_rec", "lif1.lif"],
      ["lif1.lif", "lif2"],
      ["lif2", "output"],
    ]);
    const result = await importNir(bytes, { dt: 0.1, strict: true });
    expect(Object.keys(modelOf(result).populations)).toEqual(["input", "lif1Lif", "lif2"]);
    expect(modelOf(result).projections!["lif1LifToLif1Lif"]).toMatchObject({ delay: 0.1 });
    expect(driftOf(result)).toBeGreaterThan(10);
  });

  test("with a circle over two layers tell the late connection, and its size", async () => {
    const square = node("Linear", { weight: tensor([0.5, 0.1, 0, 0.4], [2, 2]) });
    const nodes = { input: input(2), a: lif(2), forth: square, b: lif(2), back: square, output: output(2) };
    const bytes = await graph(nodes, [
      ["input", "a"],
      ["a", "forth"],
      ["forth", "b"],
      ["b", "back"],
      ["back", "a"],
      ["b", "output"],
    ]);
    const { report } = await importNir(bytes, { dt: 0.1 });
    expect(report.entries.find(({ path }) => path === "edges.bToA")).toMatchObject({
      fidelity: "approximate",
      note: "Spikes act 1 step (0.1 ms) later, because each projection of the circle takes at least one step.",
    });
    await expect(importNir(bytes, { dt: 0.1, strict: true })).rejects.toThrow("edges.bToA");
  });

  test("whose ways have different lengths keep them together", async () => {
    const weight = tensor([1], [1, 1]);
    const nodes = {
      in: input(1),
      a: lif(1),
      b: lif(1),
      c: lif(1),
      l1: node("Linear", { weight }),
      l2: node("Linear", { weight }),
    };
    const bytes = await graph({ ...nodes, out: output(1) }, [
      ["in", "a"],
      ["a", "b"],
      ["b", "l1"],
      ["a", "l2"],
      ["l1", "c"],
      ["l2", "c"],
      ["c", "out"],
    ]);
    const result = await importNir(bytes, { dt: 0.1 });
    expect(modelOf(result).projections!["aToC"]).toMatchObject({ delay: 0.2 });
    expect(driftOf(result)).toBeGreaterThan(5);
  });

  test("with nested graphs are flattened, however deep", async () => {
    const weight = tensor([1, 0.2, 0.3, 1], [2, 2]);
    const inner = chain({ input: input(2), linear: node("Linear", { weight }), lif: lif(2), output: output(2) });
    const middle = chain({ in: input(2), inner, out: output(2) });
    const result = await imported(
      chain({ input: input(2), scale: node("Scale", { scale: [1, 1.2] }), middle, output: output(2) }),
    );
    expect(Object.keys(modelOf(result).populations)).toEqual(["input", "middleInnerLif"]);
    expect(result.report.entries.map(({ path }) => path)).toContain("middle/inner/linear");
    expect(driftOf(result)).toBeGreaterThan(5);
  });

  test("with outputs that are sums of weighted spikes hold them", async () => {
    const read = node("Affine", { weight: tensor([1, -2], [1, 2]), bias: [0.5] });
    const result = await imported(chain({ input: input(2), lif: lif(2), read, output: output(1) }));
    expect(modelOf(result).populations["output"]!.name).toBe("NirOutput");
    expect(driftOf(result)).toBeGreaterThan(5);
  });

  test("with potentials that are inputs become signals, if they are one to one", async () => {
    const li = node("LI", { tau: [0.005, 0.004], r: [20, 20], v_leak: [0, 0] });
    const some = { input: input(2), li, scale: node("Scale", { scale: [2, 2] }), lif: lif(2), output: output(2) };
    const result = await imported(chain(some));
    expect(modelOf(result).signals).toEqual({ liToLif: { from: "li", of: "potential", to: "lif.current", scale: 2 } });
    expect(driftOf(result)).toBeGreaterThan(5);
    const weight = tensor([1, 0.5, 0, 1], [2, 2]);
    const { report } = await imported(chain({ ...some, scale: node("Linear", { weight }) }));
    expect(report.entries.find(({ path }) => path === "edges.liToLif")).toMatchObject({ fidelity: "unsupported" });
  });

  test("of one node without a graph, and of neurons without inputs, are read", async () => {
    const result = await imported({ nodes: new Map([["lif", lif(2)]]), edges: [] });
    expect(Object.keys(modelOf(result).populations)).toEqual(["lif"]);
  });
});

describe("what a file lacks or gives otherwise", () => {
  const without = (written: WrittenNode, ...names: string[]): WrittenNode => ({
    ...written,
    numbers: Object.fromEntries(Object.entries(written.numbers!).filter(([name]) => !names.includes(name))),
  });

  test("v_reset is 0, as in Python's nir", async () => {
    const { report } = await imported(chain({ input: input(1), lif: without(lif(1), "v_reset"), output: output(1) }));
    expect(report.entries.find(({ path }) => path === "lif")).toMatchObject({
      fidelity: "faithful",
      note: "v_reset is absent: 0, as in Python's nir.",
    });
  });

  test("w_in is 1, and v_threshold is 1 with a warning", async () => {
    const cuba = node("CubaLIF", { tau_syn: [0.005], tau_mem: [0.01], r: [20], v_leak: [0] });
    const result = await imported(chain({ input: input(1), cuba, output: output(1) }));
    const entry = result.report.entries.find(({ path }) => path === "cuba");
    expect(entry).toMatchObject({
      fidelity: "approximate",
      note: expect.stringContaining("v_threshold is absent. It is 1"),
    });
    expect(entry!.note).toContain("w_in is absent: 1");
    expect(driftOf(result)).toBeGreaterThan(0);
  });

  test("shapes of older files, such as [1, 1, 1], are those of their sizes", async () => {
    const result = await imported(chain({ input: input(1, 1, 1), lif: lif(1), output: output(1, 1, 1) }));
    expect(driftOf(result)).toBeGreaterThan(0);
  });

  test("the time step is told, because files contain none", async () => {
    const bytes = await nirBytes(chain({ input: input(1), lif: lif(1), output: output(1) }));
    const { report, document } = await importNir(bytes);
    expect(report.entries[0]).toMatchObject({ path: "dt", fidelity: "approximate", result: "0.1 ms" });
    expect(document).toMatchObject({ dt: 0.1 });
    await expect(importNir(bytes, { strict: true })).rejects.toThrow("Files contain no time step");
    expect((await importNir(bytes, { strict: true, dt: 1 })).document).toMatchObject({ dt: 1 });
  });

  test("delays between steps are rounded, and the report says by how much", async () => {
    const map = node("Delay", { delay: [0.00023] });
    const { report } = await imported(chain({ input: input(1), first: lif(1), map, last: lif(1), output: output(1) }));
    expect(report.entries.find(({ path }) => path === "edges.firstToLast")).toMatchObject({
      fidelity: "approximate",
      note: "Delays are rounded to whole steps, by up to 0.03 ms. Use a smaller dt.",
    });
  });

  test("unknown nodes are left out by name", async () => {
    const { report } = await imported(
      chain({ input: input(1), lif: lif(1), magic: node("Magic"), output: output(1) }),
    ).catch((error: unknown) => {
      throw error;
    });
    expect(report.entries.find(({ path }) => path === "magic")).toMatchObject({
      fidelity: "unsupported",
      subject: "Magic",
    });
  });
});

describe("mistakes name the node:", () => {
  const linear = (rows: number, columns: number): WrittenNode =>
    node("Linear", { weight: tensor(new Array<number>(rows * columns).fill(1), [rows, columns]) });
  test.each<readonly [string, string, WrittenGraph]>([
    [
      "weights that do not fit",
      "map.weight has the shape [2, 3], so it needs 3 inputs; it receives 2.",
      chain({ input: input(2), map: linear(2, 3), lif: lif(2), output: output(2) }),
    ],
    [
      "neurons that do not fit",
      "lif has the shape [3] and receives the shape [2].",
      chain({ input: input(2), map: linear(2, 2), lif: lif(3), output: output(3) }),
    ],
    [
      "a circle without state",
      "is in a circle of nodes without state",
      {
        nodes: new Map([
          ["a", linear(1, 1)],
          ["b", linear(1, 1)],
          ["lif", lif(1)],
        ]),
        edges: [
          ["a", "b"],
          ["b", "a"],
          ["b", "lif"],
        ],
      },
    ],
    [
      "edges to nowhere",
      'edges[1] names "nowhere", which is no node of the graph.',
      {
        nodes: new Map([
          ["input", input(1)],
          ["lif", lif(1)],
        ]),
        edges: [
          ["input", "lif"],
          ["lif", "nowhere"],
        ],
      },
    ],
    ["no neurons", "nodes has no neuron", chain({ input: input(1), output: output(1) })],
    [
      "a parameter that is missing",
      "NIR /node/nodes/lif: the LIF has no tau.",
      chain({ input: input(1), lif: node("LIF", { r: [1] }), output: output(1) }),
    ],
    [
      "a parameter that is no number",
      "NIR /node/nodes/lif/r: value 0 is NaN.",
      chain({ input: input(1), lif: lif(1, { r: [Number.NaN] }), output: output(1) }),
    ],
    [
      "a nested graph with two inputs",
      "nested is a nested graph with 2 nodes of the type Input",
      chain({
        input: input(1),
        nested: {
          nodes: new Map([
            ["a", input(1)],
            ["b", input(1)],
            ["lif", lif(1)],
          ]),
          edges: [
            ["a", "lif"],
            ["b", "lif"],
          ],
        },
        output: output(1),
      }),
    ],
    [
      "a huge shape",
      "input.shape has 1000000000000 values; the limit is 100000000.",
      chain({ input: input(1e6, 1e6), lif: lif(1), output: output(1) }),
    ],
    [
      "a negative shape",
      "input.shape must be whole numbers of at least 1; received [-3].",
      chain({ input: input(-3), lif: lif(1), output: output(1) }),
    ],
  ])("%s", async (_name, message, written) => {
    await expect(imported(written)).rejects.toThrow(message);
  });

  test("a file of another format", async () => {
    await expect(importNir(new TextEncoder().encode("{}"))).rejects.toThrow("The file is not an HDF5 file");
  });
});

test("truncated and damaged files are errors", { timeout: 120_000 }, async () => {
  const weight = tensor(
    Array.from({ length: 1200 }, (_, k) => Math.sin(k)),
    [30, 40],
  );
  const written = chain({ input: input(40), map: node("Linear", { weight }), lif: lif(30), output: output(30) });
  const bytes = await nirBytes(written);
  for (let length = 0; length < bytes.length; length += 997) {
    await expect(importNir(bytes.slice(0, length))).rejects.toMatchObject({ name: "FileError" });
  }
  let state = 7;
  const draw = (count: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
  const outcomes = new Set<string>();
  for (let k = 0; k < 300; k++) {
    const damaged = bytes.slice();
    for (let flips = 0; flips < 4; flips++) damaged[draw(Math.min(damaged.length, 6000))] = draw(256);
    const outcome = await importNir(damaged, { driftSteps: 0 }).then(
      () => "read",
      ({ name }: Error) => name,
    );
    outcomes.add(outcome);
    expect(["read", "FileError", "ConfigError"]).toContain(outcome);
  }
  expect(outcomes.has("FileError")).toBe(true);
});

const folder = sharedPath("data/nir");
if (!folder)
  console.info("The published NIR files are absent, so they are not imported. Set SPARK_SHARED to their folder.");

describe.skipIf(!folder)("published files", () => {
  const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder!, name)));

  test.each(["lif_norse.nir", "lif_rockpool.nir", "two_lif_neurons.nir"])("%s is faithful", async (name) => {
    const result = await importNir(read(name), { dt: 0.1, strict: true });
    driftOf(result);
  });

  // In the file of Rockpool, weight times resistance is 0.961 rather than 1, so its spikes are others.
  test("lif_norse.nir stands at the exact solution", async () => {
    const rows = readFileSync(join(folder!, "lif_exact.csv"), "utf8").trim().split("\n");
    const columns = rows.map((row) => row.split(",").map(Number));
    const given = columns.flatMap(([value], k) => (value === 1 ? [k + 1] : []));
    const result = await importNir(read("lif_norse.nir"), { dt: 0.1 });
    const [population] = Object.keys(modelOf(result).populations);
    const inputs = { [population!]: { inSpikes: { events: { steps: given, units: given.map(() => 0) } } } };
    const run = await runOf(result, { inputs, duration: 100 });
    expect([...run[population!]!.outSpikes!.steps]).toEqual([461, 511, 711, 761]);
  });

  test.each(["braille_noDelay_bias_zero.nir", "braille_noDelay_noBias_subtract.nir"])("%s runs", async (name) => {
    for (const reset of ["value", "subtract"] as const) {
      const result = await importNir(read(name), { dt: 0.1, reset });
      expect(driftOf(result)).toBeGreaterThan(20);
      const steps = Array.from({ length: 120 }, (_, k) => k * 2 + 1);
      const inputs = { input: { inSpikes: { events: { steps, units: steps.map((_, k) => k % 12) } } } };
      const run = await runOf(result, { inputs, duration: 30 });
      expect(run["lif1Lif"]!.outSpikes!.steps.length).toBeGreaterThan(10);
    }
  });
});
