import { join } from "node:path";
import type { RunInfo, SomaExperiment } from "spark-snn";
import { PARTIAL, writeAtomic } from "spark-snn/node";
import type { Destination } from "./brain-run.ts";
import { DESCRIPTIONS, SUMMARY } from "./record-run.ts";
import { forgetResults } from "./results-folder.ts";
import { type Summary, type SummaryParts, summarize } from "./summary.ts";
import { Tally } from "./tally.ts";

/** A sink for the records of one population, and its summary. */
export const somaRecorder = async (read: SomaExperiment, { folder, format }: Destination) => {
  const { sinksOf } = await import("./record-files.ts");
  const sinks = await sinksOf(folder, format);
  const sink = sinks.population(read.component.model.name, "");
  const tally = new Tally(sink, () => forgetResults(folder, DESCRIPTIONS));
  const partsOf = (run: RunInfo): Omit<SummaryParts, "files"> => ({
    experiment: read,
    run,
    results: tally.results,
    spikes: tally.summarize(run.steps),
    recordFiles: sink.files,
    lastStep: sink.lastStep,
  });
  return {
    tally,
    partsOf,
    closed: () => tally.closed,
    notes: sinks.notes,
    write: async (run: RunInfo, drawn: readonly string[]): Promise<Summary> => {
      const marker = run.complete ? [] : [PARTIAL];
      const files = [...sink.files, ...drawn, ...marker, SUMMARY];
      const summary = summarize({ ...partsOf(run), files });
      await writeAtomic(join(folder, SUMMARY), `${JSON.stringify(summary, null, 2)}\n`);
      return summary;
    },
  };
};
