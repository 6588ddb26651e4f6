import type { PlacedStream } from "./files.ts";

/** Sizes and offsets of this many bytes or more need the zip64 extension. */
export const ZIP_LIMIT = 0xffffffff;

/** Adds files to a zip archive one after the other, without compression. */
export interface ZipStream {
  /** Adds a file whose size and CRC-32 are known. `fill` writes its bytes from an offset in the archive on, in any order. */
  add(name: string, size: number, crc: number, fill: (offset: number) => Promise<void>): Promise<void>;
  /** Writes the directory. */
  end(): Promise<void>;
}

interface Entry {
  readonly name: Uint8Array;
  readonly size: number;
  readonly offset: number;
  readonly crc: number;
}

// 1 January 1980, the earliest date of a zip, so that equal arrays give equal bytes.
const DATE = 0x0021;
const UTF8 = 0x0800;

/** Little-endian fields, two, four or eight bytes each. */
const record = (...fields: readonly (readonly [bytes: 2 | 4 | 8, value: number])[]): Uint8Array => {
  const bytes = new Uint8Array(fields.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else if (size === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += size;
  }
  return bytes;
};

const concat = (...parts: readonly Uint8Array[]): Uint8Array => {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
};

/** A zip archive (APPNOTE 6.3.10) without compression, written to a stream. Sizes of `limit` or more use zip64. */
export const zipStream = (stream: PlacedStream, limit: number = ZIP_LIMIT): ZipStream => {
  const entries: Entry[] = [];
  let position = 0;
  const write = async (bytes: Uint8Array): Promise<void> => {
    position += bytes.length;
    await stream.write(bytes);
  };
  return {
    add: async (name, size, crc, fill) => {
      const entry: Entry = { name: new TextEncoder().encode(name), size, offset: position, crc };
      entries.push(entry);
      await write(localRecord(entry, limit));
      const body = position;
      position += size;
      stream.skip(size);
      await fill(body);
    },
    end: async () => {
      const start = position;
      for (const entry of entries) await write(directoryRecord(entry, limit));
      await write(endRecords(entries.length, start, position - start, limit));
    },
  };
};

const localRecord = ({ name, size, crc }: Entry, limit: number): Uint8Array => {
  const large = size >= limit;
  const extra = large ? record([2, 1], [2, 16], [8, size], [8, size]) : new Uint8Array(0);
  const stated = large ? ZIP_LIMIT : size;
  return concat(
    record([4, 0x04034b50], [2, large ? 45 : 20], [2, UTF8], [2, 0], [2, 0], [2, DATE]),
    record([4, crc], [4, stated], [4, stated], [2, name.length], [2, extra.length]),
    name,
    extra,
  );
};

const directoryRecord = ({ name, size, crc, offset }: Entry, limit: number): Uint8Array => {
  const large = size >= limit;
  const far = offset >= limit;
  const sizes = large ? record([8, size], [8, size]) : new Uint8Array(0);
  const place = far ? record([8, offset]) : new Uint8Array(0);
  const length = sizes.length + place.length;
  const extra = length > 0 ? concat(record([2, 1], [2, length]), sizes, place) : sizes;
  const version = large || far ? 45 : 20;
  const stated = large ? ZIP_LIMIT : size;
  return concat(
    record([4, 0x02014b50], [2, version], [2, version], [2, UTF8], [2, 0], [2, 0], [2, DATE]),
    record([4, crc], [4, stated], [4, stated], [2, name.length], [2, extra.length]),
    record([2, 0], [2, 0], [2, 0], [4, 0], [4, far ? ZIP_LIMIT : offset]),
    name,
    extra,
  );
};

const endRecords = (count: number, start: number, size: number, limit: number): Uint8Array => {
  const far = start >= limit;
  const at = start + size;
  const large = far
    ? concat(
        record(
          [4, 0x06064b50],
          [8, 44],
          [2, 45],
          [2, 45],
          [4, 0],
          [4, 0],
          [8, count],
          [8, count],
          [8, size],
          [8, start],
        ),
        record([4, 0x07064b50], [4, 0], [8, at], [4, 1]),
      )
    : new Uint8Array(0);
  const end = record(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, size],
    [4, far ? ZIP_LIMIT : start],
    [2, 0],
  );
  return concat(large, end);
};
