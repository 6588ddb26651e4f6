import type { RecordingReader } from "spark-snn/documents";
import type { Files } from "../core/files-of.ts";

/** The reader of the attached files, for `experiment`. */
export const readerOf =
  (files: Files) =>
  async (path: string): Promise<Uint8Array> => {
    const bytes = Object.hasOwn(files, path) ? files[path] : undefined;
    if (bytes) return bytes;
    throw new Error(`is not among the files of this experiment. Drop ${path} on the page.`);
  };

/** Reads recordings of other programs. The package that does so is loaded for documents that name one. */
export const lazyRecordings: RecordingReader = {
  samples: async (...given) => (await import("@spark-snn/formats")).recordings.samples(...given),
  spikes: async (...given) => (await import("@spark-snn/formats")).recordings.spikes(...given),
};
