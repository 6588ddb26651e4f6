import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { expectMachineBits } from "../../../../test/conformance/both.test-support.ts";
import { compileComponent } from "../../../compile/compile.ts";
import { alone } from "../../../program/network.ts";
import { probeOf } from "../../../program/probe.ts";
import type { Program } from "../../../program/program.ts";
import { AdaptiveLeakySoma, LeakySoma } from "../../../somas/leaky.ts";
import { WorkerMachine } from "./machine.ts";

const programOf = (units: number): Program => {
  const component = AdaptiveLeakySoma({ units: [units], potentialTau: { uniform: { min: 5, max: 9 } } }).build();
  return compileComponent(component, { precision: "f32", inputs: { current: [{ kind: "rowUnit" }] } });
};
const create = async (program: Program, rows = 16, probes = [probeOf(program, "potential", rows)]) => {
  const machine = new WorkerMachine(alone(program));
  await machine.attach({ rows, populations: [{ program, probes }] });
  return machine;
};

describe("a machine in a worker", () => {
  it("gives the bits of the interpreter, for any number of rows", async () => {
    const program = programOf(45);
    await expectMachineBits(new WorkerMachine(alone(program)), program, {
      chunks: [1, 16, 3, 7],
      records: [{ name: "potential" }, { name: "age", units: [0, 44] }],
      dues: [
        { first: 0, every: 2, last: 15 },
        { first: 0, every: 1, last: 15 },
      ],
      scale: 900,
    });
  });

  it("brings whole records from a chunk that is shorter than the distance between them", async () => {
    const program = programOf(45);
    // Of sixteen rows one is recorded, so that there is room for one.
    const machine = await create(program, 16, [probeOf(program, "potential", 1)]);
    machine.populations[0]!.schedule.set([2, 16, 2]);
    await machine.advance(0, 3);
    expect(machine.populations[0]!.record(0).subarray(0, 45)).toEqual(new Float32Array(45).fill(-60));
    machine.dispose();
  });

  it("takes states that are pushed, and keeps them from setup to setup", async () => {
    const program = programOf(3);
    const state = program.buffers.findIndex(({ name }) => name === "soma.potential");
    const machine = await create(program);
    const values = () => machine.populations[0]!.view(state);
    values().set([5, 6, 7]);
    await machine.push?.(0, state);
    await machine.attach({ rows: 40, populations: [{ program, probes: [] }] });
    expect([...values().subarray(0, 3)]).toEqual([5, 6, 7]);
    values().fill(0);
    await machine.pull?.(0, state);
    expect([...values().subarray(0, 3)]).toEqual([5, 6, 7]);
    machine.dispose();
  });

  it("says what failed in the thread, and how to go on", async () => {
    // A program that claims more units than its buffers hold reads beyond its memory.
    const broken = await create({ ...programOf(3), units: 1e6 }, 16, []);
    await expect(broken.advance(0, 1)).rejects.toThrow(
      /^The worker of the simulation failed: RuntimeError: .*out of bounds.*\. Compile it again\.$/,
    );
    broken.dispose();
  });

  it("refuses calls after dispose, and rejects those under way", async () => {
    const machine = await create(programOf(3));
    const call = machine.advance(0, 1);
    machine.dispose();
    await expect(call).rejects.toThrow("Simulation was disposed while it ran.");
    await expect(machine.advance(1, 1)).rejects.toThrow("The worker of the simulation has ended. Compile it again.");
  });

  it("refuses more memory than WebAssembly has", async () => {
    await expect(create(programOf(3), 2 ** 26)).rejects.toThrow(/needs \d+\.\d GB; a WebAssembly memory holds 4\.3 GB/);
  });
});

describe("a simulation in a worker", () => {
  it("that failed is refused until it is reset or restored", async () => {
    vi.resetModules();
    vi.doMock("../step/module.ts", async (original) => {
      const real = await original<typeof import("../step/module.ts")>();
      let count = 0;
      return {
        ...real,
        // The first module is one whose function traps.
        stepModule: (...args: Parameters<typeof real.stepModule>) => {
          const [program, ...rest] = args;
          if (count++ > 0) return real.stepModule(program, ...rest);
          const buffers = program.buffers.map((buffer) => ({ ...buffer, length: buffer.length + 2 ** 24 }));
          return real.stepModule({ ...program, buffers }, ...rest);
        },
      };
    });
    const { compile } = await import("../../../run/simulate.ts");
    const simulation = await compile(LeakySoma(), { worker: true });
    const run = () => simulation.run({ duration: 5 });
    await expect(run()).rejects.toThrow("The worker of the simulation failed: RuntimeError");
    const lost = "Simulation lost its state when a run failed. Call reset(), or restore() a snapshot.";
    await expect(run()).rejects.toThrow(lost);
    expect(() => simulation.snapshot()).toThrow(lost);
    simulation.reset();
    expect((await run()).complete).toBe(true);
    simulation.dispose();
    vi.doUnmock("../step/module.ts");
    vi.resetModules();
  });

  it("lets a process end that forgot to dispose of it", () => {
    const index = fileURLToPath(new URL("../../../entries/index.ts", import.meta.url));
    const code = `
      const { compile, LeakySoma } = await import(${JSON.stringify(index)});
      const simulation = await compile(LeakySoma(), { worker: true });
      const { steps } = await simulation.run({ duration: 5 });
      console.log(steps);`;
    const child = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
      encoding: "utf8",
      timeout: 100_000,
    });
    expect([child.stderr, child.stdout, child.status]).toEqual(["", "5\n", 0]);
  });
});
