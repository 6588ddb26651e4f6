/*
 * Predicts the spikes of a recorded neuron with the parameters from fit.ts, and scores the prediction.
 *
 *     npx tsx examples/l5-pyramidal/run.ts
 */
import { mkdir, writeFile } from "node:fs/promises";
import { relative } from "node:path";
import { toPng } from "@spark-snn/plot/png";
import { drawPrediction } from "./figure.ts";
import { type Prediction, predict, scoreHeader, scoreRow } from "./predict.ts";
import { pathOf } from "./recording.ts";

const out = (file: string): string => pathOf(`out/${file}`);
const shown = (file: string): string => relative(process.cwd(), out(file)) || file;
const strong = (text: string): string =>
  process.stdout.isTTY && !process.env["NO_COLOR"] ? `\x1b[1m${text}\x1b[0m` : text;

/** Prints cells under their headings, aligned to the right. */
const printTable = (header: readonly string[], rows: readonly (readonly string[])[]): void => {
  const widths = header.map((name, k) => Math.max(name.length, ...rows.map((row) => row[k]!.length)));
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, k) => cell.padStart(widths[k]!)).join("  ")}`;
  console.log(strong(line(header)));
  for (const row of rows) console.log(line(row));
};

const csv = (header: string, rows: readonly (readonly (string | number)[])[]): string =>
  `${[header, ...rows.map((row) => row.join(","))].join("\n")}\n`;

const writeFiles = async (predictions: readonly Prediction[], svg: string): Promise<void> => {
  await mkdir(out(""), { recursive: true });
  await writeFile(out("figure.svg"), svg);
  await writeFile(out("figure.png"), toPng(svg));
  const scores = predictions.flatMap(({ recording, score }) =>
    score.each.map((gamma, k) => [recording.name, k + 1, gamma, score.reliability]),
  );
  await writeFile(out("scores.csv"), csv("stimulus,repetition,coincidence,reliability", scores));
  for (const { recording, steps, times, potential, dt } of predictions) {
    const spikes = Array.from(steps, (step, k) => [step, times[k]!, 0]);
    await writeFile(out(`${recording.name}.outSpikes.csv`), csv("step,time_ms,unit", spikes));
    const samples = Array.from(potential, (value, k) => [(k + 1) / dt, k + 1, 0, value]);
    await writeFile(out(`${recording.name}.potential.csv`), csv("step,time_ms,unit,potential_mV", samples));
  }
};

console.log(
  "A leaky soma with an adaptive threshold receives the current that was injected into a neuron of rat cortex,",
);
console.log("and predicts the spikes of the neuron. Its parameters were fitted to stimulus 04 only.\n");
const predictions: Prediction[] = [];
for (const name of ["04", "05", "06"] as const) predictions.push(await predict(name));
printTable(scoreHeader, predictions.map(scoreRow));
const [first] = predictions;
const ratio = first!.score.ratio.toFixed(3);
console.log(`
Γ counts the spikes within 4 ms of a recorded one, minus the number expected by chance: 1 is perfect, 0 is chance.
The neuron does not repeat itself exactly: the reliability is the mean Γ between its four repetitions. On stimulus
04 the soma reaches ${ratio} of it. On 05, at a third of the current, the prediction fails; on 06 the neuron hardly
predicts itself. See examples/l5-pyramidal/README.md.
`);
await writeFiles(predictions, drawPrediction(first!, 10_000, 11_500));
console.log(`${strong("Figure:")} ${shown("figure.svg")} and ${shown("figure.png")}; the data files are next to them.`);
console.log(`
Three things to try next:
  1. Change thresholdDelta in examples/l5-pyramidal/experiment.json, run this again, and watch Γ.
  2. Fit 04 and 05 together, which takes half a minute:\n     npx spark-snn fit examples/l5-pyramidal/fit.json --out fitted --set 'validate=["06"]'
  3. Write a custom soma and see whether it does better: examples/own-soma/`);
