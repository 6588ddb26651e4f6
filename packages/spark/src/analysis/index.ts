export { type BinnedWindow, binCounts, unitBinCounts } from "./bins.ts";
export { type CoincidenceOptions, coincidenceFactor, meanCoincidence, reliability } from "./coincidence.ts";
export {
  correlationMatrix,
  type MeanCorrelation,
  meanCorrelation,
  type PairCorrelations,
  type PairOptions,
  pairCorrelations,
} from "./correlation.ts";
export type { PopulationGrid, PopulationWindow, SpikeEvents } from "./events.ts";
export type { Histogram, HistogramOptions } from "./histogram.ts";
export { intervalHistogram, intervals } from "./intervals.ts";
export { isiDistance, isiProfile, type StepProfile } from "./isi-distance.ts";
export {
  type MeanVariation,
  meanVariation,
  type PopulationSummary,
  populationSummary,
  type SummaryOptions,
  unitVariations,
  type VariationOptions,
} from "./population.ts";
export { type BinnedValues, firingRate, populationRate, rateHistogram, unitRates } from "./rates.ts";
export { powerSpectrum, type Spectrum, type SpectrumOptions } from "./spectrum.ts";
export { type LinearProfile, spikeDistance, spikeProfile } from "./spike-distance.ts";
export { fanoFactor, type SynchronyOptions, synchrony } from "./synchrony.ts";
export { trainsOf } from "./trains.ts";
export { type VanRossumOptions, vanRossumDistance } from "./van-rossum.ts";
export {
  coefficientOfVariation,
  coefficientOfVariation2,
  localVariation,
  type RevisedLocalVariationOptions,
  revisedLocalVariation,
} from "./variation.ts";
export { type VictorPurpuraOptions, victorPurpuraDistance } from "./victor-purpura.ts";
export type { TimeWindow } from "./window.ts";
