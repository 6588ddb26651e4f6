import {
  AdaptiveLeakySoma,
  type BackendChoice,
  type ComponentType,
  ConfigError,
  experiment,
  LeakySoma,
  simulate,
  somas,
} from "spark-snn";
import { nativeAvailable } from "spark-snn/node";
import { describe, expect, test } from "vitest";
import { type FitOptions, type FitProgress, type FitResult, type FitState, fit } from "../src/index.ts";
import { noisyCurrent, scale, simulateRecording, truth } from "./data.test-support.ts";

const budget = { candidates: 1600, generation: 64 } as const;
const recording = await simulateRecording();
const options: FitOptions = { recordings: [recording], fixed: scale, budget };
const adaptive = AdaptiveLeakySoma as ComponentType;

/** What a result says, without what depends on the machine. */
const essence = ({ wallTime, scoringShare, experiment: _, ...rest }: FitResult): unknown => rest;

describe("recovery", () => {
  test.each(Object.keys(somas))("a %s that made the data is found again", async (name) => {
    const type = (somas as unknown as Record<string, ComponentType>)[name]!;
    const fields = Object.entries(truth).filter(([field]) => Object.hasOwn(type.model.fields, field));
    const parameters = Object.fromEntries(fields);
    const make = (seed: number) =>
      simulateRecording({ name: `stimulus ${seed}`, type, parameters, duration: 20_000, mean: 200, seed });
    const recordings = [await make(1), await make(2)];
    const result = await fit(type, {
      recordings,
      validate: ["stimulus 2"],
      fixed: scale,
      budget: { candidates: 30_000 },
      backend: "fastest",
    });
    expect(result.recordings.map(({ role }) => role)).toEqual(["training", "validation"]);
    expect(result.recordings[1]!.meanCoincidence).toBeGreaterThanOrEqual(0.99);
    const height = (value: number, field: string): number =>
      field === "threshold" ? value - scale.potentialRest : value;
    for (const field of ["potentialTau", "threshold", "thresholdTau"]) {
      if (!(field in parameters)) continue;
      expect(height(result.parameters[field]!, field) / height(parameters[field]!, field), field).toBeGreaterThan(0.95);
      expect(height(result.parameters[field]!, field) / height(parameters[field]!, field), field).toBeLessThan(1.05);
    }
  });

  test("a recorded voltage tells rest and resistance as well", async () => {
    const recorded = await simulateRecording({ duration: 6000, mean: 120, voltage: true });
    const result = await fit(LeakySoma as ComponentType, {
      recordings: [recorded],
      objective: { voltage: { after: 30 } },
      free: {
        potentialRest: { from: -80, to: -50 },
        resistance: { from: 0.01, to: 1, scale: "log" },
        potentialTau: true,
      },
      fixed: { threshold: 0, potentialReset: -60 },
      budget: { candidates: 8000 },
    });
    expect(result.score).toBeGreaterThan(0.8);
    expect(result.parameters["potentialRest"]).toBeCloseTo(-65, 0);
    expect(result.parameters["resistance"]! / 0.08).toBeCloseTo(1, 1);
    expect(result.parameters["potentialTau"]! / 14).toBeCloseTo(1, 0);
  });
});

describe("the same call gives the same result", () => {
  const backends: BackendChoice[] = nativeAvailable().available ? ["native", "wasm"] : ["wasm"];
  test("with every backend and number of threads", async () => {
    const short = {
      ...options,
      recordings: [await simulateRecording({ duration: 600 })],
      budget: { candidates: 256, generation: 32 },
    };
    const expected = essence(await fit(adaptive, { ...short, backend: "interpreter" }));
    for (const backend of backends) {
      for (const threads of [1, 2, 3, "all"] as const) {
        expect(essence(await fit(adaptive, { ...short, backend, threads })), `${backend}, ${threads}`).toEqual(
          expected,
        );
      }
    }
  });

  test("and another seed or method another one", async () => {
    const first = essence(await fit(adaptive, options));
    expect(essence(await fit(adaptive, options))).toEqual(first);
    const others = [{ seed: 2 }, { method: "differentialEvolution" }] as const;
    for (const other of others) {
      const { parameters } = await fit(adaptive, { ...options, ...other });
      expect(parameters).not.toEqual((first as FitResult).parameters);
    }
  });
});

describe("an interrupted fit", () => {
  test.each(["cmaes", "differentialEvolution"] as const)(
    "of %s goes on from its state as if nothing had been",
    async (method) => {
      const whole = await fit(adaptive, { ...options, method });
      const stop = new AbortController();
      let kept = "";
      const part = await fit(adaptive, {
        ...options,
        method,
        signal: stop.signal,
        checkpoint: (state) => {
          kept = JSON.stringify(state);
          if (state.searches[0]!.history.length === 9) stop.abort();
        },
      });
      expect([part.complete, part.stoppedBy, part.history.length]).toEqual([false, "abort", 9]);
      expect(part.score).toBe(part.history.at(-1)!.best);
      const resume = JSON.parse(kept) as FitState;
      expect(resume).toEqual(JSON.parse(JSON.stringify(part.state)));
      expect(essence(await fit(adaptive, { ...options, method, resume }))).toEqual(essence(whole));
    },
  );

  test("is taken up in the midst of folds", async () => {
    const recordings = [recording, await simulateRecording({ name: "B", seed: 2 })];
    const folded = { ...options, recordings, validate: { folds: 2 }, budget: { candidates: 512, generation: 64 } };
    const whole = await fit(adaptive, folded);
    const stop = new AbortController();
    const checkpoint = (state: FitState): void => {
      if (state.searches.length === 2 && state.searches[1]!.history.length === 3) stop.abort();
    };
    const part = await fit(adaptive, { ...folded, checkpoint, signal: stop.signal });
    expect(part.folds).toHaveLength(0);
    expect(essence(await fit(adaptive, { ...folded, resume: part.state }))).toEqual(essence(whole));
  });

  test("is not taken up by another one", async () => {
    const { state } = await fit(adaptive, options);
    await expect(fit(adaptive, { ...options, seed: 2, resume: state })).rejects.toThrow(
      "fit.resume is of a fit with other recordings or settings. Give them as they were, or leave it out to begin anew.",
    );
  });

  test("takes a larger budget from where it ended", async () => {
    const more = { candidates: 2400, generation: 64 };
    const { state } = await fit(adaptive, options);
    const longer = await fit(adaptive, { ...options, budget: more, resume: state });
    expect(longer.evaluated).toBeGreaterThanOrEqual(2400);
    expect(essence(longer)).toEqual(essence(await fit(adaptive, { ...options, budget: more })));
  });

  test("that has found nothing yet says so", async () => {
    await expect(fit(adaptive, { ...options, signal: AbortSignal.abort() })).rejects.toThrow(
      "fit was stopped before its first candidates were evaluated. Let it run longer.",
    );
  });

  test("ends when its time is up", async () => {
    const timed = { ...budget, candidates: 10_000_000, seconds: 0.2 };
    const result = await fit(adaptive, { ...options, budget: timed });
    expect([result.complete, result.stoppedBy]).toEqual([false, "seconds"]);
  });
});

describe("parameters", () => {
  test("stay within their bounds, share values where they are tied, and are fixed otherwise", async () => {
    const free = {
      potentialTau: { from: 5, to: 8, scale: "log" },
      threshold: { from: -50, to: -40 },
      potentialReset: { sameAs: "potentialRest" },
      thresholdTau: { sameAs: "potentialTau" },
    } as const;
    const result = await fit(adaptive, { ...options, free });
    expect(result.fitted.map(({ name }) => name)).toEqual(["potentialTau", "threshold"]);
    for (const { parameters } of result.best) {
      expect(parameters["potentialTau"]).toBeGreaterThanOrEqual(5);
      expect(parameters["potentialTau"]).toBeLessThanOrEqual(8);
      expect(parameters["thresholdTau"]).toBe(parameters["potentialTau"]);
      expect(parameters["potentialReset"]).toBe(-65);
      expect([parameters["resistance"], parameters["thresholdDelta"]]).toEqual([0.08, 100]);
    }
  });

  test("at a bound are named in a warning", async () => {
    const free = { threshold: { from: -56, to: -50 } };
    const fixed = { ...truth };
    const result = await fit(adaptive, { ...options, free, fixed });
    expect(result.fitted[0]).toMatchObject({ atBound: "to" });
    expect(result.warnings.join("\n")).toMatch(
      /threshold is -50(\.\d+)? mV, at the upper bound of -50 mV\. A better value may lie beyond/,
    );
  });

  test("come with a spread and a profile that has its top at the value", async () => {
    const result = await fit(adaptive, { ...options, budget: { candidates: 6000 } });
    for (const { name, value, low, high, profile } of result.fitted) {
      expect(low <= value && value <= high, name).toBe(true);
      expect(profile.values).toContain(value);
      expect(profile.scores[profile.values.indexOf(value)]).toBe(result.score);
    }
    const threshold = result.fitted.find(({ name }) => name === "threshold")!;
    expect(threshold.high - threshold.low).toBeLessThan(4);
  });

  test("of a soma with values are fixed to these", async () => {
    const result = await fit(AdaptiveLeakySoma(truth), {
      recordings: [recording],
      free: { thresholdTau: true },
      budget,
    });
    expect(result.parameters).toEqual({ ...truth, thresholdTau: result.parameters["thresholdTau"] });
    expect(result.score).toBeGreaterThan(0.95);
  });
});

describe("recordings", () => {
  test("may differ in length, sampling and repetitions; folds keep each out in turn", async () => {
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

  test("with a voltage need no spike times: they are found, and rest and resistance are measured", async () => {
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

  test("in nA by mistake are told by the current and by the rheobase", async () => {
    const { series, interval } = recording.current;
    const wrong = {
      ...recording,
      current: { series: Array.from(series, (value) => value / 1000), interval: interval! },
    };
    const { warnings, rheobase } = await fit(adaptive, { ...options, recordings: [wrong] });
    expect(rheobase).toBeLessThan(1);
    expect(
      warnings.some((text) =>
        /^A: the current stays within 0\.\d+ pA, which moves no neuron\. If it is in nA, multiply it by 1000\.$/.test(
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

  test("in V or s by mistake are told by their size", async () => {
    const recorded = await simulateRecording({ voltage: true });
    const warningsOf = async (parts: object): Promise<string[]> => {
      const { warnings } = await fit(adaptive, { ...options, recordings: [{ ...recorded, ...parts }] });
      return warnings.filter((text) => text.startsWith("A: "));
    };
    const spikes = recorded.spikes!.map((train) => Array.from(train, (time) => time / 1000));
    expect(await warningsOf({ spikes })).toEqual([
      expect.stringMatching(
        /^A: all spikes lie in the first 2\.\d+ ms of 3000 ms\. If they are in seconds, multiply them by 1000\.$/,
      ),
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

  test("with a gap are refused where it is", async () => {
    const { series } = recording.current;
    const all = Array.from(series, (_, k) => k);
    const times = all.filter((time) => time < 1000 || time >= 1250);
    const current = { series: times.map((time) => series[time]!), times };
    expect(await refused({ current })).toEqual([
      [
        "fit.recordings[0].current.times[1000]",
        "has a gap: 1250 ms comes 251 ms after the sample before it, where 1 ms is usual. Cut the recording there, fill in the samples, or give interval in place of times.",
      ],
    ]);
    expect(await refused({ current: { series, times: all } })).toEqual([]);
  });

  test("with values that are no numbers are refused where the first is", async () => {
    const holed = (values: ArrayLike<number>): number[] =>
      Array.from(values, (value, k) => (k === 7 ? Number.NaN : k === 9 ? Number.POSITIVE_INFINITY : value));
    const { series, interval } = recording.current;
    const voltage = { series: holed(series), interval: interval! };
    const message = (unit: string) =>
      `must be a finite number; received NaN ${unit}. 1 more of 3000 are no finite numbers. Repair the sample, or cut the recording there.`;
    expect(await refused({ current: { series: holed(series), interval }, voltage })).toEqual([
      ["fit.recordings[0].current.series[7]", message("pA")],
      ["fit.recordings[0].voltage.series[7]", message("mV")],
    ]);
    expect(await refused({ spikes: [[10, Number.NaN]] })).toEqual([
      [
        "fit.recordings[0].spikes[0][1]",
        "must be a finite number; received NaN ms. Give a time in ms, or leave the spike out.",
      ],
    ]);
  });

  test("with spikes outside, in disorder, or none at all are refused", async () => {
    expect(await refused({ spikes: [[10, 3200, 4000]] })).toEqual([
      [
        "fit.recordings[0].spikes[0][1]",
        "must lie within the recording, 0 to 3000 ms; received 3200 ms. 1 more of 3 lie outside too. Check the unit (ms) and the clock, or cut the spikes.",
      ],
    ]);
    expect(await refused({ spikes: [[30, 20]] })).toEqual([
      [
        "fit.recordings[0].spikes[0][1]",
        "must be later than the spike before it, 30 ms; received 20 ms. Sort the spikes, and give each once.",
      ],
    ]);
    expect(await refused({ spikes: [[], []] })).toEqual([
      ["fit.recordings", expect.stringMatching(/^must hold spikes to be fitted; received none in "A"\. /)],
    ]);
  });
});

test("the objective can weigh several scores", async () => {
  const recorded = await simulateRecording({ voltage: true });
  const run = (objective: FitOptions["objective"]) =>
    fit(adaptive, { ...options, recordings: [recorded], objective: objective! });
  const parts = await run({ coincidence: { weight: 3 }, vanRossum: { tau: 20 }, voltage: {} });
  const { parameters } = parts;
  const alone = async (objective: FitOptions["objective"]): Promise<number> => {
    const free = { threshold: { from: parameters["threshold"]!, to: parameters["threshold"]! + 1e-9 } };
    const fixed = parameters;
    const result = await fit(adaptive, {
      recordings: [recorded],
      objective: objective!,
      free,
      fixed,
      budget: { candidates: 16, generation: 8 },
    });
    return result.score;
  };
  const [gamma, distance, voltage] = [
    await alone({ coincidence: {} }),
    await alone({ vanRossum: { tau: 20 } }),
    await alone({ voltage: {} }),
  ];
  expect(parts.score).toBeCloseTo((3 * gamma! + distance! + voltage!) / 5, 9);
});

test("progress tells the best score and the time that is left", async () => {
  const told: FitProgress[] = [];
  const result = await fit(adaptive, { ...options, progress: (progress) => told.push(progress) });
  expect(told).toHaveLength(result.history.length);
  expect(told.at(-1)).toMatchObject({ search: 1, searches: 1, fraction: 1, best: result.score, remaining: 0 });
  const bests = told.map(({ best }) => best);
  expect(bests).toEqual([...bests].sort((a, b) => a - b));
  expect(told[3]!.remaining).toBeGreaterThan(0);
});

test("the experiment of the fitted soma gives its spikes", async () => {
  const recordings = [
    recording,
    {
      ...(await simulateRecording({ name: "B", seed: 6 })),
      current: { series: noisyCurrent(3000, 260, 6), interval: 1 },
    },
  ];
  const result = await fit(adaptive, { ...options, recordings });
  for (const { name, spikes } of result.recordings) {
    const document = JSON.parse(JSON.stringify(result.experiment(name))) as unknown;
    const { component, options: run } = await experiment(document, { kind: "soma" });
    const { outSpikes } = await simulate(component, { ...run, record: { outSpikes: true } });
    expect(outSpikes.times()).toEqual(spikes);
  }
  expect(() => result.experiment("C")).toThrow('experiment.recording must be the name of a recording; received "C".');
});
