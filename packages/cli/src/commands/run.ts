import { rmdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { runOptions, type SomaExperiment, simulatePrepared, somas } from "spark-snn";
import { folderOptions } from "spark-snn/node";
import { type Arguments, type CommandSpec, declaredRow, readDeclared, UsageError } from "../arguments.ts";
import { brainText, type Destination, runBrain } from "../brain-run.ts";
import { counted } from "../counted.ts";
import { readDocument } from "../document.ts";
import { exitCodes } from "../exit.ts";
import { chooseKind } from "../figure-kinds.ts";
import { hasGaps, recordedOf } from "../measures.ts";
import { nextText } from "../next-steps.ts";
import { readExperiment } from "../read-experiment.ts";
import { recordRun, writeFigure } from "../record-run.ts";
import { prepareFolder } from "../results-folder.ts";
import { type Format, formatOption, type RunChoices, readChoices, warn } from "../run-options.ts";
import { somaRecorder } from "../soma-run.ts";
import { type Summary, type SummaryParts, summarize } from "../summary.ts";
import type { Tally } from "../tally.ts";
import { durationText, nameText, numberText, readingRows, styleText, type Terminal, twoColumns } from "../terminal.ts";

export const spec: CommandSpec = {
  name: "run",
  operands: ["FILE"],
  about:
    "Runs an experiment and writes its records, a figure and summary.json to a folder.\nFor a network, each population gets its own folder of records.\nAn interrupted run (Ctrl-C) writes its records so far, marked as incomplete, and exits with 130.",
  options: {
    out: { value: "DIR", about: "Folder for the results; created if missing. Required." },
    force: { about: folderOptions.force.about },
    set: {
      value: "PATH=VALUE",
      many: true,
      about: "Changes a value of the experiment. The value is JSON, otherwise text.",
    },
    duration: declaredRow("MS", runOptions.duration, "Replaces that of the experiment."),
    seed: declaredRow("SEED", runOptions.seed, "Replaces that of the experiment."),
    dtype: declaredRow("f32|f64", runOptions.dtype, "Replaces that of the experiment."),
    backend: declaredRow("NAME", runOptions.backend),
    threads: declaredRow("N|all", runOptions.threads),
    memory: declaredRow("MB", runOptions.memory, "In megabytes. Default 2147; 4295 for a network."),
    "non-finite": declaredRow("error|ignore", runOptions.nonFinite),
    format: declaredRow("csv|npz|sonata", formatOption),
    json: { about: "Prints only the summary, as JSON, to standard output." },
    "no-figure": { about: "Draws no figure." },
    quiet: { about: "Prints no progress and no summary." },
  },
  examples: [
    ["spark-snn run experiment.json --out results", "Runs the experiment; the figure is results/figure.svg."],
    [
      "spark-snn run experiment.json --out results/hot --set model.potentialTau=12 --set 'inputs.current=[300,310]'",
      "Runs it with other values.",
    ],
    [
      "spark-snn run experiment.json --out results --format npz --json",
      "Writes arrays, and prints a summary for a script.",
    ],
  ],
};

export const run = async (given: Arguments, terminal: Terminal): Promise<number> => {
  const format = readDeclared(given, "format", formatOption) ?? (formatOption.default as Format);
  const choices = readChoices(given);
  const out = given.text("out");
  if (out === undefined) throw new UsageError("run needs --out DIR, the folder for the results. Name one.");
  const path = given.operands[0]!;
  const file = await readDocument(path, terminal.folder);
  const read = await readExperiment(file, given, terminal);
  warn(read.warnings, terminal);
  const folder = resolve(terminal.folder, out);
  const isNew = await prepareFolder(folder, out, given.has("force"), terminal);
  const destination: Destination = { folder, out, format };
  const summary = await (read.kind === "brain"
    ? runBrain(read, destination, choices, given, terminal)
    : runSoma(read, destination, choices, given, terminal)
  ).catch(async (error: unknown) => {
    // If a run failed before it recorded anything, its new folder is removed, unless it contains files.
    if (isNew) await rmdir(folder).catch(() => undefined);
    throw error;
  });
  if (given.has("json")) terminal.out(`${JSON.stringify(summary, null, 2)}\n`);
  else if (!given.has("quiet")) {
    const isBrain = summary.kind === "spark-snn brain summary";
    terminal.out(isBrain ? brainText(summary, out, path, terminal) : summaryText(summary, out, path, terminal));
  }
  return summary.complete || summary.stoppedBy !== "abort" ? exitCodes.done[0] : exitCodes.interrupted[0];
};

/** Runs one population and writes its records, a figure and summary.json. */
const runSoma = async (
  read: SomaExperiment,
  destination: Destination,
  choices: RunChoices,
  given: Arguments,
  terminal: Terminal,
): Promise<Summary> => {
  const { tally, partsOf, closed, notes, write } = await somaRecorder(read, destination);
  return recordRun(
    {
      warnings: read.warnings,
      // The records go to a sink, so that they may exceed the memory.
      simulate: (watch) => simulatePrepared(read.prepared, { ...choices, sink: tally, ...watch }),
      closed,
      notes,
      write,
      draw: (run) => drawFigure(destination.folder, { ...partsOf(run), files: [] }, tally, terminal),
    },
    given,
    terminal,
  );
};

const drawFigure = async (folder: string, parts: SummaryParts, tally: Tally, terminal: Terminal): Promise<string[]> => {
  const { results, run: info } = parts;
  const kind = chooseKind(results);
  if (!kind || info.steps === 0) return [];
  const to = tally.keptUntil ?? info.duration;
  return writeFigure(folder, { to, duration: info.duration }, terminal, async () => {
    const { drawResults } = await import("../figures.ts");
    return drawResults(kind, summarize(parts), results, {}, { from: 0, to });
  });
};

const summaryText = (summary: Summary, out: string, file: string, terminal: Terminal): string => {
  const { spikes, model, units, duration, dt, dtype, backend, wallTime, complete } = summary;
  const count = units.reduce((product, n) => product * n, 1);
  const rows: (readonly [string, string])[] = [
    ["model", `${model}, ${count} ${count === 1 ? "unit" : "units"}`],
    ["simulated", `${numberText(duration)} ms in ${counted(summary.steps, "step")} of ${dt} ms`],
    ["computed", `in ${durationText(wallTime)} with ${backend}, ${dtype}, seed ${summary.seed}`],
  ];
  if (spikes) {
    const range = spikes.units > 1 ? `, from ${numberText(spikes.minRate)} to ${numberText(spikes.maxRate)} Hz` : "";
    rows.push(
      ["spikes", `${spikes.count} from ${spikes.active} of ${counted(spikes.units, "unit")}`],
      ["mean rate", `${numberText(spikes.meanRate)} Hz${range}`],
      ["mean CV", spikes.meanCv === null ? "none: fewer than three spikes per unit" : numberText(spikes.meanCv)],
    );
  } else rows.push(["spikes", hasGaps(recordedOf(summary, model)) ? "recorded in windows" : "not recorded"]);
  rows.push(...readingRows(summary.readings));
  rows.push(["files", summary.files.map((name) => nameText(join(out, name))).join("\n             ")]);
  const head = complete
    ? styleText(terminal, "out", "green", "Done.")
    : styleText(terminal, "out", "yellow", `Incomplete: stopped by ${summary.stoppedBy ?? "an error"}.`);
  const next = nextText(terminal, [
    spikes && spikes.count > 1
      ? [["plot", out, "--figure", "intervals", "--out", "intervals.svg"], "draws the intervals between spikes"]
      : [["run", file, "--out", "other", "--set", "inputs.current=400"], "runs it with a stronger current"],
    // A model that the document declares by its equations is shown by the name of the file.
    [["show", Object.hasOwn(somas, model) ? model : file], "prints its equations and parameters"],
  ]);
  return `${head}\n\n${twoColumns(rows)}\n\n${next}\n`;
};
