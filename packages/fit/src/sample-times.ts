/** A problem of the times of samples: the index of the time, and the message. */
export interface TimeProblem {
  readonly at: number;
  readonly message: string;
}

/** The first of the times, ms, that is not later than the one before it. */
export const orderProblem = (times: ArrayLike<number>): TimeProblem | undefined => {
  for (let at = 1; at < times.length; at++) {
    if (times[at]! > times[at - 1]!) continue;
    const message = `must be later than the time before, ${times[at - 1]} ms; received ${times[at]} ms. Sort the samples by time.`;
    return { at, message };
  }
  return undefined;
};

/** A run needs its current from 0 ms on. A voltage may start later. */
export const startProblem = (first: number, unit: "pA" | "mV"): TimeProblem | undefined => {
  if (unit === "mV" || first <= 0) return undefined;
  const message = `must be at most 0 ms, where the run starts; received ${first} ms. Add the current from 0 ms on, or shift the clock of the recording with its spikes and voltage.`;
  return { at: 0, message };
};
