import { indexText } from "../config/parse.ts";
import { readSeries } from "../config/series.ts";
import type { ShapedArray } from "../config/shape.ts";
import type { Issue } from "../errors/errors.ts";
import type { Feed, FeedContext } from "./contract.ts";
import { rowFeed } from "./rows.ts";
import { firstProblem, fitsUnits, shapeProblem } from "./values.ts";

/** The feed of { series, interval or times, … }. */
export const seriesFeed = (
  given: Readonly<Record<string, unknown>>,
  context: FeedContext,
  issues: Issue[],
): Feed | undefined => {
  const { path, dt, steps } = context;
  const judge = (samples: ShapedArray, at: string): Issue | undefined => sampleIssue(samples, at, context);
  const series = readSeries(given, { path, unit: "pA", judge }, issues)?.on(dt, path);
  if (!series) return undefined;
  const found = series.issues(steps);
  issues.push(...found);
  if (found.length > 0) return undefined;
  return rowFeed(series.columns, context, (view, offset, step) => series.write(step * dt, view, offset));
};

const sampleIssue = ({ data, shape }: ShapedArray, path: string, context: FeedContext): Issue | undefined => {
  const inner = shape.slice(1);
  if (inner.length > 0 && !fitsUnits(inner, context.units, true)) {
    return { path, message: `contains samples of another shape: each ${shapeProblem(inner, context.units)}` };
  }
  const problem = firstProblem(data, context.precision);
  return problem && { path: `${path}${indexText(problem.at, shape)}`, message: problem.message };
};
