import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { analysis, readCsv } from "spark-snn";
import { describe, expect, test } from "vitest";
import { makeFolder, runIn, small } from "./terminal.test-support.ts";

const folder = await makeFolder();
await runIn(folder, ["init", "brain.json", "--template", "brain"]);
await runIn(folder, ["run", "brain.json", "--out", "brain", "--quiet", "--no-figure"]);

interface Numbers {
  readonly from: number;
  readonly to: number;
  readonly bin: number;
  readonly populations: Readonly<
    Record<string, Readonly<Record<string, number | null>> & { readonly spectrum: Rhythm }>
  >;
}
interface Rhythm {
  readonly frequencies: readonly number[];
  readonly power: readonly number[];
  readonly segments: number;
  readonly peak: number;
  readonly poisson: number;
  readonly excess: number;
}
const numbers = async (argv: readonly string[]): Promise<Numbers> => {
  const { code, out, err } = await runIn(folder, ["analyze", ...argv, "--json"]);
  expect([code, err]).toEqual([0, ""]);
  return JSON.parse(out) as Numbers;
};

const spikesIn = async (path: string) => {
  const { columns } = readCsv(await readFile(join(folder, path)));
  return { steps: columns[0]!, units: columns[2]! };
};

describe("analyze", () => {
  test("gives the results of the analysis functions for each population of a network", async () => {
    const { from, to, bin, populations } = await numbers(["brain", "--from", "100", "--bin", "5"]);
    expect([from, to, bin, Object.keys(populations)]).toEqual([100, 500, 5, ["excitatory", "inhibitory"]]);
    for (const [name, unitCount] of [
      ["excitatory", 400],
      ["inhibitory", 100],
    ] as const) {
      const events = await spikesIn(`brain/${name}/outSpikes.csv`);
      const options = { unitCount, dt: 0.1, duration: 500, from: 100 };
      const { spikeCount, rate, cv, cvUnits, synchrony } = analysis.populationSummary(events, options);
      expect(spikeCount).toBeGreaterThan(100);
      const { mean, pairCount } = analysis.meanCorrelation(events, { ...options, width: 5 });
      expect(populations[name]).toMatchObject({
        units: unitCount,
        spikes: spikeCount,
        cvUnits,
        pairs: pairCount,
        rate: expect.closeTo(rate),
        cv: expect.closeTo(cv),
        synchrony: expect.closeTo(synchrony),
        correlation: expect.closeTo(mean, 10),
      });
      const { values } = analysis.populationRate(events, { ...options, width: 1 });
      const known = analysis.powerSpectrum(values, { width: 1, segment: 200, highest: 200 });
      const { spectrum } = populations[name]!;
      expect(spectrum.frequencies).toEqual(Array.from(known.frequencies, (value) => expect.closeTo(value, 6)));
      expect(spectrum.power).toEqual(Array.from(known.power, (value) => expect.closeTo(value, 6)));
      expect(spectrum.segments).toBe(3);
      const most = known.power.indexOf(Math.max(...known.power));
      expect(spectrum.peak).toBeCloseTo(known.frequencies[most]!, 6);
      expect(spectrum.poisson).toBeCloseTo((2 * rate) / unitCount, 6);
      expect(spectrum.excess).toBeCloseTo(known.power[most]! / spectrum.poisson, 6);
    }
  });

  test("prints a table with a row for each population", async () => {
    const { out } = await runIn(folder, ["analyze", "brain", "--from", "100"]);
    expect(out).toMatch(/^ {2}Population {2}Units {2}Rate, Hz +CV +Synchrony +Correlation +Most power\n/);
    expect(out).toMatch(/\n {2}excitatory {2}400 +[\d.]+ +[\d.]+ +[\d.]+ +[-\d.e]+ +[\d.]+ Hz, [\d.]+ times Poisson\n/);
    expect(out).toContain("\nFrom 100 to 500 ms; correlation of counts in bins of 10 ms.\n");
  });

  test("takes one population, recorded in part, in either format", async () => {
    const record = { outSpikes: { units: [7, 3], from: 20, to: 90 } };
    const some = { ...small, model: { ...small.model, units: [10] }, inputs: { current: 300 }, record };
    await writeFile(join(folder, "some.json"), JSON.stringify(some));
    for (const format of ["csv", "npz"]) {
      await runIn(folder, ["run", "some.json", "--out", format, "--format", format, "--quiet", "--no-figure"]);
      const { populations } = await numbers([format]);
      const { steps, units } = await spikesIn("csv/outSpikes.csv");
      expect(new Set(units)).toEqual(new Set([3, 7]));
      const { units: count, spikes, rate } = populations["LeakySoma"]!;
      expect([count, spikes]).toEqual([2, steps.length]);
      expect(rate).toBeCloseTo(steps.length / 2 / 0.07, 6);
    }
  });

  test("takes steps that do not divide 3 ms: synchrony uses the nearest bins, like run", async () => {
    const coarse = { ...small, dt: 2, inputs: { current: [320, 400] }, duration: 400, record: { outSpikes: true } };
    await writeFile(join(folder, "coarse.json"), JSON.stringify(coarse));
    await runIn(folder, ["run", "coarse.json", "--out", "coarse", "--quiet", "--no-figure"]);
    const events = await spikesIn("coarse/outSpikes.csv");
    const { synchrony } = (await numbers(["coarse"])).populations["LeakySoma"]!;
    expect(synchrony).toBeCloseTo(analysis.synchrony(events, { unitCount: 2, dt: 2, duration: 400, width: 4 }), 10);
  });

  test("omits undefined values", async () => {
    const silent = { ...small, inputs: { current: 0 }, record: { outSpikes: true } };
    await writeFile(join(folder, "silent.json"), JSON.stringify(silent));
    await runIn(folder, ["run", "silent.json", "--out", "silent", "--quiet", "--no-figure"]);
    expect((await numbers(["silent"])).populations["LeakySoma"]).toEqual({
      from: 0,
      to: 100,
      units: 2,
      spikes: 0,
      rate: 0,
      cv: null,
      cvUnits: 0,
      synchrony: null,
      correlation: null,
      pairs: 0,
      spectrum: null,
    });
    const { out } = await runIn(folder, ["analyze", "silent"]);
    expect(out).toMatch(/LeakySoma {3}2 +0 +– +– +– +–\n/);
  });

  test.each([
    [["none"], 4, "none"],
    [["brain", "--from", "600"], 2, "--from and --to must lie within the run of 500 ms; received 600 ms and 500 ms."],
    [["brain", "--to", "600"], 2, "received 0 ms and 600 ms."],
    [
      ["brain", "--from", "0.05"],
      2,
      "--from must be a whole number of steps of 0.1 ms; received 0.05 ms. The nearest is",
    ],
    [["brain", "--bin", "0"], 2, "--bin must be greater than 0 ms"],
    [["brain", "--bin", "wide"], 2, '--bin must be a time of at least 0 ms; received "wide".'],
    [["csv", "--from", "95"], 3, "contains only spikes from 20 to 90 ms."],
  ])("refuses %j", async (argv, code, message) => {
    const outcome = await runIn(folder, ["analyze", ...argv]);
    expect(outcome.code, outcome.err).toBe(code);
    expect(outcome.err).toContain(message);
  });

  test("refuses spikes with gaps, which are not silence", async () => {
    const record = { outSpikes: { during: { period: 20, length: 5 } } };
    await writeFile(join(folder, "gaps.json"), JSON.stringify({ ...small, record }));
    const ran = await runIn(folder, ["run", "gaps.json", "--out", "gaps"]);
    expect([ran.code, ran.err]).toEqual([0, ""]);
    expect(ran.out).toMatch(/spikes +recorded in windows/);
    const message = "needs spikes without gaps, but the experiment recorded them in several windows only.";
    for (const argv of [
      ["analyze", "gaps"],
      ["plot", "gaps", "--figure", "intervals"],
      ["plot", "gaps", "--figure", "spectrum"],
    ]) {
      const { code, err } = await runIn(folder, argv);
      expect([argv, code, err]).toEqual([argv, 3, expect.stringContaining(message)]);
    }
  });

  test("needs spikes", async () => {
    await writeFile(join(folder, "mute.json"), JSON.stringify({ ...small, record: { potential: true } }));
    await runIn(folder, ["run", "mute.json", "--out", "mute", "--quiet", "--no-figure"]);
    const { code, err } = await runIn(folder, ["analyze", "mute"]);
    expect([code, err]).toEqual([
      3,
      expect.stringContaining('mute contains no spikes. Run the experiment with "record": { "outSpikes": true }.'),
    ]);
  });
});
