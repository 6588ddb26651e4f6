import type { FitResult } from "@spark-snn/fit";
import { comparisonFigure, profileFigure, scoreFigure, type ThemeName } from "@spark-snn/plot";
import type { ComparedSoma } from "./compare.ts";
import { type Prediction, window } from "./predict.ts";
import { interval, type Part, titles, trained } from "./recording.ts";

/** Draws the sound, the potential with its threshold, and both spike trains, in a window of a part, as SVG. */
export const drawPrediction = (
  { recording, potential, threshold, times, coincidence }: Prediction,
  from: number,
  to: number,
  theme: ThemeName = "light",
): string => {
  const held = recording.part === trained ? "fitted" : "not used in the fit";
  return comparisonFigure(
    {
      // The soma's values are at the ends of steps.
      time: Float64Array.from(potential, (_, k) => (k + 1) * interval),
      current: recording.amplitude,
      currentTitle: "Sound (‰)",
      potential,
      threshold,
      repetitions: [recording.spikes],
      prediction: times,
      window,
      coincidence,
      from,
      to,
    },
    { title: `A grasshopper's auditory receptor, ${titles[recording.part]}: ${held}`, height: 600, theme },
  );
};

/** Draws the objective along each free parameter, as SVG. */
export const drawProfiles = ({ fitted }: FitResult, theme: ThemeName = "light"): string =>
  profileFigure(
    {
      parameters: fitted.map(({ name, unit, value, low, high, bounds, profile }) => ({
        label: `${name} (${unit})`,
        ...profile,
        value,
        low,
        high,
        scale: bounds.scale,
      })),
    },
    { title: `Score on ${titles[trained]}, along each parameter`, theme },
  );

/** Draws Γ of the compared somas on the parts that were held out from their fits, as SVG. */
export const drawComparison = (somas: readonly ComparedSoma[], theme: ThemeName = "light"): string =>
  scoreFigure(
    {
      recordings: somas[0]!.heldOut.map(({ part }) => titles[part as Part]),
      models: somas.map(({ soma, heldOut }) => ({
        label: soma,
        scores: heldOut.map(({ coincidence }) => coincidence),
      })),
      title: "Γ on the part that was held out from the fit",
    },
    { title: "Five somas predict an auditory receptor", theme },
  );
