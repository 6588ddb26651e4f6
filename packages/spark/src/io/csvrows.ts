import { counted } from "../config/counted.ts";
import { ConfigError, FileError, ShapeError } from "../errors/errors.ts";
import { quoteText } from "./csvcells.ts";
import { printerOf } from "./decimal.ts";
import { requireColumns, requireKeys } from "./given.ts";
import type { TypedArray } from "./npyheader.ts";

export interface CsvRowsOptions {
  /** Rows per chunk. Default 4096. */
  readonly rowsPerChunk?: number;
  /** Begins with the line of names. Default true; false for the later parts of a table. */
  readonly header?: boolean;
  /** Writes NaN and infinities as `nan`, `inf` and `-inf`, like NumPy. Default: they are refused. */
  readonly nonFinite?: boolean;
}

/** A value that is not finite, in the notation of NumPy. */
export const nonFiniteText = (value: number): string => (Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf");

/**
 * CSV text with typed arrays as columns, in chunks, with LF line ends. A float is printed as the shortest decimal that
 * restores its bits in its own precision. `readCsv` reads the text if the columns are requested by name.
 *
 * @throws FileError for an invalid column name, NaN or an infinity (the error names column and row, from 0); ShapeError
 * if the columns differ in length, or in number from the names; ConfigError for other arguments
 */
export function* csvRows(
  header: readonly string[],
  columns: readonly TypedArray[],
  options: CsvRowsOptions = {},
): Generator<string, void, undefined> {
  requireColumns("csvRows", header, columns);
  requireKeys("csvRows", options, ["rowsPerChunk", "header", "nonFinite"]);
  if (header.length === 0 || header.length !== columns.length)
    throw new ShapeError(
      `csvRows needs one column per name and at least one; received ${counted(header.length, "name")} and ${counted(columns.length, "column")}. Name each column.`,
    );
  const rows = columns[0]!.length;
  columns.forEach((column, i) => {
    if (column.length === rows) return;
    throw new ShapeError(
      `csvRows column ${quoteText(header[i]!)} must have the ${rows} rows of the first column; received ${column.length}. Give columns of equal length.`,
    );
  });
  if (options.header !== false) yield headerLine(header);
  const printers = columns.map(printerOf);
  const step = options.rowsPerChunk ?? 4096;
  if (!Number.isInteger(step) || step < 1)
    throw new ConfigError({
      path: "rowsPerChunk",
      message: `must be a whole number from 1; received ${step}. Try 4096.`,
    });
  for (let start = 0; start < rows; start += step) {
    const end = Math.min(start + step, rows);
    let text = "";
    for (let row = start; row < end; row++) {
      for (let i = 0; i < columns.length; i++) {
        const value = columns[i]![row]!;
        const finite = typeof value !== "number" || Number.isFinite(value);
        if (!finite && options.nonFinite !== true) refuse(header[i]!, row, value as number);
        text += (i === 0 ? "" : ",") + (finite ? printers[i]!(value) : nonFiniteText(value as number));
      }
      text += "\n";
    }
    yield text;
  }
}

/** The line of names, quoted if CSV requires it. @throws FileError for a name that would not be read back. */
export function headerLine(header: readonly string[]): string {
  const cells = header.map((name, column) => {
    if (name !== name.trim() || /[\r\n\uFEFF]/.test(name) || name === "" || /\p{Surrogate}/u.test(name))
      throw new FileError(
        `csvRows.header[${column}] must be a name on one line without outer spaces; received ${quoteText(name)}. Rename the column.`,
      );
    if (header.indexOf(name) !== column)
      throw new FileError(
        `csvRows.header[${column}] repeats a column name; received ${quoteText(name)}. Rename the column.`,
      );
    return /[",;\t]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
  });
  return `${cells.join(",")}\n`;
}

function refuse(name: string, row: number, value: number): never {
  throw new FileError(
    `csvRows column ${quoteText(name)} must be finite at row ${row}; received ${value}. Remove the row or correct the value.`,
  );
}
