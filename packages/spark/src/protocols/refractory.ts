import { withUnit } from "../config/field.ts";
import { dtIssues } from "../config/parse.ts";
import { describe } from "../config/shape.ts";
import { timeOfStep } from "../config/time.ts";
import { ConfigError } from "../errors/errors.ts";
import { stepsOf } from "../run/options.ts";

/**
 * The `cooldown`, ms, that gives StrictRefractoryLeakySoma an absolute refractory period of `time` ms as Brian2 means it
 * (`refractory=time`): spikes are at least `time` apart, and the soma is held at its reset potential until then. It is
 * time − dt, since the step of the spike counts in Brian2 and not here; 0 for no period. NEST does not count it either:
 * `t_ref` of its iaf_psc_delta is the cooldown itself.
 *
 *     StrictRefractoryLeakySoma({ cooldown: absoluteRefractory(2, 0.1), dt: 0.1 })   // spikes at least 2 ms apart
 *
 * @throws ConfigError when `time` is negative or no whole number of steps of `dt` ms, or `dt` is not greater than 0.
 */
export const absoluteRefractory = (time: number, dt: number): number => {
  const where = "absoluteRefractory";
  const issues = dtIssues(dt, `${where}.dt`);
  if (issues.length > 0) throw new ConfigError(issues);
  if (time === 0) return 0;
  if (typeof time !== "number" || !Number.isFinite(time) || time < 0) {
    const received = typeof time === "number" ? withUnit(time, "ms") : describe(time);
    throw new ConfigError({
      path: `${where}.time`,
      message: `must be at least 0 ms; received ${received}. Give the refractory period.`,
    });
  }
  const steps = stepsOf(`${where}.time`, time, dt, issues);
  if (issues.length > 0) throw new ConfigError(issues);
  return timeOfStep(steps - 1, dt);
};
