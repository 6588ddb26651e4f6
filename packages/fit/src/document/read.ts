import {
  type ComponentType,
  ConfigError,
  type Issue,
  type JsonObject,
  type ReadFile,
  type SomaTypes,
  somas,
  suggestName,
} from "spark-snn";
import { isRecord, NamedFiles, Place, Site } from "spark-snn/documents";
import { requireModels, requireOptions } from "../given.ts";
import type { FitOptions } from "../options.ts";
import { withOrigin } from "../origin.ts";
import { readFixed } from "../read.ts";
import { isObject, shown } from "../shown.ts";
import { resolveSeries, resolveSpikes } from "./files.ts";

/** Options for reading a fit document. */
export interface FitDocumentOptions {
  /** Reads the files that the document names. Without it, such recordings are refused. */
  readonly readFile?: ReadFile;
  /** Custom somas by name; they replace somas of the library with the same name. */
  readonly models?: SomaTypes;
}

/** A fit document as arguments of `fit(model, options)`. */
export interface ReadFitDocument {
  readonly model: ComponentType;
  readonly options: FitOptions;
  /** The current of each recording as in the document, by the name of the recording. */
  readonly currents: Readonly<Record<string, JsonObject>>;
}

const ROOT = "fit";
const keys = [
  "$schema",
  "name",
  "description",
  "model",
  "recordings",
  "free",
  "latency",
  "objective",
  "validate",
  "method",
  "seed",
  "budget",
  "dt",
  "dtype",
];
const passed = ["free", "latency", "objective", "validate", "method", "seed", "budget", "dt", "dtype"] as const;

/**
 * Reads a fit document (plain data, such as the result of `JSON.parse`) and the files that it names.
 *
 * @throws ConfigError that lists the problems with their paths, such as "fit.recordings[0].spikes"; `fit` checks the
 * values. FileError if a file cannot be read.
 */
export const readFitDocument = async (
  document: unknown,
  options: FitDocumentOptions = {},
): Promise<ReadFitDocument> => {
  requireOptions("readFitDocument", options, ["readFile", "models"]);
  requireModels("readFitDocument.models", options.models ?? {});
  if (options.readFile !== undefined && typeof options.readFile !== "function") {
    const message = `must be a function that reads a file; received ${shown(options.readFile)}. Give async (path) => ….`;
    throw new ConfigError({ path: "readFitDocument.readFile", message });
  }
  const issues: Issue[] = [];
  if (!isObject(document)) {
    const message = `takes an object with model and recordings; received ${shown(document)}. Give one.`;
    throw new ConfigError({ path: ROOT, message });
  }
  for (const key of Object.keys(document)) {
    if (!keys.includes(key)) issues.push({ path: `${ROOT}.${key}`, message: `is unknown. ${unknownHint(key)}` });
  }
  for (const key of ["$schema", "name", "description"]) {
    const value = document[key];
    if (value === undefined || typeof value === "string") continue;
    issues.push({ path: `${ROOT}.${key}`, message: `must be text; received ${shown(value)}. Put it in quotes.` });
  }
  const model = readModel(document["model"], options.models ?? {}, issues);
  const files = new NamedFiles(options.readFile);
  const site = new Site(new Place([ROOT], "document"), issues, { files });
  const { recordings, currents } = await readRecordings(document["recordings"], site.at("recordings"));
  files.require(issues);
  const rest = Object.fromEntries(
    passed.filter((key) => document[key] !== undefined).map((key) => [key, document[key]]),
  );
  const read = { ...rest, fixed: model!.fixed, recordings } as FitOptions;
  const located = (issue: Issue): Issue => files.located(issue);
  return { model: model!.type, options: withOrigin(read, { place: site.place, located }), currents };
};

/** An experiment instead of a fit is a likely mistake. */
const unknownHint = (key: string): string =>
  ["duration", "inputs", "record", "initial"].includes(key)
    ? "That belongs to an experiment for spark-snn run; a fit takes it from its recordings."
    : suggestName(key, keys);

const readModel = (
  given: unknown,
  models: SomaTypes,
  issues: Issue[],
): { readonly type: ComponentType; readonly fixed: Readonly<Record<string, number>> } | undefined => {
  const path = `${ROOT}.model`;
  const known = { ...(somas as SomaTypes), ...models };
  const names = Object.keys(known);
  if (!isObject(given)) {
    const received = given === undefined ? "is missing." : `takes an object; received ${shown(given)}.`;
    issues.push({
      path,
      message: `${received} Give { "soma": "AdaptiveLeakySoma" }, with the parameters that are fixed.`,
    });
    return undefined;
  }
  const { soma, ...fixed } = given;
  if (typeof soma === "string" && Object.hasOwn(known, soma)) {
    const type = known[soma]!;
    return { type, fixed: readFixed(type.model, fixed, path, issues) };
  }
  const hint = typeof soma === "string" ? suggestName(soma, names) : `Name one of ${names.join(", ")}.`;
  const message =
    soma === undefined ? `is missing. ${hint}` : `must be the name of a soma; received ${shown(soma)}. ${hint}`;
  issues.push({ path: `${path}.soma`, message });
  return undefined;
};

const readRecordings = async (
  given: unknown,
  site: Site<{ readonly files: NamedFiles }>,
): Promise<{ readonly recordings: unknown; readonly currents: Record<string, JsonObject> }> => {
  const currents: Record<string, JsonObject> = {};
  // `fit` refuses everything that is not a list of objects.
  if (!Array.isArray(given)) return { recordings: given, currents };
  const recordings: unknown[] = [];
  for (const [k, one] of given.entries()) {
    if (!isRecord(one)) {
      recordings.push(one);
      continue;
    }
    const own = site.at(k);
    const current = await resolveSeries(one["current"], "pA", own.at("current"));
    const voltage = await resolveSeries(one["voltage"], "mV", own.at("voltage"));
    const spikes = await resolveSpikes(one["spikes"], own.at("spikes"));
    recordings.push({
      ...one,
      current,
      ...(one["voltage"] !== undefined && { voltage }),
      ...(one["spikes"] !== undefined && { spikes }),
    });
    const name = typeof one["name"] === "string" ? one["name"] : `recording ${k + 1}`;
    if (isRecord(one["current"])) currents[name] = one["current"] as JsonObject;
  }
  return { recordings, currents };
};
