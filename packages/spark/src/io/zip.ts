import { Inflate } from "fflate";
import { FileError } from "../errors/errors.ts";

/** One file inside a zip archive, according to its directory. */
export interface ZipEntry {
  readonly name: string;
  /** Declared size after inflating, bytes. */
  readonly size: number;
  readonly crc: number;
  readonly method: "stored" | "deflated";
  /** The member's bytes in the archive. */
  readonly body: Uint8Array;
}

const endRecordSize = 22;
const directoryRecordSize = 46;
const localRecordSize = 30;
const longestComment = 65_535;
// A deflate stream cannot grow by more than this factor: 258 bytes from two bits.
const highestRatio = 1032;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads the directory of a zip archive without inflating anything. Archives with prefixed or appended bytes, several
 * disks, encryption or the zip64 extension are refused.
 *
 * @throws FileError that names the byte or the member.
 */
export function readZipDirectory(bytes: Uint8Array, where: string): readonly ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEndRecord(view, where);
  const count = view.getUint16(end + 10, true);
  const size = view.getUint32(end + 12, true);
  const start = view.getUint32(end + 16, true);
  if (count === 0xffff || size === 0xffffffff || start === 0xffffffff) refuseZip64(where);
  if (
    view.getUint16(end + 4, true) !== 0 ||
    view.getUint16(end + 6, true) !== 0 ||
    view.getUint16(end + 8, true) !== count
  )
    throw new FileError(`${where} byte ${end + 4} says that the zip spans several disks. Join it into one file.`);
  if (start + size !== end) {
    throw new FileError(
      `${where} byte ${end + 12} places the zip directory at bytes ${start} to ${start + size}, but it ends at byte ${end}. The file is incomplete or damaged; copy or save it again.`,
    );
  }
  const entries: ZipEntry[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    const record = readEntry(bytes, view, at, { start, end }, where);
    entries.push(record.entry);
    at = record.next;
  }
  if (at !== end) damaged(where, at, `has ${end - at} bytes more than its ${count} members need`);
  return entries;
}

/**
 * The bytes of a member, checked against its declared size and CRC-32. Produces at most the declared size plus one
 * piece, for any stream.
 */
export function readZipEntry(entry: ZipEntry, where: string): Uint8Array {
  const member = `${where} member "${entry.name}"`;
  const data = entry.method === "stored" ? entry.body : inflate(entry, member);
  const crc = crc32(data);
  if (crc === entry.crc) return data;
  throw new FileError(
    `${member} has CRC-32 ${hex(crc)}, but the zip directory gives ${hex(entry.crc)}. The file is damaged; copy or save it again.`,
  );
}

function findEndRecord(view: DataView, where: string): number {
  const last = view.byteLength - endRecordSize;
  for (let at = last; at >= Math.max(0, last - longestComment); at--) {
    if (view.getUint32(at, true) === 0x06054b50 && view.getUint16(at + 20, true) === last - at) return at;
  }
  if (view.byteLength >= 2 && view.getUint16(0, true) === 0x4b50) {
    throw new FileError(
      `${where} begins like a zip but has no directory at its end, byte ${view.byteLength}. The file is incomplete; copy or save it again.`,
    );
  }
  throw new FileError(`${where} is not a zip: byte 0 must begin with "PK". Save it as a zip, or with numpy.savez.`);
}

function readEntry(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  directory: { readonly start: number; readonly end: number },
  where: string,
): { entry: ZipEntry; next: number } {
  if (at + directoryRecordSize > directory.end || view.getUint32(at, true) !== 0x02014b50)
    damaged(where, at, "lacks a member record");
  const nameLength = view.getUint16(at + 28, true);
  const next = at + directoryRecordSize + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  if (next > directory.end) damaged(where, at, "has a record that extends past its end");
  const rawName = bytes.subarray(at + directoryRecordSize, at + directoryRecordSize + nameLength);
  const name = decodeName(rawName, at, where);
  const member = `${where} member "${name}"`;
  const flags = view.getUint16(at + 8, true);
  if ((flags & 1) !== 0) throw new FileError(`${member} is encrypted. Save it without a password.`);
  const code = view.getUint16(at + 10, true);
  if (code !== 0 && code !== 8) {
    throw new FileError(
      `${member} must be stored (0) or deflated (8); received compression method ${code}. Save it with another program, or with numpy.savez.`,
    );
  }
  const packed = view.getUint32(at + 20, true);
  const size = view.getUint32(at + 24, true);
  const local = view.getUint32(at + 42, true);
  if (packed === 0xffffffff || size === 0xffffffff || local === 0xffffffff) refuseZip64(member);
  if (local + localRecordSize > directory.start || view.getUint32(local, true) !== 0x04034b50)
    damaged(member, local, "must contain the member's own record", "byte");
  const localNameLength = view.getUint16(local + 26, true);
  const body = local + localRecordSize + localNameLength + view.getUint16(local + 28, true);
  if (body + packed > directory.start) {
    throw new FileError(
      `${member} is declared at bytes ${body} to ${body + packed}, past the zip's members, which end at byte ${directory.start}. The file is incomplete or damaged; copy or save it again.`,
    );
  }
  const localName = bytes.subarray(local + localRecordSize, local + localRecordSize + localNameLength);
  if (localNameLength !== nameLength || localName.some((byte, i) => byte !== rawName[i]))
    damaged(member, local, "has another name than in the zip directory", "byte");
  const method = code === 0 ? "stored" : "deflated";
  if (method === "stored" ? size !== packed : size > packed * highestRatio) {
    throw new FileError(
      `${member} is declared to inflate from ${packed} to ${size} bytes, which its compression cannot produce. The file is damaged; copy or save it again.`,
    );
  }
  const crc = view.getUint32(at + 16, true);
  return { entry: { name, size, crc, method, body: bytes.subarray(body, body + packed) }, next };
}

function decodeName(raw: Uint8Array, at: number, where: string): string {
  try {
    return utf8.decode(raw);
  } catch {
    throw new FileError(
      `${where} byte ${at + directoryRecordSize} must begin a member name in UTF-8. Rename the member.`,
    );
  }
}

function inflate(entry: ZipEntry, member: string): Uint8Array {
  const data = allocate(entry.size, member);
  let filled = 0;
  const stream = new Inflate((piece) => {
    if (filled + piece.length > entry.size) {
      throw new FileError(
        `${member} inflates to more than the ${entry.size} bytes in the zip directory. The file is damaged; copy or save it again.`,
      );
    }
    data.set(piece, filled);
    filled += piece.length;
  });
  const step = 65_536;
  try {
    for (let at = 0; at === 0 || at < entry.body.length; at += step)
      stream.push(entry.body.subarray(at, at + step), at + step >= entry.body.length);
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError(
      `${member} cannot be inflated after ${filled} of ${entry.size} bytes: ${(error as Error).message}. The file is damaged; copy or save it again.`,
      { cause: error },
    );
  }
  if (filled === entry.size) return data;
  throw new FileError(
    `${member} inflates to ${filled} bytes, but the zip directory gives ${entry.size}. The file is damaged; copy or save it again.`,
  );
}

function allocate(size: number, member: string): Uint8Array {
  try {
    return new Uint8Array(size);
  } catch (error) {
    throw new FileError(`${member} needs ${size} bytes of memory, more than is available. Save it in parts.`, {
      cause: error,
    });
  }
}

function damaged(where: string, at: number, problem: string, place = "zip directory at byte"): never {
  throw new FileError(`${where} ${place} ${at} ${problem}. The file is incomplete or damaged; copy or save it again.`);
}

function refuseZip64(where: string): never {
  throw new FileError(
    `${where} uses the zip64 extension for more than 4 GiB, which is not supported. Save it in parts.`,
  );
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ crcTable[(crc ^ bytes[i]!) & 0xff]!;
  return (crc ^ 0xffffffff) >>> 0;
}
