import type { NestedArray, NumericArray } from "../config/shape.ts";

/* What tells the forms of an input apart: little, since every page loads it; the forms themselves are loaded on demand. */

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
 * What an iterable yields, pA: a number for one step of all units, an array for one step, or a typed array of whole
 * steps. It is used up before the next one is asked for, so that one array may be filled again and again.
 */
export type InputPiece = number | NestedArray | NumericArray;
export type InputStream = AsyncIterable<InputPiece> | Iterable<InputPiece>;

export const isStream = (value: unknown): value is InputStream =>
  typeof value === "object" && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value);
