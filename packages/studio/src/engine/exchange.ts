import {
  type Format,
  formatOf,
  formats,
  type Imported,
  looksLikeZip,
  neighbourReader,
  type Report,
  readArchive,
  readZip,
  recordings,
  reportText,
  writeArchive,
  writeZip,
} from "@spark-snn/formats";
import { strFromU8, strToU8 } from "fflate";
import { experiment } from "spark-snn";
import { documentText, parseDocument, readDocumentText } from "../core/files.ts";
import type { Files } from "../core/files-of.ts";
import type { JsonObject } from "../core/json.ts";
import type { Attached, FormatEntry, Opened, Saved } from "../core/protocol.ts";
import { attachmentText, isData } from "./attachments.ts";
import { readerOf } from "./reader.ts";

/* Documents with their data as one file, and files of other programs. */

/** Formats by name, whatever directions they have. */
const known: Readonly<Record<string, Format>> = formats;

export const formatEntries = (): FormatEntry[] =>
  Object.entries(known).map(([name, format]) => ({
    name,
    about: format.about,
    reads: format.read !== undefined,
    writes: format.write !== undefined,
  }));

/** Opens the files of an archive: a project, one document with its data, or a model of several files. */
const unpacked = async (files: Files, zip: () => Uint8Array, where: string, name?: string): Promise<Opened> => {
  const isDocument = (text: string): boolean => {
    const read = parseDocument(text);
    return "document" in read && "model" in read.document;
  };
  const main = mainFileIn(files);
  const hasDocument = Object.keys(files).some((own) => own.endsWith(".json") && isDocument(strFromU8(files[own]!)));
  if (main !== undefined && !hasDocument) {
    const options = { name: stem(name ?? main), file: main, readFile: neighbourReader(files) };
    return imported(await known[formatOf(files[main]!)]!.read!(files[main]!, options));
  }
  const project = readArchive(zip(), { name: where, isDocument });
  const results = Object.keys(project.results).length;
  const left = `The archive also contains ${results} files of results, which the studio does not show or save.`;
  return {
    document: readDocumentText(project.document, `The file ${project.name}`),
    data: project.data,
    report: results > 0 ? left : undefined,
  };
};

/** The file of a model of several files that names the others: a configuration of SONATA, or a simulation of LEMS. */
const mainFileIn = (files: Files): string | undefined => {
  const last = (name: string): string => name.slice(name.lastIndexOf("/") + 1);
  const choose = (format: "sonata" | "neuroml", ends: RegExp, wanted: readonly RegExp[]): string | undefined => {
    const found = Object.keys(files).filter((name) => ends.test(name) && formats[format].looksLike!(files[name]!));
    return wanted.map((one) => found.find((name) => one.test(last(name)))).find((one) => one !== undefined) ?? found[0];
  };
  return (
    choose("sonata", /\.json$/, [/^config\.json$/, /^simulation_config\.json$/, /^circuit_config\.json$/]) ??
    choose("neuroml", /\.(xml|nml)$/, [/^LEMS.*\.xml$/, /\.xml$/, /\.net\.nml$/])
  );
};

const stem = (name: string): string => name.replace(/\.\w+$/, "");

const imported = ({ document, data, report }: Imported): Opened => ({
  document: document as unknown as JsonObject,
  data,
  report: textOf(report),
});

const textOf = (report: Report): string => reportText(report, { all: true });

/** Opens one file: a document, an archive of the studio, or a file of another program. */
const openedFile = async (name: string, bytes: Uint8Array): Promise<Opened> => {
  if (looksLikeZip(bytes)) {
    const where = `The file ${name}`;
    return unpacked(readZip(bytes, where), () => bytes, where, name);
  }
  const start = strFromU8(bytes.subarray(0, 64)).trimStart();
  if (start.startsWith("{") || start.startsWith("/")) {
    const read = parseDocument(strFromU8(bytes));
    // Some formats of other programs are JSON, too.
    if (!("document" in read) || "model" in read.document) {
      return { document: readDocumentText(strFromU8(bytes), `The file ${name}`), data: {}, report: undefined };
    }
  }
  return imported(await known[formatIn(name, bytes)]!.read!(bytes, { name: stem(name), file: name }));
};

/** @throws Error with the formats that the studio reads if a file has none of them */
const formatIn = (name: string, bytes: Uint8Array): string => {
  try {
    return formatOf(bytes);
  } catch {
    throw new Error(
      `The studio cannot read ${name}. It opens experiments (.json, .spark.zip), models of other programs (.scfg, .spark, .nir, .nml, LEMS, SONATA), recordings (.abf, .nwb, .dat, .gdf), and tables and arrays (.csv, .npy, .npz).`,
    );
  }
};

/**
 * Opens files that were chosen or dropped together: a document, an archive, the files of a model of another program, or data
 * for the present document.
 * @throws errors with a sentence for the user
 */
export const opened = async (files: Files): Promise<Opened | Attached> => {
  const all = Object.entries(files);
  const [first, ...others] = all;
  if (!first) throw new Error("No file was given. Choose at least one.");
  if (all.every(([name, bytes]) => isData(name, bytes))) return { attached: files, text: await attachmentText(files) };
  if (others.length === 0) return openedFile(...first);
  return unpacked(files, () => writeZip(files), `The group of ${all.length} files`);
};

/** The document as a file; with its data, as an archive. */
export const saved = (document: JsonObject, files: Files, name: string): Saved => {
  const text = documentText(document);
  if (Object.keys(files).length === 0) return { name: `${name}.json`, bytes: strToU8(text), report: undefined };
  return { name: `${name}.spark.zip`, bytes: writeArchive({ document: text, data: files }), report: undefined };
};

/** The document in the format of another program. Several files become an archive. */
export const exported = async (document: JsonObject, files: Files, format: string, name: string): Promise<Saved> => {
  const read = await experiment(document, { readFile: readerOf(files), recordings });
  const written = await known[format]!.write!(read, { data: files });
  const [[first, bytes] = ["", new Uint8Array()], ...others] = Object.entries(written.files);
  const report = textOf(written.report);
  if (others.length === 0) return { name: first.split("/").at(-1)!, bytes, report };
  return { name: `${name}-${format}.zip`, bytes: writeZip(written.files), report };
};
