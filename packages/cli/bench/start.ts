/*
 * Measures the time of short commands and of an empty Node program, in turns, because other load on the computer
 * affects both. Prints the minimum of several turns.
 *
 *     npm run bench:start
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const TURNS = 15;
const command = fileURLToPath(new URL("../bin/spark-snn.js", import.meta.url));
const microcircuit = fileURLToPath(new URL("../../../examples/microcircuit/experiment.json", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "spark-start-"));

const programs: Readonly<Record<string, readonly string[]>> = {
  "node -e 0": ["-e", "0"],
  "spark-snn --version": [command, "--version"],
  "spark-snn --help": [command, "--help"],
  "spark-snn check, one population": [command, "check", "experiment.json"],
  "spark-snn check, the microcircuit": [command, "check", microcircuit],
  "spark-snn run without a figure": [command, "run", "experiment.json", "--out", "plain", "--force", "--no-figure"],
  "spark-snn run with its figure": [command, "run", "experiment.json", "--out", "drawn", "--force"],
};

/** Run time of a program in seconds. */
const timeOf = (argv: readonly string[]): number => {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, argv, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`${argv.join(" ")} failed: ${stderr}`);
  return (performance.now() - start) / 1000;
};

try {
  timeOf([command, "init"]);
  const times = new Map(Object.keys(programs).map((name): [string, number[]] => [name, []]));
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [name, argv] of Object.entries(programs)) times.get(name)!.push(timeOf(argv));
  }
  const least = (name: string): number => Math.min(...times.get(name)!);
  for (const name of Object.keys(programs)) {
    const ratio = least(name) / least("node -e 0");
    console.log(`${name.padEnd(36)} ${(least(name) * 1000).toFixed(0).padStart(6)} ms  ${ratio.toFixed(2)} × node`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
