import { bytesOf, lines } from "../../../program/memory.ts";
import type { Program } from "../../../program/program.ts";

/*
 * A region is the part of a memory with the buffers of fixed size of a population. Compiled code receives its address
 * and derives the other ones: buffers are at fixed offsets, and words at the start of the region hold the addresses of
 * buffers with a row per step, of probes and of their schedule. Code therefore depends on neither rows nor probes nor
 * the address of the region.
 */

/** Words at the start of a region: the number of probes, and the addresses of their table, schedule and the spikes. */
export const PROBE_COUNT = 0;
export const PROBE_TABLE = 4;
export const SCHEDULE = 8;
export const SPIKES = 12;
const POINTERS = 16;

/** Slots of receptors, which are outside the region: offset in bytes from those of the first one, by buffer name. */
export type SlotOffsets = ReadonlyMap<string, number>;

export interface Region {
  /** Offset of each buffer from the start of the region; for buffers with a row per step, the offset of its address. */
  readonly offsets: readonly number[];
  readonly bytes: number;
}

export const regionOf = (program: Program, slots?: SlotOffsets): Region => {
  const pointers = program.buffers.filter(({ perStep }) => perStep).length;
  let pointer = POINTERS;
  let next = lines(POINTERS + pointers * 4);
  const offsets = program.buffers.map((buffer, k) => {
    if (slots?.has(buffer.name)) return -1;
    if (k === program.spikes) return SPIKES;
    const offset = buffer.perStep ? pointer : next;
    if (buffer.perStep) pointer += 4;
    else next += lines(buffer.length * bytesOf(buffer, program));
    return offset;
  });
  return { offsets, bytes: next };
};
