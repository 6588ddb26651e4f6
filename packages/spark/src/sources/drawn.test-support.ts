import { isSet, type Watched } from "../../test/conformance/both.test-support.ts";
import { openToy } from "../../test/conformance/toy.test-support.ts";
import { openInterpreter } from "../backend/interpreter/engine.ts";
import { type Compiled, compilePopulation } from "../compile/population.ts";
import type { Precision } from "../config/parse.ts";
import { gt, mul, quantity } from "../expr/verbs.ts";
import type { Component } from "../model/component.ts";
import { soma } from "../model/soma.ts";
import type { Machine } from "../program/machine.ts";
import { alone } from "../program/network.ts";
import { probeOf } from "../program/probe.ts";
import type { Drive } from "./index.ts";

export interface DrawnOptions {
  readonly dt: number;
  readonly steps: number;
  readonly seed?: number;
  readonly precision?: Precision;
  /** Whether the interpreter runs it instead of a faster backend. */
  readonly interpreted?: boolean;
}

/** Runs all steps of a program, with the values of fields that change over time. */
const run = (
  { program, changing }: Compiled,
  { steps, interpreted = false }: DrawnOptions,
  records: readonly Watched[] = [],
): Machine => {
  const engine = interpreted ? openInterpreter() : openToy();
  const machine = engine.create(alone(program)) as Machine;
  const probes = records.map(({ name }) => probeOf(program, name, steps));
  void machine.attach({ rows: steps, populations: [{ program, probes }] });
  const [population] = machine.populations;
  for (const { part, exprs, buffers } of changing) {
    const views = buffers.map((buffer) => population!.view(buffer));
    part.varying!.fill(exprs, part.fields, program.padded)(views, 0, steps);
  }
  population!.schedule.set(probes.flatMap(() => [0, 1, steps - 1]));
  void machine.advance(0, steps);
  return machine;
};

/** The units of a source that spike, for each step. */
export const spikesOf = (component: Component, options: DrawnOptions): number[][] => {
  const { dt, steps, seed = 1, precision = "f32" } = options;
  const compiled = compilePopulation(component.build({}, { dt, seed }), { precision, inputs: {} });
  const { units, padded, spikes } = compiled.program;
  const bits = run(compiled, options).populations[0]!.view(spikes!);
  const all = Array.from({ length: units }, (_, unit) => unit);
  return Array.from({ length: steps }, (_, row) => all.filter((unit) => isSet(bits, row * padded + unit)));
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
  const { dt, steps, seed = 1, precision = "f64" } = options;
  const compiled = compilePopulation(Probe({ units: [units] }).build({}, { dt, seed }), {
    precision,
    inputs: { current: [{ kind: "source", source: drive.build([units], "pA", { dt, seed }) }] },
  });
  const recorded = run(compiled, options, [{ name: "potential" }]).populations[0]!.record(0);
  const { padded } = compiled.program;
  return Array.from({ length: steps }, (_, row) => [...recorded.subarray(row * padded, row * padded + units)]);
};
