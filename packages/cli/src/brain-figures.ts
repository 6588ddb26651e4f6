import { type FigureOptions, networkFigure } from "@spark-snn/plot";
import { ConfigError } from "spark-snn";
import { type BrainSummary, summaryOfPopulation } from "./brain-summary.ts";
import { chooseKind, drawResults, drawSpectra, type Span, spectrumCurve } from "./figures.ts";
import type { Results } from "./results.ts";

/**
 * Draws a brain: the spikes of all populations whose spikes were recorded, else the potentials of the first one that
 * has any. Gives undefined where there is nothing to draw.
 */
export const drawBrain = (
  summary: BrainSummary,
  results: Readonly<Record<string, Results>>,
  options: FigureOptions,
  { from, to }: Span,
): string | undefined => {
  const { dt, populations } = summary;
  const rows = Object.entries(populations).flatMap(([name, { units }]) => {
    const spikes = results[name]?.spikes;
    if (!spikes) return [];
    return {
      label: name,
      unitCount: units.reduce((product, n) => product * n, 1),
      times: Float64Array.from(spikes.steps, (step) => step * dt),
      units: spikes.units,
    };
  });
  if (rows.length > 0) {
    const title = summary.name ?? summary.model;
    return networkFigure({ populations: rows, from, to }, { title, ...options });
  }
  for (const [name, own] of Object.entries(results)) {
    const kind = chooseKind(own);
    if (kind) return drawResults(kind, summaryOfPopulation(summary, name), own, options, { from, to });
  }
  return undefined;
};

/** Curves that a spectrum figure has colours for. */
const MOST_CURVES = 8;

/** Draws the spectra of all populations whose spikes were recorded. */
export const drawBrainSpectra = (
  summary: BrainSummary,
  results: Readonly<Record<string, Results>>,
  options: FigureOptions,
  span: Span,
): string => {
  const recorded = Object.entries(results).flatMap(([name, { spikes }]) => (spikes ? [{ name, spikes }] : []));
  if (recorded.length > MOST_CURVES) {
    const message = `has room for ${MOST_CURVES} populations; received ${recorded.length}. Name one with --population.`;
    throw new ConfigError({ path: "figure spectrum", message });
  }
  const curves = recorded.map(({ name, spikes }) =>
    spectrumCurve(summaryOfPopulation(summary, name), spikes, { ...span, population: name }),
  );
  return drawSpectra(curves, { title: summary.name ?? summary.model, ...options });
};
