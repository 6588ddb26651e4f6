import {
  type ComponentType,
  ConfigError,
  type FileReading,
  type Issue,
  type JsonObject,
  type SomaTypes,
  somas,
  suggestName,
} from "spark-snn";
import {
  commonNames,
  custom,
  describe,
  equationsOptions,
  isRecord,
  migrated,
  NamedFiles,
  optional,
  Place,
  type ReadFile,
  type RecordingReader,
  readEquationsSoma,
  readOptions,
  readSound,
  refuseUnknown,
  Site,
  type Written,
} from "spark-snn/documents";
import type { ComparedSoma, ComparedSomas, CrossValidationOptions } from "../cross-validation/options.ts";
import { somaTypes } from "../models.ts";
import { only } from "../only.ts";
import type { FitOptions } from "../options.ts";
import { withOrigin } from "../origin.ts";
import { readFixed } from "../read.ts";
import { resolveSeries, resolveSpikes } from "./files.ts";
import { comparedDocument, documentOptions, documentTexts } from "./options.ts";
import { fitMigrations } from "./versions.ts";

const isReader = (value: unknown): value is RecordingReader =>
  isRecord(value) && typeof value["samples"] === "function" && typeof value["spikes"] === "function";

const readerOptions = {
  /** Reads the files that the document names. Without it, such recordings are refused. */
  readFile: optional(
    custom<ReadFile>({
      about: "Reads the files that the document names.",
      takes: "a function that reads a file",
      schema: {},
      read: (value, site) =>
        typeof value === "function"
          ? (value as ReadFile)
          : site.refuse(`must be a function that reads a file; received ${describe(value)}. Give async (path) => ….`),
    }),
  ),
  /** Reads recordings that the document names (ABF, NEST, NWB): `recordings` of @spark-snn/formats. */
  recordings: optional(
    custom<RecordingReader>({
      about: "Reads recordings that the document names.",
      takes: "an object with samples and spikes",
      schema: {},
      read: (value, site) =>
        isReader(value)
          ? value
          : site.refuse(
              `takes an object with samples and spikes; received ${describe(value)}. Give recordings of @spark-snn/formats.`,
            ),
    }),
  ),
  /** Custom somas by name; they replace somas of the library with the same name. */
  models: optional(somaTypes),
};

/** Options for reading a fit document. */
export interface FitDocumentOptions extends Written<typeof readerOptions> {}

/** A fit document as arguments of `fit(model, options)`. */
export interface ReadFitDocument {
  readonly model: ComponentType;
  readonly options: FitOptions;
  /** The current of each recording as in the document, by the name of the recording. */
  readonly currents: Readonly<Record<string, JsonObject>>;
  /** How the files of the recordings were read: separators, units and the like, where they are not plain. */
  readonly readings: readonly FileReading[];
}

/** A document of several somas as arguments of `crossValidate(somas, options)`. */
export interface ReadCrossValidationDocument {
  readonly somas: ComparedSomas;
  readonly options: CrossValidationOptions;
  /** The current of each recording as in the document, by the name of the recording. */
  readonly currents: Readonly<Record<string, JsonObject>>;
  /** How the files of the recordings were read: separators, units and the like, where they are not plain. */
  readonly readings: readonly FileReading[];
}

/**
 * Reads a fit document (plain data, such as the result of `JSON.parse`) and the files that it names.
 *
 * @throws ConfigError that lists the problems with their paths, such as "fit.recordings[0].spikes"; `fit` checks the
 * values. FileError if only files have problems.
 */
export const readFitDocument = async (given: unknown, options: FitDocumentOptions = {}): Promise<ReadFitDocument> => {
  const { document, known, site, finish } = openDocument("readFitDocument", given, options);
  if (document["models"] !== undefined) {
    site.at("models").refuse("compares several somas. Read it with readCrossValidationDocument, or give one model.");
  }
  const model = readModel(document["model"], known, site.at("model"));
  const { read, currents, readings } = await finish();
  // `finish` throws if there is no model.
  const found = { ...read, fixed: model!.fixed } as unknown as FitOptions;
  return { model: model!.model, options: found, currents, readings };
};

/**
 * Reads a fit document with `models` and the files that it names.
 *
 * @throws ConfigError that lists the problems with their paths; `crossValidate` checks the values. FileError if only files
 * have problems.
 */
export const readCrossValidationDocument = async (
  given: unknown,
  options: FitDocumentOptions = {},
): Promise<ReadCrossValidationDocument> => {
  const { document, known, site, finish } = openDocument("readCrossValidationDocument", given, options);
  if (document["model"] !== undefined) {
    site.at("model").refuse("is one soma, beside the somas of models. Remove it, or move it into models.");
  }
  const compared: Record<string, ComparedSoma> = {};
  const models = document["models"];
  const own = site.at("models");
  if (!isRecord(models)) own.refuse(`takes somas by name; received ${describe(models)}. Give { NAME: { model }, … }.`);
  for (const [name, one] of Object.entries(isRecord(models) ? models : {})) {
    const entry = own.at(name);
    if (!isRecord(one)) {
      entry.refuse(`takes { model, … }; received ${describe(one)}. ${comparedDocument.model.remedy}`);
      continue;
    }
    refuseUnknown(one, Object.keys(comparedDocument), entry);
    const read = readModel(one["model"], known, entry.at("model"));
    const passed = Object.keys(comparedDocument).filter((key) => key !== "model");
    if (read) compared[name] = { ...only(one, passed), model: read.model, fixed: read.fixed };
  }
  const { read, currents, readings } = await finish();
  return { somas: compared, options: read as unknown as CrossValidationOptions, currents, readings };
};

/** Starts to read a document: its texts and keys. `finish` reads the recordings. */
const openDocument = (reader: string, given: unknown, options: unknown) => {
  const { readFile, recordings: reading, models = {} } = readReader(reader, options);
  const place = new Place(["fit"], "document");
  if (!isRecord(given)) {
    const message = `takes an object with model and recordings; received ${describe(given)}. Give one.`;
    throw new ConfigError(place.issue(message));
  }
  const files = new NamedFiles(readFile, undefined, reading);
  const site = new Site(place, [], { files });
  const document = migrated(given, fitMigrations, site);
  if (!document) throw new ConfigError(site.issues);
  refuseUnknownKeys(document, site);
  readSound(documentTexts, only(document, Object.keys(documentTexts)), site);
  /** @throws ConfigError with the problems so far, or FileError */
  const finish = async () => {
    const { recordings, currents } = await readRecordings(document["recordings"], site.at("recordings"));
    files.require(site.issues);
    const passed = Object.keys(documentOptions).filter((key) => !own.includes(key));
    const located = (issue: Issue): Issue => files.located(issue);
    const { readings } = files;
    return { read: withOrigin({ ...only(document, passed), recordings }, { place, located }), currents, readings };
  };
  return { document, known: { ...(somas as SomaTypes), ...models }, site, finish };
};

/** @throws ConfigError for invalid options of the reader */
const readReader = (
  reader: string,
  options: unknown,
): { readonly readFile?: ReadFile; readonly recordings?: RecordingReader; readonly models?: SomaTypes } => {
  const place = new Place([reader]);
  if (!isRecord(options)) {
    throw new ConfigError(place.issue(`takes an object of options; received ${describe(options)}. Give one.`));
  }
  const site = new Site(place, [], undefined);
  const read = readOptions(readerOptions, options, site);
  if (!read) throw new ConfigError(site.issues);
  return read;
};

/** Keys that this reader reads. `fit` reads the others. */
const own: readonly string[] = [...Object.keys(documentTexts), "version", "model", "models", "recordings"];

/** Keys of experiments. An experiment instead of a fit is a likely mistake. */
const ofExperiments = ["duration", "inputs", "record", "initial"];

const refuseUnknownKeys = (document: Readonly<Record<string, unknown>>, site: Site): void => {
  const others = Object.keys(document).filter((key) => !ofExperiments.includes(key));
  for (const key of Object.keys(only(document, ofExperiments))) {
    site
      .at(key)
      .refuse("is unknown. That belongs to an experiment for spark-snn run; a fit takes it from its recordings.");
  }
  refuseUnknown(only(document, others), Object.keys(documentOptions), site);
};

interface ReadFitted {
  readonly model: ComponentType;
  readonly fixed: Readonly<Record<string, number>>;
}

/** Where a fit document has options that other documents have in the model. */
const moved: Readonly<Record<string, string>> = {
  dt: "Write dt beside model.",
  dtype: "Write dtype beside model.",
  seed: "Write seed beside model.",
};

const readModel = (given: unknown, known: SomaTypes, site: Site): ReadFitted | undefined => {
  const names = Object.keys(known);
  if (!isRecord(given)) {
    const received = given === undefined ? "is missing." : `takes an object; received ${describe(given)}.`;
    return site.refuse(`${received} ${comparedDocument.model.remedy}`);
  }
  if (Object.hasOwn(given, "equations")) return readEquationsModel(given, site);
  const { soma, preset, ...fixed } = given;
  if (preset !== undefined)
    site.at("preset").refuse(`belongs to start. Write "start": ${JSON.stringify(preset)} beside model.`);
  if (typeof soma === "string" && Object.hasOwn(known, soma)) {
    const type = known[soma]!;
    return { model: type, fixed: readFixed(type.model, fixed, site) };
  }
  const hint = typeof soma === "string" ? suggestName(soma, names) : `Name one of ${names.join(", ")}.`;
  return site
    .at("soma")
    .refuse(
      soma === undefined ? `is missing. ${hint}` : `must be the name of a soma; received ${describe(soma)}. ${hint}`,
    );
};

/** A soma by its equations. `parameters` contains the values that are fixed. */
const readEquationsModel = (given: Readonly<Record<string, unknown>>, site: Site): ReadFitted | undefined => {
  const { parameters, ...own } = given;
  const options = Object.keys(equationsOptions);
  for (const key of Object.keys(own).filter((one) => commonNames.includes(one))) {
    site
      .at(key)
      .refuse(`is not an option of a fit, which makes a unit for each candidate. ${moved[key] ?? "Remove it."}`);
  }
  const type = readEquationsSoma(only(own, options), site)?.type as ComponentType | undefined;
  const strange = Object.keys(own).filter((key) => !options.includes(key) && !commonNames.includes(key));
  for (const key of strange) {
    const isParameter = type !== undefined && Object.hasOwn(type.model.fields, key);
    site
      .at(key)
      .refuse(
        isParameter
          ? `is a parameter of the equations. Write it under parameters: { "${key}": … }.`
          : `is not an option. ${suggestName(key, options)}`,
      );
  }
  return type && { model: type, fixed: readFixed(type.model, parameters, site.at("parameters")) };
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
