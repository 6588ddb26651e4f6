/*
 * Trains networks of 25 seeds for 150 episodes, and for up to 300 if they have not solved the task by then. Keeps the
 * lengths of all episodes in data/lengths.json, and prints how many networks solve the task. This takes hours. Seeds that
 * the file contains are not trained again.
 *
 *     npx tsx examples/cartpole/seeds.ts [variant …]
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { writeAtomic } from "spark-snn/node";
import { type Lengths, scoresOf, shownEpisodes } from "./figure.ts";
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
    training.train(shownEpisodes);
    while (training.lengths.length < mostEpisodes && !training.scores.some((score) => score >= solved)) {
      training.train(training.lengths.length + 1);
    }
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
  const later = Object.values(lengths[name]).flatMap((list) => {
    const first = scoresOf(list).findIndex((score) => score >= solved);
    return first < 0 ? [] : list.slice(first + 1);
  });
  const mean = (list: readonly number[]): string => (list.reduce((sum, one) => sum + one, 0) / list.length).toFixed(0);
  if (later.length > 0) console.log(`  mean length of their ${later.length} later episodes: ${mean(later)}`);
  const last = Object.values(lengths[name]).flatMap((list) => list.slice(shownEpisodes - 20, shownEpisodes));
  console.log(`  mean length of the episodes before episode ${shownEpisodes}: ${mean(last)}`);
}
