import { describe, expect, test } from "vitest";
import { explicit, fixedInDegree, oneToOne, pairwiseBernoulli } from "../connectivity/rule.ts";
import type { SynapseValues } from "../connectivity/values.ts";
import { brain } from "../graph/brain.ts";
import { neuron } from "../graph/neuron.ts";
import { AdaptiveLeakySoma, LeakySoma, StrictRefractoryLeakySoma } from "../somas/leaky.ts";
import { PoissonDrive, PoissonSource, SpikeReplay } from "../sources/index.ts";
import { DeltaSynapse } from "../synapses/delta.ts";
import { ExponentialSynapse } from "../synapses/exponential.ts";
import { compile, simulate } from "./simulate.ts";

/** A small network with everything in it: a loop, a source, a drive, both kinds of synapses, drawn values. */
const mixed = () => {
  const current = ExponentialSynapse({ tau: 5 });
  return brain({
    name: "Mixed",
    populations: {
      cells: AdaptiveLeakySoma({ units: [90], thresholdDelta: 5, potentialTau: { uniform: { min: 10, max: 30 } } }),
      others: neuron({ soma: StrictRefractoryLeakySoma({ units: [40] }), synapses: { current }, inhibitory: true }),
      noise: PoissonSource({ units: [70], rate: 40 }),
    },
    projections: {
      drive: {
        from: "noise",
        to: "cells",
        connect: fixedInDegree({ inDegree: 20 }),
        synapse: current,
        weight: { normal: { mean: 60, std: 10, min: 0 } },
        delay: { uniform: { min: 0.5, max: 4 } },
      },
      out: { from: "cells", to: "others", connect: pairwiseBernoulli({ probability: 0.3 }), weight: 90, delay: 2 },
      back: {
        from: "others",
        to: "cells",
        connect: fixedInDegree({ inDegree: 5 }),
        weight: 1,
        synapse: DeltaSynapse(),
      },
    },
    drives: { more: { to: "others.current", drive: PoissonDrive({ rate: 10, trains: 100, weight: 12 }) } },
  });
};
const record = {
  cells: { outSpikes: true, potential: { units: [0, 89], every: 3 }, "exponential.trace": { units: [1], every: 50 } },
  others: { outSpikes: true, rate: { bin: 10 } },
  noise: { outSpikes: true },
} as const;
const options = { duration: 300, dt: 0.5, seed: 4, record } as const;

/** A run whose cells are driven by noise. */
const noisy = (std: number) =>
  ({ duration: 60, record, inputs: { cells: { current: { ornsteinUhlenbeck: { mean: 20, std, tau: 5 } } } } }) as const;

/** All numbers of a run that must not depend on what it ran on. */
const essence = (run: object): unknown =>
  JSON.parse(
    JSON.stringify(run, (key, value: unknown) => {
      if (["backend", "wallTime", "buildTime"].includes(key)) return undefined;
      return ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : value;
    }),
  );

describe("simulate with a brain", () => {
  test.each(["f32", "f64"] as const)("gives the bits of the interpreter in WebAssembly, %s", async (dtype) => {
    const run = await simulate(mixed(), { ...options, dtype });
    expect(run.cells.outSpikes.count).toBeGreaterThan(50);
    expect(run.others.outSpikes.count).toBeGreaterThan(50);
    const meaning = await simulate(mixed(), { ...options, dtype, backend: "interpreter", duration: 100 });
    const short = await simulate(mixed(), { ...options, dtype, duration: 100 });
    expect(essence(short)).toEqual(essence(meaning));
    expect(run.units).toBe(200);
    expect(run.synapses).toBeGreaterThan(90 * 25);
  });

  test.each([{ threads: 2 }, { threads: 3 }, { worker: true }, { worker: true, threads: 2 }])(
    "gives the same bits with %o",
    async (more) => {
      const [one, many] = await Promise.all([simulate(mixed(), options), simulate(mixed(), { ...options, ...more })]);
      expect(essence(many)).toEqual(essence(one));
    },
  );

  test("gives another network for another seed, and the same for the same", async () => {
    const spikes = async (seed: number) => [...(await simulate(mixed(), { ...options, seed })).cells.outSpikes.steps];
    expect(await spikes(4)).toEqual(await spikes(4));
    expect(await spikes(4)).not.toEqual(await spikes(5));
  });

  test("delivers a replayed spike exactly one delay after it", async () => {
    const relay = brain({
      populations: { sender: SpikeReplay({ units: [3] }), receiver: LeakySoma({ units: [3] }) },
      projections: {
        wire: { from: "sender", to: "receiver", connect: oneToOne(), weight: 30, delay: 2.5, synapse: DeltaSynapse() },
      },
    });
    const inputs = { sender: { inSpikes: { events: { steps: [4, 10], units: [1, 2] } } } };
    const run = await simulate(relay, {
      duration: 20,
      dt: 0.5,
      inputs,
      record: { receiver: { outSpikes: true, potential: { units: [0] } }, sender: { outSpikes: true } },
    });
    expect([...run.sender.outSpikes.steps]).toEqual([4, 10]);
    expect([...run.receiver.outSpikes.steps]).toEqual([9, 15]);
    expect([...run.receiver.outSpikes.units]).toEqual([1, 2]);
    expect(new Set(run.receiver.potential.values)).toEqual(new Set([-60]));
  });

  test("takes spikes of the inhibitory units of a mixed population for negative", async () => {
    const mixture = brain({
      populations: {
        senders: neuron({ soma: LeakySoma({ units: [2] }), inhibitory: [false, true] }),
        receivers: LeakySoma({ units: [2] }),
      },
      projections: {
        wire: { from: "senders", to: "receivers", connect: oneToOne(), weight: 3, synapse: DeltaSynapse() },
      },
    });
    const run = await simulate(mixture, {
      duration: 15,
      dt: 1,
      dtype: "f64",
      inputs: { senders: { current: 1000 } },
      record: { senders: { outSpikes: true }, receivers: { potential: true } },
    });
    expect(run.senders.outSpikes.count).toBeGreaterThan(3);
    const [up, down] = [0, 1].map((unit) => [...run.receivers.potential.trace(unit)].map((value) => value + 60));
    expect(Math.max(...up!)).toBeGreaterThan(3);
    expect(down).toEqual(up!.map((value) => expect.closeTo(-value, 9)));
  });

  test("leaves to no population the name of what every run has", async () => {
    const of = (name: string) => brain({ populations: { [name]: LeakySoma({ units: [1] }) } });
    const { cell, ...common } = (await simulate(of("cell"), { duration: 1 })) as unknown as Record<string, unknown>;
    expect(cell).toMatchObject({ units: 1 });
    expect(Object.keys(common)).toContain("synapses");
    for (const name of Object.keys(common)) expect(() => of(name)).toThrow("is a name that every run has.");
  });

  test("tells of delays and weights under the names that a brain has for them", async () => {
    const wired = (more: object) =>
      brain({
        populations: {
          cells: neuron({ soma: LeakySoma({ units: [50] }), synapses: { s: DeltaSynapse() }, inhibitory: true }),
        },
        projections: { loop: { from: "cells", to: "cells", connect: oneToOne(), weight: 1, ...more } },
      });
    const warned = async (delay: SynapseValues) =>
      (await simulate(wired({ delay }), { duration: 1, dt: 0.1 })).warnings;
    expect(await warned(0.16)).toEqual([
      "brain.projections.loop.delay of 0.16 ms is not a whole number of steps of 0.1 ms; taken as 2 steps.",
    ]);
    // Of 50 values from 0 to 0.1 ms about half round to one step; the others are raised to it.
    const [clipped, ...more] = await warned({ uniform: { min: 0, max: 0.1 } });
    const [, count] =
      /^brain\.projections\.loop\.delay: (\d+) of 50 were below half a step and were made one step\.$/.exec(clipped!)!;
    expect(more).toEqual([]);
    expect(Number(count)).toBeGreaterThan(9);
    expect(Number(count)).toBeLessThan(41);
    await expect(simulate(wired({ weight: -1 }), { duration: 1 })).rejects.toThrow(
      "brain.projections.loop.weight must be at least 0 if source units are inhibitory, whose spikes count as -1; received -1 mV. Give magnitudes; for drawn weights, set min: 0.",
    );
    const listed = explicit({ sources: [0], targets: [1], weights: [-2], delays: [0.16] });
    await expect(simulate(wired({ connect: listed, weight: undefined }), { duration: 1 })).rejects.toThrow(
      "brain.projections.loop.connect.explicit.weights must be at least 0",
    );
    const far = { delay: { byDistance: { offset: 1, slope: 1 } } };
    await expect(simulate(wired(far), { duration: 1 })).rejects.toThrow(
      "brain.positions.cells is missing, but needed for delay. Give the population's positions.",
    );
  });

  test("says what is wrong with a run, by population", async () => {
    const wrong = { ...options, duration: 0.7, record: { cells: { outSpike: true }, sells: {} } } as never;
    await expect(simulate(mixed(), wrong)).rejects.toThrow(/record\.sells is unknown\. Did you mean "cells"\?/);
    await expect(simulate(mixed(), wrong)).rejects.toThrow(/record\.cells\.outSpike is unknown/);
    const inputs = { cells: { current: Number.NaN } };
    await expect(simulate(mixed(), { ...options, inputs })).rejects.toThrow(/inputs\.cells\.current/);
    await expect(simulate(mixed(), { ...options, memory: 1000 })).rejects.toThrow(/memory must be at least/);
  });
});

describe("a compiled brain", () => {
  test("goes on from a snapshot in mid-flight with the same bits, also in another simulation", async () => {
    const first = await compile(mixed(), { dt: 0.5, seed: 4 });
    await first.run({ duration: 61.5 });
    const saved = first.snapshot();
    expect(saved.spikes.length).toBeGreaterThan(0);
    const expected = essence(await first.run({ duration: 80, record }));
    const second = await compile(mixed(), { dt: 0.5, seed: 4 });
    second.restore(structuredClone(saved));
    expect(second.time).toBe(61.5);
    expect(essence(await second.run({ duration: 80, record }))).toEqual(expected);
    first.dispose();
    second.dispose();
  });

  test("refuses a snapshot that lacks the state of a population or a synapse, or is of another wiring", async () => {
    const simulation = await compile(mixed(), { dt: 0.5, seed: 4 });
    await simulation.run({ duration: 20 });
    const saved = simulation.snapshot();
    for (const lost of ["cells.adaptation", "others.current.trace", "cells.exponential.arrivals"]) {
      expect(Object.keys(saved.state)).toContain(lost);
      const state = Object.fromEntries(Object.entries(saved.state).filter(([name]) => name !== lost));
      expect(() => simulation.restore({ ...saved, state })).toThrow(
        `snapshot.state["${lost}"] must be a Float32Array;`,
      );
    }
    expect(() => simulation.restore({ ...saved, state: {} })).toThrow("must be a Float32Array; received undefined");
    simulation.restore(saved);
    expect(simulation.snapshot()).toEqual(saved);
    simulation.dispose();
  });

  test("gives one run in two parts, and starts anew after reset", async () => {
    const whole = await simulate(mixed(), options);
    const simulation = await compile(mixed(), { dt: 0.5, seed: 4 });
    const parts = [await simulation.run({ duration: 120, record }), await simulation.run({ duration: 180, record })];
    const steps = parts.flatMap((run) => [...run.cells.outSpikes.steps]);
    expect(steps).toEqual([...whole.cells.outSpikes.steps]);
    simulation.reset();
    const again = await simulation.run({ duration: 300, record });
    expect([...again.cells.outSpikes.steps]).toEqual([...whole.cells.outSpikes.steps]);
    simulation.dispose();
    expect(() => simulation.snapshot()).toThrow("Simulation was used after dispose(). Compile it again.");
  });

  test("goes on with the synapses that it has whatever noise drives it", async () => {
    const whole = await simulate(mixed(), { ...options, ...noisy(80), duration: 120 });
    const simulation = await compile(mixed(), { dt: 0.5, seed: 4 });
    const parts = [await simulation.run(noisy(80)), await simulation.run(noisy(80))];
    expect(parts.flatMap((run) => [...run.cells.outSpikes.steps])).toEqual([...whole.cells.outSpikes.steps]);
    expect(parts.map(({ buildTime }) => buildTime > 0)).toEqual([true, false]);
    expect((await simulation.run(noisy(160))).buildTime).toBe(0);
    simulation.dispose();
  });

  test.each(["reset", "restore"] as const)(
    "starts a noise anew after %s, whatever noise there was before",
    async (how) => {
      const simulation = await compile(mixed(), { dt: 0.5, seed: 4 });
      if (how === "restore") await simulation.run({ duration: 40 });
      const saved = simulation.snapshot();
      const wanted = await simulation.run(noisy(160));
      for (const std of [80, 160]) {
        if (how === "restore") simulation.restore(saved);
        else simulation.reset();
        simulation.snapshot();
        const run = await simulation.run(noisy(std));
        if (std === 160) expect(essence(run)).toEqual(essence(wanted));
      }
      simulation.dispose();
    },
  );

  test("steps as it runs", async () => {
    const simulation = await compile(mixed(), { dt: 0.5, seed: 4 });
    const run = await simulate(mixed(), { ...options, duration: 50 });
    const seen: number[] = [];
    for (let step = 1; step <= 100; step++) {
      const { cells } = simulation.step();
      for (let k = 0; k < cells.outSpikes.count; k++) seen.push(step);
    }
    expect(seen).toEqual([...run.cells.outSpikes.steps]);
    expect(() => simulation.step({ cels: { current: 1 } } as never)).toThrow(/step\.cels is unknown/);
    simulation.dispose();
  });

  test("starts steps from zero current after a reset and a restore", async () => {
    const simulation = await compile(brain({ populations: { cell: LeakySoma({ units: [2] }) } }), { dt: 1 });
    const start = simulation.snapshot();
    const potentialAfter = (inputs = {}): number => simulation.step(inputs).cell.potential.values[0]!;
    expect(potentialAfter({ cell: { current: 300 } })).toBeGreaterThan(-60);
    simulation.reset();
    expect(potentialAfter()).toBe(-60);
    potentialAfter({ cell: { current: 300 } });
    simulation.restore(start);
    expect(potentialAfter()).toBe(-60);
    simulation.dispose();
  });

  test("records the same reductions whatever was recorded before", async () => {
    const mean = { cells: { potential: { units: [0], every: 8, reduce: "mean", over: "time" } } } as const;
    const plain = { cells: { potential: { units: [0], every: 8 } } } as const;
    const simulation = await compile(mixed(), { dt: 0.5, seed: 4 });
    await simulation.run({ duration: 4000, record: plain });
    simulation.reset();
    const after = await simulation.run({ duration: 4000, record: mean });
    simulation.dispose();
    expect(essence(after)).toEqual(
      essence(await simulate(mixed(), { duration: 4000, dt: 0.5, seed: 4, record: mean })),
    );
  });

  test("runs again on its threads, and refuses steps in a worker", async () => {
    const simulation = await compile(mixed(), { dt: 0.5, seed: 4, threads: 2 });
    await simulation.run({ duration: 40, record });
    await simulation.run({ duration: 40 });
    simulation.dispose();
    await expect(simulation.run({ duration: 1 })).rejects.toThrow("after dispose()");
    const apart = await compile(mixed(), { dt: 0.5, seed: 4, worker: true });
    expect(() => apart.step()).toThrow(
      "step() is not available in a worker, because it is synchronous. Use run(), or compile without worker: true.",
    );
    apart.dispose();
  });

  test("keeps what was recorded when it is aborted", async () => {
    const simulation = await compile(mixed(), { dt: 0.5, seed: 4 });
    const controller = new AbortController();
    const run = await simulation.run({
      duration: 1e7,
      record: { noise: { outSpikes: true } },
      signal: controller.signal,
      memory: 1e12,
      progress: () => controller.abort(),
    });
    expect(run.stoppedBy).toBe("abort");
    expect(run.noise.outSpikes.count).toBeGreaterThan(0);
    simulation.dispose();
  });
});
