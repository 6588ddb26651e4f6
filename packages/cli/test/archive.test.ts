import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readArchive } from "@spark-snn/formats";
import { expect, test } from "vitest";
import { makeFolder, runIn, small } from "./terminal.test-support.ts";

/* Projects in one file. */

const folder = await makeFolder();
const current = { csv: "../lab/current.csv", time: "time_ms", column: "current_pA", after: "hold" };
await runIn(folder, ["init", "unused.json"]);
const { mkdir } = await import("node:fs/promises");
await mkdir(join(folder, "lab"));
await mkdir(join(folder, "work"));
await writeFile(join(folder, "lab/current.csv"), "time_ms,current_pA\n0,300\n50,400\n");
await writeFile(join(folder, "work/net.json"), JSON.stringify({ ...small, name: "My net", inputs: { current } }));

test("an experiment with its data and results travels as one file, and runs from it", async () => {
  expect((await runIn(folder, ["run", "work/net.json", "--out", "first", "--quiet", "--no-figure"])).code).toBe(0);
  const argv = ["export", "work/net.json", "--to", "archive", "--results", "first", "--out", "."];
  const exported = await runIn(folder, argv);
  expect([exported.code, exported.err]).toEqual([0, ""]);
  expect(exported.out).toContain("Wrote my-net.spark.zip.");
  const { data, results, versions } = readArchive(new Uint8Array(await readFile(join(folder, "my-net.spark.zip"))));
  expect(Object.keys(data)).toEqual(["data/current.csv"]);
  expect(Object.keys(results)).toContain("summary.json");
  expect(Object.keys(versions)).toEqual(["spark-snn", "node"]);

  expect((await runIn(folder, ["check", "my-net.spark.zip"])).out).toContain("my-net.spark.zip is valid.");
  expect((await runIn(folder, ["run", "my-net.spark.zip", "--out", "second", "--quiet", "--no-figure"])).code).toBe(0);
  const spikes = (name: string): Promise<string> => readFile(join(folder, name, "outSpikes.csv"), "utf8");
  expect(await spikes("second")).toBe(await spikes("first"));
  expect((await spikes("first")).split("\n").length).toBeGreaterThan(3);

  const imported = await runIn(folder, ["import", "my-net.spark.zip", "--out", "unpacked/net.json"]);
  expect([imported.code, imported.err]).toEqual([0, ""]);
  expect((await readdir(join(folder, "unpacked"))).sort()).toEqual(["data", "net.json", "results"]);
  expect((await runIn(folder, ["run", "unpacked/net.json", "--out", "third", "--quiet", "--no-figure"])).code).toBe(0);
  expect(await spikes("third")).toBe(await spikes("first"));
}, 60_000);

test.each([
  [
    ["export", "work/net.json", "--to", "scfg", "--results", "first", "--out", "x"],
    2,
    "--results belongs to --to archive",
  ],
  [["export", "work/net.json", "--to", "archive", "--results", "none", "--out", "x"], 4, "none"],
  [["run", "broken.spark.zip", "--out", "x"], 4, "broken.spark.zip begins like a zip but has no directory at its end"],
  [["sweep", "my-net.spark.zip", "--out", "x", "--seeds", "2"], 2, "sweep reads no archives. Unpack it"],
] as const)("%j is refused", async (argv, expected, message) => {
  await writeFile(join(folder, "broken.spark.zip"), Uint8Array.of(0x50, 0x4b, 3, 4, ...new Array(60).fill(0)));
  const { code, err } = await runIn(folder, argv);
  expect([code, err]).toEqual([expected, expect.stringContaining(message)]);
});
