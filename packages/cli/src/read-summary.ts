import { existsSync } from "node:fs";
import { join } from "node:path";
import { ConfigError, FileError } from "spark-snn";
import { PARTIAL, readFileStrict } from "spark-snn/node";
import type { BrainSummary } from "./brain-summary.ts";
import { checkSummary } from "./check-summary.ts";
import { isMissing, orphansIn } from "./results-folder.ts";
import { warn } from "./run-options.ts";
import type { Summary } from "./summary.ts";
import { numberText, type Terminal } from "./terminal.ts";

/**
 * Reads the summary of a run. Warns if the run was stopped, or if the files may be of different runs.
 * @throws FileError if the folder has none, or a run did not write it
 */
export const readSummary = async (
  folder: string,
  shown: string,
  terminal: Terminal,
): Promise<Summary | BrainSummary> => {
  const path = join(folder, "summary.json");
  const isMarked = existsSync(join(folder, PARTIAL));
  const orphans = await orphansIn(folder, shown);
  const bytes = await readFileStrict(path).catch((error: unknown) => {
    if (!isMarked || !isMissing(error)) throw error;
    const message = `${shown} contains no summary.json, because its run was killed or still runs. Run the experiment again.`;
    throw new FileError([message, ...orphans].join(" "), { cause: error });
  });
  const text = new TextDecoder().decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FileError(`${path} is not JSON. Run the experiment again.`, {
      cause: error,
    });
  }
  const kind = typeof value === "object" && value !== null ? (value as Partial<Summary>).kind : undefined;
  if (kind !== "spark-snn summary" && kind !== "spark-snn brain summary") {
    throw new FileError(`${path} is not a summary of a run. Name a folder written by spark-snn run.`);
  }
  checkSummary(value as object, path);
  const summary = value as Summary | BrainSummary;
  warn([...doubtsOf(summary, shown, isMarked), ...orphans], terminal);
  return recordedPartOf(summary);
};

/** The run as far as its files are complete: the part that can be analyzed and drawn. */
const recordedPartOf = (summary: Summary | BrainSummary): Summary | BrainSummary => {
  const { steps, recordedSteps = steps, duration } = summary;
  return recordedSteps < steps
    ? { ...summary, steps: recordedSteps, duration: duration * (recordedSteps / steps) }
    : summary;
};

const doubtsOf = (
  { complete, stoppedBy, dt, steps, recordedSteps = steps }: Summary | BrainSummary,
  shown: string,
  isMarked: boolean,
): string[] => {
  if (!complete) {
    const reason = stoppedBy === undefined ? "" : ` (${stoppedBy})`;
    const after = recordedSteps < steps ? ` Its files are complete up to ${numberText(recordedSteps * dt)} ms.` : "";
    return [`${shown} contains a run that was stopped early${reason}, after ${numberText(steps * dt)} ms.${after}`];
  }
  return isMarked
    ? [`${shown} contains ${PARTIAL}: a later run did not end, and files may be of different runs. Run it again.`]
    : [];
};

/** @throws ConfigError if a run was stopped before its first step, so that its results contain nothing */
export const requireSteps = ({ steps }: { readonly steps: number }, shown: string): void => {
  if (steps > 0) return;
  const message = "contains a run that was stopped before its first step. Run the experiment again.";
  throw new ConfigError({ path: shown, message });
};
