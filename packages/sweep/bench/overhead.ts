import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/*
 * The goals of sweeps, as ratios and differences of turns in the built packages:
 *
 *     npm run bench:sweep
 *
 * 1. 1000 runs of 100 units and 1 s each: time of a run of the sweep, beyond the time that its simulation takes.
 * 2. Two processes against one, and what the computer allows: two separate programs at once, each with half of the runs.
 * 3. 20 runs over one parameter from the command line, from the first to the last.
 */

const TURNS = 5;
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "spark-sweep-bench-"));

const experiment = (duration: number) => ({
  model: { soma: "RefractoryLeakySoma", units: [100] },
  duration,
  dt: 0.1,
  inputs: { current: { whiteNoise: { mean: 300, std: 200 } } },
  record: { outSpikes: true },
});

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** Writes a script and returns its path. */
const scriptOf = (body: string): string => {
  const file = join(folder, "script.mjs");
  writeFileSync(
    file,
    `import { sweep, range } from ${JSON.stringify(at("../dist/index.js"))};
import ${JSON.stringify(at("../dist/node.js"))};
import { compile, experiment } from ${JSON.stringify(at("../../spark/dist/index.js"))};
${body}`,
  );
  return file;
};

/** Runs a script and returns the numbers that it prints. */
const measured = (body: string): number[] => {
  const file = scriptOf(body);
  const { stdout, stderr, status } = spawnSync(process.execPath, [file], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim().split(/\s+/).map(Number);
};

const overheads: number[] = [];
const ratios: number[] = [];
const ceilings: number[] = [];
for (let turn = 0; turn < TURNS; turn++) {
  const [wall = 0, simulated = 0] = measured(`const document = ${JSON.stringify(experiment(1000))};
let simulated = 0;
const measure = ["rate", (run) => { simulated += run.wallTime; return {}; }];
const { wallTime } = await sweep(document, { vary: { threshold: range(-52, -42, 1000) }, measure });
console.log(wallTime, simulated);`);
  overheads.push(wall - simulated);
  const [one = 0, two = 1] = measured(`const document = ${JSON.stringify(experiment(4000))};
const options = { vary: { threshold: range(-52, -42, 500) } };
const { wallTime: one } = await sweep(document, options);
const { wallTime: two } = await sweep(document, { ...options, parallel: 2 });
console.log(one, two);`);
  ratios.push(one / two);
  const file = scriptOf(`const document = ${JSON.stringify(experiment(4000))};
console.log((await sweep(document, { vary: { threshold: range(-52, -42, 250) } })).wallTime);`);
  const alone = Number((await promisify(execFile)(process.execPath, [file])).stdout);
  const both = await Promise.all([0, 1].map(() => promisify(execFile)(process.execPath, [file])));
  ceilings.push((2 * alone) / Math.max(...both.map(({ stdout }) => Number(stdout))));
}
console.log(`overhead of a run: ${median(overheads).toFixed(2)} ms, from ${Math.min(...overheads).toFixed(2)} ms`);
console.log(`two processes: ${median(ratios).toFixed(2)} times one, up to ${Math.max(...ratios).toFixed(2)}`);
console.log(`two separate programs: ${median(ceilings).toFixed(2)}, up to ${Math.max(...ceilings).toFixed(2)}`);

const file = join(folder, "experiment.json");
writeFileSync(file, JSON.stringify(experiment(1000)));
const command = at("../../cli/bin/spark-snn.js");
const times = Array.from({ length: TURNS }, (_, turn) => {
  const out = join(folder, `out${turn}`);
  const start = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    [command, "sweep", file, "--vary", "threshold=-52:-42:20", "--measure", "rate,cv", "--out", out, "--quiet"],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  return (performance.now() - start) / 1000;
});
console.log(`20 runs from the command line: ${median(times).toFixed(2)} s, from ${Math.min(...times).toFixed(2)} s`);
rmSync(folder, { recursive: true });
