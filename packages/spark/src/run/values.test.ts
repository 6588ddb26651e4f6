import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { uniform } from "../config/initializer.ts";
import { fixedInDegree } from "../connectivity/rule.ts";
import { brain } from "../graph/brain.ts";
import { neuron } from "../graph/neuron.ts";
import { whiteNoise } from "../inputs/forms.ts";
import { loadSnapshot, saveSnapshot } from "../io/snapshot-file.ts";
import { AdaptiveLeakySoma, LeakySoma, RefractoryLeakySoma } from "../somas/leaky.ts";
import { PoissonDrive, PoissonSource } from "../sources/index.ts";
import { ConductanceExponentialSynapse, ExponentialSynapse } from "../synapses/index.ts";
import { compile } from "./simulate.ts";

const dt = 0.1;
const cells = () => RefractoryLeakySoma({ units: [50] });
const run = { duration: 50, inputs: { current: 400 }, record: { outSpikes: true, potential: true } } as const;

const network = () =>
  brain({
    populations: {
      noise: PoissonSource({ units: [30], rate: 20 }),
      cells: RefractoryLeakySoma({ units: [50] }),
      other: LeakySoma({ units: [20] }),
    },
    projections: {
      first: {
        from: "noise",
        to: "cells",
        connect: fixedInDegree({ inDegree: 5 }),
        weight: 30,
        synapse: ExponentialSynapse(),
      },
      second: {
        from: "other",
        to: "cells",
        connect: fixedInDegree({ inDegree: 5 }),
        weight: 20,
        synapse: ExponentialSynapse(),
      },
      alone: {
        from: "cells",
        to: "other",
        connect: fixedInDegree({ inDegree: 5 }),
        weight: 20,
        synapse: ExponentialSynapse({ tau: 3 }),
      },
    },
    drives: {
      push: { to: "other", synapse: ConductanceExponentialSynapse(), drive: PoissonDrive({ rate: 900, weight: 3 }) },
    },
    readouts: { rate: { from: "cells", tau: 10, mean: true }, raw: { from: "cells" } },
  });

const sinkThat = (spikes: () => void) => ({ open: () => {}, spikes, rows: () => {}, close: () => {} });

const problemOf = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("Nothing was refused.");
};

describe("a parameter that is set", () => {
  test("acts from the next step on, and the run tells it", async () => {
    const simulation = await compile(cells(), { dt });
    const first = await simulation.run(run);
    expect(first.changes).toBeUndefined();
    simulation.set("threshold", 10);
    expect(simulation.get("threshold")).toBe(10);
    const second = await simulation.run(run);
    expect(first.outSpikes.count).toBeGreaterThan(0);
    expect(second.outSpikes.count).toBe(0);
    expect(second.changes).toEqual([{ at: 50, set: { threshold: 10 } }]);
    expect((await simulation.run(run)).changes).toBeUndefined();
  });

  test("acts in the next of single steps", async () => {
    const simulation = await compile(cells(), { dt });
    const spikesIn = (steps: number): number => {
      let count = 0;
      for (let k = 0; k < steps; k++) count += simulation.step({ current: 400 }).outSpikes.indices().length;
      return count;
    };
    expect(spikesIn(500)).toBeGreaterThan(0);
    simulation.set("threshold", 100);
    expect(spikesIn(500)).toBe(0);
    simulation.set("threshold", -1000);
    expect(spikesIn(1)).toBe(50);
  });

  test("leaves the currents that steps hold", async () => {
    const simulation = await compile(network(), { dt });
    const other = await compile(network(), { dt });
    for (const each of [simulation, other]) each.step({ cells: { current: 300 } });
    simulation.set("cells.threshold", -40);
    for (let k = 0; k < 50; k++) expect(simulation.step().cells.potential).toEqual(other.step().cells.potential);
  });

  test("keeps the state, also where it is stored relative to the parameter", async () => {
    for (const dtype of ["f32", "f64"] as const) {
      const simulation = await compile(cells(), { dt, dtype });
      const recorded = await simulation.run(run);
      simulation.set("potentialRest", -67.25);
      const { potential } = await simulation.run({ ...run, duration: dt, inputs: { current: 0 } });
      const last = recorded.potential.values.at(-1)!;
      const decay = 1 - Math.exp(-dt / 20);
      expect(potential.values.at(-1)).toBeCloseTo(last + decay * (-67.25 - last), 4);
    }
  });

  test("that is set before the first step leaves the declared start", async () => {
    const simulation = await compile(cells(), { dt, dtype: "f64" });
    simulation.set("potentialRest", -70);
    const { potential } = await simulation.run({ ...run, duration: dt, inputs: { current: 0 } });
    expect(potential.values[0]).toBeCloseTo(-60 - 10 * (1 - Math.exp(-dt / 20)), 9);
  });

  test("takes numbers, arrays and initializers, and a copy of what it is given", async () => {
    const simulation = await compile(cells(), { dt });
    const given = new Float64Array(50).fill(-41);
    simulation.set("threshold", given);
    given.fill(7);
    expect(simulation.get("threshold")).toEqual(new Float64Array(50).fill(-41));
    (simulation.get("threshold") as Float64Array).fill(3);
    expect(simulation.get("threshold")).toEqual(new Float64Array(50).fill(-41));
    simulation.set("threshold", uniform({ min: -45, max: -40 }));
    const declared = await compile(RefractoryLeakySoma({ units: [50], threshold: uniform({ min: -45, max: -40 }) }), {
      dt,
    });
    expect(simulation.get("threshold")).toEqual(declared.get("threshold"));
  });

  test("returns to its declared value by reset, so that the same calls give the same bits", async () => {
    const simulation = await compile(network(), { dt });
    const steer = async () => {
      const options = { duration: 20, record: { cells: { outSpikes: true }, readouts: { rate: true } } } as const;
      const results = [await simulation.run(options)];
      simulation.set("cells.threshold", -45);
      simulation.set("push.rate", 4000);
      simulation.set("rate.tau", 3);
      results.push(await simulation.run(options));
      return results.map(({ cells: { outSpikes }, readouts }) => [[...outSpikes.units], [...readouts.rate.values]]);
    };
    const first = await steer();
    simulation.reset();
    expect([simulation.get("cells.threshold"), simulation.get("push.rate"), simulation.get("rate.tau")]).toEqual([
      -40, 900, 10,
    ]);
    expect(await steer()).toEqual(first);
  });

  test("is part of snapshots, also in files and for another simulation", async () => {
    const folder = mkdtempSync(join(tmpdir(), "spark-values-"));
    try {
      const options = { duration: 20, record: { cells: { outSpikes: true, potential: true } } } as const;
      const simulation = await compile(network(), { dt });
      await simulation.run(options);
      simulation.set("cells.threshold", -44);
      simulation.set("other.potentialTau", new Float64Array(20).fill(15));
      simulation.set("readouts.rate.scale", 2);
      await simulation.run(options);
      const path = join(folder, "state.npz");
      await saveSnapshot(path, simulation.snapshot());
      const other = await compile(network(), { dt });
      other.restore(await loadSnapshot(path));
      expect(other.get("cells.threshold")).toBe(-44);
      expect(other.get("rate.scale")).toBe(2);
      const bits = ({ cells: { outSpikes, potential } }: Awaited<ReturnType<typeof next>>) => [
        [...outSpikes.units],
        [...potential.values],
      ];
      const next = () => other.run(options);
      expect(bits(await next())).toEqual(bits(await simulation.run(options)));
      expect(other.snapshot().values).toEqual(simulation.snapshot().values);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("changes during a run at the next chunk, once it was set before", async () => {
    const simulation = await compile(cells(), { dt });
    simulation.set("threshold", -40);
    let at = -1;
    const running = simulation.run({
      ...run,
      duration: 2000,
      sink: sinkThat(() => {
        if (at >= 0) return;
        at = simulation.stepCount;
        simulation.set("threshold", 1000);
      }),
    });
    const { changes } = await running;
    expect(at).toBeGreaterThan(0);
    expect(at).toBeLessThan(20_000);
    expect(changes?.at(-1)).toEqual({ at: at / 10, set: { threshold: 1000 } });
    expect((await simulation.run(run)).outSpikes.count).toBe(0);
  });

  test("reaches a program that many others have followed", async () => {
    const simulation = await compile(cells(), { dt });
    simulation.set("threshold", -40);
    simulation.step({ current: 400 });
    // Each seed of the noise is another program; the first step's program is the oldest of those that are kept.
    for (let seed = 1; seed <= 7; seed++) {
      await simulation.run({ duration: 1, inputs: { current: whiteNoise({ mean: 0, std: 10, seed }) } });
    }
    simulation.step({ current: 400 });
    simulation.snapshot();
    simulation.set("threshold", -1000);
    expect(simulation.step({ current: 400 }).outSpikes.count).toBe(50);
  });

  test("compiles once, and is then written only", async () => {
    const simulation = await compile(AdaptiveLeakySoma({ units: [100] }), { dt });
    simulation.step({ current: 300 });
    const { Module } = WebAssembly;
    let compiled = 0;
    WebAssembly.Module = class extends Module {
      constructor(bytes: BufferSource) {
        super(bytes);
        compiled++;
      }
    };
    try {
      simulation.set("threshold", -42);
      simulation.step({ current: 300 });
      expect(compiled).toBe(1);
      for (const threshold of [-43, -44, -45]) {
        simulation.set("threshold", threshold);
        simulation.step({ current: 300 });
      }
      expect(compiled).toBe(1);
    } finally {
      WebAssembly.Module = Module;
    }
  });
});

describe("set refuses", () => {
  test.each([
    ["tresholt", 1, 'set.tresholt is unknown. Did you mean "threshold"?'],
    ["threshold", "high", 'set.threshold must be a number, an array or an initializer; received "high".'],
    ["threshold", Number.NaN, "set.threshold must be a finite number; received NaN mV."],
    ["potentialTau", -3, "set.potentialTau must be greater than 0 ms; received -3 ms."],
    ["threshold", undefined, "set.threshold takes a value; received undefined."],
    ["threshold", [1, 2], "set.threshold has shape [2], but the population has shape [50]."],
    ["threshold", 1e39, "set.threshold is outside the range of single precision"],
    [
      "threshold",
      { series: [1, 2], interval: 3 },
      "set.threshold takes a value for all later steps; received a series.",
    ],
    ["cooldown", 1e12, "which must be below 2147483647 steps"],
    ["dt", 0.2, "dt decides how the simulation is built, so it cannot change later."],
    ["units", [3], "units decides how the simulation is built"],
  ])("%s = %o of a component", async (path, value, message) => {
    const simulation = await compile(cells(), { dt });
    expect(await problemOf(() => simulation.set(path as never, value as never))).toContain(message);
    expect(simulation.get("threshold")).toBe(-40);
  });

  test.each([
    ["cels.threshold", 1, 'Did you mean "cells.threshold"?'],
    ["cels.treshold", 1, 'Did you mean "cells.threshold"?'],
    ["first.synapse.tau", 1, 'belongs to a synapse shared with second. Write "populations.cells.exponential.tau"'],
    [
      "first.weight",
      1,
      'Weights belong to the synapses: use weights("first").write(…), or weights in changes of a run.',
    ],
    ["first.delay", 1, "delay decides how the simulation is built"],
    ["raw.tau", 1, "is unknown."],
    ["rate.tau", -1, "set.rate.tau must be greater than 0 ms; received -1 ms."],
    ["rate.scale", "2", "set.rate.scale"],
    ["push.weight", -1, "must be a conductance of at least 0"],
    ["push.rate", 1e9, "times trains must give at most 500 spikes per step"],
  ])("%s = %o of a network", async (path, value, message) => {
    const simulation = await compile(network(), { dt });
    expect(await problemOf(() => simulation.set(path, value as never))).toContain(message);
  });

  test("a name that several parts have, with the full paths", async () => {
    const both = brain({
      populations: { a: PoissonSource({ units: [3] }), b: LeakySoma({ units: [3] }) },
      drives: { a: { to: "b", synapse: ExponentialSynapse(), drive: PoissonDrive() } },
    });
    const simulation = await compile(both, { dt });
    expect(await problemOf(() => simulation.set("a.rate", 3))).toContain(
      'names several parameters. Write "populations.a.rate" or "drives.a.rate".',
    );
    simulation.set("drives.a.rate", 3);
    expect([simulation.get("drives.a.rate"), simulation.get("populations.a.rate")]).toEqual([3, 10]);
  });

  test("a conductance of inhibitory units that would excite", async () => {
    const inhibited = brain({
      populations: { in: neuron({ soma: LeakySoma({ units: [3] }), inhibitory: true }), e: LeakySoma({ units: [3] }) },
      projections: {
        ie: {
          from: "in",
          to: "e",
          connect: fixedInDegree({ inDegree: 1 }),
          weight: 3,
          synapse: ConductanceExponentialSynapse({ potentialReversal: -80 }),
        },
      },
    });
    const simulation = await compile(inhibited, { dt });
    simulation.set("ie.synapse.potentialReversal", -75);
    expect(await problemOf(() => simulation.set("ie.synapse.potentialReversal", 0))).toContain("so it would excite");
    expect(await problemOf(() => simulation.set("e.threshold", -76))).toContain("so it would excite");
    expect(simulation.get("ie.synapse.potentialReversal")).toBe(-75);
  });

  test("a first change during a run", async () => {
    const simulation = await compile(cells(), { dt });
    const error = await problemOf(() =>
      simulation.run({ ...run, duration: 2000, sink: sinkThat(() => simulation.set("threshold", 0)) }),
    );
    expect(error).toContain("set.threshold is a constant of the compiled code, so a run cannot change it.");
  });
});

test("changes can be forgotten between runs and steps, and parameters keep their values", async () => {
  const simulation = await compile(cells(), { dt });
  simulation.set("threshold", -45);
  await simulation.run({ duration: 1 });
  simulation.forgetChanges();
  expect(simulation.changes).toEqual([]);
  expect(simulation.get("threshold")).toBe(-45);
  simulation.set("threshold", -44);
  const { changes } = await simulation.run({ duration: 1 });
  expect([changes, simulation.changes]).toEqual([[{ at: 1, set: { threshold: -44 } }], changes]);
  const running = simulation.run({ duration: 1 });
  expect(() => simulation.forgetChanges()).toThrow("Simulation is running. Wait for run() before the next call.");
  await running;
  simulation.dispose();
  expect(() => simulation.forgetChanges()).toThrow("Simulation was used after dispose(). Compile it again.");
});

describe("a parameter that is live", () => {
  const outcomeOf = (work: () => unknown): string => {
    try {
      work();
      return "accepted";
    } catch (error) {
      return (error as Error).message;
    }
  };
  const inhibited = () =>
    brain({
      populations: {
        cells: neuron({ soma: RefractoryLeakySoma({ units: [4] }), inhibitory: true }),
        other: AdaptiveLeakySoma({ units: [3] }),
      },
      projections: {
        back: {
          from: "cells",
          to: "other",
          connect: fixedInDegree({ inDegree: 2 }),
          weight: 2,
          synapse: ConductanceExponentialSynapse({ potentialReversal: -80 }),
        },
      },
    });
  const values = [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    0,
    -1,
    1e-60,
    1e-3,
    0.3,
    7,
    1e3,
    1e7,
    1e12,
    1e39,
    -40,
    -52,
    -65,
    -90,
  ];

  test.each([
    ["a network with inhibition by conductances", inhibited],
    ["a network without", network],
  ])("refuses what it refused as a constant, in %s", { timeout: 60_000 }, async (_, model) => {
    const paths = ["cells", "other"].flatMap((name) =>
      Object.keys(RefractoryLeakySoma.model.fields).map((field) => `${name}.${field}`),
    );
    const live = await compile(model() as ReturnType<typeof network>, { dt });
    let refused = 0;
    for (const path of [...paths, "other.conductanceExponential.potentialReversal", "alone.synapse.tau"]) {
      if (outcomeOf(() => live.get(path)) !== "accepted") continue;
      const present = live.get(path);
      live.set(path, present);
      for (const value of values) {
        const fresh = await compile(model() as ReturnType<typeof network>, { dt });
        const expected = outcomeOf(() => fresh.set(path, value));
        fresh.dispose();
        expect([path, value, outcomeOf(() => live.set(path, value))]).toEqual([path, value, expected]);
        if (expected === "accepted") {
          expect(live.get(path)).toBe(value);
          live.set(path, present);
        } else refused++;
      }
    }
    live.dispose();
    expect(refused).toBeGreaterThan(40);
  });
});
