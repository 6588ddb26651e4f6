import { type JsonSchema, schemaOf } from "../config/json-schema.ts";
import { custom, number, optional } from "../config/options.ts";
import type { FieldInput } from "../config/parse.ts";
import { describe, isRecord, type NumericArray } from "../config/shape.ts";
import type { UnitList } from "../config/unit-list.ts";
import { type TriggerAction, triggerActions } from "./triggers.ts";

/* The options of a change during a run. */

const value: JsonSchema = { anyOf: [{ type: "number" }, schemaOf("values"), schemaOf("initializer")] };
const SET = "New values of parameters by path: a number, an array with one value per unit, or an initializer.";
const WEIGHTS =
  "New weights by projection: one for all synapses, a list with one per synapse, or { synapses, values } for synapses with some numbers. Weights of inhibitory units are magnitudes.";
const numbers: JsonSchema = { type: "array", items: { type: "number" } };
const weights: JsonSchema = { anyOf: [{ type: "number" }, numbers] };

/** New weights of a projection. */
export type WeightsInput =
  | number
  | readonly number[]
  | NumericArray
  | {
      /** Numbers of the synapses, as `Simulation.weights` counts them. */
      readonly synapses: readonly number[] | NumericArray;
      /** One weight for all of these synapses, or one for each. */
      readonly values: number | readonly number[] | NumericArray;
    };
const INJECT = "Units that emit a spike in the step in addition to those of the equations, by population.";
const TRIGGER = "Triggers of records by name: started for one step (once), or until a change stops them (start, stop).";

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
  /**
   * New weights by projection, such as { recurrent: 0 }: one for all synapses, a list with one per synapse, or
   * { synapses, values } for synapses with some numbers.
   */
  weights: optional(
    custom<Readonly<Record<string, WeightsInput>>>({
      about: WEIGHTS,
      takes: 'an object such as { "recurrent": 0 }',
      schema: {
        description: WEIGHTS,
        type: "object",
        additionalProperties: {
          anyOf: [
            { type: "number" },
            numbers,
            {
              type: "object",
              properties: { synapses: { type: "array", items: { type: "integer", minimum: 0 } }, values: weights },
              required: ["synapses", "values"],
              additionalProperties: false,
            },
          ],
        },
      },
      read: (given, site) =>
        isRecord(given)
          ? (given as Readonly<Record<string, WeightsInput>>)
          : site.refuse(
              `takes weights by projection; received ${describe(given)}. Write { "recurrent": 0 } or similar.`,
            ),
    }),
  ),
  /** Units that emit a spike in the step in addition to those of the equations, such as { noise: [3, 5] }. */
  inject: optional(
    custom<Readonly<Record<string, UnitList>>>({
      about: INJECT,
      takes: 'an object such as { "noise": [3, 5] }',
      schema: { description: INJECT, type: "object", additionalProperties: schemaOf("unitList") },
      read: (given, site) =>
        isRecord(given)
          ? (given as Readonly<Record<string, UnitList>>)
          : site.refuse(
              `takes units by population; received ${describe(given)}. Write { "noise": [3, 5] } or similar.`,
            ),
    }),
  ),
  /** Triggers of records, such as { touch: "once" }: started for one step, or until a change stops them. */
  trigger: optional(
    custom<Readonly<Record<string, TriggerAction>>>({
      about: TRIGGER,
      takes: 'an object such as { "touch": "once" }',
      schema: { description: TRIGGER, type: "object", additionalProperties: { enum: triggerActions } },
      read: (given, site) =>
        isRecord(given)
          ? (given as Readonly<Record<string, TriggerAction>>)
          : site.refuse(`takes triggers by name; received ${describe(given)}. Write { "touch": "once" } or similar.`),
    }),
  ),
};
