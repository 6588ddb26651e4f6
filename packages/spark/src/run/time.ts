/**
 * Time at the end of a step, ms. Where dt is one over a whole number (0.1, 0.5, 1) the quotient is taken, which rounds
 * once: step 388 of 0.1 ms is 38.8 ms, not 38.800000000000004.
 */
export const timeOfStep = (step: number, dt: number): number => {
  const perMs = Math.round(1 / dt);
  return perMs >= 1 && Math.abs(perMs * dt - 1) < 1e-12 ? step / perMs : step * dt;
};
