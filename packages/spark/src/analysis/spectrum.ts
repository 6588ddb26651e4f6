import { ConfigError } from "../errors/errors.ts";
import { positive, refuse, requireFinite } from "./checks.ts";

/** Options of the power spectrum. */
export interface SpectrumOptions {
  /** Time from one value to the next, ms. */
  readonly width: number;
  /** Highest frequency that is computed, Hz; all up to half the sampling rate when left out. */
  readonly highest?: number | undefined;
}

/** Power at ascending frequencies. */
export interface Spectrum {
  /** Hz: the multiples of 1/(n·width), without 0. */
  readonly frequencies: Float64Array;
  /** One-sided power density, square of the unit of the values per Hz. */
  readonly power: Float64Array;
}

/**
 * Power spectrum of values at equal distances (such as a population rate): the one-sided periodogram of the values less
 * their mean, without taper. The sum of power times the distance of frequencies is the variance of the values.
 * A direct Fourier sum: time grows with values × frequencies, so give `highest` for long series. The last bits depend on
 * the engine's `Math.cos`. Throws ConfigError for fewer than two values, values that are not finite and a bad width.
 */
export function powerSpectrum(values: ArrayLike<number>, options: SpectrumOptions): Spectrum {
  const { width, highest = Number.MAX_VALUE } = options;
  const count = values.length;
  refuse([
    positive("powerSpectrum.width", width, "ms", "Give the time between two values."),
    positive("powerSpectrum.highest", highest, "Hz", "Give the highest frequency, or leave it out for all."),
  ]);
  requireFinite("powerSpectrum.values", values, "");
  if (count < 2) {
    const message = `must hold at least 2 values; received ${count}. Give a longer series.`;
    throw new ConfigError({ path: "powerSpectrum.values", message });
  }
  const distance = 1000 / (count * width);
  const pieces = Math.min(Math.floor(count / 2), Math.floor(highest / distance + 1e-9));
  const cosines = Float64Array.from({ length: count }, (_, k) => Math.cos((2 * Math.PI * k) / count));
  const sines = Float64Array.from({ length: count }, (_, k) => Math.sin((2 * Math.PI * k) / count));
  const mean = Array.from(values).reduce((sum, value) => sum + value, 0) / count;
  const power = new Float64Array(pieces);
  for (let k = 1; k <= pieces; k++) {
    let real = 0;
    let imaginary = 0;
    for (let index = 0, phase = 0; index < count; index++, phase = (phase + k) % count) {
      real += (values[index]! - mean) * cosines[phase]!;
      imaginary -= (values[index]! - mean) * sines[phase]!;
    }
    // Both signs of a frequency are folded into one; half the sampling rate is its own mirror image.
    const sides = 2 * k === count ? 1 : 2;
    power[k - 1] = (sides * (real * real + imaginary * imaginary)) / (count * count * distance);
  }
  return { frequencies: Float64Array.from({ length: pieces }, (_, k) => (k + 1) * distance), power };
}
