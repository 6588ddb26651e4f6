import type { SeriesInput } from "../config/series.ts";
import type { NestedArray, NumericArray, Shape } from "../config/shape.ts";
import type { CurrentArray } from "../model/ports.ts";

/** A number for all units, or one a unit: nested in the shape of the units, or a flat typed array. */
export type PerUnit = number | NestedArray | NumericArray;

/** One value a step and unit, the steps first: nested, flat within each step, or one typed array in row-major order. */
export interface StepsInput {
  readonly steps: readonly NestedArray[] | NumericArray;
}

/** Part of a run, ms: it holds the steps that start at or after `from` (default 0) and before `to` (default: the end). */
export interface CurrentWindow {
  readonly from?: number;
  readonly to?: number;
}
export interface StepCurrentOptions extends CurrentWindow {
  /** pA. */
  readonly amplitude: PerUnit;
}
export interface PulsesOptions extends CurrentWindow {
  /** Current within a pulse, pA. */
  readonly amplitude: PerUnit;
  /** From the start of a pulse to that of the next, ms. */
  readonly period: number;
  /** Length of a pulse, ms: at least a step and at most the period. */
  readonly width: number;
}
export interface RampOptions extends CurrentWindow {
  /** Current at `from`, pA. */
  readonly start: PerUnit;
  /** Current that is reached at `to`, pA. */
  readonly end: PerUnit;
}
export interface SineOptions {
  /** Half the distance from peak to trough, pA. */
  readonly amplitude: PerUnit;
  /** Hz; below half of the steps a second. */
  readonly frequency: PerUnit;
  /** Angle at time 0, in turns: 0.25 starts at the peak. Default 0. */
  readonly phase?: PerUnit;
  /** Current about which it swings, pA. Default 0. */
  readonly offset?: PerUnit;
}
export interface NoiseOptions {
  /** pA. */
  readonly mean: PerUnit;
  /** Standard deviation, pA. */
  readonly std: PerUnit;
  /** A whole number from 0 to 4294967295; the run's seed when left out. */
  readonly seed?: number;
  /** True for the same draws in all units. */
  readonly shared?: boolean;
}
export interface OrnsteinUhlenbeckOptions extends NoiseOptions {
  /** Time constant of the correlation, ms. */
  readonly tau: PerUnit;
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

/**
 * What an iterable yields, pA: a number for one step of all units, an array for one step, or a typed array of whole
 * steps. It is used up before the next one is asked for, so that one array may be filled again and again.
 */
export type InputPiece = number | NestedArray | NumericArray;
export type InputStream = AsyncIterable<InputPiece> | Iterable<InputPiece>;

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
