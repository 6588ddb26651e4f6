import { wasm } from "../../src/backend/wasm/wasm.ts";
import { compileComponent } from "../../src/compile/compile.ts";
import type { Precision } from "../../src/config/parse.ts";
import type { Component } from "../../src/model/component.ts";
import type { Backend } from "../../src/program/machine.ts";
import { wordsOf } from "../../src/program/program.ts";
import { bufferOf } from "./both.test-support.ts";

export interface Setting {
  readonly dt: number;
  readonly steps: number;
  /** pA at a step (from 0) and unit. */
  readonly current: (step: number, unit: number) => number;
  readonly precision?: Precision;
  readonly backend?: Backend;
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
export const simulateProgram = (component: Component, setting: Setting): Outcome => {
  const { dt, steps, current, precision = "f64", backend = wasm, chunks = [steps] } = setting;
  const built = component.build({}, { dt });
  const rows = Math.max(...chunks);
  const program = compileComponent(built, {
    precision,
    rows,
    inputs: { current: [{ kind: "rowUnit" }] },
    spikes: true,
    records: [{ name: "potential" }],
  });
  const { units, padded } = program;
  const machine = backend.create(program);
  const [input, bits, recorded] = ["current", "outSpikes", "potential.recorded"].map((name) =>
    machine.view(bufferOf(program, name)),
  );
  const outcome: Outcome = { spikes: [], potential: [] };
  for (let unit = 0; unit < units; unit++) {
    outcome.spikes.push([]);
    outcome.potential.push([]);
  }
  for (let step = 0, k = 0; step < steps; k++) {
    const count = Math.min(chunks[k % chunks.length]!, steps - step);
    machine.view(program.schedule).set([0, 1, count]);
    for (let row = 0; row < count; row++) {
      for (let unit = 0; unit < units; unit++) input![row * padded + unit] = current(step + row, unit);
    }
    machine.advance(step, count);
    for (let row = 0; row < count; row++) {
      for (let unit = 0; unit < units; unit++) {
        const word = bits![row * wordsOf(padded) + (unit >>> 5)]!;
        if ((word >>> (unit & 31)) & 1) outcome.spikes[unit]!.push(step + row + 1);
        outcome.potential[unit]!.push(recorded![row * padded + unit]!);
      }
    }
    step += count;
  }
  return outcome;
};
