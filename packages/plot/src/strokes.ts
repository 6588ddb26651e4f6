import type { Numbers } from "./data.ts";

/** A linear scale from data to px along one side of a panel. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  /** Px at `from` and at `to`. */
  readonly range: readonly [number, number];
}

/** Position of a value on a scale, px. */
export function place(scale: Scale, value: number): number {
  const [start, end] = scale.range;
  return start + ((value - scale.from) / (scale.to - scale.from)) * (end - start);
}

/** A coordinate with one decimal; a tenth of a pixel is finer than any screen or page shows. */
export function coordinate(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return Object.is(rounded, -0) ? "0" : String(rounded);
}

/** The samples of a trace in the window: index of the first one, and one past the last. */
export function windowOf(time: Numbers, from: number, to: number): readonly [number, number] {
  return [firstAtLeast(time, from), firstAbove(time, to)];
}

/** Index of the first value of an ascending list that is at least `limit`. */
export function firstAtLeast(values: Numbers, limit: number): number {
  return lowest(values, (value) => value >= limit);
}

function firstAbove(values: Numbers, limit: number): number {
  return lowest(values, (value) => value > limit);
}

function lowest(values: Numbers, holds: (value: number) => boolean): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(values[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Indices of the samples to draw: the first, smallest, largest and last of each pixel column. The line through them
 * covers the same pixels as the line through all samples, so a spike of a single sample never disappears. Jugel,
 * Jerzak, Hackenbroich, Markl 2014, "M4", PVLDB 7:797.
 */
export function decimate(time: Numbers, values: Numbers, x: Scale): number[] {
  const [start, end] = windowOf(time, x.from, x.to);
  const kept: number[] = [];
  let first = start;
  while (first < end) {
    const column = Math.floor(place(x, time[first]!));
    let least = first;
    let greatest = first;
    let next = first + 1;
    for (; next < end && Math.floor(place(x, time[next]!)) === column; next++) {
      if (values[next]! < values[least]!) least = next;
      if (values[next]! > values[greatest]!) greatest = next;
    }
    const chosen = [first, Math.min(least, greatest), Math.max(least, greatest), next - 1];
    for (const index of chosen) if (kept[kept.length - 1] !== index) kept.push(index);
    first = next;
  }
  return kept;
}

/** SVG path of a trace, decimated to the pixel columns of the panel. */
export function drawTrace(time: Numbers, values: Numbers, x: Scale, y: Scale): string {
  let path = "";
  for (const index of decimate(time, values, x)) {
    path += `${path === "" ? "M" : "L"}${coordinate(place(x, time[index]!))},${coordinate(place(y, values[index]!))}`;
  }
  return path;
}

/** SVG path of vertical strokes between two heights, px, at the times inside the window. */
export function drawStrokes(times: Numbers, x: Scale, top: number, bottom: number): string {
  let path = "";
  for (let i = 0; i < times.length; i++) {
    const time = times[i]!;
    if (time < x.from || time > x.to) continue;
    path += `M${coordinate(place(x, time))},${coordinate(top)}V${coordinate(bottom)}`;
  }
  return path;
}

/** SVG path of full-height bands from `before` to `after` each time, ms, clipped to the window. */
export function drawBands(
  times: Numbers,
  reach: { readonly before: number; readonly after: number },
  x: Scale,
  height: number,
): string {
  let path = "";
  for (let i = 0; i < times.length; i++) {
    const start = Math.max(times[i]! - reach.before, x.from);
    const end = Math.min(times[i]! + reach.after, x.to);
    if (end <= start) continue;
    path += `M${coordinate(place(x, start))},0H${coordinate(place(x, end))}V${coordinate(height)}H${coordinate(place(x, start))}Z`;
  }
  return path;
}

/** Smallest and largest of the values with an index from `start` up to, but excluding, `end`. */
export function extent(values: Numbers, start = 0, end: number = values.length): readonly [number, number] {
  let least = Infinity;
  let greatest = -Infinity;
  for (let i = start; i < end; i++) {
    least = Math.min(least, values[i]!);
    greatest = Math.max(greatest, values[i]!);
  }
  return [least, greatest];
}

/** Widens a range by a fraction of its length on both sides. An empty range or a single value is widened by 1. */
export function widen(least: number, greatest: number, share = 0.06): readonly [number, number] {
  if (!(greatest >= least)) return [-1, 1];
  const margin = greatest > least ? (greatest - least) * share : Math.max(1, Math.abs(least) * share);
  return [least - margin, greatest + margin];
}

/** The smallest of some factors times a power of ten that is at least `value`, for a value above 0. */
export function roundUp(value: number, factors: readonly number[] = [1, 2, 5]): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = factors.find((step) => step * power >= value * (1 - 1e-9)) ?? 10;
  return Number((factor * power).toPrecision(12));
}
