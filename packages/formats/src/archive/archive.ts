import { FileError, type JsonObject } from "spark-snn";
import { isRecord } from "spark-snn/documents";
import type { Files } from "../result.ts";
import { nameProblem, readZip, writeZip } from "./zip.ts";

/*
 * A project in one file (.spark.zip): the document, the files that it names, results, and the versions of the programs that
 * wrote it. It is a plain zip:
 *
 *   project.json       kind, version, name of the document, versions
 *   experiment.json    the document
 *   …                  files that the document names, relative to it
 *   results/…          results of a run
 *
 * Archives without project.json contain one document and its files.
 */

/** The content of a project archive. */
export interface Project {
  /** Name of the file of the document. Default "experiment.json". */
  readonly name?: string;
  /** The text of the document: an experiment or a fit, as JSON. */
  readonly document: string;
  /** Files that the document names, by their names in it. */
  readonly data: Files;
  /** Files of results, relative to the folder of results. Default: none. */
  readonly results?: Files;
  /** Versions of programs by name, such as { "spark-snn": "0.1.0" }. */
  readonly versions?: Readonly<Record<string, string>>;
}

const MANIFEST = "project.json";
const DOCUMENT = "experiment.json";
const RESULTS = "results/";
const KIND = "spark-snn project";
const VERSION = 1;

const textOf = (bytes: Uint8Array, where: string): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new FileError(`${where} is not UTF-8 text. Save it as UTF-8.`);
  }
};

/** Writes a project archive. Equal projects give equal bytes. @throws FileError for names that are no paths below a folder */
export const writeArchive = ({
  name = DOCUMENT,
  document,
  data,
  results = {},
  versions = {},
}: Project): Uint8Array<ArrayBuffer> => {
  const manifest = { kind: KIND, version: VERSION, document: name, versions };
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  const files: Record<string, Uint8Array> = {
    [MANIFEST]: encode(`${JSON.stringify(manifest, null, 2)}\n`),
    [name]: encode(document),
  };
  const add = (own: string, bytes: Uint8Array): void => {
    if (Object.hasOwn(files, own) || (own.startsWith(RESULTS) && Object.hasOwn(data, own))) {
      throw new FileError(
        `The archive contains ${JSON.stringify(own)} already. Rename the file, and its name in the document.`,
      );
    }
    files[own] = bytes;
  };
  for (const [own, bytes] of Object.entries(results)) files[`${RESULTS}${own}`] = bytes;
  for (const [own, bytes] of Object.entries(data)) add(own, bytes);
  return writeZip(files);
};

export interface ReadArchiveOptions {
  /** Name of the file in messages. */
  readonly name?: string;
  /** Whether a text is a document, in an archive without project.json. Default: JSON with a model. */
  readonly isDocument?: (text: string) => boolean;
}

/** Whether a text is JSON with a model, or with the somas of a cross-validation. */
const isJsonDocument = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) && (Object.hasOwn(value, "model") || Object.hasOwn(value, "models"));
  } catch {
    return false;
  }
};

/**
 * Reads a project archive, or another zip with one document.
 * @throws FileError for a damaged or unsafe archive, a newer version, and one without a document or with several
 */
export const readArchive = (bytes: Uint8Array, options: ReadArchiveOptions = {}): Required<Project> => {
  const { name: where = "The archive", isDocument = isJsonDocument } = options;
  const files = readZip(bytes, where);
  const manifestName = Object.keys(files).find(
    (name) => /^([^/]+\/)?project\.json$/.test(name) && isManifest(files[name]!),
  );
  const manifest = manifestName === undefined ? undefined : readManifest(files[manifestName]!, where);
  const folder = manifestName?.slice(0, -MANIFEST.length) ?? "";
  const found = manifest ? `${folder}${manifest.document}` : onlyDocument(files, where, isDocument);
  const document = files[found];
  if (!document) throw new FileError(`${where} contains no ${found}, which its ${MANIFEST} names. Save it again.`);
  // A document in a folder names its files relative to that folder.
  const base = manifest ? folder : found.slice(0, found.lastIndexOf("/") + 1);
  const data: Record<string, Uint8Array> = {};
  const results: Record<string, Uint8Array> = {};
  for (const [name, content] of Object.entries(files)) {
    if (name === found || name === manifestName) continue;
    const own = name.startsWith(base) ? name.slice(base.length) : name;
    if (manifest && own.startsWith(RESULTS)) results[own.slice(RESULTS.length)] = content;
    else data[own] = content;
  }
  const name = found.slice(base.length);
  return {
    name,
    document: textOf(document, `${where} member "${found}"`),
    data,
    results,
    versions: manifest?.versions ?? {},
  };
};

const onlyDocument = (files: Files, where: string, isDocument: (text: string) => boolean): string => {
  // Results of a run contain the document, too, in their summary.
  const found = Object.keys(files).filter(
    (name) => /\.jsonc?$/.test(name) && isDocument(new TextDecoder().decode(files[name])),
  );
  if (found.length === 1) return found[0]!;
  const names = found.length === 0 ? "" : `: ${found.slice(0, 5).join(", ")}`;
  throw new FileError(`${where} contains ${found.length} experiments${names}. Open an archive with one.`);
};

const isManifest = (bytes: Uint8Array): boolean => {
  try {
    return (JSON.parse(new TextDecoder().decode(bytes)) as JsonObject)["kind"] === KIND;
  } catch {
    return false;
  }
};

const readManifest = (
  bytes: Uint8Array,
  where: string,
): { readonly document: string; readonly versions: Readonly<Record<string, string>> } => {
  const { version, document, versions } = JSON.parse(new TextDecoder().decode(bytes)) as JsonObject;
  if (version !== VERSION) {
    throw new FileError(
      `${where} is a project of version ${JSON.stringify(version)}; this program reads version ${VERSION}. Update it.`,
    );
  }
  if (typeof document !== "string" || nameProblem(document) !== undefined) {
    throw new FileError(
      `${where} names no document in ${MANIFEST}; received ${JSON.stringify(document)}. Save it again.`,
    );
  }
  const known = isRecord(versions) ? Object.entries(versions).filter(([, one]) => typeof one === "string") : [];
  return { document, versions: Object.fromEntries(known) as Readonly<Record<string, string>> };
};
