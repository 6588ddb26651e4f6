import {
  type ComponentType,
  type ConfigOf,
  experiment,
  type Fields,
  IzhikevichSoma,
  LeakySoma,
  lt,
  quantity,
  relax,
  simulate,
  soma,
  somas,
  uniformNoise,
} from "spark-snn";
import { describe, expect, test } from "vitest";
import { checkFit, type FitOptions, fit, type Recording, readFitDocument } from "../src/index.ts";
import { noisyCurrent, simulateRecording } from "./data.test-support.ts";

const types: Readonly<Record<string, ComponentType>> = somas;
const recording = await simulateRecording({ duration: 300 });
const budget = { candidates: 32, generation: 8 };

describe("every soma of the library can be fitted", () => {
  test.each(Object.keys(types))("%s", async (name) => {
    const type = types[name]!;
    // Of somas with channels, no bounds follow from the recordings. Those of `true` are around the defaults.
    const free = Object.fromEntries(
      Object.entries(type.model.fields)
        .filter(([, field]) => field.default !== 0 || field.unit === "mV")
        .map(([key]) => [key, true as const]),
    );
    const own = ["ThetaSoma", "MorrisLecarSoma", "HodgkinHuxleySoma", "TraubMilesSoma", "PinskyRinzelSoma"].includes(
      name,
    );
    const result = await fit(type, { recordings: [recording], budget, dt: 0.05, ...(own && { free }) });
    expect(result.fitted.length).toBeGreaterThan(1);
    for (const { value, bounds } of result.fitted) {
      expect(value).toBeGreaterThanOrEqual(bounds.from);
      expect(value).toBeLessThanOrEqual(bounds.to);
    }
    expect(Number.isFinite(result.score)).toBe(true);
    // The fitted soma as a document spikes like the prediction.
    const { component, options } = await experiment(result.experiment(), { kind: "soma" });
    const run = await simulate(component, { ...(options as { readonly duration: number }), nonFinite: "ignore" });
    const { outSpikes } = run as unknown as { readonly outSpikes: { times(unit?: number): Float64Array } };
    expect([...outSpikes.times(0)]).toEqual([...result.recordings[0]!.spikes]);
  });
});

describe("a preset", () => {
  const options: FitOptions = {
    recordings: [recording],
    free: { recoveryUpdate: true, potentialReset: { from: -80, to: -40 } },
    budget,
  };
  const chattering = IzhikevichSoma.presets.chattering;

  test("gives the values of the other parameters, the bounds around its values and a start", async () => {
    const checked = checkFit(IzhikevichSoma as ComponentType, { ...options, start: "chattering" });
    expect(checked.fixed).toMatchObject({ recoveryTimescale: chattering.recoveryTimescale, threshold: 30 });
    expect(checked.free[0]).toEqual({
      name: "recoveryUpdate",
      unit: "mV/ms",
      bounds: { from: 0, to: 4, scale: "linear" },
    });
    // A neuron with the parameters of the preset is found at once.
    const parameters = { ...chattering, resistance: 0.05 };
    const own = await simulateRecording({ type: IzhikevichSoma as ComponentType, parameters, duration: 1000 });
    const found = await fit(IzhikevichSoma as ComponentType, {
      ...options,
      recordings: [own],
      fixed: { resistance: 0.05 },
      start: "chattering",
    });
    expect(found.score).toBeCloseTo(1, 12);
    expect(found.history[0]!.best).toBe(found.score);
  });

  test("is refused by name, and values by parameter", () => {
    const start = (given: unknown) => () =>
      checkFit(IzhikevichSoma as ComponentType, { ...options, start: given as never });
    expect(start("chatering")).toThrow(
      'fit.start must be a preset of IzhikevichSoma; received "chatering". Did you mean "chattering"?',
    );
    expect(start({ treshold: 3 })).toThrow('fit.start.treshold is unknown. Did you mean "threshold"?');
    expect(start(3)).toThrow(
      "fit.start takes the name of a preset, or values by parameter; received 3. Name parameters.",
    );
    expect(() => checkFit(LeakySoma as ComponentType, { recordings: [recording], start: "fast" })).toThrow(
      'fit.start must be a preset of LeakySoma; received "fast". LeakySoma has no presets. Give values by parameter.',
    );
  });

  test("in a document is not a key of the model", async () => {
    const document = { model: { soma: "IzhikevichSoma", preset: "chattering" }, recordings: [{ ...recording }] };
    await expect(readFitDocument(document)).rejects.toThrow(
      'fit.model.preset belongs to start. Write "start": "chattering" beside model.',
    );
  });
});

/** Recorded spikes of several runs of a soma that spikes at random. */
const randomRecording = async (
  type: ComponentType,
  parameters: object,
  { repetitions = 4, duration = 8000, mean = 300, seed = 1 } = {},
): Promise<Recording> => {
  const current = { series: noisyCurrent(duration, mean, seed), interval: 1 };
  const { outSpikes } = await simulate(type({ ...parameters, units: [repetitions] } as ConfigOf<Fields>), {
    duration,
    dt: 0.5,
    seed,
    inputs: { current },
    record: { outSpikes: true },
  });
  return {
    name: `stimulus ${seed}`,
    current,
    spikes: Array.from({ length: repetitions }, (_, unit) => outSpikes.times(unit)),
  };
};

describe("somas that spike at random are fitted by their likelihood", () => {
  const truths = {
    SpikeResponseSoma: {
      potentialRest: -70,
      resistance: 0.1,
      potentialTau: 12,
      threshold: -48,
      escapeRate: 0.1,
      escapeSlope: 2.5,
      afterpotential: -12,
      afterpotentialTau: 25,
    },
    GeneralizedIntegrateAndFireSoma: {
      potentialRest: -70,
      resistance: 0.1,
      potentialReset: -62,
      potentialTau: 15,
      cooldown: 4,
      threshold: -50,
      escapeRate: 0.1,
      escapeSlope: 1.5,
      slowThresholdDelta: 5,
      slowThresholdTau: 80,
      fastCurrentDelta: 0,
      slowCurrentDelta: 0,
      fastThresholdDelta: 0,
      fastThresholdTau: 10,
      fastCurrentTau: 10,
      slowCurrentTau: 100,
    },
  };
  // Names of free parameters, and the largest relative error of each.
  const free = {
    SpikeResponseSoma: {
      potentialTau: 0.1,
      threshold: 0.1,
      escapeSlope: 0.15,
      afterpotential: 0.15,
      afterpotentialTau: 0.2,
    },
    GeneralizedIntegrateAndFireSoma: {
      potentialTau: 0.1,
      threshold: 0.1,
      escapeSlope: 0.15,
      slowThresholdDelta: 0.15,
      slowThresholdTau: 0.25,
    },
  };

  test.each(Object.keys(free) as (keyof typeof free)[])("%s: parameters are recovered", async (name) => {
    const type = types[name]!;
    const truth: Readonly<Record<string, number>> = truths[name];
    const recordings = [await randomRecording(type, truth), await randomRecording(type, truth, { seed: 2, mean: 220 })];
    const names = Object.keys(free[name]);
    const fixed = Object.fromEntries(Object.entries(truth).filter(([key]) => !names.includes(key)));
    const result = await fit(type, {
      recordings,
      validate: ["stimulus 2"],
      free: Object.fromEntries(names.map((key) => [key, true as const])),
      fixed,
      budget: { candidates: 3000, generation: 64 },
    });
    const height = (key: string, value: number): number => (key === "threshold" ? value + 70 : value);
    for (const [key, error] of Object.entries(free[name])) {
      expect(height(key, result.parameters[key]!) / height(key, truth[key]!), key).toBeGreaterThan(1 - error);
      expect(height(key, result.parameters[key]!) / height(key, truth[key]!), key).toBeLessThan(1 + error);
    }
    const [training, held] = result.recordings;
    expect(training!.bitsPerSpike).toBeGreaterThan(1);
    expect(held!.bitsPerSpike! / training!.bitsPerSpike!).toBeGreaterThan(0.7);
    // A run of the soma is as similar to the neuron as another run of the neuron.
    expect(training!.ratio).toBeGreaterThan(0.8);
    expect(training!.ratio).toBeLessThan(1.2);
    expect([training!.trials.length, result.rheobase]).toEqual([20, undefined]);
  });

  test("and resumed and repeated with the same bits", async () => {
    const options: FitOptions = { recordings: [await simulateRecording({ duration: 300 })], budget };
    const whole = await fit(types["SpikeResponseSoma"]!, options);
    const threads = await fit(types["SpikeResponseSoma"]!, { ...options, backend: "interpreter" });
    expect(threads.parameters).toEqual(whole.parameters);
    const stop = new AbortController();
    const part = await fit(types["SpikeResponseSoma"]!, {
      ...options,
      signal: stop.signal,
      checkpoint: () => stop.abort(),
    });
    const resumed = await fit(types["SpikeResponseSoma"]!, { ...options, resume: part.state });
    expect([part.complete, resumed.parameters, resumed.score]).toEqual([false, whole.parameters, whole.score]);
  });
});

describe("refused is", () => {
  const random = types["SpikeResponseSoma"]!;
  const check = (type: ComponentType, options: object) => () =>
    checkFit(type, { recordings: [recording], ...options } as FitOptions);

  test("a score of spike times for a soma that spikes at random", () => {
    expect(check(random, { objective: { vanRossum: {} } })).toThrow(
      "fit.objective.vanRossum compares one run of the soma, but SpikeResponseSoma spikes at random, so that each run differs. Use likelihood alone, or omit objective.",
    );
  });

  test("a likelihood for a soma that does not", () => {
    expect(check(LeakySoma as ComponentType, { objective: { likelihood: {} } })).toThrow(
      "fit.objective.likelihood needs a soma that spikes at random, and LeakySoma does not. Use coincidence, or omit objective.",
    );
  });

  test("a free latency with the likelihood", () => {
    expect(check(random, { latency: true })).toThrow(
      "fit.latency must be fixed with objective.likelihood, because all candidates share the recorded spikes. Give a number.",
    );
    expect(check(random, { latency: 3 })).not.toThrow();
  });

  test("a soma with a noisy membrane", () => {
    const Noisy = soma.equations(
      "Noisy",
      "dv/dt = (EL - v + R*I)/tau + sigma*xi/sqrt(tau) : mV\n spike: v > -50 mV\n reset: v = EL\n EL = -70 mV; R = 0.1 Gohm; tau = 10 ms; sigma = 1 mV",
    ) as ComponentType;
    expect(check(Noisy, {})).toThrow(
      "fit.model cannot be fitted: Noisy draws random numbers other than in its condition of a spike, so the likelihood of spikes is not known.",
    );
  });

  test("a soma without a current, and a source of spikes", () => {
    const Deaf = soma(
      "Deaf",
      {},
      {
        about: "Spikes at random.",
        inputs: {},
        step: (x) => ({ spikes: lt(uniformNoise("spike"), 0.1), potential: relax(x.potential, 0, quantity(10, "ms")) }),
      },
    ) as ComponentType;
    expect(check(Deaf, {})).toThrow(
      'fit.model must have an input "current", into which the fit injects the recorded current; the currents of Deaf are none.',
    );
  });
});
