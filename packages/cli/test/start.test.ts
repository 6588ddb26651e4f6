import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { ensureBuilt } from "./built.test-support.ts";
import { makeFolder, small } from "./terminal.test-support.ts";

/* A short command spends most of its time on loading modules, so what each command loads is tested. */

const folder = await makeFolder();
const command = fileURLToPath(new URL("../bin/spark-snn.js", import.meta.url));

beforeAll(async () => {
  await ensureBuilt();
  await writeFile(join(folder, "small.json"), JSON.stringify(small));
}, 300_000);

/** The files that a command loads, from the coverage that V8 writes. */
const filesOf = async (argv: readonly string[]): Promise<string[]> => {
  const coverage = await mkdtemp(join(tmpdir(), "spark-start-"));
  const env = { ...process.env, NODE_V8_COVERAGE: coverage };
  const { status } = spawnSync(process.execPath, [command, ...argv], { cwd: folder, env });
  const reports = await Promise.all((await readdir(coverage)).map((file) => readFile(join(coverage, file), "utf8")));
  await rm(coverage, { recursive: true });
  expect(status).toBe(0);
  return reports.flatMap((report) =>
    (JSON.parse(report) as { readonly result: readonly { readonly url: string }[] }).result.flatMap(({ url }) =>
      url.startsWith("file:") ? fileURLToPath(url).replaceAll("\\", "/") : [],
    ),
  );
};

const heavy = /\/packages\/(plot|fit)\/|resvg|vega|koffi/;

test("--version loads neither the library nor other large modules", async () => {
  const files = await filesOf(["--version"]);
  expect(files.length).toBeGreaterThan(0);
  expect(files.length).toBeLessThanOrEqual(5);
  expect(files.filter((file) => !file.includes("/packages/cli/"))).toEqual([]);
});

test.each([
  [["--help"]],
  [["run", "--help"]],
  [["list"]],
  [["check", "small.json"]],
  [["run", "small.json", "--out", "plain", "--no-figure"]],
])("%j loads no figures and no fits", async (argv) => {
  const files = await filesOf(argv);
  expect(files.some((file) => file.includes("/packages/spark/dist/"))).toBe(true);
  expect(files.filter((file) => heavy.test(file))).toEqual([]);
  // The list of commands reads a file for each of them.
  expect(files.length).toBeLessThanOrEqual(46);
});

test("the help of fit loads the declarations of its options, but no figures", async () => {
  const files = await filesOf(["fit", "--help"]);
  expect(files.some((file) => file.includes("/packages/fit/dist/"))).toBe(true);
  expect(files.filter((file) => heavy.test(file) && !file.includes("/packages/fit/"))).toEqual([]);
  expect(files.length).toBeLessThanOrEqual(42);
});

test("a figure loads Vega as part of one file", async () => {
  const files = await filesOf(["run", "small.json", "--out", "drawn"]);
  expect(files.filter((file) => file.includes("/packages/plot/dist/"))).toHaveLength(2);
  expect(files.filter((file) => /\/node_modules\/(vega|d3)/.test(file))).toEqual([]);
});
