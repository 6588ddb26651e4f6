import { afterEach, describe, expect, test, vi } from "vitest";
import { standAlone } from "../../../test/conformance/both.test-support.ts";
import { compileComponent } from "../../compile/compile.ts";
import { BackendError, MemoryError, StateError } from "../../errors/errors.ts";
import type { Machine } from "../../program/machine.ts";
import { memoryOf } from "../../program/memory.ts";
import { alone } from "../../program/network.ts";
import { probeOf } from "../../program/probe.ts";
import { LeakySoma } from "../../somas/leaky.ts";
import { WasmMachine } from "./machine.ts";
import { regionOf } from "./step/region.ts";
import { wasm } from "./wasm.ts";

const program = compileComponent(LeakySoma({ units: [33] }).build(), {
  precision: "f32",
  inputs: { current: [{ kind: "rowUnit" }, { kind: "unit" }] },
});
const create = (rows: number) => standAlone((network) => new WasmMachine(network), program, rows);
const current = program.buffers.findIndex(({ name }) => name === "soma.current");
const inputOf = (machine: Machine) => machine.populations[0]!.view(current);

afterEach(() => vi.unstubAllGlobals());

describe("a machine in WebAssembly", () => {
  test("refuses to advance after dispose", async () => {
    const machine = await create(2);
    void machine.advance(0, 2);
    machine.dispose();
    expect(() => machine.advance(2, 1)).toThrow(StateError);
    expect(() => machine.advance(2, 1)).toThrow("Machine.advance was called after dispose.");
  });

  test("refuses more steps than are attached", async () => {
    const machine = await create(2);
    expect(() => machine.advance(0, 3)).toThrow("Machine.advance takes at most 2 whole steps; received 3.");
  });

  test("does nothing in a chunk of no steps", async () => {
    const machine = await create(2);
    inputOf(machine).fill(7);
    void machine.advance(0, 0);
    expect([...inputOf(machine)]).toEqual(new Array(128).fill(7));
  });

  test("keeps its memory and views where a setup is the same, and grows where it is not", async () => {
    const machine = await create(4);
    const attach = (rows: number, probed: boolean): void => {
      const probes = probed ? [probeOf(program, "potential", 4, [3, 20])] : [];
      void machine.attach({ rows, populations: [{ program, probes }] });
    };
    attach(4, true);
    const view = inputOf(machine);
    attach(4, true);
    expect(inputOf(machine)).toBe(view);
    attach(100_000, false);
    expect(inputOf(machine).length).toBe(100_000 * 64);
    attach(1, false);
    expect(inputOf(machine).length).toBe(64);
  });
});

test("chunks larger than a WebAssembly memory are refused with their size", async () => {
  await expect(create(20_000_000)).rejects.toThrow(MemoryError);
  await expect(create(20_000_000)).rejects.toThrow(
    "LeakySoma needs 5.3 GB; a WebAssembly memory holds 4.3 GB. Record or feed less at a time, or use fewer units.",
  );
});

test("memory that the system refuses is an error that says how much was asked for", async () => {
  const Memory = class {
    constructor() {
      throw new RangeError("could not allocate memory");
    }
  };
  vi.stubGlobal("WebAssembly", { ...WebAssembly, Memory, validate: () => true });
  await expect(create(10_000)).rejects.toThrow("LeakySoma needs 3 MB of WebAssembly memory, which the system refused.");
});

test("an engine without WebAssembly or without vectors is told what to use instead", () => {
  vi.stubGlobal("WebAssembly", undefined);
  expect(() => new WasmMachine(alone(program))).toThrow(BackendError);
  vi.stubGlobal("WebAssembly", { validate: () => false });
  expect(() => new WasmMachine(alone(program))).toThrow('Update it, or use backend: "interpreter".');
});

test("buffers of fixed size lie apart on cache lines, in as many bytes as the estimate says", () => {
  const { offsets, bytes } = regionOf(program);
  const fixed = program.buffers.flatMap((buffer, k) => (buffer.perStep ? [] : [{ ...buffer, at: offsets[k]! }]));
  expect(bytes).toBe(64 + memoryOf({ ...program, buffers: fixed }, 1));
  fixed.forEach(({ at, length }, k) => {
    expect(at % 64).toBe(0);
    expect((fixed[k + 1]?.at ?? bytes) - at).toBeGreaterThanOrEqual(length * 4);
  });
});

test("options of the backend win over those of the one who opens it", async () => {
  const given = { threads: 1, worker: false, networks: false };
  const engine = await wasm({ threads: 3 }).open(given);
  expect([engine.backend, engine.threads, engine.warnings]).toEqual(["wasm", 3, []]);
  engine.close();
  await expect((async () => wasm({ threads: 0 }).open(given))()).rejects.toThrow(
    'must be a whole number from 1 to 1024 or "all"; received 0.',
  );
});

test("an engine says what it does where memory cannot be shared", async () => {
  vi.stubGlobal("crossOriginIsolated", false);
  const saidBy = async (threads: number, worker: boolean, networks: boolean): Promise<unknown> => {
    const engine = await wasm().open({ threads, worker, networks });
    engine.close();
    return [engine.threads, engine.noSteps, engine.warnings.map((text) => text.split(". Threads share")[0])];
  };
  const threads = "threads: 4 uses one thread here";
  const noSteps = "The units are in a worker, whose memory the calling thread cannot access.";
  expect(await saidBy(4, false, false)).toEqual([1, undefined, [threads]]);
  expect(await saidBy(4, false, true)).toEqual([1, undefined, [`${threads}, the calling one`]]);
  expect(await saidBy(1, true, true)).toEqual([1, undefined, ["worker: true uses one thread here, the calling one"]]);
  expect(await saidBy(1, true, false)).toEqual([1, noSteps, []]);
  expect(await saidBy(2, true, false)).toEqual([1, noSteps, ["threads: 2 uses one thread here"]]);
});
