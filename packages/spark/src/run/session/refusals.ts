import { Place } from "../../config/place.ts";
import { describe } from "../../config/shape.ts";
import { ConfigError, StateError } from "../../errors/errors.ts";

/** The refusal of a call, which does not end the session. */
export class Refusal {
  readonly reason: unknown;

  constructor(reason: unknown) {
    this.reason = reason;
  }
}

export const ended = (): StateError => new StateError("The session has ended. Start another one.");

export const disposed = (): StateError =>
  new StateError("Simulation was disposed while a session was open. Call stop() of the session first.");

export const tooSmall = (rewind: number, bytes: number): string =>
  `rewind is ${rewind} bytes, but the state takes ${bytes}. Give it more memory.`;

/** @throws ConfigError unless the value is a whole number */
export const requireCount = (call: string, value: unknown, least: number): void => {
  if (Number.isSafeInteger(value) && (value as number) >= least) return;
  const message = `takes a whole number of steps of at least ${least}; received ${describe(value)}. Divide a time by dt.`;
  throw new ConfigError(new Place([call]).issue(message));
};
