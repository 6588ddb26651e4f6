import { MemoryError } from "../../errors/errors.ts";
import { lines } from "../../program/memory.ts";
import { Spares } from "../spares.ts";
import { addressOf } from "./library.ts";
import type { Word } from "./struct.ts";

/** Size in bytes of a cache line, and of the longest vector. */
export const LINE = 64;

const spares = new Spares<ArrayBuffer>(({ byteLength }) => byteLength);

/** Memory at a fixed address that starts on a cache line. */
export interface Block {
  readonly memory: ArrayBuffer;
  /** Offset of the first byte in the memory. */
  readonly start: number;
  readonly address: bigint;
}

/** Zeroed memory; reuses that of a disposed machine if one fits. */
const zeroed = (bytes: number): ArrayBuffer => {
  const spare = spares.take(bytes);
  if (!spare) return new ArrayBuffer(bytes);
  new Uint8Array(spare).fill(0);
  return spare;
};

/** Allocates zeroed memory. @throws MemoryError if the system refuses it */
export const allocate = (bytes: number, name: string): Block => {
  try {
    const memory = zeroed(bytes + LINE);
    const address = addressOf(memory);
    const start = Number((BigInt(LINE) - (address % BigInt(LINE))) % BigInt(LINE));
    return { memory, start, address: address + BigInt(start) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new MemoryError(
      `${name} needs ${(bytes / 1e6).toFixed(0)} MB, which the system refused. Record or feed fewer units, or use shorter chunks or fewer units.`,
    );
  }
};

/** Passes memory on to later machines. The caller must hold the last reference. */
export const recycle = ({ memory }: Block): void => {
  if (memory.byteLength > 0) spares.give(memory);
};

/** Allocates consecutive places, each of which starts on a cache line. */
export class Places {
  bytes = 0;

  take(bytes: number): number {
    const offset = this.bytes;
    this.bytes += lines(bytes);
    return offset;
  }
}

/** Writes the members of a struct at an offset of a block. */
export const writeWords = ({ memory, start }: Block, offset: number, words: readonly Word[]): void => {
  new BigInt64Array(memory, start + offset, words.length).set(words.map(BigInt));
};
