import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { SweepOptions, SweepProgress, SweepResult } from "@spark-snn/sweep";
import type { Keeper, SweepFolderOptions } from "@spark-snn/sweep/node";
import { ConfigError, FileError, runOptions, suggestName } from "spark-snn";
import { writeAtomic } from "spark-snn/node";
import {
  type Arguments,
  type CommandOutline,
  type CommandSpec,
  declaredRow,
  readDeclared,
  UsageError,
} from "../arguments.ts";
import type { System } from "../cluster.ts";
import { type DocumentFile, placeIssues, placeProblems, readDocument } from "../document.ts";
import { exitCodes } from "../exit.ts";
import type { KeptRuns } from "../keep-run.ts";
import { commandText, nextText, shellWord } from "../next-steps.ts";
import { changeDocument } from "../read-experiment.ts";
import { type Format, formatOption, memoryOf, readMachine, warn } from "../run-options.ts";
import type { SweptDocument } from "../sweep-files.ts";
import { durationText, nameText, ProgressBar, styleText, type Terminal, twoColumns } from "../terminal.ts";

const systems: readonly System[] = ["slurm", "parallel", "snakemake", "nextflow"];

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
    format: declaredRow("csv|npz|sonata", formatOption, "With --keep-runs. Default csv."),
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
    plan: { value: "PLAN", about: "Runs a plan that was written before, in its folder, instead of FILE." },
    task: { value: "I", about: "With --plan and --tasks: runs only the share of task I, counted from 0." },
    tasks: { value: "N", about: "Number of tasks that share the plan." },
    on: { value: "SYSTEM", about: `Writes the tasks for ${systems.join(", ")}; slurm submits them and waits.` },
    partition: { value: "NAME", about: "Partition for slurm." },
    time: { value: "TIME", about: "Time limit of a task for slurm, such as 2:00:00." },
    mem: { value: "SIZE", about: "Memory of a task for slurm, such as 4G." },
    cpus: { value: "N", about: "Processors of a task, each for one process. Default 1." },
    "dry-run": { about: "With --on: prints the file and submits nothing." },
    parquet: { about: "Also writes the table as Apache Parquet: table.parquet." },
    "no-figure": { about: "Draws no figures." },
    json: { about: "Prints only the rows, as JSON, to standard output." },
    quiet: { about: "Prints no progress and no summary." },
  };
};

export const spec: CommandOutline = {
  name: "sweep",
  operands: ["[FILE]"],
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
    [
      "spark-snn sweep brain.json --vary ie.weight=5:50:100 --seeds 10 --out big --on slurm --tasks 20 --time 1:00:00",
      "Runs 1000 runs as 20 tasks of one array job, and gathers the table.",
    ],
  ],
};

export const run = async (given: Arguments, terminal: Terminal): Promise<number> => {
  checkTogether(given);
  const planned = given.text("plan");
  if (planned !== undefined) return runPlanned(planned, given, terminal);
  const out = given.text("out");
  const path = given.operands[0];
  if (path === undefined)
    throw new UsageError("sweep needs FILE, or --plan PLAN. Write spark-snn sweep FILE --out DIR.");
  if (out === undefined) throw new UsageError("sweep needs --out DIR, the folder for the results. Name one.");
  const folder = resolve(terminal.folder, out);
  const file = await readDocument(path, terminal.folder);
  const { document, changed } = await changeDocument(file, given);
  const choices = await readSweep(given, terminal, folder);
  const vary = choices.vary ?? {};
  const bar = new ProgressBar(terminal, given.has("quiet"));
  const options: SweepFolderOptions = {
    ...choices,
    folder,
    files: dirname(resolve(terminal.folder, path)),
    reader: moduleOf("sweep-files", { path, folder: terminal.folder } satisfies SweptDocument),
    signal: terminal.signal,
    progress: ({ fraction, remaining, ...more }) => bar.draw(fraction, remaining, progressText(more)),
  };
  const { sweepToFolder, writePlan } = await import("@spark-snn/sweep/node");
  const placed = async <T>(work: Promise<T>): Promise<T> =>
    work.catch(async (error: unknown) => {
      throw await explained(error, file, [...changed, ...(await keysOf(document, Object.keys(vary)))], out);
    });
  const system = readSystem(given);
  if (system) {
    await placed(writePlan(document as object, options));
    return runOn(system, folder, given, terminal, out);
  }
  const result = await placed(sweepToFolder(document as object, options)).finally(() => bar.clear());
  const { name = "Sweep" } = document as { readonly name?: string };
  const figures = given.has("no-figure") ? [] : await drawFigures(result, folder, name, terminal);
  return report(result, given, terminal, out, figures);
};

/** Options that need another one. @throws UsageError */
const checkTogether = (given: Arguments): void => {
  const needs = {
    task: ["plan", "tasks"],
    "dry-run": ["on"],
    partition: ["on"],
    time: ["on"],
    mem: ["on"],
    cpus: ["on"],
    on: ["tasks"],
  };
  for (const [name, others] of Object.entries(needs)) {
    if (!given.has(name)) continue;
    for (const other of others) if (!given.has(other)) throw new UsageError(`--${name} needs --${other}. Add it.`);
  }
  if (given.has("plan") && (given.operands.length > 0 || given.has("on") || given.has("vary"))) {
    throw new UsageError("--plan contains the experiment and its values. Remove FILE, --vary and --on.");
  }
  if (given.has("tasks") && !given.has("on") && !given.has("task")) {
    throw new UsageError("--tasks needs --on, or --plan and --task. Add one of them.");
  }
};

const readSystem = (given: Arguments): System | undefined => {
  const system = given.text("on");
  if (system === undefined || systems.includes(system as System)) return system as System | undefined;
  throw new UsageError(
    `--on must be one of ${systems.join(", ")}; received "${system}". ${suggestName(system, systems)}`,
  );
};

/** Runs a plan, or the share of one task. */
const runPlanned = async (path: string, given: Arguments, terminal: Terminal): Promise<number> => {
  const { wholeNumber } = await import("../cluster.ts");
  const { runPlan } = await import("@spark-snn/sweep/node");
  const task = wholeNumber("task", given.text("task"), 0);
  const tasks = wholeNumber("tasks", given.text("tasks"), 1);
  if (task !== undefined && task >= tasks!) {
    throw new UsageError(`--task must be at most ${tasks! - 1} with ${tasks} tasks; received ${task}. Count from 0.`);
  }
  const bar = new ProgressBar(terminal, given.has("quiet"));
  const result = await runPlan(resolve(terminal.folder, path), {
    ...readMachine(given),
    ...(task !== undefined && { share: { task, tasks: tasks! } }),
    parallel: readParallel(given.text("parallel")),
    retry: given.has("retry"),
    signal: terminal.signal,
    progress: ({ fraction, remaining, ...more }) => bar.draw(fraction, remaining, progressText(more)),
  }).finally(() => bar.clear());
  const folder = dirname(resolve(terminal.folder, path));
  const isWhole = task === undefined && !given.has("no-figure");
  const figures = isWhole ? await drawFigures(result, folder, "Sweep", terminal) : [];
  return report(result, given, terminal, dirname(path), figures);
};

/** Writes the tasks of a plan for another system. Slurm gets them, and the table is gathered when they have ended. */
const runOn = async (
  system: System,
  folder: string,
  given: Arguments,
  terminal: Terminal,
  out: string,
): Promise<number> => {
  const { filesFor, follow, submit, wholeNumber, writeTasks } = await import("../cluster.ts");
  const own = {
    folder,
    tasks: wholeNumber("tasks", given.text("tasks"), 1)!,
    cpus: wholeNumber("cpus", given.text("cpus"), 1) ?? 1,
    partition: given.text("partition"),
    time: given.text("time"),
    mem: given.text("mem"),
  };
  if (given.has("dry-run")) {
    terminal.out(filesFor(system, own)[1]);
    return exitCodes.done[0];
  }
  const file = await writeTasks(system, own);
  if (system !== "slurm") {
    const commands = {
      parallel: `parallel < ${shellWord(file)}`,
      snakemake: `snakemake --snakefile ${shellWord(file)} --cores all`,
      nextflow: `nextflow run ${shellWord(file)}`,
    };
    terminal.out(commandText(terminal, `Wrote ${file}. Run it with: ${commands[system]}\n`));
    return exitCodes.done[0];
  }
  const { gatherRows } = await import("@spark-snn/sweep/node");
  const begin = performance.now();
  const job = await submit(file);
  const bar = new ProgressBar(terminal, given.has("quiet"));
  const look = async (): Promise<void> => {
    const { rows, plan } = await gatherRows(folder);
    bar.draw(rows.length / plan.runs.length, Number.POSITIVE_INFINITY, `job ${job}, ${rows.length} runs`);
  };
  const ended = await follow(job, terminal.signal, look).finally(() => bar.clear());
  const gathered = await gatherRows(folder);
  const failed = gathered.rows.filter(({ error }) => error !== undefined).length;
  const complete = gathered.rows.length === gathered.plan.runs.length;
  if (!ended) {
    terminal.err(
      `The job ${job} goes on. Run the same command later to gather its table, or end it with scancel ${job}.\n`,
    );
    return exitCodes.interrupted[0];
  }
  if (!complete) {
    const missing = gathered.plan.runs.length - gathered.rows.length;
    throw new FileError(
      `${missing} runs are missing after job ${job}. Read ${join(out, "slurm")}, and run the same command again.`,
    );
  }
  const result = { ...gathered, complete, failed, wallTime: (performance.now() - begin) / 1000 };
  const figures = given.has("no-figure") ? [] : await drawFigures(result, folder, "Sweep", terminal);
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
  const format = readDeclared(given, "format", formatOption) ?? (formatOption.default as Format);
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
    keep: given.has("keep-runs")
      ? moduleOf("keep-run", { folder: join(folder, "runs"), format } satisfies KeptRuns)
      : undefined,
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
};

/** A module for the processes of the sweep: next to the built program, or next to the sources. */
const moduleOf = (name: string, data: unknown): Keeper => {
  const isSource = import.meta.url.endsWith(".ts");
  return { url: new URL(isSource ? `../${name}.ts` : `./${name}.js`, import.meta.url).href, data };
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
  if (!(error instanceof ConfigError)) return placeProblems(error, file, changed);
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
  const parquet = given.has("parquet") && given.text("task") === undefined;
  if (parquet) {
    const { sweepParquet } = await import("@spark-snn/sweep");
    await writeAtomic(resolve(terminal.folder, out, "table.parquet"), await sweepParquet(result));
  }
  const code = complete ? exitCodes.done[0] : exitCodes.interrupted[0];
  if (given.has("json")) {
    terminal.out(`${JSON.stringify(rows, null, 2)}\n`);
    return code;
  }
  if (given.has("quiet")) return code;
  const tables = ["table.csv", ...(parquet ? ["table.parquet"] : [])];
  const files = [...tables, ...figures, "plan.jsonl", ...(given.has("keep-runs") ? ["runs"] : [])];
  const head = complete
    ? styleText(terminal, "out", "green", "Done.")
    : styleText(terminal, "out", "yellow", "Interrupted. The same command goes on.");
  const errors = [...new Set(rows.flatMap(({ error }) => error ?? []))];
  const lines: (readonly [string, string])[] = [
    ["runs", `${rows.length} of ${plan.runs.length}${failed > 0 ? `, ${failed} failed` : ""}`],
    ["computed", `in ${durationText(wallTime)}`],
    ...errors.slice(0, 3).map((error) => ["error", error] as const),
    ["files", files.map((name) => nameText(join(out, name))).join("\n             ")],
  ];
  const next = given.has("keep-runs")
    ? `\n\n${nextText(terminal, [[["plot", join(out, "runs/0")], "draws the first run"]])}`
    : "";
  terminal.out(`${head}\n\n${twoColumns(lines)}${next}\n`);
  return code;
};
