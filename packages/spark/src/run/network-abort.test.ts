import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { backendNamed } from "../backend/named.ts";
import {
  allToAll,
  distanceBernoulli,
  fixedInDegree,
  fixedOutDegree,
  fixedTotalNumber,
  pairwiseBernoulli,
  type Rule,
} from "../connectivity/rule.ts";
import { brain } from "../graph/brain.ts";
import type { Layout } from "../layout/layout.ts";
import type { Engine, EngineOptions, Machine } from "../program/machine.ts";
import type { NetworkProgram } from "../program/network.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { PoissonSource } from "../sources/index.ts";
import { DeltaSynapse } from "../synapses/delta.ts";
import { compile, simulate } from "./simulate.ts";

const UNITS = 4000;
const positions = Array.from({ length: UNITS }, (_, k) => [k / UNITS]);

/** Poisson spikes into cells through so many synapses that drawing them takes a while. */
const large = (connect: Rule = fixedTotalNumber({ total: 8e6 }), layout: Layout = "sparse") =>
  brain({
    populations: { noise: PoissonSource({ units: [UNITS], rate: 40 }), cells: LeakySoma({ units: [UNITS] }) },
    projections: {
      wires: { from: "noise", to: "cells", weight: 0.01, delay: 1, synapse: DeltaSynapse(), connect, layout },
    },
    positions: { noise: positions, cells: positions },
  });

/** A simulation that counts the machines that it makes and those that it disposes of. */
const watched = async (whole: ReturnType<typeof large>, onMade: () => void = () => {}) => {
  const tally = { made: 0, disposed: 0 };
  const open = async (options: EngineOptions): Promise<Engine> => {
    const engine = await backendNamed("wasm").open(options);
    const create = (network: NetworkProgram): Machine => {
      const machine = engine.create(network) as Machine;
      tally.made++;
      const dispose = machine.dispose.bind(machine);
      machine.dispose = () => {
        tally.disposed++;
        dispose();
      };
      onMade();
      return machine;
    };
    return { ...engine, create };
  };
  const simulation = await compile(whole, { dt: 1, backend: { name: "watched", lacks: {}, open } });
  return { tally, simulation };
};

const record = { noise: { outSpikes: true }, cells: { potential: { every: 5 } } } as const;

describe("a network whose build is interrupted", () => {
  test("is not built at all where the signal was aborted before", async () => {
    const { tally, simulation } = await watched(large());
    const run = await simulation.run({ duration: 20, record, signal: AbortSignal.abort() } as never);
    expect(run).toMatchObject({ stoppedBy: "abort", complete: false, steps: 0, synapses: 0 });
    expect(tally).toEqual({ made: 0, disposed: 0 });
    expect(run).toMatchObject({ noise: { outSpikes: { count: 0 } }, cells: { potential: { steps: { length: 0 } } } });
  });

  test.each<[string, Rule]>([
    ["fixedTotalNumber", fixedTotalNumber({ total: 8e6 })],
    ["fixedTotalNumber without multapses", fixedTotalNumber({ total: 4e6, multapses: false })],
    ["fixedInDegree", fixedInDegree({ inDegree: 2000 })],
    ["fixedOutDegree without multapses", fixedOutDegree({ outDegree: 2000, multapses: false })],
    ["pairwiseBernoulli", pairwiseBernoulli({ probability: 0.5 })],
    ["distanceBernoulli", distanceBernoulli({ probability: { gaussian: { peak: 0.9, width: 0.3 } } })],
    ["allToAll", allToAll()],
  ])("stops while synapses are counted, %s", async (_, connect) => {
    const { tally, simulation } = await watched(large(connect));
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 0);
    const run = await simulation.run({ duration: 20, signal: controller.signal });
    expect(run).toMatchObject({ stoppedBy: "abort", steps: 0 });
    expect(tally.made).toBe(0);
  });

  test("disposes of its machine where it stops while synapses are written, and can be built later", async () => {
    const controller = new AbortController();
    const { tally, simulation } = await watched(large(), () => setTimeout(() => controller.abort(), 0));
    const run = await simulation.run({ duration: 20, record, signal: controller.signal } as never);
    expect(run).toMatchObject({ stoppedBy: "abort", steps: 0 });
    expect(tally).toEqual({ made: 1, disposed: 1 });
    const later = await simulation.run({ duration: 20, record } as never);
    const { noise, cells, synapses } = await simulate(large(), { duration: 20, dt: 1, record });
    expect(later).toMatchObject({ complete: true, synapses });
    expect((later as unknown as { noise: typeof noise }).noise.outSpikes.units).toEqual(noise.outSpikes.units);
    expect((later as unknown as { cells: typeof cells }).cells.potential.values).toEqual(cells.potential.values);
    simulation.dispose();
    expect(tally).toEqual({ made: 2, disposed: 2 });
  });

  test("disposes of its machine where it is disposed itself", async () => {
    const made = await watched(large(), () => setTimeout(() => made.simulation.dispose(), 0));
    const { tally, simulation } = made;
    await expect(simulation.run({ duration: 20 })).rejects.toThrow("Simulation was disposed while it ran.");
    expect(tally).toEqual({ made: 1, disposed: 1 });
    const early = await watched(large());
    setTimeout(() => early.simulation.dispose(), 0);
    await expect(early.simulation.run({ duration: 20 })).rejects.toThrow("Simulation was disposed while it ran.");
    expect(early.tally.made).toBe(0);
  });

  test("keeps the state of the machine before it", async () => {
    const { simulation } = await watched(large());
    await simulation.run({ duration: 10 });
    const before = simulation.snapshot();
    const run = await simulation.run({ duration: 10, record, signal: AbortSignal.abort() } as never);
    expect(run.stoppedBy).toBe("abort");
    expect(simulation.snapshot()).toEqual(before);
    simulation.dispose();
  });

  test("leaves no thread behind", () => {
    const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
    // In a process of its own, which counts the threads of the system that it has.
    const code = `
      import { readdirSync } from "node:fs";
      import { setTimeout as wait } from "node:timers/promises";
      const { brain, compile, DeltaSynapse, fixedTotalNumber, LeakySoma, PoissonSource, simulate } = await import(${url("../entries/index.ts")});
      const wires = (total) => ({ from: "noise", to: "cells", weight: 0.01, synapse: DeltaSynapse(), connect: fixedTotalNumber({ total }) });
      const sized = (total) => brain({
        populations: { noise: PoissonSource({ units: [4000] }), cells: LeakySoma({ units: [4000] }) },
        projections: { wires: wires(total) },
      });
      const count = () => process.platform === "linux" ? readdirSync("/proc/self/task").length : 0;
      // Node starts threads of its own for what is loaded first: they are there before anything is counted.
      await simulate(sized(100), { duration: 10, threads: 3 });
      for (let last = -1; last !== count(); await wait(200)) last = count();
      const before = count();
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 100);
      const { stoppedBy, steps } = await simulate(sized(2e7), { duration: 1000, threads: 3, signal: stop.signal });
      for (let k = 0; k < 250 && count() > before; k++) await wait(20);
      console.log(JSON.stringify([stoppedBy, steps, Math.max(0, count() - before)]));`;
    const child = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
      encoding: "utf8",
      timeout: 100_000,
    });
    expect([child.stderr, child.status]).toEqual(["", 0]);
    expect(JSON.parse(child.stdout)).toEqual(["abort", 0, 0]);
  });
});
