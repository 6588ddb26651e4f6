import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { drawPrediction } from "./figure.ts";
import { experimentOf, fitNeuron } from "./fit.ts";
import { predict, scoreHeader, scoreRow } from "./predict.ts";
import { duration, interval, parts, pathOf, readRecording, titles, trained } from "./recording.ts";

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
  expect(rows.map(([name]) => name)).toEqual(parts.map((part) => titles[part]));
  for (const [k, part] of parts.entries()) expect(scoreRow(await predict(part))).toEqual(rows[k]);
});

test("the data are complete, and the licence is beside them", async () => {
  const counts = [];
  for (const part of parts) {
    const { amplitude, spikes } = await readRecording(part);
    expect(amplitude).toHaveLength(Math.round(duration / interval));
    expect([Math.min(...amplitude) > 0, Math.max(...amplitude) <= 1000]).toEqual([true, true]);
    counts.push(spikes.length);
  }
  expect(counts).toEqual([514, 415, 475, 393]);
  expect(await readFile(pathOf("data/LICENSE-nitime.txt"), "utf8")).toContain("NIPY Developers");
});

test("the soma generalises to the second half better than to the other condition", async () => {
  const [first, second, ...others] = await Promise.all(parts.map(predict));
  expect(first!.coincidence).toBeGreaterThan(0.75);
  expect(second!.coincidence).toBeGreaterThan(0.65);
  for (const { coincidence } of others) expect(coincidence).toBeLessThan(second!.coincidence);
});

test("the fit gives the experiment document of the example", async () => {
  const bests: number[] = [];
  const result = await fitNeuron((_, best) => void bests.push(best));
  expect(experimentOf(result)).toEqual(await readJson("experiment.json"));
  const [{ spikes, meanCoincidence }] = result.recordings as [(typeof result.recordings)[number]];
  const prediction = await predict(trained);
  expect([...prediction.times]).toEqual([...spikes]);
  expect(prediction.coincidence).toBe(meanCoincidence);
  expect(bests.at(-1)).toBeGreaterThan(bests[0]!);
}, 240_000);

test("the figure shows the requested window, with the score and the threshold", async () => {
  const prediction = await predict("200Hz-second");
  const svg = drawPrediction(prediction, 1000, 1300);
  expect(svg).toContain(`Γ = ${prediction.coincidence.toFixed(2)}`);
  expect(svg).toContain("200 Hz, second half: not used in the fit");
  expect(svg).toContain(">threshold<");
  // The threshold rises at a spike, and is never below its resting value.
  const least = Math.min(...prediction.threshold);
  expect(least).toBeGreaterThanOrEqual((await readJson("experiment.json")).model.threshold);
  const step = Math.round(prediction.times[0]! / interval) - 1;
  expect(prediction.threshold[step]! - prediction.threshold[step - 1]!).toBeGreaterThan(8);
});
