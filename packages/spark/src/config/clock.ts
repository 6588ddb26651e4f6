/** Relative difference up to which two times count as equal despite rounding. */
const SAME = 1e-9;
/** Absolute limit as a fraction of a step: at late times, the relative tolerance would exceed a sampling interval. */
const LIMIT = 1e-3;

/**
 * Whether two times in ms are equal up to rounding: multiples of dt and of a sampling interval can differ in the last
 * bits. `scale` is the magnitude of the times from which they were computed, if that is larger.
 */
export const sameTime = (
  a: number,
  b: number,
  dt: number,
  scale: number = Math.max(Math.abs(a), Math.abs(b)),
): boolean => Math.abs(a - b) <= Math.min(SAME * scale, LIMIT * dt);

/** Number, counted from 0, of the first step that starts at or after a time. Infinite for an infinite time. */
export const firstStepFrom = (time: number, dt: number): number => {
  const position = time / dt;
  const whole = Math.round(position);
  return sameTime(whole * dt, time, dt) ? whole : Math.ceil(position);
};

/** Formats a time for a message, without the last digits, which are rounding errors. */
export const timeText = (time: number): string => `${Number(time.toPrecision(12))} ms`;

/** Formats a step for messages about data: "step 12 (counted from 0, at 1.2 ms)". */
export const stepText = (step: number, dt: number): string =>
  `step ${step} (counted from 0, at ${timeText(step * dt)})`;
