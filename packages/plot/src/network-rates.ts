import type { Mark } from "vega";
import type { NetworkPopulation } from "./data.ts";
import { printFigures } from "./lettering.ts";
import type { Row } from "./network-raster.ts";
import type { Theme } from "./palette.ts";
import { type Panel, pathMark, textMark } from "./panel.ts";
import { binRates, countRecorded, drawSteps } from "./rate.ts";
import { coordinate, type Scale } from "./strokes.ts";

/** Minimum height of a strip with its name, px. */
export const leastStrip = 14;
/** Fraction of a strip that stays empty above its curve. */
const headroom = 0.16;

/** The rate of each population in its own strip, from 0 to its peak, which is given on the right. */
export function stripPanel(
  populations: readonly NetworkPopulation[],
  rows: readonly Row[],
  view: { readonly from: number; readonly to: number; readonly bin: number },
  x: Scale,
  height: number,
  theme: Theme,
): Omit<Panel, "top"> {
  const strip = height / rows.length;
  const marks: Mark[] = rows.flatMap(({ label, unitCount, color }, index) => {
    const { times, recorded } = populations[index]!;
    const rates = binRates(times, countRecorded(recorded, 0, unitCount), view, recorded);
    const peak = rates.reduce((most, rate) => (rate > most ? rate : most), 0);
    const bottom = (index + 1) * strip;
    const y: Scale = { from: 0, to: peak > 0 ? peak : 1, range: [bottom, bottom - strip * (1 - headroom)] };
    const area = drawSteps(rates, view, x, y, bottom);
    const middle = bottom - strip / 2;
    return [
      pathMark(`rateArea${index + 1}`, area, { fill: color, opacity: 0.85 }),
      pathMark(`rateBase${index + 1}`, `M0,${coordinate(bottom)}H${x.range[1]}`, { stroke: theme.faint, width: 0.5 }),
      textMark(label, -10, middle, { color, weight: 600, align: "right" }),
      textMark(`peak ${printFigures(peak, 3)}\u00a0Hz`, x.range[1] + 8, middle, { color: theme.muted }),
    ];
  });
  return { height, x, y: { from: height, to: 0, range: [height, 0] }, xTitle: "Time (ms)", yTicks: false, marks };
}
