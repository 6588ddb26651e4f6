import type { Json } from "spark-snn";
import { requireResult } from "./checks.ts";
import { headingOf } from "./named-measures.ts";
import type { SweepResult } from "./sweep.ts";

/** The columns of the table of a sweep, in order. */
export interface SweepColumn {
  readonly heading: string;
  /** One value for each row; undefined where a run has none. */
  readonly values: readonly (Json | undefined)[];
}

type Tabled = Pick<SweepResult, "plan" | "rows" | "columns">;

/**
 * The table of a sweep: the index, the varied values by path, the seed, the measures with their units, and the error. An
 * undefined measure has no value.
 * @throws ConfigError for anything but the result of a sweep
 */
export const sweepColumns = (result: Tabled): SweepColumn[] => columnsFor("sweepColumns", result);

/** The same for a function that calls it. */
export const columnsFor = (call: string, result: Tabled): SweepColumn[] => {
  requireResult(call, result);
  const { plan, rows, columns } = result;
  const column = (heading: string, of: (row: Tabled["rows"][number]) => Json | undefined): SweepColumn => ({
    heading,
    values: rows.map(of),
  });
  const number = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? undefined : value);
  return [
    column("index", ({ index }) => index),
    ...plan.paths.map((path) => column(path, ({ overrides }) => overrides[path])),
    ...(plan.runs.some(({ seed }) => seed !== undefined) ? [column("seed", ({ seed }) => seed)] : []),
    ...columns.map((name) => column(headingOf(name), ({ measures }) => number(measures[name]))),
    ...(rows.some(({ error }) => error !== undefined) ? [column("error", ({ error }) => error)] : []),
  ];
};

/** A value as text; JSON unless it is text. */
export const cellText = (value: Json | undefined): string =>
  value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);

const csvCell = (value: Json | undefined): string => {
  const text = cellText(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/**
 * The table of a sweep as CSV, with a row for each run.
 * @throws ConfigError for anything but the result of a sweep
 */
export const sweepCsv = (result: Tabled): string => {
  const columns = columnsFor("sweepCsv", result);
  const lines = result.rows.map((_, k) => columns.map(({ values }) => csvCell(values[k])).join(","));
  return `${[columns.map(({ heading }) => csvCell(heading)).join(","), ...lines].join("\n")}\n`;
};
