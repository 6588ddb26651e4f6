import { ConfigError } from "../errors/errors.ts";
import { keysOf, positive, refuse, requireFinite, requireOptions } from "./checks.ts";
import { wholeStepsIssue } from "./events.ts";
import { fourierPower } from "./fourier.ts";

export interface SpectrumOptions {
  /** Time between values, ms. */
  readonly width: number;
  /** Highest frequency in the result, Hz. Default: half the sampling rate. */
  readonly highest?: number | undefined;
  /**
   * Length of a segment for Welch's method, ms; a whole number of widths, at least 2. Default: the whole series as one
   * segment without a taper.
   */
  readonly segment?: number | undefined;
}

const spectrumKeys = keysOf<SpectrumOptions>({ width: true, highest: true, segment: true });

/** Power at ascending frequencies. */
export interface Spectrum {
  /** Hz: the multiples of 1/(length of the series or segment), without 0. */
  readonly frequencies: Float64Array;
  /** One-sided power density, squared unit of the values per Hz: (Hz)²/Hz for a population rate. */
  readonly power: Float64Array;
  /** Number of averaged periodograms. The relative standard error of each line is about 1/√segmentCount. */
  readonly segmentCount: number;
}

/**
 * Power spectrum of evenly spaced values, such as a population rate in Hz. The power is one-sided: its sum times the
 * spacing of the frequencies is the variance of the values, exactly for one segment and on average for several. A
 * Poisson population of n units at r Hz has 2r/n (Hz)²/Hz at every frequency.
 *
 * Without `segment`, the result is the periodogram of the values minus their mean; its noise does not decrease with the
 * length of the series. With `segment`, the result is the mean periodogram of segments that overlap by half (rounded
 * down), each minus its mean and with a Hann window. Values at the end that do not fill a segment are ignored. Welch
 * 1967, IEEE Trans. Audio Electroacoust. 15:70; the same numbers as `scipy.signal.welch`.
 *
 * Uses a fast Fourier transform of any length. The last bits depend on the engine's `Math.cos`.
 * @throws ConfigError for fewer than two values, values that are not finite, and an invalid width or segment
 */
export function powerSpectrum(values: ArrayLike<number>, options: SpectrumOptions): Spectrum {
  requireOptions("powerSpectrum", options, spectrumKeys);
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
  // Σ taper² instead of the number of values compensates the variance that the taper removes.
  const weight = taper.reduce((sum, value) => sum + value * value, 0);
  const scale = width / 1000 / weight / segmentCount;
  return {
    frequencies: Float64Array.from({ length: pieces }, (_, k) => (k + 1) * distance),
    // Both signs of a frequency are combined; half the sampling rate occurs once.
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
      : positive(`${where}.highest`, highest, "Hz", "Give the highest frequency, or omit it for all."),
    segment === undefined ? undefined : wholeStepsIssue(`${where}.segment`, segment, width),
  ]);
  requireFinite(`${where}.values`, values, "");
  if (values.length < 2) {
    const message = `must contain at least 2 values; received ${values.length}. Give a longer series.`;
    throw new ConfigError({ path: `${where}.values`, message });
  }
  const size = segment === undefined ? values.length : Math.round(segment / width);
  if (size < 2 || size > values.length) {
    const rule = `must be from ${2 * width} ms to the length of the series, ${values.length * width} ms`;
    const message = `${rule}; received ${segment} ms. Give a segment of a few periods of the lowest rhythm.`;
    throw new ConfigError({ path: `${where}.segment`, message });
  }
}

/** Hann window of one period: 0 at the first value, but not at the last. */
function hann(size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size));
}
