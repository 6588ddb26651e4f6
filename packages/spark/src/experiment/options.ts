import type { JsonSchema } from "../config/json-schema.ts";
import { byDefault, choice, custom, optional, time, type Written, whole } from "../config/options.ts";
import { describe } from "../config/shape.ts";
import type { BrainDocument, JsonObject, SomaDocument } from "./document.ts";

/* What the top level of an experiment document holds, declared once. */

const words = (about: string) =>
  optional(
    custom<string>({
      about,
      takes: "text",
      schema: { description: about, type: "string" },
      read: (value, site) =>
        typeof value === "string" ? value : site.refuse(`must be text; received ${describe(value)}. Put it in quotes.`),
    }),
  );

/** A part whose reader needs to know the model. */
const part = <G>(about: string, takes: string, schema: JsonSchema = { type: "object" }) =>
  custom<G>({ about, takes, schema, read: (value) => value as G });

export const documentTexts = {
  /** Address of the JSON Schema, for editors. Not read. */
  $schema: words("Address of this schema, for editors."),
  /** What to call the experiment. */
  name: words("What to call the experiment."),
  /** What it is about. */
  description: words("What it is about."),
};

/** dt, dtype and seed mean the same in the document and in the model. */
export const timingOptions = {
  /** Length of a step, ms. Default 1. */
  dt: byDefault(1, time("Time step. Default: that of the model, otherwise 1 ms.")),
  /** Seed of initializers and noises, 0 to 4294967295. Default 1. */
  seed: byDefault(1, whole("Seed of the initializers and noise. Default: 1.", 0, 4294967295)),
  /** Default f32. */
  dtype: byDefault("f32", choice("Precision of state variables and equations. Default: f32.", ["f32", "f64"])),
};

export const documentOptions = {
  ...documentTexts,
  /** The soma by name, and the fields of its config; or a brain. */
  model: part<SomaDocument | BrainDocument>(
    "The soma by name, and its fields; or a brain: populations, projections and drives.",
    "an object with soma, or with populations",
  ),
  /** Length of the run, ms. */
  duration: time("Length of the run; a whole number of steps."),
  ...timingOptions,
  /** What is wired to the input ports, by name; of a brain, by population and name. Beside the forms of code: { csv, … }, { npy, … }, { events: { csv } } or { events: { npz } }. */
  inputs: optional(
    part<JsonObject>("What is wired to the input ports, by name; of a brain, by population and name.", "an object"),
  ),
  /** What to keep; of a brain, by population, and of its read-outs under `readouts`. */
  record: optional(
    part<JsonObject>("What to keep; of a brain, by population, and of its read-outs under `readouts`.", "an object"),
  ),
  /** Start values of states; of a brain, by population. `potential` is absolute, mV. */
  initial: optional(part<JsonObject>("Start values of states; of a brain, by population.", "an object")),
};

/**
 * An experiment as data: which model, for how long, driven by what, keeping what. Its JSON Schema is
 * `experimentSchema()`, published as schema/experiment.schema.json.
 */
export interface ExperimentDocument extends Written<typeof documentOptions> {}
