import {
  AdaptiveLeakySoma,
  type BackendChoice,
  type ComponentType,
  experiment,
  LeakySoma,
  simulate,
  somas,
} from "spark-snn";
import { nativeAvailable } from "spark-snn/node";
import { describe, expect, test } from "vitest";
import { type FitOptions, type FitProgress, type FitResult, type FitState, fit } from "../src/index.ts";
import { readRequest } from "../src/read.ts";
import { noisyCurrent, scale, simulateRecording, truth } from "./data.test-support.ts";

const budget = { candidates: 1600, generation: 64 } as const;
const recording = await simulateRecording();
const options: FitOptions = { recordings: [recording], fixed: scale, budget };
const adaptive = AdaptiveLeakySoma as ComponentType;

/** A result without the values that depend on the machine. */
const essence = ({ wallTime, scoringShare, experiment: _, ...rest }: FitResult): unknown => rest;

describe("recovery", () => {
  // The response of the other somas to small differences of parameters is too sharp for this threshold.
  // The parameters of a dendrite, which `truth` lacks, would be free too, and a spike train does not constrain them.
  const tested = Object.keys(somas).filter((name) => name.includes("Leaky") && !name.includes("Coupled"));

  test.each(tested)("a %s that made the data is recovered", async (name) => {
    const type = (somas as unknown as Record<string, ComponentType>)[name]!;
    const fields = Object.entries(truth).filter(([field]) => Object.hasOwn(type.model.fields, field));
    const parameters = Object.fromEntries(fields);
    const make = (seed: number) =>
      simulateRecording({ name: `stimulus ${seed}`, type, parameters, duration: 20_000, mean: 200, seed });
    const recordings = [await make(1), await make(2)];
    const result = await fit(type, {
      recordings,
      validate: ["stimulus 2"],
      // An adaptation current that the neuron does not have makes the search longer.
      fixed: { ...scale, ...(name.startsWith("Doubly") && { adaptationDelta: 0, adaptationSubthreshold: 0 }) },
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

  test("a recorded voltage also constrains rest and resistance", async () => {
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

  test("and another seed or method gives another one", async () => {
    const first = essence(await fit(adaptive, options));
    expect(essence(await fit(adaptive, options))).toEqual(first);
    const others = [{ seed: 2 }, { method: "differentialEvolution" }] as const;
    for (const other of others) {
      const { parameters } = await fit(adaptive, { ...options, ...other });
      expect(parameters).not.toEqual((first as FitResult).parameters);
    }
  });
});

describe("a budget", () => {
  test("is by default a number of whole generations", () => {
    const { candidates, firstSize, size } = readRequest(adaptive, { recordings: [recording] });
    expect([candidates, firstSize, size]).toEqual([60_160, 2048, 256]);
  });

  test.each([
    [600, 256, 556],
    [512, 256, 512],
    [100, 32, 82],
    [999, 64, 947],
  ])("of %d candidates in generations of %d evaluates %d, never more", async (candidates, generation, evaluated) => {
    const told: FitProgress[] = [];
    const progress = (one: FitProgress) => void told.push(one);
    const result = await fit(adaptive, { ...options, budget: { candidates, generation }, progress });
    expect([result.evaluated, result.complete, result.stoppedBy]).toEqual([evaluated, true, "candidates"]);
    expect(told.at(-1)).toMatchObject({ evaluated, candidates: evaluated, fraction: 1 });
  });
});

describe("an interrupted fit", () => {
  test.each(["cmaes", "differentialEvolution"] as const)(
    "of %s continues from its state as if uninterrupted",
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

  test("can be resumed in the middle of folds", async () => {
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

  test("is refused by another fit", async () => {
    const { state } = await fit(adaptive, options);
    await expect(fit(adaptive, { ...options, seed: 2, resume: state })).rejects.toThrow(
      "fit.resume is from a fit with other recordings or settings, or of another soma. Use the same ones, or omit it to start again.",
    );
  });

  test("accepts a larger budget when it resumes", async () => {
    const more = { candidates: 2400, generation: 64 };
    const { state } = await fit(adaptive, options);
    const longer = await fit(adaptive, { ...options, budget: more, resume: state });
    expect(longer.evaluated).toBe(2368);
    expect(essence(longer)).toEqual(essence(await fit(adaptive, { ...options, budget: more })));
  });

  test("without any result is an error", async () => {
    await expect(fit(adaptive, { ...options, signal: AbortSignal.abort() })).rejects.toThrow(
      "fit was stopped before its first candidates were evaluated. Let it run longer.",
    );
  });

  test("ends at its time limit", async () => {
    const timed = { ...budget, candidates: 10_000_000, seconds: 0.2 };
    const result = await fit(adaptive, { ...options, budget: timed });
    expect([result.complete, result.stoppedBy]).toEqual([false, "seconds"]);
  });
});

describe("parameters", () => {
  test("stay within their bounds, share values if they are tied, and are fixed otherwise", async () => {
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

  test("have a spread, and a profile with its maximum at the value", async () => {
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

test("the objective can combine several scores", async () => {
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
  const gamma = await alone({ coincidence: {} });
  const distance = await alone({ vanRossum: { tau: 20 } });
  const voltage = await alone({ voltage: {} });
  expect(parts.score).toBeCloseTo((3 * gamma! + distance! + voltage!) / 5, 9);
});

test("progress gives the best score and the remaining time", async () => {
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
