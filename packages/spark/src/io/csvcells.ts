import { counted } from "../config/counted.ts";
import { nearestName } from "../config/nearest-name.ts";
import { FileError } from "../errors/errors.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const unitLike = /^[[(]?[A-Za-zµμΩ%]+(?:[/·^−-]?[A-Za-zµμΩ0-9]+)*[\])]?$/;
const infinite = /^[+-]?(?:nan|inf|infinity|na|null)$/i;
const shown = 40;
const listed = 20;

/** A piece of text for a message, quoted, and shortened if it is long. */
export function quoteText(text: string): string {
  return JSON.stringify(text.length > shown ? `${text.slice(0, shown)}…` : text);
}

/** The cells of one line, without quotes and outer spaces. @throws FileError for a misplaced quote. */
export function splitLine(text: string, separator: string, where: string): readonly string[] {
  if (separator === " ") return splitLine(oneTabEach(text.trim()), "\t", where);
  const cells: string[] = [];
  let at = 0;
  while (true) {
    if (text[at] === '"') {
      let cell = "";
      let close = text.indexOf('"', at + 1);
      let from = at + 1;
      while (close >= 0 && text[close + 1] === '"') {
        cell += text.slice(from, close + 1);
        from = close + 2;
        close = text.indexOf('"', from);
      }
      if (close < 0)
        throw new FileError(
          `${where} opens a quote and does not close it on the same line; received ${quoteText(text.slice(at))}. Close it, or remove line breaks from the cell.`,
        );
      const next = close + 1;
      if (next < text.length && text[next] !== separator)
        throw new FileError(
          `${where} has text after a closing quote; received ${quoteText(text.slice(at))}. Write a quote inside a cell as "".`,
        );
      cells.push((cell + text.slice(from, close)).trim());
      at = next;
    } else {
      const next = text.indexOf(separator, at);
      const cell = next < 0 ? text.slice(at) : text.slice(at, next);
      if (cell.includes('"'))
        throw new FileError(
          `${where} has a quote inside an unquoted cell; received ${quoteText(cell)}. Quote the whole cell and write the quote as "".`,
        );
      cells.push(cell.trim());
      at = next < 0 ? text.length : next;
    }
    if (at >= text.length) return cells;
    at++;
  }
}

/** Replaces each run of spaces and tabs outside quotes by one tab. */
function oneTabEach(text: string): string {
  if (!text.includes('"')) return text.replaceAll(/[ \t]+/g, "\t");
  return text
    .split('"')
    .map((part, k) => (k % 2 === 0 ? part.replaceAll(/[ \t]+/g, "\t") : part))
    .join('"');
}

/** Whether a cell is a decimal number. The cell has no outer spaces. */
export function isNumber(text: string): boolean {
  return number.test(text);
}

/** What is known about a cell, for the remedy if it is not a number. */
interface CellContext {
  readonly decimal: string;
  /** The remedy if its line looks like a comment. */
  readonly comment: string | undefined;
  /** Whether its line is the first one below the names. */
  readonly first: boolean;
}

/** Parses the number in a cell; `where` names line and column. @throws FileError if it is not a finite number. */
export function parseCell(cell: string, where: string, { decimal, comment, first }: CellContext): number {
  const text = decimal === "," && !cell.includes(".") ? cell.replace(",", ".") : cell;
  if (number.test(text) && (decimal !== "," || !cell.includes("."))) {
    const value = Number(text);
    if (Number.isFinite(value)) return value;
    throw new FileError(`${where} is too large for a double; received ${quoteText(cell)}. Write a finite number.`);
  }
  if (text === "") throw new FileError(`${where} is empty. ${comment ?? "Write a number, or remove the row."}`);
  if (infinite.test(text))
    throw new FileError(`${where} must be finite; received ${quoteText(cell)}. Remove the row or fill the gap.`);
  const remedy = comment ?? cellRemedy(cell, decimal, first);
  throw new FileError(`${where} is not a number; received ${quoteText(cell)}. ${remedy}`);
}

const cellRemedy = (cell: string, decimal: string, first: boolean): string => {
  const other = decimal === "." ? "," : ".";
  const isOther = cell.includes(other) && number.test(cell.replace(other, "."));
  if (isOther && !cell.includes(decimal)) return `If it is a decimal number, set decimal to ${JSON.stringify(other)}.`;
  if (first && unitLike.test(cell)) return "If the line gives units, set unitsRow to true.";
  return `Write a decimal number such as -12${decimal}5.`;
};

/** A line as text, for the slow reader and for messages. Bytes that are not UTF-8 become U+FFFD. */
export function decodeLine(line: Uint8Array): string {
  const end = line.length > 0 && line[line.length - 1] === 0x0d ? line.length - 1 : line.length;
  return decoder.decode(line.subarray(0, end));
}

/** A line of the start of a file as text. @throws FileError if it is not UTF-8 text. */
export function textOf(line: Uint8Array, where: string, file: string): string {
  const kind = kindOf(line);
  if (kind !== undefined) throw new FileError(`${file} is ${kind[0]}. ${kind[1]}`);
  let text: string;
  try {
    text = strictDecoder.decode(line).replace(/^\uFEFF/, "");
  } catch {
    throw new FileError(`${where} is not UTF-8; received ${quoteText(decodeLine(line))}. Save it as UTF-8.`);
  }
  if (text.endsWith("\r")) text = text.slice(0, -1);
  if (text.includes("\r"))
    throw new FileError(`${where} contains a carriage return without a line feed. Save it with LF or CRLF line ends.`);
  return text;
}

/** Kinds of files that are no tables, by their first bytes. Their content is of no use in a message. */
const kinds: readonly (readonly [start: string, kind: string, remedy: string])[] = [
  ["\xff\xfe", "UTF-16 text", "Save it as UTF-8."],
  ["\xfe\xff", "UTF-16 text", "Save it as UTF-8."],
  ["\x93NUMPY", "a NumPy file, not a text table", "Use npy instead of csv."],
  ["PK\x03\x04", "a zip archive, not a text table", "Use npz for a NumPy archive, or save a spreadsheet as CSV."],
  ["\xd0\xcf\x11\xe0", "an Excel file, not a text table", "Save the sheet as CSV."],
  ["\x89HDF", "an HDF5 file, not a text table", "Save the columns as CSV."],
  ["MATLAB ", "a MATLAB file, not a text table", "Save the columns with writematrix."],
  ["ABF", "an Axon binary file, not a text table", "Save it as an Axon text file."],
  ["\x1f\x8b", "compressed", "Decompress it."],
  ["\x89PNG", "an image, not a text table", "Name the file of the numbers."],
  ["%PDF", "a PDF document, not a text table", "Save the columns as CSV."],
];

const kindOf = (line: Uint8Array): readonly [kind: string, remedy: string] | undefined => {
  const known = kinds.find(([start]) => [...start].every((character, k) => line[k] === character.charCodeAt(0)));
  if (known) return [known[1], known[2]];
  return line.includes(0) ? ["binary, not a text table", "Save the columns as CSV."] : undefined;
};

/** Parses the names of columns, or the cells of the first row. @throws FileError if it is not a valid line. */
export function parseHeader(text: string, separator: string, where: string, header: boolean): readonly string[] {
  if (text.trim() === "")
    throw new FileError(`${where} is blank, but must contain the column names. Begin the file with a header.`);
  if (header && /^\s*[{[]\s*(?:["{[\]}]|$)/.test(text))
    throw new FileError(
      `${where} starts like JSON, not like a text table. Put the values into the document, or save columns.`,
    );
  if (header && /^\s*<[!?A-Za-z]/.test(text))
    throw new FileError(`${where} starts like HTML or XML, not like a text table. Save the columns as CSV.`);
  return splitLine(text, separator, where);
}

/** What findColumns needs to know about the table. */
interface ColumnContext {
  readonly header: boolean;
  readonly decimal: string;
  /** Options that would find the columns. */
  readonly remedy: (asked: readonly string[]) => string | undefined;
  /** The remedy for a missing column, if nothing else helps. */
  readonly missing: string;
}

/**
 * Finds the requested columns; all of them if none are requested. Numbers in the place of names are probably the first
 * row of a file without a header, so they are refused unless the columns are requested by name.
 */
export function findColumns(
  names: readonly string[],
  asked: readonly (string | number)[] | undefined,
  where: string,
  { header, decimal, remedy, missing: otherwise }: ColumnContext,
): readonly number[] {
  const isValue = (name: string): boolean =>
    number.test(decimal === "," ? name.replace(",", ".") : name) || infinite.test(name);
  const byName = asked?.length !== 0 && asked?.every((column) => typeof column === "string") === true;
  const few = names.slice(0, listed).map(quoteText).join(", ");
  const list = names.length > listed ? `${few} and ${names.length - listed} more` : few;
  const missing = (column: string): never => {
    const near = nearestName(column, names);
    const hint =
      remedy((asked ?? []).filter((one) => typeof one === "string")) ??
      (near === undefined ? undefined : `Did you mean ${quoteText(near)}?`);
    // A single column without a resemblance is probably another kind of file, whose content is of no use here.
    const isOther = names.length === 1 && near === undefined && asked?.length !== 1;
    const columns = isOther ? "The line contains only one column." : `Its columns are ${list}.`;
    const last = hint ?? (isOther ? "Check that the file is the right one." : otherwise);
    throw new FileError(
      `${where.replace(/ line 1$/, "")} must have the requested column; received ${quoteText(column)}. ${columns} ${last}`,
    );
  };
  if (header) {
    const written = names.filter((name) => name !== "");
    const picked = asked?.flatMap((column) => (typeof column === "number" ? (names[column] ?? []) : [])) ?? [];
    const isRow = written.length > 0 && written.every(isValue);
    if (!byName && (isRow || picked.some(isValue)))
      throw new FileError(
        `${where} contains numbers instead of column names; received ${quoteText(names.join(","))}. Set header to false, begin the file with a header, or request the columns by name.`,
      );
    const absent = asked?.find((column): column is string => typeof column === "string" && !names.includes(column));
    if (absent !== undefined && isRow)
      throw new FileError(
        `${where} contains numbers instead of column names; received ${quoteText(names.join(","))}. Set header to false and request the columns by index, counted from 0.`,
      );
    if (absent !== undefined) missing(absent);
    names.forEach((name, column) => {
      const first = names.indexOf(name);
      if (first === column || (asked !== undefined && !asked.includes(name))) return;
      throw new FileError(
        `${where} gives columns ${first + 1} and ${column + 1} the same name; received ${quoteText(name)}. Give each column its own name.`,
      );
    });
  }
  if (asked === undefined) return names.map((_, column) => column);
  return asked.map((column) => {
    const found = typeof column === "string" ? names.indexOf(column) : column;
    if (found >= 0 && found < names.length && Number.isInteger(found)) return found;
    if (typeof column === "string") return missing(column);
    const columns = header ? ` Its columns are ${list}.` : "";
    const hint = names.length === 1 ? remedy([]) : undefined;
    throw new FileError(
      `${where.replace(/ line \d+$/, "")} has ${counted(names.length, "column")}, numbered from 0; received index ${column}.${columns}${hint === undefined ? "" : ` ${hint}`}`,
    );
  });
}
