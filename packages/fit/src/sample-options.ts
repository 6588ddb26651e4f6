import { number, time } from "spark-snn/documents";

/** Unit of samples: of a current, or of a potential. */
export type SampledUnit = "pA" | "mV";

export const interval = time("Time between samples.", "Give the time between samples.");

/** A run needs its current from 0 ms on. A voltage may start later. */
export const startOf = (unit: SampledUnit) =>
  unit === "pA"
    ? number("Time of the first sample, at most 0, where the run starts.", {
        unit: "ms",
        holds: (start) => start <= 0,
        takes: "at most 0 ms, where the run starts",
        remedy: "Add the current from 0 ms on, or shift the clock of the recording with its spikes and voltage.",
        schema: { maximum: 0 },
      })
    : number("Time of the first sample.", { unit: "ms", remedy: "Give the time of the first sample." });
