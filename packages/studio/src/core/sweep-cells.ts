import { pathOf, type Sweep } from "./sweep.ts";

/* The results of a sweep as a table of coloured cells. */

export interface SweepCell {
  /** Position of the run. */
  readonly row: number;
  /** The value, such as "12.3"; "–" where it is not defined, and "!" for a run that failed. */
  readonly text: string;
  readonly title: string;
  /** Place between the smallest (0) and the largest value (1); undefined without a value. */
  readonly share: number | undefined;
}

export interface SweepCells {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly head: string; readonly cells: readonly SweepCell[] }[];
  /** The smallest and the largest value as text. */
  readonly range: string;
}

const shown = (value: number): string => String(Number(value.toPrecision(3)));

/** The cells of a measure: one row for one parameter; for two, the first goes down and the second across. */
export const cellsOf = ({ axes, values, rows, measures }: Sweep, measure: string): SweepCells => {
  if (!measures.includes(measure)) return { columns: [], rows: [], range: "" };
  const numbers = rows.map((row) => (row.error === undefined ? (row.measures[measure] ?? Number.NaN) : Number.NaN));
  const defined = numbers.filter((value) => !Number.isNaN(value));
  const [least, most] = [Math.min(...defined), Math.max(...defined)];
  const down = axes.length > 1 ? values[0]! : [Number.NaN];
  const across = values.at(-1)!;
  const cellOf = (row: number, place: string): SweepCell => {
    const value = numbers[row]!;
    const error = rows[row]!.error;
    if (error !== undefined) return { row, text: "!", title: `${place}: ${error}`, share: undefined };
    if (Number.isNaN(value)) return { row, text: "–", title: `${place}: ${measure} is not defined`, share: undefined };
    const share = most > least ? (value - least) / (most - least) : 0;
    return { row, text: shown(value), title: `${place}: ${measure} ${shown(value)}`, share };
  };
  const placeOf = (...point: readonly number[]): string =>
    axes.map(({ keys }, k) => `${pathOf(keys)} ${shown(point[k]!)}`).join(", ");
  return {
    columns: across.map(shown),
    rows: down.map((first, i) => ({
      head: shown(first),
      cells: across.map((second, j) =>
        cellOf(i * across.length + j, axes.length > 1 ? placeOf(first, second) : placeOf(second)),
      ),
    })),
    range:
      defined.length === 0
        ? "no values"
        : `${shown(least)} to ${shown(most)}${/(^|\.)rate$/.test(measure) ? " Hz" : ""}`,
  };
};
