import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { drawPrediction } from "./figure.ts";
import { experimentOf, fitNeuron } from "./fit.ts";
import { predict, scoreHeader, scoreRow } from "./predict.ts";
import { pathOf, type RecordingName } from "./recording.ts";

const readJson = async (file: string) => JSON.parse(await readFile(pathOf(file), "utf8"));

/** The first table of the README, cell by cell. */
const readTable = async (): Promise<string[][]> =>
  /(?:^\|.*\n)+/m
    .exec(await readFile(pathOf("README.md"), "utf8"))![0]
    .trim()
    .split("\n")
    .filter((line) => !/^[|\s-]+$/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    );

test("the README gives the current scores", async () => {
  const [header, ...rows] = await readTable();
  expect(header).toEqual(scoreHeader);
  expect(rows.map(([name]) => name)).toEqual(["04", "05", "06"]);
  for (const row of rows) expect(scoreRow(await predict(row[0] as RecordingName))).toEqual(row);
});

test("the soma reaches at least 0.9 of the neuron's reliability on the stimulus that it was fitted to", async () => {
  const { score } = await predict("04");
  expect(score.ratio).toBeGreaterThanOrEqual(0.9);
});

test("the fit gives the experiment document of the example", async () => {
  const bests: number[] = [];
  const result = await fitNeuron((_, best) => void bests.push(best));
  expect(experimentOf(result)).toEqual(await readJson("experiment.json"));
  expect(result.score).toBe((await predict("04")).score.mean);
  expect(bests.at(-1)).toBeGreaterThan(bests[0]!);
}, 120_000);

test("the figure shows the requested window, with the score", async () => {
  const prediction = await predict("04");
  const svg = drawPrediction(prediction, 10_000, 11_500);
  expect(svg).toContain(`Γ = ${prediction.score.mean.toFixed(2)}`);
  expect(svg).toContain("stimulus 04");
});
