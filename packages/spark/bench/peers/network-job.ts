import { fileURLToPath } from "node:url";
import { adaptiveNumbers } from "./adaptive.ts";
import { neuronNumbers } from "./neurons.ts";

export const networkNames = [
  "cuba",
  "brunel",
  "microcircuit",
  "adaptive",
  "cobahh",
  "adex",
  "adex-euler",
  "izhikevich",
] as const;
export type NetworkName = (typeof networkNames)[number];

/** A network that a peer builds and then runs repeatedly, as one JSON line. */
export interface NetworkJob {
  readonly network: NetworkName;
  /** Number of units, or a fraction of the published size. */
  readonly size: number;
  /** Duration of each run, ms. */
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
  readonly neurons: typeof neuronNumbers;
}

/** Fields of every network job. */
export const commonNumbers = {
  parameters: fileURLToPath(new URL("../../../../examples/microcircuit/parameters.json", import.meta.url)),
  adaptive: adaptiveNumbers,
  neurons: neuronNumbers,
} as const;
