import { join } from "node:path";
import type { FitResult, Recording } from "@spark-snn/fit";
import { comparisonFigure, profileFigure, searchFigure } from "@spark-snn/plot";
import { toPng } from "@spark-snn/plot/png";
import { writeAtomic } from "spark-snn/node";
import { type FitFiles, fileNames } from "./fit-results.ts";

/** Length of the part of a recording in its figure, ms. */
const STRETCH = 2000;
/** Shortest window with a recorded potential, ms. */
const LEAST_STRETCH = 20;

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

/** Recording and prediction, in a window that begins shortly before a third of the recorded spikes. */
const drawRecording = (result: FitResult, recording: Recording, k: number): string => {
  const prediction = result.recordings[k]!;
  const { potential, interval, spikes, recorded, meanCoincidence, reliability } = prediction;
  const time = Float64Array.from(potential, (_, row) => (row + 1) * interval);
  const end = time[time.length - 1]!;
  const first = recorded[0]!;
  const anchor = first.length > 0 ? first[Math.floor(first.length / 3)]! - 200 : 0;
  const usual = Math.max(time[0]!, Math.min(anchor, end - STRETCH));
  const { from, to, isRecorded } = windowOf(recording.voltage, usual, time[0]!, end);
  return comparisonFigure(
    {
      time,
      current: resample(recording.current, time),
      ...(recording.voltage && isRecorded && { recorded: resample(recording.voltage, time) }),
      potential,
      repetitions: recorded.slice(0, 40),
      prediction: spikes,
      window: result.window,
      // Rounding may raise Γ of equal trains slightly above 1.
      coincidence: Math.min(1, meanCoincidence),
      ...(reliability !== undefined && reliability > 0 && { reliability: Math.min(1, reliability) }),
      from,
      to,
    },
    { title: `${result.model} and ${prediction.name} (${prediction.role})`, height: 600 },
  );
};

/** A window that the voltage covers, so that no potential is drawn where none was recorded. */
export const windowOf = (
  voltage: Recording["voltage"],
  from: number,
  start: number,
  end: number,
): { readonly from: number; readonly to: number; readonly isRecorded: boolean } => {
  const usual = { from, to: Math.min(end, from + STRETCH), isRecorded: false };
  if (!voltage) return usual;
  const last = voltage.series.length - 1;
  const first = Math.max(start, timeOf(voltage, 0));
  const until = Math.min(end, timeOf(voltage, last) + (timeOf(voltage, last) - timeOf(voltage, last - 1)));
  const inside = { from: Math.max(from, first), to: Math.min(usual.to, until), isRecorded: true };
  if (inside.to - inside.from >= LEAST_STRETCH || (inside.from === from && inside.to === usual.to)) return inside;
  const moved = { from: first, to: Math.min(until, first + STRETCH), isRecorded: true };
  return moved.to - moved.from >= LEAST_STRETCH ? moved : usual;
};

const timeOf = ({ interval = 1, start = 0, times }: Recording["current"], sample: number): number =>
  times ? times[sample]! : start + sample * interval;

/** Samples at other times, by holding the last sample. */
const resample = (sampled: Recording["current"], at: Float64Array): Float64Array => {
  const { series } = sampled;
  let k = 0;
  return at.map((time) => {
    while (k + 1 < series.length && timeOf(sampled, k + 1) <= time) k++;
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
