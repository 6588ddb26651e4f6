import type { Feed } from "../inputs/contract.ts";
import type { Frontend, SteppingFrontend } from "./frontend.ts";
import { type StepInputs, Stepper } from "./stepper.ts";

/** The inputs of single steps: a current per unit, and spikes if some are given. */
const stepFeeds = (spikes: boolean): Record<string, Feed[]> => ({
  current: [{ binding: { kind: "unit" } }],
  ...(spikes && { inSpikes: [{ binding: { kind: "rowBit", signed: true } }] }),
});

/** Single steps of a component or of a network. */
export const steppingOf = ({ stepping, populations }: Pick<Frontend, "stepping" | "populations">): SteppingFrontend => {
  if (stepping) return stepping;
  const { component } = populations[0]!;
  return {
    stepRequest: (inputs: StepInputs) => ({
      feeds: [stepFeeds(inputs.inSpikes !== undefined)],
      traces: [
        Object.hasOwn(component.model.observables, "potential")
          ? [{ name: "potential", units: undefined, every: 1, reduce: undefined, over: "units" }]
          : [],
      ],
    }),
    takes: (stepper, inputs: StepInputs) => inputs.inSpikes === undefined || (stepper as Stepper).takesSpikes,
    stepper: (machine, driven) => new Stepper(component, machine.populations[0]!, driven[0]!.inputs),
  };
};
