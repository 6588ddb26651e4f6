import { join } from "node:path";
import type { KeepRun } from "@spark-snn/sweep/node";
import type { BrainRunInfo, RunInfo } from "spark-snn";
import { makeResultsFolder } from "spark-snn/node";
import { brainRecorder, type Destination } from "./brain-run.ts";
import type { Format } from "./run-options.ts";
import { somaRecorder } from "./soma-run.ts";

/* Keeps the records of each run of a sweep. The processes of the sweep load this file. */

/** Where runs are kept. */
export interface KeptRuns {
  /** Absolute path. */
  readonly folder: string;
  readonly format: Format;
}

/** A function that keeps each run in a folder of its number, like that of `spark-snn run` without a figure. */
export default ({ folder: parent, format }: KeptRuns): KeepRun =>
  async (read, { index }) => {
    const folder = join(parent, `${index}`);
    await makeResultsFolder(folder, { force: true, permit: "use force" });
    const destination: Destination = { folder, out: folder, format };
    if (read.kind === "soma") {
      const { tally, closed, write } = await somaRecorder(read, destination);
      return {
        sink: tally,
        ended: (run) =>
          closed()
            .then(() => write(run as RunInfo, []))
            .then(() => {}),
      };
    }
    const { sink, closed, write } = await brainRecorder(read, destination);
    return {
      sink,
      ended: (run) =>
        closed()
          .then(() => write(run as BrainRunInfo, []))
          .then(() => {}),
    };
  };
