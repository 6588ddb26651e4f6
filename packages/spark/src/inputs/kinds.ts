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

export const isStream = (value: unknown): value is InputStream =>
  typeof value === "object" && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value);
