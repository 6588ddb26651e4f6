import { counted } from "../config/counted.ts";
import { readOptions } from "../config/options.ts";
import { Place, Site } from "../config/place.ts";
import { describe } from "../config/shape.ts";
import { ConfigError, FileError, type Issue } from "../errors/errors.ts";
import { decodeLine, findColumns, isNumber, parseCell, parseHeader, quoteText, splitLine, textOf } from "./csvcells.ts";
import { commentRemedy, foreignRemedy } from "./csvremedies.ts";
import { requireBytes, requireObject, requireSource, requireText } from "./given.ts";
import { type ReadTableOptions, type TableOptions, tableOptions } from "./table-options.ts";

export { csvRows } from "./csvrows.ts";

export interface CsvOptions extends TableOptions {
  /**
   * Names, or indices from 0, of the columns to read, in the desired order. Default: all columns, which must be
   * numeric.
   */
  readonly columns?: readonly (string | number)[];
  /** Name of the file in messages. */
  readonly name?: string;
  /** Accepts a table without rows. Default false. */
  readonly allowNoRows?: boolean;
}

/** Numeric columns of a text table. */
export interface CsvTable {
  /** Every name in the header, trimmed. Without a header: the indices of the columns, as text. */
  readonly header: readonly string[];
  /** The text of each cell in the row of units, if there is one. */
  readonly units?: readonly string[];
  readonly rows: number;
  /** One array per requested column, in that order. */
  readonly columns: readonly Float64Array<ArrayBuffer>[];
  /** Lines of the rows: from each `row` (from 0) on, the next rows are on consecutive lines, the first on `line`. */
  readonly lines: readonly { readonly row: number; readonly line: number }[];
}

/** The number of the line with a row: lines count from 1, rows from 0. */
export const lineOfRow = ({ lines }: Pick<CsvTable, "lines">, row: number): number => {
  let at = lines.length - 1;
  while (at > 0 && lines[at]!.row > row) at--;
  const { row: first, line } = lines[at] ?? { row: 0, line: 2 };
  return line + row - first;
};

/**
 * Reads numeric columns of a text table. The first line that is neither skipped nor a comment names the columns, unless
 * `header` is false. Cells may be quoted and padded with spaces. LF and CRLF line ends, a byte order mark and blank
 * lines at the very end are accepted. A cell cannot contain a line break, so a row is always one line. Numbers are
 * decimal; the nearest double is stored.
 *
 * @throws FileError that names line, column and text, for a missing or duplicate column, a ragged row, a blank line, an
 * empty cell, text that is not a number, NaN or infinity, a misplaced quote, or a table without rows. If other options
 * would read the line, it names them. ConfigError for invalid options, and if `columns` is empty or repeats a column.
 */
export function readCsv(source: string | Uint8Array | Iterable<Uint8Array>, options: CsvOptions = {}): CsvTable {
  return readCsvOr(source, options);
}

/** The same with the remedy for a missing column. */
export function readCsvOr(
  source: string | Uint8Array | Iterable<Uint8Array>,
  options: CsvOptions,
  missing?: string,
): CsvTable {
  requireSource("readCsv", source, Symbol.iterator);
  const reader = new CsvReader(options, missing);
  if (typeof source === "string") reader.push(new TextEncoder().encode(source));
  else if (source instanceof Uint8Array) reader.push(source);
  else {
    for (const chunk of source) {
      requireBytes("readCsv", chunk);
      reader.push(chunk);
    }
  }
  return reader.finish();
}

/**
 * Like {@link readCsv}, for bytes that arrive in chunks, such as a file stream or a response body.
 * @throws ConfigError, FileError like `readCsv`
 */
export async function readCsvStream(chunks: AsyncIterable<Uint8Array>, options: CsvOptions = {}): Promise<CsvTable> {
  requireSource("readCsvStream", chunks, Symbol.asyncIterator);
  const reader = new CsvReader(options);
  for await (const chunk of chunks) {
    requireBytes("readCsvStream", chunk);
    reader.push(chunk);
  }
  return reader.finish();
}

const lf = 0x0a;
const cr = 0x0d;
const quote = 0x22;
const minus = 0x2d;
const space = 0x20;
const tab = 0x09;
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
  private readonly text: ReadTableOptions;
  private readonly missing: string;
  private readonly separator: number;
  private readonly point: number;
  /** Whether a run of spaces and tabs separates cells. */
  private readonly spaced: boolean;
  private readonly comment: Uint8Array | undefined;
  private pending: Uint8Array[] = [];
  private header: readonly string[] | undefined;
  private units: readonly string[] | undefined;
  // Position of each column of the file in the result; -1 for an unused column.
  private slots: Int32Array = new Int32Array(0);
  private columns: Float64Array<ArrayBuffer>[] = [];
  private rows = 0;
  /** Lines before the current one. */
  private lines = 0;
  private readonly starts: { readonly row: number; readonly line: number }[] = [];
  /** Number of lines that are not rows, before the current row. */
  private others = -1;
  private blankLine: number | undefined;
  /** The first lines, for remedies that need to look ahead of the header. */
  private readonly first: string[] = [];
  // The current lines; also as text once a number in them needs it.
  private block: Uint8Array = new Uint8Array(0);
  private blockText: string | undefined;

  constructor(options: CsvOptions, missing = "Name one of them.") {
    this.text = checkOptions(options);
    this.missing = missing;
    this.options = options;
    this.where = options.name ?? "CSV";
    this.spaced = this.text.separator === " ";
    this.separator = this.spaced ? tab : this.text.separator.charCodeAt(0);
    // Between commas, only quoted cells have decimal commas.
    this.point = this.text.decimal === this.text.separator ? Number.NaN : this.text.decimal.charCodeAt(0);
    this.comment = this.text.comment === undefined ? undefined : new TextEncoder().encode(this.text.comment);
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
    const { header, units, rows } = this;
    if (header === undefined) {
      if (this.lines > 0 && this.options.allowNoRows === true && !this.text.header) return this.withoutLines();
      const skipped = this.lines === 0 ? "" : " after the skipped lines";
      throw new FileError(
        `${this.where} is empty${skipped}. Write ${this.text.header ? "a header and rows" : "rows"}.`,
      );
    }
    if (rows === 0 && this.options.allowNoRows !== true)
      throw new FileError(`${this.where} has a header but no rows. Write at least one row.`);
    if (this.text.unitsRow && units === undefined)
      throw new FileError(`${this.where} has no row of units below the header. Set unitsRow to false.`);
    return {
      header,
      ...(units && { units }),
      rows,
      columns: this.columns.map((column) => column.slice(0, rows)),
      lines: this.starts,
    };
  }

  /** A table without a header and without rows, of which only comments may exist. */
  private withoutLines(): CsvTable {
    const columns = (this.options.columns ?? []).map(() => new Float64Array(0));
    return { header: [], rows: 0, columns, lines: [] };
  }

  /** Reads complete lines; the last byte is a line feed. */
  private readLines(bytes: Uint8Array): void {
    let start = 0;
    while (start < bytes.length && this.isOpening) start = this.readOpening(bytes, start);
    // Quoted text may contain spaces, so such lines are left to the slow reader.
    const isQuoted = this.spaced && bytes.includes(quote);
    const lines = this.spaced && !isQuoted ? squeeze(bytes.subarray(start)) : bytes.subarray(start);
    this.block = lines;
    this.blockText = undefined;
    start = 0;
    while (start < lines.length) {
      if (this.comment !== undefined && this.isComment(lines, start)) {
        start = this.skipLine(lines, start);
        continue;
      }
      const fast = this.blankLine === undefined && !isQuoted ? this.readFast(lines, start) : -1;
      if (this.lines - this.rows !== this.others) this.startRows();
      if (fast >= 0) {
        start = fast;
        this.rows++;
      } else {
        const end = lines.indexOf(lf, start);
        this.readSlow(lines.subarray(start, end));
        start = end + 1;
      }
      this.lines++;
    }
  }

  /** Whether the names, or the units below them, are still to be read. */
  private get isOpening(): boolean {
    return this.header === undefined || (this.text.unitsRow && this.units === undefined);
  }

  /** Notes that the row of the current line does not follow the row before on the next line. */
  private startRows(): void {
    this.others = this.lines - this.rows;
    this.starts.push({ row: this.rows, line: this.lines + 1 });
  }

  private skipLine(bytes: Uint8Array, start: number): number {
    this.lines++;
    return bytes.indexOf(lf, start) + 1;
  }

  private isComment(bytes: Uint8Array, start: number): boolean {
    const comment = this.comment!;
    let at = start;
    while (bytes[at] === space || bytes[at] === tab) at++;
    return comment.every((byte, k) => bytes[at + k] === byte);
  }

  /** Reads a line up to the first row: a skipped line, a comment, the names, or the units. Returns the next line. */
  private readOpening(bytes: Uint8Array, start: number): number {
    const end = bytes.indexOf(lf, start);
    const line = bytes.subarray(start, end);
    const number = this.lines + 1;
    const where = `${this.where} line ${number}`;
    if (this.first.length < 200) this.first.push(decodeLine(line).slice(0, 2000));
    const atMark = this.lines === 0 && line[0] === 0xef && line[1] === 0xbb ? 3 : 0;
    if (this.lines < this.text.skipLines || (this.comment !== undefined && this.isComment(bytes, start + atMark)))
      return this.skipLine(bytes, start);
    const { separator, header } = this.text;
    if (this.header === undefined) {
      const text = textOf(line, where, this.where);
      const cells = this.text.header || text.trim() !== "" ? parseHeader(text, separator, where, header) : [""];
      const names = header ? cells : cells.map((_, column) => String(column));
      this.openColumns(names, bytes, start, where);
      if (!header) return start + atMark;
    } else {
      this.units = splitLine(textOf(line, where, this.where), separator, where);
      if (this.units.length !== this.header.length)
        throw new FileError(
          `${where} must give ${counted(this.header.length, "unit")}, one per column; received ${this.units.length}. Set unitsRow to false if it contains no units.`,
        );
    }
    return this.skipLine(bytes, start);
  }

  private openColumns(names: readonly string[], bytes: Uint8Array, start: number, where: string): void {
    // Lines below the header, for remedies.
    const below = decodeLine(bytes.subarray(start, Math.min(bytes.length, start + 65_536)))
      .split("\n")
      .slice(1, 200);
    const remedy = (asked: readonly string[]): string | undefined =>
      foreignRemedy([...this.first, ...below], this.first.length - 1, asked, this.text);
    const found = findColumns(names, this.options.columns, where, { ...this.text, remedy, missing: this.missing });
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
  }

  /**
   * Reads a row of plain short numbers in place, and returns the start of the next row. Returns -1 if the row needs the
   * slow reader, which then overwrites the result.
   */
  private readFast(bytes: Uint8Array, start: number): number {
    const { slots, separator, rows, point } = this;
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
    const written = this.blockText.slice(begin, end);
    const text = this.text.decimal === "," ? written.replace(",", ".") : written;
    return this.blockText.length === this.block.length && isNumber(text) ? Number(text) : Number.NaN;
  }

  private readSlow(line: Uint8Array): void {
    const number = this.lines + 1;
    const text = decodeLine(line);
    if (text.trim() === "" && (this.text.separator !== "\t" || this.slots.length === 1)) {
      this.blankLine ??= number;
      return;
    }
    if (this.blankLine !== undefined)
      throw new FileError(`${this.where} line ${this.blankLine} is blank, but rows follow. Remove the line.`);
    const where = `${this.where} line ${number}`;
    const { separator, decimal } = this.text;
    const remedy = commentRemedy(text, this.text);
    const cells = splitLine(text, separator, where);
    const header = this.header!;
    if (cells.length !== header.length) {
      const like = this.text.header ? "the header" : "the first row";
      throw new FileError(
        `${where} must have ${header.length} cells like ${like}; received ${cells.length} in ${quoteText(text)}. ${remedy ?? "Write one cell per column in each row."}`,
      );
    }
    cells.forEach((cell, column) => {
      const slot = this.slots[column]!;
      if (slot < 0) return;
      const name = this.text.header ? quoteText(header[column]!) : header[column]!;
      const value = parseCell(cell, `${where} column ${name}`, {
        decimal,
        comment: remedy,
        first: this.rows === 0 && this.text.header && !this.text.unitsRow,
      });
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

function checkOptions(options: CsvOptions): ReadTableOptions {
  requireObject("readCsv", options);
  const { columns, name, allowNoRows, ...text } = options;
  const issues: Issue[] = [];
  requireText("name", name);
  if (allowNoRows !== undefined && typeof allowNoRows !== "boolean") {
    const message = `must be true or false; received ${describe(allowNoRows)}. Omit it to require rows.`;
    issues.push({ path: "allowNoRows", message });
  }
  if (columns !== undefined && !isColumns(columns)) {
    const message = `must be an array of names, or of indices from 0; received ${describe(columns)}. Write ["name"].`;
    throw new ConfigError({ path: "columns", message });
  }
  if (columns?.length === 0)
    issues.push({
      path: "columns",
      message: "must name at least one column; received none. Omit it to read all columns.",
    });
  const site = new Site(new Place([]), issues, undefined);
  const read = readOptions(tableOptions, text, site);
  if (read) refuseConflicts(read, site);
  if (read && !read.header && columns?.some((column) => typeof column === "string"))
    issues.push({
      path: "columns",
      message: "must be indices, counted from 0, because header is false. Replace the names.",
    });
  if (issues.length > 0 || !read) throw new ConfigError(issues);
  return read;
}

const isColumns = (columns: unknown): boolean =>
  Array.isArray(columns) && columns.every((column) => typeof column === "string" || typeof column === "number");

/** Refuses options of a text table that do not fit together. */
export const refuseConflicts = ({ unitsRow, header }: Partial<ReadTableOptions>, site: Site): void => {
  if (unitsRow === true && header === false) {
    site.at("unitsRow").refuse("needs a header. Skip the lines with skipLines, and give units.");
  }
};

/** The same lines with one tab for each run of spaces and tabs, and none at the ends of lines. */
function squeeze(bytes: Uint8Array): Uint8Array {
  const squeezed = new Uint8Array(bytes.length);
  let to = 0;
  let isGap = false;
  let isStart = true;
  for (const byte of bytes) {
    if (byte === space || byte === tab) {
      isGap = true;
      continue;
    }
    if (isGap && !isStart && byte !== lf && byte !== cr) squeezed[to++] = tab;
    isGap = false;
    isStart = byte === lf;
    squeezed[to++] = byte;
  }
  return squeezed.subarray(0, to);
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
