import type { ComponentType } from "../model/component.ts";
import { PoissonSource } from "./poisson.ts";
import { SpikeReplay } from "./replay.ts";

export { type Drive, PoissonDrive, type PoissonDriveConfig } from "./drive.ts";
export { PoissonSource, type PoissonSourceConfig } from "./poisson.ts";
export { SpikeReplay, type SpikeReplayConfig } from "./replay.ts";

/** Every source of the library by name. */
export const sources = {
  PoissonSource,
  SpikeReplay,
} as const satisfies Readonly<Record<string, ComponentType>>;
