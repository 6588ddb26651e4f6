import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readArchive } from "@spark-snn/formats";
import { describe, expect, test } from "vitest";
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
] as const)("%j is refused", async (argv, expected, message) => {
  await writeFile(join(folder, "broken.spark.zip"), Uint8Array.of(0x50, 0x4b, 3, 4, ...new Array(60).fill(0)));
  const { code, err } = await runIn(folder, argv);
  expect([code, err]).toEqual([expected, expect.stringContaining(message)]);
});

describe("a sweep", () => {
  const table = (name: string): Promise<string> => readFile(join(folder, name, "table.csv"), "utf8");
  const swept = (file: string, out: string, ...more: string[]) =>
    runIn(folder, ["sweep", file, "--vary", "dt=0.5,0.25", "--out", out, "--quiet", "--no-figure", ...more]);

  test.each(["1", "2"])("reads a project archive in %s processes, with the rows of its document", async (parallel) => {
    await runIn(folder, ["export", "work/net.json", "--to", "archive", "--out", "swept", "--force"]);
    const archived = await swept("swept/my-net.spark.zip", `archived-${parallel}`, "--parallel", parallel);
    expect([archived.code, archived.err]).toEqual([0, ""]);
    expect((await swept("work/net.json", `plain-${parallel}`, "--parallel", parallel)).code).toBe(0);
    expect(await table(`archived-${parallel}`)).toBe(await table(`plain-${parallel}`));
    expect((await table(`plain-${parallel}`)).split("\n")).toHaveLength(4);
    // The same command goes on, and so does the plan alone.
    expect((await swept("swept/my-net.spark.zip", `archived-${parallel}`, "--parallel", parallel)).code).toBe(0);
    const planned = await runIn(folder, [
      "sweep",
      "--plan",
      `archived-${parallel}/plan.jsonl`,
      "--quiet",
      "--no-figure",
    ]);
    expect([planned.code, planned.err]).toEqual([0, ""]);
  });

  test.each(["1", "2"])("reads recordings as inputs in %s processes", async (parallel) => {
    const samples = [
      [0, 300],
      [50, 400],
      [100, 400],
    ]
      .map(([time, value]) => `1\t${time}\t${value}`)
      .join("\n");
    await writeFile(join(folder, "work/current.dat"), `sender\ttime_ms\tI\n${samples}\n`);
    const input = { nest: "current.dat", column: "I", unit: "pA", after: "hold" };
    await writeFile(join(folder, "work/recorded.json"), JSON.stringify({ ...small, inputs: { current: input } }));
    const recorded = await swept("work/recorded.json", `recorded-${parallel}`, "--parallel", parallel);
    expect([recorded.code, recorded.err]).toEqual([0, ""]);
    expect(await table(`recorded-${parallel}`)).toMatch(/^index,.*\n0,.*\n1,.*\n$/);
    await writeFile(
      join(folder, "work/missing.json"),
      JSON.stringify({ ...small, inputs: { current: { ...input, nest: "currant.dat" } } }, null, 1),
    );
    const missing = await swept("work/missing.json", `missing-${parallel}`);
    expect([missing.code, missing.err]).toEqual([
      4,
      expect.stringMatching(
        /work\/missing\.json:\d+:\d+ experiment\.inputs\.current\.nest cannot be used: .* Did you mean/,
      ),
    ]);
  });
});
