import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { cuba, initial } from "../../../examples/cuba/network.ts";
import { microcircuit } from "../../../examples/microcircuit/network.ts";
import {
  type BrainRun,
  brain,
  ExponentialSynapse,
  LeakySoma,
  MemoryError,
  oneToOne,
  simulate,
} from "../src/entries/index.ts";
import { nativeAvailable } from "../src/entries/node.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const MB = 1e6;

/** Runs a program that knows the library and the examples in a process of its own; gives what it printed as JSON. */
const measure = <T>(code: string, timeout: number): T => {
  const address = (path: string): string => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)));
  const imports = `
    await import(${address("../src/entries/node.ts")});
    const { brain, compile, ExponentialSynapse, LeakySoma, PoissonSource, simulate } = await import(${address("../src/entries/index.ts")});
    const { cuba, initial } = await import(${address("../../../examples/cuba/network.ts")});
    const { microcircuit } = await import(${address("../../../examples/microcircuit/network.ts")});`;
  const child = spawnSync(
    process.execPath,
    ["--import", "tsx", "--expose-gc", "--input-type=module", "-e", imports + code],
    { encoding: "utf8", timeout, cwd: root },
  );
  expect([child.stderr, child.status]).toEqual(["", 0]);
  return JSON.parse(child.stdout) as T;
};

/** Bytes that a run of the microcircuit says it needs, before anything is laid out. */
const estimateOf = async (scale: number): Promise<number> => {
  const { brain } = microcircuit(scale);
  const error = await simulate(brain, { duration: 1, dt: 0.1, memory: 1 }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MemoryError);
  return Number(/raise memory to (\d+)\.$/.exec((error as MemoryError).message)![1]);
};

const backends = nativeAvailable().available ? (["wasm", "native"] as const) : (["wasm"] as const);

test("the full microcircuit fits 2.4 GB by what is counted before it is laid out, or 8 bytes per synapse", async () => {
  const bytes = await estimateOf(1);
  expect(bytes).toBeLessThan(2.4e9);
  expect(bytes / 298_880_968).toBeLessThan(8);
  // A target of 16 bits and a weight cannot be had for less.
  expect(bytes / 298_880_968).toBeGreaterThan(6);
});

test("spikes that are kept stop at the budget, and what was kept is in the error", async () => {
  const record = { excitatory: { outSpikes: true }, inhibitory: { outSpikes: true } } as const;
  const memory = 1.5 * MB;
  const error = await simulate(cuba(1000), { duration: 20_000, dt: 0.1, initial, record, memory }).then(
    () => undefined,
    (reason: unknown) => reason as MemoryError,
  );
  expect(error).toBeInstanceOf(MemoryError);
  expect(error!.message).toMatch(/^memory of 1\.5 MB was exhausted by \d+ spikes; .*stream to files with a sink/);
  const { excitatory, inhibitory } = (error as unknown as { readonly partial: BrainRun<typeof record> }).partial;
  const count = excitatory.outSpikes.count + inhibitory.outSpikes.count;
  expect(count).toBeGreaterThan(10_000);
  expect(count * 8).toBeLessThan(memory);
});

test("a sink that lacks a method is refused by the name of its population", async () => {
  const sink = { excitatory: { open() {}, spikes() {}, rows() {} } } as never;
  const refused = simulate(cuba(100), { duration: 1, dt: 0.1, sink });
  await expect(refused).rejects.toThrow(/^simulate\.sink\.excitatory must be an object .* It lacks close\.$/);
});

test.each(backends.map((backend) => [backend, backend === "wasm" ? 80_000 : 600_000] as const))(
  "spikes at the highest rate stay within what is counted by %s",
  (backend, units) => {
    const { counted, grown } = measure<{ counted: number; grown: number }>(
      `
    // Every unit spikes in nearly every step, and the spikes arrive after half of the run.
    const run = async (units, memory) => {
      const populations = { busy: PoissonSource({ units: [units], rate: 10_000 }), last: LeakySoma({ units: [1] }) };
      const ends = { from: "busy", to: "last", connect: { allToAll: {} } };
      const link = { ...ends, weight: 1, delay: 100, synapse: ExponentialSynapse() };
      const options = { duration: 200, dt: 0.1, backend: "${backend}", memory };
      await simulate(brain({ populations, projections: { link } }), options);
    };
    const counted = await run(${units}, 1).catch(({ message }) => Number(/raise memory to (\\d+)/.exec(message)[1]));
    await run(100, 1e9);
    gc();
    const before = process.resourceUsage().maxRSS;
    await run(${units}, counted);
    console.log(JSON.stringify({ counted, grown: (process.resourceUsage().maxRSS - before) * 1024 }));`,
      120_000,
    );
    expect(grown).toBeGreaterThan(0.8 * counted);
    expect(grown).toBeLessThan(1.1 * counted + 40 * MB);
  },
  200_000,
);

describe.each(backends)("by %s", (backend) => {
  test("a third of the microcircuit takes what is counted, and no more than a tenth beside it", async () => {
    const counted = await estimateOf(1 / 3);
    const { synapses, grown } = measure<{ synapses: number; grown: number }>(
      `
      const run = async (scale) => {
        const { brain, inputs, initial } = microcircuit(scale);
        const record = Object.fromEntries(Object.keys(brain.populations).map((name) => [name, { outSpikes: true }]));
        return simulate(brain, { duration: 20, dt: 0.1, inputs, initial, record, backend: "${backend}" });
      };
      await run(0.01);
      gc();
      const before = process.resourceUsage().maxRSS;
      const { synapses } = await run(1 / 3);
      console.log(JSON.stringify({ synapses, grown: (process.resourceUsage().maxRSS - before) * 1024 }));`,
      120_000,
    );
    expect(synapses).toBeGreaterThan(33e6);
    // A synapse takes 6 bytes or more; a part of them lies in memory that the small run before has left.
    expect(grown).toBeGreaterThan(5 * synapses);
    expect(grown).toBeLessThan(1.1 * counted + 40 * MB);
  }, 200_000);

  test("ten minutes of a network whose spikes go to a sink take no more memory than the first", () => {
    interface Minute {
      readonly spikes: number;
      readonly held: number;
      readonly resident: number;
    }
    const minutes = measure<Minute[]>(
      `
      const minutes = [];
      let spikes = 0;
      const sample = () => {
        gc();
        const { heapUsed, external, rss } = process.memoryUsage();
        minutes.push({ spikes, held: heapUsed + external, resident: rss });
      };
      const count = {
        open() {},
        close() {},
        spikes(steps) {
          spikes += steps.length;
          while (minutes.length < 9 && steps[steps.length - 1] > (minutes.length + 1) * 600_000) sample();
        },
        rows() {},
      };
      const spike = { outSpikes: true };
      await simulate(cuba(1000), {
        duration: 600_000, dt: 0.1, initial, backend: "${backend}",
        record: { excitatory: spike, inhibitory: spike },
        sink: { excitatory: count, inhibitory: count },
        memory: 50e6,
      });
      sample();
      console.log(JSON.stringify(minutes));`,
      300_000,
    );
    expect(minutes).toHaveLength(10);
    const [, second, ...later] = minutes;
    for (const [k, { spikes, held, resident }] of later.entries()) {
      // 340 000 spikes a minute would take 2.7 MB each, had they been kept.
      expect(held - second!.held).toBeLessThan(1 * MB);
      expect(resident - second!.resident).toBeLessThan(12 * MB);
      // The network is still active, as it was.
      expect(spikes / second!.spikes / ((k + 3) / 2)).toBeCloseTo(1, 1);
    }
    expect(minutes[9]!.spikes / 1000 / 600).toBeCloseTo(5.6, 0);
  }, 310_000);
});

test.skipIf(!nativeAvailable().available)(
  "native code counts lists of an eighth of all units, because it stores bits if more spike",
  async () => {
    const connect = oneToOne();
    const late = brain({
      populations: { a: LeakySoma({ units: [5000] }) },
      projections: {
        p: { from: "a", to: "a", connect, weight: 1, delay: 600, synapse: ExponentialSynapse({ tau: 3 }) },
      },
    });
    const options = { duration: 1, dt: 0.1, backend: "native" } as const;
    await expect(simulate(late, { ...options, memory: 20e6 })).resolves.toBeDefined();
    // 5024 units with their padding, 6000 steps, half a byte, and 48 bytes per step.
    await expect(simulate(late, { ...options, memory: 15e6 })).rejects.toThrow("spikes in transit 15.4 MB");
  },
);
