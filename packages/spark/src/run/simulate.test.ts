import { describe, expect, it } from "vitest";
import type { Precision } from "../config/parse.ts";
import { ConfigError } from "../errors/errors.ts";
import { AdaptiveLeakySoma, LeakySoma } from "../somas/leaky.ts";
import { somas } from "./run.test-support.ts";
import { compile, simulate } from "./simulate.ts";

/** Steps of the first spikes at 300 pA with every default, from the reference in double precision. */
const firstSpikes: Readonly<Record<keyof typeof somas, Readonly<Record<string, readonly number[]>>>> = {
  LeakySoma: { 1: [22, 36, 50, 64, 78], 0.1: [220, 359, 498] },
  RefractoryLeakySoma: { 1: [22, 41, 60, 79], 0.1: [220, 390, 560] },
  StrictRefractoryLeakySoma: { 1: [22, 38, 54, 70], 0.1: [220, 379, 538] },
  AdaptiveLeakySoma: { 1: [22, 74, 127, 180], 0.1: [220, 724, 1240, 1757] },
};

describe("simulate", () => {
  for (const [name, table] of Object.entries(firstSpikes)) {
    for (const [dt, steps] of Object.entries(table)) {
      for (const backend of ["wasm", "interpreter"] as const) {
        for (const dtype of ["f32", "f64"] as const satisfies readonly Precision[]) {
          it(`gives the first spikes of ${name} at dt ${dt} in ${dtype} by ${backend}`, async () => {
            const run = await simulate(somas[name as keyof typeof somas](), {
              duration: 200,
              dt: Number(dt),
              dtype,
              backend,
              inputs: { current: 300 },
              record: { outSpikes: true },
            });
            expect([...run.outSpikes.steps.subarray(0, steps.length)]).toEqual(steps);
          });
        }
      }
    }
  }

  it("fires as often as each soma can under 100 nA", async () => {
    const options = { duration: 10, inputs: { current: 100_000 }, record: { outSpikes: true } } as const;
    const steps: Record<string, number[]> = {};
    for (const [name, soma] of Object.entries(somas)) {
      steps[name] = [...(await simulate(soma(), options)).outSpikes.steps];
    }
    expect(steps).toEqual({
      LeakySoma: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      RefractoryLeakySoma: [1, 5, 9],
      StrictRefractoryLeakySoma: [1, 4, 7, 10],
      AdaptiveLeakySoma: [1, 5, 9],
    });
  });

  it("tells what was run", async () => {
    const run = await simulate(AdaptiveLeakySoma({ units: [2, 3], dt: 0.5, seed: 7, dtype: "f64" }), {
      duration: 10,
      inputs: { current: 300 },
    });
    const { wallTime, ...info } = run;
    expect(wallTime).toBeGreaterThan(0);
    expect(info).toEqual({
      model: "AdaptiveLeakySoma",
      units: [2, 3],
      dt: 0.5,
      dtype: "f64",
      seed: 7,
      backend: "wasm",
      steps: 20,
      duration: 10,
      start: 0,
      complete: true,
      warnings: [],
    });
  });

  it("takes the shape of the population from the input", async () => {
    const run = await simulate(LeakySoma(), { duration: 1, inputs: { current: [[1, 2, 3]] } });
    expect(run.units).toEqual([1, 3]);
    const current = Float64Array.of(1, 2, 3, 4);
    expect((await simulate(LeakySoma(), { duration: 1, inputs: { current } })).units).toEqual([4]);
    expect((await simulate(LeakySoma({ units: [2, 2] }), { duration: 1, inputs: { current } })).units).toEqual([2, 2]);
    const wrong = simulate(LeakySoma({ units: [3, 2] }), { duration: 1, inputs: { current } });
    await expect(wrong).rejects.toThrow("[3, 2]");
  });

  it("reports every problem of its options together, with the call's own name", async () => {
    const wrong = {
      duration: -5,
      dt: Number.NaN,
      sed: 3,
      memory: 0,
      progress: 4,
      signal: {},
      sink: { open() {} },
      inputs: { curent: 5 },
      record: {
        potental: true,
        rate: true,
        outSpikes: { units: [0, 0] },
        potential: { every: 0, units: [9], evry: 2 },
      },
      initial: { adaptation: 0 },
      worker: "yes",
      backend: "gpu",
    };
    const error = await simulate(LeakySoma({ units: [3] }), wrong as never).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).message.split("\n")).toEqual([
      'simulate.sed is unknown. Did you mean "seed"?',
      "simulate.dt must be greater than 0 ms; received NaN ms. Give the time step in ms.",
      'simulate.backend must be one of wasm, native, fastest, interpreter; received "gpu". Omit it for the default.',
      'simulate.worker must be true or false; received "yes". Leave it out to run in this thread.',
      "initial.adaptation is unknown. Known: potential.",
      "simulate.duration must be greater than 0 ms; received -5 ms. Give the length of the run in ms.",
      "simulate.memory must be a number of bytes greater than 0; received 0. Leave it out for 2 GiB.",
      "simulate.progress must be a function; received 4. Give a function that receives the progress of the run.",
      "simulate.signal must be an AbortSignal; received {}. Give the signal of an AbortController.",
      "simulate.sink must be an object with the methods open, spikes, rows, close; received { open }. It lacks spikes.",
      'inputs.curent is unknown. Did you mean "current"?',
      'record.potental is unknown. Did you mean "potential"?',
      "record.outSpikes.units[1] must not repeat a unit; received 0 again. Remove it.",
      "record.rate needs the width of its bins. Write rate: { bin: 10 } for bins of 10 ms.",
      'record.potential.evry is unknown. Did you mean "every"?',
      "record.potential.units[0] must be a whole number from 0 to 2; received 9. Count units from 0, row by row.",
      "record.potential.every must be a whole number of at least 1; received 0. Give a count of steps.",
    ]);
  });

  it("refuses inputs that name no port", async () => {
    await expect(simulate(LeakySoma(), { duration: 10, inputs: 250 as never })).rejects.toThrow(
      "inputs takes an object such as { current: 250 }; received 250. Use port names as keys.",
    );
  });

  it("refuses a duration that is no whole number of steps, and names the nearest", async () => {
    await expect(simulate(LeakySoma(), { duration: 10.05, dt: 0.1 })).rejects.toThrow(
      "simulate.duration must be a whole number of steps of 0.1 ms; received 10.05 ms. The nearest is 10.1 ms.",
    );
    await expect(simulate(LeakySoma(), { duration: 0.04, dt: 0.1 })).rejects.toThrow("The nearest is 0.1 ms.");
    expect((await simulate(LeakySoma(), { duration: 36_000.3, dt: 0.1 })).steps).toBe(360_003);
  });

  it("refuses a type where a component belongs", async () => {
    await expect(simulate(LeakySoma as never, { duration: 1 })).rejects.toThrow("Call it: LeakySoma({ … }).");
    await expect(compile({} as never)).rejects.toThrow("compile takes a component such as LeakySoma(); received {}.");
  });

  it("draws the same values for the same seed, and others for another", async () => {
    const spikes = async (seed: number): Promise<string> => {
      const soma = LeakySoma({ units: [40], potentialTau: { uniform: { min: 5, max: 40 } } });
      const current = { ornsteinUhlenbeck: { mean: 300, std: 80, tau: 5 } };
      const run = await simulate(soma, { duration: 300, seed, inputs: { current }, record: { outSpikes: true } });
      return [...run.outSpikes.steps, ...run.outSpikes.units].join();
    };
    const one = await spikes(1);
    expect(await spikes(1)).toBe(one);
    expect(await spikes(2)).not.toBe(one);
  });

  it("refuses a seed in two places that differ", async () => {
    await expect(simulate(LeakySoma({ seed: 3 }), { duration: 1, seed: 4 })).rejects.toThrow(
      "simulate.seed is 4, but LeakySoma.seed is 3. Set it in one place.",
    );
  });
});
