import { isRecord } from "spark-snn/documents";
import { Sample } from "./measures.ts";
import { type MeasureName, measureAll } from "./named-measures.ts";
import type { Spikes } from "./spike-collector.ts";

type SpikeOptions = { readonly units?: readonly number[]; readonly from?: number; readonly to?: number };

/** The spikes of a population, with the options of their record. */
interface RecordedPopulation {
  /** Empty for a single population. */
  readonly name: string;
  readonly spikes: Spikes;
  readonly unitCount: number;
  readonly options: unknown;
}

/** What is measured. */
export interface Measured {
  readonly names: readonly MeasureName[];
  /** Window of the measures and width of bins, ms. */
  readonly from: number;
  readonly to?: number;
  readonly bin: number;
}

/** The named measures of a run, by column. */
export const measureSpikes = (
  { names, from, to, bin }: Measured,
  populations: readonly RecordedPopulation[],
  { dt, duration }: { readonly dt: number; readonly duration: number },
): Record<string, number> => {
  const stepOf = (time: number): number => Math.round(time / dt);
  const window = { first: stepOf(from), last: stepOf(to ?? duration) };
  const samples = populations.map(({ name, spikes, unitCount, options }) => {
    const own = isRecord(options) ? (options as SpikeOptions) : {};
    return { name, sample: new Sample(spikes, { dt, duration, unitCount, ...own }, window) };
  });
  return measureAll(names, samples, Math.max(1, stepOf(bin)));
};
