/*
 * Predicts the spikes of a grasshopper's auditory receptor with the parameters from fit.ts, and scores the prediction.
 *
 *     npx tsx examples/real-neuron/run.ts
 */
import { mkdir, writeFile } from "node:fs/promises";
import { relative } from "node:path";
import { toPng } from "@spark-snn/plot/png";
import { drawPrediction } from "./figure.ts";
import { type Prediction, predict, scoreHeader, scoreRow } from "./predict.ts";
import { parts, pathOf } from "./recording.ts";

const out = (file: string): string => pathOf(`out/${file}`);
const strong = (text: string): string =>
  process.stdout.isTTY && !process.env["NO_COLOR"] ? `\x1b[1m${text}\x1b[0m` : text;

/** Prints cells under their headings, aligned to the right. */
const printTable = (header: readonly string[], rows: readonly (readonly string[])[]): void => {
  const widths = header.map((name, k) => Math.max(name.length, ...rows.map((row) => row[k]!.length)));
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!))).join("  ")}`;
  console.log(strong(line(header)));
  for (const row of rows) console.log(line(row));
};

const writeFiles = async (predictions: readonly Prediction[], svg: string): Promise<void> => {
  await mkdir(out(""), { recursive: true });
  await writeFile(out("figure.svg"), svg);
  await writeFile(out("figure.png"), toPng(svg));
  for (const { recording, times } of predictions) {
    const rows = Array.from(times, (time) => `${Math.round(10 * time)},${time},0`);
    await writeFile(out(`${recording.part}.outSpikes.csv`), `${["step,time_ms,unit", ...rows].join("\n")}\n`);
  }
};

console.log("A leaky soma with an adaptive threshold receives the amplitude of a sound, and predicts the spikes of a");
console.log("grasshopper's auditory receptor. Its parameters were fitted to the first half of one recording only.\n");
const predictions: Prediction[] = [];
for (const part of parts) predictions.push(await predict(part));
printTable(scoreHeader, predictions.map(scoreRow));
console.log(`
Spikes within 2 ms of each other coincide. Γ is 1 for a perfect prediction, and 0 for chance. See
examples/real-neuron/README.md for what the soma predicts, and what it does not.
`);
await writeFiles(predictions, drawPrediction(predictions[1]!, 1000, 1300));
const shown = relative(process.cwd(), out("figure"));
console.log(`${strong("Figure:")} ${shown}.svg and .png; the predicted spikes are next to them.`);
