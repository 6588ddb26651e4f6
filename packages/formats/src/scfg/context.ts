import type { drawsFor } from "spark-snn";
import type { Reporter } from "../report.ts";
import type { ScfgFile } from "./tree.ts";

/** Data that all parts of an import share. */
export interface ImportContext {
  readonly file: ScfgFile;
  readonly report: Reporter;
  /** Time step, ms. */
  readonly dt: number;
  readonly seed: number;
  /** Draws for one purpose. */
  readonly draws: (purpose: string) => ReturnType<typeof drawsFor>;
}

export const OTHER_NUMBERS = "Drawn with other random numbers, from the same distribution.";
