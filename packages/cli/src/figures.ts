import {
  type FigureOptions,
  frequencyFigure,
  intervalFigure,
  rasterFigure,
  type SpectrumCurve,
  spectrumFigure,
  type TraceUnit,
  traceFigure,
} from "@spark-snn/plot";
import { analysis, ConfigError } from "spark-snn";
import type { FigureKind, Span, View } from "./figure-kinds.ts";
import { recordedOf, refuseGaps } from "./measures.ts";
import type { Results, Spikes, Trace } from "./records.ts";
import { spectrumOf } from "./spike-measures.ts";
import { SHOWN_UNITS, type Summary } from "./summary.ts";

/**
 * Draws the records of a run.
 * @throws ConfigError if the figure needs data that was not recorded.
 */
export const drawResults = (
  kind: FigureKind,
  summary: Summary,
  results: Results,
  options: FigureOptions,
  span: View = { from: 0, to: summary.duration },
): string => {
  const figureOptions: FigureOptions = { title: summary.name ?? summary.model, ...options };
  switch (kind) {
    case "trace":
      return drawTrace(summary, results, figureOptions, span);
    case "raster":
      return drawRaster(summary, spikesOf(results, kind), figureOptions, span);
    case "intervals":
      return drawIntervals(summary, spikesOf(results, kind), figureOptions);
    case "spectrum":
      return drawSpectra([spectrumCurve(summary, spikesOf(results, kind), span)], figureOptions);
    default:
      return drawFrequency(summary, spikesOf(results, kind), figureOptions);
  }
};

const needs = (kind: FigureKind, what: string, remedy: string): ConfigError =>
  new ConfigError({ path: `figure ${kind}`, message: `needs ${what}, which was not recorded. ${remedy}` });

const spikesOf = ({ spikes }: Results, kind: FigureKind): Spikes => {
  if (spikes) return spikes;
  throw needs(kind, "spikes", 'Run the experiment with "record": { "outSpikes": true }.');
};

const unitCount = ({ units }: Summary): number => units.reduce((product, n) => product * n, 1);

const drawTrace = (summary: Summary, results: Results, options: FigureOptions, span: Span): string => {
  const potential = results.traces.find(({ name }) => name === "potential");
  if (!potential || potential.units.length === 0) {
    throw needs("trace", "the potential of single units", 'Run it with "record": { "potential": { "units": [0] } }.');
  }
  const { threshold, thresholdShift, reset, refractory } = summary.shown;
  const rows = rowsWithin(potential.times, span);
  if (rows.length < 2) {
    throw new ConfigError({
      path: "figure trace",
      message: `needs two recorded steps from ${span.from} to ${span.to} ms; received ${rows.length}. Widen the window.`,
    });
  }
  const trains = results.spikes && analysis.trainsOf(results.spikes, { dt: summary.dt, unitCount: unitCount(summary) });
  const shift = results.traces.find(({ name }) => name === thresholdShift);
  const count = Math.min(potential.units.length, SHOWN_UNITS);
  const units = Array.from({ length: count }, (_, k): TraceUnit => {
    const spikes = trains?.[potential.units[k]!]?.filter((time) => time >= span.from && time <= span.to);
    const base = threshold?.[k];
    return {
      label: `unit ${potential.units[k]}`,
      potential: columnOf(potential, k, rows),
      ...(spikes && { spikes }),
      ...(base !== undefined && { threshold: moving(base, shift, potential, k, rows) }),
      ...(reset?.[k] !== undefined && { reset: reset[k] }),
      ...(spikes && refractory?.[k] !== undefined && { refractory: refractory[k] }),
    };
  });
  return traceFigure({ time: rows.map((row) => potential.times[row]!), units }, options);
};

export const rowsWithin = (times: Float64Array, { from, to }: Span): number[] =>
  Array.from(times.keys()).filter((row) => times[row]! >= from && times[row]! <= to);

export const columnOf = ({ values, columns }: Trace, column: number, rows: readonly number[]): number[] =>
  rows.map((row) => values[row * columns + column]!);

/** The threshold plus the shift of the soma, if the shift was recorded at the same steps for the same units. */
const moving = (
  base: number,
  shift: Trace | undefined,
  potential: Trace,
  column: number,
  rows: readonly number[],
): number | number[] => {
  const same =
    shift &&
    shift.steps.length === potential.steps.length &&
    shift.times.every((time, row) => time === potential.times[row]) &&
    shift.units[column] === potential.units[column];
  return same ? columnOf(shift, column, rows).map((excess) => base + excess) : base;
};

const drawRaster = (summary: Summary, spikes: Spikes, options: FigureOptions, { from, to }: Span): string =>
  rasterFigure(
    {
      times: Array.from(spikes.steps, (step) => step * summary.dt),
      units: spikes.units,
      unitCount: unitCount(summary),
      from,
      to,
      recorded: recordedOf(summary, summary.model),
    },
    options,
  );

const drawIntervals = (summary: Summary, spikes: Spikes, options: FigureOptions): string => {
  refuseGaps("figure intervals", recordedOf(summary, summary.model));
  const trains = analysis.trainsOf(spikes, { dt: summary.dt, unitCount: unitCount(summary) });
  return intervalFigure({ intervals: trains.flatMap((train) => [...analysis.intervals(train)]) }, options);
};

/** The spectrum of a population's rate in a window; undefined if there is none. */
export const spectrumCurve = (
  summary: Summary,
  spikes: Spikes,
  { from, to, population: name = summary.model }: View,
): SpectrumCurve | undefined => {
  const window = { first: Math.round(from / summary.dt), last: Math.round(to / summary.dt) };
  const spectrum = spectrumOf(summary, spikes, window, recordedOf(summary, name));
  if (!spectrum) return undefined;
  const { frequencies, power, poisson } = spectrum;
  return { label: name, frequencies, power: power.map((value) => value / poisson) };
};

/** Draws the spectra that exist. */
export const drawSpectra = (curves: readonly (SpectrumCurve | undefined)[], options: FigureOptions): string => {
  const drawn = curves.filter((curve) => curve !== undefined);
  if (drawn.length > 0) return spectrumFigure({ curves: drawn }, options);
  throw new ConfigError({ path: "figure spectrum", message: "needs spikes in its window. Widen the window." });
};

const drawFrequency = (summary: Summary, spikes: Spikes, options: FigureOptions): string => {
  refuseGaps("figure frequency", recordedOf(summary, summary.model));
  const { inputs } = summary.experiment as { readonly inputs?: { readonly current?: unknown } };
  const currents = inputs?.current as readonly number[] | undefined;
  const count = unitCount(summary);
  if (!Array.isArray(currents) || currents.length !== count || !currents.every((value) => typeof value === "number")) {
    throw new ConfigError({
      path: "figure frequency",
      message: 'needs one current per unit, such as "inputs": { "current": [100, 200, 300] }. Run such an experiment.',
    });
  }
  const { dt, duration } = summary;
  const { units = currents.keys(), from = 0, to = duration } = recordedOf(summary, summary.model);
  const window = { from: Math.max(0, from), to: Math.min(to, duration) };
  const rates = analysis.unitRates(spikes, { dt, unitCount: count, duration, ...window });
  const order = [...units].sort((a, b) => currents[a]! - currents[b]!);
  const curve = {
    label: summary.model,
    current: order.map((unit) => currents[unit]!),
    rate: order.map((unit) => rates[unit]!),
  };
  return frequencyFigure({ curves: [curve] }, options);
};
