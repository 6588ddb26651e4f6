import type { Mark } from "vega";
import type { NetworkPopulation } from "./data.ts";
import { printQuantity } from "./lettering.ts";
import type { Row } from "./network-raster.ts";
import type { Theme } from "./palette.ts";
import { type Panel, pathMark, textMark } from "./panel.ts";
import { binRates, countRecorded, drawSteps } from "./rate.ts";
import { coordinate, place, roundUp, type Scale } from "./strokes.ts";

/** Minimum height of a strip with its name, px. */
export const leastStrip = 14;
/** Fraction of a strip that stays empty above its curve. */
const headroom = 0.16;

/** Round numbers at which the axis of a rate may end, as factors of a power of ten. */
const ends = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8];
/** Height of an axis above which its middle has a label, px. */
const roomForMiddle = 80;

/** The end of the axis of rates up to `peak`, Hz. */
export const axisEnd = (peak: number): number => (peak > 0 ? roundUp(peak, ends) : 1);

/** A label of the axis of a rate. */
export const rateLabel = (rate: number): string => printQuantity(rate, "Hz");

/** The rate of each population in its own strip, with its own axis on the right. */
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
    const y: Scale = { from: 0, to: axisEnd(peak), range: [bottom, bottom - strip * (1 - headroom)] };
    const area = drawSteps(rates, view, x, y, bottom);
    const middle = bottom - strip / 2;
    return [
      pathMark(`rateArea${index + 1}`, area, { fill: color, opacity: 0.85 }),
      pathMark(`rateBase${index + 1}`, `M0,${coordinate(bottom)}H${x.range[1]}`, { stroke: theme.faint, width: 0.5 }),
      textMark(label, -10, middle, { color, weight: 600, align: "right" }),
      ...drawAxis(y, `rateAxis${index + 1}`, x.range[1], theme),
    ];
  });
  return { height, x, y: { from: height, to: 0, range: [height, 0] }, xTitle: "Time (ms)", yTicks: false, marks };
}

/** The vertical axis of a strip, with a label at its end, and more if there is room. */
function drawAxis(y: Scale, name: string, left: number, theme: Theme): Mark[] {
  const [bottom, top] = y.range;
  const height = bottom - top;
  const labelled = height < roomForMiddle ? [y.to] : [0, y.to / 2, y.to];
  const ticks = [0, y.to / 2, y.to].filter((rate) => rate === 0 || labelled.includes(rate));
  const path = ticks.map((rate) => `M${coordinate(left)},${coordinate(place(y, rate))}h4`).join("");
  return [
    pathMark(name, `M${coordinate(left)},${coordinate(bottom)}V${coordinate(top)}${path}`, {
      stroke: theme.faint,
      width: 1,
    }),
    ...labelled.map((rate) => textMark(rateLabel(rate), left + 8, place(y, rate), { color: theme.muted })),
  ];
}
