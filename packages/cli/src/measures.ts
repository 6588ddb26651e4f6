import { analysis, ConfigError } from "spark-snn";
import type { Spikes } from "./records.ts";
import type { Summary } from "./summary.ts";
import { SYNCHRONY_BIN } from "./tally.ts";
import { stepsNear } from "./times.ts";

/** Statistics of the spikes of a population; null if undefined. */
export interface Measures {
  /** Window of the analysis, ms: the requested one, as far as spikes were recorded. */
  readonly from: number;
  readonly to: number;
  readonly units: number;
  readonly spikes: number;
  /** Hz */
  readonly rate: number;
  readonly cv: number | null;
  readonly cvUnits: number;
  /** Variance over mean of the population's spike counts in bins of 3 ms, or the nearest whole number of steps. */
  readonly synchrony: number | null;
  /** Mean of Pearson's r of binned counts over all pairs of units with a defined r. */
  readonly correlation: number | null;
  readonly pairs: number;
  readonly spectrum: Rhythm | null;
}

/** Power of the population rate, (Hz)²/Hz, at ascending frequencies, Hz. */
export interface Rhythm {
  readonly frequencies: readonly number[];
  readonly power: readonly number[];
  readonly segments: number;
  /** Power of the same number of independent Poisson units of that rate, at every frequency. */
  readonly poisson: number;
  /** Frequency of the highest power, Hz, and its ratio to the power of Poisson units. */
  readonly peak: number;
  readonly excess: number;
}

/** A time window of a run. */
export interface Window {
  /** Number of steps before the window, and until its end. */
  readonly first: number;
  readonly last: number;
}

/** ms */
const SEGMENT = 500;
const RATE_BIN = 1;
/** Hz */
const HIGHEST = 200;

/** Requested records of the spikes of a population. */
interface Recorded {
  readonly units?: readonly number[];
  /** ms */
  readonly from?: number;
  readonly to?: number;
}

/**
 * The records of spikes that an experiment requested for a population; for a single population, the name is ignored.
 */
export const recordedOf = ({ experiment }: Pick<Summary, "experiment">, name: string): Recorded => {
  const { model, record = {} } = experiment as {
    readonly model?: object;
    readonly record?: Readonly<Record<string, unknown>>;
  };
  const own = (model && "populations" in model ? record[name] : record) as { readonly outSpikes?: unknown } | undefined;
  return typeof own?.outSpikes === "object" && own.outSpikes !== null ? (own.outSpikes as Recorded) : {};
};

/** The spikes of the recorded units, with new unit numbers. */
const chosenOf = ({ steps, units }: Spikes, chosen: readonly number[] | undefined): Spikes => {
  if (!chosen) return { steps, units };
  const places = new Map(chosen.map((unit, place) => [unit, place]));
  return { steps, units: Array.from(units, (unit) => places.get(unit)!) };
};

/** Recorded spikes with the window to analyse. */
class Sample {
  readonly events: Spikes;
  readonly unitCount: number;
  readonly #dt: number;
  readonly #duration: number;
  readonly #window: Window;

  constructor({ dt, duration, units: shape }: Summary, spikes: Spikes, asked: Window, recorded: Recorded) {
    this.#dt = dt;
    this.#duration = duration;
    this.events = chosenOf(spikes, recorded.units);
    this.unitCount = recorded.units?.length ?? shape.reduce((product, n) => product * n, 1);
    const first = Math.max(asked.first, Math.round((recorded.from ?? 0) / dt));
    const last = Math.min(asked.last, Math.round((recorded.to ?? duration) / dt));
    this.#window = { first, last };
    if (first < last) return;
    const message = `contains only spikes from ${recorded.from ?? 0} to ${recorded.to ?? duration} ms. Give a window inside this range.`;
    throw new ConfigError({ path: "--from and --to", message });
  }

  #until(last: number) {
    const { first } = this.#window;
    const dt = this.#dt;
    const duration = this.#duration;
    const unitCount = this.unitCount;
    return { dt, duration, unitCount, from: first * dt, to: last * dt };
  }

  /** ms */
  get window(): Pick<Measures, "from" | "to"> {
    const { first, last } = this.#window;
    return { from: Number((first * this.#dt).toFixed(9)), to: Number((last * this.#dt).toFixed(9)) };
  }

  /** Options of the analysis for the whole window. */
  get whole() {
    return this.#until(this.#window.last);
  }

  /** Options for the window without a partial bin at its end; undefined if it has fewer than `least` bins. */
  cut(binSteps: number, least: number) {
    const { first, last } = this.#window;
    const bins = Math.floor((last - first) / binSteps);
    return bins < least ? undefined : { ...this.#until(first + bins * binSteps), width: binSteps * this.#dt };
  }

  get spectrum(): Rhythm | null {
    const bins = this.cut(stepsNear(RATE_BIN, this.#dt), 4);
    if (!bins) return null;
    const { values } = analysis.populationRate(this.events, bins);
    return values.some((rate) => rate > 0) ? rhythmOf(values, bins.width, this.unitCount) : null;
  }
}

/** Analyses the spikes of a population. The correlation of pairs uses counts in bins of the given number of steps. */
export const measure = (
  summary: Summary,
  spikes: Spikes,
  asked: Window,
  binSteps: number,
  recorded: Recorded,
): Measures => {
  const sample = new Sample(summary, spikes, asked, recorded);
  const { events, unitCount, whole, spectrum } = sample;
  const width = stepsNear(SYNCHRONY_BIN, summary.dt) * summary.dt;
  const { spikeCount, rate, cv, cvUnits, synchrony } = analysis.populationSummary(events, { ...whole, width });
  const pairs = sample.cut(binSteps, 2);
  const { mean, pairCount } = pairs ? analysis.meanCorrelation(events, pairs) : { mean: Number.NaN, pairCount: 0 };
  return {
    ...sample.window,
    units: unitCount,
    spikes: spikeCount,
    rate,
    cv: known(cv),
    cvUnits,
    synchrony: known(synchrony),
    correlation: known(mean),
    pairs: pairCount,
    spectrum,
  };
};

/** The spectrum of the rate of a population; null if it is silent or the window is too short. */
export const spectrumOf = (summary: Summary, spikes: Spikes, asked: Window, recorded: Recorded): Rhythm | null =>
  new Sample(summary, spikes, asked, recorded).spectrum;

const known = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** Welch's spectrum of a population rate, with segments of 500 ms, or half the window if that is shorter. */
const rhythmOf = (rates: Float64Array, width: number, unitCount: number): Rhythm => {
  const size = Math.min(Math.round(SEGMENT / width), Math.floor(rates.length / 2));
  const { frequencies, power, segmentCount } = analysis.powerSpectrum(rates, {
    width,
    segment: size * width,
    highest: Math.max(HIGHEST, 1000 / (size * width)),
  });
  const place = power.reduce((best, value, k) => (value > power[best]! ? k : best), 0);
  const poisson = (2 * rates.reduce((sum, value) => sum + value, 0)) / rates.length / unitCount;
  return {
    frequencies: Array.from(frequencies, (value) => Number(value.toPrecision(9))),
    power: [...power],
    segments: segmentCount,
    poisson,
    peak: Number(frequencies[place]!.toPrecision(9)),
    excess: power[place]! / poisson,
  };
};
