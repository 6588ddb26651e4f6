import { type JsonSchema, schemaOf } from "../config/json-schema.ts";
import { custom, number, optional } from "../config/options.ts";
import type { FieldInput } from "../config/parse.ts";
import { describe, isRecord } from "../config/shape.ts";

/* The options of a change during a run. */

const value: JsonSchema = { anyOf: [{ type: "number" }, schemaOf("values"), schemaOf("initializer")] };
const SET = "New values of parameters by path: a number, an array with one value per unit, or an initializer.";

export const changeOptions = {
  /** Time of the change, ms, on the clock of the simulation: the start of the first step that it acts on. */
  at: number("Time of the change on the clock of the simulation: the start of the first step that it acts on.", {
    holds: (at) => at >= 0,
    takes: "a time of at least 0 ms",
    unit: "ms",
    remedy: "Give the time of the change in ms.",
    schema: { minimum: 0 },
  }),
  /** New values by path, such as { "excitatory.threshold": -45 }. */
  set: optional(
    custom<Readonly<Record<string, FieldInput>>>({
      about: SET,
      takes: 'an object such as { "excitatory.threshold": -45 }',
      schema: { description: SET, type: "object", additionalProperties: value },
      read: (given, site) =>
        isRecord(given)
          ? (given as Readonly<Record<string, FieldInput>>)
          : site.refuse(`takes values by path; received ${describe(given)}. Write { "threshold": -45 } or similar.`),
    }),
  ),
};
