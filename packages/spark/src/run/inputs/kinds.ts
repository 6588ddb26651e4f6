import type { InputStream } from "./forms.ts";

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

/** An object written as such, in code or in a document. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

export const isStream = (value: unknown): value is InputStream =>
  typeof value === "object" && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value);
