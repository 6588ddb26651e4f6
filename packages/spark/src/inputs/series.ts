import type { Site } from "../config/place.ts";
import { readSeries } from "../config/series.ts";
import { indicesOf, type Misfit, type ShapedArray } from "../config/shape.ts";
import type { Feed, FeedContext } from "./contract.ts";
import { rowFeed } from "./rows.ts";
import { firstProblem, fitsUnits, largestOf, shapeProblem } from "./values.ts";

/** The feed of { series, interval or times, … }. */
export const seriesFeed = (given: Readonly<Record<string, unknown>>, site: Site<FeedContext>): Feed | undefined => {
  const { context } = site;
  const { dt, steps, port } = context;
  let largest = 0;
  const judge = (samples: ShapedArray): Misfit | undefined => {
    largest = largestOf(samples.data);
    return misfitOf(samples, context);
  };
  const series = readSeries(given, site.with({ unit: port.unit, judge }))?.on(dt, site.place);
  if (!series) return undefined;
  const found = series.issues(steps);
  site.issues.push(...found);
  if (found.length > 0) return undefined;
  const feed = rowFeed(series.columns, context, (view, offset, step) => series.write(step * dt, view, offset));
  return { ...feed, doubt: series.doubt, largest };
};

const misfitOf = ({ data, shape }: ShapedArray, { units, precision, port }: FeedContext): Misfit | undefined => {
  const inner = shape.slice(1);
  if (inner.length > 0 && !fitsUnits(inner, units, true)) {
    return { at: [], message: `contains samples of another shape: each ${shapeProblem(inner, { units, port })}` };
  }
  const problem = firstProblem(data, precision, port.unit);
  return problem && { at: indicesOf(problem.at, shape), message: problem.message };
};
