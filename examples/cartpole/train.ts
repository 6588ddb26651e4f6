/*
 * Trains one network, and shows its progress.
 *
 *     npx tsx examples/cartpole/train.ts [seed] [episodes]
 */
import "spark-snn/node";
import { solved, Training } from "./training.ts";

const [seed = 1, episodes = 300] = process.argv.slice(2).map(Number);
const training = await Training.begin({ seed });

const { stdout } = process;
/** One line that is written again in a terminal; elsewhere one line for every tenth episode. */
const show = (line: string, always: boolean): void => {
  if (stdout.isTTY) stdout.write(`\r\x1b[K${line}${always ? "\n" : ""}`);
  else if (always) stdout.write(`${line}\n`);
};
const bar = (part: number): string => "█".repeat(Math.round(20 * part)).padEnd(20, "·");

let steps = 0;
let shown = 0;
let first: number | undefined;
const begin = performance.now();
for (const { episode, length, score, ends } of training.play()) {
  steps++;
  if (ends && training.score >= solved) first ??= episode;
  const now = performance.now();
  if (!ends && now - shown < 100) continue;
  shown = now;
  const speed = (50 * steps) / (now - begin);
  const cells = [
    `episode ${`${episode}`.padStart(3)}`,
    `length ${`${length}`.padStart(3)}`,
    `score ${(ends ? training.score : score).toFixed(0).padStart(3)} ${bar(training.score / 500)}`,
    `${speed.toFixed(1)} × real time`,
  ];
  show(cells.join("  "), ends && episode % 10 === 0);
  if (ends && episode >= episodes) break;
}
const seconds = (performance.now() - begin) / 1000;
console.log(
  first === undefined
    ? `\nThe score did not reach ${solved} in ${episodes} episodes.`
    : `\nThe score reached ${solved} after ${first} episodes.`,
);
console.log(
  `${50 * steps} steps of the network in ${seconds.toFixed(1)} s: ${((1e6 * seconds) / (50 * steps)).toFixed(1)} µs a step.`,
);
training.simulation.dispose();
