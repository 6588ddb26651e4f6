import { StateError } from "../../errors/errors.ts";
import type { NetworkMachine } from "../../program/machine.ts";
import type { NetworkProgram } from "../../program/network.ts";
import { finish, type Work } from "../../program/work.ts";
import { ABORTED } from "../abort.ts";
import { finishInTurns } from "../work.ts";

/** A network that is laid out: what a backend makes a machine of, and the writing of synapses into that machine. */
export interface LaidNetwork {
  readonly network: NetworkProgram;
  readonly synapses: number;
  readonly warnings: readonly string[];
  /** Writes the synapses into the machine that was made of the network. */
  readonly fill: () => Work<void>;
}

type Create = (network: NetworkProgram) => NetworkMachine | Promise<NetworkMachine>;

/** A machine with its synapses. */
export interface Assembled extends Pick<LaidNetwork, "synapses" | "warnings"> {
  readonly machine: NetworkMachine;
}

/** Lays out a network, makes a machine and fills it, at once. @throws StateError where machines are made in time. */
export const assembleAtOnce = (laying: Work<LaidNetwork>, create: Create, message: string): Assembled => {
  const { network, synapses, warnings, fill } = finish(laying);
  const machine = create(network);
  if (machine instanceof Promise) throw new StateError(message);
  finish(fill());
  return { machine, synapses, warnings };
};

/**
 * The same part by part. Gives ABORTED as soon as `stopped` says so: then there is no machine, and nothing that it had.
 */
export const assemble = async (
  laying: Work<LaidNetwork>,
  create: Create,
  stopped: () => boolean,
): Promise<Assembled | typeof ABORTED> => {
  const laid = await finishInTurns(laying, stopped);
  if (laid === ABORTED) return ABORTED;
  const { network, synapses, warnings, fill } = laid;
  const machine = await create(network);
  let filled: unknown = ABORTED;
  try {
    filled = await finishInTurns(fill(), stopped);
  } finally {
    if (filled === ABORTED) machine.dispose();
  }
  return filled === ABORTED ? ABORTED : { machine, synapses, warnings };
};
