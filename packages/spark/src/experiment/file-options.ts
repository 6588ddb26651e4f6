import type { JsonSchema } from "../config/json-schema.ts";
import { type Declarations, optional, optionsSchema, required, text } from "../config/options.ts";
import { seriesOptions } from "../config/series.ts";
import { explicit } from "../connectivity/rule.ts";
import type { ColumnUnit } from "../io/column-units.ts";
import { sampleFiles } from "../io/recording-file.ts";
import { columnName, columnNames, filePath, firstId, unitsOfColumns } from "../io/table-file.ts";
import { tableOptions } from "../io/table-options.ts";

/* Options of the files that an experiment names in place of values. */

const csv = filePath("Path of a CSV file, relative to the document.");
const npz = filePath("Path of a NumPy archive, relative to the document.");

/** What the samples of a series are. */
export interface Sampled {
  /** Such as "A current". */
  readonly of: string;
  /** Such as "currents in pA". */
  readonly values: string;
  /** Unit of the values, if columns can be converted to it. */
  readonly unit?: ColumnUnit;
}

export const currents: Sampled = { of: "A current", values: "currents in pA", unit: "pA" };
export const parameterValues: Sampled = { of: "A value", values: "values" };

const { interval, start, between, before, after } = seriesOptions;
/** What a series is between, before and after its samples. */
export const choices = { between, before, after };
const evenly = { interval: required(interval), start };

/** Keys of the columns of values: one for all units, or one per unit. */
export const widths = ["column", "columns"] as const;
/** Keys of the times: a column, or the interval between rows. */
export const timings = ["time", "interval"] as const;

/** A series in a CSV file. */
export const csvSeries = (
  { values, unit }: Sampled,
  width: (typeof widths)[number],
  timing: (typeof timings)[number],
): Declarations => ({
  csv,
  ...(width === "column"
    ? {
        column: columnName(
          `Column of ${values}, for all units.`,
          `Name the column of ${values}, or columns with one per unit.`,
        ),
      }
    : { columns: columnNames(`Columns of ${values}, one per unit.`) }),
  ...(timing === "time"
    ? {
        time: columnName(
          "Column of times in ms.",
          "Name the column of times in ms, or give the interval between rows in ms.",
        ),
      }
    : evenly),
  ...tableOptions,
  units: unitsOfColumns<string>({ ...(timing === "time" && { time: "ms" }), ...(unit && { [width]: unit }) }),
  ...choices,
});

/** A series in a NumPy file. */
export const npySeries = ({ values }: Sampled): Declarations => ({
  npy: filePath(`Path of a NumPy file of samples × units: ${values}.`),
  ...evenly,
  ...choices,
});

/** The steps of a current in a NumPy file. */
export const npySteps: Declarations = { npy: filePath("Path of a NumPy file of steps × units, in pA.") };

/** Kind of a file, named by its key. */
export type FileKind = "csv" | "npy" | "npz";

/** Numbers in a file, by the kind of file. */
export const numberFiles: Readonly<Record<FileKind, Declarations>> = {
  csv: { csv, column: columnName("Column of the values.", "Name the column of values."), ...tableOptions },
  npy: { npy: filePath("Path of a NumPy file, relative to the document.") },
  npz: {
    npz,
    array: optional(text("Name of the array; required if there are several.", "Name one, or omit it if there is one.")),
  },
};

const eventUnits = { units: unitsOfColumns({ time: "ms" }), firstId };

/** Spikes in a file. */
export const eventFiles = {
  /** A table that a run has written. */
  run: { csv: filePath("Path of a CSV file with the columns step, time_ms and unit, as a run writes it.") },
  csv: {
    csv: filePath("Path of a CSV file of any program."),
    time: columnName("Column of times in ms.", "Name the column of times in ms."),
    unit: columnName("Column of units, counted from 0, or from firstId.", "Name the column of units."),
    ...tableOptions,
    ...eventUnits,
  },
  npz: { npz: filePath("Path of a NumPy archive with the arrays steps or times (ms), and units."), ...eventUnits },
} as const;

/** The lists of explicit connections. */
export const lists: Declarations = explicit.rule.option.parts ?? {};

/** Explicit connections in a file: each list names a column or an array. */
export const listFiles = (kind: "csv" | "npz"): Declarations => ({
  ...(kind === "csv" ? { csv } : { npz }),
  ...Object.fromEntries(
    Object.entries(lists).map(([key, { about, need }]) => {
      const list =
        kind === "csv" ? columnName(about, `Name the column of ${key}.`) : text(about, `Name the array of ${key}.`);
      return [key, need === "required" ? list : optional<unknown, unknown, unknown>(list)];
    }),
  ),
  ...(kind === "csv" && tableOptions),
  units: unitsOfColumns({ delays: "ms" }),
  firstId,
});

/** The schemas of a current in a recording. */
export const recordingSchemas = (): readonly JsonSchema[] =>
  Object.values(sampleFiles("pA")).map((declared) =>
    optionsSchema({ ...declared, ...choices }, "A current from a recording."),
  );

/** The schema of a series in a file. */
export const seriesFileSchemas = (sampled: Sampled): readonly JsonSchema[] => [
  ...widths.flatMap((width) =>
    timings.map((timing) => optionsSchema(csvSeries(sampled, width, timing), `${sampled.of} from a CSV file.`)),
  ),
  optionsSchema(npySeries(sampled), `${sampled.of} from a NumPy file, sampled in its own time.`),
];
