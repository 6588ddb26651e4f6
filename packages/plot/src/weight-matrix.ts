import type { WeightMatrix } from "./data.ts";
import type { Area } from "./figure.ts";
import type { Theme } from "./palette.ts";
import type { Panel } from "./panel.ts";
import { colorBar, rangeOf, shadedCells } from "./shades.ts";

/** Longest side of the matrix, cells. */
const LONGEST = 200;

/** Mean weights of cells, row by row from the first target units; NaN for no synapse. */
interface WeightCells {
  readonly columns: number;
  readonly rows: number;
  readonly values: Float64Array;
  /** Source and target units of a cell. */
  readonly units: readonly [across: number, down: number];
}

/** Averages the weights of pairs of units over cells, at most 200 on a side. */
export function cellsOf({ sources, targets, weights, sourceCount, targetCount }: WeightMatrix): WeightCells {
  const across = Math.ceil(sourceCount / LONGEST);
  const down = Math.ceil(targetCount / LONGEST);
  const columns = Math.ceil(sourceCount / across);
  const rows = Math.ceil(targetCount / down);
  const values = new Float64Array(columns * rows);
  const counts = new Uint32Array(columns * rows);
  for (let k = 0; k < weights.length; k++) {
    const cell = Math.floor(targets[k]! / down) * columns + Math.floor(sources[k]! / across);
    values[cell] = values[cell]! + weights[k]!;
    counts[cell] = counts[cell]! + 1;
  }
  // 0/0 is NaN: a cell without a synapse.
  for (const [cell, count] of counts.entries()) values[cell] = values[cell]! / count;
  return { columns, rows, values, units: [across, down] };
}

export function matrixPanels(
  { sourceCount, targetCount }: WeightMatrix,
  { columns, rows, values, units: [across, down] }: WeightCells,
  title: string,
  area: Area,
  theme: Theme,
): Panel[] {
  const range = rangeOf(values);
  const cells = {
    columns,
    rows,
    values,
    left: 0,
    top: 0,
    wide: (area.width * across) / sourceCount,
    high: (area.height * down) / targetCount,
  };
  const panel: Panel = {
    top: area.top,
    height: area.height,
    x: { from: 0, to: sourceCount, range: [0, area.width] },
    // Unit 0 at the top, as in rasters.
    y: { from: targetCount, to: 0, range: [area.height, 0] },
    whole: true,
    wholeX: true,
    xTitle: "Source unit",
    yTitle: "Target unit",
    marks: shadedCells([cells], range),
  };
  return [panel, colorBar(title, range, area, theme)];
}
