import { type BackendChoice, backendNames, DEFAULT_BACKEND } from "../backend/named.ts";
import { byDefault, custom, flag, optional, time } from "../config/options.ts";
import { describe } from "../config/shape.ts";
import { timingOptions } from "../config/timing.ts";
import { checkThreads } from "../program/backend-options.ts";
import { readBackend } from "./options.ts";

/*
 * Options of runs, for documents, the help of the command line and the reference. The core of a page reads them with the
 * same checks, but without these texts.
 */

const threads = "Number of threads that share the units.";

export const runOptions = {
  /** Duration of the run, ms; a whole number of steps. */
  duration: time("Duration of the run; a whole number of steps."),
  ...timingOptions,
  /** Name of the backend, or a backend. */
  backend: byDefault(
    DEFAULT_BACKEND,
    custom<BackendChoice>({
      about: `Backend: ${backendNames.join(", ")}. The results have the same bits.`,
      takes: "the name of a backend, or a backend",
      schema: { enum: backendNames },
      read: readBackend,
    }),
  ),
  /** Number of threads, 1 to 1024, or "all" for one per processor. */
  threads: byDefault(
    1,
    custom<number | "all">({
      about: threads,
      takes: 'a whole number from 1 to 1024, or "all" for one per processor',
      schema: { description: threads, anyOf: [{ type: "integer", minimum: 1, maximum: 1024 }, { const: "all" }] },
      read: (value, site) => (checkThreads(value, site) ? (value as number | "all") : undefined),
    }),
  ),
  /** Whether to run in a worker thread. */
  worker: flag(false, "Runs in a worker thread. `step` is then not available."),
  /** Memory budget, bytes. */
  memory: optional(
    custom<number>({
      about: "Memory budget for the simulation, its synapses, its spikes in transit and its records.",
      takes: "a number greater than 0; 2 GiB if omitted, 4 GiB for a network",
      unit: "bytes",
      schema: { type: "number", exclusiveMinimum: 0 },
      read: (value, site) =>
        typeof value === "number" && value > 0
          ? value
          : site.refuse(`must be a number of bytes greater than 0; received ${describe(value)}. Give a larger one.`),
    }),
  ),
  /** Whether a state variable that becomes NaN or infinite ends the run. */
  nonFinite: byDefault(
    "error",
    custom<"error" | "ignore">({
      about: "Whether a state variable that becomes NaN or infinite ends the run with a NonFiniteError.",
      takes: '"error" or "ignore"',
      schema: { enum: ["error", "ignore"] },
      read: (value, site) =>
        value === "error" || value === "ignore"
          ? value
          : site.refuse(`must be "error" or "ignore"; received ${describe(value)}. Omit it for an error.`),
    }),
  ),
};
