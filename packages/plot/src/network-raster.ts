import type { Mark } from "vega";
import type { NetworkData } from "./data.ts";
import { printRecorded, spreadLabels } from "./lettering.ts";
import type { Theme } from "./palette.ts";
import { type Panel, pathMark, textMark } from "./panel.ts";
import { coordinate, place, type Scale } from "./strokes.ts";

/** Number of spikes that are drawn by default: about 0.6 MB of SVG. */
const usualStrokes = 40_000;
/** Largest number of spikes with `every`: about 1.6 MB. */
const mostStrokes = 100_000;
/** Gap between the bands of two populations, px. */
const bandGap = 3;
/** Minimum height of a band, so that its name fits, px. */
const leastBand = 11;

/** Label and counts of a population. */
export interface Row {
  readonly label: string;
  readonly unitCount: number;
  readonly recordedCount: number;
  readonly color: string;
}

/** Vertical position of a population, px from the top of the panel. */
export interface Band {
  readonly top: number;
  readonly height: number;
}

/** Spikes of the window, and the n for which every n-th unit is drawn. */
export function thinSpikes(
  { populations, every }: NetworkData,
  window: { readonly from: number; readonly to: number },
): { readonly count: number; readonly every: number } {
  const countOfEach = (n: number): number => {
    let count = 0;
    for (const { times, units } of populations) {
      for (let i = 0; i < times.length; i++) {
        if (units[i]! % n === 0 && times[i]! >= window.from && times[i]! <= window.to) count++;
      }
    }
    return count;
  };
  const count = countOfEach(1);
  const largest = Math.max(...populations.map(({ unitCount }) => unitCount));
  /** The smallest n with at most this many spikes. Values beyond the largest population would change nothing. */
  const least = (start: number, most: number): number => {
    let n = start;
    for (let left = countOfEach(n); left > most && n < largest; left = countOfEach(n)) {
      n = Math.min(largest, Math.max(n + 1, Math.ceil((n * left) / most)));
    }
    return n;
  };
  if (every === undefined) return { count, every: count <= usualStrokes ? 1 : least(1, usualStrokes) };
  const allowed = least(every, mostStrokes);
  if (allowed > every) {
    const rule = `must leave at most 100 000 spikes, for example ${allowed}`;
    throw new RangeError(`networkFigure.every ${rule}; received ${every}. Raise it, or shorten the window.`);
  }
  return { count, every };
}

/** Bands with heights proportional to the number of units, but high enough for the name. */
export function bandsOf(rows: readonly Pick<Row, "unitCount">[], height: number): Band[] {
  const room = height - bandGap * (rows.length - 1);
  const least = Math.min(leastBand, room / rows.length);
  const low = new Set<number>();
  let share = 0;
  // Raising a band to the minimum height shrinks the others, which may fall below the minimum in turn.
  for (let settled = false; !settled; ) {
    const units = rows.reduce((sum, { unitCount }, index) => sum + (low.has(index) ? 0 : unitCount), 0);
    share = units === 0 ? 0 : (room - low.size * least) / units;
    const lower = rows.flatMap(({ unitCount }, index) => (!low.has(index) && unitCount * share < least ? [index] : []));
    for (const index of lower) low.add(index);
    settled = lower.length === 0;
  }
  let top = 0;
  return rows.map(({ unitCount }, index) => {
    const band = { top, height: low.has(index) ? least : unitCount * share };
    top += band.height + bandGap;
    return band;
  });
}

/** The spikes of all populations in their bands, with names on the left and numbers of units on the right. */
export function rasterPanel(
  data: NetworkData,
  rows: readonly Row[],
  bands: readonly Band[],
  view: { readonly every: number },
  x: Scale,
  theme: Theme,
): Omit<Panel, "top"> {
  const last = bands[bands.length - 1]!;
  const height = last.top + last.height;
  const middles = bands.map((band) => band.top + band.height / 2);
  const places = spreadLabels(middles, 13, 6, height - 6);
  const marks: Mark[] = rows.flatMap(({ label, unitCount, recordedCount, color }, index) => [
    pathMark(`spikes${index + 1}`, drawSpikes(data, index, bands[index]!, view.every, x), {
      stroke: color,
      width: 1.2,
    }),
    textMark(label, -10, places[index]!, { color, weight: 600, align: "right" }),
    textMark(printRecorded(recordedCount, unitCount), x.range[1] + 8, places[index]!, { color: theme.muted }),
  ]);
  // Unit 0 of each population is at the top, as is the first population.
  return { height, x, y: { from: height, to: 0, range: [height, 0] }, yTicks: false, marks };
}

function drawSpikes(data: NetworkData, index: number, band: Band, every: number, x: Scale): string {
  const { times, units, unitCount } = data.populations[index]!;
  const row = band.height / Math.ceil(unitCount / every);
  const length = Math.min(14, Math.max(1.2, row * 0.75), band.height);
  const inner = band.height - length;
  // If a unit spikes more often than there are pixels, a stroke at the position of the previous one adds nothing.
  const latest = new Map<number, string>();
  const parts: string[] = [];
  for (let i = 0; i < times.length; i++) {
    const unit = units[i]!;
    if (unit % every !== 0 || times[i]! < x.from || times[i]! > x.to) continue;
    const across = coordinate(place(x, times[i]!));
    if (latest.get(unit) === across) continue;
    latest.set(unit, across);
    const middle = (unit / every + 0.5) * row;
    const down = band.top + Math.min(inner, Math.max(0, middle - length / 2));
    parts.push(`M${across},${coordinate(down)}v${coordinate(length)}`);
  }
  return parts.join("");
}
