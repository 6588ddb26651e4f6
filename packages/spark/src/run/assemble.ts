import type { Engine, Machine } from "../program/machine.ts";
import type { Work } from "../program/work.ts";
import { ABORTED } from "./abort.ts";
import type { LaidNetwork } from "./frontend.ts";
import { finishInTurns } from "./work.ts";

/** A machine with its synapses. */
export interface Assembled extends Pick<LaidNetwork, "synapses" | "warnings" | "projections"> {
  readonly machine: Machine;
}

/**
 * Plans the layout of a network, creates a machine and fills it, part by part. Returns ABORTED once `stopped` returns
 * true; the machine, if any, is then disposed of.
 */
export const assemble = async (
  laying: Work<LaidNetwork>,
  engine: Engine,
  stopped: () => boolean,
): Promise<Assembled | typeof ABORTED> => {
  const laid = await finishInTurns(laying, stopped);
  if (laid === ABORTED) return ABORTED;
  const { network, fill, ...about } = laid;
  const machine = await engine.create(network);
  let filled: unknown = ABORTED;
  try {
    filled = await finishInTurns(fill(), stopped);
  } finally {
    if (filled === ABORTED) machine.dispose();
  }
  return filled === ABORTED ? ABORTED : { machine, ...about };
};
