import type { Frontend, SteppingFrontend } from "./frontend.ts";
import { type StepInputs, Stepper, stepFeeds, stepTraces } from "./stepper.ts";

/** The input of single steps with spikes. */
const spikeFeeds = { ...stepFeeds, inSpikes: [{ binding: { kind: "rowBit", signed: true } }] } as const;

/** Single steps of a component or of a network. */
export const steppingOf = ({ stepping, populations }: Pick<Frontend, "stepping" | "populations">): SteppingFrontend => {
  if (stepping) return stepping;
  const { component } = populations[0]!;
  return {
    stepRequest: (inputs: StepInputs) => ({
      feeds: [inputs.inSpikes === undefined ? stepFeeds : spikeFeeds],
      traces: [stepTraces(component)],
    }),
    takes: (stepper, inputs: StepInputs) => inputs.inSpikes === undefined || (stepper as Stepper).takesSpikes,
    stepper: (machine, driven) => new Stepper(component, machine.populations[0]!, driven[0]!.inputs),
  };
};
