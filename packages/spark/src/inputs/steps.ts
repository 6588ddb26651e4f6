import { timeText } from "../config/clock.ts";
import { counted } from "../config/counted.ts";
import type { Place, Site } from "../config/place.ts";
import {
  describe,
  indicesOf,
  isTypedArray,
  type NestedArray,
  type NumericArray,
  readArray,
  sizeOf,
} from "../config/shape.ts";
import { ConfigError } from "../errors/errors.ts";
import type { Feed, FeedContext } from "./contract.ts";
import { rowFeed } from "./rows.ts";
import { firstProblem, fitsUnits, shapeProblem } from "./values.ts";

/** Values of whole steps in row-major order. */
export interface StepValues {
  readonly data: NumericArray;
  readonly steps: number;
  /** The indices of a flat index, such as 3 and 7. */
  readonly indices: (flat: number) => readonly number[];
}

const REMEDY = "Give the steps in order, each with one value per unit.";

/** Reads steps × units: nested arrays, one flat array per step, or a typed array. Does not check the numbers yet. */
export const readStepValues = (value: unknown, site: Site<FeedContext>): StepValues | undefined => {
  const shape = site.context.units;
  const units = sizeOf(shape);
  if (isTypedArray(value)) {
    if (value.length === 0 || value.length % units !== 0) {
      return site.refuse(
        `must contain steps × ${units} values, one per unit in each step; received ${value.length}. Give whole steps.`,
      );
    }
    return { data: value, steps: value.length / units, indices: (flat) => [flat] };
  }
  if (!Array.isArray(value)) {
    return site.refuse(`must be an array of steps × units; received ${describe(value)}. ${REMEDY}`);
  }
  const array = readArray(value as NestedArray);
  if ("message" in array) return site.at(...array.at).refuse(array.message);
  const [steps, ...inner] = array.shape;
  if (inner.length === 0 && units > 1) {
    return site.refuse(
      `must contain an array of ${counted(units, "value")} for each step; received ${describe(value)}. ${REMEDY}`,
    );
  }
  if (inner.length > 0 && !fitsUnits(inner, shape, true)) {
    return site.refuse(`contains steps of another shape: each ${shapeProblem(inner, site.context)}`);
  }
  return { data: array.data, steps: steps!, indices: (flat) => indicesOf(flat, array.shape) };
};

/** The alternative to steps for data that do not cover the run. */
const OTHER = "{ series, interval, after }";

const tooShort = (steps: number, { dt, steps: asked }: FeedContext, needed: number, other: string): string => {
  const run = Number.isFinite(asked)
    ? `the run has ${asked} (${timeText(asked * dt)})`
    : `the run has reached step ${needed}`;
  return `contains ${steps} ${steps === 1 ? "step" : "steps"} (${timeText(steps * dt)} at dt ${timeText(dt)}), but ${run}. Give the missing steps, shorten the run, or give ${other}.`;
};

/** Adds an issue if there are fewer steps than the run has. More steps are allowed. */
export const refuseShort = (steps: number, site: Site<FeedContext>, other: string): void => {
  const { context } = site;
  if (Number.isFinite(context.steps) && steps < context.steps) {
    site.refuse(tooShort(steps, context, context.steps, other));
  }
};

/** @throws ConfigError if a run without a set end continues beyond the data. */
export const checkReached = (step: number, steps: number, place: Place, context: FeedContext, other: string): void => {
  if (step >= steps) throw new ConfigError(place.issue(tooShort(steps, context, step + 1, other)));
};

/** Reads { steps }: a value for each step and unit. */
export const readSteps = (value: unknown, site: Site<FeedContext>): Feed | undefined => {
  const before = site.issues.length;
  const { context, place } = site;
  const read = readStepValues(value, site);
  if (!read) return undefined;
  refuseShort(read.steps, site, OTHER);
  const problem = firstProblem(read.data, context.precision, context.port.unit);
  if (problem) site.at(...read.indices(problem.at)).refuse(problem.message);
  if (site.issues.length > before) return undefined;
  const units = sizeOf(context.units);
  return rowFeed(units, context, (view, offset, step) => {
    checkReached(step, read.steps, place, context, OTHER);
    if (units === 1) view[offset] = read.data[step]!;
    else view.set(read.data.subarray(step * units, (step + 1) * units), offset);
  });
};
