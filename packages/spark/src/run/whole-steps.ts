import { wholeStepsIn } from "../config/time.ts";

/** Records number their steps with 32 bits. */
export const MAX_STEPS = 0xffffffff;

/** The steps of a duration after `before` steps; undefined if it is invalid. */
export const wholeSteps = (duration: unknown, dt: number, before: number): number | undefined => {
  if (typeof duration !== "number") return undefined;
  const exact = duration / dt;
  const steps = Math.round(exact);
  const isValid =
    steps >= 1 &&
    before + steps <= MAX_STEPS &&
    wholeStepsIn(duration, dt) === steps &&
    Math.abs(exact - steps) <= 1e-9 * steps;
  return isValid ? steps : undefined;
};
