import { join, resolve } from "node:path";
import type {
  CrossValidationState,
  FitOptions,
  FitProgress,
  FitResult,
  FitState,
  fit,
  ReadFitDocument,
} from "@spark-snn/fit";
import { FileError, StateError } from "spark-snn";
import { folderOptions, PARTIAL, readFileStrict, removeFile, writeAtomic } from "spark-snn/node";
import { type Arguments, type CommandOutline, type CommandSpec, declaredRow, UsageError } from "../arguments.ts";
import { type DocumentFile, readDocument } from "../document.ts";
import { exitCodes } from "../exit.ts";
import { type FitFiles, fitSummary, writeFitFiles } from "../fit-results.ts";
import { fitText } from "../fit-text.ts";
import { isCrossValidation, placed, readFit } from "../read-fit.ts";
import { forgetResults, isMissing, prepareFolder } from "../results-folder.ts";
import { readMachine, warn } from "../run-options.ts";
import { durationText, numberText, ProgressBar, type Terminal } from "../terminal.ts";

const loadOptions = async (): Promise<CommandSpec["options"]> => {
  const { budgetOptions, fitOptions } = await import("@spark-snn/fit");
  return {
    out: { value: "DIR", about: "Folder for the results; created if missing. Required." },
    resume: { about: "Resumes from the state.json of an earlier, unfinished fit in DIR." },
    force: { about: folderOptions.force.about },
    set: {
      value: "PATH=VALUE",
      many: true,
      about: "Changes a value of the document. The value is JSON, otherwise text.",
    },
    seed: declaredRow("SEED", fitOptions.seed, "Replaces that of the document."),
    candidates: declaredRow("N", budgetOptions.candidates, "Replaces that of the document."),
    seconds: declaredRow("S", budgetOptions.seconds, "Replaces that of the document."),
    backend: declaredRow("NAME", fitOptions.backend),
    threads: declaredRow("N|all", fitOptions.threads),
    json: { about: "Prints only the result, as JSON, to standard output." },
    "no-figure": { about: "Draws no figures." },
    quiet: { about: "Prints no progress and no summary." },
  };
};

export const spec: CommandOutline = {
  name: "fit",
  operands: ["FILE"],
  about:
    "Fits a soma to recordings, and writes its parameters, scores, an experiment and figures to a folder.\nAn interrupted fit (Ctrl-C) writes the best result so far and exits with 130. Resume it with --resume.",
  options: loadOptions,
  examples: [
    ["spark-snn fit fit.json --out fitted", "Fits the soma; fitted/ then contains fit.json and figures."],
    ["spark-snn fit somas.json --out compared", "Compares the somas in models of the document by cross-validation."],
    ["spark-snn fit fit.json --out fitted --resume", "Resumes an interrupted fit."],
    ["spark-snn run fitted/experiment.json --out again", "Runs the fitted soma."],
  ],
};

/** The file with the state of a fit, to resume from. */
const STATE = "state.json";
/** The file with the parameters and scores. */
const RESULT = "fit.json";
/** Interval between writes of the state, s. */
const STATE_INTERVAL = 1;
/** Maximum size of the state, bytes. */
const STATE_LIMIT = 256 * 2 ** 20;

export const run = async (given: Arguments, terminal: Terminal): Promise<number> => {
  const out = given.text("out");
  if (out === undefined) throw new UsageError("fit needs --out DIR, the folder for the results. Name one.");
  const path = given.operands[0]!;
  const file = await readDocument(path, terminal.folder);
  const assignments = assignmentsOf(given);
  const folder = resolve(terminal.folder, out);
  const resume = given.has("resume") ? await readState(folder, out) : undefined;
  if (isCrossValidation(file.value)) {
    const { runCrossValidation } = await import("../cross-validation.ts");
    const save = stateSaver<CrossValidationState>(folder, terminal);
    const call = { file, path, assignments, folder, out, resume: resume as CrossValidationState | undefined, save };
    return runCrossValidation(call, given, terminal);
  }
  const read = await readFit(file, assignments, terminal);
  const fitted = await placed(file, assignments, async () => {
    // All problems are reported before the folder is created.
    let ready = false;
    const result = await search(given, terminal, folder, {
      ...read,
      options: { ...read.options, ...(resume && { resume: resume as FitState }) },
      prepare: async () => {
        if (!ready && !resume) {
          await prepareFolder(folder, out, given.has("force"), terminal);
          await forgetResults(folder, [RESULT]);
        }
        ready = true;
      },
    });
    return { read, result };
  });
  if (!fitted.result) {
    terminal.err("Stopped before the first candidates were evaluated; there is nothing to write.\n");
    return exitCodes.interrupted[0];
  }
  return report(given, terminal, { path, out, folder, file }, { ...fitted, result: fitted.result });
};

/** Changes of the document from the command line. */
const assignmentsOf = (given: Arguments): string[] => {
  const assignments = [...given.texts("set")];
  const shortcuts = { seed: "seed", candidates: "budget.candidates", seconds: "budget.seconds" } as const;
  for (const [name, way] of Object.entries(shortcuts)) {
    const value = given.text(name);
    if (value !== undefined) assignments.push(`${way}=${value}`);
  }
  return assignments;
};

const readState = async (folder: string, shown: string): Promise<FitState | CrossValidationState> => {
  const path = join(folder, STATE);
  let bytes: Uint8Array;
  try {
    bytes = await readFileStrict(path, { limit: STATE_LIMIT });
  } catch (error) {
    if (!isMissing(error)) throw error;
    const message = `${shown} contains no ${STATE} to resume from. Name the folder of an unfinished fit, or omit --resume.`;
    throw new FileError(message, { cause: error });
  }
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new FileError(`${join(shown, STATE)} is not JSON. Start the fit again.`, {
      cause: error,
    });
  }
};

/** Writes states, not more often than each second except the last one. The search goes on if that fails. */
const stateSaver = <S>(folder: string, terminal: Terminal) => {
  let written = Number.NEGATIVE_INFINITY;
  let isWarned = false;
  return async (state: S, bar: ProgressBar, isLast = false): Promise<void> => {
    if (!isLast && performance.now() - written < STATE_INTERVAL * 1000) return;
    try {
      await writeAtomic(join(folder, STATE), JSON.stringify(state));
    } catch (error) {
      bar.clear();
      if (!isWarned) warn([`The state of the fit was not saved: ${(error as Error).message}`], terminal);
      isWarned = true;
    }
    written = performance.now();
  };
};

interface SearchParts {
  readonly model: Parameters<typeof fit>[0];
  readonly options: FitOptions;
  /** Creates the folder; called after all checks. */
  readonly prepare: () => Promise<void>;
}

/** Fits, draws the progress and saves the state. Undefined if it was stopped before any result. */
const search = async (
  given: Arguments,
  terminal: Terminal,
  folder: string,
  { model, options, prepare }: SearchParts,
): Promise<FitResult | undefined> => {
  const bar = new ProgressBar(terminal, given.has("quiet"));
  let latest = undefined as FitState | undefined;
  const save = stateSaver<FitState>(folder, terminal);
  const { fit } = await import("@spark-snn/fit");
  try {
    const result = await fit(model, {
      ...options,
      ...readMachine(given),
      signal: terminal.signal,
      progress: (progress) => bar.draw(progress.fraction, progress.remaining, progressText(progress)),
      checkpoint: async (state) => {
        latest = state;
        await prepare();
        await save(state, bar);
      },
    });
    await prepare();
    await save(result.state, bar, true);
    return result;
  } catch (error) {
    if (error instanceof StateError && terminal.signal.aborted && latest === undefined) return undefined;
    throw error;
  } finally {
    bar.clear();
  }
};

const progressText = ({ best, evaluated, search: number, searches }: FitProgress): string =>
  `best ${best.toFixed(4)} of ${evaluated} candidates${searches > 1 ? `, search ${number} of ${searches}` : ""}`;

/** Writes the results and prints a report. */
const report = async (
  given: Arguments,
  terminal: Terminal,
  place: { readonly path: string; readonly out: string; readonly folder: string; readonly file: DocumentFile },
  { read, result }: { readonly read: ReadFitDocument; readonly result: FitResult },
): Promise<number> => {
  const { folder, path, out } = place;
  const { name } = place.file.value as { readonly name?: string };
  const parts: FitFiles = {
    folder,
    document: resolve(terminal.folder, path),
    name,
    result,
    recordings: read.options.recordings,
    currents: read.currents,
    readings: read.readings,
  };
  const files: string[] = [STATE, RESULT];
  const writeResult = () => writeAtomic(join(folder, RESULT), `${JSON.stringify(fitSummary(parts, files), null, 2)}\n`);
  const warnings = [...result.warnings];
  let failure: unknown;
  try {
    // The parameters first: if another file cannot be written, they are not lost.
    await writeResult();
    if (result.complete) await removeFile(join(folder, PARTIAL));
    else {
      await writeAtomic(join(folder, PARTIAL), partialText(result));
      files.unshift(PARTIAL);
    }
    files.unshift(...(await writeFitFiles(parts)));
    await writeResult();
    if (!given.has("no-figure")) {
      const drawn = await drawFigures(parts, warnings);
      files.splice(files.length - (result.complete ? 2 : 3), 0, ...drawn);
      await writeResult();
    }
  } catch (error) {
    failure = error;
  }
  warn(warnings, terminal);
  const summary = fitSummary(parts, files);
  if (given.has("json")) terminal.out(`${JSON.stringify(summary, null, 2)}\n`);
  else if (!given.has("quiet") || failure !== undefined)
    terminal.out(
      fitText(result, { out, path, files, assignments: assignmentsOf(given), readings: read.readings }, terminal),
    );
  if (failure !== undefined) throw failure;
  return result.stoppedBy === "abort" ? exitCodes.interrupted[0] : exitCodes.done[0];
};

/** Draws the figures and returns their names. The results are more important, so a failure is only a warning. */
const drawFigures = async (parts: FitFiles, warnings: string[]): Promise<string[]> => {
  try {
    const { writeFitFigures } = await import("../fit-figures.ts");
    return await writeFitFigures(parts);
  } catch (error) {
    warnings.push(`Not all figures were drawn: ${(error as Error).message}`);
    return [];
  }
};

const partialText = ({ evaluated, wallTime }: FitResult): string =>
  `The fit ended before its budget was used up, after ${numberText(evaluated)} candidates in ${durationText(wallTime)}.\n`;
