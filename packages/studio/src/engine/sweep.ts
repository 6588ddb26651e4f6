import { sweep } from "@spark-snn/sweep";
import type { JsonObject } from "../core/json.ts";
import type { SweepRequest, SweptRow } from "../core/protocol.ts";

/** Runs a document with the values of each point, and measures each run. A run that fails gives its error. */
export const swept = async (
  { document, points, measures }: SweepRequest,
  readFile: (path: string) => Promise<Uint8Array>,
  progress: (share: number) => void,
): Promise<SweptRow[]> => {
  // Measures record what they need; records of the document would only take memory.
  const { record: _, ...experiment } = document as JsonObject & { readonly record?: unknown };
  const options = {
    points,
    measure: [...measures],
    progress: ({ fraction }: { fraction: number }) => progress(fraction),
  };
  const { rows } = await sweep(experiment, options, { readFile });
  return [...rows]
    .sort((a, b) => a.index - b.index)
    .map(({ measures: values, error }) => ({ measures: values, error }));
};
