import { ConfigError, FileError, ShapeError } from "../errors/errors.ts";
import { quoteText } from "./csvcells.ts";
import { printerOf } from "./decimal.ts";
import type { TypedArray } from "./npyheader.ts";

/** How CSV text is cut into chunks. */
export interface CsvRowsOptions {
  /** Rows of one chunk. Default 4096. */
  readonly rowsPerChunk?: number;
  /** Begin with the line of names. Default true; false for a table that is written in several calls. */
  readonly header?: boolean;
}

/**
 * CSV text of typed arrays as columns, in chunks, LF line ends. A float is printed as the shortest decimal that gives
 * its bits back in its own precision. `readCsv` reads every such text, asked for its columns by name.
 *
 * @throws FileError on a name that cannot be a column's, NaN or an infinity (naming column and row from 0);
 * ShapeError when the columns differ in length or number from the names.
 */
export function* csvRows(
  header: readonly string[],
  columns: readonly TypedArray[],
  options: CsvRowsOptions = {},
): Generator<string, void, undefined> {
  if (header.length === 0 || header.length !== columns.length)
    throw new ShapeError(
      `csvRows needs one column per name and at least one; received ${header.length} names and ${columns.length} columns. Name each column.`,
    );
  const rows = columns[0]!.length;
  columns.forEach((column, i) => {
    if (column.length === rows) return;
    throw new ShapeError(
      `csvRows column ${quoteText(header[i]!)} must have the ${rows} rows of the first column; received ${column.length}. Cut the columns to one length.`,
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
        if (typeof value === "number" && !Number.isFinite(value)) refuse(header[i]!, row, value);
        text += (i === 0 ? "" : ",") + printers[i]!(value);
      }
      text += "\n";
    }
    yield text;
  }
}

/** The line of names, quoted where CSV needs it. @throws FileError on a name that would not be read back. */
export function headerLine(header: readonly string[]): string {
  const cells = header.map((name, column) => {
    if (name !== name.trim() || /[\r\n\uFEFF]/.test(name) || name === "" || /\p{Surrogate}/u.test(name))
      throw new FileError(
        `csvRows.header[${column}] must be a name on one line without outer spaces; received ${quoteText(name)}. Rename the column.`,
      );
    if (header.indexOf(name) !== column)
      throw new FileError(
        `csvRows.header[${column}] names a column that is there already; received ${quoteText(name)}. Rename the column.`,
      );
    return /[",;\t]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
  });
  return `${cells.join(",")}\n`;
}

function refuse(name: string, row: number, value: number): never {
  throw new FileError(
    `csvRows column ${quoteText(name)} must be finite at row ${row}; received ${value}. Leave the row out or mend the value.`,
  );
}
