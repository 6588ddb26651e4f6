import type { Frontend, SteppingFrontend } from "./frontend.ts";
import { type StepInputs, Stepper, stepFeedsOf, stepTraces } from "./stepper.ts";

/** Single steps of a component or of a network. */
export const steppingOf = ({ stepping, populations }: Pick<Frontend, "stepping" | "populations">): SteppingFrontend => {
  if (stepping) return stepping;
  const { component } = populations[0]!;
  return {
    stepRequest: (inputs: StepInputs) => ({
      feeds: [stepFeedsOf(component.model, inputs.inSpikes !== undefined)],
      traces: [stepTraces(component)],
    }),
    takes: (stepper, inputs: StepInputs) => inputs.inSpikes === undefined || (stepper as Stepper).takesSpikes,
    stepper: (machine, driven) => new Stepper(component, machine.populations[0]!, driven[0]!.inputs),
  };
};
