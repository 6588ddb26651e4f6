import { FileError } from "spark-snn";
import type { ByteStore } from "../hdf5/store.ts";
import type { ReadNeighbour } from "../result.ts";
import { decodeText, type Row, readTable } from "./table.ts";

/* The files of a SONATA network, by their paths relative to the folder of the configuration that was given. */

/** Largest nesting of JSON. */
const MAX_DEPTH = 100;

export type JsonRecord = Readonly<Record<string, unknown>>;

export interface SonataFiles {
  /** @throws FileError, which names the file and what needs it */
  bytes(path: string, wantedBy: string): Promise<Uint8Array>;
  /** An HDF5 file. It may be on the disk, so that it is never in memory as a whole. Close it with `close`. */
  store(path: string, wantedBy: string): Promise<Uint8Array | ByteStore>;
  json(path: string, wantedBy: string): Promise<JsonRecord>;
  table(path: string, wantedBy: string): Promise<readonly Row[]>;
}

/** @param read the reader of the caller; undefined if only the configuration itself is available */
export const filesOf = (read: ReadNeighbour | undefined): SonataFiles => {
  const open = async (path: string, wantedBy: string): Promise<Uint8Array | ByteStore> => {
    if (!read) {
      throw new FileError(
        `${wantedBy} names the file ${path}, but only the configuration was given. Give the folder of the network, or the option readFile.`,
      );
    }
    try {
      return await read(path);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new FileError(`${wantedBy} needs the file ${path}, which cannot be read: ${reason}`, { cause: error });
    }
  };
  const files: SonataFiles = {
    store: open,
    async bytes(path, wantedBy) {
      const found = await open(path, wantedBy);
      if (found instanceof Uint8Array) return found;
      try {
        const bytes = new Uint8Array(found.size);
        found.read(bytes, 0);
        return bytes;
      } finally {
        closeStore(found);
      }
    },
    json: async (path, wantedBy) => parseJson(await files.bytes(path, wantedBy), path),
    table: async (path, wantedBy) => readTable(await files.bytes(path, wantedBy), path),
  };
  return files;
};

/** Releases a store that lies on the disk. */
export const closeStore = (store: Uint8Array | ByteStore): void => {
  if (!(store instanceof Uint8Array)) (store as { readonly close?: () => void }).close?.();
};

/** The object of a JSON file. @throws FileError if it is no JSON, or no object */
export const parseJson = (bytes: Uint8Array, name: string): JsonRecord => {
  const text = decodeText(bytes, name);
  refuseDepth(text, name);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FileError(`${name} is not valid JSON: ${(error as Error).message}. Correct or copy it again.`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonRecord;
  throw new FileError(`${name} must contain a JSON object. Give a file of SONATA.`);
};

/** JSON.parse of deep nesting exhausts the stack in some engines. */
const refuseDepth = (text: string, name: string): void => {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (isText) {
      if (sign === "\\") at++;
      else if (sign === '"') isText = false;
    } else if (sign === '"') isText = true;
    else if (sign === "[" || sign === "{") {
      if (++depth > MAX_DEPTH) {
        throw new FileError(`${name} is nested more than ${MAX_DEPTH} levels deep. It is damaged.`);
      }
    } else if (sign === "]" || sign === "}") depth--;
  }
};

/** A path without "." and inner "..", relative to the folder of another path if it is not absolute. */
export const resolvePath = (folder: string, path: string): string => {
  const forward = path.replaceAll("\\", "/");
  const isAbsolute = forward.startsWith("/") || /^[A-Za-z]:\//.test(forward);
  const parts: string[] = [];
  for (const part of (isAbsolute ? forward : `${folder}/${forward}`).split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return `${forward.startsWith("/") ? "/" : ""}${parts.join("/")}`;
};

export const folderOf = (path: string): string => {
  const cut = path.lastIndexOf("/");
  return cut < 0 ? "" : path.slice(0, cut) || "/";
};
