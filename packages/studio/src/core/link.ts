import { readDocumentText } from "./files.ts";
import type { JsonObject } from "./json.ts";

/*
 * Links that contain a whole experiment, in the part of the address after #. That part is never sent to a server. The
 * document is compressed with DEFLATE and written in the letters of base64url.
 */

const key = "experiment";

/** Addresses longer than this are cut by some mail programs and chats. */
export const safeLength = 8000;

const throughStream = async (bytes: Uint8Array<ArrayBuffer>, stream: GenericTransformStream): Promise<Uint8Array> => {
  const body = new Response(bytes).body!.pipeThrough(stream as ReadableWritablePair<Uint8Array, BufferSource>);
  return new Uint8Array(await new Response(body).arrayBuffer());
};

const toBase64 = (bytes: Uint8Array): string => {
  let text = "";
  for (let k = 0; k < bytes.length; k += 8192) text += String.fromCharCode(...bytes.subarray(k, k + 8192));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
};

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

/** The part of an address after # that contains a document. */
export const fragmentOf = async (document: JsonObject): Promise<string> => {
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  return `#${key}=${toBase64(await throughStream(bytes, new CompressionStream("deflate-raw")))}`;
};

/** Largest document that a link may contain, bytes. A small link could otherwise fill the memory. */
const largest = 16 * 2 ** 20;

/**
 * Reads the document in the part of an address after #. Returns undefined if it contains none.
 * @throws Error with a sentence for the user if the link is damaged
 */
export const documentIn = async (fragment: string): Promise<JsonObject | undefined> => {
  const text = new URLSearchParams(fragment.replace(/^#/, "")).get(key);
  if (text === null) return undefined;
  let json: string;
  try {
    const stream = new Response(fromBase64(text)).body!.pipeThrough(
      new DecompressionStream("deflate-raw") as ReadableWritablePair<Uint8Array, BufferSource>,
    );
    json = await limited(stream);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new Error(
      "The link is incomplete: its end is missing or was changed. Ask for the link again, or for a file.",
    );
  }
  return readDocumentText(json, "The link");
};

const limited = async (stream: ReadableStream<Uint8Array>): Promise<string> => {
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size > largest) {
      await reader.cancel();
      throw new RangeError(`The document in the link has more than ${largest / 2 ** 20} MiB. Open it as a file.`);
    }
    parts.push(next.value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new TextDecoder("utf-8", { fatal: true }).decode(whole);
};
