import { AdaptiveLeakySoma, type ComponentType, experiment, simulate } from "spark-snn";
import { describe, expect, test } from "vitest";
import { type FitOptions, fit, type Recording } from "../src/index.ts";
import { noisyCurrent, scale, simulateRecording, truth } from "./data.test-support.ts";

const adaptive = AdaptiveLeakySoma as ComponentType;
const budget = { candidates: 1600, generation: 64 } as const;

/** A recording whose spikes come later than those of a soma without a latency. Later ones are not recorded. */
const delayed = async (latency: number): Promise<Recording> => {
  const recording = await simulateRecording();
  const times = Array.from(recording.spikes![0]!, (time) => time + latency);
  return { ...recording, spikes: [times.filter((time) => time <= 3000)] };
};

test("a free latency is found, with its spread and profile", async () => {
  const recording = await delayed(7.5);
  const options: FitOptions = { recordings: [recording], fixed: scale, objective: { coincidence: { window: 2 } } };
  const larger = { candidates: 16_000, generation: 64 };
  const without = await fit(adaptive, { ...options, budget: larger });
  const result = await fit(adaptive, { ...options, latency: { from: 0, to: 15 }, budget: larger });
  expect(result.latency).toBeGreaterThanOrEqual(6);
  expect(result.latency).toBeLessThanOrEqual(9);
  expect(result.score).toBeGreaterThan(0.95);
  expect(result.score).toBeGreaterThan(without.score + 0.1);
  expect(without.latency).toBe(0);
  const found = result.fitted.at(-1)!;
  expect(found).toMatchObject({ name: "latency", unit: "ms", value: result.latency, bounds: { from: 0, to: 15 } });
  expect(found.low).toBeLessThanOrEqual(found.value);
  expect(found.high).toBeGreaterThanOrEqual(found.value);
  expect(Math.max(...found.profile.scores)).toBe(result.score);
  expect(result.best[0]!.latency).toBe(result.latency);
});

describe.each([
  ["samples", 1],
  ["samples finer than the step", 0.1],
])("a fixed latency with %s", (_, interval) => {
  test("gives the spikes of a soma that receives the current later", async () => {
    const latency = 7.3;
    const current = { series: noisyCurrent(2000, 260, 4, interval), interval };
    const direct = await simulate(AdaptiveLeakySoma(truth), {
      duration: 2000,
      dt: 0.1,
      inputs: { current },
      record: { outSpikes: true },
    });
    const steps = [...direct.outSpikes.steps].map((step) => step + 73).filter((step) => step <= 20_000);
    const spikes = [steps.map((step) => step / 10)];
    const { threshold, ...fixed } = truth;
    const result = await fit(adaptive, {
      recordings: [{ current, spikes }],
      latency,
      fixed,
      free: { threshold: { from: threshold, to: threshold + 1e-9 } },
      dt: 0.1,
      budget,
    });
    const [prediction] = result.recordings;
    expect([...prediction!.spikes].map((time) => Math.round(time * 10))).toEqual(steps);
    expect(prediction!.meanCoincidence).toBeCloseTo(1, 12);
    expect(prediction!.meanCoincidence).toBe(result.score);
    expect(result.latency).toBe(latency);
    // The soma rests until the current arrives.
    expect(new Set(prediction!.potential.subarray(0, 7))).toEqual(new Set([truth.potentialRest]));
    const document = JSON.parse(JSON.stringify(result.experiment()));
    expect(document.inputs.current).toMatchObject({ interval, start: latency, before: "zero" });
    const { component, options } = await experiment(document, { kind: "soma" });
    const again = await simulate(component, { ...options, record: { outSpikes: true } });
    expect([...again.outSpikes.steps]).toEqual(steps);
  });
});

test("a current in a file, or with uneven times, starts later too", async () => {
  const recording = await delayed(5);
  const shared = { fixed: scale, latency: 5, budget };
  const even = await fit(adaptive, { recordings: [recording], ...shared });
  expect(even.experiment("A", { csv: "a.csv", time: "t", column: "i", after: "hold" }).inputs).toEqual({
    current: { csv: "a.csv", column: "i", interval: 1, start: 5, before: "zero", after: "hold" },
  });
  const times = Array.from({ length: 3000 }, (_, k) => (k % 2 === 0 ? k : k + 0.25));
  const uneven = { ...recording, current: { series: noisyCurrent(3000, 260, 1), times } };
  const document = (await fit(adaptive, { recordings: [uneven], ...shared })).experiment();
  const { current } = document.inputs as { readonly current: { readonly times: readonly number[] } };
  expect(current).toMatchObject({ before: "zero" });
  expect(current.times.slice(0, 3)).toEqual([5, 6.25, 7]);
});

test("samples from before the run do not reach a soma with a latency", async () => {
  const recording = await delayed(5);
  const series = [...Array.from({ length: 40 }, () => 900), ...noisyCurrent(3000, 260, 1)];
  const early = { ...recording, current: { series, interval: 1, start: -40 } };
  const { threshold, ...fixed } = truth;
  const shared = { fixed, latency: 5, free: { threshold: { from: threshold, to: threshold + 5 } }, budget };
  const plain = await fit(adaptive, { recordings: [recording], ...shared });
  const result = await fit(adaptive, { recordings: [early], ...shared });
  expect(result.recordings[0]!.spikes).toEqual(plain.recordings[0]!.spikes);
  const document = result.experiment("A", { csv: "a.csv", interval: 1, start: -40, column: "i" });
  expect(document).toEqual(plain.experiment());
});

test("predicted spikes that cover nearly all of the time with their windows give a warning", async () => {
  const result = await fit(adaptive, {
    recordings: [await simulateRecording()],
    fixed: { ...scale, potentialTau: 14, potentialReset: -66, cooldown: 5, thresholdTau: 60, thresholdDelta: 0 },
    free: { threshold: { from: -64.99, to: -64.9 } },
    objective: { coincidence: { window: 4 } },
    budget,
  });
  const sentence =
    /^A: the soma spikes so often that \d+ % of the time is within 4 ms of a predicted spike, where Γ means/;
  expect(result.warnings.filter((text) => sentence.test(text))).toHaveLength(1);
});

test("a fit with another latency refuses the state", async () => {
  const recordings = [await delayed(5)];
  const { state } = await fit(adaptive, { recordings, fixed: scale, latency: 5, budget });
  const resumed = fit(adaptive, { recordings, fixed: scale, latency: 6, budget, resume: state });
  await expect(resumed).rejects.toThrow("is from a fit with other recordings or settings");
});

test.each([
  [
    -1,
    "fit.latency must be at least 0 ms and shorter than the shortest recording, 3000 ms; received -1 ms. Give a time in ms.",
  ],
  [0.7, "fit.latency must be a whole number of steps of 0.5 ms; received 0.7 ms. Round it, or change dt."],
  [
    3000,
    "fit.latency must be at least 0 ms and shorter than the shortest recording, 3000 ms; received 3000 ms. Give a time in ms.",
  ],
  ["7 ms", 'fit.latency takes a time in ms, { from, to } or true; received "7 ms". Write { from: 0, to: 20 }.'],
  [{ from: 2 }, "fit.latency.to is missing. Give a bound in ms."],
  [
    { from: 2, to: 2 },
    "fit.latency.to must be greater than from, 2 ms, by at least a step of 0.5 ms; received 2 ms. Give a number for a fixed latency.",
  ],
  [{ from: 0, to: 9, scale: "log" }, "fit.latency.scale is unknown. Known: from, to."],
])("refuses the latency %j", async (latency, message) => {
  const recordings = [await simulateRecording()];
  await expect(fit(adaptive, { recordings, latency: latency as number })).rejects.toThrow(message);
});

test("refuses a latency beside a comparison of potentials", async () => {
  const recordings = [await simulateRecording({ voltage: true })];
  const given = fit(adaptive, { recordings, latency: true, objective: { voltage: {} } });
  await expect(given).rejects.toThrow("fit.latency cannot be combined with objective.voltage");
});
