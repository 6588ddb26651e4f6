/* Names that would take the place of something else. */

/** Properties of every run, beside its records. */
export const runNames: readonly string[] = [
  "model",
  "units",
  "dt",
  "dtype",
  "seed",
  "backend",
  "steps",
  "duration",
  "start",
  "complete",
  "stoppedBy",
  "warnings",
  "changes",
  "wallTime",
];

/** Properties of every run of a network, which no population can have as its name. */
export const networkNames: readonly string[] = [
  ...runNames,
  "synapses",
  "buildTime",
  "populations",
  "brain",
  "readouts",
  "weights",
];

/** Whether every JavaScript object has a property of this name, such as "constructor". */
export const isObjectName = (name: string): boolean => name in Object.prototype;
