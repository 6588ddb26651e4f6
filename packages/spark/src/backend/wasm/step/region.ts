import { bytesOf } from "../../../program/memory.ts";
import type { Program } from "../../../program/program.ts";

/*
 * A region is the part of a memory that holds a population's buffers of fixed size. Compiled code gets its address and
 * finds the rest from there: buffers at fixed distances, and buffers with a row for each step, probes and their schedule
 * by words at the start of the region. So code depends neither on rows nor on probes nor on where a region lies.
 */

/** Words at the start of a region: the number of probes, and where their table, their schedule and the spikes lie. */
export const PROBE_COUNT = 0;
export const PROBE_TABLE = 4;
export const SCHEDULE = 8;
export const SPIKES = 12;
const POINTERS = 16;

/** Slots of receptors, which lie outside the region: by the name of their buffer, bytes from those of the first one. */
export type SlotOffsets = ReadonlyMap<string, number>;

export interface Region {
  /** For each buffer its bytes from the start of the region; those of its address where it has a row for each step. */
  readonly offsets: readonly number[];
  readonly bytes: number;
}

/** Bytes rounded up to a cache line. */
export const lines = (bytes: number): number => Math.ceil(bytes / 64) * 64;

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
