import type { NetworkMachine, View } from "../../backend/backend.ts";
import { describe } from "../../config/shape.ts";
import { ConfigError, type Issue } from "../../errors/errors.ts";
import type { BuiltBrain } from "../../graph/build.ts";
import { SpikeArray } from "../../model/ports.ts";
import { unknownKeys } from "../options.ts";
import { planRecord } from "../record/plan.ts";
import type { Plan, WiredFeed } from "../session.ts";
import { type StepInputs, type StepOutputs, Stepper } from "../stepper.ts";
import type { PopulationRequest } from "./plan.ts";

/** What goes into one step, by population: those left out keep the current that they had. */
export type BrainStepInputs<P = Readonly<Record<string, unknown>>> = {
  readonly [K in keyof P]?: Pick<StepInputs, "current">;
};
/** What comes out of one step, by population; a source has spikes only. */
export type BrainStepOutputs<P = Readonly<Record<string, unknown>>> = {
  readonly [K in keyof P]: Pick<StepOutputs, "outSpikes"> & Partial<Pick<StepOutputs, "potential">>;
};

/** What the programs of single steps are driven by and show: a current a unit, and the potential. */
export const stepRequests = ({ populations }: BuiltBrain): PopulationRequest[] =>
  populations.map(({ component: { model, units } }) => {
    const membrane = Object.hasOwn(model.observables, "potential");
    const span = {
      model,
      units: units.reduce((a, b) => a * b, 1),
      dt: 1,
      precision: "f32" as const,
      before: 0,
      steps: 1,
    };
    return {
      feeds: Object.hasOwn(model.inputs, "current") ? { current: [{ binding: { kind: "unit" } }] } : {},
      record: planRecord(membrane ? { outSpikes: true, potential: true } : { outSpikes: true }, span, []),
    };
  });

/** The views of a network that steps one at a time. */
export class BrainStepper {
  readonly outputs: BrainStepOutputs;
  readonly #steppers: ReadonlyMap<string, Stepper>;
  readonly #names: readonly string[];
  /** What fields that change in time put into each step. */
  readonly #changing: readonly { readonly feed: WiredFeed["feed"]; readonly views: readonly View[] }[];

  constructor({ populations }: BuiltBrain, machine: NetworkMachine, plans: readonly Plan[]) {
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
    this.outputs = Object.fromEntries(outputs);
    this.#steppers = steppers;
    this.#names = [...steppers.keys()];
    this.#changing = plans.flatMap(({ feeds }, k) =>
      feeds
        .filter(({ feed }) => feed.fill)
        .map(({ feed, buffers }) => ({ feed, views: buffers.map((buffer) => machine.populations[k]!.view(buffer)) })),
    );
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
      if (!stepper) this.#refuse(inputs);
      const given: unknown = inputs[name];
      if (given === undefined) continue;
      if (typeof given !== "object" || given === null) {
        const message = `takes an object such as { current: 250 }; received ${describe(given)}. Name the port.`;
        throw new ConfigError({ path: `step.${name}`, message });
      }
      for (const key in given) if (key !== "current") this.#refusePort(name, given);
      stepper!.take(given);
    }
  }

  #refusePort(name: string, given: object): never {
    const issues: Issue[] = [];
    unknownKeys(`step.${name}`, given, ["current"], issues);
    throw new ConfigError(issues);
  }

  #refuse(inputs: BrainStepInputs): never {
    const issues: Issue[] = [];
    unknownKeys("step", inputs, this.#names, issues);
    throw new ConfigError(issues);
  }
}
