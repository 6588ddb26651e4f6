import { sweep, sweepPlanText } from "@spark-snn/sweep";
import type { JsonObject } from "../core/json.ts";
import type { SweepRequest, SweptRow } from "../core/protocol.ts";

type ReadFile = (path: string) => Promise<Uint8Array>;

/** Measures record what they need; records of the document would only take memory. */
const withoutRecords = (document: JsonObject): JsonObject => {
  const { record: _, ...others } = document;
  return others;
};

/** Runs a document with the values of each point, and measures each run. A run that fails gives its error. */
export const swept = async (
  { document, points, measures }: SweepRequest,
  readFile: ReadFile,
  progress: (share: number) => void,
): Promise<SweptRow[]> => {
  const options = {
    points,
    measure: [...measures],
    progress: ({ fraction }: { fraction: number }) => progress(fraction),
  };
  const { rows } = await sweep(withoutRecords(document), options, { readFile });
  return [...rows]
    .sort((a, b) => a.index - b.index)
    .map(({ measures: values, error }) => ({ measures: values, error }));
};

/** The plan of the same runs, for the command line and for clusters. Positions in the graph do not belong to it. */
export const planOf = async ({ document, points, measures }: SweepRequest, readFile: ReadFile): Promise<string> => {
  const { studio: _, ...experiment } = withoutRecords(document);
  return sweepPlanText(experiment, { points, measure: [...measures] }, { readFile });
};
