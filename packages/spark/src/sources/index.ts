import type { ComponentType } from "../model/component.ts";
import { PoissonSource } from "./poisson.ts";
import { SpikeReplay } from "./replay.ts";
import { SignalAccumulator, SignalAverage, SignalSource } from "./signals.ts";
import { LinearSpiker, PoissonSpiker, TopologicalLinearSpiker, TopologicalPoissonSpiker } from "./spikers.ts";

export { type Drive, PoissonDrive, type PoissonDriveConfig } from "./drive.ts";
export { PoissonSource, type PoissonSourceConfig } from "./poisson.ts";
export { SpikeReplay, type SpikeReplayConfig } from "./replay.ts";
export {
  SignalAccumulator,
  type SignalAccumulatorConfig,
  SignalAverage,
  type SignalAverageConfig,
  SignalSource,
  type SignalSourceConfig,
} from "./signals.ts";
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
  SignalSource,
  SignalAverage,
  SignalAccumulator,
} as const satisfies Readonly<Record<string, ComponentType>>;
