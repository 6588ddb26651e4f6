import type { Mark } from "vega";
import {
  requireAlong,
  requireAscending,
  requireCount,
  requireFigure,
  requireNumber,
  requireText,
  requireTimes,
  requireWindow,
} from "./checks.ts";
import type { ComparisonData, FigureOptions, Numbers } from "./data.ts";
import { type Area, drawFigure, type LegendEntry } from "./figure.ts";
import { printCount, printQuantity } from "./lettering.ts";
import { type Theme, themeOf } from "./palette.ts";
import { type Paint, type Panel, pathMark, textMark } from "./panel.ts";
import { drawBands, drawStrokes, drawTrace, extent, firstAtLeast, type Scale, widen, windowOf } from "./strokes.ts";

const gap = 12;
/**
 * Minimum mean distance of predicted spikes for lines in the potential panel, px. Denser lines would hide the traces.
 */
const spikeLineSpacing = 12;
/** Tolerance, ms, so that a pair exactly Δ apart coincides despite rounding. */
const slack = 1e-9;

/** Data that every panel of the figure needs. */
interface View {
  readonly from: number;
  readonly to: number;
  readonly window: number;
}

/**
 * Compares a recorded neuron with its model. The panels show the stimulus (pA), the potentials of recording and model
 * and the model's threshold if given (mV), and a row of spikes for each recorded repetition and for the prediction. Bands of ±Δ around the predicted
 * spikes cross the rows. Predicted spikes with a recorded spike within Δ, in any repetition, are drawn in full colour
 * and the others faint; the same holds for recorded spikes. In short windows, thin lines also mark the predicted spikes
 * in the potential panel. Γ and Γ/reliability, if given, are below the title.
 *
 * Long traces are decimated to the first, smallest, largest and last sample of each pixel column; no spike is lost.
 * @throws TypeError or RangeError that names the place, for data that is not finite, not ascending or of unequal
 * length, and for a window with fewer than two samples
 */
export function comparisonFigure(data: ComparisonData, options: FigureOptions = {}): string {
  requireFigure("comparisonFigure", data, options);
  checkComparison(data);
  const view: View = {
    from: data.from ?? data.time[0]!,
    to: data.to ?? data.time[data.time.length - 1]!,
    window: data.window ?? 4,
  };
  requireWindow("comparisonFigure", view.from, view.to);
  const [start, end] = windowOf(data.time, view.from, view.to);
  if (end - start < 2) {
    const rule = `must contain two or more samples between ${view.from} and ${view.to} ms`;
    throw new RangeError(`comparisonFigure.time ${rule}; received ${end - start}. Move the window.`);
  }
  const theme = themeOf(options);
  const scored = score(data);
  return drawFigure(
    {
      kind: "comparisonFigure",
      ...(scored === undefined ? {} : { score: scored }),
      subtitle: describe(data, view),
      legend: comparisonLegend(data, view.window, theme),
      panels: (area) => comparisonPanels(data, view, area, theme),
    },
    options,
  );
}

function checkComparison(data: ComparisonData): void {
  const where = "comparisonFigure";
  requireTimes(`${where}.time`, data.time);
  const count = data.time.length;
  requireAlong(`${where}.current`, data.current, "pA", count, `${where}.time`);
  if (data.recorded) requireAlong(`${where}.recorded`, data.recorded, "mV", count, `${where}.time`);
  requireAlong(`${where}.potential`, data.potential, "mV", count, `${where}.time`);
  const { threshold } = data;
  if (typeof threshold === "number") requireNumber(`${where}.threshold`, threshold, { unit: "mV" });
  else if (threshold !== undefined) requireAlong(`${where}.threshold`, threshold, "mV", count, `${where}.time`);
  if (data.currentTitle !== undefined) requireText(`${where}.currentTitle`, data.currentTitle);
  requireCount(`${where}.repetitions`, data.repetitions, 1, 40, "Choose the repetitions to show.");
  for (const [index, train] of data.repetitions.entries()) {
    requireAscending(`${where}.repetitions[${index}]`, train, "ms");
  }
  requireAscending(`${where}.prediction`, data.prediction, "ms");
  if (data.window !== undefined) requireNumber(`${where}.window`, data.window, { least: 0, unit: "ms" });
  if (data.coincidence !== undefined) requireNumber(`${where}.coincidence`, data.coincidence, { most: 1, unit: "" });
  if (data.reliability !== undefined) {
    requireNumber(`${where}.reliability`, data.reliability, { least: 0, above: true, most: 1, unit: "" });
  }
}

/** Γ, and its ratio to the reliability of the neuron. */
function score(data: ComparisonData): string | undefined {
  if (data.coincidence === undefined) return undefined;
  const print = (value: number): string => value.toFixed(2).replace("-", "−");
  const gamma = `Γ = ${print(data.coincidence)}`;
  if (data.reliability === undefined) return gamma;
  return `${gamma} · Γ/reliability = ${print(data.coincidence / data.reliability)}`;
}

function describe(data: ComparisonData, view: View): string {
  const shown = inside(data.prediction, view);
  if (shown.length === 0) return "no predicted spikes in this window";
  const { near } = partTrain(shown, data.repetitions, view.window);
  return `${printCount(near.length)} of ${printCount(shown.length)} predicted spikes coincide`;
}

const recordedPaint = (theme: Theme): Paint => ({ stroke: theme.series[0]!, width: 1.3 });
const modelPaint = (theme: Theme): Paint => ({ stroke: theme.series[1]!, width: 1.6 });
const thresholdPaint = (theme: Theme): Paint => ({ stroke: theme.series[2]!, width: 1.4, dash: [6, 3] });
const bandPaint = (theme: Theme): Paint => ({ fill: theme.series[1]!, opacity: 0.2 });

function comparisonLegend({ threshold }: ComparisonData, window: number, theme: Theme): LegendEntry[] {
  const level: LegendEntry = { label: "threshold", sample: "line", paint: thresholdPaint(theme) };
  return [
    { label: "recorded", sample: "line", paint: recordedPaint(theme) },
    { label: "model", sample: "line", paint: modelPaint(theme) },
    ...(threshold === undefined ? [] : [level]),
    { label: `within ${printQuantity(window, "ms")} of a predicted spike`, sample: "area", paint: bandPaint(theme) },
    { label: "no coincidence", sample: "strokes", paint: { stroke: theme.faint, width: 1.4 } },
  ];
}

/** The times of a train inside the window. */
function inside(train: Numbers, view: Pick<View, "from" | "to">): number[] {
  const [start, end] = windowOf(train, view.from, view.to);
  return Array.from({ length: end - start }, (_, index) => train[start + index]!);
}

/** Separates the times that have a spike of another train within `window` ms from the others. */
export function partTrain(
  times: Numbers,
  others: readonly Numbers[],
  window: number,
): { readonly near: number[]; readonly alone: number[] } {
  const near: number[] = [];
  const alone: number[] = [];
  for (let i = 0; i < times.length; i++) {
    const time = times[i]!;
    const met = others.some((train) => {
      const next = firstAtLeast(train, time - window - slack);
      return next < train.length && train[next]! <= time + window + slack;
    });
    (met ? near : alone).push(time);
  }
  return { near, alone };
}

function comparisonPanels(data: ComparisonData, view: View, area: Area, theme: Theme): Panel[] {
  const x: Scale = { from: view.from, to: view.to, range: [0, area.width] };
  const rows = data.repetitions.length + 1;
  const rowsHeight = Math.round(Math.min(area.height * 0.45, Math.max(area.height * 0.2, rows * 17)));
  const currentHeight = Math.round((area.height - rowsHeight) * 0.24);
  const tracesHeight = area.height - rowsHeight - currentHeight - 2 * gap;
  const current = currentPanel(data, x, currentHeight, theme);
  const traces = tracesPanel(data, x, tracesHeight, theme);
  const spikes = spikesPanel(data, view, x, rowsHeight, theme);
  return [
    { ...current, top: area.top },
    { ...traces, top: area.top + currentHeight + gap },
    { ...spikes, top: area.top + currentHeight + tracesHeight + 2 * gap },
  ];
}

function verticalScale(height: number, time: Numbers, x: Scale, ...traces: readonly Numbers[]): Scale {
  const [start, end] = windowOf(time, x.from, x.to);
  const bounds = traces.map((trace) => extent(trace, start, end));
  const [from, to] = widen(Math.min(...bounds.map((bound) => bound[0])), Math.max(...bounds.map((bound) => bound[1])));
  return { from, to, range: [height, 0] };
}

function currentPanel(data: ComparisonData, x: Scale, height: number, theme: Theme): Omit<Panel, "top"> {
  const y = verticalScale(height, data.time, x, data.current);
  const path = drawTrace(data.time, data.current, x, y);
  const marks = [pathMark("current", path, { stroke: theme.muted, width: 1.2 })];
  return { height, x, y, yTitle: data.currentTitle ?? "Current (pA)", marks };
}

function tracesPanel(data: ComparisonData, x: Scale, height: number, theme: Theme): Omit<Panel, "top"> {
  const { threshold } = data;
  const level = typeof threshold === "number" ? new Float64Array(data.time.length).fill(threshold) : threshold;
  const shown = [data.potential, ...(data.recorded ? [data.recorded] : []), ...(level ? [level] : [])];
  const y = verticalScale(height, data.time, x, ...shown);
  const count = inside(data.prediction, { from: x.from, to: x.to }).length;
  const lines = count * spikeLineSpacing <= x.range[1] ? drawStrokes(data.prediction, x, 0, height) : "";
  const marks = [
    pathMark("modelSpikes", lines, { stroke: theme.series[1]!, width: 1, opacity: 0.45 }),
    pathMark("recorded", data.recorded ? drawTrace(data.time, data.recorded, x, y) : "", recordedPaint(theme)),
    pathMark("model", drawTrace(data.time, data.potential, x, y), modelPaint(theme)),
    ...(level ? [pathMark("threshold", drawTrace(data.time, level, x, y), thresholdPaint(theme))] : []),
  ];
  return { height, x, y, yTitle: "Potential (mV)", marks };
}

function spikesPanel(data: ComparisonData, view: View, x: Scale, height: number, theme: Theme): Omit<Panel, "top"> {
  const rows = data.repetitions.length + 1;
  const row = height / rows;
  const length = row * 0.72;
  const width = 1.8;
  const reach = { before: view.window, after: view.window };
  const bands = partTrain(data.prediction, data.repetitions, view.window);
  const marks: Mark[] = [
    pathMark("bandsAlone", drawBands(bands.alone, reach, x, height), { fill: theme.shade }),
    pathMark("bands", drawBands(bands.near, reach, x, height), bandPaint(theme)),
  ];
  const draw = (name: string, train: Numbers, others: readonly Numbers[], index: number, color: string): void => {
    const { near, alone } = partTrain(train, others, view.window);
    const top = (index + 0.5) * row - length / 2;
    marks.push(pathMark(`${name}Alone`, drawStrokes(alone, x, top, top + length), { stroke: theme.faint, width }));
    marks.push(pathMark(name, drawStrokes(near, x, top, top + length), { stroke: color, width }));
  };
  const lettering = { size: Math.min(12, Math.max(8, row - 1)), align: "right" } as const;
  const every = Math.ceil(10 / row);
  for (const [index, train] of data.repetitions.entries()) {
    draw(`repetition${index + 1}`, train, [data.prediction], index, theme.series[0]!);
    if (index % every !== 0 || (every > 1 && index >= rows - 1 - every)) continue;
    marks.push(textMark(`${index + 1}`, -8, (index + 0.5) * row, { ...lettering, color: theme.series[0]! }));
  }
  draw("prediction", data.prediction, data.repetitions, rows - 1, theme.series[1]!);
  const model = { ...lettering, size: 12, color: theme.series[1]!, weight: 600 } as const;
  marks.push(textMark("model", -8, (rows - 0.5) * row, model));
  const y: Scale = { from: 0, to: rows, range: [height, 0] };
  return { height, x, y, xTitle: "Time (ms)", yTitle: "Repetition", yTicks: false, marks };
}
