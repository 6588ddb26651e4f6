import { requireFigure } from "./checks.ts";
import type { FigureOptions, NetworkData } from "./data.ts";
import { type Area, drawFigure } from "./figure.ts";
import { measureText, printCount, printQuantity, printRecorded } from "./lettering.ts";
import { barPanels } from "./network-bars.ts";
import { checkNetwork } from "./network-checks.ts";
import { bandsOf, type Row, rasterPanel, thinSpikes } from "./network-raster.ts";
import { leastStrip, rateLabel, stripPanel } from "./network-rates.ts";
import { type Theme, themeOf } from "./palette.ts";
import type { Panel } from "./panel.ts";
import { countRecorded } from "./rate.ts";
import { roundUp, type Scale } from "./strokes.ts";

/** Gap between panels, px. */
const gap = 16;
const leastWidth = 120;
/** Fraction of the height for the spikes; the rest is for the rates. */
const rasterShare = 0.62;

/**
 * Draws the spikes of the populations of a network from top to bottom, their rates (Hz per unit) below, and optionally
 * bars for numbers such as mean rates beside them. The height of a population's band is proportional to its number of
 * units, but large enough for its name. Each rate has its own strip and axis.
 *
 * If there are many spikes, only those of every n-th unit are drawn, which the subtitle states. A million spikes give
 * an SVG of about 0.6 MB. The default height is 500 px for up to three populations, plus 40 px for each further
 * population.
 * @throws TypeError or RangeError that names the place, for units outside 0 … unitCount − 1, values that are not
 * finite, a size that is too small for the populations, and an `every` that leaves too many spikes
 */
export function networkFigure(data: NetworkData, options: FigureOptions = {}): string {
  requireFigure("networkFigure", data, options);
  checkNetwork(data);
  const { populations, from = 0, to } = data;
  const view = { from, to, bin: data.bin ?? roundUp((to - from) / 250) };
  const theme = themeOf(options);
  const rows = populations.map(({ label, unitCount, color, recorded }, index) => ({
    label,
    unitCount,
    recordedCount: countRecorded(recorded, 0, unitCount),
    color: theme.series[color ?? index % theme.series.length]!,
  }));
  const thinned = thinSpikes(data, view);
  const names = Math.ceil(Math.max(...rows.map(({ label }) => measureText(label, 12))) * 1.06) + 12;
  const remarks = [
    rateLabel(1250),
    ...rows.map(({ recordedCount, unitCount }) => printRecorded(recordedCount, unitCount)),
  ];
  const counts = Math.ceil(Math.max(...remarks.map((text) => measureText(text, 12)))) + 12;
  const bars = data.bars ?? [];
  return drawFigure(
    {
      kind: "networkFigure",
      subtitle: describe(data, thinned, view.bin),
      leftMargin: Math.max(40, names + 20),
      rightMargin: bars.length > 0 ? 40 : counts,
      panels: (area) => {
        const side = bars.length > 0 ? names + Math.round(Math.min(240, area.width * 0.2)) : 0;
        const width = area.width - (side > 0 ? side + counts + 12 : 0);
        if (width < leastWidth) {
          const rule = `must leave ${leastWidth} px for the spikes beside names and bars`;
          throw new RangeError(`networkFigure.width ${rule}; received one that leaves ${width} px. Raise it.`);
        }
        const x: Scale = { from, to, range: [0, width] };
        const left = area.width - side + names;
        return [
          ...spikePanels(data, rows, { ...view, every: thinned.every }, x, area, theme),
          ...barPanels(bars, rows, { ...area, left, width: side - names }, theme),
        ];
      },
    },
    { height: 500 + 40 * Math.max(0, rows.length - 3), ...options },
  );
}

function spikePanels(
  data: NetworkData,
  rows: readonly Row[],
  view: { readonly from: number; readonly to: number; readonly bin: number; readonly every: number },
  x: Scale,
  area: Area,
  theme: Theme,
): Panel[] {
  const height = Math.round((area.height - gap) * rasterShare);
  const rest = area.height - height - gap;
  if (rest / rows.length < leastStrip) {
    const wanted = Math.ceil((leastStrip * rows.length) / (1 - rasterShare) + gap);
    const rule = `must leave ${wanted} px for ${rows.length} populations`;
    throw new RangeError(`networkFigure.height ${rule}; received ${area.height} px below the heading. Raise it.`);
  }
  const bands = bandsOf(rows, height);
  return [
    { top: area.top, ...rasterPanel(data, rows, bands, view, x, theme) },
    { top: area.top + height + gap, ...stripPanel(data.populations, rows, view, x, rest, theme) },
  ];
}

function describe(data: NetworkData, spikes: { readonly count: number; readonly every: number }, bin: number): string {
  const { count, every } = spikes;
  const units = data.populations.reduce((sum, { unitCount }) => sum + unitCount, 0);
  const recorded = data.populations.reduce((sum, own) => sum + countRecorded(own.recorded, 0, own.unitCount), 0);
  const all = count === 0 ? "no spikes" : `${printCount(count)} ${count === 1 ? "spike" : "spikes"}`;
  const drawn = every === 1 ? "" : ` · 1 unit in ${printCount(every)} drawn`;
  return `${all} of ${printRecorded(recorded, units)}${drawn} · rates in bins of ${printQuantity(bin, "ms")}`;
}
