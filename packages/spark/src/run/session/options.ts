import { byDefault, custom, flag, number, optional } from "../../config/options.ts";
import { describe } from "../../config/shape.ts";

/** Checks a pace. Returns what is wrong with it, or undefined. */
export const wrongPace = (value: unknown): string | undefined =>
  value === "fastest" || (typeof value === "number" && Number.isFinite(value) && value > 0)
    ? undefined
    : `must be a number greater than 0 or "fastest"; received ${describe(value)}. 1 is real time.`;

const onFrame = "Receives the frames.";

/** The options of a session that runs do not have. */
export const sessionOptions = {
  pace: byDefault(
    1,
    custom<number | "fastest">({
      about: 'Simulated time per wall-clock time: 1 is real time; "fastest" does not wait.',
      takes: 'a number greater than 0, or "fastest"',
      schema: { anyOf: [{ type: "number", exclusiveMinimum: 0 }, { const: "fastest" }] },
      read: (value, site) => {
        const wrong = wrongPace(value);
        return wrong === undefined ? (value as number | "fastest") : site.refuse(wrong);
      },
    }),
  ),
  every: byDefault(
    16,
    number("Wall-clock time between two frames while the session plays.", {
      holds: (value) => value > 0,
      takes: "a time greater than 0 ms",
      unit: "ms",
      remedy: "Give the time between two frames.",
      schema: { exclusiveMinimum: 0 },
    }),
  ),
  paused: flag(false, "Waits for `play` instead of playing at once."),
  rewind: byDefault(
    64 * 2 ** 20,
    number("Memory for going back; 0 keeps nothing.", {
      holds: (value) => value >= 0,
      takes: "a number of bytes of at least 0",
      remedy: "Give 0 to keep nothing.",
      schema: { minimum: 0 },
    }),
  ),
  onFrame: optional(
    custom<(frame: never) => void | Promise<void>>({
      about: onFrame,
      takes: "a function",
      schema: { description: onFrame },
      read: (value, site) =>
        typeof value === "function"
          ? (value as () => void)
          : site.refuse(`must be a function; received ${describe(value)}. Give one that receives a frame.`),
    }),
  ),
};
