import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import type { FitResult, Recording, RecordingScore } from "@spark-snn/fit";
import { comparisonFigure, profileFigure, searchFigure } from "@spark-snn/plot";
import { toPng } from "@spark-snn/plot/png";
import type { JsonObject } from "spark-snn";
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
}

/** Length of the part of a recording in its figure, ms. */
const STRETCH = 2000;

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
  const rows = result.best.map(({ parameters, score }) => [...fields.map((name) => parameters[name]!), score]);
  written.push(await write("candidates.csv", csv([...fields, "score"], rows)));
  const history = result.history.map(({ evaluated, best, top, median }) => [evaluated, best, top, median]);
  written.push(await write("history.csv", csv(["evaluated", "best", "generation_best", "generation_median"], history)));
  const profiles = result.fitted.flatMap(({ name, profile }) =>
    profile.values.map((value, k) => [name, value, profile.scores[k]!]),
  );
  written.push(await write("profiles.csv", csv(["parameter", "value", "score"], profiles)));
  return written;
};

/** Writes the figures as SVG and PNG: one per recording, the progress of the search, and the profiles. */
export const writeFitFigures = async (files: FitFiles): Promise<string[]> => {
  const { folder, result, recordings } = files;
  const names = fileNames(result);
  const figures: (readonly [string, string])[] = result.recordings.map((_, k) => [
    names[k]!,
    drawRecording(result, recordings[k]!, k),
  ]);
  if (result.history.length > 1) figures.push(["search", drawSearch(result)]);
  figures.push(["profiles", drawProfiles(result)]);
  for (const [name, svg] of figures) {
    await writeAtomic(join(folder, `${name}.svg`), svg);
    await writeAtomic(join(folder, `${name}.png`), toPng(svg));
  }
  return figures.flatMap(([name]) => [`${name}.svg`, `${name}.png`]);
};

/** Contents of fit.json: the result without its arrays. */
export const fitSummary = ({ result, name }: FitFiles, files: readonly string[]): JsonObject => {
  const scores = (list: readonly RecordingScore[]) =>
    list.map((one) => ({
      name: one.name,
      role: one.role,
      score: one.score,
      coincidence: one.coincidence,
      meanCoincidence: one.meanCoincidence,
      reliability: one.reliability ?? null,
      ratio: one.ratio ?? null,
      recordedCounts: one.recordedCounts,
    }));
  return {
    kind: "spark-snn fit result",
    versions: versionsOf(),
    ...(name !== undefined && { name }),
    model: result.model,
    parameters: result.parameters,
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
    folds: result.folds.map(({ parameters, score, recordings }) => ({
      parameters,
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
    files,
  };
};

/** Unique file names from the names of recordings. */
const fileNames = ({ recordings }: FitResult): string[] => {
  const taken = new Set(["search", "profiles", "candidates", "history"]);
  return recordings.map(({ name }) => {
    const plain = name.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^\.+/, "") || "recording";
    let chosen = plain;
    for (let k = 2; taken.has(chosen); k++) chosen = `${plain}-${k}`;
    taken.add(chosen);
    return chosen;
  });
};

/** The experiment of the first training recording. The path of its current is relative to the folder. */
const experimentOf = ({ result, document, folder, currents }: FitFiles): unknown => {
  const { name } = result.recordings.find(({ role }) => role === "training")!;
  const current = currents[name];
  if (typeof current?.["csv"] !== "string") return result.experiment(name);
  const file = current["csv"];
  const path = isAbsolute(file) ? file : relative(folder, resolve(dirname(document), file)).replaceAll("\\", "/");
  return result.experiment(name, { ...current, csv: path, after: "hold" });
};

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const csv = (header: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  `${[header, ...rows].map((row) => row.join(",")).join("\n")}\n`;

/** Recording and prediction, in a window that begins shortly before a third of the recorded spikes. */
const drawRecording = (result: FitResult, recording: Recording, k: number): string => {
  const prediction = result.recordings[k]!;
  const { potential, interval, spikes, recorded, meanCoincidence, reliability } = prediction;
  const time = Float64Array.from(potential, (_, row) => (row + 1) * interval);
  const end = time[time.length - 1]!;
  const first = recorded[0]!;
  const anchor = first.length > 0 ? first[Math.floor(first.length / 3)]! - 200 : 0;
  const from = Math.max(time[0]!, Math.min(anchor, end - STRETCH));
  return comparisonFigure(
    {
      time,
      current: resample(recording.current, time),
      ...(recording.voltage && { recorded: resample(recording.voltage, time) }),
      potential,
      repetitions: recorded.slice(0, 40),
      prediction: spikes,
      window: result.window,
      // Rounding may raise Γ of equal trains slightly above 1.
      coincidence: Math.min(1, meanCoincidence),
      ...(reliability !== undefined && reliability > 0 && { reliability: Math.min(1, reliability) }),
      from,
      to: Math.min(end, from + STRETCH),
    },
    { title: `${result.model} and ${prediction.name} (${prediction.role})`, height: 600 },
  );
};

/** Samples at other times, by holding the last sample. */
const resample = ({ series, interval = 1, start = 0, times }: Recording["current"], at: Float64Array): Float64Array => {
  let k = 0;
  const timeOf = (index: number): number => (times ? times[index]! : start + index * interval);
  return at.map((time) => {
    while (k + 1 < series.length && timeOf(k + 1) <= time) k++;
    return series[k]!;
  });
};

const drawSearch = (result: FitResult): string => {
  const { history, recordings } = result;
  // Only a score that is Γ can be compared with the reliability.
  const training = recordings.filter(
    ({ role, reliability, score, meanCoincidence }) =>
      role === "training" && reliability !== undefined && Math.abs(score - meanCoincidence) < 1e-9,
  );
  const mean = training.reduce((sum, { reliability }) => sum + reliability!, 0) / training.length;
  return searchFigure(
    {
      evaluated: history.map(({ evaluated }) => evaluated),
      best: history.map(({ best }) => best),
      median: history.map(({ median }) => median),
      ...(training.length > 0 && { reference: { label: "reliability of the neuron", score: mean } }),
    },
    { title: `The search for ${result.model}` },
  );
};

const drawProfiles = ({ fitted, model }: FitResult): string =>
  profileFigure(
    {
      parameters: fitted.slice(0, 12).map(({ name, unit, value, low, high, bounds, profile }) => ({
        label: unit === "1" ? name : `${name} (${unit})`,
        ...profile,
        value,
        low,
        high,
        scale: bounds.scale,
      })),
    },
    { title: `The objective along each parameter of ${model}` },
  );
