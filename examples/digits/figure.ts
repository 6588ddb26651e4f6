import { type ThemeName, weightFigure } from "@spark-snn/plot";
import type { Digits } from "./learning.ts";

/** Draws the receptive fields of the first units: the weights from each pixel, as an image. */
export const drawFields = ({ simulation, side }: Digits, count: number, theme: ThemeName = "light"): string => {
  const weights = simulation.weights("learned");
  const targets = Array.from({ length: count }, (_, unit) => unit);
  const selected = weights.select({ targets });
  return weightFigure(
    {
      show: "fields",
      shape: [side, side],
      sources: selected.sources,
      targets: selected.targets,
      weights: weights.read(selected.numbers),
      sourceCount: side ** 2,
      targetCount: count,
      unit: "nS",
    },
    { title: `What ${count} units respond to`, theme },
  );
};
