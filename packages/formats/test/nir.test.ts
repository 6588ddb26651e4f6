import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ExperimentDocument, experiment } from "spark-snn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findEnvironment } from "../../spark/bench/peers/environments.ts";
import { dataReader, exportNir, formatOf, importNir, reportText } from "../src/index.ts";

/* Files of Python's nir are read, and it reads exported files with its check of types. */

const python = findEnvironment("nir");
if (!python) {
  console.info(
    "nir is not installed, so NIR files are not exchanged with Python. npm run bench:peers -- --prepare installs it.",
  );
}

describe.runIf(python)("Python's nir", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "spark-nir-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const script = fileURLToPath(new URL("./python/nir_files.py", import.meta.url));
  const call = (...args: readonly string[]): string => {
    const { stdout, stderr } = spawnSync(python!, ["-W", "ignore", script, ...args], { encoding: "utf8" });
    expect(stderr.slice(-3000)).toBe("");
    return stdout;
  };
  interface PlainNode {
    readonly type?: string;
    readonly [name: string]: unknown;
  }
  interface PlainGraph {
    readonly nodes: Readonly<Record<string, PlainNode>>;
    readonly edges: readonly (readonly [string, string])[];
  }
  const readBack = (files: Readonly<Record<string, Uint8Array>>): PlainGraph => {
    const path = join(folder, "model.nir");
    writeFileSync(path, files["model.nir"]!);
    return JSON.parse(call("read", path).replace("RESULT", "")) as PlainGraph;
  };

  test("writes a node of each type, and the import does the same", async () => {
    const path = join(folder, "python.nir");
    call("write", path);
    const bytes = new Uint8Array(readFileSync(path));
    expect(formatOf(bytes)).toBe("nir");
    const { report } = await importNir(bytes, { dt: 0.1, driftSteps: 150 });
    expect(report.counts, reportText(report, { all: true })).toMatchObject({ approximate: 0, unsupported: 0 });
    const check = report.entries.find(({ path: at }) => at === "drift check")!;
    expect(Number.parseInt(check.result, 10)).toBeGreaterThan(50);
  });

  test("reads exported networks with the same values, and the import of that is the same document", async () => {
    const path = join(folder, "python.nir");
    call("write", path);
    const options = { dt: 0.1, driftSteps: 0 } as const;
    const first = await importNir(new Uint8Array(readFileSync(path)), options);
    const { files } = await exportNir(await experiment(first.document, { readFile: dataReader(first.data) }));
    const again = await importNir(files["model.nir"]!, options);
    expect(again.document).toEqual(first.document);
    expect(again.data).toEqual(first.data);
    const { nodes, edges } = readBack(files);
    expect(nodes["lif"]).toEqual({
      type: "LIF",
      ...{ tau: [0.005, 0.005, 0.005], r: [20, 20, 20], v_leak: [0, 0, 0] },
      ...{ v_threshold: [0.3, 0.3, 0.3], v_reset: [-0.1, -0.1, -0.1] },
    });
    expect(nodes["recurrentLifCell"]!["w_in"]).toHaveLength(8);
    expect(edges.length).toBeGreaterThan(8);
  });

  test("reads leaky somas", async () => {
    const document = {
      model: {
        populations: {
          input: { source: "SpikeReplay", units: [2] },
          cells: { soma: "LeakySoma", units: [3], potentialTau: [10, 20, 30], threshold: -45 },
        },
        projections: {
          in: {
            ...{ from: "input", to: "cells", connect: { allToAll: {} }, weight: 2, delay: 1 },
            synapse: { synapse: "DeltaSynapse" },
          },
        },
      },
      ...{ duration: 10, dt: 0.1, inputs: { input: { inSpikes: { events: { steps: [], units: [] } } } } },
    } as unknown as ExperimentDocument;
    const { files } = await exportNir(await experiment(document), { strict: true });
    const { nodes, edges } = readBack(files);
    expect(nodes["cells"]).toMatchObject({ type: "LIF", tau: [0.01, 0.02, 0.03], v_threshold: [-45, -45, -45] });
    expect(nodes["in_delay"]).toEqual({
      type: "Delay",
      delay: [0.0009, 0.0009, 0.0009].map((one) => expect.closeTo(one, 12)),
    });
    const { weight } = nodes["in"] as { readonly weight?: readonly (readonly number[])[] };
    // A current of one step moves the potential by 2 mV: R·W·(1 − e^(−dt/tau)) with R = 0.1 GΩ.
    expect(weight!.map(([first]) => first)).toEqual(
      [10, 20, 30].map((tau) => expect.closeTo(2 / (0.1 * -Math.expm1(-0.1 / tau)), 9)),
    );
    expect(edges).toEqual([
      ["input", "in"],
      ["in", "in_delay"],
      ["in_delay", "cells"],
      ["cells", "output"],
    ]);
  });
});
