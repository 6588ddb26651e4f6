import {
  frequencyFigure,
  intervalFigure,
  lineFigure,
  matrixFigure,
  multiplesFigure,
  networkFigure,
  rasterFigure,
} from "@spark-snn/plot";
import { type Panel, titleOf } from "./panels.ts";
import type { LinePlot } from "./panels-lines.ts";
import { rateLines, readoutLines, shownPopulations, traceLines } from "./panels-lines.ts";
import { resultOf } from "./panels-results.ts";
import type { Plots } from "./plots.ts";
import type { CurrentCurve, RateSpectrum, WeightPicture } from "./protocol.ts";
import type { Recorded } from "./recorded.ts";
import { firstAbove } from "./spikes.ts";
import type { Studio } from "./studio.ts";

/* Panels as SVG figures, drawn by the figures of the library. This module and they load when a figure is first saved. */

interface Options {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly theme: "light" | "dark";
}

/** Curves that one figure of lines draws. */
const mostCurves = 8;
/** Points of a line, more than a figure has pixels. */
const mostPoints = 2000;
/** Spikes of a figure: an SVG with more opens slowly. */
const mostSpikes = 40_000;
/** Labels of a matrix. */
const mostCells = 400;

const empty = "There is nothing to draw yet. Run the experiment first.";

const axisTitle = (name: string, unit: string): string => (unit === "" ? name : `${name} (${unit})`);

const spikesIn = (recorded: Recorded, name: string, from: number, to: number) => {
  const spikes = recorded.populations.get(name)?.spikes;
  if (!spikes) return { times: new Float64Array(0), units: new Uint32Array(0) };
  const { dt } = recorded;
  const [first, last] = [
    firstAbove(spikes.steps, spikes.count, from / dt),
    firstAbove(spikes.steps, spikes.count, to / dt),
  ];
  return {
    times: Float64Array.from(spikes.steps.subarray(first, last), (step) => step * dt),
    units: spikes.units.slice(first, last),
  };
};

const raster = (panel: Panel, plots: Plots, step: number, options: Options): string => {
  const recorded = plots.present.get();
  if (!recorded) throw new Error(empty);
  const { from, to: end } = plots.range();
  const to = Math.min(end, Math.max(from + recorded.dt, step * recorded.dt));
  const populations = shownPopulations(panel, recorded.document).map(({ name, units, isInhibitory }, k) => ({
    label: titleOf(name),
    unitCount: units,
    ...spikesIn(recorded, name, from, to),
    color: isInhibitory ? 1 : k === 0 ? 0 : (k + 1) % 8,
  }));
  const [sole, second] = populations;
  if (!sole) throw new Error(empty);
  if (!second) return rasterFigure({ ...sole, from, to }, options);
  const count = populations.reduce((sum, { times }) => sum + times.length, 0);
  const every = Math.max(1, Math.ceil(count / mostSpikes));
  return networkFigure({ populations, from, to, ...(every > 1 && { every }) }, options);
};

/** The lines of a plot over time, without those of the kept run. */
const lines = (plot: LinePlot, name: string, options: Options): string => {
  const curves = plot.lines
    .filter(({ isKept }) => !isKept)
    .slice(0, mostCurves)
    .map(({ label, y }) => {
      const points = plot.x.flatMap((x, k) => (y[k] === undefined ? [] : [[x, y[k] ?? Number.NaN] as const]));
      // Extremes of an interval may share their time.
      const ascending = points.filter(([x], k) => k === 0 || x > points[k - 1]![0]);
      return { label, x: ascending.map(([x]) => x), y: ascending.map(([, value]) => value) };
    })
    .filter(({ x }) => x.length > 0);
  if (curves.length === 0) throw new Error(empty);
  return lineFigure({ curves, xTitle: "Time (ms)", yTitle: axisTitle(name, plot.unit) }, options);
};

const separate = (plot: LinePlot, name: string, range: { from: number; to: number }, options: Options): string => {
  const panels = plot.lines
    .filter(({ isKept }) => !isKept)
    .map(({ label, y }) => ({ label, time: [...plot.x], values: plot.x.map((_, k) => y[k] ?? Number.NaN) }));
  if (panels.length === 0 || plot.x.length === 0) throw new Error(empty);
  const yTitle = axisTitle(name, plot.unit);
  return multiplesFigure({ panels, from: range.from, to: range.to, yTitle, columns: 1 }, options);
};

const intervals = ({ population }: Panel, plots: Plots, step: number, options: Options): string => {
  const recorded = plots.present.get();
  if (!recorded) throw new Error(empty);
  const { times, units } = spikesIn(recorded, population, 0, step * recorded.dt);
  const last = new Map<number, number>();
  const found: number[] = [];
  for (let k = 0; k < times.length; k++) {
    const before = last.get(units[k]!);
    if (before !== undefined) found.push(times[k]! - before);
    last.set(units[k]!, times[k]!);
  }
  return intervalFigure({ intervals: found }, options);
};

const matrix = ({ matrix: values, rows, columns, sources, targets }: WeightPicture, options: Options): string => {
  if (rows === 0) throw new Error("The matrix is drawn for up to 5 million synapses.");
  const first = (count: number, all: number) =>
    Array.from({ length: count }, (_, index) => Math.ceil((index * all) / count));
  const [height, width] = [Math.min(rows, mostCells), Math.min(columns, mostCells)];
  // Rows of a figure go upwards; those of the panel go downwards.
  const flipped = Float64Array.from({ length: height * width }, (_, k) => {
    const [row, column] = [height - 1 - Math.floor(k / width), k % width];
    return values[row * columns + column]!;
  });
  return matrixFigure(
    {
      columns: first(columns, targets).slice(0, width),
      rows: first(rows, sources).slice(0, height).reverse(),
      values: flipped,
      xTitle: "Target unit",
      yTitle: "Source unit",
      title: "Weight",
    },
    options,
  );
};

/** A panel as the text of an SVG file. @throws Error with a sentence for the user, such as before the first run */
export const panelFigure = (studio: Studio, panel: Panel, options: Options): string => {
  const { plots, session } = studio;
  const { step } = session.state.get().position;
  const range = plots.range();
  const extent = { range, step, most: mostPoints };
  const result = <T>(): T => {
    const value = resultOf(studio, panel);
    if (value === undefined) throw new Error(empty);
    return value as T;
  };
  switch (panel.kind) {
    case "raster":
      return raster(panel, plots, step, options);
    case "rates":
      return lines(rateLines(panel, plots, extent), "Rate", options);
    case "readouts":
      return lines(readoutLines(plots, extent), "Read-out", options);
    case "traces": {
      const plot = traceLines(panel, plots, extent);
      const name = panel.variable.charAt(0).toUpperCase() + panel.variable.slice(1);
      const units = Math.max(1, panel.units.length);
      const tall = { ...options, height: Math.max(options.height, 120 * units) };
      return panel.separate ? separate(plot, name, range, tall) : lines(plot, name, options);
    }
    case "intervals":
      return intervals(panel, plots, step, options);
    case "spectrum": {
      const { frequencies, power } = result<RateSpectrum>();
      const curves = [{ label: titleOf(panel.population), x: frequencies, y: power }];
      return lineFigure({ curves, xTitle: "Frequency (Hz)", yTitle: "Power (Hz²/Hz)" }, options);
    }
    case "curve": {
      const { currents, rates, rheobase } = result<CurrentCurve>();
      const curve = { label: titleOf(panel.population), current: currents, rate: rates };
      return frequencyFigure({ curves: [{ ...curve, ...(rheobase !== undefined && { rheobase }) }] }, options);
    }
    case "matrix":
      return matrix(result<WeightPicture>(), options);
    case "weights": {
      const { edges, counts } = result<WeightPicture>().histogram;
      const x = Array.from(counts, (_, k) => (edges[k]! + edges[k + 1]!) / 2);
      return lineFigure(
        { curves: [{ label: panel.projection, x, y: counts }], xTitle: "Weight", yTitle: "Synapses" },
        options,
      );
    }
  }
};
