import { type NestStatistics, nestFull, nestTenth, type Spread } from "./nest.ts";

/** Statistics of one population of a run. */
export interface PopulationRow {
  readonly name: string;
  readonly units: number;
  /** Hz */
  readonly rate: number;
  /** Mean CV of the intervals of the units with at least four spikes; NaN if there are none. */
  readonly cv: number;
}

/** Layers as the authors of the microcircuit write them. */
export const labelOf = (name: string): string => name.replace("L23", "L2/3");

const spread = ({ mean, deviation }: Spread): string => `${mean.toFixed(2)} ± ${deviation.toFixed(2)}`;
const cvText = (cv: number): string => (Number.isNaN(cv) ? "–" : cv.toFixed(2));

/** The rows of the table of rates and irregularity beside NEST's values; the first one is the heading. */
export const tableOf = (rows: readonly PopulationRow[], scale: number): string[][] => {
  const same: NestStatistics | undefined = scale === 0.1 ? nestTenth : undefined;
  const columns: [string, (row: PopulationRow, k: number) => string][] = [
    ["population", ({ name }) => labelOf(name)],
    ["units", ({ units }) => `${units}`],
    ["rate (Hz)", ({ rate }) => rate.toFixed(2)],
  ];
  if (same) columns.push(["NEST", (_, k) => spread(same.rate[k]!)]);
  columns.push(["NEST, full size", (_, k) => nestFull.rate[k]!.mean.toFixed(2)]);
  columns.push(["CV", ({ cv }) => cvText(cv)]);
  if (same) columns.push(["NEST", (_, k) => spread(same.cv[k]!)]);
  columns.push(["NEST, full size", (_, k) => nestFull.cv[k]!.mean.toFixed(2)]);
  return [columns.map(([heading]) => heading), ...rows.map((row, k) => columns.map(([, cell]) => cell(row, k)))];
};

const window = ({ discarded, bioSeconds }: NestStatistics): string => `${discarded} to ${bioSeconds} s`;

/** How the values of the table were measured, and why they may differ. */
export const notesOn = (scale: number): string => {
  const full = `NEST, full size: NEST 3.10 with the full network, the mean of ${nestFull.runs} seeds from ${window(nestFull)}.`;
  const cv =
    "The CV is that of the intervals of units with at least four spikes. Short runs lack the long intervals, which lowers it.";
  if (scale === 1) return `The statistics of this run are from ${window(nestTenth)}.\n${full}\n${cv}`;
  const same =
    scale === 0.1
      ? `NEST: NEST 3.10 with the same tenth of the network from ${window(nestTenth)}, like this run: mean ± standard deviation of ${nestTenth.runs} seeds.\n`
      : `NEST's values at this scale were not measured. The statistics of this run are from ${window(nestTenth)}.\n`;
  return `${same}${full}
Each unit has fewer inputs than in the full network. Stronger weights and a constant current compensate for this on
average (van Albada, Helias and Diesmann 2015). Correlations, and with them rates and CV, still differ from full size,
the more the smaller the network.
${cv}`;
};
