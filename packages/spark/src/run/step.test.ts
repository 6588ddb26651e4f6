import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { brain } from "../graph/brain.ts";
import { CurrentArray, SpikeArray } from "../model/ports.ts";
import { AdaptiveLeakySoma, LeakySoma } from "../somas/leaky.ts";
import { events, mixed, row } from "./run.test-support.ts";
import { compile, simulate } from "./simulate.ts";

const soma = mixed(37);

describe("step", () => {
  it("gives the bits that a run gives", async () => {
    const options = { duration: 60, dt: 0.1, inputs: { current: 300 } } as const;
    const whole = await simulate(soma, { ...options, record: { outSpikes: true, potential: true } });
    const simulation = await compile(soma, { dt: 0.1 });
    const current = new Float32Array(37).fill(300);
    const spikes: [number, number][] = [];
    for (let step = 1; step <= 600; step++) {
      const { outSpikes, potential } = simulation.step({ current });
      spikes.push(...outSpikes.indices().map((unit): [number, number] => [step, unit]));
      if (step % 97 === 0) expect(Array.from(potential.values)).toEqual(row(whole.potential, step - 1));
    }
    expect(spikes).toEqual(events(whole.outSpikes));
    expect([simulation.stepCount, simulation.time]).toEqual([600, 60]);
  });

  it("carries the state into a run and out of it", async () => {
    const options = { dt: 0.1 } as const;
    const inputs = { current: 300 } as const;
    const whole = await simulate(soma, { ...options, duration: 60, inputs, record: { potential: true } });
    const simulation = await compile(soma, options);
    for (let k = 0; k < 150; k++) simulation.step({ current: 300 });
    const run = await simulation.run({ duration: 30, inputs, record: { potential: true } });
    expect(run.start).toBe(15);
    expect(run.potential.steps[0]).toBe(151);
    expect(row(run.potential, 299)).toEqual(row(whole.potential, 449));
    for (let k = 0; k < 149; k++) simulation.step({ current: 300 });
    expect(Array.from(simulation.step({ current: 300 }).potential.values)).toEqual(row(whole.potential, 599));
    expect(simulation.stepCount).toBe(600);
    simulation.reset();
    expect([simulation.stepCount, simulation.time]).toEqual([0, 0]);
    expect(Array.from(simulation.step({ current: 300 }).potential.values)).toEqual(row(whole.potential, 0));
  });

  it("keeps the last current, and takes a live view of it", async () => {
    const simulation = await compile(LeakySoma({ units: [3] }));
    const steady = await compile(LeakySoma({ units: [3] }));
    const current = Float64Array.of(100, 200, 300);
    simulation.step({ current });
    for (let k = 0; k < 5; k++) simulation.step();
    for (let k = 0; k < 5; k++) steady.step({ current: new CurrentArray(current) });
    const { potential } = steady.step({ current: Int16Array.of(100, 200, 300) });
    expect(simulation.step({}).potential.values).not.toEqual(potential.values);
    const again = await compile(LeakySoma({ units: [3] }));
    again.current.set(current);
    for (let k = 0; k < 6; k++) again.step();
    expect(again.step({ current: again.current }).potential.values).toEqual(steady.step().potential.values);
    expect(again.current).toBe(again.current);
  });

  it("adds spikes as currents of one pA, and forgets them after the step", async () => {
    const units = [40];
    const simulation = await compile(LeakySoma({ units, resistance: 10, dtype: "f64" }));
    const inhibitory = new Uint32Array(2);
    inhibitory[1] = 1 << 1;
    const inSpikes = SpikeArray.fromIndices([2, 33], units, inhibitory);
    const rate = -Math.expm1(-1 / 20);
    simulation.step({ current: 2 });
    const values = [...simulation.step({ inSpikes }).potential.values];
    const first = 20 * rate;
    expect(values[0]).toBeCloseTo(-60 + first + (20 - first) * rate, 12);
    expect(values[2]).toBeCloseTo(-60 + first + (30 - first) * rate, 12);
    expect(values[33]).toBeCloseTo(-60 + first + (10 - first) * rate, 12);
    const after = [...simulation.step().potential.values];
    expect(after[2]).toBeCloseTo(values[2]! + (-40 - values[2]!) * rate, 12);
  });

  it("gives the same objects every time", async () => {
    const simulation = await compile(soma);
    const first = simulation.step({ current: 500 });
    const { outSpikes, potential } = first;
    const bits = outSpikes.bits;
    for (let k = 0; k < 20; k++) expect(simulation.step({ current: 500 })).toBe(first);
    expect([first.outSpikes, first.potential, first.outSpikes.bits]).toEqual([outSpikes, potential, bits]);
    expect(first.outSpikes.bits).toBe(bits);
  });

  it("leaves no garbage behind", () => {
    const index = fileURLToPath(new URL("../entries/index.ts", import.meta.url));
    const code = `
      const { compile, LeakySoma, SpikeArray } = await import(${JSON.stringify(index)});
      const simulation = await compile(LeakySoma({ units: [64] }));
      const current = new Float32Array(64).fill(300);
      const inSpikes = SpikeArray.fromIndices([3], [64]);
      const inputs = [{ current }, { current: 300 }, {}, { inSpikes }, { current, inSpikes }];
      const loop = (steps) => { for (let k = 0; k < steps; k++) simulation.step(inputs[k % 5]); };
      loop(3e5);
      gc();
      const before = process.memoryUsage().heapUsed;
      loop(1e5);
      console.log((process.memoryUsage().heapUsed - before) / 1e5);`;
    // The young generation is so large that nothing is collected while it is watched.
    const flags = ["--expose-gc", "--max-semi-space-size=128", "--min-semi-space-size=128"];
    const child = spawnSync(process.execPath, [...flags, "--import", "tsx", "--input-type=module", "-e", code], {
      encoding: "utf8",
    });
    expect(child.stderr).toBe("");
    // Bytes a step: an object in every step would be sixteen at least.
    expect(Number(child.stdout)).toBeLessThan(4);
  });

  it("refuses what is no current, with its place, and stays as it was", async () => {
    const simulation = await compile(LeakySoma({ units: [2, 3] }));
    const step = (inputs: unknown) => () => simulation.step(inputs as never);
    const bad = Float32Array.of(1, 2, 3, 4, Number.NaN, 6);
    expect(step({ current: bad })).toThrow("step.current[4] must be a finite number; received NaN pA.");
    expect(step({ current: Number.POSITIVE_INFINITY })).toThrow(
      "step.current must be a finite number; received Infinity pA.",
    );
    expect(step({ current: new Float32Array(5) })).toThrow("step.current must contain 6 values; received 5.");
    expect(step({ current: [1, 2] })).toThrow("step.current must be a number, a typed array or a CurrentArray");
    expect(step({ current: new CurrentArray(new Float32Array(6), [3, 2]) })).toThrow(
      "step.current has shape [3, 2], but the population has shape [2, 3].",
    );
    expect(step({ inSpikes: [1] })).toThrow("step.inSpikes must be a SpikeArray; received [1].");
    expect(step({ inSpikes: SpikeArray.fromIndices([1], [7]) })).toThrow("step.inSpikes has shape [7]");
    expect(simulation.stepCount).toBe(0);
    expect([...simulation.step().potential.values]).toEqual(new Array(6).fill(-60));
  });

  it("finds one bad value among many, and takes huge ones", async () => {
    const simulation = await compile(LeakySoma({ units: [21], dtype: "f64" }));
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (let unit = 0; unit < 21; unit++) {
        const current = new Float64Array(21).fill(100);
        current[unit] = bad;
        expect(() => simulation.step({ current })).toThrow(`step.current[${unit}] must be a finite number`);
      }
    }
    simulation.step({ current: new Float64Array(21).fill(Number.MAX_VALUE) });
    expect(simulation.stepCount).toBe(1);
    simulation.dispose();
  });

  it("is not available in a worker", async () => {
    const simulation = await compile(LeakySoma(), { worker: true });
    expect(() => simulation.step()).toThrow("step() is not available in a worker, because it is synchronous.");
    simulation.dispose();
  });
});

describe("initial", () => {
  it("sets the absolute potential and other states, for reset as well", async () => {
    const potential = [-50, -55, -65];
    const simulation = await compile(
      AdaptiveLeakySoma({ units: [3], potentialRest: [-60, -62, -64], dtype: "f64", cooldown: 5 }),
      { initial: { potential, age: 2, adaptation: { constant: 4 } } },
    );
    const { state } = simulation.snapshot();
    expect(state["soma.potential"]).toEqual(Float64Array.of(10, 7, -1));
    expect(state["soma.age"]).toEqual(Int32Array.of(2, 2, 2));
    expect(state["soma.adaptation"]).toEqual(Float64Array.of(4, 4, 4));
    simulation.step({ current: 500 });
    simulation.reset();
    expect(simulation.snapshot().state).toEqual(state);
  });

  it("draws from an initializer, by the seed", async () => {
    const initial = { potential: { uniform: { min: -50, max: -45 } } };
    const first = async (seed: number): Promise<readonly number[]> => {
      const soma = LeakySoma({ units: [20], dtype: "f64" });
      const run = await simulate(soma, { duration: 1, seed, initial, record: { potential: true } });
      return row(run.potential, 0);
    };
    const decay = Math.exp(-1 / 20);
    const values = await first(1);
    expect(values.every((value) => value >= -60 + 10 * decay - 1e-9 && value < -60 + 15 * decay)).toBe(true);
    expect(new Set(values).size).toBe(20);
    expect(await first(1)).toEqual(values);
    expect(await first(2)).not.toEqual(values);
  });

  it("refuses states that there are not and values that they cannot have", async () => {
    const of = (initial: object) => compile(AdaptiveLeakySoma({ units: [2] }), { initial: initial as never });
    await expect(of({ potental: 0 })).rejects.toThrow('initial.potental is unknown. Did you mean "potential"?');
    await expect(of({ potential: Number.NaN })).rejects.toThrow(
      "initial.potential must be a finite number; received NaN mV.",
    );
    await expect(of({ age: [1, 0.5] })).rejects.toThrow(
      "initial.age[1] must be a whole number of 32 bits; received 0.5.",
    );
    await expect(of({ potential: [1, 2, 3] })).rejects.toThrow(
      "initial.potential has shape [3], but the population has shape [2].",
    );
    await expect(of({ potential: "rest" })).rejects.toThrow("must be a number, an array or an initializer");
    await expect(of({ potential: { unifrm: {} } })).rejects.toThrow('Did you mean "uniform"?');
    await expect(of([1])).rejects.toThrow("initial takes an object such as { potential: -65 }; received [1].");
  });
});

describe("the keys of a step", () => {
  it("are refused if they are unknown, in every step", async () => {
    const simulation = await compile(LeakySoma(), { dt: 1 });
    const refused = (inputs: unknown, message: string): void =>
      expect(() => simulation.step(inputs as never)).toThrow(message);
    refused({ curent: 3 }, 'step.curent is unknown. Did you mean "current"?');
    refused({ current: 3, inSpiks: undefined }, 'step.inSpiks is unknown. Did you mean "inSpikes"?');
    simulation.step({ current: 3 });
    simulation.step();
    refused({ curent: 3 }, 'step.curent is unknown. Did you mean "current"?');
    refused({ current: 3, inSpiks: undefined }, 'step.inSpiks is unknown. Did you mean "inSpikes"?');
    for (const inputs of [null, 3, "3", [3]]) refused(inputs, "step takes an object of options; received");
    expect(simulation.stepCount).toBe(2);
    const network = await compile(brain({ populations: { a: LeakySoma({ units: [1] }) } }), { dt: 1 });
    for (const inputs of [null, 3]) {
      expect(() => network.step(inputs as never)).toThrow("step takes an object of options; received");
    }
  });
});
