/* The reader of recordings that documents name. It is not part of this package. */

/** Formats of recordings, by the key that names the file. */
export type RecordingKind = "abf" | "nest" | "nwb" | "sonata";

/** A file with its name. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Samples of one channel: at regular intervals, or each with its time. */
export interface RecordedSamples {
  readonly values: Float64Array<ArrayBuffer>;
  /** Unit of the values as the file gives it; undefined if it gives none. */
  readonly unit: string | undefined;
  /** Name of the channel, for messages. */
  readonly channel: string;
  /** Time between samples, ms. */
  readonly interval?: number;
  /** Time of the first sample, ms. Default 0. */
  readonly start?: number;
  /** Time of each sample, ms; replaces interval and start. */
  readonly times?: Float64Array<ArrayBuffer>;
}

/** Spikes by time. */
export interface RecordedSpikes {
  /** Time of each spike, ms. */
  readonly times: Float64Array<ArrayBuffer>;
  /** The unit of each spike, counted from 0. */
  readonly units: Float64Array<ArrayBuffer>;
}

/** The options of a recording in a document, without the names of its files. */
export type RecordingSelection = Readonly<Record<string, unknown>>;

/** Reads recordings. `recordings` of @spark-snn/formats is one. Its functions throw a FileError that names the file. */
export interface RecordingReader {
  /** The samples of a channel. */
  samples(
    kind: RecordingKind,
    files: readonly NamedBytes[],
    selection: RecordingSelection,
  ): RecordedSamples | Promise<RecordedSamples>;
  /** The spikes. */
  spikes(
    kind: RecordingKind,
    files: readonly NamedBytes[],
    selection: RecordingSelection,
  ): RecordedSpikes | Promise<RecordedSpikes>;
}
