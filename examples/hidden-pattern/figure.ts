import { lineFigure, type ThemeName } from "@spark-snn/plot";
import { type PatternRun, phasesOf } from "./simulate.ts";

/** Draws each spike of the cell: when it occurs, and how long after the start of the pattern. */
export const drawPhases = ({ cell }: PatternRun, theme: ThemeName = "light"): string => {
  const times = cell.outSpikes.times();
  const x = Array.from(times, (time) => time / 1000);
  const ends = [x[0]!, x[x.length - 1]!];
  return lineFigure(
    {
      curves: [
        { label: "spikes of the cell", x, y: phasesOf(times), draw: "points" },
        { label: "end of the pattern", x: ends, y: [50, 50], draw: "curve" },
      ],
      xTitle: "Time (s)",
      scale: "log",
      yTitle: "Time since the start of the pattern (ms)",
    },
    {
      width: 900,
      height: 440,
      title: "A cell finds a pattern in its 2000 inputs, and spikes ever earlier in it",
      theme,
    },
  );
};
