import { FileError } from "spark-snn";
import type { NamedBytes } from "spark-snn/documents";
import { looksLikeAbf, readAbf } from "./abf/read.ts";
import { looksLikeNest, type NestOptions, readNest } from "./nest/read.ts";
import { looksLikeHdf5 } from "./nwb/looks-like.ts";
import type { Recording } from "./recordings/recording.ts";
import type { SonataRecordingOptions } from "./sonata/recording.ts";

/** Options for opening recordings of NEST and SONATA. */
export interface OpenRecordingOptions extends NestOptions, SonataRecordingOptions {}

/** Whether bytes look like a recording that can be opened without options. */
export const looksLikeRecording = (bytes: Uint8Array): boolean =>
  looksLikeAbf(bytes) || looksLikeNest(bytes) || looksLikeHdf5(bytes);

/**
 * Opens a recording, whose format is found from its content; files without a header are those of NEST, and need
 * `columns`. Several files are those of one NEST recorder.
 * @throws FileError that names the file and the place
 */
export const openRecording = async (
  files: readonly NamedBytes[],
  options: OpenRecordingOptions = {},
): Promise<Recording> => {
  const [first, second] = files;
  if (!first) throw new FileError("openRecording needs at least one file. Give { name, bytes }.");
  if (looksLikeNest(first.bytes) || options.columns) return readNest(files, options);
  if (second) throw new FileError(`${first.name} is no file of NEST, so it is read alone. Name one file.`);
  if (looksLikeAbf(first.bytes)) return readAbf(first.bytes, first.name);
  if (looksLikeHdf5(first.bytes)) {
    try {
      return await openHdf5Recording(first, options);
    } catch (error) {
      // Errors of HDF5 name the object, but not the file.
      if (!(error instanceof FileError) || error.message.startsWith(first.name)) throw error;
      throw new FileError(`${first.name}: ${error.message}`, { cause: error });
    }
  }
  throw new FileError(
    `${first.name} is no recording of Axon (ABF), NWB, SONATA, or NEST with a header. For a file of NEST without a header, name its columns.`,
  );
};

const openHdf5Recording = async ({ name, bytes }: NamedBytes, options: OpenRecordingOptions): Promise<Recording> => {
  const { isSonataRecording, readSonataRecording } = await import("./sonata/recording.ts");
  if (await isSonataRecording(bytes)) return readSonataRecording(bytes, name, options);
  return (await import("./nwb/read.ts")).readNwb(bytes, name);
};
