/** Whether 1/n has a short decimal: then a quotient by n is the double nearest to the decimal that a person expects. */
const isShort = (perMs: number): boolean => perMs >= 1 && Number.isInteger(1e6 / perMs);

/**
 * Time at the end of a step, ms, as a person expects it: step 388 of 0.1 ms ends at 38.8, not at 38.800000000000004.
 * The product is rounded to 15 digits, which it has exactly wherever dt is written with few. The same numbers stand in
 * files.
 */
export const timeOfStep = (step: number, dt: number): number => {
  const perMs = Math.round(1 / dt);
  // The quotient gives the same number, and is a hundred times as fast.
  if (isShort(perMs) && 1 / perMs === dt && step < 1e9) return step / perMs;
  return Number((step * dt).toPrecision(15));
};

/** How many whole steps a time holds; a time within rounding of a step's end is that end. */
export const wholeStepsIn = (time: number, dt: number): number => {
  const position = time / dt;
  const nearest = Math.round(position);
  return Math.abs(position - nearest) <= Math.max(1e-9, nearest * 1e-14) ? nearest : Math.floor(position);
};
