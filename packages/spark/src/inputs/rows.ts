import { stepText } from "../config/clock.ts";
import { withUnit } from "../config/field.ts";
import { indexText } from "../config/parse.ts";
import type { Site } from "../config/place.ts";
import { type NumericArray, sizeOf } from "../config/shape.ts";
import { ConfigError } from "../errors/errors.ts";
import type { View } from "../program/machine.ts";
import type { Feed, FeedContext } from "./contract.ts";
import { firstProblem } from "./values.ts";

/** Fills one row: writes the values of a step to `view`, starting at `offset`. */
export type FillRow = (view: View, offset: number, step: number) => void;

/** A feed of rows that are known before the run, each with one number for all units or one per unit. */
export const rowFeed = (width: number, context: FeedContext, fillRow: FillRow): Feed => {
  const stride = width === 1 ? 1 : context.padded;
  return {
    binding: { kind: width === 1 ? "row" : "rowUnit" },
    fill: ([view], firstStep, rows) => {
      for (let row = 0; row < rows; row++) fillRow(view!, row * stride, firstStep + row);
      return rows;
    },
  };
};

/** @throws ConfigError for the first invalid value, with its step and, unless all units share the value, its unit. */
export const checkSteps = (data: NumericArray, firstStep: number, verb: string, site: Site<FeedContext>): void => {
  const { context, place } = site;
  const { port, precision } = context;
  const problem = firstProblem(data, precision, port.unit);
  if (!problem) return;
  const units = sizeOf(context.units);
  const step = stepText(firstStep + Math.floor(problem.at / units), context.dt);
  const unit = data.length < units ? "" : `, unit ${indexText(problem.at % units, context.units)}`;
  const remedy = Number.isFinite(data[problem.at]) ? 'Use dtype: "f64" or smaller numbers.' : "Give finite numbers.";
  throw new ConfigError(place.issue(`${verb} ${withUnit(data[problem.at]!, port.unit)} for ${step}${unit}. ${remedy}`));
};
