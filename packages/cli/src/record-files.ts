import { join } from "node:path";
import type { RecordSink } from "spark-snn";
import { type FolderSink, recordToFolder } from "spark-snn/node";
import type { Format } from "./run-options.ts";

/** A sink that writes the records of a population to files. */
export interface FileSink extends RecordSink {
  /** Names of the files, relative to the folder of the run; complete when the run has ended. */
  readonly files: readonly string[];
  /** The step up to which all files are complete. */
  readonly lastStep: number;
}

/** The sinks of a run. */
export interface RunSinks {
  /** The sink of a population. Its own files are in `place`, a folder in that of the run, or "" for that folder itself. */
  population(name: string, place: string): FileSink;
  /** The sink of records that belong to no population: read-outs and weights. */
  others(place: string): FileSink;
  /** Sentences about values that the files do not hold exactly. */
  notes(): readonly string[];
}

/** Creates the sinks of a run that writes to a folder. */
export const sinksOf = async (folder: string, format: Format): Promise<RunSinks> => {
  if (format === "sonata") return sonataSinks(folder);
  const others = (place: string): FileSink => inFolder(folder, place, format);
  return { population: (_, place) => others(place), others, notes: () => [] };
};

const within = (place: string, sink: FolderSink): readonly string[] =>
  sink.files.map((file) => (place === "" ? file : `${place}/${file}`));

const inFolder = (folder: string, place: string, format: "csv" | "npz"): FileSink => {
  const sink = recordToFolder(join(folder, place), { format, force: true });
  return {
    grace: sink.grace ?? 0,
    open: (header) => sink.open(header),
    spikes: (steps, units) => sink.spikes(steps, units),
    rows: (name, steps, values) => sink.rows(name, steps, values),
    reached: (step) => sink.reached?.(step),
    close: (complete) => sink.close(complete),
    get files() {
      return within(place, sink);
    },
    get lastStep() {
      return sink.lastStep;
    },
  };
};

/** Spikes and variables of all populations as files of SONATA in the folder of the run, and all else as arrays. */
const sonataSinks = async (folder: string): Promise<RunSinks> => {
  const { recordToSonata } = await import("@spark-snn/formats/node");
  const places = new Map<string, string>();
  const arrays = new Map<string, FileSink>();
  const recorder = recordToSonata(folder, {
    force: true,
    others: (name) => {
      const sink = inFolder(folder, places.get(name) ?? "", "npz");
      arrays.set(name, sink);
      return sink;
    },
  });
  return {
    population(name, place) {
      places.set(name, place);
      const own = recorder.population(name);
      return {
        ...own,
        get files() {
          return [...own.files, ...(arrays.get(name)?.files ?? [])];
        },
        get lastStep() {
          return Math.min(own.lastStep, arrays.get(name)?.lastStep ?? Number.POSITIVE_INFINITY);
        },
      };
    },
    others: (place) => inFolder(folder, place, "npz"),
    notes: () =>
      recorder.rounded.length === 0
        ? []
        : [
            `Reports of SONATA have single precision: the values of ${recorder.rounded.join(", ")} were rounded. Use --format npz to keep all digits.`,
          ],
  };
};
