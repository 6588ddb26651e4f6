import { lineFigure, type ThemeName } from "@spark-snn/plot";
import { type changesOf, frequencies, measured } from "./network.ts";

/** Draws the changes of the full model over the measured ones with their standard errors. */
export const drawFrequencies = (
  { before, after }: ReturnType<typeof changesOf>,
  theme: ThemeName = "light",
): string => {
  const data = (order: "before" | "after") => ({
    x: measured.map(({ frequency }) => frequency),
    y: measured.map((row) => row[order][0]),
    low: measured.map((row) => row[order][0] - row[order][1]),
    high: measured.map((row) => row[order][0] + row[order][1]),
    draw: "points" as const,
  });
  return lineFigure(
    {
      curves: [
        { label: "post before pre, model", x: frequencies, y: after, draw: "curve", color: 1 },
        { label: "pre before post, model", x: frequencies, y: before, draw: "curve", color: 0 },
        { label: "post before pre, measured", ...data("after"), color: 1 },
        { label: "pre before post, measured", ...data("before"), color: 0 },
      ],
      xTitle: "Frequency of the pairings (Hz)",
      yTitle: "Relative change of the weight",
    },
    {
      width: 860,
      height: 420,
      title: "Triplet STDP: 60 pairings at a lag of 10 ms; the bars are standard errors",
      theme,
    },
  );
};
