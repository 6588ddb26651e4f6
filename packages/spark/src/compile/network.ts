import type { NetworkProgram, PopulationProgram, ReceptorSlots } from "../program/network.ts";
import { type Program, paddedTo } from "../program/program.ts";
import { arrivalsName, type Receptor } from "./receptors.ts";

/** The slots of a receptor start at a multiple of this number. */
const SLOT_UNITS = 32;

export interface NetworkPart {
  readonly name: string;
  readonly program: Program;
  readonly receptors: readonly Receptor[];
}

/** Numbers the units of all populations and the slots of their receptors, in order. */
export const numberParts = (parts: readonly NetworkPart[]): Pick<NetworkProgram, "populations" | "slots"> => {
  let sources = 0;
  let slots = 0;
  const populations = parts.map(({ name, program, receptors }): PopulationProgram => {
    const find = (buffer: string): number => program.buffers.findIndex((known) => known.name === buffer);
    const firstSource = sources;
    sources += program.units;
    const placed = receptors
      .filter(({ wired }) => wired)
      .map((receptor): ReceptorSlots => {
        const firstSlot = slots;
        slots += paddedTo(program.padded, SLOT_UNITS);
        return { buffer: find(arrivalsName(name, receptor.name)), firstSlot };
      });
    return { name, program, firstSource, receptors: placed };
  });
  return { populations, slots };
};

/** First slot of each receptor of a population, in order; undefined for receptors without slots. */
export const slotsOf = (
  receptors: readonly Receptor[],
  { receptors: placed }: PopulationProgram,
): (number | undefined)[] => {
  let next = 0;
  return receptors.map(({ wired }) => (wired ? placed[next++]!.firstSlot : undefined));
};
