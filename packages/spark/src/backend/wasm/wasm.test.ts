import { afterEach, describe, expect, test, vi } from "vitest";
import { compileComponent } from "../../compile/compile.ts";
import { BackendError, MemoryError, StateError } from "../../errors/errors.ts";
import { memoryOf } from "../../program/memory.ts";
import { LeakySoma } from "../../somas/leaky.ts";
import { interpreter } from "../interpreter/interpreter.ts";
import { layOut } from "./emit.ts";
import { wasm } from "./wasm.ts";

const programOf = (rows: number) =>
  compileComponent(LeakySoma({ units: [33] }).build(), {
    precision: "f32",
    rows,
    inputs: { current: [{ kind: "rowUnit" }] },
    spikes: true,
    records: [],
  });

afterEach(() => vi.unstubAllGlobals());

for (const backend of [interpreter, wasm]) {
  describe(backend.name, () => {
    test("refuses to advance after dispose", () => {
      const machine = backend.create(programOf(2));
      machine.advance(0, 2);
      machine.dispose();
      expect(() => machine.advance(2, 1)).toThrow(StateError);
      expect(() => machine.advance(2, 1)).toThrow("Machine.advance was called after dispose.");
    });

    test("does nothing in a chunk of no steps", () => {
      const machine = backend.create(programOf(2));
      machine.view(0).fill(7);
      machine.advance(0, 0);
      expect([...machine.view(0)]).toEqual(new Array(64).fill(7));
    });
  });
}

test("a program larger than a WebAssembly memory is refused with its size", () => {
  expect(() => wasm.create(programOf(20_000_000))).toThrow(MemoryError);
  expect(() => wasm.create(programOf(20_000_000))).toThrow(
    "LeakySoma needs 5.3 GB; a WebAssembly memory holds 4.3 GB. Record or feed less at a time, or use fewer units.",
  );
});

test("memory that the system refuses is an error that says how much was asked for", () => {
  const Memory = class {
    constructor() {
      throw new RangeError("could not allocate memory");
    }
  };
  vi.stubGlobal("WebAssembly", { ...WebAssembly, Memory, validate: () => true });
  expect(() => wasm.create(programOf(10_000))).toThrow(
    "LeakySoma needs 3 MB of WebAssembly memory, which the system refused.",
  );
});

test("an engine without WebAssembly or without vectors is told what to use instead", () => {
  vi.stubGlobal("WebAssembly", undefined);
  expect(() => wasm.create(programOf(1))).toThrow(BackendError);
  vi.stubGlobal("WebAssembly", { validate: () => false });
  expect(() => wasm.create(programOf(1))).toThrow('Update it, or use backend: "interpreter".');
});

test("buffers lie apart on cache lines, in as many bytes as the estimate says", () => {
  const program = programOf(10);
  const { offsets, found: bytes } = layOut(program);
  expect(bytes).toBe(memoryOf(program));
  offsets.forEach((offset, k) => {
    expect(offset % 64).toBe(0);
    expect((offsets[k + 1] ?? bytes) - offset).toBeGreaterThanOrEqual(program.buffers[k]!.length * 4);
  });
});
