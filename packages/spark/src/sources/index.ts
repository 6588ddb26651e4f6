import type { ComponentType } from "../model/component.ts";
import { PoissonSource } from "./poisson.ts";
import { SpikeReplay } from "./replay.ts";
import { LinearSpiker, PoissonSpiker, TopologicalLinearSpiker, TopologicalPoissonSpiker } from "./spikers.ts";

export { type Drive, PoissonDrive, type PoissonDriveConfig } from "./drive.ts";
export { PoissonSource, type PoissonSourceConfig } from "./poisson.ts";
export { SpikeReplay, type SpikeReplayConfig } from "./replay.ts";
export {
  LinearSpiker,
  type LinearSpikerConfig,
  PoissonSpiker,
  type PoissonSpikerConfig,
  TopologicalLinearSpiker,
  type TopologicalLinearSpikerConfig,
  TopologicalPoissonSpiker,
  type TopologicalPoissonSpikerConfig,
} from "./spikers.ts";

/** Every source of the library by name. */
export const sources = {
  PoissonSource,
  SpikeReplay,
  PoissonSpiker,
  LinearSpiker,
  TopologicalPoissonSpiker,
  TopologicalLinearSpiker,
} as const satisfies Readonly<Record<string, ComponentType>>;
