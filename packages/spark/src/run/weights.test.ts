import { describe, expect, test } from "vitest";
import { allToAll, fixedTotalNumber, oneToOne, pairwiseBernoulli } from "../connectivity/rule.ts";
import { brain } from "../graph/brain.ts";
import { neuron } from "../graph/neuron.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { PoissonSource } from "../sources/index.ts";
import { DeltaSynapse } from "../synapses/delta.ts";
import { ExponentialSynapse } from "../synapses/exponential.ts";
import { compile, simulate } from "./simulate.ts";

const cells = (inhibitory = false) =>
  neuron({
    soma: LeakySoma({ units: [40] }),
    synapses: { fast: DeltaSynapse(), slow: ExponentialSynapse() },
    inhibitory,
  });

const network = (weight: unknown, layout: "auto" | "sparse" | "dense" | "procedural" = "auto") =>
  brain({
    populations: { noise: PoissonSource({ units: [30], rate: 60 }), cells: cells() },
    projections: {
      into: {
        from: "noise",
        to: "cells.slow",
        connect: fixedTotalNumber({ total: 400 }),
        weight: weight as number,
        delay: 1.5,
        layout,
      },
      among: { from: "cells", to: "cells.fast", connect: pairwiseBernoulli({ probability: 0.2 }), weight: 1, delay: 2 },
    },
  });

const record = { cells: { outSpikes: true, potential: true } } as const;
const run = { duration: 60, record } as const;

describe.each(["wasm", "interpreter"] as const)("weights of a simulation in %s", (backend) => {
  test.each([
    ["drawn", { uniform: { min: 50, max: 150 } }, "auto"],
    ["of one value", 100, "sparse"],
    ["in rows", { uniform: { min: 50, max: 150 } }, "dense"],
    ["that are not stored", 100, "procedural"],
  ] as const)("%s are read, written, and used from the next step on", async (_, weight, layout) => {
    const first = await compile(network(weight, layout), { dt: 0.5, backend });
    await first.run({ duration: 20 });
    const weights = first.weights("into");
    expect(weights.synapses).toBe(400);
    const drawn = weights.read();
    expect(drawn).toHaveLength(400);
    const doubled = drawn.map((value) => value * 2);
    weights.write(doubled);
    expect(weights.read()).toEqual(doubled);
    const after = await first.run(run);
    // The same network, whose weights are doubled before anything happens, differs only in its first 20 ms.
    const second = await compile(network(weight, layout), { dt: 0.5, backend });
    await second.run({ duration: 20 });
    const plain = await second.run(run);
    expect(after.cells.potential.values).not.toEqual(plain.cells.potential.values);
    second.restore(first.snapshot());
    expect(second.weights("into").read()).toEqual(doubled);
    const [a, b] = [await first.run(run), await second.run(run)];
    expect(a.cells.potential.values).toEqual(b.cells.potential.values);
    first.dispose();
    second.dispose();
  });

  test("that are written as they were change no bit", async () => {
    const simulation = await compile(network(100, "sparse"), { dt: 0.5, backend });
    await simulation.run({ duration: 20 });
    const weights = simulation.weights("into");
    weights.write(weights.read());
    const same = await simulation.run(run);
    const other = await compile(network(100, "sparse"), { dt: 0.5, backend });
    await other.run({ duration: 20 });
    expect(same.cells.potential.values).toEqual((await other.run(run)).cells.potential.values);
  });
});

describe("the weights of a projection", () => {
  test("can be written for some synapses, and for those between some units", async () => {
    const simulation = await compile(network({ uniform: { min: 50, max: 150 } }), { dt: 0.5 });
    const weights = simulation.weights("into");
    const before = weights.read();
    const { numbers, sources, targets } = weights.select({ sources: [3], targets: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] });
    expect([...sources].every((source) => source === 3)).toBe(true);
    expect([...targets].every((target) => target < 10)).toBe(true);
    weights.write(7, numbers);
    const chosen = new Set(numbers);
    expect(weights.read()).toEqual(before.map((value, k) => (chosen.has(k) ? 7 : value)));
    expect([...weights.read(numbers)]).toEqual([...numbers].map(() => 7));
    simulation.dispose();
  });

  test("are magnitudes where units are inhibitory, as they were given", async () => {
    const inhibited = brain({
      populations: { cells: cells(true) },
      projections: { among: { from: "cells", to: "cells.fast", connect: oneToOne(), weight: 2, delay: 1 } },
    });
    const simulation = await compile(inhibited, { dt: 0.5 });
    const weights = simulation.weights("among");
    expect([...new Set(weights.read())]).toEqual([2]);
    expect(() => weights.write(-1)).toThrow("at least 0 if source units are inhibitory");
    simulation.dispose();
  });

  test("are those of the start again after a reset", async () => {
    const simulation = await compile(network({ uniform: { min: 50, max: 150 } }), { dt: 0.5 });
    const fresh = await simulation.run(run);
    const weights = simulation.weights("into");
    const before = weights.read();
    weights.write(0);
    simulation.reset();
    expect(simulation.snapshot().weights).toBeUndefined();
    const again = await simulation.run(run);
    expect(simulation.weights("into").read()).toEqual(before);
    expect(again.cells.potential.values).toEqual(fresh.cells.potential.values);
    simulation.dispose();
  });

  test("that were written in one layout serve in a simulation with threads", async () => {
    const simulation = await compile(network(100), { dt: 0.5 });
    simulation.weights("into").write(Float64Array.from({ length: 400 }, (_, k) => k / 4));
    await simulation.run({ duration: 20 });
    const shared = await compile(network(100), { dt: 0.5, threads: 2 });
    shared.restore(simulation.snapshot());
    const [a, b] = [await simulation.run(run), await shared.run(run)];
    expect(a.cells.potential.values).toEqual(b.cells.potential.values);
    simulation.dispose();
    shared.dispose();
  });

  test("wait in a worker for a run that builds the network", async () => {
    const simulation = await compile(network(100), { dt: 0.5, worker: true });
    const asked = () => simulation.weights("into").read();
    const message =
      "weights.into is not available in a worker before a run has built the network. Call run() first, or compile without worker: true.";
    expect(asked).toThrow(message);
    await simulation.run({ duration: 1 });
    const weights = simulation.weights("into");
    weights.write(7);
    expect([...new Set(weights.read())]).toEqual([7]);
    simulation.reset();
    expect(asked).toThrow(message);
    await simulation.run({ duration: 1 });
    expect([...new Set(asked())]).toEqual([100]);
    simulation.dispose();
  });

  test("must be of a projection that is there", async () => {
    const simulation = await compile(network(100), { dt: 0.5 });
    expect(() => simulation.weights("in")).toThrow("projection.in is unknown. Known: into, among.");
    const alone = await compile(LeakySoma());
    expect(() => alone.weights("into")).toThrow("weights.into is unknown: a single component has no projections.");
    const snapshot = { ...simulation.snapshot(), weights: { other: new Float32Array(3) } };
    expect(() => simulation.restore(snapshot)).toThrow("snapshot.weights.other must be the name of a projection");
  });

  test("of all-to-all projections have their order too", async () => {
    const full = brain({
      populations: { a: LeakySoma({ units: [5] }), b: LeakySoma({ units: [4] }) },
      projections: { ab: { from: "a", to: "b", connect: allToAll(), weight: 3, delay: 1, synapse: DeltaSynapse() } },
    });
    const simulation = await compile(full, { dt: 0.5 });
    const weights = simulation.weights("ab");
    weights.write(Float64Array.from({ length: 20 }, (_, k) => k));
    const { numbers, sources, targets } = weights.select({ sources: [2] });
    expect([...sources]).toEqual([2, 2, 2, 2]);
    expect([...targets]).toEqual([0, 1, 2, 3]);
    expect([...weights.read(numbers)]).toEqual([...numbers]);
    await simulate(full, { duration: 1, dt: 0.5 });
  });
});

test("weights of more than a million synapses are read and written by number", async () => {
  const simulation = await compile(
    brain({
      populations: { noise: PoissonSource({ units: [1025], rate: 1 }), cells: LeakySoma({ units: [1024] }) },
      projections: {
        into: {
          from: "noise",
          to: "cells",
          connect: allToAll(),
          weight: { uniform: { min: 1, max: 2 } },
          synapse: DeltaSynapse(),
        },
      },
    }),
    { dt: 1 },
  );
  const weights = simulation.weights("into");
  const drawn = weights.read();
  const numbers = [1_049_599, 0, 524_287, 0];
  expect(Array.from(weights.read(numbers))).toEqual(numbers.map((number) => drawn[number]));
  weights.write([7, 8], [1_049_599, 12]);
  expect(Array.from(weights.read([12, 13, 1_049_599]))).toEqual([8, drawn[13], 7]);
});
