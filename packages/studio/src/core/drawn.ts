import type { Command } from "./history.ts";
import { isObject, type Json, type JsonObject, type Key, valueAt, withAt } from "./json.ts";

/* An input that is drawn by hand: a series of points over time, which documents contain as `series` with `times`. */

export interface DrawnPoint {
  /** ms */
  readonly time: number;
  readonly value: number;
}

export interface Drawn {
  /** In the order of time; the first one is at 0. */
  readonly points: readonly DrawnPoint[];
  /** Whether the value changes linearly between points, or holds until the next. */
  readonly linear: boolean;
}

const numbersIn = (value: Json | undefined): readonly number[] | undefined =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "number")
    ? (value as readonly number[])
    : undefined;

/** The points of an input; undefined if it is not a series of numbers at given times. */
export const drawnOf = (value: Json | undefined): Drawn | undefined => {
  if (!isObject(value)) return undefined;
  const [values, times] = [numbersIn(value["series"]), numbersIn(value["times"])];
  if (!values || !times || values.length !== times.length) return undefined;
  return { points: times.map((time, k) => ({ time, value: values[k]! })), linear: value["between"] === "linear" };
};

/** The input of a document. It holds its last value, so that longer runs go on. */
export const drawnInput = ({ points, linear }: Drawn): JsonObject => ({
  series: points.map(({ value }) => value),
  times: points.map(({ time }) => time),
  between: linear ? "linear" : "hold",
  after: "hold",
});

/** What a drawing starts with: a step in the middle of the run. */
export const firstDrawing = (duration: number, amplitude = 250): Drawn => ({
  points: [
    { time: 0, value: 0 },
    { time: Number((duration / 4).toPrecision(3)), value: amplitude },
    { time: Number(((3 * duration) / 4).toPrecision(3)), value: 0 },
  ],
  linear: false,
});

/** A time or a value with as many digits as a mouse can point to. */
const fit = (value: number, span: number): number => {
  const unit = 10 ** Math.floor(Math.log10(Math.max(span, 1e-9) / 200));
  return Number((Math.round(value / unit) * unit).toPrecision(10));
};

/** The times and values that the editor shows, with room above and below. */
export const drawnRange = (
  { points }: Drawn,
  duration: number,
): { readonly end: number; readonly low: number; readonly high: number } => {
  const values = points.map(({ value }) => value);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const room = Math.max(high - low, 100) * 0.25;
  return {
    end: Math.max(duration, ...points.map(({ time }) => time)),
    low: low - (low < 0 ? room : 0),
    high: high + room,
  };
};

type Range = ReturnType<typeof drawnRange>;

/** Moves a point. It stays between its neighbours, and the first one at 0. */
export const movedPoint = (
  { points, linear }: Drawn,
  index: number,
  to: DrawnPoint,
  { end, low, high }: Range,
): Drawn => {
  const [before, after] = [points[index - 1], points[index + 1]];
  const gap = end / 1000;
  const least = before ? before.time + gap : 0;
  const most = index === 0 ? 0 : after ? after.time - gap : end;
  const moved = {
    time: index === 0 ? 0 : fit(Math.min(most, Math.max(least, to.time)), end),
    value: fit(to.value, high - low),
  };
  const isBetween = index === 0 || ((before?.time ?? -1) < moved.time && moved.time < (after?.time ?? Infinity));
  return isBetween ? { linear, points: points.map((point, k) => (k === index ? moved : point)) } : { points, linear };
};

/** Adds a point; undefined if there is one at its time. */
export const addedPoint = ({ points, linear }: Drawn, at: DrawnPoint, { end, low, high }: Range): Drawn | undefined => {
  const point = { time: fit(Math.max(0, at.time), end), value: fit(at.value, high - low) };
  if (points.some(({ time }) => time === point.time)) return undefined;
  const place = points.findIndex(({ time }) => time > point.time);
  return { linear, points: place < 0 ? [...points, point] : points.toSpliced(place, 0, point) };
};

/** Removes a point. The first one stays, because a series must give the value at the start. */
export const removedPoint = ({ points, linear }: Drawn, index: number): Drawn =>
  index === 0 ? { points, linear } : { linear, points: points.toSpliced(index, 1) };

/** Replaces the drawing of an input. Successive moves of one point become one step of the history. */
export const drawInput = (keys: readonly Key[], drawn: Drawn, label: string, merge?: string): Command => ({
  label,
  apply: (document) => {
    const value = valueAt(document, keys);
    return withAt(document, keys, { ...(isObject(value) ? value : {}), ...drawnInput(drawn) });
  },
  ...(merge !== undefined && { merge: `draw ${keys.join(".")} ${merge}` }),
});

/** The line of a drawing in a picture, as the path of an SVG. */
export const drawnPath = (
  { points, linear }: Drawn,
  { end, low, high }: Range,
  width: number,
  height: number,
): string => {
  const x = (time: number): number => Number(((time / end) * width).toFixed(1));
  const y = (value: number): number => Number(((1 - (value - low) / (high - low)) * height).toFixed(1));
  const [first, ...others] = points;
  if (!first) return "";
  const lines = others.map(({ time, value }) => (linear ? `L${x(time)},${y(value)}` : `H${x(time)}V${y(value)}`));
  return `M${x(first.time)},${y(first.value)}${lines.join("")}H${width}`;
};
