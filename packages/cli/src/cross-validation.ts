import { join, resolve } from "node:path";
import type { ComparedModel, CrossValidationResult, CrossValidationState } from "@spark-snn/fit";
import { type FileReading, type JsonObject, StateError } from "spark-snn";
import { makeResultsFolder, PARTIAL, removeFile, writeAtomic } from "spark-snn/node";
import type { Arguments } from "./arguments.ts";
import type { DocumentFile } from "./document.ts";
import { exitCodes } from "./exit.ts";
import { type FitFiles, fitSummary, writeFitFiles } from "./fit-results.ts";
import { nextText } from "./next-steps.ts";
import { placed, readCrossValidation } from "./read-fit.ts";
import { forgetResults, prepareFolder } from "./results-folder.ts";
import { readMachine, warn } from "./run-options.ts";
import { versionsOf } from "./summary.ts";
import {
  durationText,
  nameText,
  ProgressBar,
  readingRows,
  styleText,
  type Terminal,
  textTable,
  twoColumns,
} from "./terminal.ts";

/** A cross-validation from the command line. */
export interface CrossValidationCall {
  readonly file: DocumentFile;
  /** Path of the document as given. */
  readonly path: string;
  readonly assignments: readonly string[];
  /** The folder of results, and its path as given. */
  readonly folder: string;
  readonly out: string;
  readonly resume: CrossValidationState | undefined;
  /** Writes the state of the search. */
  readonly save: (state: CrossValidationState, bar: ProgressBar, isLast?: boolean) => Promise<void>;
}

/** The file with the scores. */
const RESULT = "cross-validation.json";
const STATE = "state.json";

/** Compares the somas of a fit document, and writes the scores and the fits to a folder. */
export const runCrossValidation = async (
  call: CrossValidationCall,
  given: Arguments,
  terminal: Terminal,
): Promise<number> => {
  const { file, assignments, folder, out, resume } = call;
  const read = await readCrossValidation(file, assignments, terminal);
  const { crossValidate } = await import("@spark-snn/fit");
  const bar = new ProgressBar(terminal, given.has("quiet"));
  let ready = false;
  /** All problems are reported before the folder is created. */
  const prepare = async (): Promise<void> => {
    if (!ready && !resume) {
      await prepareFolder(folder, out, given.has("force"), terminal);
      await forgetResults(folder, [RESULT]);
    }
    ready = true;
  };
  const result = await placed(file, assignments, async () => {
    try {
      return await crossValidate(read.somas, {
        ...read.options,
        ...readMachine(given),
        ...(resume && { resume }),
        signal: terminal.signal,
        progress: ({ model, fit, fraction, remaining, number, models }) =>
          bar.draw(fraction, remaining, `${model} (${number} of ${models}), best ${fit.best.toFixed(4)}`),
        checkpoint: async (state) => {
          await prepare();
          await call.save(state, bar);
        },
      });
    } catch (error) {
      if (error instanceof StateError && terminal.signal.aborted && !ready) return undefined;
      throw error;
    } finally {
      bar.clear();
    }
  });
  if (!result) {
    terminal.err("Stopped before the first candidates were evaluated; there is nothing to write.\n");
    return exitCodes.interrupted[0];
  }
  await prepare();
  await call.save(result.state, bar, true);
  const { name } = file.value as { readonly name?: string };
  const warnings = [...result.warnings];
  const files: string[] = [RESULT, STATE];
  const writeResult = async (): Promise<JsonObject> => {
    const summary = summaryOf(result, name, files, read.readings);
    await writeAtomic(join(folder, RESULT), `${JSON.stringify(summary, null, 2)}\n`);
    return summary;
  };
  // The scores first: if another file cannot be written, they are not lost.
  await writeResult();
  if (result.complete) await removeFile(join(folder, PARTIAL));
  else {
    const left = result.unfinished.join(", ");
    await writeAtomic(join(folder, PARTIAL), `The cross-validation was interrupted before the fits of ${left}.\n`);
    files.unshift(PARTIAL);
  }
  await writeAtomic(join(folder, "scores.csv"), scoresCsv(result));
  files.unshift("scores.csv");
  for (const model of result.models) {
    const parts: FitFiles = {
      folder: join(folder, model.name),
      document: resolve(terminal.folder, call.path),
      name,
      result: model.fit,
      recordings: read.options.recordings,
      currents: read.currents,
      readings: read.readings,
    };
    files.push(...(await writeModel(parts, model.name, given, warnings)));
  }
  if (!given.has("no-figure") && result.models.length > 0)
    files.unshift(...(await drawScores(result, folder, warnings)));
  const summary = await writeResult();
  warn(warnings, terminal);
  if (given.has("json")) terminal.out(`${JSON.stringify(summary, null, 2)}\n`);
  else if (!given.has("quiet")) terminal.out(textOf(result, call, files, read.readings, terminal));
  return result.complete ? exitCodes.done[0] : exitCodes.interrupted[0];
};

/** Writes the folder of one soma, as for a fit of it alone. Returns the names of its files. */
const writeModel = async (parts: FitFiles, name: string, given: Arguments, warnings: string[]): Promise<string[]> => {
  await makeResultsFolder(parts.folder, { force: true, shown: name, permit: "" });
  const files = await writeFitFiles(parts);
  if (!given.has("no-figure")) {
    try {
      const { writeFitFigures } = await import("./fit-figures.ts");
      files.push(...(await writeFitFigures(parts)));
    } catch (error) {
      warnings.push(`Not all figures of ${name} were drawn: ${(error as Error).message}`);
    }
  }
  files.push("fit.json");
  await writeAtomic(join(parts.folder, "fit.json"), `${JSON.stringify(fitSummary(parts, files), null, 2)}\n`);
  return files.map((file) => `${name}/${file}`);
};

const drawScores = async (
  { models, comparedBy }: CrossValidationResult,
  folder: string,
  warnings: string[],
): Promise<string[]> => {
  try {
    const { scoreFigure } = await import("@spark-snn/plot");
    const { toPng } = await import("@spark-snn/plot/png");
    const svg = scoreFigure(
      {
        recordings: models[0]!.heldOut.map(({ name }) => name),
        models: models.map(({ name, heldOut }) => ({
          label: name,
          scores: heldOut.map((one) => (comparedBy === "score" ? one.score : one.meanCoincidence)),
        })),
        title: comparedBy === "score" ? "Score on held-out recordings" : "Γ on held-out recordings",
      },
      { title: "Held-out recordings, somas in order of their mean" },
    );
    await writeAtomic(join(folder, "scores.svg"), svg);
    await writeAtomic(join(folder, "scores.png"), toPng(svg));
    return ["scores.svg", "scores.png"];
  } catch (error) {
    warnings.push(`The figure of the scores was not drawn: ${(error as Error).message}`);
    return [];
  }
};

/** Contents of cross-validation.json: the result without the fits, which are in the folders of the somas. */
const summaryOf = (
  result: CrossValidationResult,
  name: string | undefined,
  files: readonly string[],
  readings: readonly FileReading[],
): JsonObject => ({
  kind: "spark-snn cross-validation result",
  versions: versionsOf(),
  ...(name !== undefined && { name }),
  comparedBy: result.comparedBy,
  window: result.window,
  models: result.models.map(({ fit, heldOut, ...model }) => ({
    ...plain(model),
    heldOut: heldOut.map(plain),
    soma: fit.model,
    parameters: fit.parameters,
    latency: fit.latency,
  })),
  complete: result.complete,
  unfinished: result.unfinished,
  wallTime: result.wallTime,
  warnings: result.warnings,
  ...(readings.length > 0 && { readings: readings.map((one) => ({ ...one })) }),
  files: [...files],
});

/** As JSON, with null for undefined values. */
const plain = (value: object): JsonObject =>
  JSON.parse(JSON.stringify(value, (_, one: unknown) => (one === undefined ? null : one)));

const scoresCsv = ({ models }: CrossValidationResult): string => {
  const rows = models.flatMap(({ name, heldOut }) =>
    heldOut.map((one) => [
      name,
      `"${one.name.replaceAll('"', '""')}"`,
      one.fold,
      one.score,
      one.meanCoincidence,
      one.reliability ?? "",
      one.bitsPerSpike ?? "",
    ]),
  );
  const header = ["soma", "recording", "fold", "score", "coincidence", "reliability", "bits_per_spike"];
  return `${[header, ...rows].map((row) => row.join(",")).join("\n")}\n`;
};

const three = (value: number): string => value.toFixed(3);

const spreadText = ({ mean, deviation }: { readonly mean: number; readonly deviation: number | undefined }): string =>
  deviation === undefined ? three(mean) : `${three(mean)} ± ${three(deviation)}`;

/** The printed report: a table of the somas, one of the recordings, files and next steps. */
const textOf = (
  result: CrossValidationResult,
  { out, path, assignments }: CrossValidationCall,
  files: readonly string[],
  readings: readonly FileReading[],
  terminal: Terminal,
): string => {
  const { models, comparedBy, complete, unfinished } = result;
  const head = complete
    ? styleText(terminal, "out", "green", "Done.")
    : styleText(terminal, "out", "yellow", `Interrupted. The fits of ${unfinished.join(", ")} are not complete.`);
  const changes = assignments.flatMap((assignment) => ["--set", assignment]);
  const steps: (readonly [readonly string[], string])[] = complete
    ? [[["run", join(out, models[0]!.name, "experiment.json"), "--out", join(out, "run")], "runs the best soma"]]
    : [[["fit", path, "--out", out, ...changes, "--resume"], "resumes this cross-validation"]];
  const shown = files.filter((name) => !name.includes("/"));
  const folders = models.map(({ name }) => `${name}/`);
  return `${[
    head,
    ...(models.length > 0 ? [modelTable(models, comparedBy), note, recordingTable(models, comparedBy)] : []),
    twoColumns([
      [
        "fitted",
        `${result.models.length} of ${models.length + unfinished.length} somas in ${durationText(result.wallTime)}`,
      ],
      ...readingRows(readings),
      ["files", [...shown, ...folders].map((name) => nameText(join(out, name))).join("\n           ")],
    ]),
    nextText(terminal, steps),
  ].join("\n\n")}\n`;
};

const note =
  'Each recording is predicted by a fit without it. ± is the standard deviation over recordings. "Behind" compares recording by recording: a mean below its deviation is no evidence for a difference.';

const modelTable = (models: readonly ComparedModel[], comparedBy: CrossValidationResult["comparedBy"]): string => {
  const value = comparedBy === "score" ? "Score" : "Γ";
  return textTable(
    ["Soma", "Score, held out", "Γ, held out", "Lowest", `${value}, training`, "Behind", "Free"],
    models.map((model) => [
      model.name,
      spreadText(model.score),
      spreadText(model.coincidence),
      three(model[comparedBy].lowest),
      three(model.training),
      model.behind === undefined ? "–" : spreadText(model.behind),
      `${model.fit.fitted.length}`,
    ]),
  );
};

const recordingTable = (models: readonly ComparedModel[], comparedBy: CrossValidationResult["comparedBy"]): string =>
  textTable(
    ["Held out", ...models.map(({ name }) => name)],
    models[0]!.heldOut.map(({ name }, k) => [
      name,
      ...models.map(({ heldOut }) => three(comparedBy === "score" ? heldOut[k]!.score : heldOut[k]!.meanCoincidence)),
    ]),
  );
