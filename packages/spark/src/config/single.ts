import { timeText } from "./clock.ts";

/* Times that were kept in single precision. */

/** Largest relative error of a time in single precision after one operation: a unit in the last place. */
export const SINGLE = 2 ** -23;
/** A decimal with more significant digits than this is not what someone wrote, but a rounded binary number. */
const WRITTEN = 10;

const isWritten = (time: number): boolean => Number(time.toPrecision(WRITTEN)) === time;

/**
 * Times that were kept in single precision, with those that differ from a whole number of steps only by that precision
 * moved there: 0.30000001192092896 ms is step 3 of 0.1 ms. Other lists are returned unchanged. A list counts as single
 * precision if all its times are, and at least one has too many digits for a decimal.
 */
export const withoutSingleRounding = (times: ArrayLike<number>, dt: number): ArrayLike<number> => {
  let isRounded = false;
  for (let k = 0; k < times.length; k++) {
    const time = times[k]!;
    if (Math.fround(time) !== time) return times;
    isRounded ||= !isWritten(time);
  }
  if (!isRounded) return times;
  return Float64Array.from(times, (time) => {
    const onGrid = Math.round(time / dt) * dt;
    const isNear = Math.abs(onGrid - time) <= Math.min(SINGLE * Math.abs(time), dt / 2);
    return isNear && !isWritten(time) ? Number(onGrid.toPrecision(15)) : time;
  });
};

/** A problem of times in single precision that are so late that they do not tell steps apart. */
export const singleMisfit = (times: Float32Array, dt: number): string | undefined => {
  const last = times.reduce((most, time) => Math.max(most, Math.abs(time)), 0);
  const spacing = 2 ** (Math.floor(Math.log2(last)) - 23);
  if (!(spacing > dt)) return undefined;
  return `has times in single precision, which are ${spacing} ms apart at ${timeText(last)}, more than a step of ${timeText(dt)}. Save them in double precision, or as steps.`;
};
