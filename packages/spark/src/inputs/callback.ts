import type { Site } from "../config/place.ts";
import { describe, sizeOf } from "../config/shape.ts";
import { ConfigError } from "../errors/errors.ts";
import type { View } from "../program/machine.ts";
import type { Feed, FeedContext } from "./contract.ts";
import type { InputFunction } from "./forms.ts";
import { checkSteps } from "./rows.ts";

type Values = Float32Array | Float64Array;

/** The feed of a function that fills one chunk of steps per call. */
export const functionFeed = (fillChunk: InputFunction, site: Site<FeedContext>): Feed => {
  const { context, place } = site;
  const units = sizeOf(context.units);
  const stride = units === 1 ? 1 : context.padded;
  let kept: Values = new Float64Array(0);
  const valuesFor = (length: number): Values => {
    if (kept.length < length) kept = context.precision === "f64" ? new Float64Array(length) : new Float32Array(length);
    return kept.subarray(0, length).fill(0);
  };
  return {
    binding: { kind: units === 1 ? "row" : "rowUnit" },
    once: true,
    fill: ([view], firstStep, rows) => {
      const values = valuesFor(rows * units);
      const finish = (result: unknown): number => {
        if (result !== undefined) throw new ConfigError(place.issue(misused(result)));
        checkSteps(values, firstStep, "was filled with", site);
        copyRows(values, view!, rows, units, stride);
        return rows;
      };
      const result: unknown = fillChunk({ firstStep, steps: rows, time: firstStep * context.dt, units, values });
      return result instanceof Promise ? result.then(finish) : finish(result);
    },
  };
};

const copyRows = (values: Values, view: View, rows: number, units: number, stride: number): void => {
  if (stride === units) view.set(values);
  else for (let row = 0; row < rows; row++) view.set(values.subarray(row * units, (row + 1) * units), row * stride);
};

const misused = (result: unknown): string =>
  typeof result === "object" && result !== null && (Symbol.asyncIterator in result || "next" in result)
    ? "is a generator function that was not called. Pass the iterator that it returns."
    : `is a function that returned ${describe(result)}. Fill chunk.values and return nothing.`;
