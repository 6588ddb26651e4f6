import type { JsonObject } from "spark-snn";
import {
  custom,
  optional,
  optionsSchema,
  sampleFiles,
  trainFiles,
  versionOption,
  type Written,
  words,
} from "spark-snn/documents";
import { comparedOptions, NAME } from "../cross-validation/options.ts";
import { fitOptions } from "../options.ts";
import { recordingOptions } from "../recording/read.ts";
import { type SampledSeries, type SampledUnit, sampled } from "../recording/series.ts";
import { trains } from "../recording/trains.ts";
import { evenColumn, spikesInJson, spikesInTable, timedColumn } from "./file-options.ts";
import { fitMigrations } from "./versions.ts";

/* Options of fit documents. `fit` reads most of them, when the files are read. */

type Samples = SampledSeries & { readonly series: readonly number[]; readonly times?: readonly number[] };

/** A channel of a recording. The key of the file says its format. */
type RecordedChannel = { readonly unit?: string } & (
  | { readonly abf: string; readonly channel: string | number; readonly sweep?: number }
  | { readonly abf: string; readonly command: string | number; readonly sweep?: number }
  | (RecordedTable & { readonly column: string })
  | { readonly nwb: string; readonly series: string; readonly origin?: number }
);

/** The files of a NEST recorder. */
interface RecordedTable {
  readonly nest: string | readonly string[];
  readonly columns?: readonly string[];
  readonly resolution?: number;
  readonly sender?: number;
}

/** Samples in a document, in the column of a CSV file, or in a channel of a recording. */
export type SeriesDocument =
  | RecordedChannel
  | Samples
  | Written<ReturnType<typeof timedColumn>>
  | Written<ReturnType<typeof evenColumn>>;

const series = (about: string, unit: SampledUnit) => {
  const inDocument = sampled(about, unit);
  const { anyOf } = inDocument.schema as { readonly anyOf: readonly [] };
  return custom<SeriesDocument>({
    ...inDocument,
    takes: "samples, { csv, … }, { abf, … }, { nest, … } or { nwb, … }",
    schema: {
      description: `${about} In ${unit}: in the document, a column of a CSV file, or a channel of a recording.`,
      anyOf: [
        ...anyOf,
        optionsSchema(timedColumn(unit), "A column, next to the column of its times."),
        optionsSchema(evenColumn(unit), "A column of samples at regular intervals."),
        ...Object.values(sampleFiles(unit)).map((declared) => optionsSchema(declared, "A channel of a recording.")),
      ],
    },
    read: (value) => value as SeriesDocument,
  });
};

/** Spike times in a document or a file. */
export type SpikesDocument =
  | readonly (readonly number[])[]
  | Written<typeof spikesInJson>
  | Written<typeof spikesInTable>
  | RecordedTable
  | { readonly nwb: string; readonly row: number; readonly origin?: number };

const spikes = custom<SpikesDocument>({
  ...trains,
  takes: "a list for each repetition, { json }, { csv, … }, { nest, … } or { nwb, … }",
  schema: {
    description: `${trains.about} In ms.`,
    anyOf: [
      trains.schema,
      optionsSchema(spikesInJson, "A JSON file with a list for each repetition."),
      optionsSchema(spikesInTable, "A CSV file with one row per spike."),
      ...Object.values(trainFiles).map((declared) => optionsSchema(declared, "The spikes of one unit in a recording.")),
    ],
  },
  read: (value) => value as SpikesDocument,
});

export const recordingDocument = {
  ...recordingOptions,
  /** Injected current, pA. */
  current: series(recordingOptions.current.about, "pA"),
  /** Spike times of each repetition of the stimulus, ms. Default: detected in the voltage. */
  spikes: optional(spikes),
  /** Potential of one repetition, mV. */
  voltage: optional(series(recordingOptions.voltage.about, "mV")),
};

export interface RecordingDocument extends Written<typeof recordingDocument> {}

const { recordings, fixed, backend, threads, signal, progress, checkpoint, resume, ...shared } = fitOptions;

export const documentTexts = {
  /** Address of the JSON Schema, for editors. Ignored by the library. */
  $schema: words("Address of this schema, for editors."),
  /** Name of the fit. */
  name: words("Name of the fit."),
  /** Description of the fit. */
  description: words("Description of the fit."),
};

const MODEL = "The soma by name, with the values of parameters that are fixed; or a soma by its equations.";

/** The soma of a fit: by name, or by its equations. */
export type FittedDocument = JsonObject &
  ({ readonly soma: string } | { readonly equations: string | readonly string[]; readonly parameters?: JsonObject });

const model = custom<FittedDocument>({
  about: MODEL,
  takes: "an object with soma or equations",
  remedy: 'Give { "soma": "AdaptiveLeakySoma" }, with the parameters that are fixed.',
  schema: { description: MODEL, type: "object" },
  read: (value) => value as FittedDocument,
});

const { fixed: _, ...comparedShared } = comparedOptions;

/** Options of a soma in a cross-validation. Each replaces that of the document. */
export const comparedDocument = {
  /** The soma by name, with the values of parameters that are fixed; or by its equations. */
  model,
  ...comparedShared,
};

/** A soma of a cross-validation in a document. */
export interface ComparedDocument extends Written<typeof comparedDocument> {}

const MODELS = "Somas to compare by cross-validation, by name, in place of model.";

export const documentOptions = {
  ...documentTexts,
  /** Version of the form of this document. Default: 1, the first version. */
  version: versionOption(fitMigrations),
  /** The soma by name, with the values of parameters that are fixed; or by its equations. */
  model: optional(model),
  /** Somas to compare by cross-validation, by name, in place of `model`. */
  models: optional(
    custom<Readonly<Record<string, ComparedDocument>>>({
      about: MODELS,
      takes: "somas by name, each as { model, free, start, latency, objective }",
      parts: comparedDocument,
      schema: {
        description: MODELS,
        type: "object",
        minProperties: 2,
        propertyNames: { pattern: NAME.source },
        additionalProperties: { $ref: "#/$defs/compared" },
      },
      read: (value) => value as Readonly<Record<string, ComparedDocument>>,
    }),
  ),
  recordings: custom<readonly RecordingDocument[]>({
    about: recordings.about,
    takes: recordings.takes,
    parts: recordingDocument,
    schema: {
      description: recordings.about,
      type: "array",
      minItems: 1,
      items: {
        ...optionsSchema(recordingDocument, "A current and the recorded response: spikes, a voltage, or both."),
        anyOf: [{ required: ["spikes"] }, { required: ["voltage"] }],
      },
    },
    read: (value) => value as readonly RecordingDocument[],
  }),
  ...shared,
};

/** A fit as data. Its JSON Schema is `fitSchema()`, published as schema/fit.schema.json. */
export interface FitDocument extends Written<typeof documentOptions> {}
