import { type FigureOptions, networkFigure } from "@spark-snn/plot";
import { type BrainSummary, summaryOfPopulation } from "./brain-summary.ts";
import { chooseKind, drawResults, type Span } from "./figures.ts";
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
