import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder, runIn } from "./terminal.test-support.ts";

/* Documents with drawn synapses run like those with rules, to the bit. */

const folder = await makeFolder();
const cell = { soma: "LeakySoma", potentialReset: -60, threshold: { uniform: { min: -52, max: -48 } } };
const network = {
  name: "Random",
  model: {
    populations: {
      noise: { source: "PoissonSource", units: [40], rate: 60 },
      a: { ...cell, units: [20] },
      b: { ...cell, units: [10], inhibitory: true },
    },
    projections: {
      in: {
        ...{ from: "noise", to: "a", connect: { pairwiseBernoulli: { probability: 0.4 } } },
        weight: { normal: { mean: 60, std: 10, min: 0 } },
        delay: { uniform: { min: 0.5, max: 4 } },
        synapse: { synapse: "ExponentialSynapse" },
      },
      ab: {
        ...{ from: "a", to: "b", connect: { fixedInDegree: { inDegree: 5 } }, weight: 80, delay: 1 },
        synapse: { synapse: "ExponentialSynapse" },
        plasticity: { rule: "PairStdp", weightMax: 200 },
      },
    },
  },
  ...{ duration: 300, dt: 0.1, seed: 5 },
  inputs: { a: { current: { csv: "../lab/current.csv", time: "time_ms", column: "current_pA", after: "hold" } } },
  record: { a: { outSpikes: true, potential: { every: 10 } }, b: { outSpikes: true } },
};

test("export --to drawn writes a document that gives the same records", async () => {
  const { mkdir } = await import("node:fs/promises");
  await mkdir(join(folder, "lab"));
  await mkdir(join(folder, "work"));
  await writeFile(join(folder, "lab/current.csv"), "time_ms,current_pA\n0,100\n150,150\n");
  await writeFile(join(folder, "work/net.json"), JSON.stringify(network));
  const exported = await runIn(folder, ["export", "work/net.json", "--to", "drawn", "--out", "drawn", "--all"]);
  expect([exported.code, exported.err]).toEqual([0, ""]);
  expect(exported.out).toContain("model.projections.ab: projection → lists in connectivity.npz");
  expect((await readdir(join(folder, "drawn"))).sort()).toEqual(["connectivity.npz", "data", "experiment.json"]);
  const document = JSON.parse(await readFile(join(folder, "drawn/experiment.json"), "utf8"));
  expect(document.model.projections.ab).toEqual({
    ...{
      from: "a",
      to: "b",
      synapse: { synapse: "ExponentialSynapse" },
      plasticity: { rule: "PairStdp", weightMax: 200 },
    },
    connect: {
      explicit: {
        ...{ npz: "connectivity.npz", sources: "ab.sources", targets: "ab.targets" },
        ...{ weights: "ab.weights", delays: "ab.delays" },
      },
    },
  });
  for (const [file, out] of [
    ["work/net.json", "first"],
    ["drawn/experiment.json", "second"],
  ] as const) {
    const ran = await runIn(folder, ["run", file, "--out", out, "--quiet", "--no-figure"]);
    expect([ran.code, ran.err]).toEqual([0, ""]);
  }
  for (const name of ["a/outSpikes.csv", "a/potential.csv", "b/outSpikes.csv"]) {
    const [first, second] = await Promise.all(
      ["first", "second"].map((out) => readFile(join(folder, out, name), "utf8")),
    );
    expect(second, name).toBe(first);
    expect(first!.split("\n").length, name).toBeGreaterThan(5);
  }
  // Drawn again, nothing changes, and the old lists are not copied.
  const again = await runIn(folder, ["export", "drawn/experiment.json", "--to", "drawn", "--out", "again"]);
  expect([again.code, again.err]).toEqual([0, ""]);
  expect((await readdir(join(folder, "again"))).sort()).toEqual(["connectivity-2.npz", "data", "experiment.json"]);
  await runIn(folder, ["run", "again/experiment.json", "--out", "third", "--quiet", "--no-figure"]);
  expect(await readFile(join(folder, "third/b/outSpikes.csv"), "utf8")).toBe(
    await readFile(join(folder, "first/b/outSpikes.csv"), "utf8"),
  );
});
