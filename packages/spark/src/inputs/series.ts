import { sameTime, timeText } from "../config/clock.ts";
import type { Site } from "../config/place.ts";
import { readSeries } from "../config/series.ts";
import { indicesOf, type Misfit, type ShapedArray } from "../config/shape.ts";
import type { Feed, FeedContext } from "./contract.ts";
import { rowFeed } from "./rows.ts";
import { firstProblem, fitsUnits, shapeProblem } from "./values.ts";

/** The feed of { series, interval or times, … }. */
export const seriesFeed = (given: Readonly<Record<string, unknown>>, site: Site<FeedContext>): Feed | undefined => {
  const { context } = site;
  const { dt, steps, port } = context;
  const judge = (samples: ShapedArray): Misfit | undefined => misfitOf(samples, context);
  const series = readSeries(given, site.with({ unit: port.unit, judge }))?.on(dt, site.place);
  if (!series) return undefined;
  const found = series.issues(steps);
  site.issues.push(...found);
  if (found.length > 0) return undefined;
  const feed = rowFeed(series.columns, context, (view, offset, step) => series.write(step * dt, view, offset));
  const { interval, times } = given as { readonly interval?: number; readonly times?: ArrayLike<number> };
  const shortest = interval ?? shortestIn(times ?? []);
  if (!(shortest < dt) || sameTime(shortest, dt, dt)) return feed;
  const text = `${site.place.path}: samples are ${timeText(shortest)} apart, but a step takes ${timeText(dt)}. A step uses the value at its start, so pulses between two starts have no effect. Use a shorter dt, or average the samples.`;
  return { ...feed, doubt: () => text };
};

const shortestIn = (times: ArrayLike<number>): number => {
  let shortest = Number.POSITIVE_INFINITY;
  for (let k = 1; k < times.length; k++) shortest = Math.min(shortest, times[k]! - times[k - 1]!);
  return shortest;
};

const misfitOf = ({ data, shape }: ShapedArray, { units, precision, port }: FeedContext): Misfit | undefined => {
  const inner = shape.slice(1);
  if (inner.length > 0 && !fitsUnits(inner, units, true)) {
    return { at: [], message: `contains samples of another shape: each ${shapeProblem(inner, units)}` };
  }
  const problem = firstProblem(data, precision, port.unit);
  return problem && { at: indicesOf(problem.at, shape), message: problem.message };
};
