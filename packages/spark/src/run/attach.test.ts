import { expect, test } from "vitest";
import { backendNamed } from "../backend/named.ts";
import { fixedInDegree } from "../connectivity/rule.ts";
import { brain } from "../graph/brain.ts";
import type { Backend, Drawer, Engine, EngineOptions, Machine, Setup } from "../program/machine.ts";
import type { NetworkProgram } from "../program/network.ts";
import type { Program } from "../program/program.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { ExponentialSynapse } from "../synapses/exponential.ts";
import { compile, simulate } from "./simulate.ts";

/** WebAssembly that counts the machines that it makes, what is attached to them and the programs that this takes. */
const counting = () => {
  const counts = { machines: 0, draws: 0, setups: 0 };
  const programs = new Set<Program>();
  const watch = (machine: Machine): Machine => {
    const attach = machine.attach.bind(machine);
    machine.attach = (setup: Setup) => {
      counts.setups++;
      for (const { program } of setup.populations) programs.add(program);
      return attach(setup);
    };
    return machine;
  };
  const open = async (options: EngineOptions): Promise<Engine> => {
    const engine = await backendNamed("wasm").open(options);
    const drawer: Drawer = {
      create: (program) => {
        counts.draws++;
        return engine.drawer.create(program);
      },
    };
    const create = (network: NetworkProgram): Machine => {
      counts.machines++;
      return watch(engine.create(network) as Machine);
    };
    return { ...engine, drawer, create };
  };
  const backend: Backend = { name: "counting", lacks: {}, open };
  return { backend, counts, programs };
};

const cells = LeakySoma({ units: [40], threshold: { uniform: { min: -56, max: -50 } } });
const pair = brain({
  populations: { cells, others: LeakySoma({ units: [30] }) },
  projections: {
    out: {
      from: "cells",
      to: "others",
      connect: fixedInDegree({ inDegree: 10 }),
      weight: 40,
      delay: { uniform: { min: 1, max: 9 } },
      synapse: ExponentialSynapse({ tau: 5 }),
    },
  },
  readouts: { rate: { from: "cells", tau: 20, mean: true }, depth: { from: "others", of: "potential" } },
});

test("runs of a population with other records run the same program on the same machine", async () => {
  const { backend, counts, programs } = counting();
  const simulation = await compile(cells, { backend, dt: 0.5 });
  const inputs = { current: 300 } as const;
  const first = await simulation.run({ duration: 20, inputs });
  const second = await simulation.run({ duration: 20, inputs, record: { potential: true, outSpikes: true } });
  await simulation.run({ duration: 20, inputs: { current: 250 }, record: { rate: { bin: 5 } } });
  const third = await simulation.run({ duration: 20, inputs, record: { potential: { every: 4 } } });
  expect([counts.machines, programs.size]).toEqual([1, 1]);
  const setups = counts.setups;
  await simulation.run({ duration: 20, inputs, record: { potential: { every: 4 } } });
  expect(counts.setups).toBe(setups);
  expect([first.start, second.start, third.start]).toEqual([0, 20, 60]);
  const whole = await simulate(cells, { duration: 40, dt: 0.5, inputs, record: { potential: true } });
  expect([...second.potential.values]).toEqual([...whole.potential.values.subarray(40 * 40)]);
  simulation.dispose();
});

test("runs and steps of a network draw its synapses once, whatever is recorded and drives it", async () => {
  const { backend, counts } = counting();
  const simulation = await compile(pair, { backend, dt: 0.5 });
  const noise = (mean: number) => ({ cells: { current: { whiteNoise: { mean, std: 50 } } } });
  await simulation.run({ duration: 20, inputs: { cells: { current: 300 } } });
  const { draws } = counts;
  expect(draws).toBeGreaterThan(0);
  const run = await simulation.run({ duration: 20, inputs: noise(300), record: { others: { potential: true } } });
  await simulation.run({ duration: 20, inputs: noise(200), record: { readouts: { rate: true } } });
  for (let k = 0; k < 10; k++) simulation.step({ cells: { current: 300 } });
  await simulation.run({ duration: 20, record: { cells: { outSpikes: true } } });
  expect(counts).toMatchObject({ machines: 1, draws });
  expect([run.buildTime, simulation.time]).toEqual([0, 85]);
  simulation.dispose();
});

test("a noise that pauses goes on with its own state", async () => {
  const noise = { current: { ornsteinUhlenbeck: { mean: 300, std: 100, tau: 20 } } } as const;
  const record = { potential: true } as const;
  const simulation = await compile(cells, { dt: 0.5 });
  await simulation.run({ duration: 20, inputs: noise });
  const { state } = simulation.snapshot();
  const [name] = Object.keys(state).filter((key) => key.includes("current"));
  await simulation.run({ duration: 20, inputs: { current: 200 } });
  simulation.step({ current: 100 });
  const paused = simulation.snapshot();
  expect(paused.state[name!]).toEqual(state[name!]);
  const run = await simulation.run({ duration: 20, inputs: noise, record });
  const other = await compile(cells, { dt: 0.5 });
  other.restore(paused);
  expect((await other.run({ duration: 20, inputs: noise, record })).potential.values).toEqual(run.potential.values);
  simulation.dispose();
  other.dispose();
});

test("a noise that never ran leaves no state to another one", async () => {
  const noise = (mean: number) => ({ current: { ornsteinUhlenbeck: { mean, std: 100, tau: 20 } } });
  const simulation = await compile(cells, { dt: 0.5 });
  await simulation.run({ duration: 20, inputs: { current: 300 } });
  const other = await compile(cells, { dt: 0.5 });
  other.restore(simulation.snapshot());
  const failing = { current: { sum: [noise(900).current, () => Promise.reject(new Error("No data."))] } };
  await expect(simulation.run({ duration: 20, inputs: failing as never })).rejects.toThrow("No data.");
  const record = { potential: true } as const;
  const run = await simulation.run({ duration: 20, inputs: noise(300), record });
  expect(run.potential.values).toEqual(
    (await other.run({ duration: 20, inputs: noise(300), record })).potential.values,
  );
  simulation.dispose();
  other.dispose();
});
