import {
  AdaptiveLeakySoma,
  type ComponentType,
  GeneralizedIntegrateAndFireSoma,
  LeakySoma,
  StateError,
} from "spark-snn";
import { describe, expect, test } from "vitest";
import {
  type ComparedSomas,
  type CrossValidationOptions,
  type CrossValidationState,
  checkCrossValidation,
  crossValidate,
  fit,
  readCrossValidationDocument,
  readFitDocument,
} from "../src/index.ts";
import { noisyCurrent, scale, simulateRecording } from "./data.test-support.ts";

const adaptive = AdaptiveLeakySoma as ComponentType;
const leaky = LeakySoma as ComponentType;
const recordings = await Promise.all(
  [1, 2, 3].map((seed) => simulateRecording({ name: `stimulus ${seed}`, seed, duration: 1000 + 100 * seed })),
);
const budget = { candidates: 1024, generation: 64 };
const somas: ComparedSomas = {
  plain: { model: leaky, fixed: scale },
  adaptive: { model: adaptive, fixed: scale },
};
const options: CrossValidationOptions = { recordings, budget };
const compared = await crossValidate(somas, options);

test("every recording is held out once, and its score is that of a fit without it", async () => {
  const { models, complete, unfinished, comparedBy, window } = compared;
  expect([complete, unfinished, comparedBy, window]).toEqual([true, [], "score", 4]);
  for (const { name, heldOut } of models) {
    expect(heldOut.map((one) => [one.name, one.role, one.fold])).toEqual([
      ["stimulus 1", "validation", 1],
      ["stimulus 2", "validation", 2],
      ["stimulus 3", "validation", 3],
    ]);
    const { model, fixed } = somas[name] as { readonly model: ComponentType; readonly fixed: typeof scale };
    const { folds } = await fit(model, { ...options, fixed, validate: { folds: 3 } } as never);
    expect(heldOut.map(({ score }) => score)).toEqual(folds.map((fold, k) => fold.recordings[k]!.score));
  }
});

test("the soma that made the data is the first, and the lead over the other is paired by recording", () => {
  const [first, second] = compared.models;
  expect([first!.name, second!.name]).toEqual(["adaptive", "plain"]);
  expect(first!.behind).toBe(undefined);
  const lead = first!.heldOut.map(({ score }, k) => score - second!.heldOut[k]!.score);
  expect(second!.behind!.mean).toBeCloseTo(lead.reduce((sum, one) => sum + one, 0) / 3, 12);
  expect(second!.behind!.mean).toBeGreaterThan(0);
  expect(first!.fit.recordings.map(({ role }) => role)).toEqual(["training", "training", "training"]);
  // Adaptation is what the plain soma lacks, so its fits are worse than those of the other even on training data.
  expect(second!.training).toBeLessThan(first!.training);
});

test("names hold recordings out of a single fit, and options of a soma replace those of all", async () => {
  const given: CrossValidationOptions = {
    ...options,
    validate: ["stimulus 3"],
    free: { potentialTau: true, threshold: true, thresholdDelta: { from: 0, to: 20 } },
  };
  const { models, comparedBy } = await crossValidate(
    {
      narrow: { model: adaptive, fixed: scale },
      free: { model: leaky, fixed: scale, free: { threshold: true }, objective: { coincidence: {}, count: {} } },
    },
    given,
  );
  expect(comparedBy).toBe("coincidence");
  const found = Object.fromEntries(models.map((one) => [one.name, one]));
  expect(found["narrow"]!.heldOut.map(({ name, fold }) => [name, fold])).toEqual([["stimulus 3", 1]]);
  expect(found["narrow"]!.coincidence.deviation).toBe(undefined);
  expect(found["narrow"]!.fit.folds).toEqual([]);
  expect(found["free"]!.fit.fitted.map(({ name }) => name)).toEqual(["threshold"]);
  expect(found["narrow"]!.fit.fitted.map(({ name }) => name)).toEqual(["potentialTau", "threshold", "thresholdDelta"]);
});

test("somas that spike at random are compared with others by Γ within the same window", () => {
  const checked = checkCrossValidation(
    { random: GeneralizedIntegrateAndFireSoma as ComponentType, adaptive: { model: adaptive } },
    { ...options, recordings: recordings.slice(0, 2) },
  );
  expect([checked.comparedBy, checked.window]).toEqual(["coincidence", 4]);
  expect(checked.fits["random"]!.objective).toEqual(["likelihood"]);
  // Each soma is fitted to all recordings, and without each of two.
  expect(checked.fits["adaptive"]!.searches).toBe(3);
  expect(checked.candidates).toBe(2 * 3 * 1024);
});

describe("an interrupted cross-validation", () => {
  test("keeps complete somas, and resumes with the same result", async () => {
    const stop = new AbortController();
    const told: [string, number][] = [];
    let state: CrossValidationState | undefined;
    const stopped = await crossValidate(somas, {
      ...options,
      signal: stop.signal,
      progress: ({ model, fraction, fit: one }) => {
        told.push([model, fraction]);
        if (model === "adaptive" && one.search === 2) stop.abort();
      },
      checkpoint: (now) => {
        state = JSON.parse(JSON.stringify(now)) as CrossValidationState;
      },
    });
    expect([stopped.complete, stopped.unfinished]).toEqual([false, ["adaptive"]]);
    expect(stopped.models.map(({ name }) => name)).toEqual(["plain"]);
    expect(told.map(([, fraction]) => fraction)).toEqual(told.map(([, fraction]) => fraction).sort((a, b) => a - b));
    expect(told.at(-1)![1]).toBeGreaterThan(0.5);
    const resumed = await crossValidate(somas, { ...options, resume: state! });
    const essence = ({ models }: typeof resumed) =>
      models.map(({ fit: { wallTime, scoringShare, experiment, ...one }, ...rest }) => ({ ...rest, fit: one }));
    expect(essence(resumed)).toEqual(essence(compared));
  });

  test("fails if it was stopped before it had anything", async () => {
    const call = crossValidate(somas, { ...options, signal: AbortSignal.abort() });
    await expect(call).rejects.toThrow(StateError);
  });

  test("loses no state by an error of a callback", async () => {
    const call = crossValidate(somas, {
      ...options,
      progress: ({ model }) => {
        if (model === "adaptive") throw new Error("full");
      },
    });
    const error = await call.catch((one: unknown) => one as Error & { readonly state: CrossValidationState });
    expect((error as Error).message).toBe("full");
    expect(Object.keys((error as { readonly state: CrossValidationState }).state.fits)).toEqual(["plain", "adaptive"]);
  });
});

describe("mistakes are reported before the first fit", () => {
  test.each<[string, unknown, object, string]>([
    ["one soma", { plain: leaky }, {}, "crossValidate.models must contain at least two somas to compare; received 1."],
    ["no somas", 3, {}, "crossValidate.models takes somas by name; received 3."],
    [
      "a name that is no folder",
      { "a/b": leaky, c: leaky },
      {},
      "crossValidate.models.a/b must have a name of up to 64 letters",
    ],
    [
      "something else",
      { plain: leaky, other: { model: 3 } },
      {},
      "crossValidate.models.other.model takes a soma such as",
    ],
    ["a soma without options", { plain: leaky, other: 3 }, {}, "crossValidate.models.other takes a soma such as"],
    [
      "an option of a soma",
      { plain: { model: leaky, fre: {} }, other: leaky },
      {},
      'crossValidate.models.plain.fre is unknown. Did you mean "free"?',
    ],
    [
      "a parameter of one soma",
      { plain: { model: leaky, free: { thresholdTau: true } }, other: leaky },
      {},
      "crossValidate.models.plain.free.thresholdTau is unknown.",
    ],
    ["a shared option", somas, { free: { tau: true } }, "crossValidate.free.tau is unknown."],
    ["an unknown option", somas, { fixed: {} }, "crossValidate.fixed is unknown."],
    [
      "one recording",
      somas,
      { recordings: recordings.slice(0, 1) },
      "crossValidate.recordings must be at least two, so that one can be held out; received one.",
    ],
    ["nothing held out", somas, { validate: [] }, "crossValidate.validate must hold out a recording"],
    ["more parts than recordings", somas, { validate: { folds: 4 } }, "must be at most the number of recordings, 3"],
    ["a limit of time", somas, { budget: { seconds: 5 } }, "crossValidate.budget.seconds must not be given"],
    [
      "different windows",
      { a: { model: leaky, objective: { coincidence: { window: 2 } } }, b: leaky },
      {},
      "crossValidate.models must have one coincidence.window, or their Γ cannot be compared; received 2 and 4 ms.",
    ],
    ["another state", somas, { resume: {} }, "crossValidate.resume takes the state of an earlier cross-validation"],
    [
      "a state of other somas",
      { ...somas, plain: undefined, b: leaky },
      { resume: compared.state },
      'crossValidate.resume contains a fit of "plain", which is not compared.',
    ],
  ])("%s", async (_, given, more, message) => {
    const known = Object.fromEntries(Object.entries(given as object).filter(([, one]) => one !== undefined));
    const call = crossValidate((typeof given === "object" ? known : given) as never, { ...options, ...more } as never);
    await expect(call).rejects.toThrow(message);
  });

  test("problems of shared options once, and those of every soma", async () => {
    const call = crossValidate(
      { a: { model: leaky, free: { threshold: 3 as never } }, b: { model: leaky, start: "none" } },
      { ...options, seed: -1 },
    );
    const { issues } = (await call.catch((error: unknown) => error)) as {
      readonly issues: readonly { readonly path: string }[];
    };
    expect(issues.map(({ path }) => path).sort()).toEqual(["crossValidate.models.b.start", "crossValidate.seed"]);
  });
});

describe("a document with models", () => {
  const series = noisyCurrent(1000, 260, 1);
  const parts = recordings.slice(0, 2).map(({ name, spikes }) => ({
    name,
    current: { series, interval: 1 },
    spikes: [[...spikes![0]!].filter((time) => time < 1000)],
  }));
  const document = {
    models: {
      plain: { model: { soma: "LeakySoma", ...scale } },
      own: {
        model: {
          equations: [
            "dv/dt = (EL - v + R*I)/tau : mV",
            "spike: v > VT",
            "reset: v = EL",
            "EL = -65 mV; R = 0.08 Gohm; tau = 20 ms; VT = -47 mV",
          ],
          parameters: { R: 0.09 },
        },
        free: { tau: { from: 4, to: 40 }, VT: true },
      },
    },
    recordings: parts,
    budget: { candidates: 64, generation: 16 },
  };

  test("gives the somas with their options", async () => {
    const { somas: read, options: given } = await readCrossValidationDocument(JSON.parse(JSON.stringify(document)));
    const checked = checkCrossValidation(read, given);
    expect(Object.keys(checked.fits)).toEqual(["plain", "own"]);
    expect(checked.fits["plain"]!.fixed).toMatchObject(scale);
    expect(checked.fits["own"]!.free.map(({ name }) => name)).toEqual(["tau", "VT"]);
    expect(checked.fits["own"]!.fixed).toEqual({ EL: -65, R: 0.09 });
    const { models } = await crossValidate(read, given);
    expect(models.map(({ name }) => name).sort()).toEqual(["own", "plain"]);
  });

  test.each<[string, object, string]>([
    ["another reader's key", { model: { soma: "LeakySoma" } }, "fit.model is one soma, beside the somas of models."],
    ["an entry", { models: { ...document.models, third: 3 } }, "fit.models.third takes { model, … }; received 3."],
    ["a soma", { models: { a: { model: { soma: "Leaky" } } } }, "fit.models.a.model.soma must be the name of a soma"],
    [
      "a parameter",
      { models: { ...document.models, third: { model: { soma: "LeakySoma", tau: 3 } } } },
      "fit.models.third.model.tau is unknown.",
    ],
    [
      "bounds",
      { models: { ...document.models, third: { model: { soma: "LeakySoma" }, free: { threshold: { from: 1 } } } } },
      "fit.models.third.free.threshold.to is missing.",
    ],
    ["no somas", { models: undefined }, "fit.models takes somas by name; received undefined."],
  ])("tells mistakes with their place: %s", async (_, changes, message) => {
    const call = async () => {
      const { somas: read, options: given } = await readCrossValidationDocument({ ...document, ...changes });
      return crossValidate(read, given);
    };
    await expect(call()).rejects.toThrow(message);
  });

  test("is refused by the reader of one soma, with the function that reads it", async () => {
    await expect(readFitDocument(document)).rejects.toThrow(
      "fit.models compares several somas. Read it with readCrossValidationDocument, or give one model.",
    );
  });
});
