import { byDefault, custom, described } from "./options.ts";
import { checkDt, checkDtype, checkSeed, type Precision } from "./parse.ts";

/* Options that components, documents and runs share. Their checks are those of the core. */

const DT = "Time step.";
const SEED = "Seed of initializers, noise and synapses.";
const DTYPE = "Precision of state variables and equations.";

export const timingOptions = {
  /** Time step, ms. Default 1. */
  dt: byDefault(
    1,
    custom<number>({
      about: DT,
      takes: "a number of ms greater than 0",
      unit: "ms",
      schema: { description: described(DT, "ms"), type: "number", exclusiveMinimum: 0 },
      read: (value, site) => (checkDt(value, site) ? (value as number) : undefined),
    }),
  ),
  /** Seed of initializers, noise and synapses, 0 to 4294967295. Default 1. */
  seed: byDefault(
    1,
    custom<number>({
      about: SEED,
      takes: "a whole number from 0 to 4294967295",
      schema: { description: SEED, type: "integer", minimum: 0, maximum: 4294967295 },
      read: (value, site) => (checkSeed(value, site) ? (value as number) : undefined),
    }),
  ),
  /** Precision of state variables and equations. Default f32. */
  dtype: byDefault(
    "f32",
    custom<Precision>({
      about: DTYPE,
      takes: '"f32" or "f64"',
      schema: { description: DTYPE, enum: ["f32", "f64"] },
      read: (value, site) => (checkDtype(value, site) ? (value as Precision) : undefined),
    }),
  ),
};
