import { experiment } from "spark-snn";
import { type Arguments, type CommandSpec, UsageError } from "../arguments.ts";
import {
  exportOptions,
  importFile,
  importOptions,
  isNwb,
  nwbOptions,
  readerOf,
  refuseNwbOptions,
  reportOptions,
  strictOption,
  targetFormat,
  tellConversion,
  writeFiles,
} from "../conversion.ts";
import { exitCodes } from "../exit.ts";
import { convertRecording, isTable, lazyRecordings, recordingOptions } from "../recordings.ts";
import type { Terminal } from "../terminal.ts";

export const spec: CommandSpec = {
  name: "convert",
  operands: ["FILE…"],
  about:
    "Converts a recording (ABF, NEST, NWB, SONATA) to a table or to arrays: --out FILE.csv or FILE.npz.\nConverts a folder of results to NWB: --out FILE.nwb.\nConverts a model of another program to the format of a third one, with --to, like import and export.",
  options: {
    ...exportOptions,
    ...importOptions,
    strict: strictOption,
    ...reportOptions,
    ...recordingOptions,
    ...nwbOptions,
  },
  examples: [
    ["spark-snn convert cell.abf --out cell.csv", "Writes all recorded channels and sweeps as columns."],
    ["spark-snn convert spikes-7-0.dat spikes-7-1.dat --out spikes.npz", "Joins the files of a recorder of NEST."],
    [
      "spark-snn convert results --out run.nwb --session-start 2026-03-01T12:00:00Z",
      "Writes the results of a run as NWB: spikes as units, variables as series.",
    ],
    ["spark-snn convert old.scfg --to scfg --out new --input signal=4", "Converts a model of Python Spark 0.1 to 1.2."],
  ],
};

export const run = async (given: Arguments, terminal: Terminal): Promise<number> => {
  const out = given.text("out");
  if (given.text("to") === undefined && out !== undefined && isNwb(out)) {
    const { convertResults } = await import("../nwb-results.ts");
    return convertResults(out, given, terminal);
  }
  refuseNwbOptions(given);
  if (given.text("to") === undefined && out !== undefined && isTable(out))
    return convertRecording(out, given, terminal);
  if (given.text("to") === undefined) {
    const received = out === undefined ? "neither --out nor --to" : `--out ${out}`;
    throw new UsageError(
      `convert writes recordings with --out FILE.csv or FILE.npz, results with --out FILE.nwb, and models with --to FORMAT --out DIR; received ${received}. Write one of them.`,
    );
  }
  const format = await targetFormat(given, "convert");
  if (out === undefined) throw new UsageError(`convert needs --out DIR. Write --out ${format}.`);
  const { document, data, report } = await importFile(given.operands[0]!, given, terminal);
  const read = await experiment(document, { readFile: await readerOf(data), recordings: lazyRecordings });
  const { formats } = await import("@spark-snn/formats");
  const written = await formats[format].write!(read, { strict: given.has("strict"), data });
  const files = await writeFiles(written.files, out, given, terminal);
  await tellConversion([report, written.report], files, given, terminal);
  return exitCodes.done[0];
};
