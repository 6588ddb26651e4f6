import {
  requireAlong,
  requireAscending,
  requireCount,
  requireFigure,
  requireNumber,
  requireObject,
  requireText,
} from "./checks.ts";
import type { FigureOptions, Numbers, SearchData } from "./data.ts";
import { type Area, drawFigure } from "./figure.ts";
import { printCount, printNumber } from "./lettering.ts";
import { type Theme, themeOf } from "./palette.ts";
import { type Panel, pathMark, rimmedText } from "./panel.ts";
import { coordinate, place, type Scale } from "./strokes.ts";

/** Smallest score that is drawn; worse candidates would compress the interesting range. */
const FLOOR = 0;

/**
 * Draws the progress of a search over the number of evaluated candidates: the best score so far, and the median of each
 * generation. Scores below 0 are drawn at 0.
 * @throws TypeError or RangeError that names the place, for values that are not finite or of unequal number, and
 * candidates that are not ascending
 */
export function searchFigure(data: SearchData, options: FigureOptions = {}): string {
  requireFigure("searchFigure", data, options);
  const where = "searchFigure";
  requireAscending(`${where}.evaluated`, data.evaluated, "");
  requireCount(`${where}.evaluated`, data.evaluated, 1, 1_000_000, "Give one value per generation.");
  requireAlong(`${where}.best`, data.best, "", data.evaluated.length, `${where}.evaluated`);
  requireAlong(`${where}.median`, data.median, "", data.evaluated.length, `${where}.evaluated`);
  if (data.reference !== undefined) {
    requireObject(`${where}.reference`, data.reference);
    requireText(`${where}.reference.label`, data.reference.label);
    requireNumber(`${where}.reference.score`, data.reference.score, { unit: "" });
  }
  const theme = themeOf(options);
  const count = data.evaluated.length;
  return drawFigure(
    {
      kind: where,
      subtitle: `best score ${printNumber(data.best[count - 1]!)} after ${printCount(data.evaluated[count - 1]!)} ${data.evaluated[count - 1] === 1 ? "candidate" : "candidates"} in ${printCount(count)} ${count === 1 ? "generation" : "generations"}`,
      legend: [
        { label: "best so far", sample: "line", paint: { stroke: theme.series[0]!, width: 2 } },
        { label: "median of the generation", sample: "line", paint: { stroke: theme.series[1]!, width: 1.4 } },
      ],
      panels: (area) => [searchPanel(data, area, theme)],
    },
    options,
  );
}

function searchPanel(data: SearchData, area: Area, theme: Theme): Panel {
  const { evaluated, best, median, reference } = data;
  const last = evaluated[evaluated.length - 1]!;
  const highest = Math.max(best[best.length - 1]!, reference?.score ?? 0, 0.01);
  const x: Scale = { from: 0, to: last, range: [0, area.width] };
  const y: Scale = { from: FLOOR, to: highest * 1.1, range: [area.height, 0] };
  const marks = [
    pathMark("median", stepPath(evaluated, median, x, y), { stroke: theme.series[1]!, width: 1.4 }),
    pathMark("best", stepPath(evaluated, best, x, y), { stroke: theme.series[0]!, width: 2 }),
  ];
  if (reference) {
    const height = place(y, reference.score);
    const lettering = { color: theme.ink, weight: 600, align: "right" } as const;
    marks.push(
      pathMark("reference", `M0,${coordinate(height)}H${coordinate(area.width)}`, {
        stroke: theme.ink,
        width: 1.4,
        dash: [6, 4],
      }),
      ...rimmedText(reference.label, area.width - 6, height - 10, lettering, theme),
    );
  }
  return { top: area.top, height: area.height, x, y, xTitle: "Candidates evaluated", yTitle: "Score", marks };
}

/** A line with one point per generation. */
function stepPath(evaluated: Numbers, scores: Numbers, x: Scale, y: Scale): string {
  let path = "";
  for (let k = 0; k < evaluated.length; k++) {
    const height = place(y, Math.max(FLOOR, scores[k]!));
    path += `${k === 0 ? "M" : "L"}${coordinate(place(x, evaluated[k]!))},${coordinate(height)}`;
  }
  return path;
}
