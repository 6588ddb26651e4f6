import { StateError } from "../errors/errors.ts";

/** The error of a call of a machine after its end. */
export const afterDispose = (call: string): StateError =>
  new StateError(`Machine.${call} was called after dispose. Compile the simulation again.`);

/** The error of a chunk that is longer than those of the attached setup. */
export const tooManySteps = (most: number, received: number): StateError =>
  new StateError(
    `Machine.advance takes at most ${most} whole steps; received ${received}. Attach a setup with longer chunks.`,
  );
