import type { JsonSchema } from "../config/json-schema.ts";
import { custom, optional, optionsSchema, type Written, words } from "../config/options.ts";
import { describe, isRecord } from "../config/shape.ts";
import { timingOptions } from "../config/timing.ts";
import { changeOptions } from "../run/change-options.ts";
import { runOptions } from "../run/declared.ts";
import type { BrainDocument, JsonObject, SomaDocument } from "./document.ts";
import { migrations, versionOption } from "./versions.ts";

/* Options at the top level of an experiment document. */

/** A part that is read later, when the model is known. */
const part = <G>(about: string, takes: string, schema: JsonSchema = { type: "object" }) =>
  custom<G>({ about, takes, schema, read: (value) => value as G });

export const documentTexts = {
  /** Address of the JSON Schema, for editors. Ignored by the library. */
  $schema: words("Address of this schema, for editors."),
  /** Name of the experiment. */
  name: words("Name of the experiment."),
  /** Description of the experiment. */
  description: words("Description of the experiment."),
  /** What an editor keeps with the document, such as the positions of populations in a diagram. Ignored by the library. */
  studio: optional(
    custom<JsonObject>({
      about: "What an editor keeps with the document, such as the positions of populations in a diagram.",
      takes: "an object",
      schema: { type: "object" },
      read: (value, site) =>
        isRecord(value) ? (value as JsonObject) : site.refuse(`must be an object; received ${describe(value)}.`),
    }),
  ),
};

export const documentOptions = {
  ...documentTexts,
  /** Version of the form of this document. Default: 1, the first version. */
  version: versionOption(migrations),
  /** The soma or source of spikes by name, with its parameters; a soma by its equations; or a network. */
  model: part<SomaDocument | BrainDocument>(
    "The soma or source of spikes by name, with its parameters; a soma by its equations; or a network: populations, projections and drives.",
    "an object with soma, source, equations or populations",
  ),
  /** Duration of the run, ms; a whole number of steps. */
  duration: runOptions.duration,
  ...timingOptions,
  /**
   * Inputs by port; for a network, by population and port. In addition to the forms in code: { csv, … }, { npy, … },
   * { events: { csv } } or { events: { npz } }.
   */
  inputs: optional(part<JsonObject>("Inputs by port; for a network, by population and port.", "an object")),
  /** Records by name; for a network, by population, and records of read-outs under `readouts`. */
  record: optional(
    part<JsonObject>(
      "Records by name; for a network, by population, and records of read-outs under `readouts`.",
      "an object",
    ),
  ),
  /** Changes of parameters at chosen times of the run. */
  changes: optional(
    part<readonly Written<typeof changeOptions>[]>(
      "Changes of parameters at chosen times of the run.",
      "a list of changes",
      {
        description: "Changes of parameters at chosen times of the run.",
        type: "array",
        items: optionsSchema(changeOptions, "A change: its time and the new values."),
      },
    ),
  ),
  /** Start values of state variables; for a network, by population. `potential` is absolute, mV. */
  initial: optional(part<JsonObject>("Start values of state variables; for a network, by population.", "an object")),
};

/**
 * An experiment as data: the model, the duration, the inputs and the records. Its JSON Schema is `experimentSchema()`,
 * published as schema/experiment.schema.json.
 */
export interface ExperimentDocument extends Written<typeof documentOptions> {}
