/*
 * The quickstart: simulates one second of the cortical microcircuit of Potjans and Diesmann (2014), prints rates and
 * irregularity of its eight populations beside NEST's, and draws a figure.
 *
 *     npx tsx examples/microcircuit/run.ts [--scale FRACTION]
 */
import { mkdir } from "node:fs/promises";
import { cpus } from "node:os";
import { dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { toPng } from "@spark-snn/plot/png";
import { writeAtomic } from "spark-snn/node";
import { readArguments } from "./arguments.ts";
import { drawMicrocircuit } from "./figure.ts";
import { microcircuit } from "./network.ts";
import { simulateSecond } from "./second.ts";
import { notesOn, tableOf } from "./table.ts";

const task = readArguments(process.argv.slice(2));
if ("text" in task) {
  (task.status === 0 ? process.stdout : process.stderr).write(`${task.text}\n`);
  process.exit(task.status);
}
const { scale } = task;
const terminal = process.stdout.isTTY === true;
const strong = (text: string): string => (terminal && !process.env["NO_COLOR"] ? `\x1b[1m${text}\x1b[0m` : text);
/** Replaces the last line of a terminal. Elsewhere, prints a line for each new stage. */
let stage = "";
const show = (next: string, detail = ""): void => {
  if (terminal) process.stdout.write(`\r\x1b[K${next}${detail}`);
  else if (next !== stage && next !== "") console.log(next);
  stage = next;
};
const grouped = (count: number): string => `${count}`.replace(/\B(?=(\d{3})+$)/g, " ");

const planned = microcircuit(scale);
const units = Object.values(planned.brain.populations).reduce((sum, { config }) => sum + config.units![0]!, 0);
const synapses = planned.synapses.flat().reduce((sum, count) => sum + count, 0);
console.log(
  strong(
    `The cortical microcircuit (Potjans and Diesmann 2014): ${Number((100 * scale).toPrecision(3))} % of its size`,
  ),
);
console.log(
  `${grouped(units)} units in eight populations, ${grouped(synapses)} synapses, one second in steps of 0.1 ms\n`,
);
show("Building the synapses …");
const second = await simulateSecond(scale, (fraction) => show("Simulating …", ` ${Math.round(100 * fraction)} %`));
show("");
const { run, rows } = second;
const processors = cpus().length;
console.log(`Built in ${run.buildTime.toFixed(2)} s.`);
console.log(
  `Simulated 1 s in ${strong(`${run.wallTime.toFixed(2)} s`)} (${run.backend}, ${processors} thread${processors > 1 ? "s" : ""}), ` +
    `${(run.wallTime > 1 ? run.wallTime : 1 / run.wallTime).toFixed(1)} times ${run.wallTime > 1 ? "slower" : "faster"} than real time.\n`,
);

const [header, ...body] = tableOf(rows, scale);
const widths = header!.map((_, k) => Math.max(...[header!, ...body].map((row) => row[k]!.length)));
const line = (cells: readonly string[]): string =>
  cells.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!))).join("  ");
console.log(strong(line(header!)));
for (const row of body) console.log(line(row));
console.log(`\n${notesOn(scale)}\n`);

const svg = drawMicrocircuit(second.populations, rows, { duration: run.duration, scale });
const path = fileURLToPath(new URL("out/microcircuit.svg", import.meta.url));
await mkdir(dirname(path), { recursive: true });
await writeAtomic(path, svg);
await writeAtomic(path.replace(/svg$/, "png"), toPng(svg));
const shown = relative(process.cwd(), path);
console.log(`${strong("Figure:")} ${shown.replace(/svg$/, "png")} and .svg`);
console.log(`Everything took ${(performance.now() / 1000).toFixed(1)} s.

Three things to try next:
  1. Simulate the full network, ${grouped(77169)} units and 299 million synapses, in 2 GB of memory:
     npm run quickstart -- --scale 1
  2. Fit a soma with an adaptive threshold to a real neuron, and test it on data that the fit did not use:
     npx tsx examples/real-neuron/fit.ts
  3. Declare a soma of your own, with its equations, units and parameters:
     npx tsx examples/own-soma/run.ts`);
