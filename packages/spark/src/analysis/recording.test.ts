import { describe, expect, test } from "vitest";
import { analysis, brain, compile, LeakySoma, simulate, uniform } from "../entries/index.ts";

const soma = () => LeakySoma({ units: [2, 10], potentialTau: uniform({ min: 10, max: 30 }) });
const options = { dt: 0.5, inputs: { current: { whiteNoise: { mean: 300, std: 400 } } } };
const record = { outSpikes: true } as const;
const run = await simulate(soma(), { ...options, duration: 600, record });
const { outSpikes } = run;
const described = { dt: 0.5, unitCount: 20, duration: 600 };
const { steps, units } = outSpikes;
/** The spikes alone. */
const events = { steps, units };

type Statistic = (spikes: analysis.SpikeEvents, given?: analysis.PopulationWindow) => unknown;
/** Each function of populations, with what it needs in addition to the description of the events. */
const functions: Readonly<Record<string, Statistic>> = {
  binCounts: (spikes, given) => analysis.binCounts(spikes, { ...given, width: 10 }),
  correlationMatrix: (spikes, given) => analysis.correlationMatrix(spikes, { ...given, width: 10 }),
  meanCorrelation: (spikes, given) => analysis.meanCorrelation(spikes, { ...given, width: 10 }),
  meanVariation: analysis.meanVariation,
  pairCorrelations: (spikes, given) => analysis.pairCorrelations(spikes, { ...given, width: 10, pairs: 5 }),
  populationRate: (spikes, given) => analysis.populationRate(spikes, { ...given, width: 10 }),
  populationSummary: analysis.populationSummary,
  synchrony: analysis.synchrony,
  unitBinCounts: (spikes, given) => analysis.unitBinCounts(spikes, { ...given, width: 10 }),
  unitRates: analysis.unitRates,
  unitVariations: analysis.unitVariations,
};

describe.each(Object.entries(functions))("%s", (name, call) => {
  test("knows time step, units and window of a recording", () => {
    expect(outSpikes.count).toBeGreaterThan(100);
    expect(call(outSpikes)).toEqual(call(events, described));
  });

  test("prefers the options to what a recording knows", () => {
    const later = { from: 200, to: 500 };
    expect(call(outSpikes, later)).toEqual(call(events, { ...described, ...later }));
    expect(call(outSpikes, later)).not.toEqual(call(outSpikes));
  });

  test("names everything that other events lack", () => {
    expect(() => call(events)).toThrow(
      [
        `${name}.dt is missing. Give the time step in ms.`,
        `${name}.unitCount is missing. Give the number of units, including silent ones.`,
        `${name}.duration is missing. Give the length of the run in ms.`,
      ].join("\n"),
    );
  });

  test("refuses a recording of some units, whose mean would count the others as silent", async () => {
    const some = await simulate(soma(), { ...options, duration: 20, record: { outSpikes: { units: [3, 5] } } });
    expect(some.outSpikes.unitCount).toBeUndefined();
    expect(() => call(some.outSpikes)).toThrow(
      `${name}.unitCount is missing. The recording contains only some units of its population.`,
    );
  });
});

test("trainsOf knows time step and units of a recording", () => {
  expect(analysis.trainsOf(outSpikes)).toEqual(analysis.trainsOf(events, { dt: 0.5, unitCount: 20 }));
  expect(() => analysis.trainsOf(events)).toThrow("trainsOf.dt is missing. Give the time step in ms.");
});

test("the rate of a recorded window counts only the time of the window", async () => {
  const part = await simulate(soma(), { ...options, duration: 600, record: { outSpikes: { from: 200, to: 500 } } });
  expect(part.outSpikes).toMatchObject({ from: 200, to: 500, dt: 0.5, unitCount: 20 });
  expect(analysis.unitRates(part.outSpikes)).toEqual(analysis.unitRates(outSpikes, { from: 200, to: 500 }));
});

test("the recording of a continued run covers that run alone", async () => {
  const simulation = await compile(soma(), { dt: 0.5 });
  const { inputs } = options;
  await simulation.run({ duration: 250, inputs });
  const second = await simulation.run({ duration: 350, inputs, record });
  expect(second.outSpikes).toMatchObject({ from: 250, to: 600 });
  expect(analysis.populationSummary(second.outSpikes)).toEqual(analysis.populationSummary(outSpikes, { from: 250 }));
  simulation.dispose();
});

test("the recording of a run that ended early ends with the run", async () => {
  const stop = new AbortController();
  const stopped = await simulate(soma(), {
    ...options,
    duration: 1e7,
    record: { outSpikes: { from: 10 } },
    progress: () => stop.abort(),
    signal: stop.signal,
  });
  expect(stopped.complete).toBe(false);
  expect(stopped.outSpikes).toMatchObject({ from: 10, to: stopped.duration });
  const never = await simulate(soma(), { ...options, duration: 100, record, signal: AbortSignal.abort() });
  expect(never.outSpikes).toMatchObject({ count: 0, from: 0, to: 0 });
  expect(() => analysis.populationSummary(never.outSpikes)).toThrow("duration must be a finite number greater than 0");
});

test("the recording of a population of a network knows the same", async () => {
  const network = brain({ populations: { one: soma(), other: LeakySoma({ units: [3] }) } });
  const both = { one: record, other: record };
  const result = await simulate(network, { dt: 0.5, duration: 100, inputs: { one: { current: 300 } }, record: both });
  expect(result.one.outSpikes).toMatchObject({ dt: 0.5, unitCount: 20, from: 0, to: 100 });
  expect(result.other.outSpikes).toMatchObject({ dt: 0.5, unitCount: 3, from: 0, to: 100 });
});

test("a recording is refused as input of a run with another time step", async () => {
  const replay = (dt: number) =>
    simulate(soma(), { dt, duration: 600, inputs: { inSpikes: outSpikes }, record: { outSpikes: true } });
  await expect(replay(0.5)).resolves.toBeDefined();
  await expect(replay(1)).rejects.toThrow("inputs.inSpikes.dt is 0.5 ms in the recording, but 1 ms in the run.");
});
