import { readFileSync } from "node:fs";
import "spark-snn/node";
import { expect, test } from "vitest";
import { drawScores, type Lengths, scoresOf } from "./figure.ts";
import { protocol, reference, solved, Training, type TrainingOptions } from "./training.ts";

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean length of the last 20 episodes. */
const lengthOf = async (episodes: number, options: TrainingOptions): Promise<number> => {
  const training = await Training.begin(options);
  training.train(episodes);
  training.simulation.dispose();
  return mean(training.lengths.slice(-20));
};

test("failures teach the network to keep the pole up longer", async () => {
  const untaught = await lengthOf(20, { seed: 1, teaching: "none" });
  expect(untaught).toBeLessThan(15);
  expect(await lengthOf(40, { seed: 1 })).toBeGreaterThan(2.5 * untaught);
}, 60_000);

test("training goes on as if it had not paused", async () => {
  const [whole, parts] = [await Training.begin({ seed: 3 }), await Training.begin({ seed: 3 })];
  whole.train(6);
  for (const episodes of [1, 2, 6]) parts.train(episodes);
  expect(parts.lengths).toEqual(whole.lengths);
  expect(parts.simulation.weights("stateToB").read()).toEqual(whole.simulation.weights("stateToB").read());
  whole.simulation.dispose();
  parts.simulation.dispose();
}, 60_000);

test("the lengths of the 25 seeds are those of the README", () => {
  const path = new URL("data/lengths.json", import.meta.url);
  const lengths = JSON.parse(readFileSync(path, "utf8")) as Lengths;
  const count = (name: string): number =>
    Object.values(lengths[name]!).filter((list) => scoresOf(list).at(-1)! >= solved).length;
  const names = ["example", "Python Spark's protocol", "without learning", "sides drawn at random"];
  expect(names.map(count)).toEqual([24, 18, 0, 0]);
  for (const name of names) expect(Object.keys(lengths[name]!)).toHaveLength(25);
  expect(drawScores(lengths)).toContain("sides drawn at random");
});

test.each([
  ["this example", protocol],
  ["Python Spark's tutorial", reference],
])(
  "WebAssembly and native code give the same bits with the protocol of %s",
  async (_, own) => {
    const trained = async (backend: "wasm" | "native") => {
      const training = await Training.begin({ seed: 2, backend, protocol: own });
      training.train(3);
      const { lengths, simulation } = training;
      const weights = simulation.weights("stateToA").read();
      simulation.dispose();
      return { lengths, weights };
    };
    expect(await trained("wasm")).toEqual(await trained("native"));
  },
  60_000,
);
