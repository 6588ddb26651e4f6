import { compileComponent } from "../../src/compile/compile.ts";
import type { Precision } from "../../src/config/parse.ts";
import type { Component } from "../../src/model/component.ts";
import type { Engine } from "../../src/program/machine.ts";
import { attachAlone, onlyOf, plan, spiked, viewNamed } from "./both.test-support.ts";

export interface Setting {
  readonly dt: number;
  readonly steps: number;
  /** pA at a step (from 0) and unit. */
  readonly current: (step: number, unit: number) => number;
  readonly precision?: Precision;
  readonly engine: Engine;
  /** Steps of each chunk, repeated; all at once when left out. */
  readonly chunks?: readonly number[];
}

export interface Outcome {
  /** For each unit the steps of its spikes, from 1. */
  readonly spikes: number[][];
  /** For each unit the absolute potential after each step, mV. */
  readonly potential: number[][];
}

/** Runs a soma on its program alone, to test the dynamics beneath everything that the library puts around them. */
export const simulateProgram = async (component: Component, setting: Setting): Promise<Outcome> => {
  const { dt, steps, current, precision = "f64", engine, chunks = [steps] } = setting;
  const program = compileComponent(component.build({}, { dt }), {
    precision,
    inputs: { current: [{ kind: "rowUnit" }] },
  });
  const { units, padded } = program;
  const machine = await attachAlone(engine, program, { rows: Math.max(...chunks), records: [{ name: "potential" }] });
  const input = viewNamed(machine, "current");
  const recorded = onlyOf(machine).record(0);
  const outcome: Outcome = {
    spikes: Array.from({ length: units }, () => []),
    potential: Array.from({ length: units }, () => []),
  };
  for (let step = 0, k = 0; step < steps; k++) {
    const count = Math.min(chunks[k % chunks.length]!, steps - step);
    plan(onlyOf(machine), [{ first: 0, every: 1, last: count }]);
    for (let row = 0; row < count; row++) {
      for (let unit = 0; unit < units; unit++) input[row * padded + unit] = current(step + row, unit);
    }
    await machine.advance(step, count);
    for (let row = 0; row < count; row++) {
      for (let unit = 0; unit < units; unit++) {
        if (spiked(machine, row, unit)) outcome.spikes[unit]!.push(step + row + 1);
        outcome.potential[unit]!.push(recorded[row * padded + unit]!);
      }
    }
    step += count;
  }
  machine.dispose();
  return outcome;
};
