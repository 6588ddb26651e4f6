/**
 * Number of steps in a millisecond if dt has a short decimal. Then the quotient of a step is the double nearest to the
 * decimal that users expect.
 */
const shortPerMs = (dt: number): number | undefined => {
  const perMs = Math.round(1 / dt);
  return perMs >= 1 && Number.isInteger(1e6 / perMs) && 1 / perMs === dt ? perMs : undefined;
};

/** The quotient gives the same number as rounding to 15 digits, and is a hundred times faster. */
const timeAt = (step: number, dt: number, perMs: number | undefined): number =>
  perMs !== undefined && step < 1e9 ? step / perMs : Number((step * dt).toPrecision(15));

/**
 * Time at the end of a step, ms, without rounding errors: step 388 of 0.1 ms ends at 38.8, not at 38.800000000000004.
 * The error of the product is less than half a unit in its 15th digit. Rounding to 15 digits therefore gives exactly the
 * decimal product of `step` and `dt` as written, if that has no more than 15 digits.
 */
export const timeOfStep = (step: number, dt: number): number => timeAt(step, dt, shortPerMs(dt));

/** Times at the ends of steps, ms. A loop, because the `map` of a typed array takes several times as long. */
export const timesOfSteps = (steps: ArrayLike<number>, dt: number): Float64Array<ArrayBuffer> => {
  const perMs = shortPerMs(dt);
  const times = new Float64Array(steps.length);
  for (let k = 0; k < times.length; k++) times[k] = timeAt(steps[k]!, dt, perMs);
  return times;
};

/** Number of whole steps within a time. A time that differs from the end of a step only by rounding counts as that end. */
export const wholeStepsIn = (time: number, dt: number): number => {
  const position = time / dt;
  const nearest = Math.round(position);
  return Math.abs(position - nearest) <= Math.max(1e-9, nearest * 1e-14) ? nearest : Math.floor(position);
};
