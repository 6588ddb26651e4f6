import { readdirSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, test, vi } from "vitest";
import { expectSameOutcomes } from "../../../../test/conformance/both.test-support.ts";
import {
  networkOf,
  RING_UNITS,
  randomRecipe,
  ringOf,
  runNetwork,
  setupFor,
  stand,
} from "../../../../test/conformance/networks.test-support.ts";
import { BackendError, MemoryError, StateError } from "../../../errors/errors.ts";
import type { Setup } from "../../../program/machine.ts";
import type { BundlePart, BundleShard, NetworkProgram } from "../../../program/network.ts";
import { openInterpreter } from "../../interpreter/engine.ts";
import { InterpreterMachine } from "../../interpreter/machine.ts";
import type { NativeMachine } from "../machine.ts";
import { createNetwork, nativeTest } from "../native.test-support.ts";
import { type NativeOptions, native } from "../native.ts";

afterEach(() => vi.unstubAllGlobals());

const DRAWS = { schedule: [1, 2, 3], choices: 700 } as const;

/** Every unit ends at two units, after 2 steps and after 5. */
const ring = (precision?: "f32" | "f64"): NetworkProgram => ringOf([2, 5], precision);

/** The ring with other shards of its bundle, and what it fills. */
const otherRing = (
  change: (shard: BundleShard) => BundleShard,
  fill: (parts: readonly BundlePart[]) => void = () => {},
): NetworkProgram => {
  const network = ring();
  return {
    ...network,
    bundles: network.bundles.map((bundle) => ({ ...bundle, shards: bundle.shards.map(change), fill })),
  };
};

/** Chunks of 16 steps, without probes. */
const setupOf = ({ populations }: NetworkProgram): Setup => ({
  rows: 16,
  populations: populations.map(({ program }) => ({ program, probes: [] })),
});

const create = (network: NetworkProgram, options: NativeOptions = {}): NativeMachine => {
  const machine = createNetwork(network, options);
  machine.attach(setupOf(network));
  return machine;
};

const interpret = (network: NetworkProgram): InterpreterMachine => {
  const machine = new InterpreterMachine(network);
  machine.attach(setupOf(network));
  return machine;
};

const two: NativeOptions = { threads: 2, leastWork: 0 };
const linuxTest: typeof test =
  process.platform === "linux" ? nativeTest : (test.runIf(false) as unknown as typeof test);
const threadsNow = (): number => readdirSync("/proc/self/task").length;

describe("a network in native code", () => {
  nativeTest("adds up more runs than are collected at once in the order that is defined", () => {
    for (const precision of ["f32", "f64"] as const) {
      const network = ring(precision);
      const all = Uint32Array.from({ length: RING_UNITS }, (_, unit) => unit);
      const machines = [create(network, two), interpret(network)];
      const [native, meaning] = machines.map((machine) => {
        machine.setSpikes([
          { step: 5, sources: all },
          { step: 8, sources: all },
        ]);
        void machine.advance(10, 1);
        const trace = network.populations[0]!.program.buffers.findIndex(({ name }) => name.endsWith(".trace"));
        const values = [...machine.populations[0]!.view(trace)];
        machine.dispose();
        return values;
      });
      expect(native).toEqual(meaning);
      expect(native![1]).toBeGreaterThan(0);
    }
  });

  nativeTest("gives the same bits where some chunks wake the threads and others do not", () => {
    const network = ring();
    const { program } = network.populations[0]!;
    const current = program.buffers.findIndex(({ role, type }) => role === "input" && type === "float");
    const work = program.step.nodes.length * RING_UNITS + RING_UNITS / 5;
    const machines = [create(network, { threads: 2, leastWork: 4 * work }), interpret(network)];
    const [native, meaning] = machines.map((machine) => {
      const underWay: unknown[] = [];
      let step = 0;
      for (const rows of [16, 1, 3, 16, 2, 5]) {
        const values = machine.populations[0]!.view(current);
        for (let k = 0; k < values.length; k++) values[k] = (k % program.padded) % 3 === step % 2 ? 900 : 150;
        void machine.advance(step, rows);
        step += rows;
        underWay.push(machine.spikesBefore(step).map((one) => [one.step, ...one.sources]));
      }
      machine.dispose();
      return underWay;
    });
    expect(native).toEqual(meaning);
    expect(native!.flat().length).toBeGreaterThan(5);
  });

  nativeTest(
    "gives the same bits where so many units spike in a step that their bits are stored, and saves them",
    () => {
      const network = ring();
      const { program } = network.populations[0]!;
      const input = program.buffers.findIndex(({ role, type }) => role === "input" && type === "float");
      const trace = program.buffers.findIndex(({ name }) => name.endsWith(".trace"));
      const machines = [create(network, two), interpret(network)];
      const [native, meaning] = machines.map((machine) => {
        // An eighth of all units spikes first, which are listed, then others, then the rest.
        const own = [88, 200, RING_UNITS].flatMap((many, k) => {
          const values = machine.populations[0]!.view(input);
          values.fill(0);
          for (let row = 0; row < 8; row++) values.fill(1e5, row * program.padded, row * program.padded + many);
          void machine.advance(8 * k, 8);
          const saved = machine.spikesBefore(8 * (k + 1));
          machine.setSpikes(saved);
          return [...saved.map(({ step, sources }) => [step, ...sources]), [...machine.populations[0]!.view(trace)]];
        });
        machine.dispose();
        return own;
      });
      expect(native).toEqual(meaning);
      const counts = native!.map(({ length }) => length - 1);
      for (const many of [88, 112, 500]) expect(counts).toContain(many);
    },
  );

  nativeTest("refuses rows that it has no place for, and does nothing in a chunk of no steps", () => {
    const machine = create(ring());
    for (const rows of [17, 0.5, Number.NaN]) expect(() => machine.advance(0, rows)).toThrow(StateError);
    machine.setSpikes([{ step: 4, sources: Uint32Array.of(3) }]);
    machine.advance(5, 0);
    expect(machine.spikesBefore(5)).toEqual([{ step: 4, sources: Uint32Array.of(3) }]);
    machine.dispose();
  });

  nativeTest("refuses spikes of units that are not there or not in order", () => {
    const machine = create(ring());
    for (const sources of [[700], [3, 2], [2, 2], [0, 2 ** 32 - 1]]) {
      expect(() => machine.setSpikes([{ step: 1, sources: Uint32Array.from(sources) }])).toThrow(StateError);
    }
    for (const step of [-1, 0.5]) {
      expect(() => machine.setSpikes([{ step, sources: Uint32Array.of(1) }])).toThrow("non-negative steps");
    }
    machine.dispose();
  });

  nativeTest("goes on where it is told, and forgets spikes that are out of reach there", () => {
    const machine = create(ring(), two);
    machine.setSpikes([
      { step: 11, sources: Uint32Array.of(2, 699) },
      { step: 6, sources: Uint32Array.of(3) },
    ]);
    expect(machine.spikesBefore(12)).toEqual([{ step: 11, sources: Uint32Array.of(2, 699) }]);
    machine.advance(12, 1);
    expect(machine.spikesBefore(13)).toEqual([{ step: 11, sources: Uint32Array.of(2, 699) }]);
    machine.setSpikes([]);
    expect(machine.spikesBefore(13)).toEqual([]);
    machine.dispose();
  });

  nativeTest("refuses bundles whose numbers contradict each other", () => {
    const refused = (network: NetworkProgram): void => {
      expect(() => create(network)).toThrow(BackendError);
    };
    refused(otherRing((shard) => ({ ...shard, offsets: shard.offsets.subarray(1) })));
    refused(otherRing((shard) => ({ ...shard, synapses: shard.synapses + 1 })));
    refused(otherRing((shard) => ({ ...shard, offsets: shard.offsets.map((at, k) => (k === 3 ? 1e6 : at)) })));
    const procedure = { targets: "all", first: 0, length: 700, slot: 0, skips: false } as const;
    // Its bundle has two delays and a weight a synapse.
    refused(otherRing((shard) => ({ ...shard, procedure })));
    refused(otherRing((shard) => ({ ...shard, procedure: { ...procedure, targets: "drawn", draws: DRAWS } })));
    const astray = otherRing(
      (shard) => shard,
      (parts) => parts[0]!.targets.fill(60_000),
    );
    expect(() => create(astray).advance(0, 1)).toThrow(/^Network\.p0 has a synapse to slot 60000 of 704\./);
  });

  nativeTest("says how much memory its synapses need where the system refuses it", () => {
    const Memory = ArrayBuffer;
    const Refusing = class extends Memory {
      constructor(bytes: number) {
        if (bytes === 4 * 2 * RING_UNITS) throw new RangeError("Array buffer allocation failed");
        super(bytes);
      }
    };
    const network = ring();
    create(network).dispose();
    vi.stubGlobal("ArrayBuffer", Refusing);
    expect(() => create(network)).toThrow(MemoryError);
    expect(() => create(network)).toThrow("Network needs 0 MB for its synapses, which the system refused.");
  });

  nativeTest("does not share memory that was transferred away", () => {
    const machine = create(ring());
    const { buffer } = machine.populations[0]!.view(0);
    structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
    expect(() => machine.advance(0, 1)).toThrow("memory was transferred");
    machine.dispose();
  });
});

describe("threads of a network", () => {
  linuxTest("belong to the engine, and none is left when it is closed", () => {
    create(ring(), two).dispose();
    const before = threadsNow();
    const engine = native({ threads: 3, leastWork: 0 }).open({ threads: 1, worker: false, networks: true });
    expect(threadsNow()).toBe(before + 2);
    const machines = [1, 2, 3].map(() => {
      const machine = engine.create(ring());
      machine.attach(setupOf(machine.network));
      return machine;
    });
    expect(threadsNow()).toBe(before + 2);
    for (const machine of machines) for (let k = 0; k < 50; k++) machine.advance(16 * k, 16);
    expect(() => machines[1]!.advance(0, 17)).toThrow(StateError);
    for (const machine of machines) machine.dispose();
    expect(threadsNow()).toBe(before + 2);
    engine.close();
    expect(threadsNow()).toBe(before);
  });

  linuxTest("of engines that were dropped end when they are collected", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const before = threadsNow();
    const drop = (): void => {
      for (let k = 0; k < 5; k++) create(ring(), two).advance(0, 16);
    };
    drop();
    const during = threadsNow();
    for (let k = 0; k < 100 && threadsNow() > before; k++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(during).toBe(before + 5);
    expect(threadsNow()).toBe(before);
  });
});

nativeTest("threads that come, go and rest give the bits of one thread", () => {
  const network = ring();
  const machines = [
    createNetwork(network),
    createNetwork(network, { threads: 2, leastWork: 0 }),
    createNetwork(network, { threads: 2, leastWork: 0, flags: ["-DUNNOTICED=0"] }),
    createNetwork(network, { threads: 5, leastWork: 0, flags: ["-DUNNOTICED=0"] }),
  ];
  const seen = machines.map((machine) => {
    const rows = 3000;
    machine.attach({ ...setupOf(network), rows });
    const [population] = machine.populations;
    const { program } = population!;
    program.buffers.forEach(({ role, type }, k) => {
      if (role !== "input" || type !== "float") return;
      const view = population!.view(k);
      for (let n = 0; n < view.length; n++) view[n] = 400 + (n % program.padded);
    });
    for (let turn = 0; turn < 4; turn++) machine.advance(turn * rows, rows);
    const spikes = machine.spikesBefore(4 * rows);
    const states = program.buffers.flatMap(({ role }, k) => (role === "state" ? [[...population!.view(k)]] : []));
    machine.dispose();
    return { spikes, states };
  });
  expect(seen[0]!.spikes.length).toBeGreaterThan(0);
  for (const other of seen) expect(other).toEqual(seen[0]);
});

describe("random networks give the interpreter's bits", () => {
  for (const options of [{ threads: 1 }, { threads: 2, leastWork: 0 }, { threads: 5, leastWork: 0 }]) {
    nativeTest(`on ${options.threads} threads, from chunk to chunk`, async () => {
      const engine = native(options).open({ threads: 1, worker: false, networks: true });
      for (let seed = 0; seed < 25; seed++) {
        const recipe = randomRecipe(seed);
        const network = networkOf(recipe);
        const setup = setupFor(recipe, network);
        const [meant, found] = await Promise.all(
          [openInterpreter(), engine].map(async (each) => {
            const standing = await stand(each, network, setup);
            const outcomes = await runNetwork(standing, [7, 1, 3, 5, 7, 2]);
            standing.machine.dispose();
            return outcomes;
          }),
        );
        expectSameOutcomes(found!, meant!, `network ${seed}`);
      }
      engine.close();
    });
  }
});
