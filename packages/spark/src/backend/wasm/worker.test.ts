import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { compileComponent } from "../../compile/compile.ts";
import { AdaptiveLeakySoma, LeakySoma } from "../../somas/leaky.ts";
import { wasm } from "./wasm.ts";
import { createInWorker } from "./worker.ts";

const programOf = (units: number, rows = 16) => {
  const component = AdaptiveLeakySoma({ units: [units], potentialTau: { uniform: { min: 5, max: 9 } } }).build();
  return compileComponent(component, {
    precision: "f32",
    rows,
    inputs: { current: [{ kind: "rowUnit" }] },
    spikes: true,
    records: [{ name: "potential" }, { name: "age", units: [0, units - 1] }],
  });
};

describe("a machine in a worker", () => {
  it("gives the bits of one in this thread, for any number of rows", async () => {
    const program = programOf(45);
    const here = wasm.create(program);
    const there = await createInWorker(program, () => {});
    let step = 0;
    for (const rows of [1, 16, 3, 7]) {
      for (const machine of [here, there]) {
        machine.view(program.schedule).set([0, 2, rows - 1, 0, 1, rows - 1]);
        const input = machine.view(program.buffers.findIndex(({ role, length }) => role === "input" && length > 100));
        input.forEach((_, k) => {
          input[k] = 200 + ((k * 7919 + step) % 400);
        });
        await machine.advance(step, rows);
      }
      step += rows;
      await there.pull?.();
      program.buffers.forEach((buffer, k) => {
        const share = buffer.role === "record" ? Math.ceil((buffer.length * rows) / program.rows) : buffer.length;
        expect(there.view(k).subarray(0, share), buffer.name).toEqual(here.view(k).subarray(0, share));
      });
    }
    there.dispose();
  });

  it("brings whole records from a chunk that is shorter than the distance between them", async () => {
    const wide = programOf(45);
    const { buffer, width } = wide.records[0]!;
    // Of sixteen rows one is recorded, so that the buffer has room for one.
    const buffers = wide.buffers.map((given, k) => (k === buffer ? { ...given, length: width } : given));
    const machine = await createInWorker({ ...wide, buffers }, () => {});
    machine.view(wide.schedule).set([2, 16, 2, 0, 1, -1]);
    await machine.advance(0, 3);
    expect(machine.view(buffer).subarray(0, 45)).toEqual(new Float32Array(45).fill(-60));
    machine.dispose();
  });

  it("starts from the state that is written beforehand", async () => {
    const program = programOf(3);
    const state = program.buffers.findIndex(({ name }) => name === "soma.potential");
    const machine = await createInWorker(program, (fresh) => fresh.view(state).set([5, 6, 7]));
    await machine.pull?.();
    expect([...machine.view(state).subarray(0, 3)]).toEqual([5, 6, 7]);
    machine.dispose();
  });

  it("says what failed in the thread, and how to go on", async () => {
    const program = programOf(3);
    // A program that claims more units than its buffers hold reads beyond its memory.
    const broken = await createInWorker({ ...program, units: 1e6 }, () => {});
    await expect(broken.advance(0, 1)).rejects.toThrow(
      /^Simulation's worker failed: RuntimeError: .*out of bounds.*\. Compile it again\.$/,
    );
    broken.dispose();
  });

  it("refuses calls after dispose, and rejects those under way", async () => {
    const machine = await createInWorker(programOf(3), () => {});
    const call = machine.advance(0, 1);
    machine.dispose();
    await expect(call).rejects.toThrow("Simulation was disposed while it ran.");
    await expect(machine.advance(1, 1)).rejects.toThrow("Simulation's worker has ended. Compile it again.");
  });

  it("refuses more memory than WebAssembly has", async () => {
    const program = programOf(3);
    const buffers = program.buffers.map((buffer) => ({ ...buffer, length: 2 ** 31 }));
    await expect(createInWorker({ ...program, buffers }, () => {})).rejects.toThrow(
      /needs \d+\.\d MB; a WebAssembly memory holds 4295 MB/,
    );
  });
});

describe("a simulation in a worker", () => {
  it("that failed is refused until it is reset or restored", async () => {
    vi.resetModules();
    vi.doMock("./emit.ts", async (original) => {
      const real = await original<typeof import("./emit.ts")>();
      let count = 0;
      return {
        ...real,
        // The first module is one whose function traps.
        emitModule: (...args: Parameters<typeof real.emitModule>) => {
          const [program, pages] = args;
          const buffers = program.buffers.map((buffer) => ({ ...buffer, length: buffer.length + 2 ** 24 }));
          const stores = program.step.stores.map((store) => ({ ...store, buffer: program.schedule }));
          const far = { ...program, buffers, step: { ...program.step, stores } };
          return real.emitModule(count++ === 0 ? far : program, pages);
        },
      };
    });
    const { compile } = await import("../../run/simulate.ts");
    const simulation = await compile(LeakySoma(), { worker: true });
    const run = () => simulation.run({ duration: 5 });
    await expect(run()).rejects.toThrow("Simulation's worker failed: RuntimeError");
    const lost = "Simulation lost its state when a run failed. Call reset(), or restore() a snapshot.";
    await expect(run()).rejects.toThrow(lost);
    expect(() => simulation.snapshot()).toThrow(lost);
    simulation.reset();
    expect((await run()).complete).toBe(true);
    simulation.dispose();
    vi.doUnmock("./emit.ts");
    vi.resetModules();
  });

  it("lets a process end that forgot to dispose of it", () => {
    const index = fileURLToPath(new URL("../../entries/index.ts", import.meta.url));
    const code = `
      const { compile, LeakySoma } = await import(${JSON.stringify(index)});
      const simulation = await compile(LeakySoma(), { worker: true });
      const { steps } = await simulation.run({ duration: 5 });
      console.log(steps);`;
    const child = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
      encoding: "utf8",
      timeout: 20_000,
    });
    expect([child.stderr, child.stdout, child.status]).toEqual(["", "5\n", 0]);
  });
});
