import { byDefault, readOptions, whole } from "../config/options.ts";
import { Place, Site } from "../config/place.ts";
import { describe, isRecord } from "../config/shape.ts";
import { ConfigError } from "../errors/errors.ts";
import type { Synapses } from "./synapses.ts";

/** Mean, spread and range of numbers. */
export interface Summary {
  readonly mean: number;
  /** Standard deviation, with the count as divisor. */
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

/** Number of values between each edge and the next. Values equal to the last edge belong to the last bin. */
export interface ValueHistogram {
  readonly edges: Float64Array;
  readonly counts: Float64Array;
}

export interface ConnectivityStatistics {
  readonly synapses: number;
  /** Number of synapses per pair of a source and a target unit. */
  readonly density: number;
  /** Number of synapses that each target unit receives. */
  readonly inDegrees: Uint32Array;
  readonly inDegree: Summary;
  /** Number of synapses that each source unit makes. */
  readonly outDegrees: Uint32Array;
  readonly outDegree: Summary;
  /** Summary of all weights. */
  readonly weight: Summary;
  readonly weights: ValueHistogram;
  /** The occurring delays in steps, and the number of synapses with each. */
  readonly delays: { readonly steps: Int32Array; readonly counts: Float64Array };
  /** Summary of all delays, in steps. */
  readonly delay: Summary;
}

/** Summarises numbers one by one (Welford 1962). */
class Collector {
  #count = 0;
  #mean = 0;
  #squares = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  add(value: number, count = 1): void {
    if (count === 0) return;
    this.#count += count;
    const off = value - this.#mean;
    this.#mean += (off * count) / this.#count;
    this.#squares += off * (value - this.#mean) * count;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
  }

  /** The summary; all values are NaN if there are no numbers. */
  get summary(): Summary {
    if (this.#count === 0) return { mean: Number.NaN, std: Number.NaN, min: Number.NaN, max: Number.NaN };
    return { mean: this.#mean, std: Math.sqrt(this.#squares / this.#count), min: this.#min, max: this.#max };
  }
}

const summaryOf = (counts: Uint32Array): Summary => {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const squares = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0);
  return {
    mean,
    std: Math.sqrt(squares / counts.length),
    min: counts.reduce((least, count) => Math.min(least, count), Number.POSITIVE_INFINITY),
    max: counts.reduce((most, count) => Math.max(most, count), 0),
  };
};

/**
 * Statistics of the degrees, weights and delays of a projection. Draws its synapses twice and stores none.
 * @throws ConfigError unless it gets synapses, and for an invalid number of bins
 */
export const connectivityStatistics = (
  synapses: Synapses,
  options: { readonly bins?: number } = {},
): ConnectivityStatistics => {
  const bins = readBins(synapses, options);
  const inDegrees = new Uint32Array(synapses.targets);
  const outDegrees = new Uint32Array(synapses.sources);
  const delayCounts = new Float64Array((synapses.delays.at(-1) ?? 0) + 1);
  const weight = new Collector();
  const { synapses: count } = synapses.each(
    ({ length, sources, targets, delays, weights }) => {
      for (let k = 0; k < length; k++) {
        outDegrees[sources[k]!]!++;
        inDegrees[targets[k]!]!++;
        delayCounts[delays[k]!]!++;
        weight.add(weights[k]!);
      }
    },
    { weights: true },
  );
  const delay = new Collector();
  delayCounts.forEach((times, steps) => {
    delay.add(steps, times);
  });
  const steps = Int32Array.from([...delayCounts.keys()].filter((each) => delayCounts[each]! > 0));
  return {
    synapses: count,
    density: count / (synapses.sources * synapses.targets),
    inDegrees,
    inDegree: summaryOf(inDegrees),
    outDegrees,
    outDegree: summaryOf(outDegrees),
    weight: weight.summary,
    weights: weightHistogram(synapses, weight.summary, bins),
    delays: { steps, counts: Float64Array.from(steps, (each) => delayCounts[each]!) },
    delay: delay.summary,
  };
};

/** Fraction of the width of a bin up to which a weight belongs to a border. */
const ROUNDING = 1e-9;

const readBins = (synapses: unknown, options: unknown): number => {
  const site = new Site(new Place(["connectivityStatistics"]), [], undefined);
  if (!isRecord(synapses) || typeof synapses["each"] !== "function") {
    site.refuse(
      `takes synapses; received ${describe(synapses)}. Give the result of drawSynapses or simulation.projection().`,
    );
    throw new ConfigError(site.issues);
  }
  const declared = { bins: byDefault(100, whole("Number of bins of the weights.", 1, 2 ** 24)) };
  const read = readOptions(declared, options as Readonly<Record<string, unknown>>, site);
  if (!read) throw new ConfigError(site.issues);
  return read.bins;
};

const weightHistogram = (synapses: Synapses, { min, max }: Summary, bins: number): ValueHistogram => {
  if (!(min <= max)) return { edges: new Float64Array(0), counts: new Float64Array(0) };
  const width = (max - min) / bins;
  if (width === 0) {
    const { synapses: count } = synapses.each(() => {}, { weights: false });
    return { edges: Float64Array.of(min, min), counts: Float64Array.of(count) };
  }
  const counts = new Float64Array(bins);
  synapses.each(
    ({ length, weights }) => {
      for (let k = 0; k < length; k++) {
        // The quotient of a weight on a border may be slightly too small.
        counts[Math.min(bins - 1, Math.floor((weights[k]! - min) / width + ROUNDING))]!++;
      }
    },
    { weights: true },
  );
  const edges = Float64Array.from({ length: bins + 1 }, (_, k) => (k === bins ? max : min + k * width));
  return { edges, counts };
};
