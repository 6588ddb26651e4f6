import { Place } from "../config/place.ts";
import { describe } from "../config/shape.ts";
import { requireKnown } from "../config/unknown-keys.ts";
import { ConfigError } from "../errors/errors.ts";
import type { BuiltPopulation } from "../graph/build.ts";
import { SpikeArray } from "../model/ports.ts";
import type { Machine, View } from "../program/machine.ts";
import type { Filtered } from "../readouts/filtered.ts";
import { planSteps } from "../readouts/plan.ts";
import { ReadoutReader } from "../readouts/reader.ts";
import type { Stepping } from "./frontend.ts";
import type { Driven, WiredFeed } from "./programs.ts";
import { Stepper, stepTraces } from "./stepper.ts";
import type { BrainStepInputs } from "./steps.ts";

/** The views of a network for single steps. */
export class NetworkStepper implements Stepping {
  readonly outputs: object;
  readonly #steppers: ReadonlyMap<string, Stepper>;
  readonly #names: readonly string[];
  /** Feeds of fields that change in time, with the views that they fill. */
  readonly #changing: readonly { readonly feed: WiredFeed["feed"]; readonly views: readonly View[] }[];
  readonly #reader: ReadoutReader;
  readonly #values: Record<string, number | Float64Array> = {};

  constructor(
    populations: readonly BuiltPopulation[],
    machine: Machine,
    driven: readonly Driven[],
    filtered: readonly Filtered[],
  ) {
    const steppers = new Map<string, Stepper>();
    const outputs = populations.map(({ name, component }, k) => {
      const part = machine.populations[k]!;
      if (Object.hasOwn(component.model.inputs, "current")) {
        const stepper = new Stepper(component, part, driven[k]!.inputs, `step.${name}`);
        steppers.set(name, stepper);
        return [name, stepper.outputs] as const;
      }
      const bits = part.view(part.program.spikes!) as Uint32Array;
      return [name, { outSpikes: new SpikeArray(bits, component.units) }] as const;
    });
    this.outputs = { ...Object.fromEntries(outputs), readouts: this.#values };
    // The records of steps come before those of read-outs.
    const recorded = populations.map(({ component }) => stepTraces(component).length);
    const reading = { filtered, plans: planSteps(filtered), recorded, rows: 1, streamed: false };
    this.#reader = new ReadoutReader(machine.populations, reading);
    this.#reader.schedule(1, 1);
    this.#steppers = steppers;
    this.#names = [...steppers.keys()];
    this.#changing = driven.flatMap(({ feeds }, k) =>
      feeds
        .filter(({ feed }) => feed.fill)
        .map(({ feed, buffers }) => ({ feed, views: buffers.map((buffer) => machine.populations[k]!.view(buffer)) })),
    );
  }

  get currents(): ReadonlyMap<string, Stepper["current"]> {
    return new Map([...this.#steppers].map(([name, { current }]) => [name, current]));
  }

  /** Updates the read-outs after the given step, counted from 1. */
  read(step: number): void {
    this.#reader.take(step, 1);
    this.#reader.readAll(step, this.#values);
  }

  /** Sets the inputs of a step. `step` counts the steps before it. */
  take(inputs: BrainStepInputs, step: number): void {
    for (const { feed, views } of this.#changing) feed.fill!(views, step, 1);
    for (const name in inputs) {
      const stepper = this.#steppers.get(name);
      if (!stepper) requireKnown(new Place(["step"]), inputs, this.#names);
      const given: unknown = inputs[name];
      if (given === undefined) continue;
      if (typeof given !== "object" || given === null) {
        const message = `takes an object such as { current: 250 }; received ${describe(given)}. Use port names as keys.`;
        throw new ConfigError(new Place(["step", name]).issue(message));
      }
      for (const key in given) if (key !== "current") requireKnown(new Place(["step", name]), given, ["current"]);
      stepper!.take(given);
    }
  }
}
