import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import {
  brain,
  compile,
  DopamineStdp,
  ExponentialSynapse,
  fixedInDegree,
  HebbianRule,
  neuron,
  PoissonSource,
  PoissonSpiker,
  RefractoryLeakySoma,
  SignalAccumulator,
  SignalAverage,
  SignalSource,
  SpikeReplay,
  TopologicalLinearSpiker,
  WeightNormalization,
} from "../../src/entries/index.ts";
import { choiceOf, definition, describeEach, meaning, once } from "./backends.test-support.ts";

/* Signals within a network have the same bits on every backend, for every division into runs, and in single steps. */

const dt = 0.5;
const STEPS = 100;

/** Populations that drive one another, and rules that populations modulate. */
const network = () => {
  const connect = fixedInDegree({ inDegree: 6 });
  const synapse = ExponentialSynapse({ tau: 4 });
  return brain({
    populations: {
      cue: SignalSource({ units: [1] }),
      noise: PoissonSource({ units: [40], rate: 60 }),
      cells: neuron({
        soma: RefractoryLeakySoma({ units: [33] }),
        synapses: { slow: ExponentialSynapse({ tau: 12 }) },
      }),
      dopamine: RefractoryLeakySoma({ units: [70] }),
      level: SignalAverage({ units: [1], tau: 15 }),
      sums: SignalAccumulator({ units: [103], tau: 6 }),
      random: PoissonSpiker({ units: [33], rateMax: 300 }),
      map: TopologicalLinearSpiker({ units: [3, 17], rateMax: 200, tau: 20, signalMin: -1, tuningVariance: 0.3 }),
    },
    projections: {
      learned: {
        from: "noise",
        to: "cells.slow",
        connect,
        weight: 60,
        delay: { uniform: { min: 0.5, max: 6 } },
        plasticity: [HebbianRule({ rate: 3, modulation: 0 }), WeightNormalization({ total: 400, interval: 10 })],
      },
      rewarded: {
        from: "noise",
        to: "dopamine",
        connect,
        weight: 40,
        delay: 2,
        synapse,
        plasticity: DopamineStdp({ potentiation: 2, depression: 1, weightMax: 300, interval: 1 }),
      },
      seen: { from: "map", to: "cells", synapse, connect, weight: 50, delay: 3 },
    },
    signals: {
      excite: { from: "cue", of: "value", to: "dopamine", scale: 300, offset: 20 },
      release: {
        from: "dopamine",
        tau: 20,
        mean: true,
        scale: 0.05,
        offset: -0.2,
        to: "learned.plasticity.HebbianRule.modulation",
      },
      level: { from: "level", of: "value", to: "learned.plasticity.HebbianRule.modulation" },
      balance: { from: "level", of: "value", scale: 0.3, to: "learned.plasticity.WeightNormalization.strength" },
      reward: { from: "cells", tau: 10, mean: true, scale: 1e-3, to: "rewarded.plasticity.reward" },
      some: {
        from: "cells",
        units: [5, 1, 30, 2, 9, 17, 8, 21, 3, 12, 6],
        tau: 6,
        mean: true,
        scale: 0.02,
        to: "level.signal",
      },
      both: { from: ["cells", "dopamine"], mean: true, scale: 0.01, to: "level.signal" },
      chance: { from: "cells", of: "potential", scale: 0.05, offset: 3.2, to: "random" },
      rates: { from: ["dopamine", "cells"], of: "outSpikes", tau: 5, scale: 0.01, to: "sums" },
      places: { from: "sums", of: "value", units: [69, 0, 101], tau: 3, scale: 0.2, to: "map" },
      synaptic: { from: "cells", of: "slow.trace", to: "cells.current", scale: 0.1 },
      back: { from: "random", tau: 4, to: "cells.current", scale: 0.2 },
    },
    readouts: { rate: { from: "cells", tau: 9, mean: true } },
  });
};

const record = {
  cells: { outSpikes: true, potential: true },
  dopamine: { outSpikes: true },
  random: { outSpikes: true },
  map: { outSpikes: true, sum: true },
  level: { value: true },
  sums: { value: true },
  readouts: { rate: true },
  weights: { learned: { every: 10 }, rewarded: { every: 10 } },
} as const;
const cue = { cue: { signal: { steps: Array.from({ length: STEPS }, (_, step) => [step % 60 < 40 ? 1 : 0]) } } };

const ABOUT_TIME = ["wallTime", "buildTime", "backend", "changes"];
const bitsOf = (value: unknown): unknown => {
  if (ArrayBuffer.isView(value)) {
    return createHash("sha256")
      .update(value as Uint8Array)
      .digest("hex");
  }
  if (Array.isArray(value)) return value.map(bitsOf);
  if (typeof value !== "object" || value === null) return typeof value === "function" ? "a function" : value;
  const kept = Object.entries(value).filter(([key]) => !ABOUT_TIME.includes(key));
  return Object.fromEntries(kept.map(([key, each]) => [key, bitsOf(each)]));
};

const precisions = ["f32", "f64"] as const;
const definedOf = (dtype: "f32" | "f64") =>
  once(async () => {
    const simulation = await compile(network(), { ...choiceOf(meaning), dt, dtype, seed: 5 });
    const result = await simulation.run({ duration: STEPS * dt, record, inputs: cue });
    const snapshot = simulation.snapshot();
    for (const name of ["cells", "dopamine", "random", "map"] as const) {
      expect(result[name].outSpikes.count, name).toBeGreaterThan(20);
    }
    for (const name of ["learned", "rewarded"] as const)
      expect(new Set(snapshot.weights![name]).size).toBeGreaterThan(20);
    return { result: bitsOf(result), snapshot: bitsOf(snapshot) };
  });
const defined = { f32: definedOf("f32"), f64: definedOf("f64") };

describeEach(
  "passes signals on",
  ({ listed }) => {
    const open = (dtype: "f32" | "f64") =>
      compile(network(), { ...choiceOf(listed === definition ? meaning : listed), dt, dtype, seed: 5 });

    test.each(precisions)("as the interpreter does, in %s", async (dtype) => {
      const simulation = await open(dtype);
      const whole = await simulation.run({ duration: STEPS * dt, record, inputs: cue });
      const { result, snapshot } = await defined[dtype]();
      expect(bitsOf(whole)).toEqual(result);
      expect(bitsOf(simulation.snapshot())).toEqual(snapshot);
      simulation.dispose();
    });

    test("the same in several runs and from a snapshot on", async () => {
      const [one, two] = await Promise.all([open("f32"), open("f32")]);
      let done = 0;
      for (const steps of [1, 7, 43, 9]) {
        await one.run({ duration: steps * dt, inputs: cue });
        done += steps;
      }
      two.restore(one.snapshot());
      // Other inputs are other programs.
      const rest = { ...cue, cells: { current: 0 } };
      await two.run({ duration: (STEPS - done) * dt, inputs: rest });
      const { snapshot } = await defined.f32();
      expect(bitsOf(two.snapshot())).toEqual(snapshot);
      for (const each of [one, two]) each.dispose();
    });

    test.skipIf(listed.options.worker)("the same in single steps", async () => {
      const simulation = await open("f32");
      for (let step = 0; step < STEPS; step++) simulation.step({ cue: { signal: step % 60 < 40 ? 1 : 0 } });
      const { currents, ...state } = simulation.snapshot();
      expect(bitsOf(state)).toEqual((await defined.f32()).snapshot);
      simulation.dispose();
    });
  },
  { needs: ["networks", "learning", "signals"] },
);

/** A network without rules: without synapses, or with synapses of several delays, which are delivered ahead. */
const relayed = (synapses: boolean) =>
  brain({
    populations: { relay: SpikeReplay({ units: [45] }), cells: RefractoryLeakySoma({ units: [45] }) },
    ...(synapses && {
      projections: {
        far: {
          from: "relay",
          to: "cells",
          connect: fixedInDegree({ inDegree: 9 }),
          weight: 70,
          delay: { uniform: { min: 0.5, max: 9 } },
          synapse: ExponentialSynapse({ tau: 3 }),
        },
      },
    }),
    signals: {
      jumps: { from: "relay", to: "cells", scale: 0.5 },
      slow: { from: "relay", tau: 7, to: "cells", scale: 2, mean: true },
      within: { from: "cells", tau: 2, to: "cells", scale: -0.3 },
    },
  });

const events = { steps: [2, 3, 3, 20, 21, 64, 65], units: [0, 3, 44, 3, 3, 31, 32] };
const moments = { duration: 50, record: { cells: { potential: true, outSpikes: true } } } as const;
const expectedOf = (synapses: boolean) =>
  once(async () => {
    const simulation = await compile(relayed(synapses), { ...choiceOf(meaning), dt, seed: 3 });
    return bitsOf((await simulation.run({ ...moments, inputs: { relay: { inSpikes: { events } } } })).cells);
  });
const expected = { false: expectedOf(false), true: expectedOf(true) };

describeEach(
  "passes signals of injected spikes on",
  ({ listed }) => {
    test.each([false, true])("like those of a source that replays them, with synapses: %s", async (synapses) => {
      const options = { ...choiceOf(listed === definition ? meaning : listed), dt, seed: 3 };
      const [one, two] = await Promise.all([compile(relayed(synapses), options), compile(relayed(synapses), options)]);
      const replayed = await one.run({ ...moments, inputs: { relay: { inSpikes: { events } } } });
      const changes = events.steps.map((step, k) => ({ at: (step - 1) * dt, inject: { relay: [events.units[k]!] } }));
      const injected = await two.run({ ...moments, changes });
      expect(bitsOf(injected.cells)).toEqual(bitsOf(replayed.cells));
      expect(bitsOf(two.snapshot())).toEqual(bitsOf(one.snapshot()));
      expect(new Set(injected.cells.potential.values).size).toBeGreaterThan(100);
      expect(bitsOf(injected.cells)).toEqual(await expected[`${synapses}`]());
      for (const each of [one, two]) each.dispose();
    });
  },
  { needs: ["networks", "signals"] },
);
