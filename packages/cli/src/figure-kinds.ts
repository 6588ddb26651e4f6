import type { Results } from "./records.ts";
import { SHOWN_UNITS } from "./summary.ts";

export type FigureKind = "trace" | "raster" | "intervals" | "frequency" | "spectrum";
export const figureKinds: readonly FigureKind[] = ["trace", "raster", "intervals", "frequency", "spectrum"];

/** Figure kind that only networks have. */
export const READOUTS_KIND = "readouts";
export type AskedKind = FigureKind | typeof READOUTS_KIND;

/** Part of a run, ms. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The part of a run to draw, and the population of a network. */
export interface View extends Span {
  readonly population?: string | undefined;
}

/** The kind of figure that suits the records, if any. */
export const chooseKind = ({ spikes, traces }: Results): FigureKind | undefined => {
  const potential = traces.find(({ name }) => name === "potential");
  if (potential && potential.units.length > 0 && potential.units.length <= SHOWN_UNITS && potential.steps.length > 1) {
    return "trace";
  }
  return spikes
    ? "raster"
    : potential && potential.units.length > 0 && potential.steps.length > 1
      ? "trace"
      : undefined;
};
