import type { View } from "./machine.ts";
import type { Probe } from "./probe.ts";
import type { Buffer, Program } from "./program.ts";

/** Bytes of one value of a buffer. */
export const bytesOf = (buffer: Pick<Buffer, "type">, program: Pick<Program, "precision">): number =>
  buffer.type === "float" && program.precision === "f64" ? 8 : 4;

/** Number of values in a buffer for chunks of at most `rows` steps. */
export const lengthOf = ({ length, perStep }: Buffer, rows: number): number => (perStep ? length * rows : length);

/** Rounds a number of bytes up to whole cache lines. */
export const lines = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** Bytes of all buffers of a program for chunks of at most `rows` steps. Each buffer is aligned to a cache line. */
export const memoryOf = (program: Pick<Program, "precision" | "buffers">, rows: number): number =>
  program.buffers.reduce((sum, buffer) => sum + lines(lengthOf(buffer, rows) * bytesOf(buffer, program)), 0);

/** Bytes of one record of a probe. */
export const recordBytes = (
  { observables, precision }: Pick<Program, "observables" | "precision">,
  probe: Probe,
): number => bytesOf(observables[probe.observable]!, { precision });

/** A typed view of a buffer in a block of memory. */
export const viewOf = (
  buffer: Pick<Buffer, "type">,
  program: Pick<Program, "precision">,
  memory: ArrayBufferLike,
  offset: number,
  length: number,
): View => {
  if (buffer.type === "int") return new Int32Array(memory, offset, length);
  if (buffer.type === "bits") return new Uint32Array(memory, offset, length);
  return program.precision === "f64"
    ? new Float64Array(memory, offset, length)
    : new Float32Array(memory, offset, length);
};

/** Writes a buffer's initial values. The last one repeats in the padding, which therefore stays in range. */
export const fillInitial = ({ initial }: Pick<Buffer, "initial">, view: View): void => {
  if (typeof initial === "number") {
    view.fill(initial);
    return;
  }
  view.set(initial as ArrayLike<number>);
  if (initial.length > 0 && initial.length < view.length) view.fill(initial[initial.length - 1]!, initial.length);
};
