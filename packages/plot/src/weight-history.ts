import type { WeightHistory } from "./data.ts";
import type { Area } from "./figure.ts";
import type { Theme } from "./palette.ts";
import { type Panel, pathMark, rimmedText } from "./panel.ts";
import { colorBar, colorOfShade, rangeOf, shadedCells } from "./shades.ts";
import { coordinate, place, type Scale } from "./strokes.ts";

/** Most columns; more recorded rows are combined. */
const COLUMNS = 300;

/** The share of the weights in each bin for each column, row by row from the highest bin, and the means of the columns. */
const countsOf = ({ times, weights }: WeightHistory, [least, greatest]: readonly [number, number], bins: number) => {
  const each = weights.length / times.length;
  const together = Math.ceil(times.length / COLUMNS);
  const columns = Math.ceil(times.length / together);
  const shares = new Float64Array(columns * bins);
  const means = new Float64Array(columns);
  for (let column = 0; column < columns; column++) {
    const first = column * together * each;
    const last = Math.min(weights.length, first + together * each);
    for (let k = first; k < last; k++) {
      const bin = Math.floor(((weights[k]! - least) / (greatest - least)) * bins);
      const cell = (bins - 1 - Math.min(bins - 1, Math.max(0, bin))) * columns + column;
      shares[cell] = shares[cell]! + 100 / (last - first);
      means[column] = means[column]! + weights[k]! / (last - first);
    }
  }
  return { columns, shares, means };
};

/** Span of times, in seconds if it is long. */
const timesOf = (times: WeightHistory["times"]) => {
  const last = times[times.length - 1]!;
  const [factor, unit] = last >= 10_000 ? [0.001, "s"] : [1, "ms"];
  // A row stands for the time since the row before; the first one for as long as the second.
  const from = times.length > 1 ? Math.max(0, 2 * times[0]! - times[1]!) : 0;
  return { from: from * factor, to: last * factor || 1, unit };
};

export function historyPanels(data: WeightHistory, title: string, area: Area, theme: Theme): Panel[] {
  const [low, high] = rangeOf(data.weights);
  const range = [data.least ?? low, data.greatest ?? high] as const;
  const bins = data.bins ?? 40;
  const { columns, shares, means } = countsOf(data, range, bins);
  const { from, to, unit } = timesOf(data.times);
  const x: Scale = { from, to, range: [0, area.width] };
  const y: Scale = { from: range[0], to: range[1], range: [area.height, 0] };
  const wide = area.width / columns;
  const cells = { columns, rows: bins, values: shares, left: 0, top: 0, wide, high: area.height / bins };
  // Few weights fill most bins, so that the largest share would hide all others on a linear scale.
  const shown = [0, quantile(shares, 0.98)] as const;
  const line = Array.from(means, (mean, k) => `${coordinate((k + 0.5) * wide)},${coordinate(place(y, mean))}`);
  const end = place(y, means[columns - 1]!);
  const panel: Panel = {
    top: area.top,
    height: area.height,
    x,
    y,
    xTitle: `Time (${unit})`,
    yTitle: title,
    marks: [
      pathMark("ground", `M0,0H${area.width}V${area.height}H0Z`, { fill: colorOfShade(0) }),
      ...shadedCells([cells], shown),
      pathMark("meanRim", `M${line.join("L")}`, { stroke: theme.background, width: 3.6 }),
      pathMark("mean", `M${line.join("L")}`, { stroke: theme.ink, width: 1.8 }),
      ...rimmedText(
        "mean",
        area.width - 8,
        end < 24 ? end + 14 : end - 12,
        { color: theme.ink, align: "right", weight: 600 },
        theme,
      ),
    ],
  };
  return [panel, colorBar("% of synapses", shown, area, theme)];
}

/** The value below which a share of the positive values lies. */
const quantile = (values: Float64Array, share: number): number => {
  const sorted = values.filter((value) => value > 0).sort();
  return sorted[Math.floor((sorted.length - 1) * share)] ?? 1;
};
