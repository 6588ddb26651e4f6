import { interpreter } from "../backend/interpreter/interpreter.ts";
import { wasm } from "../backend/wasm/wasm.ts";
import { type Compiled, compilePopulation } from "../compile/population.ts";
import type { Precision } from "../config/parse.ts";
import { sizeOf } from "../config/shape.ts";
import { gt, mul, quantity } from "../expr/verbs.ts";
import type { Component } from "../model/component.ts";
import { soma } from "../model/soma.ts";
import type { Machine } from "../program/machine.ts";
import { wordsOf } from "../program/program.ts";
import type { Drive } from "./index.ts";

export interface DrawnOptions {
  readonly dt: number;
  readonly steps: number;
  readonly seed?: number;
  readonly precision?: Precision;
  readonly backend?: "wasm" | "interpreter";
}

/** Writes the values of fields that change during the run, for all steps. */
const fillVarying = (machine: Machine, { program, changing }: Compiled, steps: number): void => {
  for (const { part, exprs, buffers } of changing) {
    const views = buffers.map((buffer) => machine.view(buffer));
    part.varying!.fill(exprs, part.fields, program.padded)(views, 0, steps);
  }
};

/** The units of a source that spike, for each step. */
export const spikesOf = (component: Component, options: DrawnOptions): number[][] => {
  const { dt, steps, seed = 1, precision = "f32", backend = "wasm" } = options;
  const built = component.build({}, { dt, seed });
  const compiled = compilePopulation(built, { precision, rows: steps, inputs: {}, spikes: true, records: [] });
  const { program } = compiled;
  const machine = (backend === "wasm" ? wasm : interpreter).create(program);
  fillVarying(machine, compiled, steps);
  machine.advance(0, steps);
  const bits = machine.view(program.buffers.findIndex(({ name }) => name === "soma.outSpikes"));
  const words = wordsOf(program.padded);
  const rows = Array.from({ length: steps }, (_, row) => {
    const spiking: number[] = [];
    for (let unit = 0; unit < program.units; unit++) {
      if ((bits[row * words + (unit >>> 5)]! >>> (unit & 31)) & 1) spiking.push(unit);
    }
    return spiking;
  });
  machine.dispose();
  return rows;
};

/** Shows its input: the potential is the current. */
const Probe = soma(
  "Probe",
  {},
  {
    about: "Soma whose potential is the current.",
    step: (x) => ({ spikes: gt(x.potential, quantity(1e30, "mV")), potential: mul(quantity(1, "GΩ"), x.current) }),
  },
);

/** The values of a drive of a current, by step and unit. */
export const valuesOf = (drive: Drive, units: number, options: DrawnOptions): number[][] => {
  const { dt, steps, seed = 1, precision = "f64", backend = "wasm" } = options;
  const built = Probe({ units: [units] }).build({}, { dt, seed });
  const compiled = compilePopulation(built, {
    precision,
    rows: steps,
    inputs: { current: [{ kind: "source", source: drive.build([units], "pA", { dt, seed }) }] },
    spikes: false,
    records: [{ name: "potential" }],
  });
  const { program } = compiled;
  const machine = (backend === "wasm" ? wasm : interpreter).create(program);
  fillVarying(machine, compiled, steps);
  machine.view(program.schedule).set([0, 1, steps - 1]);
  machine.advance(0, steps);
  const { buffer, width } = program.records[0]!;
  const recorded = machine.view(buffer);
  const rows = Array.from({ length: steps }, (_, row) => [
    ...recorded.subarray(row * width, row * width + sizeOf([units])),
  ]);
  machine.dispose();
  return rows;
};
