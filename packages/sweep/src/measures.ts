/* The measures of spikes of one population, also as the entry @spark-snn/sweep/measures. */

import { analysis } from "spark-snn";

/** Spikes as events, in any order of arrays. */
interface Events {
  readonly steps: ArrayLike<number>;
  readonly units: ArrayLike<number>;
}

/** What is known about recorded spikes. */
export interface RecordedSpikes {
  /** ms */
  readonly dt: number;
  /** Duration of the run, ms. */
  readonly duration: number;
  /** Number of units of the population. */
  readonly unitCount: number;
  /** The recorded units; all if absent. */
  readonly units?: readonly number[];
  /** The recorded window, ms; the whole run if absent. */
  readonly from?: number;
  readonly to?: number;
}

/** A time window of a run. */
export interface StepWindow {
  /** Number of steps before the window, and until its end. */
  readonly first: number;
  readonly last: number;
}

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

/** ms */
const SEGMENT = 500;
const RATE_BIN = 1;
const SYNCHRONY_BIN = 3;
/** Hz */
const HIGHEST = 200;

/** The whole number of steps that is nearest to a time, at least one. */
const stepsNear = (time: number, dt: number): number => Math.max(1, Math.round(time / dt));
const known = (value: number): number | null => (Number.isNaN(value) ? null : value);
const round = (value: number): number => Number(value.toFixed(9));

/** Recorded spikes with the window to analyse. */
export class Sample {
  readonly unitCount: number;
  readonly #events: { readonly steps: number[] | Uint32Array; readonly units: number[] | Uint32Array };
  readonly #recorded: RecordedSpikes;
  readonly #window: StepWindow;
  #summary: ReturnType<typeof analysis.populationSummary> | undefined;

  constructor(spikes: Events, recorded: RecordedSpikes, asked: StepWindow) {
    const { dt, duration, units, unitCount, from = 0, to = duration } = recorded;
    this.#recorded = recorded;
    this.unitCount = units?.length ?? unitCount;
    this.#events = renumbered(spikes, units);
    this.#window = {
      first: Math.max(asked.first, Math.round(from / dt)),
      last: Math.min(asked.last, Math.round(to / dt)),
    };
  }

  /** Whether no spikes were recorded in the requested window. */
  get isEmpty(): boolean {
    return this.#window.first >= this.#window.last;
  }

  #until(last: number) {
    const { dt, duration } = this.#recorded;
    return { dt, duration, unitCount: this.unitCount, from: this.#window.first * dt, to: last * dt };
  }

  /** Options for the window without a partial bin at its end; undefined if it has fewer than `least` bins. */
  #cut(binSteps: number, least: number) {
    const { first, last } = this.#window;
    const bins = Math.floor((last - first) / binSteps);
    if (bins < least) return undefined;
    return { ...this.#until(first + bins * binSteps), width: binSteps * this.#recorded.dt };
  }

  summary(): ReturnType<typeof analysis.populationSummary> {
    const width = stepsNear(SYNCHRONY_BIN, this.#recorded.dt) * this.#recorded.dt;
    this.#summary ??= analysis.populationSummary(this.#events, { ...this.#until(this.#window.last), width });
    return this.#summary;
  }

  /** Number of spikes in the window: the same as in `summary`, in a fraction of its time. */
  spikeCount(): number {
    const { steps } = this.#events;
    const { first, last } = this.#window;
    let count = 0;
    for (let k = 0; k < steps.length; k++) if (steps[k]! > first && steps[k]! <= last) count++;
    return count;
  }

  /** Mean rate of the units, Hz: the same as in `summary`. */
  rate(): number {
    const { first, last } = this.#window;
    return this.spikeCount() / this.unitCount / (((last - first) * this.#recorded.dt) / 1000);
  }

  /** Number of units that spiked in the window. */
  active(): number {
    const { steps, units } = this.#events;
    const { first, last } = this.#window;
    const found = new Set<number>();
    for (let k = 0; k < steps.length; k++) if (steps[k]! > first && steps[k]! <= last) found.add(units[k]!);
    return found.size;
  }

  /** The mean correlation of counts in bins of a number of steps, and the number of pairs. */
  correlation(binSteps: number): { readonly mean: number; readonly pairCount: number } {
    const pairs = this.#cut(binSteps, 2);
    return pairs ? analysis.meanCorrelation(this.#events, pairs) : { mean: Number.NaN, pairCount: 0 };
  }

  /** The spectrum of the rate; null if the population is silent or the window too short. */
  spectrum(): Rhythm | null {
    const bins = this.#cut(stepsNear(RATE_BIN, this.#recorded.dt), 4);
    if (!bins) return null;
    const { values } = analysis.populationRate(this.#events, bins);
    return values.some((rate) => rate > 0) ? rhythmOf(values, bins.width, this.unitCount) : null;
  }

  /** All measures. The correlation uses counts in bins of a number of steps. */
  all(binSteps: number): Measures {
    const { spikeCount, rate, cv, cvUnits, synchrony } = this.summary();
    const { mean, pairCount } = this.correlation(binSteps);
    const { first, last } = this.#window;
    const { dt } = this.#recorded;
    return {
      from: round(first * dt),
      to: round(last * dt),
      units: this.unitCount,
      spikes: spikeCount,
      rate,
      cv: known(cv),
      cvUnits,
      synchrony: known(synchrony),
      correlation: known(mean),
      pairs: pairCount,
      spectrum: this.spectrum(),
    };
  }
}

/** The spikes of the recorded units, with new unit numbers. */
const renumbered = ({ steps, units }: Events, chosen: readonly number[] | undefined) => {
  const own = { steps: steps as Uint32Array, units: units as Uint32Array };
  if (!chosen) return own;
  const places = new Map(chosen.map((unit, place) => [unit, place]));
  return { ...own, units: Array.from(units, (unit) => places.get(unit)!) };
};

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
