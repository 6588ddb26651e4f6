import type { BrainExperiment, BrainRunInfo } from "spark-snn";
import type { Results } from "./records.ts";
import { type RecordFile, ranOf, recordsOf, type Shown, type SpikeSummary, type Summary, shownOf } from "./summary.ts";

/** The records of read-outs stand under this name: beside those of populations, none of which may have it. */
export const READOUTS = "readouts";

/** What is told of a population. */
export interface PopulationSummary {
  readonly model: string;
  readonly units: readonly number[];
  /** Of the recorded units within the recorded window; absent where spikes were not recorded. */
  readonly spikes?: SpikeSummary & {
    /** Variance over mean of the population's spikes in bins of 3 ms; null where there is none. */
    readonly synchrony: number | null;
  };
  /** The files of records, below the folder of the run. */
  readonly records: readonly RecordFile[];
  readonly shown: Shown;
}

/** What summary.json holds of a brain. Times in ms but buildTime and wallTime in s, rates in Hz. */
export interface BrainSummary extends Omit<Summary, "kind" | "units" | "spikes" | "records" | "shown"> {
  readonly kind: "spark-snn brain summary";
  /** Units of all populations together. */
  readonly units: number;
  /** Synapses of all projections together. */
  readonly synapses: number;
  /** Seconds that drawing and laying out the synapses took. */
  readonly buildTime: number;
  readonly populations: Readonly<Record<string, PopulationSummary>>;
  readonly projections: Readonly<Record<string, ProjectionSummary>>;
  /** The files of what was recorded of read-outs, below the folder of the run. */
  readonly readouts: readonly RecordFile[];
}

export interface ProjectionSummary {
  readonly from: string;
  readonly to: string;
  /** Exact where the rule tells the number, else the number to be expected. */
  readonly expectedSynapses: number;
}

/** What was recorded of a population. */
export interface PopulationParts {
  readonly results: Results;
  readonly spikes: SpikeSummary | undefined;
  readonly synchrony: number | undefined;
  /** Files below the folder of the run. */
  readonly files: readonly string[];
}

export interface BrainSummaryParts {
  readonly experiment: BrainExperiment;
  readonly run: BrainRunInfo;
  /** By population, and of read-outs; those of which nothing was recorded may be absent. */
  readonly recorded: Readonly<Record<string, PopulationParts>>;
  readonly files: readonly string[];
}

const nothing: PopulationParts = {
  results: { spikes: undefined, traces: [] },
  spikes: undefined,
  synchrony: undefined,
  files: [],
};

/** Puts together what summary.json holds of a brain. */
export const summarizeBrain = ({ experiment, run, recorded, files }: BrainSummaryParts): BrainSummary => {
  const { document, brain, units, synapses } = experiment;
  const { wiring } = brain;
  return {
    kind: "spark-snn brain summary",
    ...ranOf(document, run),
    units: run.units,
    synapses: run.synapses,
    buildTime: run.buildTime,
    populations: Object.fromEntries(
      wiring.populations.map(({ name, component }) => {
        const parts = recorded[name] ?? nothing;
        const fields = experiment.fields[name]!;
        return [name, populationSummary(component.model.name, units[name]!, fields, parts)];
      }),
    ),
    projections: Object.fromEntries(
      wiring.projections.map(({ name, projection: { from, to } }) => [
        name,
        { from, to, expectedSynapses: synapses[name]! },
      ]),
    ),
    readouts: recordFiles(recorded[READOUTS] ?? nothing),
    files,
    experiment: document,
  };
};

/** The files of records, with what is in each. */
const recordFiles = ({ results, files }: Pick<PopulationParts, "results" | "files">): RecordFile[] =>
  files.flatMap((file) => {
    const [name = "", ...rest] = file.split("/").reverse();
    return recordsOf([name], results).map((record) => ({ ...record, file: [...rest.reverse(), name].join("/") }));
  });

const populationSummary = (
  model: string,
  units: readonly number[],
  fields: BrainExperiment["fields"][string],
  { results, spikes, synchrony, files }: PopulationParts,
): PopulationSummary => ({
  model,
  units,
  ...(spikes && { spikes: { ...spikes, synchrony: synchrony ?? null } }),
  records: recordFiles({ results, files }),
  shown: shownOf(fields, results),
});

/** The summary of one population, as if it had run alone: what its figures are drawn from. */
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
