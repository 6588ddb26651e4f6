import { FileError } from "spark-snn";
import { readCheckpoint } from "./checkpoint.ts";

/* Files of Python Spark as JSON: plain, or compressed with xz. */

const XZ = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const GZIP = [0x1f, 0x8b];
/** Largest decompressed size, bytes. A small file can otherwise expand to any size. */
const LIMIT = 256 * 2 ** 20;
/** Largest nesting of the JSON of a file. */
const MAX_DEPTH = 200;

const startsWith = (bytes: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, k) => bytes[k] === byte);

/** Whether bytes look like a file of Python Spark: JSON with its keys, xz, or the gzip of a checkpoint. */
export const looksLikeScfg = (bytes: Uint8Array): boolean =>
  startsWith(bytes, XZ) ||
  startsWith(bytes, GZIP) ||
  /^\s*\{\s*"__(type|version)__"/.test(new TextDecoder().decode(bytes.subarray(0, 200)));

/** The JSON value of a file. */
interface Unpacked {
  readonly value: unknown;
  readonly isCompressed: boolean;
  /** The state of a checkpoint, which is not read. */
  readonly state?: { readonly files: number; readonly bytes: number };
}

/**
 * The JSON value of a file. Python writes Infinity and NaN as bare words, which become null with a note of their count.
 * @throws FileError if the file is truncated, too large, not UTF-8 or not JSON
 */
export const unpackScfg = async (bytes: Uint8Array): Promise<Unpacked> => {
  if (startsWith(bytes, GZIP)) {
    const { configuration, stateFiles, stateBytes } = readCheckpoint(bytes);
    if (startsWith(configuration, GZIP))
      throw new FileError("The configuration of the checkpoint is gzip again. It is damaged.");
    return { ...(await unpackScfg(configuration)), state: { files: stateFiles, bytes: stateBytes } };
  }
  const isCompressed = startsWith(bytes, XZ);
  const plain = isCompressed ? await decompress(bytes) : bytes;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(plain);
  } catch {
    throw new FileError("The file is neither UTF-8 text nor xz. Give a .scfg file of Python Spark.");
  }
  refuseDepth(text);
  try {
    return { value: JSON.parse(text) as unknown, isCompressed };
  } catch (error) {
    if (/[:[,]\s*-?(Infinity|NaN)/.test(text)) {
      throw new FileError(
        "The file contains Infinity or NaN, which are not values of parameters. Replace them by numbers.",
      );
    }
    throw new FileError(`The file is not complete JSON: ${(error as Error).message}. Save it again from Python Spark.`);
  }
};

/** JSON.parse of deep nesting exhausts the stack in some engines. */
const refuseDepth = (text: string): void => {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    if (isText) {
      if (sign === 92) at++;
      else if (sign === 34) isText = false;
    } else if (sign === 34) isText = true;
    else if (sign === 91 || sign === 123) {
      depth++;
      if (depth > MAX_DEPTH) {
        throw new FileError(
          `The file is nested more than ${MAX_DEPTH} levels deep at character ${at + 1}. It is damaged.`,
        );
      }
    } else if (sign === 93 || sign === 125) depth--;
  }
};

interface XzModule {
  readonly XzReadableStream: new (stream: ReadableStream<Uint8Array>) => ReadableStream<Uint8Array>;
}

const decompress = async (bytes: Uint8Array): Promise<Uint8Array> => {
  // Loaded only for compressed files. The package is CommonJS, so its names may be below `default`.
  const loaded = (await import("xz-decompress")) as unknown as XzModule & { readonly default?: XzModule };
  const { XzReadableStream } = loaded.default ?? loaded;
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    const reader = new XzReadableStream(source).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > LIMIT) {
        await reader.cancel();
        throw new FileError(`The file expands to more than ${LIMIT} bytes. Save it uncompressed, and import that.`);
      }
      parts.push(value.slice());
    }
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError(`The file is damaged or truncated: its xz data cannot be decompressed. Copy it again.`);
  }
  const joined = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
};
