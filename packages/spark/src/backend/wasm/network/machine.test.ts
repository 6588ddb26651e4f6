import { afterEach, describe, expect, test, vi } from "vitest";
import { RING_UNITS, ringOf } from "../../../../test/conformance/networks.test-support.ts";
import { BackendError, MemoryError, StateError } from "../../../errors/errors.ts";
import type { Machine } from "../../../program/machine.ts";
import type { NetworkProgram } from "../../../program/network.ts";
import { InterpreterMachine } from "../../interpreter/machine.ts";
import { BATCH, layOutNetwork } from "./layout.ts";
import { WasmNetwork } from "./machine.ts";

afterEach(() => vi.unstubAllGlobals());

/** Every unit ends at two units, after 1 step and after 3. */
const coupled = (precision?: "f32" | "f64"): NetworkProgram => ringOf([1, 3], precision);

/** A machine with chunks of up to four steps. */
const attach = <T extends Machine>(machine: T): T => {
  const { populations } = machine.network;
  void machine.attach({ rows: 4, populations: populations.map(({ program }) => ({ program, probes: [] })) });
  return machine;
};
const createNetwork = (network: NetworkProgram): WasmNetwork => attach(new WasmNetwork(network));

/** A network that says it has so many synapses, and fills none. */
const claiming = (network: NetworkProgram, synapses: number): NetworkProgram => ({
  ...network,
  bundles: network.bundles.map((bundle) => ({
    ...bundle,
    shards: bundle.shards.map((shard, k) => (k === 0 ? { ...shard, synapses } : shard)),
    fill: () => {},
  })),
});

describe("a network in WebAssembly", () => {
  test("adds up more segments than are gathered at once in the order that is defined", () => {
    for (const precision of ["f32", "f64"] as const) {
      const network = coupled(precision);
      const all = Uint32Array.from({ length: RING_UNITS }, (_, unit) => unit);
      const machines = [createNetwork(network), attach(new InterpreterMachine(network))];
      expect(2 * RING_UNITS).toBeGreaterThan(BATCH);
      const [wasm, meaning] = machines.map((machine) => {
        machine.setSpikes([
          { step: 7, sources: all },
          { step: 9, sources: all },
        ]);
        void machine.advance(10, 1);
        const trace = network.populations[0]!.program.buffers.findIndex(({ name }) => name.endsWith(".trace"));
        return [...machine.populations[0]!.view(trace)];
      });
      expect(wasm).toEqual(meaning);
      expect(wasm![1]).toBeGreaterThan(0);
    }
  });

  test("refuses to advance after dispose", () => {
    const machine = createNetwork(coupled());
    void machine.advance(0, 2);
    machine.dispose();
    expect(() => machine.advance(2, 1)).toThrow(StateError);
    expect(() => machine.advance(2, 1)).toThrow("Machine.advance was called after dispose.");
  });

  test("does nothing in a chunk of no steps", () => {
    const machine = createNetwork(coupled());
    machine.setSpikes([{ step: 4, sources: Uint32Array.of(3) }]);
    void machine.advance(5, 0);
    expect(machine.spikesBefore(5)).toEqual([{ step: 4, sources: Uint32Array.of(3) }]);
  });

  test("goes on where it is told, and forgets spikes that are out of reach there", () => {
    const machine = createNetwork(coupled());
    machine.setSpikes([
      { step: 4, sources: Uint32Array.of(3) },
      { step: 6, sources: Uint32Array.of(2, 699) },
    ]);
    expect(machine.spikesBefore(8)).toEqual([{ step: 6, sources: Uint32Array.of(2, 699) }]);
    void machine.advance(8, 1);
    void machine.advance(8, 1);
    expect(machine.spikesBefore(9)).toEqual([{ step: 6, sources: Uint32Array.of(2, 699) }]);
    machine.setSpikes([]);
    expect(machine.spikesBefore(9)).toEqual([]);
  });

  test("that is larger than a memory is refused with what it needs and what would fit", () => {
    const large = claiming(coupled(), 1e9);
    expect(() => createNetwork(large)).toThrow(MemoryError);
    expect(() => createNetwork(large)).toThrow(
      /^Network needs 6\.0 GB, 6\.0 GB of it for 10000\d+ synapses; a WebAssembly memory holds 4\.3 GB\. About 715\d{6} such synapses would fit\. Use fewer synapses or backend: "native"\.$/,
    );
    expect(() => createNetwork(claiming(coupled("f64"), 1e9))).toThrow('Use fewer synapses, dtype: "f32" or');
  });

  test("that is too large by rows of weights is told to lie in lists", () => {
    const large = claiming(coupled(), 2e9);
    const bundles = large.bundles.map((bundle) => ({
      ...bundle,
      shards: bundle.shards.map((shard, k) => (k === 0 ? { ...shard, row: { first: 0, length: 16 } } : shard)),
    }));
    expect(() => createNetwork({ ...large, bundles })).toThrow(
      /^Network needs 8\.0 GB, 8\.0 GB of it for \d+ synapses and 2000000000 dense weights; a WebAssembly memory holds 4\.3 GB\. About 53 % of them would fit\. Use fewer synapses, layout: "sparse" or backend: "native"\.$/,
    );
  });

  test("whose units alone are too large is told to use fewer", () => {
    const network = { ...coupled(), longestDelay: 2e6 };
    expect(() => createNetwork(network)).toThrow("Use fewer units, shorter delays or smaller chunks of records.");
  });

  test("says how much memory the system refused", () => {
    const Memory = class {
      constructor() {
        throw new RangeError("could not allocate memory");
      }
    };
    vi.stubGlobal("WebAssembly", { ...WebAssembly, Memory, validate: () => true });
    expect(() => createNetwork(coupled())).toThrow(
      "Network needs 0 MB of WebAssembly memory, which the system refused.",
    );
    vi.stubGlobal("WebAssembly", { validate: () => false });
    expect(() => createNetwork(coupled())).toThrow(BackendError);
  });

  test("lays everything on cache lines, apart from one another, in memory that an address reaches", () => {
    const network = claiming(coupled(), 7e8);
    const { parts, tables, bytes, ring } = layOutNetwork(network);
    expect(bytes).toBeGreaterThan(2 ** 31);
    expect(bytes).toBeLessThanOrEqual(2 ** 32);
    const starts = parts.flatMap(({ offsets, targets, weights }) => [offsets, targets, weights]);
    starts.push(ring.counts, ring.lists, ...tables.filter(({ rows }) => rows.length > 0).map(({ address }) => address));
    expect(starts.filter((at) => at % 64 !== 0)).toEqual([]);
    expect(new Set(starts).size).toBe(starts.length);
  });
});
