import { type FigureOptions, networkFigure, type ReadoutCurves, readoutFigure } from "@spark-snn/plot";
import { ConfigError } from "spark-snn";
import { type BrainSummary, READOUTS, summaryOfPopulation } from "./brain-summary.ts";
import { chooseKind, type Span } from "./figure-kinds.ts";
import { columnOf, drawResults, drawSpectra, rowsWithin, spectrumCurve } from "./figures.ts";
import { recordedOf } from "./measures.ts";
import type { Results, Trace } from "./records.ts";

/** Largest number of panels and curves in a figure of read-outs. */
const SHOWN_READOUTS = 6;
const SHOWN_CURVES = 7;

/**
 * Draws a network: the spikes of all populations with recorded spikes, otherwise the potentials of the first population
 * with any, otherwise the read-outs. Undefined if there is nothing to draw.
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
      recorded: recordedOf(summary, name),
    };
  });
  if (rows.length > 0) {
    const title = summary.name ?? summary.model;
    return networkFigure({ populations: rows, from, to }, { title, ...options });
  }
  const { [READOUTS]: read, ...others } = results;
  for (const [name, own] of Object.entries(others)) {
    const kind = chooseKind(own);
    if (kind) return drawResults(kind, summaryOfPopulation(summary, name), own, options, { from, to });
  }
  return read && drawReadouts(summary, read, options, { from, to });
};

/** Draws the first recorded read-outs, and the first units of each. Undefined if there is nothing to draw. */
export const drawReadouts = (
  summary: BrainSummary,
  { traces }: Results,
  options: FigureOptions,
  span: Span,
): string | undefined => {
  const readouts = traces.flatMap((trace) => curvesOf(trace, span)).slice(0, SHOWN_READOUTS);
  if (readouts.length === 0) return undefined;
  return readoutFigure({ readouts }, { title: summary.name ?? summary.model, ...options });
};

const curvesOf = (trace: Trace, span: Span): ReadoutCurves[] => {
  const rows = rowsWithin(trace.times, span);
  if (rows.length < 2) return [];
  const curves = Array.from({ length: Math.min(trace.columns, SHOWN_CURVES) }, (_, k) => ({
    label: trace.units.length === 0 ? "mean" : `unit ${trace.units[k]}`,
    values: columnOf(trace, k, rows),
  }));
  const unit = trace.unit === "1" ? "" : trace.unit;
  return [{ label: trace.name, unit, time: rows.map((row) => trace.times[row]!), curves }];
};

/** Largest number of curves in a spectrum figure, limited by the number of colours. */
const MOST_CURVES = 8;

/** Draws the spectra of all populations with recorded spikes. */
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
