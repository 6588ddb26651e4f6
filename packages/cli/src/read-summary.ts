import { join } from "node:path";
import { FileError } from "spark-snn";
import { readFileStrict } from "spark-snn/node";
import type { BrainSummary } from "./brain-summary.ts";
import type { Summary } from "./summary.ts";

/**
 * Reads the summary of a run.
 * @throws FileError if the folder has none, or it was not written by a run.
 */
export const readSummary = async (folder: string): Promise<Summary | BrainSummary> => {
  const path = join(folder, "summary.json");
  const text = new TextDecoder().decode(await readFileStrict(path));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FileError(`${path} is not JSON: ${(error as Error).message}. Run the experiment again.`, {
      cause: error,
    });
  }
  const kind = typeof value === "object" && value !== null ? (value as Partial<Summary>).kind : undefined;
  if (kind === "spark-snn summary" || kind === "spark-snn brain summary") return value as Summary | BrainSummary;
  throw new FileError(`${path} is not a summary of a run. Name a folder written by spark-snn run.`);
};
