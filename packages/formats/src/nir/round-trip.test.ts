import { type ExperimentDocument, experiment } from "spark-snn";
import { describe, expect, test } from "vitest";
import { type Report, reportText } from "../report.ts";
import { dataReader, type Imported } from "../result.ts";
import { exportNir } from "./export.ts";
import type { NirEdge } from "./graph.ts";
import { chain, input, lif, node, output, tensor } from "./graphs.test-support.ts";
import { importNir, type NirImportOptions } from "./import.ts";
import { readNir } from "./read.ts";
import { nirBytes, type WrittenNode } from "./write.ts";

const options = { dt: 0.1, driftSteps: 0 } as const;

const exported = async ({ document, data }: Pick<Imported, "document" | "data">) =>
  exportNir(await experiment(document, { readFile: dataReader(data) }));

/** Keys in another order are the same. Lists in files are compared as the files are. */
const same = (one: Imported, other: Imported): void => {
  expect(other.document).toEqual(one.document);
  expect(other.data).toEqual(one.data);
};

const throughFile = async (one: Imported, more: NirImportOptions = {}): Promise<Report> => {
  const { files, report } = await exported(one);
  same(one, await importNir(files["model.nir"]!, { ...options, ...more }));
  return report;
};

describe("import(export(x)) is x for", () => {
  test("a network of each type of node", async () => {
    const list = (...values: number[]): number[] => values;
    const shared = { tau_syn: list(0.005, 0.0041), tau_mem: list(0.02, 0.013), r: list(30, 5), v_leak: list(0.1, 0) };
    const nodes: Record<string, WrittenNode> = {
      in: input(2),
      fc: node("Affine", { weight: tensor([1, 0.5, 0, 2], [2, 2]), bias: [0.3, 0] }),
      a: lif(2),
      b: node("IF", { r: [9000, 4000], v_threshold: [1, 0.7], v_reset: [0.1, 0] }),
      c: node("CubaLIF", { ...shared, v_threshold: list(1, 2), v_reset: list(0, -1), w_in: list(2, 1) }),
      d: node("Threshold", { threshold: [0.5, 1] }),
      e: node("CubaLI", { ...shared, w_in: list(1, 1) }),
      wait: node("Delay", { delay: [0.0003, 0.0021] }),
      f: node("LI", { tau: [0.003, 0.0107], r: [3, 1], v_leak: [0, 0] }),
      g: node("I", { r: [3, 1] }),
      double: node("Scale", { scale: [2, 2] }),
      read: node("Linear", { weight: tensor([1, -2], [1, 2]) }),
      out: output(1),
      potential: output(2),
    };
    const edges: NirEdge[] = [
      ...([
        ["in", "fc"],
        ["fc", "a"],
        ["a", "b"],
        ["b", "c"],
        ["c", "d"],
        ["d", "e"],
        ["b", "wait"],
      ] as const),
      ...([
        ["wait", "f"],
        ["e", "double"],
        ["double", "g"],
        ["d", "read"],
        ["read", "out"],
        ["f", "potential"],
      ] as const),
    ];
    const bytes = await nirBytes({ nodes: new Map(Object.entries(nodes)), edges });
    const first = await importNir(bytes, options);
    expect(first.report.counts.unsupported, reportText(first.report)).toBe(0);
    const report = await throughFile(first);
    expect(report.counts, reportText(report)).toMatchObject({ approximate: 0, unsupported: 0 });
  });

  test("inputs that act directly, with factors and constants", async () => {
    const scale = node("Scale", { scale: [1.5, 0.5] });
    await throughFile(
      await importNir(await nirBytes(chain({ input: input(2), scale, lif: lif(2), output: output(2) })), options),
    );
    const affine = node("Affine", { weight: tensor([2, 0, 0, 3], [2, 2]), bias: [0.1, 0.2] });
    await throughFile(
      await importNir(await nirBytes(chain({ input: input(2), affine, lif: lif(2), output: output(2) })), options),
    );
  });

  test("subtraction, with the option of the import", async () => {
    const more = { reset: "subtract" } as const;
    const bytes = await nirBytes(chain({ input: input(1), lif: lif(1), output: output(1) }));
    const report = await throughFile(await importNir(bytes, { ...options, ...more }), more);
    expect(report.entries.find(({ path }) => path.endsWith("lif"))).toMatchObject({ fidelity: "approximate" });
  });

  test("a convolution with lists in a file", async () => {
    const weight = tensor(
      Array.from({ length: 36 }, (_, k) => Math.cos(k)),
      [2, 2, 3, 3],
    );
    const conv = node("Conv2d", {
      weight,
      bias: [0, 0.5],
      stride: [1, 1],
      padding: [0, 0],
      dilation: [1, 1],
      groups: [1],
    });
    const last = node("LIF", { tau: [0.01], r: [9], v_leak: [0], v_threshold: [1], v_reset: [0] });
    const bytes = await nirBytes(chain({ input: input(2, 8, 8), conv, last, output: output(2, 6, 6) }));
    const first = await importNir(bytes, options);
    expect(Object.keys(first.data)).toEqual(["network.npz"]);
    await throughFile(first);
    // In the file, populations have one axis, because matrices of NIR have.
    const { files } = await exported(first);
    const { graph } = await readNir(files["model.nir"]!);
    expect(graph.nodes.get("last")).toMatchObject({ numbers: { tau: { shape: [72] } }, units: [2, 6, 6] });
  });

  test("random graphs", { timeout: 60_000 }, async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const first = await importNir(await nirBytes(randomGraph(seed)), options);
      await throughFile(first);
    }
  });
});

test("random graphs do what the interpreter does", { timeout: 120_000 }, async () => {
  let spikes = 0;
  for (let seed = 100; seed < 112; seed++) {
    const { report } = await importNir(await nirBytes(randomGraph(seed)), { dt: 0.1, driftSteps: 60 });
    const late = report.entries.some(({ note }) => note?.includes("of the circle"));
    const check = report.entries.find(({ path }) => path === "drift check")!;
    if (late) continue;
    expect(check, `seed ${seed}: ${reportText(report, { all: true })}`).toMatchObject({ fidelity: "faithful" });
    spikes += Number.parseInt(check.result, 10);
  }
  expect(spikes).toBeGreaterThan(50);
});

/** Layers of random sizes and types, with connections to earlier and later ones. */
const randomGraph = (seed: number) => {
  let state = seed;
  const draw = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const below = (count: number): number => Math.floor(draw() * count);
  const list = (count: number, from: number, to: number): number[] =>
    Array.from({ length: count }, () => from + (to - from) * draw());
  const nodes = new Map<string, WrittenNode>([["in", input(1 + below(4))]]);
  const edges: NirEdge[] = [];
  const layers = [{ name: "in", size: nodes.get("in")!.wholes!["shape"]!.data[0]! }];
  for (let k = 0; k < 2 + below(3); k++) {
    const size = 1 + below(5);
    const type = ["LIF", "IF", "CubaLIF", "Threshold"][below(4)]!;
    const common = {
      r: list(size, 10, 40),
      v_leak: list(size, -0.1, 0.1),
      v_threshold: list(size, 0.5, 1.5),
      v_reset: list(size, -0.2, 0.2),
    };
    const { r, v_threshold, v_reset } = common;
    nodes.set(
      `n${k}`,
      type === "IF"
        ? node(type, { r: r.map((value) => 200 * value), v_threshold, v_reset })
        : type === "Threshold"
          ? node(type, { threshold: v_threshold })
          : type === "LIF"
            ? node(type, { tau: list(size, 0.001, 0.02), ...common })
            : node(type, {
                tau_syn: list(size, 0.001, 0.01),
                tau_mem: list(size, 0.001, 0.02),
                ...common,
                w_in: list(size, 0.5, 2),
              }),
    );
    layers.push({ name: `n${k}`, size });
  }
  const connect = (from: (typeof layers)[number], to: (typeof layers)[number]): void => {
    const name = `${from.name}_${to.name}`;
    const weight = tensor(list(from.size * to.size, -0.3, 1), [to.size, from.size]);
    const isAffine = draw() < 0.3;
    nodes.set(name, isAffine ? node("Affine", { weight, bias: list(to.size, -0.1, 0.2) }) : node("Linear", { weight }));
    if (draw() < 0.3) {
      nodes.set(`${name}_d`, node("Delay", { delay: list(to.size, 1, 20).map((steps) => Math.round(steps) * 1e-4) }));
      edges.push([from.name, name], [name, `${name}_d`], [`${name}_d`, to.name]);
    } else edges.push([from.name, name], [name, to.name]);
  };
  for (let k = 1; k < layers.length; k++) {
    connect(layers[k - 1]!, layers[k]!);
    if (draw() < 0.4) connect(layers[k]!, layers[k]!);
    if (k > 1 && draw() < 0.4) connect(layers[k - 2]!, layers[k]!);
    if (k > 1 && draw() < 0.2) connect(layers[k]!, layers[k - 1]!);
  }
  nodes.set("out", output(layers.at(-1)!.size));
  edges.push([layers.at(-1)!.name, "out"]);
  return { nodes, edges };
};

describe("an experiment of the library", () => {
  const document = {
    model: {
      populations: {
        noise: { source: "PoissonSource", units: [3], rate: 100 },
        cells: { soma: "LeakySoma", units: [2], potentialRest: 0, potentialReset: 0, threshold: 10 },
        gated: { soma: "RefractoryLeakySoma", units: [2], cooldown: 3 },
        adaptive: { soma: "AdaptiveLeakySoma", units: [2] },
      },
      projections: {
        in: {
          from: "noise",
          to: "cells",
          connect: { allToAll: {} },
          weight: 3,
          delay: 1.5,
          synapse: { synapse: "DeltaSynapse" },
        },
        slow: {
          ...{ from: "cells", to: "gated", connect: { allToAll: {} }, weight: 30 },
          synapse: { synapse: "ExponentialSynapse", tau: 5 },
        },
      },
    },
    duration: 100,
    dt: 0.1,
    dtype: "f64",
  } as unknown as ExperimentDocument;

  test("tells each part", async () => {
    const { report } = await exportNir(await experiment(document));
    const told = new Map(report.entries.map(({ path, fidelity }) => [path, fidelity]));
    expect(Object.fromEntries(told)).toEqual({
      dt: "faithful",
      "model.populations.noise": "approximate",
      "model.populations.cells": "faithful",
      "model.populations.gated": "approximate",
      "model.populations.adaptive": "unsupported",
      "model.projections.in": "faithful",
      "model.projections.slow": "unsupported",
    });
    await expect(exportNir(await experiment(document), { strict: true })).rejects.toThrow("refractory period");
  });

  test("jumps by the same amount in NIR", async () => {
    const { files } = await exportNir(await experiment(document));
    const { document: read } = await importNir(files["model.nir"]!, options);
    const model = read.model as unknown as {
      projections: { noiseToCells: { delay: number; connect: { explicit: { weights: number[] } } } };
    };
    const { delay, connect } = model.projections.noiseToCells;
    expect(delay).toBeCloseTo(1.5, 9);
    // LeakySoma: resistance 0.1 GΩ, tau 20 ms. A current of one step moves the potential by R·W·(1 − e^(−dt/tau)).
    for (const weight of connect.explicit.weights) expect(0.1 * weight * -Math.expm1(-0.1 / 20)).toBeCloseTo(3, 9);
  });
});
