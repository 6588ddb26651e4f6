import { ConfigError } from "../errors/errors.ts";
import { positive, refuse, requireFinite } from "./checks.ts";
import { wholeStepsIssue } from "./events.ts";
import { fourierPower } from "./fourier.ts";

/** Options of the power spectrum. */
export interface SpectrumOptions {
  /** Time from one value to the next, ms. */
  readonly width: number;
  /** Highest frequency that is given, Hz; all up to half the sampling rate when left out. */
  readonly highest?: number | undefined;
  /**
   * Length of a segment, ms, a whole number of widths, at least 2: Welch's method. The whole series is one segment
   * without taper when left out.
   */
  readonly segment?: number | undefined;
}

/** Power at ascending frequencies. */
export interface Spectrum {
  /** Hz: the multiples of 1/(length of the series or segment), without 0. */
  readonly frequencies: Float64Array;
  /** One-sided power density, square of the unit of the values per Hz: (Hz)²/Hz for a population rate. */
  readonly power: Float64Array;
  /** Periodograms that were averaged. Their number sets the noise: each line is known to about 1/√segmentCount. */
  readonly segmentCount: number;
}

/**
 * Power spectrum of values at equal distances, such as a population rate in Hz. Power is one-sided: its sum times the
 * distance of frequencies is the variance of the values, exactly so for one segment and on average for several.
 * A Poisson population of n units at r Hz has 2r/n (Hz)²/Hz at every frequency.
 *
 * Without `segment`: the periodogram of the values less their mean, whose noise does not fall with the length of the
 * series. With `segment`: the mean periodogram of segments that overlap by half (by the smaller half, where a segment
 * has an odd number of values), each less its mean and under a Hann window; values at the end that fill no segment are
 * left out. Welch 1967, IEEE Trans. Audio Electroacoust. 15:70; the same numbers as `scipy.signal.welch`.
 *
 * By a fast Fourier transform of any length. The last bits depend on the engine's `Math.cos`. Throws ConfigError for
 * fewer than two values, values that are not finite, and a bad width or segment.
 */
export function powerSpectrum(values: ArrayLike<number>, options: SpectrumOptions): Spectrum {
  checkSpectrum(values, options);
  const { width, highest = Number.MAX_VALUE, segment } = options;
  const size = segment === undefined ? values.length : Math.round(segment / width);
  const taper = segment === undefined ? new Float64Array(size).fill(1) : hann(size);
  const stride = size - Math.floor(size / 2);
  const segmentCount = Math.floor((values.length - size) / stride) + 1;
  const distance = 1000 / (size * width);
  const pieces = Math.min(Math.floor(size / 2), Math.floor(highest / distance + 1e-9));
  const power = new Float64Array(pieces);
  const transform = fourierPower(size);
  const piece = new Float64Array(size);
  for (let index = 0; index < segmentCount; index++) {
    let mean = 0;
    for (let n = 0; n < size; n++) mean += values[index * stride + n]! / size;
    for (let n = 0; n < size; n++) piece[n] = (values[index * stride + n]! - mean) * taper[n]!;
    const squares = transform(piece);
    for (let k = 1; k <= pieces; k++) power[k - 1]! += squares[k]!;
  }
  // Σ taper² in place of the number of values: what a taper takes away from the variance is given back.
  const weight = taper.reduce((sum, value) => sum + value * value, 0);
  const scale = width / 1000 / weight / segmentCount;
  return {
    frequencies: Float64Array.from({ length: pieces }, (_, k) => (k + 1) * distance),
    // Both signs of a frequency are folded into one; half the sampling rate is its own mirror image.
    power: power.map((sum, k) => sum * scale * (2 * (k + 1) === size ? 1 : 2)),
    segmentCount,
  };
}

function checkSpectrum(values: ArrayLike<number>, { width, highest, segment }: SpectrumOptions): void {
  const where = "powerSpectrum";
  refuse([
    positive(`${where}.width`, width, "ms", "Give the time between two values."),
    highest === undefined
      ? undefined
      : positive(`${where}.highest`, highest, "Hz", "Give the highest frequency, or leave it out for all."),
    segment === undefined ? undefined : wholeStepsIssue(`${where}.segment`, segment, width),
  ]);
  requireFinite(`${where}.values`, values, "");
  if (values.length < 2) {
    const message = `must hold at least 2 values; received ${values.length}. Give a longer series.`;
    throw new ConfigError({ path: `${where}.values`, message });
  }
  const size = segment === undefined ? values.length : Math.round(segment / width);
  if (size < 2 || size > values.length) {
    const rule = `must be from ${2 * width} ms to the length of the series, ${values.length * width} ms`;
    const message = `${rule}; received ${segment} ms. Give a segment of a few periods of the lowest rhythm.`;
    throw new ConfigError({ path: `${where}.segment`, message });
  }
}

/** Hann window of one period: 0 at the first value, and not again at the last. */
function hann(size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size));
}
