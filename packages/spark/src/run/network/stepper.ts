import { describe, sizeOf } from "../../config/shape.ts";
import { unknownKeys } from "../../config/unknown-keys.ts";
import { ConfigError, type Issue } from "../../errors/errors.ts";
import type { BuiltBrain } from "../../graph/build.ts";
import type { Neuron, Soma, SpikeSource } from "../../graph/neuron.ts";
import type { Readouts } from "../../graph/readout.ts";
import { SpikeArray } from "../../model/ports.ts";
import type { NetworkMachine, View } from "../../program/machine.ts";
import { planRecord } from "../../record/plan.ts";
import type { Plan, WiredFeed } from "../session.ts";
import { type StepInputs, type StepOutputs, Stepper } from "../stepper.ts";
import type { PopulationRequest } from "./plan.ts";
import type { Filtered } from "./readout/filtered.ts";
import { planSteps, sourcesOf } from "./readout/plan.ts";
import { ReadoutReader } from "./readout/reader.ts";

/** What goes into one step, by population: those left out keep the current that they had. A source takes none. */
export type BrainStepInputs<P = Readonly<Record<string, unknown>>> = {
  readonly [K in keyof P]?: P[K] extends SpikeSource ? never : Pick<StepInputs, "current">;
};
/** Values of read-outs by name: a number for a mean over units, else one a unit. */
export type ReadoutValues<O> = {
  readonly [K in keyof O]: "mean" extends keyof O[K]
    ? O[K]["mean"] extends true
      ? number
      : O[K]["mean"] extends false | undefined
        ? Float64Array
        : number | Float64Array
    : Float64Array;
};
/** Where a type does not tell whether there is a membrane, there may be a potential. */
type PotentialOf<Q> = Q extends SpikeSource
  ? unknown
  : Q extends Neuron | Soma
    ? Pick<StepOutputs, "potential">
    : Partial<Pick<StepOutputs, "potential">>;

/** What comes out of one step, by population, and the values of read-outs; a source has spikes only. */
export type BrainStepOutputs<P = Readonly<Record<string, unknown>>, O = Readouts> = {
  readonly [K in keyof P]: Pick<StepOutputs, "outSpikes"> & PotentialOf<P[K]>;
} & { readonly readouts: ReadoutValues<O> };

/** What the programs of single steps are driven by and show: a current a unit, the potential, and what is read out. */
export const stepRequests = (brain: BuiltBrain, filtered: readonly Filtered[]): PopulationRequest[] => {
  const sources = sourcesOf(brain, filtered, planSteps(filtered));
  return brain.populations.map(({ component: { model, units } }, place) => {
    const membrane = Object.hasOwn(model.observables, "potential");
    const span = { model, units: sizeOf(units), dt: 1, precision: "f32" as const, before: 0, steps: 1 };
    return {
      feeds: Object.hasOwn(model.inputs, "current") ? { current: [{ binding: { kind: "unit" } }] } : {},
      record: planRecord(membrane ? { outSpikes: true, potential: true } : { outSpikes: true }, span, []),
      readouts: sources[place]!,
    };
  });
};

/** The views of a network that steps one at a time. */
export class BrainStepper {
  readonly outputs: BrainStepOutputs;
  readonly #steppers: ReadonlyMap<string, Stepper>;
  readonly #names: readonly string[];
  /** What fields that change in time put into each step. */
  readonly #changing: readonly { readonly feed: WiredFeed["feed"]; readonly views: readonly View[] }[];
  readonly #reader: ReadoutReader;
  readonly #values: Record<string, number | Float64Array> = {};

  constructor(
    { populations }: BuiltBrain,
    machine: NetworkMachine,
    plans: readonly Plan[],
    filtered: readonly Filtered[],
  ) {
    const steppers = new Map<string, Stepper>();
    const outputs = populations.map(({ name, component }, k) => {
      const part = machine.populations[k]!;
      if (Object.hasOwn(component.model.inputs, "current")) {
        const stepper = new Stepper(component, part, false, name);
        steppers.set(name, stepper);
        return [name, stepper.outputs] as const;
      }
      const bits = part.view(machine.network.populations[k]!.spikes) as Uint32Array;
      return [name, { outSpikes: new SpikeArray(bits, component.units) }] as const;
    });
    this.outputs = { ...Object.fromEntries(outputs), readouts: this.#values } as unknown as BrainStepOutputs;
    const recorded = plans.map(({ record }) => record.traces.length);
    const reading = { filtered, plans: planSteps(filtered), recorded, streamed: false };
    this.#reader = new ReadoutReader(machine.populations, reading);
    this.#reader.schedule(1, 1);
    this.#steppers = steppers;
    this.#names = [...steppers.keys()];
    this.#changing = plans.flatMap(({ feeds }, k) =>
      feeds
        .filter(({ feed }) => feed.fill)
        .map(({ feed, buffers }) => ({ feed, views: buffers.map((buffer) => machine.populations[k]!.view(buffer)) })),
    );
  }

  /** Brings the values of read-outs up to a step, from 1, that was done just now. */
  read(step: number): void {
    this.#reader.take(step, 1);
    this.#reader.readAll(step, this.#values);
  }

  /** No current flows until one is given. */
  clear(): void {
    for (const { current } of this.#steppers.values()) current.fill(0);
  }

  /** Takes what goes into a step; `step` counts those before it. */
  take(inputs: BrainStepInputs, step: number): void {
    for (const { feed, views } of this.#changing) feed.fill!(views, step, 1);
    for (const name in inputs) {
      const stepper = this.#steppers.get(name);
      if (!stepper) refuse("step", inputs, this.#names);
      const given: unknown = inputs[name];
      if (given === undefined) continue;
      if (typeof given !== "object" || given === null) {
        const message = `takes an object such as { current: 250 }; received ${describe(given)}. Name the port.`;
        throw new ConfigError({ path: `step.${name}`, message });
      }
      for (const key in given) if (key !== "current") refuse(`step.${name}`, given, ["current"]);
      stepper!.take(given);
    }
  }
}

/** Tells which names are not known. */
const refuse = (path: string, given: object, known: readonly string[]): never => {
  const issues: Issue[] = [];
  unknownKeys(path, given, known, issues);
  throw new ConfigError(issues);
};
