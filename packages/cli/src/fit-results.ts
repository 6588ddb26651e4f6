import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import type { FitResult, Recording, RecordingScore } from "@spark-snn/fit";
import type { FileReading, JsonObject } from "spark-snn";
import { writeAtomic } from "spark-snn/node";
import { versionsOf } from "./summary.ts";

/** Contents of the folder of a fit. */
export interface FitFiles {
  readonly folder: string;
  /** Path of the document, for paths from the folder to its files. */
  readonly document: string;
  readonly name: string | undefined;
  readonly result: FitResult;
  readonly recordings: readonly Recording[];
  /** Currents as in the document, by recording. */
  readonly currents: Readonly<Record<string, JsonObject>>;
  /** How the files of the recordings were read. */
  readonly readings: readonly FileReading[];
}

/** Writes everything except the figures. Returns the names of the files. */
export const writeFitFiles = async (files: FitFiles): Promise<string[]> => {
  const { folder, result } = files;
  const write = async (name: string, text: string): Promise<string> => {
    await writeAtomic(join(folder, name), text);
    return name;
  };
  const names = fileNames(result);
  const written = [await write("experiment.json", json(experimentOf(files)))];
  for (const [k, { spikes }] of result.recordings.entries()) {
    const rows = Array.from(spikes, (time) => [Math.round(time / result.dt), time, 0]);
    written.push(await write(`${names[k]}.outSpikes.csv`, csv(["step", "time_ms", "unit"], rows)));
  }
  const fields = Object.keys(result.parameters);
  const isDelayed = result.best.some(({ latency }) => latency > 0);
  const rows = result.best.map(({ parameters, latency, score }) => {
    return [...fields.map((name) => parameters[name]!), ...(isDelayed ? [latency] : []), score];
  });
  const columns = [...fields, ...(isDelayed ? ["latency"] : []), "score"];
  written.push(await write("candidates.csv", csv(columns, rows)));
  const history = result.history.map(({ evaluated, best, top, median }) => [evaluated, best, top, median]);
  written.push(await write("history.csv", csv(["evaluated", "best", "generation_best", "generation_median"], history)));
  const profiles = result.fitted.flatMap(({ name, profile }) =>
    profile.values.map((value, k) => [name, value, profile.scores[k]!]),
  );
  written.push(await write("profiles.csv", csv(["parameter", "value", "score"], profiles)));
  return written;
};

/** Contents of fit.json: the result without its arrays. */
export const fitSummary = ({ result, name, readings }: FitFiles, files: readonly string[]): JsonObject => {
  const scores = (list: readonly RecordingScore[]) =>
    list.map((one) => ({
      name: one.name,
      role: one.role,
      score: one.score,
      coincidence: one.coincidence,
      meanCoincidence: one.meanCoincidence,
      reliability: one.reliability ?? null,
      ratio: one.ratio ?? null,
      ...(one.bitsPerSpike !== undefined && { bitsPerSpike: one.bitsPerSpike }),
      recordedCounts: one.recordedCounts,
    }));
  return {
    kind: "spark-snn fit result",
    versions: versionsOf(),
    ...(name !== undefined && { name }),
    model: result.model,
    parameters: result.parameters,
    latency: result.latency,
    fitted: result.fitted.map(({ profile, atBound, bounds, ...rest }) => ({
      ...rest,
      bounds: { ...bounds },
      atBound: atBound ?? null,
    })),
    measured: result.measured,
    score: result.score,
    recordings: result.recordings.map((one, k) => ({
      ...scores([one])[0]!,
      count: result.recordings[k]!.spikes.length,
    })),
    folds: result.folds.map(({ parameters, latency, score, recordings }) => ({
      parameters,
      latency,
      score,
      recordings: scores(recordings),
    })),
    rheobase: result.rheobase ?? null,
    window: result.window,
    dt: result.dt,
    dtype: result.dtype,
    seed: result.seed,
    method: result.method,
    evaluated: result.evaluated,
    complete: result.complete,
    stoppedBy: result.stoppedBy,
    wallTime: result.wallTime,
    warnings: result.warnings,
    ...(readings.length > 0 && { readings: readings.map((one) => ({ ...one })) }),
    files,
  };
};

/** Unique file names from the names of recordings. */
export const fileNames = ({ recordings }: FitResult): string[] => {
  const taken = new Set(["search", "profiles", "candidates", "history"]);
  return recordings.map(({ name }) => {
    // File systems limit names to 255 bytes, and a character takes up to four.
    const short = [...name.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^\.+/, "")].slice(0, 50).join("");
    const plain = short || "recording";
    let chosen = plain;
    for (let k = 2; taken.has(chosen); k++) chosen = `${plain}-${k}`;
    taken.add(chosen);
    return chosen;
  });
};

/** Keys that name the file of a current. */
const fileKeys = ["csv", "abf", "nest", "nwb"];

/** The experiment of the first training recording. The path of its current is relative to the folder. */
const experimentOf = ({ result, document, folder, currents }: FitFiles): unknown => {
  const { name } = result.recordings.find(({ role }) => role === "training")!;
  const current = currents[name];
  const key = fileKeys.find((one) => current?.[one] !== undefined);
  if (key === undefined) return result.experiment(name);
  const moved = (file: string): string =>
    isAbsolute(file) ? file : relative(folder, resolve(dirname(document), file)).replaceAll("\\", "/");
  const given = current![key] as string | readonly string[];
  const file = typeof given === "string" ? moved(given) : given.map(moved);
  return result.experiment(name, { ...current, [key]: file, after: "hold" });
};

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const csv = (header: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  `${[header, ...rows].map((row) => row.join(",")).join("\n")}\n`;
