import { withUnit } from "../config/field.ts";
import { checkDt } from "../config/parse.ts";
import { Place, Site } from "../config/place.ts";
import { describe } from "../config/shape.ts";
import { timeOfStep } from "../config/time.ts";
import { ConfigError } from "../errors/errors.ts";
import { stepsOf } from "../run/duration.ts";

/**
 * Returns the `cooldown`, ms, with which StrictRefractoryLeakySoma has an absolute refractory period of `time` ms in
 * Brian2's sense (`refractory=time`): spikes are at least `time` apart, and until then the soma stays at its reset
 * potential. The result is time − dt, because Brian2 counts the step of the spike and this library does not; 0 gives no
 * refractory period. NEST does not count that step either: `t_ref` of its iaf_psc_delta equals the cooldown.
 *
 *     StrictRefractoryLeakySoma({ cooldown: absoluteRefractory(2, 0.1), dt: 0.1 })   // spikes at least 2 ms apart
 *
 * @throws ConfigError if `time` is negative or not a whole number of steps of `dt` ms, or if `dt` is not greater than
 * 0.
 */
export const absoluteRefractory = (time: number, dt: number): number => {
  const where = "absoluteRefractory";
  const site = new Site(new Place([where]), [], undefined);
  const { issues } = site;
  if (!checkDt(dt, site.at("dt"))) throw new ConfigError(issues);
  if (time === 0) return 0;
  if (typeof time !== "number" || !Number.isFinite(time) || time < 0) {
    const received = typeof time === "number" ? withUnit(time, "ms") : describe(time);
    throw new ConfigError({
      path: `${where}.time`,
      message: `must be at least 0 ms; received ${received}. Give the refractory period.`,
    });
  }
  const steps = stepsOf(time, dt, site.at("time"));
  if (issues.length > 0) throw new ConfigError(issues);
  return timeOfStep(steps - 1, dt);
};
