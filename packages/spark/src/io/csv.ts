import { ConfigError, FileError, type Issue } from "../errors/errors.ts";
import { decodeLine, findColumns, isNumber, parseCell, parseHeader, quoteText, splitLine } from "./csvcells.ts";

export { csvRows } from "./csvrows.ts";

export interface CsvOptions {
  /**
   * Names, or indices from 0, of the columns to read, in the desired order. Default: all columns, which must be
   * numeric.
   */
  readonly columns?: readonly (string | number)[];
  /** Separator between cells. Default: a comma. */
  readonly separator?: "," | ";" | "\t";
  /** Name of the file in messages. */
  readonly name?: string;
  /** Accepts a header without rows. Default false. */
  readonly allowNoRows?: boolean;
}

/** Numeric columns of a CSV file. Row `i` (from 0) is line `i + 2` of the file. */
export interface CsvTable {
  /** Every name in the header, trimmed. */
  readonly header: readonly string[];
  readonly rows: number;
  /** One array per requested column, in that order. */
  readonly columns: readonly Float64Array<ArrayBuffer>[];
}

/**
 * Reads numeric columns. The first line names the columns. Cells may be quoted and padded with spaces. LF and CRLF line
 * ends, a byte order mark and blank lines at the very end are accepted. A cell cannot contain a line break, so a row is
 * always one line. Numbers are decimal, with a point; the nearest double is stored.
 *
 * @throws FileError that names line, column and text, for a missing or duplicate column, a ragged row, a blank line, an
 * empty cell, text that is not a number, NaN or infinity, a misplaced quote, or a table without rows. ConfigError if
 * `columns` is empty or repeats a column.
 */
export function readCsv(source: string | Uint8Array | Iterable<Uint8Array>, options: CsvOptions = {}): CsvTable {
  const reader = new CsvReader(options);
  if (typeof source === "string") reader.push(new TextEncoder().encode(source));
  else if (source instanceof Uint8Array) reader.push(source);
  else for (const chunk of source) reader.push(chunk);
  return reader.finish();
}

/** Like {@link readCsv}, for bytes that arrive in chunks, such as a file stream or a response body. */
export async function readCsvStream(chunks: AsyncIterable<Uint8Array>, options: CsvOptions = {}): Promise<CsvTable> {
  const reader = new CsvReader(options);
  for await (const chunk of chunks) reader.push(chunk);
  return reader.finish();
}

const lf = 0x0a;
const cr = 0x0d;
const quote = 0x22;
const minus = 0x2d;
const point = 0x2e;
const lowerE = 0x65;
const zero = 0x30;
const pieceLength = 2 ** 20;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
// Fewer digits than 2^53 has, so the mantissa and the power of ten are exact, and one division rounds once.
const exactDigits = 15;
const powers = Float64Array.from({ length: exactDigits + 1 }, (_, exponent) => Number(`1e${exponent}`));

class CsvReader {
  private readonly where: string;
  private readonly options: CsvOptions;
  private readonly separator: number;
  private pending: Uint8Array[] = [];
  private header: readonly string[] | undefined;
  // Position of each column of the file in the result; -1 for an unused column.
  private slots: Int32Array = new Int32Array(0);
  private columns: Float64Array<ArrayBuffer>[] = [];
  private rows = 0;
  private blankLine: number | undefined;
  // The current lines; also as text once a number in them needs it.
  private block: Uint8Array = new Uint8Array(0);
  private blockText: string | undefined;

  constructor(options: CsvOptions) {
    checkOptions(options);
    this.options = options;
    this.where = options.name ?? "CSV";
    this.separator = (options.separator ?? ",").charCodeAt(0);
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; at += pieceLength) this.pushPiece(chunk.subarray(at, at + pieceLength));
  }

  private pushPiece(piece: Uint8Array): void {
    const cut = piece.lastIndexOf(lf) + 1;
    if (cut > 0) {
      const lines =
        this.pending.length === 0 ? piece.subarray(0, cut) : join([...this.pending, piece.subarray(0, cut)]);
      this.pending = [];
      this.readLines(lines);
    }
    // A copy, because the source may reuse the chunk.
    if (cut < piece.length) this.pending.push(new Uint8Array(piece.subarray(cut)));
  }

  finish(): CsvTable {
    if (this.pending.length > 0) this.readLines(join([...this.pending, Uint8Array.of(lf)]));
    if (this.header === undefined) throw new FileError(`${this.where} is empty. Write a header and rows.`);
    if (this.rows === 0 && this.options.allowNoRows !== true)
      throw new FileError(`${this.where} has a header but no rows. Write at least one row.`);
    const rows = this.rows;
    return { header: this.header, rows, columns: this.columns.map((column) => column.slice(0, rows)) };
  }

  /** Reads complete lines; the last byte is a line feed. */
  private readLines(bytes: Uint8Array): void {
    this.block = bytes;
    this.blockText = undefined;
    let start = 0;
    if (this.header === undefined) start = this.readHeader(bytes);
    while (start < bytes.length) {
      const fast = this.blankLine === undefined ? this.readFast(bytes, start) : -1;
      if (fast >= 0) {
        start = fast;
        this.rows++;
      } else {
        const end = bytes.indexOf(lf, start);
        this.readSlow(bytes.subarray(start, end));
        start = end + 1;
      }
    }
  }

  private readHeader(bytes: Uint8Array): number {
    const end = bytes.indexOf(lf);
    const names = parseHeader(bytes.subarray(0, end), this.options.separator ?? ",", this.where);
    const found = findColumns(names, this.options.columns, this.where);
    this.slots = new Int32Array(names.length).fill(-1);
    found.forEach((column, slot) => {
      if (this.slots[column] !== -1)
        throw new ConfigError({
          path: `columns[${slot}]`,
          message: `repeats column ${quoteText(names[column]!)}. Request each column once.`,
        });
      this.slots[column] = slot;
    });
    // An estimate of four bytes per cell; a wrong one costs only a copy.
    const rows = Math.min(Math.ceil(bytes.length / (names.length * 4)), 2 ** 22) + 16;
    this.columns = found.map(() => new Float64Array(rows));
    this.header = names;
    return end + 1;
  }

  /**
   * Reads a row of plain short numbers in place, and returns the start of the next row. Returns -1 if the row needs the
   * slow reader, which then overwrites the result.
   */
  private readFast(bytes: Uint8Array, start: number): number {
    const { slots, separator, rows } = this;
    const last = slots.length - 1;
    let at = start;
    for (let column = 0; column <= last; column++) {
      const slot = slots[column]!;
      let byte = bytes[at]!;
      if (slot < 0) {
        while (byte !== separator && byte !== lf) {
          if (byte === quote || byte === cr)
            return column === last && byte === cr && bytes[at + 1] === lf ? at + 2 : -1;
          byte = bytes[++at]!;
        }
      } else {
        const begin = at;
        const negative = byte === minus;
        if (negative) byte = bytes[++at]!;
        let mantissa = 0;
        let first = at;
        let dot = -1;
        while (true) {
          if (byte >= zero && byte <= zero + 9) mantissa = mantissa * 10 + (byte - zero);
          else if (byte === point && dot < 0) dot = at;
          else break;
          byte = bytes[++at]!;
        }
        if (dot >= 0) first++;
        const digits = at - first;
        if (digits === 0) return -1;
        let value = 0;
        if (digits > exactDigits || (byte | 0x20) === lowerE) {
          while (byte !== separator && byte !== lf && byte !== cr) byte = bytes[++at]!;
          value = this.readLong(begin, at);
          if (!Number.isFinite(value)) return -1;
        } else {
          const size = dot < 0 ? mantissa : mantissa / powers[at - dot - 1]!;
          value = negative ? -size : size;
        }
        if (rows >= this.columns[slot]!.length) this.grow();
        this.columns[slot]![rows] = value;
        if (byte === cr && bytes[at + 1] === lf) byte = bytes[++at]!;
      }
      if (byte !== (column === last ? lf : separator)) return -1;
      at++;
    }
    return at;
  }

  /**
   * A number with many digits or an exponent. NaN if it is not a number, or if its text is not one byte per character.
   */
  private readLong(begin: number, end: number): number {
    this.blockText ??= decoder.decode(this.block);
    const text = this.blockText.slice(begin, end);
    return this.blockText.length === this.block.length && isNumber(text) ? Number(text) : Number.NaN;
  }

  private readSlow(line: Uint8Array): void {
    const number = this.rows + 2;
    const text = decodeLine(line);
    if (text.trim() === "" && (this.separator !== 0x09 || this.slots.length === 1)) {
      this.blankLine ??= number;
      return;
    }
    if (this.blankLine !== undefined)
      throw new FileError(`${this.where} line ${this.blankLine} is blank, but rows follow. Remove the line.`);
    const where = `${this.where} line ${number}`;
    const cells = splitLine(text, String.fromCharCode(this.separator), where);
    const header = this.header!;
    if (cells.length !== header.length)
      throw new FileError(
        `${where} must have ${header.length} cells like the header; received ${cells.length} in ${quoteText(text)}. Write one cell per column in each row.`,
      );
    cells.forEach((cell, column) => {
      const slot = this.slots[column]!;
      if (slot < 0) return;
      const value = parseCell(cell, `${where} column ${quoteText(header[column]!)}`);
      if (this.rows >= this.columns[slot]!.length) this.grow();
      this.columns[slot]![this.rows] = value;
    });
    this.rows++;
  }

  private grow(): void {
    this.columns = this.columns.map((column) => {
      const larger = new Float64Array(column.length * 2);
      larger.set(column);
      return larger;
    });
  }
}

function checkOptions(options: CsvOptions): void {
  const issues: Issue[] = [];
  const { columns, separator } = options;
  if (columns !== undefined && columns.length === 0)
    issues.push({
      path: "columns",
      message: "must name at least one column; received none. Omit it to read all columns.",
    });
  if (separator !== undefined && ![",", ";", "\t"].includes(separator))
    issues.push({
      path: "separator",
      message: `must be a comma, a semicolon or a tab; received ${quoteText(String(separator))}. Convert the file.`,
    });
  if (issues.length > 0) throw new ConfigError(issues);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
