import type { View } from "./machine.ts";
import type { Buffer, Program } from "./program.ts";

/** Bytes of one value of a buffer. */
export const bytesOf = (buffer: Buffer, program: Pick<Program, "precision">): number =>
  buffer.type === "float" && program.precision === "f64" ? 8 : 4;

/** Bytes that all buffers of a program take, each aligned to a cache line. */
export const memoryOf = (program: Pick<Program, "precision" | "buffers">): number =>
  program.buffers.reduce((sum, buffer) => sum + Math.ceil((buffer.length * bytesOf(buffer, program)) / 64) * 64, 0);

/** A typed view of a buffer in a block of memory. */
export const viewOf = (
  buffer: Buffer,
  program: Pick<Program, "precision">,
  memory: ArrayBufferLike,
  offset: number,
): View => {
  if (buffer.type === "int") return new Int32Array(memory, offset, buffer.length);
  if (buffer.type === "bits") return new Uint32Array(memory, offset, buffer.length);
  return program.precision === "f64"
    ? new Float64Array(memory, offset, buffer.length)
    : new Float32Array(memory, offset, buffer.length);
};

/** Writes a buffer's initial values; those beyond the given ones repeat the last, so that padding stays in range. */
export const fillInitial = (buffer: Buffer, view: View): void => {
  const { initial } = buffer;
  if (typeof initial === "number") {
    view.fill(initial);
    return;
  }
  view.set(initial as ArrayLike<number>);
  if (initial.length > 0 && initial.length < view.length) view.fill(initial[initial.length - 1]!, initial.length);
};
