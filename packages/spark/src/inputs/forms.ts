import type { SeriesInput } from "../config/series.ts";
import type { NestedArray, NumericArray, Shape } from "../config/shape.ts";
import type { CurrentArray } from "../model/ports.ts";
import type {
  NoiseOptions,
  OrnsteinUhlenbeckOptions,
  PulsesOptions,
  RampOptions,
  SineOptions,
  StepCurrentOptions,
} from "./generator.ts";
import type { InputStream } from "./kinds.ts";
import type { PerUnit } from "./values.ts";

/** One value per step and unit: nested arrays, one flat array per step, or one typed array in row-major order. */
export interface StepsInput {
  readonly steps: readonly NestedArray[] | NumericArray;
}

export type GeneratorInput =
  | { readonly step: StepCurrentOptions }
  | { readonly pulses: PulsesOptions }
  | { readonly ramp: RampOptions }
  | { readonly sine: SineOptions }
  | { readonly ornsteinUhlenbeck: OrnsteinUhlenbeckOptions }
  | { readonly whiteNoise: NoiseOptions };

/** The steps that a function fills. */
export interface InputChunk {
  /** Number of the first step, counted from 0 at the start of the run. */
  readonly firstStep: number;
  readonly steps: number;
  /** Start of the first step, ms. */
  readonly time: number;
  /** Number of units. */
  readonly units: number;
  /** Currents in pA to fill in, steps × units, initially 0. Valid until the function returns or its promise settles. */
  readonly values: Float32Array | Float64Array;
}
export type InputFunction = (chunk: InputChunk) => void | Promise<void>;

/** An input that can be part of a sum. */
export type CurrentPart =
  | PerUnit
  | CurrentArray
  | StepsInput
  | SeriesInput
  | GeneratorInput
  | InputFunction
  | InputStream;

/** Input of a current port. Documents can contain all forms except functions, typed arrays and iterables. */
export type CurrentInput = CurrentPart | { readonly sum: readonly CurrentPart[] };

/** Spikes as two lists of equal length: the step (counted from 1) and the unit (counted from 0) of each spike. */
export interface SpikeEvents {
  readonly steps: readonly number[] | NumericArray;
  readonly units: readonly number[] | NumericArray;
}

/** Spikes as two lists of equal length: the time and the unit of each spike. The step that contains the time gets it. */
export interface SpikeTimes {
  /** ms, greater than 0. A step contains the times after its start, up to and including its end. */
  readonly times: readonly number[] | NumericArray;
  readonly units: readonly number[] | NumericArray;
}

/** Input of a spike port. */
export type SpikeInput =
  | {
      readonly events: SpikeEvents | SpikeTimes;
      /** Units whose spikes count as −1. */
      readonly inhibitory?: readonly number[] | NumericArray;
    }
  /** Steps × units: 1 for a spike, −1 for an inhibitory spike, 0 for none. */
  | StepsInput
  /** Recorded spikes to replay. A shape or dt that differs from that of the run is an error. */
  | (SpikeEvents & { readonly shape?: Shape; readonly dt?: number });

/** A constant current within a window, otherwise zero. */
export const stepCurrent = (options: StepCurrentOptions): { readonly step: StepCurrentOptions } => ({ step: options });

/** A rectangular pulse in every period, starting at `from`. A pulse that would continue after `to` ends there. */
export const pulses = (options: PulsesOptions): { readonly pulses: PulsesOptions } => ({ pulses: options });

/** A current that changes linearly from `start` at `from` to `end` at `to`; zero outside. */
export const ramp = (options: RampOptions): { readonly ramp: RampOptions } => ({ ramp: options });

/** offset + amplitude·sin(2π·(frequency·time + phase)). */
export const sine = (options: SineOptions): { readonly sine: SineOptions } => ({ sine: options });

/**
 * Ornstein–Uhlenbeck noise with a mean, a standard deviation and the autocorrelation exp(−time/tau), at every dt. Starts
 * from its stationary distribution. The update is exact: Gillespie 1996, Phys. Rev. E 54, 2084.
 */
export const ornsteinUhlenbeck = (
  options: OrnsteinUhlenbeckOptions,
): { readonly ornsteinUhlenbeck: OrnsteinUhlenbeckOptions } => ({ ornsteinUhlenbeck: options });

/** White noise: a new normal number in every step. `std` refers to one step, so the effect on a membrane depends on dt. */
export const whiteNoise = (options: NoiseOptions): { readonly whiteNoise: NoiseOptions } => ({ whiteNoise: options });

/** The sum of several inputs, added in order. Nested sums are flattened. */
export const sum = (...parts: readonly CurrentInput[]): { readonly sum: readonly CurrentPart[] } => ({
  sum: parts.flatMap((part) => (isSum(part) ? part.sum : [part])),
});

const isSum = (input: CurrentInput): input is { readonly sum: readonly CurrentPart[] } =>
  typeof input === "object" && input !== null && Object.hasOwn(input, "sum");
