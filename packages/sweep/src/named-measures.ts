import { requireText } from "./checks.ts";
import type { Sample } from "./measures.ts";

/* The measures that a sweep computes by name, for each population. */

interface NamedMeasure {
  readonly about: string;
  /** Physical unit, for headings of tables. */
  readonly unit?: string;
  of(sample: Sample, binSteps: number): number;
}

export const namedMeasures = {
  rate: { about: "mean rate of the units", unit: "Hz", of: (sample) => sample.rate() },
  spikes: { about: "number of spikes", of: (sample) => sample.spikeCount() },
  active: { about: "fraction of the units that spiked", of: (sample) => sample.active() / sample.unitCount },
  cv: { about: "mean coefficient of variation of the intervals of a unit", of: (sample) => sample.summary().cv },
  synchrony: {
    about: "variance over mean of the population's spike counts in bins of 3 ms",
    of: (sample) => sample.summary().synchrony,
  },
  correlation: {
    about: "mean correlation of the spike counts of all pairs of units",
    of: (sample, binSteps) => sample.correlation(binSteps).mean,
  },
  peak: {
    about: "frequency of the most power in the population rate",
    unit: "Hz",
    of: (sample) => sample.spectrum()?.peak ?? Number.NaN,
  },
  excess: {
    about: "power at that frequency, relative to independent Poisson units",
    of: (sample) => sample.spectrum()?.excess ?? Number.NaN,
  },
} as const satisfies Readonly<Record<string, NamedMeasure>>;

export type MeasureName = keyof typeof namedMeasures;

export const measureNames = Object.keys(namedMeasures) as readonly MeasureName[];

/**
 * The heading of a column in a table, with the unit of the measure.
 * @throws ConfigError unless the column is a non-empty text
 */
export const headingOf = (column: string): string => {
  requireText("headingOf", column, "the name of a column");
  const name = column.split(".").at(-1)!;
  const unit = Object.hasOwn(namedMeasures, name)
    ? (namedMeasures[name as MeasureName] as NamedMeasure).unit
    : undefined;
  return unit === undefined ? column : `${column}_${unit}`;
};

/** A population whose spikes were recorded. */
export interface MeasuredPopulation {
  /** Name in columns; empty for a single population. */
  readonly name: string;
  readonly sample: Sample;
}

/** The names of the columns of a measure. */
const columnOf = (population: string, measure: MeasureName): string =>
  population === "" ? measure : `${population}.${measure}`;

/** The values of the named measures, by column. */
export const measureAll = (
  names: readonly MeasureName[],
  populations: readonly MeasuredPopulation[],
  binSteps: number,
): Record<string, number> =>
  Object.fromEntries(
    populations.flatMap(({ name, sample }) =>
      names.map((measure) => [
        columnOf(name, measure),
        sample.isEmpty ? Number.NaN : namedMeasures[measure].of(sample, binSteps),
      ]),
    ),
  );
