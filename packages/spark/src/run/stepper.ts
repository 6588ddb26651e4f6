import type { Machine, View } from "../backend/backend.ts";
import type { Binding } from "../compile/compile.ts";
import { compileComponent } from "../compile/compile.ts";
import type { Program } from "../compile/program.ts";
import { describe, isTypedArray, type NumericArray, sizeOf } from "../config/shape.ts";
import { ConfigError, ShapeError } from "../errors/errors.ts";
import type { BuiltComponent } from "../model/component.ts";
import { CurrentArray, PotentialArray, SpikeArray } from "../model/ports.ts";

/** What goes into one step: either port or both. */
export interface StepInputs {
  /** pA: one number, one a unit, or a payload. */
  readonly current?: number | NumericArray | CurrentArray;
  readonly inSpikes?: SpikeArray;
}

/** What comes out of one step. The same objects every time: their contents change with the next step. */
export interface StepOutputs {
  readonly outSpikes: SpikeArray;
  readonly potential: PotentialArray;
}

/** Which ports a program for single steps reads. */
export type StepPorts = "none" | "current" | "inSpikes" | "both";

export const portsOf = (inputs: StepInputs): StepPorts =>
  inputs.current === undefined
    ? inputs.inSpikes === undefined
      ? "none"
      : "inSpikes"
    : inputs.inSpikes === undefined
      ? "current"
      : "both";

/** A program of one step at a time: current and spikes in, spikes and potential out. */
export const stepProgram = (component: BuiltComponent, precision: "f32" | "f64", ports: StepPorts): Program => {
  const inputs: Record<string, Binding[]> = {};
  if (ports === "current" || ports === "both") inputs["current"] = [{ kind: "unit" }];
  if (ports === "inSpikes" || ports === "both") inputs["inSpikes"] = [{ kind: "rowBit", signed: true }];
  return compileComponent(component, { precision, rows: 1, inputs, spikes: true, records: [{ name: "potential" }] });
};

/** The views of a machine that steps one at a time. Nothing is allocated in a step. */
export class Stepper {
  readonly ports: StepPorts;
  readonly machine: Machine;
  readonly outputs: StepOutputs;
  /** Current of each unit, pA: to be written before a step that is called without a current. */
  readonly current: Float32Array | Float64Array | undefined;
  readonly #units: number;
  readonly #spikes: Uint32Array | undefined;
  readonly #inhibitory: Uint32Array | undefined;

  constructor(component: BuiltComponent, machine: Machine, ports: StepPorts) {
    this.ports = ports;
    this.machine = machine;
    const { program } = machine;
    const shape = component.units;
    this.#units = sizeOf(shape);
    const view = (name: string): View | undefined => {
      const buffer = program.buffers.findIndex((candidate) => candidate.name === name);
      return buffer < 0 ? undefined : machine.view(buffer);
    };
    machine.view(program.schedule).set([0, 1, 0]);
    const potential = machine.view(program.records[0]!.buffer).subarray(0, this.#units);
    this.outputs = {
      outSpikes: new SpikeArray(view("soma.outSpikes") as Uint32Array, shape),
      potential: new PotentialArray(potential as Float32Array, shape),
    };
    this.current = view("soma.current")?.subarray(0, this.#units) as Float32Array | Float64Array | undefined;
    this.#spikes = view("soma.inSpikes") as Uint32Array | undefined;
    this.#inhibitory = view("soma.inSpikes.inhibitory") as Uint32Array | undefined;
  }

  step(inputs: StepInputs, firstStep: number): StepOutputs {
    const { current, inSpikes } = inputs;
    if (current !== undefined) this.#setCurrent(current);
    if (inSpikes !== undefined) this.#setSpikes(inSpikes);
    this.machine.advance(firstStep, 1);
    return this.outputs;
  }

  #setCurrent(current: NonNullable<StepInputs["current"]>): void {
    const target = this.current!;
    if (typeof current === "number") {
      if (!Number.isFinite(current)) refuse("current", current);
      target.fill(current);
      return;
    }
    const values = current instanceof CurrentArray ? current.values : current;
    if (values === target) return;
    if (!isTypedArray(values)) {
      throw new ConfigError({
        path: "step.current",
        message: `must be a number, a typed array or a CurrentArray; received ${describe(values)}. Give one value a unit, in pA.`,
      });
    }
    if (values.length !== this.#units) {
      throw new ShapeError(
        `step.current must hold ${this.#units} values, one a unit; received ${values.length}. Give as many as the population has units.`,
      );
    }
    if (!allFinite(values)) {
      const place = values.findIndex((value) => !Number.isFinite(value));
      refuse(`current[${place}]`, values[place]!);
    }
    target.set(values);
  }

  #setSpikes(spikes: SpikeArray): void {
    if (!(spikes instanceof SpikeArray)) {
      throw new ConfigError({
        path: "step.inSpikes",
        message: `must be a SpikeArray; received ${describe(spikes)}. Make one with SpikeArray.fromIndices.`,
      });
    }
    if (sizeOf(spikes.shape) !== this.#units) {
      throw new ShapeError(
        `step.inSpikes must have ${this.#units} units; received shape [${spikes.shape.join(", ")}]. Give one bit a unit.`,
      );
    }
    const words = Math.ceil(this.#units / 32);
    this.#spikes!.set(spikes.bits.subarray(0, words));
    if (spikes.inhibitory) this.#inhibitory!.set(spikes.inhibitory.subarray(0, words));
    else this.#inhibitory!.fill(0);
  }
}

/** x·0 is 0 for every finite x and NaN for all others, so that one sum tells of them all. */
const allFinite = (values: NumericArray): boolean => {
  let [a, b, c, d] = [0, 0, 0, 0];
  const { length } = values;
  let k = 0;
  for (; k + 3 < length; k += 4) {
    a += values[k]! * 0;
    b += values[k + 1]! * 0;
    c += values[k + 2]! * 0;
    d += values[k + 3]! * 0;
  }
  for (; k < length; k++) a += values[k]! * 0;
  return a + b + c + d === 0;
};

const refuse = (place: string, value: number): never => {
  throw new ConfigError({
    path: `step.${place}`,
    message: `must be a finite number; received ${value} pA. Check where it was computed.`,
  });
};
