import { readFile } from "node:fs/promises";
import { checkCrossValidation, readCrossValidationDocument } from "@spark-snn/fit";
import { analysis, type ComponentType, simulate, somas } from "spark-snn";
import { expect, test } from "vitest";
import { comparisonRows, readComparison } from "./compare.ts";
import { drawComparison, drawPrediction } from "./figure.ts";
import { experimentOf, fitNeuron } from "./fit.ts";
import { predict, scoreHeader, scoreRow, window } from "./predict.ts";
import { duration, interval, parts, pathOf, readRecording, titles, trained } from "./recording.ts";

const readJson = async (file: string) => JSON.parse(await readFile(pathOf(file), "utf8"));

/** A table of the README, cell by cell; the first one is number 0. */
const readTable = async (number = 0): Promise<string[][]> =>
  (await readFile(pathOf("README.md"), "utf8"))
    .match(/(?:^\|.*\n)+/gm)!
    [number]!.trim()
    .split("\n")
    .filter((line) => !/^[|\s:-]+$/.test(line))
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

test("the README and the figure show the comparison of the somas", async () => {
  const somas = await readComparison();
  const [, ...rows] = await readTable(1);
  expect(rows).toEqual(comparisonRows(somas));
  const words = (svg: string): string => svg.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
  for (const theme of ["light", "dark"] as const) {
    const picture = await readFile(pathOf(`../../docs/images/real-neuron-comparison-${theme}.svg`), "utf8");
    expect(words(picture), "Run npx tsx docs/images/make.ts.").toBe(words(drawComparison(somas, theme)));
  }
});

test("the somas of the comparison predict the parts that were held out with the scores in the table", async () => {
  const types = somas as unknown as Readonly<Record<string, ComponentType>>;
  for (const part of parts) {
    const { amplitude, spikes } = await readRecording(part);
    for (const { name, soma, heldOut } of await readComparison()) {
      const { parameters, latency, coincidence } = heldOut.find((one) => one.part === part)!;
      const current = { series: amplitude, interval, start: latency, before: "zero", after: "hold" } as const;
      const options = { duration, dt: interval, inputs: { current }, record: { outSpikes: true } } as const;
      const { outSpikes } = await simulate(types[soma]!(parameters), options);
      const found = analysis.coincidenceFactor(outSpikes.times(), spikes, { duration, window });
      expect(found, `${name}, ${part}`).toBeCloseTo(coincidence, 12);
    }
  }
});

test("the document of the comparison is valid, and the best soma leads in its order", async () => {
  const { somas: compared, options } = await readCrossValidationDocument(await readJson("compare.json"), {
    readFile: (path) => readFile(pathOf(path)),
  });
  const { fits, comparedBy } = checkCrossValidation(compared, options);
  const found = await readComparison();
  expect(Object.keys(fits).sort()).toEqual(found.map(({ name }) => name).sort());
  expect(comparedBy).toBe("score");
  expect(found.map(({ score }) => score)).toEqual(found.map(({ score }) => score).sort((a, b) => b - a));
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
