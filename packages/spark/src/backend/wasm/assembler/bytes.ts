const FIRST_CAPACITY = 1024;

/** A growing run of bytes with the encodings that a WebAssembly module is made of. */
export class ByteWriter {
  /** Bytes written so far. */
  length = 0;
  #buffer: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_CAPACITY);

  /** Appends one byte; only its low eight bits count. */
  byte(value: number): void {
    if (this.length === this.#buffer.length) this.#grow(1);
    this.#buffer[this.length++] = value;
  }

  /** Appends a run of bytes. */
  bytes(values: Uint8Array): void {
    if (this.length + values.length > this.#buffer.length) this.#grow(values.length);
    this.#buffer.set(values, this.length);
    this.length += values.length;
  }

  /** Appends an integer in 0 … 2^32 − 1 in unsigned LEB128: seven bits a byte, lowest first. */
  unsigned(value: number): void {
    requireRange("ByteWriter.unsigned", value, 0, 0xffff_ffff);
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** Appends a name: its length in bytes and its UTF-8. */
  text(value: string): void {
    const encoded = new TextEncoder().encode(value);
    this.unsigned(encoded.length);
    this.bytes(encoded);
  }

  /** Appends what another writer holds, with its length in front, as sections and function bodies are stored. */
  sized(content: ByteWriter): void {
    this.unsigned(content.length);
    this.bytes(content.#buffer.subarray(0, content.length));
  }

  /** A copy of everything written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#buffer.slice(0, this.length);
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.max(this.#buffer.length * 2, this.length + needed));
    larger.set(this.#buffer);
    this.#buffer = larger;
  }
}

/** @throws RangeError naming what was given and which integers are taken */
export function requireRange(what: string, value: unknown, least: number, most: number): void {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return;
  throw new RangeError(`${what} must be an integer from ${least} to ${most}; received ${String(value)}.`);
}

/** Encodings of one byte: most constants are small, and a typed array takes longer to make than the code around it. */
const short: Uint8Array[] = [];

/** The signed LEB128 of an integer in −2^31 … 2^31 − 1. Read only: equal integers may share the array. */
export function signed32(value: number): Uint8Array {
  if (value >= -0x40 && value <= 0x3f) {
    short[value & 0x7f] ??= Uint8Array.of(value & 0x7f);
    return short[value & 0x7f]!;
  }
  const bytes: number[] = [];
  let rest = value | 0;
  while (rest < -0x40 || rest > 0x3f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  bytes.push(rest & 0x7f);
  return Uint8Array.from(bytes);
}

/** The signed LEB128 of an integer in −2^63 … 2^63 − 1. */
export function signed64(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest < -0x40n || rest > 0x3fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest & 0x7fn));
  return Uint8Array.from(bytes);
}
