import { execFile } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { readArguments } from "./arguments.ts";
import { nestTenth } from "./nest.ts";
import { simulateSecond } from "./second.ts";
import { notesOn, tableOf } from "./table.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);
const quickstart = (...args: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> =>
  run(process.execPath, ["tools/quickstart.mjs", ...args], { cwd: root });

test("reads the scale, and by default a tenth", () => {
  expect(readArguments([])).toEqual({ scale: 0.1 });
  expect(readArguments(["--scale", "1"])).toEqual({ scale: 1 });
  expect(readArguments(["--scale=0.25"])).toEqual({ scale: 0.25 });
  expect(readArguments(["--help"])).toMatchObject({ status: 0 });
});

test.each([
  [["--scale", "0"], '--scale must be a number from 0.02 to 1; received "0".'],
  [["--scale", "2"], '--scale must be a number from 0.02 to 1; received "2".'],
  [["--scale", "full"], '--scale must be a number from 0.02 to 1; received "full".'],
  [["--scale", ""], '--scale must be a number from 0.02 to 1; received "".'],
  [["--scale"], "Option '--scale <value>' argument missing."],
  [["--scal", "1"], "Unknown option '--scal'."],
  [["1"], 'Unexpected argument "1". Write two dashes before the options: npm run quickstart -- --scale 1'],
])("refuses %j in one sentence, followed by the usage", (given, sentence) => {
  const task = readArguments(given);
  expect(task).toMatchObject({ status: 1 });
  const [first, , usage] = ("text" in task ? task.text : "").split("\n");
  expect(first).toBe(sentence);
  expect(usage).toBe("Usage: npm run quickstart -- [--scale FRACTION]");
});

test("a tenth agrees with NEST within six standard deviations between seeds", async () => {
  const { rows } = await simulateSecond(0.1);
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const cells = readme.split("\n").map((line) => line.split(/ {2,}/).join("|"));
  for (const row of tableOf(rows, 0.1)) expect(cells).toContain(row.join("|"));
  for (const [k, row] of rows.entries()) {
    for (const measure of ["rate", "cv"] as const) {
      const { mean, deviation } = nestTenth[measure][k]!;
      expect(Math.abs(row[measure] - mean), `${row.name}.${measure}`).toBeLessThan(6 * deviation + 0.02 * mean);
    }
  }
});

test("the table shows NEST's values of the same scale only where they were measured", () => {
  const rows = nestTenth.rate.map(({ mean }, k) => ({ name: `P${k}`, units: 10, rate: mean, cv: Number.NaN }));
  expect(tableOf(rows, 0.1)[0]).toHaveLength(8);
  expect(tableOf(rows, 0.2)[0]).toEqual([
    "population",
    "units",
    "rate (Hz)",
    "NEST, full size",
    "CV",
    "NEST, full size",
  ]);
  expect(tableOf(rows, 0.2)[1]![4]).toBe("–");
  expect(notesOn(0.2)).toContain("at this scale were not measured");
  expect(notesOn(1)).not.toContain("van Albada");
});

test("the quickstart prints progress, table, figure and next steps that exist", async () => {
  const { stdout } = await quickstart("--scale", "0.02");
  expect(stdout).toMatch(/^1 544 units in eight populations, 119 548 synapses/m);
  expect(stdout).toMatch(
    /^Simulated 1 s in \d+\.\d\d s \(wasm, \d+ threads?\), \d+\.\d times (faster|slower) than real time\.$/m,
  );
  expect(stdout).toMatch(/^L2\/3E +414 /m);
  const [, png] = /^Figure: (\S+\.png)/m.exec(stdout)!;
  expect(Date.now() - statSync(new URL(`../../${png}`, import.meta.url)).mtimeMs).toBeLessThan(60_000);
  const steps = [...stdout.matchAll(/^ {5}npx tsx (\S+)/gm)].map(([, program]) => program!);
  expect(steps.length).toBe(2);
  for (const program of steps) expect(existsSync(new URL(`../../${program}`, import.meta.url))).toBe(true);
});

test("the quickstart passes wrong arguments on, with status 1", async () => {
  await expect(quickstart("--scale", "3")).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('received "3"'),
  });
});
