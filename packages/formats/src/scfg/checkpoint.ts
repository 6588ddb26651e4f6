import { Gunzip } from "fflate";
import { FileError } from "spark-snn";

/*
 * Checkpoints of Python Spark (.spark): a tar in gzip with the configuration, ./model.scfg, and the state in the format of
 * orbax, ./state/…. Only the configuration is kept; the rest passes by without being stored.
 */

/** Largest size of the configuration, bytes. */
const LIMIT = 256 * 2 ** 20;
/** Largest size of a checkpoint after decompression, bytes. It is not stored, but takes time. */
const TOTAL = 16 * 2 ** 30;
const BLOCK = 512;
const CONFIGURATION = "model.scfg";

const damaged = (what: string): FileError =>
  new FileError(`The checkpoint ${what}. It is damaged or truncated; copy it again.`);

/** An entry of a tar, from its block. Undefined for a block of zeros, which ends it. */
const entryOf = (block: Uint8Array, at: number): { readonly name: string; readonly size: number } | undefined => {
  if (block.every((byte) => byte === 0)) return undefined;
  const text = (from: number, to: number): string => {
    const bytes = block.subarray(from, to);
    const end = bytes.indexOf(0);
    return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end)).trim();
  };
  const sum = block.reduce((all, byte, k) => all + (k >= 148 && k < 156 ? 32 : byte), 0);
  if (Number.parseInt(text(148, 156), 8) !== sum) throw damaged(`has a wrong checksum at byte ${at} of its tar`);
  const size =
    (block[124]! & 0x80) === 0 ? Number.parseInt(text(124, 136) || "0", 8) : binary(block.subarray(125, 136));
  if (!Number.isSafeInteger(size) || size < 0) throw damaged(`has an entry of ${size} bytes at byte ${at} of its tar`);
  return { name: text(0, 100).replace(/^\.\//, ""), size };
};

/** Sizes of 8 GiB or more are binary numbers. */
const binary = (bytes: Uint8Array): number => bytes.reduce((value, byte) => value * 256 + byte, 0);

/** What a checkpoint contains. */
export interface Checkpoint {
  readonly configuration: Uint8Array;
  /** Number of files of the state, and their size in bytes. */
  readonly stateFiles: number;
  readonly stateBytes: number;
}

/** Reads the entries of a tar that arrives in pieces, and keeps only the configuration. */
class TarReader {
  configuration: Uint8Array | undefined;
  stateFiles = 0;
  stateBytes = 0;
  /** Whether the end of the tar was reached. */
  isDone = false;
  #at = 0;
  readonly #block = new Uint8Array(BLOCK);
  #filled = 0;
  /** Bytes of the current entry that are to come, with its padding; where they go. */
  #rest = 0;
  #kept: { readonly into: Uint8Array; filled: number } | undefined;

  push(piece: Uint8Array): void {
    let at = 0;
    while (at < piece.length && !this.isDone) {
      const taken = this.#rest > 0 ? this.#content(piece.subarray(at)) : this.#header(piece.subarray(at));
      at += taken;
      this.#at += taken;
      if (this.#at > TOTAL) throw damaged(`expands to more than ${TOTAL} bytes`);
    }
  }

  /** Whether the tar ended within an entry. */
  get isPartial(): boolean {
    return this.#rest > 0 || this.#filled > 0;
  }

  #header(bytes: Uint8Array): number {
    const taken = Math.min(BLOCK - this.#filled, bytes.length);
    this.#block.set(bytes.subarray(0, taken), this.#filled);
    this.#filled += taken;
    if (this.#filled < BLOCK) return taken;
    this.#filled = 0;
    const entry = entryOf(this.#block, this.#at + taken - BLOCK);
    if (!entry) {
      this.isDone = true;
      return taken;
    }
    const { name, size } = entry;
    this.#rest = Math.ceil(size / BLOCK) * BLOCK;
    this.#kept = undefined;
    if (name === CONFIGURATION) {
      if (size > LIMIT) throw damaged(`has a configuration of ${size} bytes, more than ${LIMIT}`);
      this.configuration = new Uint8Array(size);
      this.#kept = { into: this.configuration, filled: 0 };
    } else if (name.startsWith("state/") && size > 0) {
      this.stateFiles++;
      this.stateBytes += size;
    }
    return taken;
  }

  #content(bytes: Uint8Array): number {
    const taken = Math.min(this.#rest, bytes.length);
    if (this.#kept) {
      const { into, filled } = this.#kept;
      const own = bytes.subarray(0, Math.min(taken, into.length - filled));
      into.set(own, filled);
      this.#kept.filled += own.length;
    }
    this.#rest -= taken;
    return taken;
  }
}

/** The configuration of a checkpoint, and the size of its state. @throws FileError */
export const readCheckpoint = (bytes: Uint8Array): Checkpoint => {
  const tar = new TarReader();
  let isFinal = false;
  const gunzip = new Gunzip((piece, final) => {
    tar.push(piece);
    isFinal ||= final;
  });
  try {
    const step = 65_536;
    for (let at = 0; at < bytes.length && !tar.isDone; at += step) {
      gunzip.push(bytes.subarray(at, at + step), at + step >= bytes.length);
    }
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw damaged(`cannot be decompressed: ${(error as Error).message}`);
  }
  if (!tar.isDone && (tar.isPartial || !isFinal)) throw damaged("ends within its tar");
  const { configuration, stateFiles, stateBytes } = tar;
  if (configuration) return { configuration, stateFiles, stateBytes };
  throw new FileError(
    `The file is compressed with gzip, and contains no ${CONFIGURATION}. Give a checkpoint (.spark) or a .scfg file of Python Spark.`,
  );
};
