/** Whether 1/perMs has a short decimal. Then step / perMs is the double nearest to the decimal that users expect. */
const isShort = (perMs: number): boolean => perMs >= 1 && Number.isInteger(1e6 / perMs);

/**
 * Time at the end of a step, ms, without rounding errors: step 388 of 0.1 ms ends at 38.8, not at 38.800000000000004.
 * The product is rounded to 15 digits, which is exact if dt has few digits. Files contain the same numbers.
 */
export const timeOfStep = (step: number, dt: number): number => {
  const perMs = Math.round(1 / dt);
  // The quotient gives the same number and is a hundred times faster.
  if (isShort(perMs) && 1 / perMs === dt && step < 1e9) return step / perMs;
  return Number((step * dt).toPrecision(15));
};

/** Number of whole steps within a time. A time that differs from the end of a step only by rounding counts as that end. */
export const wholeStepsIn = (time: number, dt: number): number => {
  const position = time / dt;
  const nearest = Math.round(position);
  return Math.abs(position - nearest) <= Math.max(1e-9, nearest * 1e-14) ? nearest : Math.floor(position);
};
