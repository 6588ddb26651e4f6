import { timeText } from "../config/clock.ts";
import { indexText } from "../config/parse.ts";
import { describe, isTypedArray, type NestedArray, type NumericArray, readArray, sizeOf } from "../config/shape.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import type { Feed, FeedContext } from "./contract.ts";
import { rowFeed } from "./rows.ts";
import { firstProblem, fitsUnits, shapeProblem } from "./values.ts";

/** Values of whole steps in row-major order. */
export interface StepValues {
  readonly data: NumericArray;
  readonly steps: number;
  /** "[3][7]" for a flat index. */
  readonly place: (index: number) => string;
}

const REMEDY = "Give the steps in order, each with one value per unit.";

/** Reads steps × units: nested arrays, one flat array per step, or a typed array. Does not check the numbers yet. */
export const readStepValues = (
  value: unknown,
  path: string,
  context: FeedContext,
  issues: Issue[],
): StepValues | undefined => {
  const add = (message: string, at = path): undefined => void issues.push({ path: at, message });
  const units = sizeOf(context.units);
  if (isTypedArray(value)) {
    if (value.length === 0 || value.length % units !== 0) {
      return add(
        `must contain steps × ${units} values, one per unit in each step; received ${value.length}. Give whole steps.`,
      );
    }
    return {
      data: value,
      steps: value.length / units,
      place: (index) => `[${index}]`,
    };
  }
  if (!Array.isArray(value)) return add(`must be an array of steps × units; received ${describe(value)}. ${REMEDY}`);
  const array = readArray(value as NestedArray, path);
  if ("message" in array) return add(array.message, array.path);
  const [steps, ...inner] = array.shape;
  if (inner.length === 0 && units > 1) {
    return add(`must contain an array of ${units} values for each step; received ${describe(value)}. ${REMEDY}`);
  }
  if (inner.length > 0 && !fitsUnits(inner, context.units, true)) {
    return add(`contains steps of another shape: each ${shapeProblem(inner, context.units)}`);
  }
  return { data: array.data, steps: steps!, place: (index) => indexText(index, array.shape) };
};

/** The alternative to steps for data that do not cover the run. */
const OTHER = "{ series, interval, after }";

const tooShort = (steps: number, { dt, steps: asked }: FeedContext, needed: number, other: string): string => {
  const run = Number.isFinite(asked)
    ? `the run has ${asked} (${timeText(asked * dt)})`
    : `the run has reached step ${needed}`;
  return `contains ${steps} ${steps === 1 ? "step" : "steps"} (${timeText(steps * dt)} at dt ${timeText(dt)}), but ${run}. Give the missing steps, shorten the run, or give ${other}.`;
};

/** An issue if there are fewer steps than the run has. More steps are allowed. */
export const lengthIssue = (steps: number, path: string, context: FeedContext, other: string): Issue[] =>
  Number.isFinite(context.steps) && steps < context.steps
    ? [{ path, message: tooShort(steps, context, context.steps, other) }]
    : [];

/** @throws ConfigError if a run without a set end continues beyond the data. */
export const checkReached = (step: number, steps: number, path: string, context: FeedContext, other: string): void => {
  if (step >= steps) throw new ConfigError({ path, message: tooShort(steps, context, step + 1, other) });
};

/** Reads { steps }: a current for each step and unit. */
export const readSteps = (value: unknown, context: FeedContext, issues: Issue[]): Feed | undefined => {
  const path = `${context.path}.steps`;
  const read = readStepValues(value, path, context, issues);
  if (!read) return undefined;
  const problem = firstProblem(read.data, context.precision);
  const found = lengthIssue(read.steps, path, context, OTHER);
  if (problem) found.push({ path: `${path}${read.place(problem.at)}`, message: problem.message });
  issues.push(...found);
  if (found.length > 0) return undefined;
  const units = sizeOf(context.units);
  return rowFeed(units, context, (view, offset, step) => {
    checkReached(step, read.steps, path, context, OTHER);
    if (units === 1) view[offset] = read.data[step]!;
    else view.set(read.data.subarray(step * units, (step + 1) * units), offset);
  });
};
