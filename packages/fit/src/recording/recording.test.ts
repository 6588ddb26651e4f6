import { type Issue, LeakySoma } from "spark-snn";
import { Place, Site } from "spark-snn/documents";
import { describe, expect, test } from "vitest";
import { fit } from "../fit.ts";
import { detectSpikes } from "./detect.ts";
import { timeDoubts } from "./doubts.ts";
import { measureMembrane } from "./measure.ts";
import { recordings } from "./read.ts";
import type { ReadRecording } from "./recording.ts";
import { weightedMedian } from "./series.ts";

const readOne = (given: object, issues: Issue[]): ReadRecording | undefined =>
  recordings.read([given], new Site(new Place(["fit", "recordings"]), issues, { dt: 0.5 }))?.[0];
const read = (
  given: object,
): { readonly issues: readonly Issue[]; readonly spikes: number[]; readonly duration: number } => {
  const issues: Issue[] = [];
  const recording = readOne(given, issues);
  // Their keys are those of their paths.
  for (const { path, keys } of issues) expect(new Place(keys!).path).toBe(path);
  return {
    issues: issues.map(({ path, message }) => ({ path, message })),
    spikes: [...(recording?.repetitions[0] ?? [])],
    duration: recording?.duration ?? 0,
  };
};
const expected = Array.from({ length: 10 }, (_, k) => 50 + 100 * k);
const spiking = (time: number): number => (time % 100 >= 50 && time % 100 < 51 ? 30 : -60);
const current = { series: [300, 300], interval: 500 };

/** Variable steps, as an adaptive solver gives: 2 ms where nothing happens, 0.05 ms around a spike. */
const variableTimes = (): number[] => {
  const times: number[] = [];
  for (let t = 0; t < 1000; t = Number((t + (t % 100 >= 45 && t % 100 <= 56 ? 0.05 : 2)).toFixed(6))) times.push(t);
  return times;
};

describe("spikes in a voltage with its own times", () => {
  test("are at the recorded times if these are rounded", () => {
    const times = Array.from({ length: 30_000 }, (_, k) => Number((k / 30).toFixed(3)));
    const series = times.map((_, k) => spiking(k / 30));
    expect(read({ current, voltage: { series, times } }).spikes).toEqual(expected);
  });

  test("are at the recorded times if the step varies", () => {
    const times = variableTimes();
    expect(read({ current, voltage: { series: times.map(spiking), times } }).spikes).toEqual(expected);
    expect([...detectSpikes(times.map(spiking), { times })]).toEqual(expected);
  });

  test("are detected although most samples are around spikes", () => {
    const times: number[] = [];
    for (let t = 0; t < 300; t = Number((t + (t % 100 >= 48 && t % 100 < 51 ? 0.001 : 2)).toFixed(6))) times.push(t);
    expect([...detectSpikes(times.map(spiking), { times })]).toEqual([50, 150, 250]);
  });

  test("need a voltage that covers the recording", () => {
    const half = Array.from({ length: 500 }, (_, k) => spiking(k));
    expect(read({ current, voltage: { series: half, interval: 1 } }).issues).toEqual([
      {
        path: "fit.recordings[0].voltage",
        message:
          "ends at 500 ms, but the recording at 1000 ms. Spikes after the last sample are unknown: give spikes, or duration: 500.",
      },
    ]);
    expect(read({ current, voltage: { series: half, interval: 1, start: 500 } }).issues[0]?.message).toMatch(
      /^starts at 500 ms, but the current at 0 ms\. Spikes before the first sample are unknown/,
    );
    expect(read({ current, voltage: { series: half, interval: 1, start: 500 }, spikes: [[3]] }).issues).toEqual([]);
    expect(
      read({ current, voltage: { series: half, interval: 1, start: 1500 }, spikes: [[3]] }).issues[0]?.message,
    ).toBe("has no sample within the recording, 0 to 1000 ms; received samples from 1500 to 1999 ms. Shift its clock.");
  });

  test("are refused with times that are too few or not ascending", () => {
    expect(() => detectSpikes([1, 2], { times: [1] })).toThrow("detectSpikes.times must contain one time for each");
    expect(() => detectSpikes([1, 2], { times: [1, 1] })).toThrow("detectSpikes.times[1] must be later");
    expect(() => detectSpikes([1, 2], {})).toThrow(
      "detectSpikes.interval is missing. Give the time between samples in ms, or times.",
    );
  });
});

describe("times of a recording", () => {
  test("in single precision are the decimals that they round", () => {
    expect(read({ current, spikes: [Float32Array.of(9.9, 10.1, 300.3)] }).spikes).toEqual([9.9, 10.1, 300.3]);
    expect(read({ current, spikes: [Array.from(Float32Array.of(9.9, 12.5))] }).spikes).toEqual([9.9, 12.5]);
    expect(read({ current, spikes: [[9.9, 10.1000001]] }).spikes).toEqual([9.9, 10.1000001]);
  });

  test("of a voltage may begin at the end of the first step, those of a current may not", () => {
    const series = Array.from({ length: 2000 }, (_, k) => -60 + (k % 7));
    const own = { series, interval: 0.5, start: 0.5 };
    expect(read({ current, voltage: own, spikes: [[10]] }).issues).toEqual([]);
    expect(
      read({ current, voltage: { series, times: series.map((_, k) => (k + 1) / 2) }, spikes: [[10]] }).issues,
    ).toEqual([]);
    expect(read({ current: own, spikes: [[10]] }).issues[0]).toEqual({
      path: "fit.recordings[0].current.start",
      message:
        "must be at most 0 ms, where the run starts; received 0.5 ms. Add the current from 0 ms on, or shift the clock of the recording with its spikes and voltage.",
    });
  });

  test("give the duration: the last sample lasts as long as the one before it", () => {
    expect(read({ current: { series: [1, 2, 3, 4, 5], times: [0, 1, 2, 3, 103] }, spikes: [[3]] }).duration).toBe(203);
  });

  test("count in medians by how long a sample lasts", () => {
    expect(weightedMedian(Float64Array.of(3, 1, 2), Float64Array.of(1, 10, 1))).toBe(1);
    const times = variableTimes();
    const issues: Issue[] = [];
    const recording = readOne(
      {
        current: { series: [0, 300, 300, 300], times: [0, 500, 600, 1000] },
        // The potential rests at −65, and is at −50 in the dense samples before each spike.
        voltage: { series: times.map((t) => (t % 100 >= 45 && t % 100 <= 47 ? -50 : t < 500 ? -65 : -35)), times },
        spikes: [[]],
      },
      issues,
    );
    expect(issues).toEqual([]);
    const membrane = measureMembrane(recording!)!;
    expect(membrane.rest).toBe(-65);
    expect(membrane.resistance).toBeCloseTo(0.1, 12);
  });
});

describe("units that the numbers suggest", () => {
  const problem = async (recording: object, objective?: object): Promise<string> => {
    const options = {
      recordings: [recording as never],
      ...(objective && { objective }),
      budget: { candidates: 16, generation: 8 },
    };
    return fit(LeakySoma, options).then(
      ({ warnings }) => warnings.join("\n"),
      (error: Error) => error.message,
    );
  };

  test("are named if spikes are too dense because the times are in seconds", async () => {
    const samples = Array.from({ length: 20_000 }, (_, k) => (k % 80 === 40 ? 30 : -60));
    const recording = {
      name: "r",
      current: { series: samples.map(() => 200), interval: 0.001 },
      voltage: { series: samples, interval: 0.001 },
    };
    const dense = { ...recording, spikes: [Array.from({ length: 250 }, (_, k) => 0.04 + 0.08 * k)] };
    expect(await problem(dense)).toContain(
      "Check the unit first: r: the recording lasts 20 ms, and the spikes are 0.08 ms apart on average, too dense for a neuron. If the times are in seconds, multiply them by 1000.",
    );
    expect(await problem(dense)).not.toContain("Give at most");
    const issues: Issue[] = [];
    const few = readOne({ ...recording, spikes: [[3, 8]] }, issues);
    expect(timeDoubts(few!)).toEqual([
      "r: the samples are only 0.001 ms apart. If the times are in seconds, multiply them by 1000.",
    ]);
    const narrow = { coincidence: { window: 0.03 } };
    expect(await problem({ ...recording, spikes: [[3, 8]] }, narrow)).toContain(
      "r: the samples are only 0.001 ms apart.",
    );
  });

  test("are named if no spike is found because the voltage is in volts", async () => {
    const series = Array.from({ length: 1000 }, (_, k) => (k % 100 === 50 ? 0.03 : -0.065));
    expect(await problem({ name: "r", current, voltage: { series, interval: 1 } })).toBe(
      'fit.recordings must contain spikes for the fit; received none in "r". Check the unit first: r: the voltage stays within 0.065 mV. If it is in V, multiply it by 1000.',
    );
  });

  test("are named if the recording is too long for a fit", () => {
    const long = { series: [300, 300], interval: 1e9 };
    const message =
      "must be at most 268435456 steps of 0.5 ms; received 2000000000 ms. Check the unit of the interval or times (ms), give a shorter duration, or use a larger dt.";
    expect(read({ current: long, spikes: [[5]] }).issues).toEqual([{ path: "fit.recordings[0].duration", message }]);
    expect(read({ current: long, spikes: [[5]], duration: 1000 }).issues).toEqual([]);
  });

  test("are named if spikes are a thousand times too late, or the current too short for a step", () => {
    const short = { series: [300, 300], interval: 1 };
    expect(read({ current: short, spikes: [[900, 1500]] }).issues[0]?.message).toContain(
      "If the spikes are in µs, divide them by 1000; if the times of the current are in seconds, multiply them by 1000.",
    );
    expect(read({ current: { series: [1, 2], interval: 0.1 }, spikes: [[]] }).issues[0]?.message).toContain(
      "If its times are in seconds, multiply them by 1000",
    );
  });

  test("a voltage that cannot be compared is refused", async () => {
    const flat = { series: new Array(1000).fill(-60), interval: 1 };
    const objective = { voltage: {} };
    expect(await problem({ current, voltage: flat, spikes: [[5]] }, objective)).toContain("must vary to be compared");
    const varied = { series: Array.from({ length: 1000 }, (_, k) => -60 + (k % 9)), interval: 1 };
    const dense = [Array.from({ length: 99 }, (_, k) => 5 + 10 * k)];
    expect(
      await problem({ current, voltage: varied, spikes: dense }, { voltage: { before: 10, after: 20 } }),
    ).toContain('fit.objective.voltage compares no sample of "recording 1"');
  });
});
