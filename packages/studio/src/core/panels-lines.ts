import type { JsonObject } from "./json.ts";
import { type ModelPart, type Panel, populationsOf, titleOf } from "./panels.ts";
import type { Plots, TimeRange } from "./plots.ts";
import { binsIn, combinedRates } from "./rates.ts";
import type { Recorded } from "./recorded.ts";
import { recordedBin } from "./recording.ts";
import { type Points, pointsOf, type RowStore } from "./traces.ts";

/* The lines that time plots draw. */

export interface Line {
  readonly label: string;
  /** Name of a CSS variable. */
  readonly colour: string;
  /** A line of the kept run. */
  readonly isKept: boolean;
  /** Undefined where the line has no point, null where it has a gap. */
  readonly y: readonly (number | null | undefined)[];
}

export interface LinePlot {
  readonly x: readonly number[];
  readonly lines: readonly Line[];
  readonly unit: string;
}

const series = [1, 2, 3, 4, 5, 6].map((number) => `--series-${number}`);

/** A colour for each population: the first of each sign has the colour of the sign. */
export const coloursOf = (document: JsonObject): ReadonlyMap<string, string> => {
  const used = new Set<string>();
  let next = 0;
  return new Map(
    populationsOf(document).map(({ name, isSource, isInhibitory }) => {
      const own = isSource ? "--neutral" : isInhibitory ? "--inhibitory" : "--excitatory";
      const colour = used.has(own) ? series[next++ % series.length]! : own;
      used.add(own);
      return [name, colour];
    }),
  );
};

/** The populations that a raster or a plot of rates shows. */
export const shownPopulations = ({ populations }: Panel, document: JsonObject): readonly ModelPart[] =>
  populationsOf(document).filter(({ name }) => populations?.includes(name) ?? true);

interface Group {
  readonly points: Points;
  readonly lines: readonly Omit<Line, "y">[];
}

/** Puts lines with different x on one x. */
const joined = (groups: readonly Group[], unit: string): LinePlot => {
  const filled = groups.filter(({ points }) => points.x.length > 0);
  if (filled.length === 1) {
    const [{ points, lines }] = filled as [Group];
    return { x: points.x, lines: lines.map((line, k) => ({ ...line, y: points.y[k]! })), unit };
  }
  const x = [...new Set(filled.flatMap(({ points }) => points.x))].sort((a, b) => a - b);
  const place = new Map(x.map((value, k) => [value, k]));
  const lines = filled.flatMap(({ points, lines: own }) =>
    own.map((line, k) => {
      const y = new Array<number | null | undefined>(x.length).fill(undefined);
      for (const [row, value] of points.y[k]!.entries()) y[place.get(points.x[row]!)!] = value;
      return { ...line, y };
    }),
  );
  return { x, lines, unit };
};

/** The runs to draw: the kept one, in grey, below the present one. */
const runsOf = (plots: Plots): readonly { readonly recorded: Recorded; readonly isKept: boolean }[] => {
  const [present, kept] = [plots.present.get(), plots.kept.get()];
  return [
    ...(kept && kept !== present ? [{ recorded: kept, isKept: true }] : []),
    ...(present ? [{ recorded: present, isKept: false }] : []),
  ];
};

interface Extent {
  readonly range: TimeRange;
  /** The present step. Later records are not shown. */
  readonly step: number;
  /** Most points of a line. */
  readonly most: number;
}

const windowOf = ({ range, step, most }: Extent, dt: number, isKept: boolean) => ({
  from: range.from / dt,
  to: isKept ? range.to / dt : Math.min(step, range.to / dt),
  dt,
  most,
});

const groupOf = (
  rows: RowStore,
  columns: readonly number[],
  extent: Extent,
  { dt }: Recorded,
  lines: Group["lines"],
): Group => ({ points: pointsOf(rows, columns, windowOf(extent, dt, lines[0]?.isKept ?? false)), lines });

const labelOf = (label: string, isKept: boolean): string => (isKept ? `${label} (kept)` : label);
const colourOf = (colour: string | undefined, isKept: boolean): string =>
  isKept ? "--ghost" : (colour ?? "--excitatory");

export const rateLines = (panel: Panel, plots: Plots, extent: Extent): LinePlot => {
  const groups = runsOf(plots).flatMap(({ recorded, isKept }) => {
    const { dt, document, populations } = recorded;
    const colours = coloursOf(document);
    const bin = recordedBin(dt);
    return shownPopulations(panel, document).flatMap(({ name }) => {
      const rate = populations.get(name)?.rate;
      if (!rate) return [];
      const { from, to } = windowOf(extent, dt, isKept);
      const rows = combinedRates(rate, binsIn(panel.bin, bin), { from, to, stepsPerBin: Math.round(bin / dt) });
      const line = { label: labelOf(titleOf(name), isKept), colour: colourOf(colours.get(name), isKept), isKept };
      return [groupOf(rows, [0], extent, recorded, [line])];
    });
  });
  return joined(groups, "Hz");
};

/** Traces of some units of the panel, or of all of them. */
export const traceLines = (panel: Panel, plots: Plots, extent: Extent, units = panel.units): LinePlot => {
  let unit = "";
  const groups = runsOf(plots).flatMap(({ recorded, isKept }) => {
    const traced = recorded.populations.get(panel.population)?.traces.get(panel.variable);
    if (!traced) return [];
    unit = traced.unit;
    const shown = units.filter((own) => traced.units.includes(own));
    if (shown.length === 0) return [];
    const columns = shown.map((own) => traced.units.indexOf(own));
    const lines = shown.map((own) => ({
      label: labelOf(`unit ${own}`, isKept),
      colour: colourOf(series[panel.units.indexOf(own) % series.length], isKept),
      isKept,
    }));
    return [groupOf(traced.rows, columns, extent, recorded, lines)];
  });
  return joined(groups, unit === "1" ? "" : unit);
};

export const readoutLines = (plots: Plots, extent: Extent): LinePlot => {
  let unit = "";
  const groups = runsOf(plots).flatMap(({ recorded, isKept }) =>
    [...recorded.readouts].map(([name, readout], k) => {
      unit = readout.unit;
      const columns = Array.from({ length: Math.min(readout.rows.columns, 8) }, (_, column) => column);
      const lines = columns.map((column) => ({
        label: labelOf(readout.rows.columns > 1 ? `${name} ${column}` : name, isKept),
        colour: colourOf(series[(k + column) % series.length], isKept),
        isKept,
      }));
      return groupOf(readout.rows, columns, extent, recorded, lines);
    }),
  );
  return joined(groups, unit === "1" ? "" : unit);
};
