import type { ExportOptions } from "@spark-snn/formats";
import { filesInFolder } from "../archive-results.ts";
import { type Arguments, type CommandSpec, UsageError } from "../arguments.ts";
import { exportOptions, reportOptions, strictOption, targetFormat, tellConversion, writeFiles } from "../conversion.ts";
import { readDocument } from "../document.ts";
import { exitCodes } from "../exit.ts";
import { readExperiment } from "../read-experiment.ts";
import { warn } from "../run-options.ts";
import type { Terminal } from "../terminal.ts";
import { libraryVersion } from "../version.ts";

export const spec: CommandSpec = {
  name: "export",
  operands: ["FILE"],
  about: "Exports an experiment to the format of another program, and reports what differs.",
  options: {
    ...exportOptions,
    set: {
      value: "PATH=VALUE",
      many: true,
      about: "Changes a value of the experiment. The value is JSON, otherwise text.",
    },
    results: { value: "DIR", about: "Folder of results that an archive contains." },
    strict: strictOption,
    ...reportOptions,
  },
  examples: [
    ["spark-snn export experiment.json --to archive --results results --out .", "Writes a project in one file."],
    ["spark-snn export experiment.json --to scfg --out python", "Writes a model of Python Spark."],
  ],
};

export const run = async (given: Arguments, terminal: Terminal): Promise<number> => {
  const format = await targetFormat(given, "export");
  const out = given.text("out");
  if (out === undefined) throw new UsageError(`export needs --out DIR. Write --out ${format}.`);
  const file = await readDocument(given.operands[0]!, terminal.folder);
  const data: Record<string, Uint8Array> = {};
  const read = await readExperiment(file, given, terminal, (path, bytes) => {
    data[path] = bytes;
  });
  warn(read.warnings, terminal);
  const { formats } = await import("@spark-snn/formats");
  const options = { strict: given.has("strict"), data, ...(await archiveOptions(format, given, terminal)) };
  const { files, report } = await formats[format].write!(read, options);
  await tellConversion([report], await writeFiles(files, out, given, terminal), given, terminal);
  return exitCodes.done[0];
};

/** What only archives contain: results, and the versions of the programs. */
const archiveOptions = async (format: string, given: Arguments, terminal: Terminal): Promise<ExportOptions> => {
  const folder = given.text("results");
  if (format !== "archive") {
    if (folder !== undefined) throw new UsageError("--results belongs to --to archive. Remove it.");
    return {};
  }
  const versions = { "spark-snn": libraryVersion(), node: process.version };
  return { versions, ...(folder !== undefined && { results: await filesInFolder(folder, terminal) }) };
};
