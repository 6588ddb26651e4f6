/* Identifiers that depend on the content only, so that equal results give equal files. */

const hash = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

const hashText = (text: string): Promise<Uint8Array<ArrayBuffer>> => hash(new TextEncoder().encode(text));

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

type NumberArray = Float32Array | Float64Array | Int32Array;

/** A number that depends on texts and arrays, in hexadecimal digits. */
export const contentHash = async (text: string, arrays: readonly NumberArray[]): Promise<string> => {
  const parts = [hex(await hashText(text))];
  for (const array of arrays) {
    // Memory that threads share has no digest, so it is copied.
    const { buffer, byteOffset, byteLength } = array.buffer instanceof ArrayBuffer ? array : array.slice();
    parts.push(hex(await hash(new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength))));
  }
  return hex(await hashText(parts.join("\n")));
};

/** A UUID of version 8 (RFC 9562), whose bits an application chooses, for an object of a content. */
export const objectId = async (content: string, path: string): Promise<string> => {
  const bytes = (await hashText(`${content} ${path}`)).subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
};
