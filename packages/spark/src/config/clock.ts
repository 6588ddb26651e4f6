/** Share of a time by which two times may differ and still be the same one, rounded in two ways. */
const SAME = 1e-9;
/** At late times that share grows beyond a sample: then a thousandth of a step decides. */
const LIMIT = 1e-3;

/**
 * Whether two times, ms, are one: multiples of dt and of a sampling interval meet, but not to the last bit. `scale` is
 * the size of the times that they were computed from, where that is larger.
 */
export const sameTime = (
  a: number,
  b: number,
  dt: number,
  scale: number = Math.max(Math.abs(a), Math.abs(b)),
): boolean => Math.abs(a - b) <= Math.min(SAME * scale, LIMIT * dt);

/** Number, from 0, of the first step that starts at or after a time. Infinite for an infinite time. */
export const firstStepFrom = (time: number, dt: number): number => {
  const position = time / dt;
  const whole = Math.round(position);
  return sameTime(whole * dt, time, dt) ? whole : Math.ceil(position);
};

/** A time as a message shows it: without the last digits, which rounding made. */
export const timeText = (time: number): string => `${Number(time.toPrecision(12))} ms`;

/** A step as messages about data name it: "step 12 (from 0, at 1.2 ms)". */
export const stepText = (step: number, dt: number): string => `step ${step} (from 0, at ${timeText(step * dt)})`;
