import { FileError, type JsonObject } from "spark-snn";
import { isRecord } from "spark-snn/documents";
import { startReport } from "../report.ts";
import type { Experiment, Exported, ExportOptions, Files, Imported, ImportOptions } from "../result.ts";
import { readArchive, writeArchive } from "./archive.ts";
import { nameProblem } from "./zip.ts";

/* Project archives as a format of imports and exports. */

/** Keys of documents that name files. */
const fileKeys = ["csv", "npy", "npz", "json", "abf", "nest", "nwb", "sonata"];

/** A document whose files have other names. */
export const renamed = (value: unknown, names: ReadonlyMap<string, string>): unknown => {
  if (Array.isArray(value)) return value.map((one) => renamed(one, names));
  if (!isRecord(value)) return value;
  const rename = (one: unknown): unknown => (typeof one === "string" ? (names.get(one) ?? one) : one);
  return Object.fromEntries(
    Object.entries(value).map(([key, own]) => {
      if (fileKeys.includes(key) && typeof own === "string") return [key, rename(own)];
      if (fileKeys.includes(key) && Array.isArray(own)) return [key, own.map(rename)];
      return [key, renamed(own, names)];
    }),
  );
};

/** Names below the folder of the archive, for files that the document names elsewhere. */
export const namesInside = (data: Files): ReadonlyMap<string, string> => {
  const taken = new Set(["experiment.json", "project.json", ...Object.keys(data)]);
  const names = new Map<string, string>();
  for (const path of Object.keys(data)) {
    if (
      nameProblem(path) === undefined &&
      path !== "experiment.json" &&
      path !== "project.json" &&
      !path.startsWith("results/")
    )
      continue;
    const last = path.split(/[/\\]/).at(-1) || "file";
    let own = `data/${last}`;
    for (let k = 2; taken.has(own); k++) own = `data/${k}-${last}`;
    taken.add(own);
    names.set(path, own);
  }
  return names;
};

/**
 * An experiment with its files as a project archive. `options.data` contains the files that the document names, and
 * `options.results` those of a run.
 */
export const exportArchive = async (experiment: Experiment, options: ExportOptions = {}): Promise<Exported> => {
  const { data = {}, results = {}, versions = {}, strict = false } = options;
  const report = startReport("archive", "export", "1");
  const names = namesInside(data);
  const document = renamed(experiment.document, names) as JsonObject;
  const own = Object.entries(data).map(([path, bytes]) => [names.get(path) ?? path, bytes] as const);
  report.faithful("document", "experiment", "experiment.json");
  for (const path of Object.keys(data)) report.faithful(path, "file", names.get(path) ?? path);
  if (Object.keys(results).length > 0) {
    report.faithful("results", `${Object.keys(results).length} files`, "results");
  }
  const text = `${JSON.stringify(document, null, 2)}\n`;
  const bytes = writeArchive({ document: text, data: Object.fromEntries(own), results, versions });
  const title = typeof document["name"] === "string" ? document["name"] : "";
  const plain = title
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .toLowerCase();
  return { files: { [`${plain || "experiment"}.spark.zip`]: bytes }, report: report.finish(strict) };
};

/** The experiment in a project archive, with its files. Its results become files in the folder results. */
export const importArchive = async (
  bytes: Uint8Array,
  options: ImportOptions & { readonly file?: string } = {},
): Promise<Imported> => {
  const where = options.file ?? "The archive";
  const project = readArchive(bytes, { name: where });
  let document: unknown;
  try {
    document = JSON.parse(project.document);
  } catch (error) {
    throw new FileError(`${where} member "${project.name}" is not JSON: ${(error as Error).message}. Correct it.`);
  }
  const report = startReport("archive", "import", "1");
  report.faithful(project.name, "experiment", "document");
  for (const name of Object.keys(project.data)) report.faithful(name, "file", name);
  const results = Object.entries(project.results).map(([name, content]) => [`results/${name}`, content] as const);
  if (results.length > 0) report.faithful("results", `${results.length} files`, "folder results");
  const data = { ...project.data, ...Object.fromEntries(results) };
  return { document: document as never, data, report: report.finish(options.strict ?? false) };
};
