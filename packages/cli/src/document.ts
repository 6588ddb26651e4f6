import { dirname, isAbsolute, join, resolve } from "node:path";
import { ConfigError, FileError, type Issue, type Key, valueKeys, withValue } from "spark-snn";
import { readFileStrict } from "spark-snn/node";
import { UsageError } from "./arguments.ts";
import { plainJson } from "./plain-json.ts";

/** A document with its text, so that problems name line and column. */
export interface DocumentFile {
  /** Path as typed. */
  readonly path: string;
  readonly value: unknown;
  /** Line and column ("12:5") for the keys of a problem; undefined if they are not in the text. */
  readonly place: (keys: readonly Key[]) => Promise<string | undefined>;
  /** The files that it names, if it comes from a project archive. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
}

/** Maximum size of a document, bytes; it is read as one text. */
const LIMIT = 256 * 2 ** 20;
/** Maximum size of a project archive, bytes. */
const ARCHIVE_LIMIT = 2 ** 30;

/**
 * Reads JSON with comments and trailing commas, or the document of a project archive.
 * @throws FileError if the file cannot be read, is not UTF-8, or is not JSON; the error then names line and column.
 */
export const readDocument = async (path: string, folder: string): Promise<DocumentFile> => {
  const isArchive = path.toLowerCase().endsWith(".zip");
  const bytes = await readFileStrict(resolve(folder, path), { limit: isArchive ? ARCHIVE_LIMIT : LIMIT });
  if (isArchive) return archivedDocument(path, bytes);
  refuseData(path, bytes);
  return parseDocument(path, decode(path, bytes));
};

/** Files of data by their extension or first bytes, and how a document names them. */
const data: readonly (readonly [extension: RegExp, start: RegExp, named: string])[] = [
  [/\.abf$/i, /^ABF[ 2]/, '{ "abf": FILE, "channel": 0 }'],
  [/\.(nwb|h5)$/i, /^\u0089HDF/, '{ "nwb": FILE, "series": NAME }'],
  [/\.(dat|gdf)$/i, /^# NEST/, '{ "nest": FILE, "column": NAME }'],
  [/\.(csv|tsv|txt|atf)$/i, /^ATF\t/, '{ "csv": FILE, "time": NAME, "column": NAME }'],
  [/\.np[yz]$/i, /^\u0093NUMPY/, '{ "npy": FILE }'],
];

/** @throws FileError for a file of data in place of a document, which the parser would only call no JSON */
const refuseData = (path: string, bytes: Uint8Array): void => {
  const start = String.fromCharCode(...bytes.subarray(0, 8));
  // A document may have any name.
  if (/^(\u00ef\u00bb\u00bf)?\s*(\{|\/\/|\/\*)/.test(start)) return;
  const found = data.find(([extension, first]) => extension.test(path) || first.test(start));
  if (!found) return;
  throw new FileError(
    `${path} contains data, and is no experiment or fit. Name it in one, such as ${found[2].replace("FILE", JSON.stringify(path))}.`,
  );
};

const archivedDocument = async (path: string, bytes: Uint8Array): Promise<DocumentFile> => {
  const { readArchive } = await import("@spark-snn/formats");
  const { document, data } = readArchive(bytes, { name: path });
  return { ...(await parseDocument(path, document)), files: data };
};

const decode = (path: string, bytes: Uint8Array): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new FileError(`${path} is not UTF-8 text. Save it as UTF-8.`);
  }
};

/** Loaded for documents with comments, and for problems: the parser of such documents takes a while to load. */
const loadParser = (): Promise<typeof import("./document-tree.ts")> => import("./document-tree.ts");

/**
 * Parses the text of a document; `path` names it in messages.
 * @throws ConfigError for text that is not JSON with comments, or that repeats a key
 */
export const parseDocument = async (path: string, text: string): Promise<DocumentFile> => {
  const value = plainJson(text);
  if (value === undefined) {
    const { parseTreeOf } = await loadParser();
    const tree = parseTreeOf(path, text);
    return { path, value: tree.value, place: async (keys) => tree.place(keys) };
  }
  return { path, value, place: async (keys) => (await loadParser()).parseTreeOf(path, text).place(keys) };
};

/**
 * The same error with file, line and column before each problem.
 *
 * @param changed keys that are not from the file, such as ["experiment", "seed"].
 */
export const placeIssues = async (
  error: ConfigError,
  file: DocumentFile,
  changed: readonly (readonly Key[])[],
): Promise<ConfigError> => {
  const issues: Issue[] = [];
  for (const { path, keys, message } of error.issues) {
    const isChanged = changed.some((way) => way.every((key, k) => key === keys[k]));
    const place = isChanged ? undefined : await file.place(keys);
    issues.push({ path: place === undefined ? path : `${file.path}:${place} ${path}`, keys, message });
  }
  return new ConfigError(issues);
};

/**
 * The same error with file, line and column before each problem, also of the files that the document names. Other errors
 * stay as they are.
 */
export const placeProblems = async (
  error: unknown,
  file: DocumentFile,
  changed: readonly (readonly Key[])[],
): Promise<unknown> => {
  if (error instanceof ConfigError) return placeIssues(error, file, changed);
  if (!(error instanceof FileError) || !(error.cause instanceof ConfigError)) return error;
  const placed = await placeIssues(error.cause, file, changed);
  return new FileError(placed.issues.map(({ path, message }) => `${path} ${message}`).join("\n"), {
    cause: error.cause,
  });
};

/** Reads the files that a document names, relative to the document, or in the archive of the document. */
export const fileReader =
  ({ path: document, files }: Pick<DocumentFile, "path" | "files">, folder: string) =>
  async (path: string): Promise<Uint8Array> => {
    if (!files) return readFileStrict(isAbsolute(path) ? path : join(dirname(resolve(folder, document)), path));
    const plain = path.replace(/^(\.\/)+/, "");
    if (Object.hasOwn(files, plain)) return files[plain]!;
    throw new FileError(`${document} contains no file ${JSON.stringify(path)}. Add it to the archive.`);
  };

/** An assignment such as "model.potentialTau=[10, 12]": the value is JSON, otherwise text. */
interface Assignment {
  readonly path: string;
  readonly value: unknown;
}

/** @throws UsageError if there is no path or no = */
const assignmentOf = async (text: string): Promise<Assignment> => {
  const cut = text.indexOf("=");
  const path = text.slice(0, Math.max(0, cut)).trim();
  if (keysOf(path).length > 0) return { path, value: await readValue(text.slice(cut + 1)) };
  throw new UsageError(`--set takes path=value; received "${text}". Write --set model.potentialTau=15.`);
};

/**
 * Sets one value of an experiment, by the paths that `withValue` takes. Returns the new document and the keys of the
 * value.
 * @throws UsageError for a wrong assignment or path
 */
export const setInExperiment = async (
  document: object,
  assignment: string,
): Promise<{ readonly document: object; readonly keys: readonly Key[] }> => {
  const { path, value } = await assignmentOf(assignment);
  try {
    return { document: withValue(document, path, value), keys: valueKeys(document, path) };
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageError(`--set ${error.message}`);
    throw error;
  }
};

/** The keys of the value that an assignment such as "model.potentialTau=[10, 12]" sets. */
export const assignedKeys = (assignment: string): Key[] =>
  keysOf(assignment.slice(0, Math.max(0, assignment.indexOf("="))));

const keysOf = (path: string): Key[] =>
  path
    .trim()
    .split(/[.[\]]/)
    .filter((key) => key !== "")
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key));

/**
 * Sets one value of a document: "model.potentialTau=[10, 12]". The value is JSON, otherwise text.
 * @throws UsageError if there is no =, or the path leads through a value that is not an object or array.
 */
export const setValue = async (document: unknown, assignment: string): Promise<void> => {
  const { path, value } = await assignmentOf(assignment);
  const keys = keysOf(path);
  let at = document;
  keys.forEach((key, k) => {
    if (typeof at !== "object" || at === null) {
      const way = keys.slice(0, k).join(".");
      throw new UsageError(`--set ${path} leads through ${way}, which is ${JSON.stringify(at)}. Set ${way} itself.`);
    }
    const target = at as Record<Key, unknown>;
    if (k < keys.length - 1) {
      if (!Object.hasOwn(target, key)) define(target, key, {});
      at = target[key];
    } else define(target, key, value);
  });
};

const define = (target: object, key: Key, value: unknown): void => {
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
};

const readValue = async (text: string): Promise<unknown> => plainJson(text) ?? (await loadParser()).parseValue(text);
