import { AdaptiveLeakySoma, type ComponentType, ConfigError, InactivatingThresholdSoma, simulate } from "spark-snn";
import { describe, expect, test } from "vitest";
import { type FitOptions, fit } from "../src/index.ts";
import { noisyCurrent, scale, simulateRecording, truth } from "./data.test-support.ts";

const budget = { candidates: 1600, generation: 64 } as const;
const recording = await simulateRecording();
const options: FitOptions = { recordings: [recording], fixed: scale, budget };
const adaptive = AdaptiveLeakySoma as ComponentType;

describe("recordings", () => {
  test("may differ in length, sampling and repetitions; folds hold out each in turn", async () => {
    const long = await simulateRecording({ name: "long", seed: 3, duration: 2000, interval: 0.5 });
    const short = await simulateRecording({ name: "short", seed: 4, duration: 1000, interval: 2, mean: 300 });
    const twice = {
      ...recording,
      name: "twice",
      spikes: [...recording.spikes!, Float64Array.from(recording.spikes![0]!, (t) => t + 1)],
    };
    const series = short.current.series;
    const timed = { ...short, current: { series, times: Array.from(series, (_, k) => 2 * k) } };
    const result = await fit(adaptive, {
      ...options,
      recordings: [long, timed, twice],
      validate: { folds: 3 },
      budget: { candidates: 1024, generation: 64 },
    });
    expect(result.recordings.map(({ coincidence }) => coincidence.length)).toEqual([1, 1, 2]);
    expect(result.recordings[2]!.reliability).toBeGreaterThan(0.9);
    expect(result.recordings[0]!.reliability).toBeUndefined();
    expect(result.folds.map(({ recordings }) => recordings.map(({ role }) => role[0]).join(""))).toEqual([
      "vtt",
      "tvt",
      "ttv",
    ]);
    const mean = result.recordings.reduce((sum, { score }) => sum + score, 0) / 3;
    expect(result.score).toBeCloseTo(mean, 12);
  });

  test("count by their weight", async () => {
    const other = await simulateRecording({ name: "other", seed: 5 });
    const recordings = [recording, { ...other, weight: 3 }];
    const { score, recordings: scored } = await fit(adaptive, { ...options, recordings });
    expect(score).toBeCloseTo((scored[0]!.score + 3 * scored[1]!.score) / 4, 12);
  });

  test("count by the worst one if asked to", async () => {
    const other = await simulateRecording({ name: "other", seed: 5, parameters: { ...truth, thresholdDelta: 9 } });
    const both: FitOptions = { ...options, recordings: [recording, other] };
    const { score, recordings: scored } = await fit(adaptive, { ...both, across: "worst" });
    const [a, b] = scored.map((one) => one.score) as [number, number];
    expect(a).not.toBe(b);
    expect(score).toBeCloseTo(0.75 * Math.min(a, b) + 0.25 * ((a + b) / 2), 12);
    const mean = await fit(adaptive, both);
    await expect(fit(adaptive, { ...both, across: "worst", resume: mean.state })).rejects.toThrow(
      "other recordings or settings",
    );
  });

  test("with a voltage need no spike times: spikes are detected, and rest and resistance are measured", async () => {
    const recorded = await simulateRecording({ duration: 6000, voltage: true });
    const shape = recorded.voltage!.series;
    const spiky = Float64Array.from(shape);
    for (const time of recorded.spikes![0] as Float64Array) spiky[Math.round(time) - 1] = 30;
    const quiet = new Array<number>(300).fill(0);
    const rest = new Array<number>(300).fill(-65);
    const { spikes, ...silent } = recorded;
    const late = {
      ...silent,
      current: { series: [...quiet, ...Array.from(recorded.current.series)], interval: 1 },
      voltage: { series: [...rest, ...spiky], interval: 1 },
    };
    const result = await fit(adaptive, { recordings: [late], budget });
    expect(result.measured["potentialRest"]).toBeCloseTo(-65, 5);
    expect(result.measured["resistance"]! / 0.08).toBeGreaterThan(0.7);
    expect(result.measured["resistance"]! / 0.08).toBeLessThan(1.1);
    expect(result.recordings[0]!.recordedCounts).toEqual([spikes![0]!.length]);
  });

  test("compare a run's own potential at its own times: true parameters score 1", async () => {
    const series = noisyCurrent(1000, 260, 8);
    const { outSpikes, potential } = await simulate(AdaptiveLeakySoma(truth), {
      duration: 1000,
      dt: 0.5,
      inputs: { current: { series, interval: 1 } },
      record: { outSpikes: true, potential: true },
    });
    const { threshold, ...rest } = truth;
    const result = await fit(adaptive, {
      recordings: [
        {
          current: { series, interval: 1 },
          spikes: [outSpikes.times()],
          voltage: { series: potential.trace(), interval: 0.5, start: 0.5 },
        },
      ],
      free: { threshold: { from: threshold - 1e-4, to: threshold + 1e-4 } },
      fixed: rest,
      objective: { voltage: { before: 2, after: 2 } },
      budget: { candidates: 16, generation: 8 },
    });
    expect(result.score).toBeCloseTo(1, 6);
  });

  test("with a current in nA by mistake are detected by the current and by the rheobase", async () => {
    const { series, interval } = recording.current;
    const wrong = {
      ...recording,
      current: { series: Array.from(series, (value) => value / 1000), interval: interval! },
    };
    const { warnings, rheobase } = await fit(adaptive, { ...options, recordings: [wrong] });
    expect(rheobase).toBeLessThan(1);
    expect(
      warnings.some((text) =>
        /^A: the current stays within 0\.\d+ pA, too little for a neuron\. If it is in nA, multiply it by 1000\.$/.test(
          text,
        ),
      ),
    ).toBe(true);
    expect(
      warnings.some((text) =>
        /rheobase is 0\.\d+ pA, a thousandth .* If the currents are in nA, multiply them by 1000\./.test(text),
      ),
    ).toBe(true);
    const right = await fit(adaptive, options);
    expect(right.rheobase).toBeGreaterThan(50);
    expect(right.warnings.join()).not.toContain("nA");
  });

  test("in V or s by mistake are detected by their size", async () => {
    const recorded = await simulateRecording({ voltage: true });
    const warningsOf = async (parts: object): Promise<string[]> => {
      const { warnings } = await fit(adaptive, { ...options, recordings: [{ ...recorded, ...parts }] });
      return warnings.filter((text) => text.startsWith("A: "));
    };
    const spikes = recorded.spikes!.map((train) => Array.from(train, (time) => time / 1000));
    expect(await warningsOf({ spikes })).toEqual([
      expect.stringMatching(
        /^A: all spikes are in the first 2\.\d+ ms of 3000 ms\. If they are in seconds, multiply them by 1000\.$/,
      ),
    ]);
    expect(await warningsOf({ spikes: [[0.4]] })).toEqual([
      "A: the only spike is at 0.4 ms of 3000 ms. If it is in seconds, multiply it by 1000.",
    ]);
    const volts = { ...recorded.voltage!, series: Array.from(recorded.voltage!.series, (value) => value / 1000) };
    expect(await warningsOf({ voltage: volts })).toEqual([
      expect.stringMatching(/^A: the voltage stays within 0\.0\d+ mV\. If it is in V, multiply it by 1000\.$/),
    ]);
    expect(await warningsOf({})).toEqual([]);
  });

  const refused = async (parts: object): Promise<readonly (readonly string[])[]> => {
    try {
      await fit(adaptive, { ...options, recordings: [{ ...recording, ...parts }] });
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      return (error as ConfigError).issues.map(({ path, message }) => [path, message]);
    }
    return [];
  };

  test("with a gap are refused, with its position", async () => {
    const { series } = recording.current;
    const all = Array.from(series, (_, k) => k);
    const times = all.filter((time) => time < 1000 || time >= 1250);
    const current = { series: times.map((time) => series[time]!), times };
    expect(await refused({ current })).toEqual([
      [
        "fit.recordings[0].current.times[1000]",
        "has a gap: 1250 ms is 251 ms after the sample before it, but 1 ms is usual. Cut the recording there, fill in the samples, or give interval instead of times.",
      ],
    ]);
    expect(await refused({ current: { series, times: all } })).toEqual([]);
  });

  test("with values that are not numbers are refused, with the first position", async () => {
    const holed = (values: ArrayLike<number>): number[] =>
      Array.from(values, (value, k) => (k === 7 ? Number.NaN : k === 9 ? Number.POSITIVE_INFINITY : value));
    const { series, interval } = recording.current;
    const voltage = { series: holed(series), interval: interval! };
    const message = (unit: string) =>
      `must be a finite number; received NaN ${unit}. 1 more of 3000 are not finite numbers. Repair the sample, or cut the recording there.`;
    expect(await refused({ current: { series: holed(series), interval }, voltage })).toEqual([
      ["fit.recordings[0].current.series[7]", message("pA")],
      ["fit.recordings[0].voltage.series[7]", message("mV")],
    ]);
    expect(await refused({ spikes: [[10, Number.NaN]] })).toEqual([
      [
        "fit.recordings[0].spikes[0][1]",
        "must be a finite number; received NaN ms. Give a time in ms, or remove the spike.",
      ],
    ]);
  });

  test("with spikes outside, out of order, or without spikes are refused", async () => {
    expect(await refused({ spikes: [[10, 3200, 4000]] })).toEqual([
      [
        "fit.recordings[0].spikes[0][1]",
        "must be within the recording, 0 to 3000 ms; received 3200 ms. 1 more of 3 are outside too. Check the unit (ms) and the clock, or remove the spikes.",
      ],
    ]);
    expect(await refused({ spikes: [[30, 20]] })).toEqual([
      [
        "fit.recordings[0].spikes[0][1]",
        "must be later than the spike before it, 30 ms; received 20 ms. Sort the spikes, and give each once.",
      ],
    ]);
    expect(await refused({ spikes: [[], []] })).toEqual([
      ["fit.recordings", expect.stringMatching(/^must contain spikes for the fit; received none in "A"\. /)],
    ]);
  });
});

test("two currents constrain adaptation over many seconds and the coupling of the threshold", async () => {
  const type = InactivatingThresholdSoma as ComponentType;
  const known = { ...scale, potentialTau: 15, threshold: -52, slowDelta: 1, slowTau: 60 };
  const sought = { inactivationCoupling: 0.7, verySlowDelta: 0.04, verySlowTau: 6000 };
  const simulated = (name: string, seed: number, mean: number) =>
    simulateRecording({ name, seed, mean, type, parameters: { ...known, ...sought }, duration: 15_000 });
  const recordings = [
    await simulated("weak", 1, 260),
    await simulated("strong", 2, 400),
    await simulated("new", 3, 330),
  ];
  const { recordings: scored, parameters } = await fit(type, {
    recordings,
    validate: ["new"],
    fixed: known,
    free: { inactivationCoupling: true, verySlowDelta: true, verySlowTau: true },
    objective: { coincidence: {}, count: { weight: 0.5 } },
    across: "worst",
    budget: { candidates: 2000, generation: 64 },
  });
  expect(scored.find(({ name }) => name === "new")!.meanCoincidence).toBeGreaterThan(0.98);
  for (const [name, value] of Object.entries(sought)) {
    expect(Math.abs(parameters[name]! / value - 1), name).toBeLessThan(0.1);
  }
});
