import {
  requireAlong,
  requireAscending,
  requireChoice,
  requireCount,
  requireFigure,
  requireNumber,
  requireNumbers,
  requireText,
} from "./checks.ts";
import type { FigureOptions, Numbers, WeightData, WeightEnds, WeightFields } from "./data.ts";
import { drawFigure } from "./figure.ts";
import { themeOf } from "./palette.ts";
import { BAR_ROOM } from "./shades.ts";
import { fieldPanels, fieldSides, pickFields } from "./weight-fields.ts";
import { historyPanels } from "./weight-history.ts";
import { cellsOf, matrixPanels } from "./weight-matrix.ts";

const where = "weightFigure";
/** Most receptive fields of a figure. */
const FIELDS = 400;
/** Margin to the left of receptive fields, px. */
const LEFT = 24;

/**
 * Draws the weights of a projection: as a matrix of source and target units, as a histogram over time, or as receptive
 * fields, one image of the source units for each target unit. `simulation.weights(name)` and a record of weights give the
 * lists. In a matrix with more than 200 units on a side, a cell shows the mean over neighbouring units. Pairs without a
 * synapse are empty. Weights outside the bins of a histogram are counted in its first and last one.
 * @throws TypeError or RangeError that names the place, for an unknown `show`, lists of other lengths, units outside the
 * populations, values that are not finite, and more than 400 receptive fields
 */
export function weightFigure(data: WeightData, options: FigureOptions = {}): string {
  requireFigure(where, data, options);
  requireChoice(`${where}.show`, data.show, ["matrix", "history", "fields"], { optional: false });
  if (data.unit !== undefined) requireText(`${where}.unit`, data.unit);
  const theme = themeOf(options);
  const title = data.unit === undefined || data.unit === "" ? "Weight" : `Weight (${data.unit})`;
  if (data.show === "history") {
    checkHistory(data.times, data.weights, data.bins);
    return drawFigure(
      { kind: where, rightMargin: BAR_ROOM, panels: (area) => historyPanels(data, title, area, theme) },
      { height: 420, width: 900, ...options },
    );
  }
  checkEnds(data);
  if (data.show === "matrix") {
    const cells = cellsOf(data);
    const [across, down] = cells.units;
    return drawFigure(
      {
        kind: where,
        rightMargin: BAR_ROOM,
        ...(across * down > 1 && { subtitle: `Each cell is the mean over ${across} × ${down} pairs of units` }),
        panels: (area) => matrixPanels(data, cells, title, area, theme),
      },
      { height: 560, width: 760, ...options },
    );
  }
  const units = checkFields(data);
  const images = pickFields(data, units);
  const [width, height] = fieldSides(data, units.length, (options.width ?? 900) - LEFT - BAR_ROOM);
  const heading = options.title === undefined ? 0 : 24;
  return drawFigure(
    {
      kind: where,
      leftMargin: LEFT,
      rightMargin: BAR_ROOM,
      panels: (area) => fieldPanels(data, units, images, title, area, theme),
    },
    {
      width: Math.max(400, Math.ceil(width) + LEFT + BAR_ROOM),
      height: Math.min(8000, Math.max(250, Math.ceil(height) + heading + 80)),
      ...options,
    },
  );
}

function checkHistory(times: Numbers, weights: Numbers, bins: number | undefined): void {
  requireAscending(`${where}.times`, times, "ms");
  requireCount(`${where}.times`, times, 1, 1_000_000, "Record weights more than never.");
  requireNumbers(`${where}.weights`, weights, "");
  requireNumber(`${where}.bins`, bins ?? 40, { least: 2, most: 200, whole: true, unit: "" });
  if (weights.length > 0 && weights.length % times.length === 0) return;
  const rule = `must contain the same number of weights for each of the ${times.length} times`;
  throw new RangeError(
    `${where}.weights ${rule}; received ${weights.length}. Give the values of a record, row by row.`,
  );
}

function checkEnds({ sources, targets, weights, sourceCount, targetCount }: WeightEnds): void {
  requireNumbers(`${where}.weights`, weights, "");
  for (const [name, ends, count] of [
    ["source", sources, sourceCount],
    ["target", targets, targetCount],
  ] as const) {
    requireNumber(`${where}.${name}Count`, count, { least: 1, most: 1e9, whole: true, unit: "" });
    requireAlong(`${where}.${name}s`, ends, "", weights.length, `${where}.weights`);
    for (let k = 0; k < ends.length; k++) {
      if (Number.isInteger(ends[k]) && ends[k]! >= 0 && ends[k]! < count) continue;
      const rule = `must be a whole number from 0 to ${count - 1}`;
      throw new RangeError(`${where}.${name}s[${k}] ${rule}; received ${ends[k]}. Correct it, or raise ${name}Count.`);
    }
  }
}

/** Checks the options of receptive fields, and returns the target units to draw. */
function checkFields({ shape, units, sourceCount, targetCount, columns }: WeightFields): readonly number[] {
  requireCount(`${where}.shape`, shape, 2, 2, "Give the rows and columns of an image.");
  for (const [k, side] of shape.entries())
    requireNumber(`${where}.shape[${k}]`, side, { least: 1, whole: true, unit: "" });
  if (shape[0] * shape[1] !== sourceCount) {
    const rule = `must have a pixel for each of the ${sourceCount} source units`;
    throw new RangeError(
      `${where}.shape ${rule}; received ${shape.join(" × ")}. Give the shape of the source population.`,
    );
  }
  if (columns !== undefined)
    requireNumber(`${where}.columns`, columns, { least: 1, most: FIELDS, whole: true, unit: "" });
  if (units !== undefined) requireNumbers(`${where}.units`, units, "");
  const chosen = units === undefined ? Array.from({ length: targetCount }, (_, k) => k) : Array.from(units);
  requireCount(`${where}.units`, chosen, 1, FIELDS, "Choose the target units to show.");
  for (const [k, unit] of chosen.entries()) {
    requireNumber(`${where}.units[${k}]`, unit, { least: 0, most: targetCount - 1, whole: true, unit: "" });
  }
  return chosen;
}
