import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { SweepOptions, SweepProgress, SweepResult } from "@spark-snn/sweep";
import type { Keeper, SweepFolderOptions } from "@spark-snn/sweep/node";
import { ConfigError, runOptions } from "spark-snn";
import { folderOptions } from "spark-snn/node";
import {
  type Arguments,
  type CommandOutline,
  type CommandSpec,
  declaredRow,
  readDeclared,
  UsageError,
} from "../arguments.ts";
import { type DocumentFile, placeIssues, readDocument } from "../document.ts";
import { exitCodes } from "../exit.ts";
import type { KeptRuns } from "../keep-run.ts";
import { nextText } from "../next-steps.ts";
import { changeDocument } from "../read-experiment.ts";
import type { Format } from "../results.ts";
import { memoryOf, readMachine, warn } from "../run-options.ts";
import { durationText, ProgressBar, styleText, type Terminal, twoColumns } from "../terminal.ts";

const loadOptions = async (): Promise<CommandSpec["options"]> => {
  const { measureNames, sweepOptions } = await import("@spark-snn/sweep");
  return {
    out: {
      value: "DIR",
      about: "Folder for the results; created if missing. The same command goes on in it. Required.",
    },
    vary: {
      value: "PATH=VALUES",
      many: true,
      about: "Varies a value: a,b,c or from:to:n, also from:to:n:log. from:to is an interval for --samples.",
    },
    points: { value: "FILE", about: "Runs the points in a CSV file, whose columns are paths, or in a JSON file." },
    samples: { value: "METHOD:N", about: "Samples the intervals: random, latin or sobol, and the number of points." },
    seeds: {
      value: "N|LIST",
      about: "Runs each point with N seeds, which follow that of the experiment, or with a list.",
    },
    measure: {
      value: "NAMES",
      about: `Measures of each population, with commas: ${measureNames.join(", ")}; or a module of your own. Default rate.`,
    },
    from: declaredRow("MS", sweepOptions.from),
    to: declaredRow("MS", sweepOptions.to, ""),
    bin: declaredRow("MS", sweepOptions.bin),
    parallel: { value: "N|all", about: "Number of processes. Default all: one for each processor." },
    "keep-runs": { about: "Writes the records of each run to a folder of its own." },
    format: declaredRow("csv|npz", folderOptions.format, "With --keep-runs. Default csv."),
    retry: { about: "Runs failed runs again." },
    force: { about: "Replaces a sweep with another plan in DIR." },
    set: {
      value: "PATH=VALUE",
      many: true,
      about: "Changes a value of the experiment for all runs. The value is JSON, otherwise text.",
    },
    duration: declaredRow("MS", runOptions.duration, "Replaces that of the experiment."),
    seed: declaredRow("SEED", runOptions.seed, "Replaces that of the experiment."),
    dtype: declaredRow("f32|f64", runOptions.dtype, "Replaces that of the experiment."),
    backend: declaredRow("NAME", runOptions.backend),
    threads: declaredRow("N|all", runOptions.threads),
    memory: declaredRow("MB", runOptions.memory, "In megabytes, for each process."),
    "non-finite": declaredRow("error|ignore", runOptions.nonFinite),
    "no-figure": { about: "Draws no figures." },
    json: { about: "Prints only the rows, as JSON, to standard output." },
    quiet: { about: "Prints no progress and no summary." },
  };
};

export const spec: CommandOutline = {
  name: "sweep",
  operands: ["FILE"],
  about:
    "Runs an experiment many times with other values and seeds, and writes a table with a row for each run.\nAn interrupted sweep (Ctrl-C) keeps its rows and exits with 130. The same command goes on where it stopped.",
  options: loadOptions,
  examples: [
    [
      "spark-snn sweep experiment.json --vary model.threshold=-52:-45:8 --seeds 5 --measure rate,cv --out sweep",
      "Runs 8 thresholds with 5 seeds each; the table is sweep/table.csv.",
    ],
    [
      "spark-snn sweep brain.json --vary ie.weight=5:50 --vary ee.weight=5:50:log --samples sobol:64 --out samples",
      "Runs 64 points of a Sobol sequence.",
    ],
  ],
};

export const run = async (given: Arguments, terminal: Terminal): Promise<number> => {
  const out = given.text("out");
  if (out === undefined) throw new UsageError("sweep needs --out DIR, the folder for the results. Name one.");
  const folder = resolve(terminal.folder, out);
  const path = given.operands[0]!;
  const file = await readDocument(path, terminal.folder);
  const { document, changed } = await changeDocument(file, given);
  const choices = await readSweep(given, terminal, folder);
  const vary = choices.vary ?? {};
  const bar = new ProgressBar(terminal, given.has("quiet"));
  const options: SweepFolderOptions = {
    ...choices,
    folder,
    files: dirname(resolve(terminal.folder, path)),
    signal: terminal.signal,
    progress: ({ fraction, remaining, ...more }) => bar.draw(fraction, remaining, progressText(more)),
  };
  const { sweepToFolder } = await import("@spark-snn/sweep/node");
  const result = await sweepToFolder(document as object, options)
    .catch(async (error: unknown) => {
      throw await explained(error, file, [...changed, ...(await keysOf(document, Object.keys(vary)))], out);
    })
    .finally(() => bar.clear());
  const { name = "Sweep" } = document as { readonly name?: string };
  const figures = given.has("no-figure") ? [] : await drawFigures(result, folder, name, terminal);
  return report(result, given, terminal, out, figures);
};

/** Draws the figures and returns their names. The table is more important, so a failure is only a warning. */
const drawFigures = async (
  result: SweepResult,
  folder: string,
  title: string,
  terminal: Terminal,
): Promise<string[]> => {
  if (result.rows.length === 0) return [];
  try {
    const { writeSweepFigures } = await import("../sweep-figures.ts");
    return await writeSweepFigures(result, folder, title, terminal);
  } catch (error) {
    warn([`Not all figures were drawn: ${(error as Error).message}`], terminal);
    return [];
  }
};

/** The options of the sweep on the command line. @throws UsageError */
const readSweep = async (given: Arguments, terminal: Terminal, folder: string): Promise<SweepFolderOptions> => {
  const { sweepOptions } = await import("@spark-snn/sweep");
  const { readPoints, readSamples, readSeeds, readVary } = await import("../vary.ts");
  const format = readDeclared(given, "format", folderOptions.format) ?? (folderOptions.format.default as Format);
  const memory = memoryOf(given);
  const options = {
    vary: readVary(given.texts("vary")),
    points: await readPoints(given.text("points"), terminal.folder),
    samples: readSamples(given.text("samples")),
    seeds: readSeeds(given.text("seeds")),
    measure: readMeasures(given.text("measure"), terminal.folder),
    from: readDeclared(given, "from", sweepOptions.from),
    to: readDeclared(given, "to", sweepOptions.to),
    bin: readDeclared(given, "bin", sweepOptions.bin),
    parallel: readParallel(given.text("parallel")),
    ...readMachine(given),
    memory,
    nonFinite: readDeclared(given, "non-finite", runOptions.nonFinite),
    force: given.has("force"),
    retry: given.has("retry"),
    keep: given.has("keep-runs") ? keeperOf({ folder: join(folder, "runs"), format }) : undefined,
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
};

/** The module that keeps runs: next to the built program, or next to the sources. */
const keeperOf = (data: KeptRuns): Keeper => {
  const isSource = import.meta.url.endsWith(".ts");
  return { url: new URL(isSource ? "../keep-run.ts" : "./keep-run.js", import.meta.url).href, data };
};

const readMeasures = (text: string | undefined, folder: string): SweepOptions["measure"] => {
  if (text === undefined) return undefined;
  const isModule = (name: string): boolean => /\.(m?js|ts)$/.test(name);
  return text
    .split(",")
    .map((name) => name.trim())
    .map((name) => (isModule(name) ? pathToFileURL(resolve(folder, name)) : name)) as never;
};

const readParallel = (text: string | undefined): number => {
  if (text === undefined || text === "all") return availableParallelism();
  const count = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new UsageError(
    `--parallel must be a whole number of at least 1, or all; received "${text}". Write --parallel 2.`,
  );
};

/** The keys that a sweep varies, which have no place in the file. */
const keysOf = async (document: unknown, paths: readonly string[]) => {
  const { valueKeys } = await import("spark-snn");
  return paths.flatMap((path) => {
    try {
      return [["experiment", ...valueKeys(document as object, path)]];
    } catch {
      return [];
    }
  });
};

/** Problems of options by the names of the command line, and those of the document with line and column. */
const explained = async (
  error: unknown,
  file: DocumentFile,
  changed: Parameters<typeof placeIssues>[2],
  out: string,
): Promise<unknown> => {
  if (error instanceof Error && error.message.includes("with force.")) {
    const message = error.message.replace("with force.", "with --force.").replace(/^\S+/, () => out);
    return Object.assign(error, { message });
  }
  if (!(error instanceof ConfigError)) return error;
  const own = error.issues.filter(({ path }) => path.startsWith("sweep."));
  if (own.length === 0) return placeIssues(error, file, changed);
  const lines = own.map(
    ({ path, message }) => `--${path.replace(/^sweep\./, "").replace(/^([a-z]+)\./, "$1 ")} ${message}`,
  );
  return new UsageError(lines.join("\n"));
};

const progressText = ({ done, runs, failed }: Pick<SweepProgress, "done" | "runs" | "failed">): string =>
  `${done} of ${runs} runs${failed > 0 ? `, ${failed} failed` : ""}`;

/** Prints the result. */
const report = async (
  result: SweepResult,
  given: Arguments,
  terminal: Terminal,
  out: string,
  figures: readonly string[],
): Promise<number> => {
  const { rows, plan, complete, failed, wallTime } = result;
  const code = complete ? exitCodes.done[0] : exitCodes.interrupted[0];
  if (given.has("json")) {
    terminal.out(`${JSON.stringify(rows, null, 2)}\n`);
    return code;
  }
  if (given.has("quiet")) return code;
  const files = ["table.csv", ...figures, "plan.jsonl", "rows.jsonl", ...(given.has("keep-runs") ? ["runs"] : [])];
  const head = complete
    ? styleText(terminal, "out", "green", "Done.")
    : styleText(terminal, "out", "yellow", "Interrupted. The same command goes on.");
  const errors = [...new Set(rows.flatMap(({ error }) => error ?? []))];
  const lines: (readonly [string, string])[] = [
    ["runs", `${rows.length} of ${plan.runs.length}${failed > 0 ? `, ${failed} failed` : ""}`],
    ["computed", `in ${durationText(wallTime)}`],
    ...errors.slice(0, 3).map((error) => ["error", error] as const),
    ["files", files.map((name) => join(out, name)).join("\n             ")],
  ];
  const next = given.has("keep-runs")
    ? `\n\n${nextText(terminal, [[["plot", join(out, "runs/0")], "draws the first run"]])}`
    : "";
  terminal.out(`${head}\n\n${twoColumns(lines)}${next}\n`);
  return code;
};
