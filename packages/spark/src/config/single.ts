import { timeText } from "./clock.ts";

/* Times that were kept in single precision. */

/** Largest relative error of a time in single precision after one operation: a unit in the last place. */
export const SINGLE = 2 ** -23;
/** The same for a time that differs from the end of a step only by calculations in double precision. */
const DOUBLE = 1e-9;

/**
 * Times that were kept in single precision, with those that differ from a whole number of steps only by that precision
 * moved there: 0.30000001192092896 ms is step 3 of 0.1 ms. Other lists are returned unchanged. A list counts as single
 * precision if all its times are, or if all are that close to a step: 0.300000012 ms is such a time with nine digits.
 */
export const withoutSingleRounding = (times: ArrayLike<number>, dt: number): ArrayLike<number> => {
  const stepAt = (time: number): number => Math.round(time / dt) * dt;
  let isSingle = true;
  let isNear = true;
  let isRounded = false;
  for (let k = 0; k < times.length && (isSingle || isNear); k++) {
    const time = times[k]!;
    const off = Math.abs(stepAt(time) - time);
    isSingle &&= Math.fround(time) === time;
    isNear &&= off <= Math.min(SINGLE * Math.abs(time), dt / 100);
    isRounded ||= off > DOUBLE * Math.abs(time);
  }
  if (!isRounded || !(isSingle || isNear)) return times;
  return Float64Array.from(times, (time) => {
    const near = stepAt(time);
    const isStep = Math.abs(near - time) <= Math.min(SINGLE * Math.abs(time), dt / 2);
    return isStep ? Number(near.toPrecision(15)) : time;
  });
};

/** A problem of times in single precision that are so late that they do not tell steps apart. */
export const singleMisfit = (times: Float32Array, dt: number): string | undefined => {
  const last = times.reduce((most, time) => Math.max(most, Math.abs(time)), 0);
  const spacing = 2 ** (Math.floor(Math.log2(last)) - 23);
  if (!(spacing > dt)) return undefined;
  return `has times in single precision, which are ${spacing} ms apart at ${timeText(last)}, more than a step of ${timeText(dt)}. Save them in double precision, or as steps.`;
};
