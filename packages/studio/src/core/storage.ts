import type { Files } from "./files-of.ts";
import { equalJson, isObject, type JsonObject } from "./json.ts";

/** Where documents are kept, such as the IndexedDB of the browser. */
export interface KeyValue {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  keys(): Promise<readonly string[]>;
}

/** A state of a document that the browser has kept. */
export interface Version {
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  readonly document: JsonObject;
}

export interface StoredDocument {
  readonly name: string;
  /** The newest first. */
  readonly versions: readonly Version[];
  /** Files that the newest version can name. Earlier versions have the same, or have lost theirs. */
  readonly files: Files;
}

export interface Storage {
  /** All documents, the last changed first. */
  list(): Promise<readonly StoredDocument[]>;
  /** Keeps a state of a document under its name. States that follow each other within a minute replace one another. */
  keep(document: JsonObject, files: Files, now: number): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Versions of a document that are kept. */
const kept = 50;
/** Changes within this time make one version, ms. */
const apart = 60_000;

const prefix = "document:";

const nameOf = (document: JsonObject): string => {
  const { name } = document;
  return typeof name === "string" && name !== "" ? name : "Untitled";
};

type Kept = Omit<StoredDocument, "name">;

const isVersion = (value: unknown): value is Version =>
  isObject(value) && typeof value["savedAt"] === "number" && isObject(value["document"]);

/** Values that another program wrote are left alone. */
const readKept = (value: unknown): Kept => {
  const { versions, files } = (isObject(value) ? value : {}) as Partial<Record<keyof Kept, unknown>>;
  return {
    versions: Array.isArray(versions) ? versions.filter(isVersion) : [],
    files: isObject(files) ? (files as unknown as Files) : {},
  };
};

const sameFiles = (a: Files, b: Files): boolean =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.keys(a).every((name) => a[name]?.length === b[name]?.length);

/** The documents that a store keeps, with their earlier versions. */
export const documentStorage = (store: KeyValue): Storage => ({
  list: async () => {
    const keys = (await store.keys()).filter((key) => key.startsWith(prefix));
    const documents = await Promise.all(
      keys.map(async (key) => ({ name: key.slice(prefix.length), ...readKept(await store.get(key)) })),
    );
    return documents
      .filter(({ versions }) => versions.length > 0)
      .sort((a, b) => b.versions[0]!.savedAt - a.versions[0]!.savedAt);
  },
  keep: async (document, files, now) => {
    const key = prefix + nameOf(document);
    const before = readKept(await store.get(key));
    const [last, ...older] = before.versions;
    if (last && equalJson(last.document, document) && sameFiles(before.files, files)) return;
    // The first version of a minute stays, so that typing does not push all older ones out.
    const [first] = older;
    const replaces = last && first && now - first.savedAt < apart;
    const earlier = replaces ? older : last ? [last, ...older] : [];
    await store.set(key, { versions: [{ savedAt: now, document }, ...earlier].slice(0, kept), files });
  },
  remove: (name) => store.delete(prefix + name),
});

/** A store in memory, for browsers that refuse to keep data and for tests. */
export const memoryStore = (): KeyValue => {
  const map = new Map<string, unknown>();
  return {
    get: async (key) => map.get(key),
    set: async (key, value) => void map.set(key, value),
    delete: async (key) => void map.delete(key),
    keys: async () => [...map.keys()],
  };
};
