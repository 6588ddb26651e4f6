import type { Precision } from "../config/parse.ts";
import type { Component } from "../model/component.ts";
import type { SpikeRecording, TraceRecording } from "../record/recordings.ts";
import type { RecordSink } from "../record/sink.ts";
import { AdaptiveLeakySoma, LeakySoma, RefractoryLeakySoma, StrictRefractoryLeakySoma } from "../somas/leaky.ts";
import type { Runnable } from "./model.ts";
import type { Settings } from "./options.ts";
import { checkModel } from "./prepare.ts";
import { openSimulation } from "./simulate.ts";
import type { Simulation } from "./simulation.ts";

export const somas = { LeakySoma, RefractoryLeakySoma, StrictRefractoryLeakySoma, AdaptiveLeakySoma } as const;

/** A simulation whose chunks have at most `rows` steps. */
export const inChunks = async <C extends Runnable>(
  component: C,
  rows: number,
  given: Partial<Settings> = {},
): Promise<Simulation<C>> => {
  const settings: Settings = {
    dt: 0.1,
    precision: "f64",
    seed: 1,
    backend: "wasm",
    threads: 1,
    worker: false,
    rows,
    ...given,
  };
  const front = (await checkModel(component, settings, {}, [])).build();
  return openSimulation<C>(front, settings);
};

/** A component with differing units, some of which spike often at 300 pA. */
export const mixed = (units: number, dtype: Precision = "f64"): Component =>
  AdaptiveLeakySoma({
    units: [units],
    potentialTau: { uniform: { min: 5, max: 30 } },
    threshold: { uniform: { min: -58, max: -40 } },
    thresholdDelta: 3,
    dtype,
  });

/** A sink that keeps all that it is given, and what was called. */
export class KeepingSink implements RecordSink {
  readonly calls: string[] = [];
  readonly steps: number[] = [];
  readonly units: number[] = [];
  readonly values: Record<string, number[]> = {};
  readonly rowSteps: Record<string, number[]> = {};
  longest = 0;

  open(): void {
    this.calls.push("open");
  }
  spikes(steps: Uint32Array, units: Uint32Array): void {
    this.steps.push(...steps);
    this.units.push(...units);
    this.longest = Math.max(this.longest, steps.length);
  }
  rows(name: string, steps: Float64Array, values: ArrayLike<number>): void {
    this.rowSteps[name] = [...(this.rowSteps[name] ?? []), ...steps];
    this.values[name] = [...(this.values[name] ?? []), ...Array.from(values)];
  }
  close(complete: boolean): void {
    this.calls.push(`close ${complete}`);
  }
}

export const events = ({ steps, units }: SpikeRecording): [step: number, unit: number][] =>
  Array.from(steps, (step, k) => [step, units[k]!]);

export const row = ({ values, columns }: TraceRecording, k: number): number[] =>
  Array.from(values.subarray(k * columns, (k + 1) * columns));
