import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { measureMembrane, search } from "./candidates.ts";
import { drawPrediction } from "./figure.ts";
import { predict, scoreHeader, scoreRow } from "./predict.ts";
import { pathOf, type RecordingName, readRecording } from "./recording.ts";

const readJson = async (file: string) => JSON.parse(await readFile(pathOf(file), "utf8"));

/** The table of the README, cell by cell. */
const readTable = async (): Promise<string[][]> =>
  (await readFile(pathOf("README.md"), "utf8"))
    .split("\n")
    .filter((line) => line.startsWith("|") && !/^[|\s-]+$/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    );

test("the README states the scores as they are", async () => {
  const [header, ...rows] = await readTable();
  expect(header).toEqual(scoreHeader);
  expect(rows.map(([name]) => name)).toEqual(["04", "05", "06"]);
  for (const row of rows) expect(scoreRow(await predict(row[0] as RecordingName))).toEqual(row);
});

test("the soma reaches at least 0.89 of the neuron's reliability on the stimulus that it was fitted on", async () => {
  const { score } = await predict("04");
  expect(score.ratio).toBeGreaterThanOrEqual(0.89);
  expect(score.mean).toBe((await readJson("parameters.json")).score);
});

test("the experiment document holds the parameters that were found", async () => {
  const { parameters, search: settings } = await readJson("parameters.json");
  const { model, dt } = await readJson("experiment.json");
  expect(model).toEqual({ soma: "AdaptiveLeakySoma", ...parameters });
  expect(dt).toBe(settings.dt);
  expect(parameters).toMatchObject(measureMembrane(await readRecording("04")));
});

test("the search gives the same parameters for the same seed, others for another, and gets better", async () => {
  const recording = await readRecording("04");
  const options = { generations: 3, candidates: 60, dt: 0.5 };
  const bests: number[] = [];
  const progress = (_: number, best: number): void => void bests.push(best);
  const first = await search(recording, { ...options, seed: 7, progress });
  const again = await search(recording, { ...options, seed: 7 });
  const other = await search(recording, { ...options, seed: 8 });
  expect(again).toEqual(first);
  expect(other.parameters).not.toEqual(first.parameters);
  expect(bests).toHaveLength(3);
  expect(bests[2]).toBeGreaterThan(bests[0]!);
  expect(bests[2]).toBe(first.score);
});

test("the figure shows the stretch that was asked for, with the score", async () => {
  const prediction = await predict("04");
  const svg = drawPrediction(prediction, 10_000, 11_500);
  expect(svg).toContain(`Γ = ${prediction.score.mean.toFixed(2)}`);
  expect(svg).toContain("stimulus 04");
});
