import { basename, dirname } from "node:path";
import { experiment } from "spark-snn";
import { type Arguments, type CommandSpec, UsageError } from "../arguments.ts";
import {
  importFile,
  importOptions,
  readerOf,
  reportOptions,
  strictOption,
  tellConversion,
  writeFiles,
} from "../conversion.ts";
import { exitCodes } from "../exit.ts";
import { nextText } from "../next-steps.ts";
import { lazyRecordings } from "../recordings.ts";
import { warn } from "../run-options.ts";
import type { Terminal } from "../terminal.ts";

export const spec: CommandSpec = {
  name: "import",
  operands: ["FILE"],
  about: "Imports a model of another program as an experiment, and reports what differs.",
  options: {
    out: { value: "FILE", about: "The experiment to write. Its data are written next to it." },
    ...importOptions,
    strict: strictOption,
    ...reportOptions,
  },
  examples: [
    ["spark-snn import model.scfg --out experiment.json", "Imports a model of Python Spark."],
    [
      "spark-snn import brain.scfg --out experiment.json --input signal=4",
      "The same, with the size of an input that the file does not contain.",
    ],
    ["spark-snn import graph.nir --out experiment.json --dt 0.1", "Imports a NIR graph."],
  ],
};

export const run = async (given: Arguments, terminal: Terminal): Promise<number> => {
  const out = given.text("out");
  if (out === undefined) throw new UsageError("import needs --out FILE. Write --out experiment.json.");
  const { document, data, report } = await importFile(given.operands[0]!, given, terminal);
  // A document that cannot be read would be of no use.
  const { warnings } = await experiment(document, { readFile: await readerOf(data), recordings: lazyRecordings });
  warn(warnings, terminal);
  const text = `${JSON.stringify(document, null, 2)}\n`;
  const files = await writeFiles({ [basename(out)]: text, ...data }, dirname(out), given, terminal);
  await tellConversion([report], files, given, terminal);
  if (!given.has("json")) {
    const next = nextText(terminal, [
      [["show", out], "shows the model"],
      [["run", out, "--out", "results"], "runs it"],
    ]);
    terminal.out(`\n${next}\n`);
  }
  return exitCodes.done[0];
};
