import type { BrainExperiment, FileReading, Model, RunInfo, SomaExperiment } from "spark-snn";
import type { Results, Trace } from "./records.ts";
import { libraryVersion } from "./version.ts";

/** Contents of summary.json. Times are in ms, except wallTime in s; rates are in Hz. */
export interface Summary {
  readonly kind: "spark-snn summary";
  readonly versions: { readonly sparkSnn: string; readonly node: string; readonly platform: string };
  readonly name?: string;
  readonly model: string;
  readonly units: readonly number[];
  readonly dt: number;
  readonly dtype: string;
  readonly seed: number;
  readonly backend: string;
  readonly steps: number;
  readonly duration: number;
  readonly complete: boolean;
  readonly stoppedBy?: string;
  /** Steps up to which all files are complete, if that are fewer than `steps` because something could not be written. */
  readonly recordedSteps?: number;
  readonly warnings: readonly string[];
  readonly wallTime: number;
  /** How the files of the experiment were read; absent if all are plain. */
  readonly readings?: readonly FileReading[];
  /** Spikes of the recorded units within the recorded window; absent if spikes were not recorded. */
  readonly spikes?: SpikeSummary;
  /** The files of records. */
  readonly records: readonly RecordFile[];
  /** All other files in the folder. */
  readonly files: readonly string[];
  /** Parameters of the first units, for figures. */
  readonly shown: Shown;
  readonly experiment: unknown;
}

/** A file of one record. */
export interface RecordFile {
  readonly record: string;
  readonly file: string;
  readonly unit: string;
  /** Type of the recorded numbers; spikes are integers. */
  readonly type: "f32" | "f64" | "i32";
  /** Name of the population in a file of SONATA; absent for other files. */
  readonly population?: string;
}

export interface SpikeSummary {
  readonly count: number;
  readonly units: number;
  /** Number of units that spiked. */
  readonly active: number;
  readonly meanRate: number;
  readonly minRate: number;
  readonly maxRate: number;
  /**
   * Mean coefficient of variation of the intervals over the units with at least three spikes; null if there are none.
   */
  readonly meanCv: number | null;
}

/**
 * Threshold, reset potential (mV) and refractory period (ms) of the units in a figure, by the roles that the model
 * declares; null if it declares none.
 */
export interface Shown {
  readonly units: readonly number[];
  readonly threshold: readonly number[] | null;
  /** Name of the state variable that adds to the threshold. */
  readonly thresholdShift: string | null;
  readonly reset: readonly number[] | null;
  readonly refractory: readonly number[] | null;
}

/** Largest number of units in a trace figure. */
export const SHOWN_UNITS = 6;

/** Versions of the software that computes a result. */
export const versionsOf = (): Summary["versions"] => ({
  sparkSnn: libraryVersion(),
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
});

export interface SummaryParts {
  readonly experiment: SomaExperiment;
  readonly run: RunInfo;
  readonly results: Results;
  readonly spikes: SpikeSummary | undefined;
  readonly recordFiles: readonly string[];
  readonly files: readonly string[];
  /** The step up to which all files are complete. */
  readonly lastStep: number;
}

/** The part of every summary that describes the run: software, duration and progress. */
export const ranOf = (
  { document, readings }: Pick<SomaExperiment | BrainExperiment, "document" | "readings">,
  run: Omit<RunInfo, "units">,
  lastStep: number,
) => ({
  versions: versionsOf(),
  ...(document.name !== undefined && { name: document.name }),
  model: run.model,
  dt: run.dt,
  dtype: run.dtype,
  seed: run.seed,
  backend: run.backend,
  steps: run.steps,
  duration: run.duration,
  complete: run.complete,
  ...(run.stoppedBy !== undefined && { stoppedBy: run.stoppedBy }),
  ...(lastStep < run.steps && { recordedSteps: lastStep }),
  warnings: run.warnings,
  wallTime: run.wallTime,
  ...(readings.length > 0 && { readings }),
});

/** Creates the contents of summary.json. */
export const summarize = ({
  experiment,
  run,
  results,
  spikes,
  recordFiles,
  files,
  lastStep,
}: SummaryParts): Summary => ({
  kind: "spark-snn summary",
  ...ranOf(experiment, run, lastStep),
  units: run.units,
  ...(spikes && { spikes }),
  records: recordsOf(recordFiles, results, experiment.component.model.name),
  files,
  shown: shownOf(experiment.component.model, experiment.fields, results),
  experiment: experiment.document,
});

/** The records in the files of a population. */
export const recordsOf = (files: readonly string[], { spikes, traces }: Results, population?: string): RecordFile[] => {
  const kept: Omit<RecordFile, "file">[] = [
    ...(spikes ? [{ record: "outSpikes", unit: "1", type: "i32" as const }] : []),
    ...traces.map(({ name, unit, values }) => ({ record: name, unit, type: typeOf(values) })),
  ];
  return files.flatMap((file) => recordOf(file, kept, population));
};

/** The record in a file; a marker file contains none. */
const recordOf = (
  file: string,
  kept: readonly Omit<RecordFile, "file">[],
  population: string | undefined,
): RecordFile[] => {
  const stem = file.replace(/\.(csv|npz|h5)$/, "");
  const found = kept.find(({ record }) => record === stem || (record === "outSpikes" && stem === "spikes"));
  if (!found) return [];
  if (!file.endsWith(".h5") || population === undefined) return [{ ...found, file }];
  // Reports of SONATA have single precision.
  return [{ ...found, file, type: found.record === "outSpikes" ? found.type : "f32", population }];
};

const typeOf = (values: Trace["values"]): RecordFile["type"] =>
  values instanceof Float32Array ? "f32" : values instanceof Int32Array ? "i32" : "f64";

/** Parameters of the first recorded units, if known. */
export const shownOf = (
  { roles = {} }: Pick<Model, "roles">,
  fields: SomaExperiment["fields"],
  { traces }: Results,
): Shown => {
  const potential = traces.find(({ name }) => name === "potential");
  const units = Array.from(potential?.units ?? []).slice(0, SHOWN_UNITS);
  const of = (name: string | undefined): readonly number[] | null => {
    const value = name === undefined ? undefined : fields[name];
    if (value === undefined) return null;
    return units.map((unit) => (typeof value === "number" ? value : value[unit]!));
  };
  return {
    units,
    threshold: of(roles.threshold),
    thresholdShift: roles.thresholdShift ?? null,
    reset: of(roles.reset),
    refractory: of(roles.refractory),
  };
};
