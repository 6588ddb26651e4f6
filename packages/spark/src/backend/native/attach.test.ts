import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { networkOf, randomRecipe } from "../../../test/conformance/networks.test-support.ts";
import { type Binding, compileComponent } from "../../compile/compile.ts";
import type { Machine } from "../../program/machine.ts";
import { alone } from "../../program/network.ts";
import { probeOf } from "../../program/probe.ts";
import type { Program } from "../../program/program.ts";
import { RefractoryLeakySoma } from "../../somas/leaky.ts";
import { PoissonDrive } from "../../sources/index.ts";
import { InterpreterMachine } from "../interpreter/machine.ts";
import { fresh, root } from "./compiler.test-support.ts";
import { createNetwork, nativeTest } from "./native.test-support.ts";
import { native } from "./native.ts";

const programWith = (current: readonly Binding[], units = 70): Program =>
  compileComponent(
    RefractoryLeakySoma({ units: [units], threshold: { uniform: { min: -42, max: -38 } } }).build({}, { dt: 0.5 }),
    {
      precision: "f32",
      inputs: { current },
    },
  );

/** A cache of its own, and how many libraries are in it. */
const cache = (): { readonly environment: Record<string, string>; readonly count: () => number } => {
  const folder = fresh();
  const environment = { PATH: process.env["PATH"]!, HOME: root, XDG_CACHE_HOME: folder };
  return { environment, count: () => readdirSync(join(folder, "spark-snn")).length };
};

const fill = (machine: Machine, value: number): void => {
  for (const population of machine.populations) {
    population.program.buffers.forEach(({ role, type }, k) => {
      if (role === "input" && type === "float") population.view(k).fill(value);
    });
  }
};

const statesOf = (machine: Machine): number[][] =>
  machine.populations.flatMap((population) =>
    population.program.buffers.flatMap(({ role }, k) =>
      role === "state" ? [[...population.view(k).subarray(0, population.program.units)]] : [],
    ),
  );

describe("another setup", () => {
  nativeTest("with other probes or rows compiles nothing, and keeps states", () => {
    const { environment, count } = cache();
    const program = programWith([{ kind: "rowUnit" }]);
    const machine = createNetwork(alone(program), { environment, flags: ["-DATTACHED"] });
    const reference = new InterpreterMachine(alone(program));
    const compiled = count();
    const probes = [
      [],
      [probeOf(program, "potential", 8)],
      [probeOf(program, "age", 8, [3, 5, 69]), probeOf(program, "potential", 8)],
      Array.from({ length: 40 }, (_, k) => probeOf(program, "potential", 8, [k])),
      [],
    ];
    for (const [k, own] of probes.entries()) {
      const rows = 8 - k;
      for (const each of [machine, reference]) {
        each.attach({ rows, populations: [{ program, probes: own }] });
        each.populations[0]!.schedule.set(own.flatMap((_, n) => [0, 1 + (n % 3), rows]));
        fill(each, 300);
        each.advance(10 * k, rows);
      }
      expect(statesOf(machine)).toEqual(statesOf(reference));
      own.forEach((probe, n) => {
        const values = (each: Machine) => [...each.populations[0]!.record(n).subarray(0, probe.width)];
        const length = probe.list ? probe.width : program.units;
        expect(values(machine).slice(0, length)).toEqual(values(reference).slice(0, length));
      });
    }
    expect(count()).toBe(compiled);
    machine.dispose();
  });

  nativeTest("that changes nothing keeps the views", () => {
    const program = programWith([{ kind: "unit" }]);
    const machine = createNetwork(alone(program));
    const setup = () => ({ rows: 4, populations: [{ program, probes: [probeOf(program, "potential", 4, [1, 2])] }] });
    machine.attach(setup());
    const [population] = machine.populations;
    const record = population!.record(0);
    machine.attach(setup());
    expect(machine.populations[0]!.record(0)).toBe(record);
    machine.attach({ ...setup(), rows: 3 });
    expect(machine.populations[0]!.record(0)).not.toBe(record);
    machine.dispose();
  });

  nativeTest("with other drives takes over states by their names, and compiles each program once", () => {
    const { environment, count } = cache();
    const drive = PoissonDrive({ rate: 400, weight: 30 }).build([70], "pA", { dt: 0.5, seed: 5 });
    const programs = [
      programWith([{ kind: "unit" }]),
      programWith([{ kind: "source", source: drive }, { kind: "row" }]),
    ];
    const machine = createNetwork(alone(programs[0]!), { environment, flags: ["-DATTACHED"] });
    const reference = new InterpreterMachine(alone(programs[0]!));
    const compiled = count();
    let step = 0;
    for (const which of [0, 1, 0, 1, 1, 0]) {
      const program = programs[which]!;
      for (const each of [machine, reference]) {
        each.attach({ rows: 16, populations: [{ program, probes: [] }] });
        fill(each, 200 + 50 * which);
        each.advance(step, 16);
      }
      step += 16;
      expect(statesOf(machine)).toEqual(statesOf(reference));
    }
    expect(count()).toBe(compiled + 1);
    machine.dispose();
  });

  nativeTest("leaves synapses and spikes in flight alone", () => {
    for (const seed of [3, 8, 11, 12]) {
      const network = networkOf({ ...randomRecipe(seed), cuts: [64] });
      const engine = native({ threads: 2, leastWork: 0 }).open({ threads: 1, worker: false, networks: true });
      const machines = [engine.create(network), new InterpreterMachine(network)];
      const parts = network.bundles.map((_, b) => machines[0]!.parts(b));
      let step = 0;
      for (const rows of [5, 1, 7]) {
        for (const machine of machines) {
          machine.attach({ rows, populations: network.populations.map(({ program }) => ({ program, probes: [] })) });
          fill(machine, 3000);
          void machine.advance(step, rows);
        }
        step += rows;
        expect(machines[0]!.spikesBefore(step)).toEqual(machines[1]!.spikesBefore(step));
        expect(statesOf(machines[0]!)).toEqual(statesOf(machines[1]!));
      }
      for (const [b, part] of parts.entries()) expect(machines[0]!.parts(b)).toBe(part);
      machines[0]!.dispose();
      engine.close();
    }
  });

  nativeTest("sees weights that were written between two runs", () => {
    const network = networkOf({ ...randomRecipe(8), cuts: [64] });
    const engine = native().open({ threads: 1, worker: false, networks: true });
    const machines = [engine.create(network), new InterpreterMachine(network)];
    expect(network.bundles.length).toBeGreaterThan(0);
    for (let step = 0; step < 30; step += 5) {
      for (const machine of machines) {
        machine.attach({ rows: 5, populations: network.populations.map(({ program }) => ({ program, probes: [] })) });
        fill(machine, 3000);
        network.bundles.forEach((_, b) => {
          for (const { weights } of machine.parts(b)) for (let k = 0; k < weights.length; k++) weights[k]! *= 1.25;
        });
        void machine.advance(step, 5);
      }
      expect(statesOf(machines[0]!)).toEqual(statesOf(machines[1]!));
    }
    machines[0]!.dispose();
    engine.close();
  });
});
