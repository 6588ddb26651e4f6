import { ConfigError, type Json, valueKeys } from "spark-snn";
import { type Place, type Read, Site } from "spark-snn/documents";
import type { planOptions } from "./options.ts";
import type { PlannedRun, SweepPlan } from "./runs.ts";
import { unitPoints } from "./sampling/points.ts";
import { SOBOL_DIMENSIONS } from "./sampling/sobol.ts";
import { isInterval, MOST_RUNS, placed, type Varied } from "./values.ts";

type Given = Read<typeof planOptions>;
type Point = Readonly<Record<string, Json>>;

/** All combinations of the values of some paths; the last path changes fastest. */
const grid = (lists: readonly (readonly [string, readonly Json[]])[]): Point[] =>
  lists.reduce<Point[]>(
    (points, [path, values]) => points.flatMap((point) => values.map((value) => ({ ...point, [path]: value }))),
    [{}],
  );

const sampledPoints = (
  intervals: readonly (readonly [string, Varied])[],
  samples: Given["samples"],
  site: Site,
): Point[] => {
  if (intervals.length === 0) {
    if (samples) site.at("samples").refuse("needs an interval in vary; received none. Give one such as { from, to }.");
    return [{}];
  }
  if (!samples) {
    const [[path] = [""]] = intervals;
    site.at("vary", path).refuse("is an interval, which needs samples. Give samples: { method, count }, or a list.");
    return [{}];
  }
  const { method, count, seed } = samples;
  if (method === "sobol" && intervals.length > SOBOL_DIMENSIONS) {
    const message = `must be random or latin for more than ${SOBOL_DIMENSIONS} intervals; received sobol for ${intervals.length}.`;
    site.at("samples", "method").refuse(`${message} Choose another method.`);
    return [{}];
  }
  return unitPoints(method, count, intervals.length, seed).map((point) =>
    Object.fromEntries(
      intervals.map(([path, varied], d) => [path, isInterval(varied) ? placed(varied, point[d]!) : 0]),
    ),
  );
};

/** Checks that each path is one value of the document, and that no two are the same. */
const checkPaths = (document: object, paths: readonly string[], place: Place, site: Site): void => {
  const known = new Map<string, string>();
  for (const path of paths) {
    const own = new Site(place.at(path), site.issues, undefined);
    try {
      const keys = valueKeys(document, path).join(".");
      const other = known.get(keys);
      if (other !== undefined) own.refuse(`names the same value as "${other}". Keep one of them.`);
      known.set(keys, path);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const { message } of error.issues) own.refuse(message);
    }
  }
};

const seedsOf = (document: object, { seeds, vary }: Given, site: Site): readonly number[] | undefined => {
  const listed = vary["seed"];
  if (listed === undefined) {
    if (typeof seeds !== "number") return seeds;
    const first = (document as { readonly seed?: unknown }).seed ?? 1;
    return Array.from({ length: seeds }, (_, k) => (first as number) + k);
  }
  if (seeds !== undefined) site.at("seeds").refuse('cannot be combined with "seed" in vary. Remove one of them.');
  if (isInterval(listed)) {
    site.at("vary", "seed").refuse("must be a list of seeds. Give one such as [1, 2, 3].");
    return undefined;
  }
  return listed as readonly number[];
};

/**
 * The runs of a sweep: every combination of the lists, the points and the samples, each with every seed. Seeds change
 * fastest, then the samples, then the lists from the last to the first. Adds all problems to the issues.
 */
export const makePlan = (document: object, given: Given, site: Site): SweepPlan => {
  const { vary, points = [{}] } = given;
  const entries = Object.entries(vary).filter(([path]) => path !== "seed");
  const listed = [...new Set(points.flatMap((point) => Object.keys(point)))];
  for (const path of listed) {
    if (Object.hasOwn(vary, path)) site.at("points").refuse(`and vary both contain "${path}". Keep one of them.`);
  }
  checkPaths(document, [...listed, ...entries.map(([path]) => path)], site.place.at("vary"), site);
  const lists = entries.flatMap(([path, varied]) => (isInterval(varied) ? [] : [[path, varied] as const]));
  const intervals = entries.filter(([, varied]) => isInterval(varied));
  const seeds = seedsOf(document, given, site);
  const size = [
    ...lists.map(([, values]) => values.length),
    points.length,
    given.samples?.count ?? 1,
    seeds?.length ?? 1,
  ];
  const total = size.reduce((product, count) => product * count, 1);
  if (total > MOST_RUNS) {
    site.refuse(`would make ${total} runs; the most are ${MOST_RUNS}. Vary fewer values, or use samples.`);
    return { paths: [], runs: [] };
  }
  const sampled = sampledPoints(intervals, given.samples, site);
  if (site.issues.length > 0) return { paths: [], runs: [] };
  const runs: PlannedRun[] = [];
  for (const point of points) {
    for (const cell of grid(lists)) {
      for (const sample of sampled) {
        const overrides = { ...point, ...cell, ...sample };
        for (const seed of seeds ?? [undefined]) {
          runs.push({ index: runs.length, overrides, ...(seed !== undefined && { seed }) });
        }
      }
    }
  }
  return { paths: [...listed, ...entries.map(([path]) => path)], runs };
};
