import { type Measures, type Rhythm, Sample, type StepWindow } from "@spark-snn/sweep/measures";
import { ConfigError } from "spark-snn";
import { type Recorded, refuseGaps } from "./measures.ts";
import type { Spikes } from "./records.ts";
import type { Summary } from "./summary.ts";

/** @throws ConfigError if no spikes were recorded in the window, or the record has gaps */
const sampleOf = (
  { dt, duration, units: shape }: Summary,
  spikes: Spikes,
  asked: StepWindow,
  recorded: Recorded,
): Sample => {
  refuseGaps("analysis", recorded);
  const { units, from, to } = recorded;
  const unitCount = shape.reduce((product, n) => product * n, 1);
  const window = { ...(units && { units }), ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  const sample = new Sample(spikes, { dt, duration, unitCount, ...window }, asked);
  if (!sample.isEmpty) return sample;
  const message = `contains only spikes from ${from ?? 0} to ${to ?? duration} ms. Give a window inside this range.`;
  throw new ConfigError({ path: "--from and --to", message });
};

/** Analyses the spikes of a population. The correlation of pairs uses counts in bins of the given number of steps. */
export const measure = (
  summary: Summary,
  spikes: Spikes,
  asked: StepWindow,
  binSteps: number,
  recorded: Recorded,
): Measures => sampleOf(summary, spikes, asked, recorded).all(binSteps);

/** The spectrum of the rate of a population; null if it is silent or the window is too short. */
export const spectrumOf = (summary: Summary, spikes: Spikes, asked: StepWindow, recorded: Recorded): Rhythm | null =>
  sampleOf(summary, spikes, asked, recorded).spectrum();
