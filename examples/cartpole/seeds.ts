/*
 * Trains networks of 25 seeds until they solve the task, for at most 300 episodes. Keeps the lengths of all episodes in
 * data/lengths.json, and prints how many networks solve the task. This takes up to an hour for each variant. Seeds that the
 * file contains are not trained again.
 *
 *     npx tsx examples/cartpole/seeds.ts [variant …]
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { writeAtomic } from "spark-snn/node";
import { type Lengths, scoresOf } from "./figure.ts";
import { protocol, reference, solved, Training, type TrainingOptions } from "./training.ts";

const variants: Readonly<Record<string, Omit<TrainingOptions, "seed">>> = {
  example: {},
  "sides drawn at random": { teaching: "shuffled" },
  "without learning": { teaching: "none" },
  "Python Spark's protocol": { protocol: reference },
  "with its drift": { protocol: { ...protocol, drift: reference.drift } },
  "with its time constant": {
    protocol: { ...protocol, punishment: reference.punishment, decayTau: reference.decayTau },
  },
  "with its reward of the other side": { protocol: { ...protocol, opposite: reference.opposite } },
};

const seeds = Array.from({ length: 25 }, (_, k) => k + 1);
const mostEpisodes = 300;

const path = fileURLToPath(new URL("data/lengths.json", import.meta.url));
const lengths: Lengths = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Lengths) : {};
const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : Object.keys(variants)) {
  lengths[name] ??= {};
  for (const seed of seeds) {
    if (lengths[name][seed]) continue;
    const training = await Training.begin({ seed, ...variants[name]! });
    while (training.lengths.length < mostEpisodes && training.score < solved)
      training.train(training.lengths.length + 1);
    training.simulation.dispose();
    lengths[name][seed] = training.lengths;
    await writeAtomic(path, `${JSON.stringify(lengths)}\n`);
  }
  const scores = Object.values(lengths[name]).map(scoresOf);
  const firsts = scores.map((list) => list.findIndex((score) => score >= solved) + 1).filter((first) => first > 0);
  firsts.sort((a, b) => a - b);
  console.log(
    `${name}: ${firsts.length} of ${scores.length} reach ${solved}, after these episodes: ${firsts.join(" ")}`,
  );
  const mean = (list: readonly number[]): number => list.reduce((sum, one) => sum + one, 0) / list.length;
  const unsolved = Object.values(lengths[name]).filter((list) => list.length === mostEpisodes);
  const last = unsolved.map((list) => mean(list.slice(-50)).toFixed(0));
  if (last.length > 0) console.log(`  mean of the last 50 episodes of the others: ${last.join(" ")}`);
}
