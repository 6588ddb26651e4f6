import { FileError } from "spark-snn";

/** Reads numbers and texts of a binary file. A read past the end is an error that names the byte and the part. */
export class Bytes {
  readonly #view: DataView;
  /** Name of the file in messages. */
  readonly name: string;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, name: string) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.bytes = bytes;
    this.name = name;
  }

  get size(): number {
    return this.bytes.length;
  }

  /** @throws FileError unless the file contains these bytes */
  require(at: number, length: number, part: string): void {
    if (Number.isSafeInteger(at) && at >= 0 && length >= 0 && at + length <= this.size) return;
    throw new FileError(
      `${this.name} ends at byte ${this.size}, but ${part} needs bytes ${at} to ${at + length}. The file is truncated or damaged; copy it again.`,
    );
  }

  int16(at: number, part: string): number {
    this.require(at, 2, part);
    return this.#view.getInt16(at, true);
  }

  int32(at: number, part: string): number {
    this.require(at, 4, part);
    return this.#view.getInt32(at, true);
  }

  uint32(at: number, part: string): number {
    this.require(at, 4, part);
    return this.#view.getUint32(at, true);
  }

  float(at: number, part: string): number {
    this.require(at, 4, part);
    return this.#view.getFloat32(at, true);
  }

  /** Text of a fixed length, without its padding. Files of instruments use the Latin alphabet of Windows. */
  text(at: number, length: number, part: string): string {
    this.require(at, length, part);
    const raw = new TextDecoder("windows-1252").decode(this.bytes.subarray(at, at + length));
    const end = raw.indexOf("\0");
    return (end < 0 ? raw : raw.slice(0, end)).trim();
  }

  /** Samples of one channel of several that take turns, as 16-bit integers or 32-bit floats. */
  interleaved(
    { at, first, stride, count, isFloat }: InterleavedSamples,
    scale: (raw: number) => number,
    part: string,
  ): Float64Array<ArrayBuffer> {
    const size = isFloat ? 4 : 2;
    this.require(at, count === 0 ? 0 : ((count - 1) * stride + first + 1) * size, part);
    const view = this.#view;
    const values = new Float64Array(count);
    for (let k = 0; k < count; k++) {
      const byte = at + (k * stride + first) * size;
      values[k] = scale(isFloat ? view.getFloat32(byte, true) : view.getInt16(byte, true));
    }
    return values;
  }
}

export interface InterleavedSamples {
  /** First byte. */
  readonly at: number;
  /** Index of the channel among those that take turns. */
  readonly first: number;
  /** Number of channels that take turns. */
  readonly stride: number;
  readonly count: number;
  readonly isFloat: boolean;
}
