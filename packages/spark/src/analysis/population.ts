import { binCountsIn, stepBinsFrom } from "./bins.ts";
import { refuse, requireOptions, wholeCount } from "./checks.ts";
import {
  type DescribedWindow,
  describedWindow,
  type PopulationWindow,
  populationKeys,
  refuseRepeat,
  requireEventsIn,
  type SpikeEvents,
  stepWindow,
} from "./events.ts";
import { fanoFactor, type SynchronyOptions } from "./synchrony.ts";

export interface VariationOptions extends PopulationWindow {
  /** Number of spikes in the window that a unit needs to count, at least 3 (two intervals). Default 4. */
  readonly leastSpikes?: number | undefined;
}

/** Mean coefficient of variation over units. */
export interface MeanVariation {
  /** Mean CV of the units with enough spikes; NaN if there are none. */
  readonly mean: number;
  /** Number of those units. */
  readonly unitCount: number;
}

export interface SummaryOptions extends VariationOptions, SynchronyOptions {}

/** Common statistics of a population. */
export interface PopulationSummary {
  /** Number of spikes in the window. */
  readonly spikeCount: number;
  /** Mean rate per unit, Hz. */
  readonly rate: number;
  /** Mean CV of the intervals of the units with enough spikes; NaN if there are none. */
  readonly cv: number;
  /** Number of those units. */
  readonly cvUnits: number;
  /** Variance over mean of the population's counts in bins (3 ms wide by default); NaN without spikes. */
  readonly synchrony: number;
}

/**
 * Coefficient of variation of the intervals of each unit (`coefficientOfVariation` of its spikes in the window). NaN
 * for a unit with fewer than `leastSpikes`. Needs one pass over the events.
 * @throws ConfigError for invalid events or options, and for a unit that spikes twice in one step; ShapeError for lists
 * of different lengths
 */
export function unitVariations(events: SpikeEvents, options: VariationOptions = {}): Float64Array {
  requireOptions("unitVariations", options, populationKeys);
  const described = describedWindow("unitVariations", events, options);
  return variations("unitVariations", events, described.unitCount, checkVariation("unitVariations", events, described));
}

/**
 * Mean of `unitVariations` over the units with enough spikes, and the number of these units.
 * @throws the errors of `unitVariations`
 */
export function meanVariation(events: SpikeEvents, options: VariationOptions = {}): MeanVariation {
  requireOptions("meanVariation", options, populationKeys);
  const described = describedWindow("meanVariation", events, options);
  const checked = checkVariation("meanVariation", events, described);
  return meanOf(variations("meanVariation", events, described.unitCount, checked));
}

/**
 * Rate, mean CV and synchrony of a population in one call, over the spikes with from < time <= to. Papers on network
 * models usually report these values. Use `from` to exclude the time in which a network settles.
 *
 * The rate includes silent units. The CV is that of `meanVariation`, over units with at least 4 spikes by default. The
 * synchrony is that of `synchrony`, in bins of 3 ms by default.
 * @throws ConfigError or ShapeError like these functions
 */
export function populationSummary(events: SpikeEvents, options: SummaryOptions = {}): PopulationSummary {
  const where = "populationSummary";
  requireOptions(where, options, populationKeys);
  const described = describedWindow(where, events, options);
  const bins = stepBinsFrom(where, { ...described, width: described.width ?? 3 });
  const checked = checkVariation(where, events, described);
  const { window } = checked;
  const { steps } = events;
  let spikeCount = 0;
  for (let index = 0; index < steps.length; index++) {
    if (steps[index]! > window.first && steps[index]! <= window.last) spikeCount++;
  }
  const seconds = ((window.last - window.first) * described.dt) / 1000;
  const { mean, unitCount } = meanOf(variations(where, events, described.unitCount, checked));
  return {
    spikeCount,
    rate: spikeCount / described.unitCount / seconds,
    cv: mean,
    cvUnits: unitCount,
    synchrony: fanoFactor(binCountsIn(events, bins)),
  };
}

function checkVariation(where: string, events: SpikeEvents, options: DescribedWindow<VariationOptions>) {
  const { leastSpikes: least = 4 } = options;
  const window = stepWindow(where, options);
  refuse([wholeCount(`${where}.leastSpikes`, least, "Give the number of spikes that a unit needs, at least 3.")]);
  if (least < 3) {
    const message = `must be at least 3; received ${least}. A CV needs two intervals.`;
    refuse([{ path: `${where}.leastSpikes`, message }]);
  }
  requireEventsIn(where, events, options);
  return { window, least };
}

/** CV of each unit, from sums of whole numbers of steps, so that a clock has a CV of exactly 0. */
function variations(
  where: string,
  events: SpikeEvents,
  unitCount: number,
  { window: { first, last }, least }: ReturnType<typeof checkVariation>,
): Float64Array {
  const spikes = new Uint32Array(unitCount);
  const latest = new Float64Array(unitCount);
  const sums = new Float64Array(unitCount);
  const squares = new Float64Array(unitCount);
  const { steps, units } = events;
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index]!;
    if (step <= first || step > last) continue;
    const unit = units[index]!;
    if (step === latest[unit]) refuseRepeat(where, events, index);
    if (spikes[unit]! > 0) {
      const interval = step - latest[unit]!;
      sums[unit]! += interval;
      squares[unit]! += interval * interval;
    }
    latest[unit] = step;
    spikes[unit]!++;
  }
  return sums.map((sum, unit) => {
    if (spikes[unit]! < least) return Number.NaN;
    const intervals = spikes[unit]! - 1;
    return Math.sqrt(Math.max(0, intervals * squares[unit]! - sum * sum)) / sum;
  });
}

function meanOf(values: Float64Array): MeanVariation {
  let sum = 0;
  let unitCount = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    unitCount++;
  }
  return { mean: unitCount === 0 ? Number.NaN : sum / unitCount, unitCount };
}
