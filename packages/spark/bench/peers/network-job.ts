import { fileURLToPath } from "node:url";
import { adaptiveNumbers } from "./adaptive.ts";

export const networkNames = ["cuba", "brunel", "microcircuit", "adaptive"] as const;
export type NetworkName = (typeof networkNames)[number];

/** A network that a peer builds, and runs again and again: one JSON line. */
export interface NetworkJob {
  readonly network: NetworkName;
  /** Units, or a share of the published size. */
  readonly size: number;
  /** ms; of each run. */
  readonly duration: number;
  readonly dt: number;
  readonly dtype: "f32" | "f64";
  readonly threads: number;
  readonly seed: number;
  /** A backend of this library. */
  readonly runtime?: string;
  /** The file with the numbers of the microcircuit. */
  readonly parameters: string;
  readonly adaptive: typeof adaptiveNumbers;
}

/** What every job of a network says. */
export const commonNumbers = {
  parameters: fileURLToPath(new URL("../../../../examples/microcircuit/parameters.json", import.meta.url)),
  adaptive: adaptiveNumbers,
} as const;
