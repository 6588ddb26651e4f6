import { positiveTime } from "../config/parse.ts";
import type { Site } from "../config/place.ts";
import { timeOfStep } from "../config/time.ts";
import { MAX_STEPS, wholeSteps } from "./whole-steps.ts";

/** Converts the duration of a run after `before` steps to steps. Returns 0, or the nearest number, with an issue. */
export const stepsOf = (duration: unknown, dt: number, site: Site, before = 0): number => {
  const whole = wholeSteps(duration, dt, before);
  if (whole !== undefined) return whole;
  if (duration === undefined) {
    site.refuse("is missing. Give the duration of the run in ms.");
    return 0;
  }
  if (typeof duration !== "number" || !Number.isFinite(duration) || duration <= 0) {
    site.refuse(`must be ${positiveTime(duration)}. Give the length of the run in ms.`);
    return 0;
  }
  const steps = Math.round(duration / dt);
  if (steps > MAX_STEPS) {
    site.refuse(
      `must be at most ${MAX_STEPS} steps; received ${duration} ms, ${steps} steps of ${dt} ms. Shorten the run, or use a longer dt.`,
    );
    return 0;
  }
  if (before + steps > MAX_STEPS) {
    site.refuse(
      `must end at step ${MAX_STEPS} of the simulation or earlier, because steps are numbered with 32 bits; received ${steps} steps after ${before}. Shorten the run, or reset() the simulation.`,
    );
    return 0;
  }
  const nearest = timeOfStep(Math.max(1, steps), dt);
  site.refuse(`must be a whole number of steps of ${dt} ms; received ${duration} ms. The nearest is ${nearest} ms.`);
  return steps;
};
