import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import {
  brain,
  compile,
  DeltaSynapse,
  ExponentialSynapse,
  fixedInDegree,
  type InputChunk,
  LeakySoma,
  LinearSpiker,
  PoissonSpiker,
  RefractoryLeakySoma,
  TopologicalLinearSpiker,
  TopologicalPoissonSpiker,
} from "../../src/entries/index.ts";
import { choiceOf, definition, describeEach, meaning, once } from "./backends.test-support.ts";

/* Signals of a caller drive spikers with the same bits on every backend, in runs and in single steps. */

const dt = 0.5;
const STEPS = 120;

const network = () => {
  const connect = fixedInDegree({ inDegree: 6 });
  const synapse = ExponentialSynapse({ tau: 4 });
  return brain({
    populations: {
      map: TopologicalLinearSpiker({ units: [3, 17], rateMax: 200, tau: 20, signalMin: -1, tuningVariance: 0.3 }),
      ring: TopologicalPoissonSpiker({ units: [2, 35], rateMax: 400, ring: 1 }),
      regular: LinearSpiker({ units: [5, 9], rateMax: 150 }),
      random: PoissonSpiker({ units: [40], rateMax: 300 }),
      cells: RefractoryLeakySoma({ units: [37] }),
      other: LeakySoma({ units: [33] }),
    },
    projections: {
      seen: { from: "map", to: "cells", connect, weight: 90, delay: 1, synapse },
      around: { from: "ring", to: "cells", connect, weight: 60, delay: 1.5, synapse },
      even: { from: "regular", to: "cells", connect, weight: 60, synapse },
      noisy: { from: "random", to: "other", connect, weight: 3, synapse: DeltaSynapse() },
    },
    readouts: { rate: { from: "cells", tau: 9, mean: true } },
  });
};

/** The values of a signal in a step, counted from 0. */
const wave = (step: number, count: number): number[] =>
  Array.from({ length: count }, (_, k) => Math.sin((step * (k + 1)) / 20) / 2 + 0.5);
const constant = { ring: [0.2, 0.9], random: 0.7 } as const;
const rows = (count: number) => ({ steps: Array.from({ length: STEPS }, (_, step) => wave(step, count)) });
const fill = ({ firstStep, steps, units, values }: InputChunk): void => {
  for (let row = 0; row < steps; row++) values.set(wave(firstStep + row, units), row * units);
};

const record = {
  map: { outSpikes: true, sum: true },
  ring: { outSpikes: true },
  regular: { outSpikes: true },
  random: { outSpikes: true },
  cells: { outSpikes: true, potential: true },
  other: { outSpikes: true },
  readouts: { rate: true },
} as const;
const inputs = {
  map: { signal: rows(3) },
  ring: { signal: constant.ring },
  regular: { signal: fill },
  random: { signal: constant.random },
  cells: { current: 60 },
};
const run = { duration: STEPS * dt, record, inputs } as const;

const ABOUT_TIME = ["wallTime", "buildTime", "backend"];
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
    const result = await simulation.run(run);
    expect(result.map.outSpikes.count).toBeGreaterThan(50);
    expect(result.cells.outSpikes.count).toBeGreaterThan(20);
    return { result: bitsOf(result), snapshot: bitsOf(simulation.snapshot()) };
  });
const defined = { f32: definedOf("f32"), f64: definedOf("f64") };

describeEach("drives spikers by signals", ({ listed }) => {
  const open = (dtype: "f32" | "f64") =>
    compile(network(), { ...choiceOf(listed === definition ? meaning : listed), dt, dtype, seed: 5 });

  test.each(precisions)("as the interpreter does, in %s", async (dtype) => {
    const simulation = await open(dtype);
    const whole = await simulation.run(run);
    const { result, snapshot } = await defined[dtype]();
    expect(bitsOf(whole)).toEqual(result);
    expect(bitsOf(simulation.snapshot())).toEqual(snapshot);
    simulation.dispose();
  });

  test.skipIf(listed.options.worker)("the same in single steps, from snapshots on, and in runs", async () => {
    const [one, two, three] = await Promise.all([open("f32"), open("f32"), open("f32")]);
    const spikes: number[][] = [];
    for (let step = 0; step < STEPS; step++) {
      // Signals stay until others are given.
      const first = step === 0 ? { ring: { signal: Float64Array.from(constant.ring) }, random: { signal: 0.7 } } : {};
      const stepped = one.step({
        ...first,
        map: { signal: Float32Array.from(wave(step, 3)) },
        regular: { signal: Float64Array.from(wave(step, 45)) },
        cells: { current: 60 },
      });
      spikes.push(stepped.map.outSpikes.indices());
      if (step === 59) two.restore(one.snapshot());
      if (step >= 60) {
        two.step({
          map: { signal: Float32Array.from(wave(step, 3)) },
          regular: { signal: Float64Array.from(wave(step, 45)) },
        });
      }
    }
    const result = await three.run(run);
    const { steps, units } = result.map.outSpikes;
    const inRun = Array.from({ length: STEPS }, (_, step) => [...units.filter((_, k) => steps[k] === step + 1)]);
    expect(spikes).toEqual(inRun);
    const { currents, ...state } = one.snapshot();
    expect(Object.keys(currents!)).toEqual(["cells", "map.signal", "ring.signal", "regular.signal", "random.signal"]);
    expect(bitsOf(two.snapshot())).toEqual(bitsOf({ ...state, currents }));
    expect(bitsOf(three.snapshot())).toEqual(bitsOf(state));
    for (const each of [one, two, three]) each.dispose();
  });
});
