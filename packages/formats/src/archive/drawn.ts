import { drawnExperiment, type JsonObject } from "spark-snn";
import { isRecord } from "spark-snn/documents";
import { startReport } from "../report.ts";
import type { Experiment, Exported, ExportOptions } from "../result.ts";
import { namesInside, renamed } from "./export.ts";

/* Documents with drawn synapses, which no longer depend on the seed and on the connection rules. */

const STEM = "connectivity";

/** The names of files that a value names. */
const filesIn = (value: unknown, names: ReadonlySet<string>): string[] => {
  if (typeof value === "string") return names.has(value) ? [value] : [];
  return isRecord(value) || Array.isArray(value) ? Object.values(value).flatMap((one) => filesIn(one, names)) : [];
};

/**
 * An experiment with drawn synapses: the document `experiment.json`, the lists of its synapses in `connectivity.npz`, and the
 * files that it names.
 */
export const exportDrawn = async (experiment: Experiment, options: ExportOptions = {}): Promise<Exported> => {
  const { data = {}, strict = false } = options;
  const report = startReport("drawn", "export", "1");
  let file = `${STEM}.npz`;
  for (let k = 2; Object.hasOwn(data, file); k++) file = `${STEM}-${k}.npz`;
  const drawn = await drawnExperiment(experiment, { file });
  const names = namesInside(data);
  const document = renamed(drawn.document, names) as JsonObject;
  report.faithful("document", "experiment", "experiment.json");
  if (Object.keys(drawn.data).length > 0 && experiment.kind === "brain") {
    for (const { name } of experiment.brain.wiring.projections) {
      report.faithful(`model.projections.${name}`, "projection", `lists in ${file}`);
    }
  }
  // Lists of synapses that the document named are in the new file.
  const named = new Set(filesIn(drawn.document, new Set(Object.keys(data))));
  const files: Record<string, Uint8Array> = {
    "experiment.json": new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`),
    ...drawn.data,
  };
  for (const [path, bytes] of Object.entries(data)) {
    if (!named.has(path)) continue;
    files[names.get(path) ?? path] = bytes;
    report.faithful(path, "file", names.get(path) ?? path);
  }
  return { files, report: report.finish(strict) };
};
