import type { Mark } from "vega";
import { requireAlong, requireCount, requireFigure, requireObject, requireText } from "./checks.ts";
import type { FigureOptions, Numbers, ScoreData } from "./data.ts";
import { type Area, drawFigure } from "./figure.ts";
import { measureText, printFigures } from "./lettering.ts";
import { type Theme, themeOf } from "./palette.ts";
import { type Panel, pathMark, rimmedText, textMark } from "./panel.ts";
import { coordinate, place, type Scale } from "./strokes.ts";

/** Radius of a score, px. */
const RADIUS = 5;

/**
 * Draws the scores of several models on the same recordings: a row for each model, a dot for each recording, and the mean.
 * Up to eight recordings have colours.
 * @throws TypeError or RangeError that names the place, for scores that are not finite or of unequal number, and for fewer
 * than 1 or more than 40 models
 */
export function scoreFigure(data: ScoreData, options: FigureOptions = {}): string {
  const where = "scoreFigure";
  requireFigure(where, data, options);
  const { models, recordings } = data;
  requireText(`${where}.title`, data.title);
  requireCount(`${where}.recordings`, recordings, 1, 1000, "Give their names.");
  for (const [k, name] of recordings.entries()) requireText(`${where}.recordings[${k}]`, name);
  requireCount(`${where}.models`, models, 1, 40, "Choose the models to show.");
  for (const [k, model] of models.entries()) {
    requireObject(`${where}.models[${k}]`, model);
    requireText(`${where}.models[${k}].label`, model.label);
    requireAlong(`${where}.models[${k}].scores`, model.scores, "", recordings.length, `${where}.recordings`);
  }
  const theme = themeOf(options);
  const colored = recordings.length <= theme.series.length;
  const widest = Math.max(...models.map(({ label }) => measureText(label, 12)));
  return drawFigure(
    {
      kind: where,
      leftMargin: Math.ceil(Math.max(76, 30 + widest * 1.05)),
      legend: [
        ...(colored
          ? recordings.map((label, k) => ({ label, sample: "dot" as const, paint: { fill: theme.series[k]! } }))
          : [{ label: "recordings", sample: "dot" as const, paint: { fill: theme.series[0]! } }]),
        { label: "mean", sample: "line" as const, paint: { stroke: theme.ink, width: 2.5 } },
      ],
      panels: (area) => [scorePanel(data, area, colored, theme)],
    },
    { height: Math.max(250, 130 + 44 * models.length), ...options },
  );
}

function scorePanel({ models, title }: ScoreData, area: Area, colored: boolean, theme: Theme): Panel {
  const all = models.flatMap(({ scores }) => Array.from(scores));
  const from = Math.min(0, ...all) * 1.05;
  const x: Scale = { from, to: Math.max(1, ...all) * 1.02, range: [0, area.width] };
  const slot = area.height / models.length;
  const marks: Mark[] = models.flatMap(({ label, scores }, row) => {
    const middle = (row + 0.5) * slot;
    const mean = Array.from(scores).reduce((sum, score) => sum + score, 0) / scores.length;
    const at = place(x, mean);
    const [top, bottom] = [middle - slot * 0.36, middle + slot * 0.36].map(coordinate);
    const ink = { color: theme.ink, size: 11, align: "center" } as const;
    return [
      pathMark(`row${row + 1}`, `M0,${coordinate(middle)}H${coordinate(area.width)}`, { stroke: theme.grid, width: 1 }),
      textMark(label, -10, middle, { color: theme.ink, weight: 600, align: "right" }),
      pathMark(`mean${row + 1}`, `M${coordinate(at)},${top}V${bottom}`, { stroke: theme.ink, width: 2.5 }),
      ...dots(scores, x, middle, row, colored, theme),
      ...rimmedText(printFigures(mean, 2), at, middle - slot * 0.36 - 5, ink, theme),
    ];
  });
  return {
    top: area.top,
    height: area.height,
    x,
    y: { from: area.height, to: 0, range: [area.height, 0] },
    xTitle: title,
    yTicks: false,
    marks,
  };
}

/** A dot for each score. With colours, one path for each; otherwise one path for all. */
function dots(scores: Numbers, x: Scale, y: number, row: number, colored: boolean, theme: Theme): Mark[] {
  const circle = (score: number): string =>
    `M${coordinate(place(x, score))},${coordinate(y)}m-${RADIUS},0a${RADIUS},${RADIUS},0,1,0,${2 * RADIUS},0a${RADIUS},${RADIUS},0,1,0,-${2 * RADIUS},0Z`;
  const list = Array.from(scores);
  const rim = { stroke: theme.background, width: 1 };
  if (!colored) {
    return [pathMark(`scores${row + 1}`, list.map(circle).join(""), { ...rim, fill: theme.series[0]!, opacity: 0.6 })];
  }
  return list.map((score, k) =>
    pathMark(`score${row + 1}-${k + 1}`, circle(score), { ...rim, fill: theme.series[k]! }),
  );
}
