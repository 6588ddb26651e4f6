import { custom, optional } from "./options.ts";
import { describe, isRecord } from "./shape.ts";

/* Options of calls that only code can give: functions and signals. Their kinds have no JSON. */

/** A function that a call takes, called back later. */
export const callback = <G>(about: string) =>
  optional(
    custom<G>({
      about,
      takes: "a function",
      schema: {},
      read: (value, site) =>
        typeof value === "function"
          ? (value as G)
          : site.refuse(`must be a function; received ${describe(value)}. Omit it if you need none.`),
    }),
  );

/** The signal that ends a call. */
export const abortSignal = (about: string) =>
  optional(
    custom<AbortSignal>({
      about,
      takes: "an AbortSignal",
      schema: {},
      read: (value, site) =>
        isRecord(value) && typeof value["addEventListener"] === "function"
          ? (value as unknown as AbortSignal)
          : site.refuse(`must be an AbortSignal; received ${describe(value)}. Give the signal of an AbortController.`),
    }),
  );
