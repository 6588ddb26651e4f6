import type { BrainExperiment, BrainRunInfo, Model } from "spark-snn";
import type { Results } from "./records.ts";
import { type RecordFile, ranOf, recordsOf, type Shown, type SpikeSummary, type Summary, shownOf } from "./summary.ts";

/** Name of the records of read-outs, next to those of populations. No population may have this name. */
export const READOUTS = "readouts";
/** The same of weights. */
export const WEIGHTS = "weights";

/** Summary of a population. */
export interface PopulationSummary {
  readonly model: string;
  readonly units: readonly number[];
  /** Spikes of the recorded units within the recorded window; absent if spikes were not recorded. */
  readonly spikes?: SpikeSummary & {
    /** Variance over mean of the population's spike counts in bins of 3 ms; null if undefined. */
    readonly synchrony: number | null;
  };
  /** Files of the records, relative to the folder of the run. */
  readonly records: readonly RecordFile[];
  readonly shown: Shown;
}

/** Contents of summary.json for a network. Times are in ms, except buildTime and wallTime in s; rates are in Hz. */
export interface BrainSummary extends Omit<Summary, "kind" | "units" | "spikes" | "records" | "shown"> {
  readonly kind: "spark-snn brain summary";
  /** Number of units of all populations. */
  readonly units: number;
  /** Number of synapses of all projections. */
  readonly synapses: number;
  /** Time for building the synapses, s. */
  readonly buildTime: number;
  readonly populations: Readonly<Record<string, PopulationSummary>>;
  readonly projections: Readonly<Record<string, ProjectionSummary>>;
  /** Files of recorded read-outs, relative to the folder of the run. */
  readonly readouts: readonly RecordFile[];
  /** Files of recorded weights; absent if there are none. */
  readonly weights?: readonly RecordFile[];
}

export interface ProjectionSummary {
  readonly from: string;
  readonly to: string;
  /** Exact if the connection rule determines the number, otherwise the expected number. */
  readonly expectedSynapses: number;
}

/** Records of a population. */
export interface PopulationParts {
  readonly results: Results;
  readonly spikes: SpikeSummary | undefined;
  readonly synchrony: number | undefined;
  /** Files, relative to the folder of the run. */
  readonly files: readonly string[];
}

export interface BrainSummaryParts {
  readonly experiment: BrainExperiment;
  readonly run: BrainRunInfo;
  /** By population, and of read-outs and weights. Entries without records may be absent. */
  readonly recorded: Readonly<Record<string, PopulationParts>>;
  readonly files: readonly string[];
  /** The step up to which all files are complete. */
  readonly lastStep: number;
}

const nothing: PopulationParts = {
  results: { spikes: undefined, traces: [] },
  spikes: undefined,
  synchrony: undefined,
  files: [],
};

/** Creates the contents of summary.json for a network. */
export const summarizeBrain = ({ experiment, run, recorded, files, lastStep }: BrainSummaryParts): BrainSummary => {
  const { document, brain, units, synapses } = experiment;
  const { wiring } = brain;
  return {
    kind: "spark-snn brain summary",
    ...ranOf(experiment, run, lastStep),
    units: run.units,
    synapses: run.synapses,
    buildTime: run.buildTime,
    populations: Object.fromEntries(
      wiring.populations.map(({ name, component }) => {
        const parts = recorded[name] ?? nothing;
        const fields = experiment.fields[name]!;
        return [name, populationSummary(name, component.model, units[name]!, fields, parts)];
      }),
    ),
    projections: Object.fromEntries(
      Object.entries(brain.projections).map(([name, { from, to }]) => [
        name,
        { from, to, expectedSynapses: synapses[name]! },
      ]),
    ),
    readouts: recordFiles(recorded[READOUTS] ?? nothing),
    ...(recorded[WEIGHTS] && { weights: recordFiles(recorded[WEIGHTS]) }),
    files,
    experiment: document,
  };
};

/** The files of records, with their contents. */
const recordFiles = (
  { results, files }: Pick<PopulationParts, "results" | "files">,
  population?: string,
): RecordFile[] =>
  files.flatMap((file) => {
    const [name = "", ...rest] = file.split("/").reverse();
    return recordsOf([name], results, population).map((record) => ({
      ...record,
      file: [...rest.reverse(), name].join("/"),
    }));
  });

const populationSummary = (
  name: string,
  model: Model,
  units: readonly number[],
  fields: BrainExperiment["fields"][string],
  { results, spikes, synchrony, files }: PopulationParts,
): PopulationSummary => ({
  model: model.name,
  units,
  ...(spikes && { spikes: { ...spikes, synchrony: synchrony ?? null } }),
  records: recordFiles({ results, files }, name),
  shown: shownOf(model, fields, results),
});

/** The summary of one population, as if it had run alone; its figures use it. */
export const summaryOfPopulation = (summary: BrainSummary, name: string): Summary => {
  const { kind, units, synapses, buildTime, populations, projections, readouts, name: title, ...common } = summary;
  const { model, units: shape, spikes, records, shown } = populations[name]!;
  return {
    ...common,
    kind: "spark-snn summary",
    name: `${title ?? summary.model}: ${name}`,
    model,
    units: shape,
    ...(spikes && { spikes }),
    records,
    shown,
  };
};
