/*
 * Measures how many candidates per second a fit evaluates with one thread of each backend, and the fraction of the time
 * spent in scoring. The recording is the first half of one condition of examples/real-neuron: 5 s at dt 0.1 ms, one
 * repetition, scored by Γ and the van Rossum distance, with a free latency.
 *
 *     npm run bench:fit -- [candidates per turn, default 15360] [turns, default 5]
 *
 * Backends take turns. The output gives wall-clock time and the processor time of all threads of the process, because
 * the engine's compiler and garbage collector run on their own threads.
 */
import "spark-snn/node";
import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { fit, readFitDocument } from "../src/index.ts";

const [candidates = 15_360, turns = 5] = process.argv.slice(2).map(Number);
const folder = new URL("../../../examples/real-neuron/", import.meta.url);
const text = await readFile(new URL("fit.json", folder), "utf8");
const read = (name: string): Promise<Uint8Array> => readFile(new URL(name, folder));

interface Turn {
  /** Candidates per second of wall-clock time, and of processor time. */
  readonly rate: number;
  readonly processorRate: number;
  readonly scoring: number;
}

const backends = ["native", "wasm"] as const;
const found: Record<(typeof backends)[number], Turn[]> = { native: [], wasm: [] };
let score: number | undefined;

for (let turn = -1; turn < turns; turn++) {
  for (const backend of backends) {
    const document = JSON.parse(text) as { recordings: { name: string }[]; validate?: unknown };
    document.recordings = document.recordings.filter(({ name }) => name === "200Hz-first");
    delete document.validate;
    const { model, options } = await readFitDocument(document, { readFile: read });
    let first = { at: 0, evaluated: 0 };
    let last = { at: 0, evaluated: 0 };
    let before = process.cpuUsage();
    let processor = 0;
    const result = await fit(model, {
      ...options,
      backend,
      threads: 1,
      budget: { candidates },
      progress: ({ evaluated, elapsed }) => {
        // From the end of the first generation, which includes reading the recording and compiling.
        last = { at: elapsed, evaluated };
        if (first.evaluated === 0) {
          first = last;
          before = process.cpuUsage();
        }
        const used = process.cpuUsage(before);
        processor = (used.user + used.system) / 1e6;
      },
    });
    score ??= result.score;
    if (result.score !== score) throw new Error(`${backend} found ${result.score}, another turn ${score}.`);
    if (turn < 0) continue; // the first turn warms up
    const rate = (last.evaluated - first.evaluated) / (last.at - first.at);
    found[backend].push({
      rate,
      processorRate: (last.evaluated - first.evaluated) / processor,
      scoring: result.scoringShare,
    });
  }
}

const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.versions.node}, ${turns} turns of ${candidates}`,
);
console.log("backend  candidates/s (least–most)  of processor time  scoring");
for (const backend of backends) {
  const rates = found[backend].map(({ rate }) => rate);
  const row = [
    backend.padEnd(8),
    `${middle(rates).toFixed(0)} (${Math.min(...rates).toFixed(0)}–${Math.max(...rates).toFixed(0)})`.padEnd(26),
    middle(found[backend].map(({ processorRate }) => processorRate))
      .toFixed(0)
      .padEnd(18),
    `${(100 * middle(found[backend].map(({ scoring }) => scoring))).toFixed(1)} %`,
  ];
  console.log(row.join(" "));
}
