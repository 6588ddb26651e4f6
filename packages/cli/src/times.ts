import { type Arguments, UsageError } from "./arguments.ts";

/** The time in an option, ms. @throws UsageError if it is not a valid time. */
export const timeOf = (given: Arguments, option: string): number | undefined => {
  const text = given.text(option);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new UsageError(`--${option} must be a time of at least 0 ms; received "${text}". Give a number.`);
};

/** The time in an option as a whole number of steps. */
export const stepsOf = (given: Arguments, option: string, dt: number): number | undefined => {
  const time = timeOf(given, option);
  if (time === undefined) return undefined;
  const steps = Math.round(time / dt);
  if (Math.abs(time / dt - steps) <= 1e-6) return steps;
  throw new UsageError(
    `--${option} must be a whole number of steps of ${dt} ms; received ${time} ms. The nearest is ${Number((steps * dt).toFixed(9))} ms.`,
  );
};

/** The number of steps of a bin of about the given width in ms; at least one. */
export const stepsNear = (width: number, dt: number): number => Math.max(1, Math.round(width / dt));
