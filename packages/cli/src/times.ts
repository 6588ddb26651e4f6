import { number } from "spark-snn/documents";
import { type Arguments, readDeclared, UsageError } from "./arguments.ts";

/** A time of at least 0 ms. */
export const timeOption = (about: string) =>
  number(about, {
    unit: "ms",
    holds: (time) => time >= 0,
    takes: "a time of at least 0 ms",
    remedy: "Give a number.",
  });

/** The time in an option as a whole number of steps. @throws UsageError if it is not a valid time. */
export const stepsOf = (
  given: Arguments,
  name: string,
  option: ReturnType<typeof timeOption>,
  dt: number,
): number | undefined => {
  const time = readDeclared(given, name, option);
  if (time === undefined) return undefined;
  const steps = Math.round(time / dt);
  if (Math.abs(time / dt - steps) <= 1e-6) return steps;
  throw new UsageError(
    `--${name} must be a whole number of steps of ${dt} ms; received ${time} ms. The nearest is ${Number((steps * dt).toFixed(9))} ms.`,
  );
};

/** The number of steps of a bin of about the given width in ms; at least one. */
export const stepsNear = (width: number, dt: number): number => Math.max(1, Math.round(width / dt));
