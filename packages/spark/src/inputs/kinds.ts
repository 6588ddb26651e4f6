import type { NestedArray, NumericArray } from "../config/shape.ts";

/* Distinguishes the forms of an input. Every page loads this file, so it is small; the forms are loaded on demand. */

export type GeneratorName = "step" | "pulses" | "ramp" | "sine" | "ornsteinUhlenbeck" | "whiteNoise";
export const generatorNames: readonly GeneratorName[] = [
  "step",
  "pulses",
  "ramp",
  "sine",
  "ornsteinUhlenbeck",
  "whiteNoise",
];

/**
 * A value that an iterable yields, pA: a number for one step of all units, an array for one step, or a typed array of
 * whole steps. It is consumed before the next one is requested, so that an array can be reused.
 */
export type InputPiece = number | NestedArray | NumericArray;
export type InputStream = AsyncIterable<InputPiece> | Iterable<InputPiece>;

export const isStream = (value: unknown): value is InputStream =>
  typeof value === "object" && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value);
