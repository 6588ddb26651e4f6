import type { FitResult } from "@spark-snn/fit";
import { comparisonFigure, profileFigure, type ThemeName } from "@spark-snn/plot";
import { type Prediction, window } from "./predict.ts";

/** Draws recorded and predicted spikes and potentials in a window of the recording, as SVG. */
export const drawPrediction = (
  prediction: Prediction,
  from: number,
  to: number,
  theme: ThemeName = "light",
): string => {
  const { recording, potential, times, score } = prediction;
  // The first value of the soma is at 1 ms, that of the recording at 0 ms.
  const count = recording.time.length - 1;
  return comparisonFigure(
    {
      time: recording.time.subarray(1),
      current: recording.current.subarray(1),
      recorded: recording.voltage.subarray(1),
      potential: Array.from({ length: count }, (_, k) => potential[k]!),
      repetitions: recording.repetitions,
      prediction: times,
      window,
      coincidence: score.mean,
      reliability: score.reliability,
      from,
      to,
    },
    { title: `A cortical neuron and an adaptive leaky soma, stimulus ${recording.name}`, height: 600, theme },
  );
};

/** Draws the score along each free parameter, as SVG. */
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
    { title: "Mean Γ on stimulus 04 along each parameter", theme },
  );
