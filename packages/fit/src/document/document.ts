import type { Json, JsonObject, TableOptions } from "spark-snn";

/** Samples that stand in a document, or in the column of a CSV file. */
export type SeriesDocument =
  | {
      readonly series: readonly number[];
      readonly interval?: number;
      readonly start?: number;
      readonly times?: readonly number[];
    }
  | ({
      /** Path of the file, relative to the document. */
      readonly csv: string;
      /** Column of the samples, by name or number from 0. */
      readonly column: string | number;
      /** Column of the times, ms; or interval, the time between samples. */
      readonly time?: string | number;
      readonly interval?: number;
      readonly start?: number;
      /** Units of the columns, if not pA or mV, and ms: { "time": "s", "column": "nA" }. */
      readonly units?: { readonly time?: string; readonly column?: string };
    } & TableOptions);

/** Spike times that stand in a document or a file. */
export type SpikesDocument =
  | readonly (readonly number[])[]
  /** A JSON file with a list for each repetition, under a key where it holds more. */
  | { readonly json: string; readonly key?: string }
  /** A CSV file with the time of each spike, ms, and the number of its repetition; without one all are of one. */
  | ({
      readonly csv: string;
      readonly time: string | number;
      readonly repetition?: string | number;
      /** Number of repetitions, also those without a spike. Default: those in the file. */
      readonly repetitions?: number;
      /** Number of the first repetition. Default 0. */
      readonly firstId?: 0 | 1;
      readonly units?: { readonly time?: string };
    } & TableOptions);

export interface RecordingDocument {
  readonly name?: string;
  readonly current: SeriesDocument;
  readonly spikes?: SpikesDocument;
  readonly voltage?: SeriesDocument;
  readonly duration?: number;
  readonly weight?: number;
}

/** A fit as data: which soma, to which recordings, seeking what. */
export interface FitDocument {
  readonly $schema?: string;
  readonly name?: string;
  readonly description?: string;
  /** The soma by name; beside it the values of fields that are fixed. */
  readonly model: JsonObject & { readonly soma: string };
  readonly recordings: readonly RecordingDocument[];
  readonly free?: JsonObject;
  /** Time from the current to its effect on the soma, ms, or its bounds; true for 0 to 20 ms. */
  readonly latency?: number | true | { readonly from: number; readonly to: number };
  readonly objective?: JsonObject;
  readonly validate?: Json;
  readonly method?: string;
  readonly seed?: number;
  readonly budget?: JsonObject;
  readonly dt?: number;
  readonly dtype?: "f32" | "f64";
}
