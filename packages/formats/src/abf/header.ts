/* What the headers of both versions of ABF say. */

/** A recorded channel. */
export interface AdcChannel {
  readonly name: string;
  readonly unit: string;
  /** Value of a raw integer: `raw * gain + offset`. */
  readonly gain: number;
  readonly offset: number;
}

/** Shape of an epoch of a command, as the file numbers it. */
export const shapes = {
  step: 1,
  ramp: 2,
  pulses: 3,
  triangles: 4,
  cosine: 5,
  biphasic: 7,
} as const;

/** An epoch of a command. Durations are in samples. */
export interface Epoch {
  readonly shape: number;
  readonly level: number;
  /** Added to the level in each further sweep. */
  readonly levelStep: number;
  readonly duration: number;
  /** Added to the duration in each further sweep. */
  readonly durationStep: number;
  readonly period: number;
  readonly width: number;
}

/** A command (DAC channel). */
export interface DacChannel {
  readonly name: string;
  readonly unit: string;
  readonly holding: number;
  /** Where the waveform is: undefined if it is constant. */
  readonly epochs: readonly Epoch[] | undefined;
  /** Whether the level of the last epoch stays until the next sweep. */
  readonly keepsLevel: boolean;
  /** Why the waveform cannot be computed, as the end of a sentence. */
  readonly unknown: string | undefined;
}

/** A part of the data: one sweep. */
export interface SweepRange {
  /** Number of samples of all channels before it. */
  readonly first: number;
  /** Number of samples of all channels. */
  readonly length: number;
}

export interface AbfHeader {
  readonly version: string;
  /** Mode of acquisition: 1 events, 2 fixed events, 3 gap-free, 4 oscilloscope, 5 episodes. */
  readonly mode: number;
  readonly isFloat: boolean;
  /** First byte of the data. */
  readonly dataAt: number;
  /** Number of samples of all channels. */
  readonly samples: number;
  /** Number of sweeps, if there is no list of them. */
  readonly episodes: number;
  /** Time between samples of a channel, ms. */
  readonly interval: number;
  /** Unit of the lengths of sweeps in mode 1, µs; 0 for samples. */
  readonly synchUnit: number;
  /** First byte and number of the entries of the list of sweeps. */
  readonly synchAt: number;
  readonly synchCount: number;
  readonly channels: readonly AdcChannel[];
  readonly commands: readonly DacChannel[];
  readonly notes: readonly string[];
}

/** A number in single precision as it was written, such as 33.3 instead of 33.29999923706055. */
export const written = (single: number): number => Number(single.toPrecision(7));

/** Largest number of channels of a digitizer. */
export const MOST_CHANNELS = 64;
