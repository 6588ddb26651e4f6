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

/** One value a step and unit, the steps first: nested, flat within each step, or one typed array in row-major order. */
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
  /** Number of the first step, from 0 at the start of the run. */
  readonly firstStep: number;
  readonly steps: number;
  /** Start of the first step, ms. */
  readonly time: number;
  /** Number of units. */
  readonly units: number;
  /** Currents in pA to be filled, steps × units; zero at first. Valid until the function returns or its promise settles. */
  readonly values: Float32Array | Float64Array;
}
export type InputFunction = (chunk: InputChunk) => void | Promise<void>;

/** What may be added up in a sum. */
export type CurrentPart =
  | PerUnit
  | CurrentArray
  | StepsInput
  | SeriesInput
  | GeneratorInput
  | InputFunction
  | InputStream;

/** Everything that drives a port of currents. But for functions, typed arrays and iterables it may stand in a document. */
export type CurrentInput = CurrentPart | { readonly sum: readonly CurrentPart[] };

/** Spikes as two lists of equal length: the step, from 1, and the unit, from 0, of each spike. */
export interface SpikeEvents {
  readonly steps: readonly number[] | NumericArray;
  readonly units: readonly number[] | NumericArray;
}

/** Spikes as two lists of equal length, by their times: each goes into the step that it falls into. */
export interface SpikeTimes {
  /** ms, after 0; a step holds the times after its start up to its end, so that recorded times are those of steps. */
  readonly times: readonly number[] | NumericArray;
  readonly units: readonly number[] | NumericArray;
}

/** Everything that drives a port of spikes. */
export type SpikeInput =
  | {
      readonly events: SpikeEvents | SpikeTimes;
      /** Units whose spikes count −1. */
      readonly inhibitory?: readonly number[] | NumericArray;
    }
  /** Steps × units: 1 for a spike, −1 for an inhibitory one, 0 for none. */
  | StepsInput
  /** Recorded spikes, replayed. A shape or dt that differs from the run's is refused. */
  | (SpikeEvents & { readonly shape?: Shape; readonly dt?: number });

/** A constant current within a window, else zero. */
export const stepCurrent = (options: StepCurrentOptions): { readonly step: StepCurrentOptions } => ({ step: options });

/** A rectangular pulse every period from `from` on; a pulse that `to` cuts ends there. */
export const pulses = (options: PulsesOptions): { readonly pulses: PulsesOptions } => ({ pulses: options });

/** A current that changes in a line from `start` at `from` to `end` at `to`; zero outside. */
export const ramp = (options: RampOptions): { readonly ramp: RampOptions } => ({ ramp: options });

/** offset + amplitude·sin(2π·(frequency·time + phase)). */
export const sine = (options: SineOptions): { readonly sine: SineOptions } => ({ sine: options });

/**
 * Ornstein–Uhlenbeck noise: mean, standard deviation and a correlation that falls as exp(−time/tau), the same at every
 * dt. Started from its stationary distribution. Updated exactly: Gillespie 1996, Phys. Rev. E 54, 2084.
 */
export const ornsteinUhlenbeck = (
  options: OrnsteinUhlenbeckOptions,
): { readonly ornsteinUhlenbeck: OrnsteinUhlenbeckOptions } => ({ ornsteinUhlenbeck: options });

/** A normal number drawn anew in every step. `std` is that of a step: its effect on a membrane changes with dt. */
export const whiteNoise = (options: NoiseOptions): { readonly whiteNoise: NoiseOptions } => ({ whiteNoise: options });

/** Several inputs added up, in order. A sum among them is taken apart. */
export const sum = (...parts: readonly CurrentInput[]): { readonly sum: readonly CurrentPart[] } => ({
  sum: parts.flatMap((part) => (isSum(part) ? part.sum : [part])),
});

const isSum = (input: CurrentInput): input is { readonly sum: readonly CurrentPart[] } =>
  typeof input === "object" && Object.hasOwn(input, "sum");
