import { field, positive } from "../config/field.ts";
import { add, decay, relax } from "../expr/verbs.ts";
import type { ConfigOf } from "../model/component.ts";
import { signal } from "../model/ports.ts";
import { float } from "../model/scope.ts";
import { spikeSource } from "../model/spike-source.ts";

/* Units that hold a value instead of a membrane. They never spike; signals of a network read their values. */

const inputs = { signal: signal("1", "Value of each unit.") };
const value = (description: string) => ({ value: float(0, "1", description) });

const none = {};
const average = { tau: field(10, "ms", "Time constant of the average.", positive) };
const accumulator = { tau: field(10, "ms", "Time constant of the decay.", positive) };

export const SignalSource = spikeSource("SignalSource", none, {
  about:
    "Passes on a signal that a run, a step or another signal gives: a constant, a series or values from outside. Its units never spike; signals of a network read their value.",
  inputs,
  state: () => value("The signal of the step."),
  step: (x) => ({ value: x.signal }),
});

export const SignalAverage = spikeSource("SignalAverage", average, {
  about:
    "Moving average of a signal: in every step the value moves to the signal by the part 1 − exp(−dt/tau) of their distance. Its units never spike; signals of a network read their value. Python Spark 1.2.",
  inputs,
  state: () => value("Average of the signal."),
  step: (x) => ({ value: relax(x.value, x.signal, x.tau) }),
});

export const SignalAccumulator = spikeSource("SignalAccumulator", accumulator, {
  about:
    "Leaky sum of a signal: in every step the value decays by the factor exp(−dt/tau), and the signal is added. The sum therefore depends on dt. Its units never spike; signals of a network read their value. Python Spark 1.2.",
  inputs,
  state: () => value("Sum of the signal."),
  step: (x) => ({ value: add(decay(x.value, x.tau), x.signal) }),
});

export type SignalSourceConfig = ConfigOf<typeof none>;
export type SignalAverageConfig = ConfigOf<typeof average>;
export type SignalAccumulatorConfig = ConfigOf<typeof accumulator>;
