import { nearestName } from "../config/nearest-name.ts";
import { FileError } from "../errors/errors.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const infinite = /^[+-]?(?:nan|inf|infinity|na|null)$/i;
const shown = 40;
const listed = 20;

/** A piece of text for a message, quoted, and shortened if it is long. */
export function quoteText(text: string): string {
  return JSON.stringify(text.length > shown ? `${text.slice(0, shown)}…` : text);
}

/** The cells of one line, without quotes and outer spaces. @throws FileError for a misplaced quote. */
export function splitLine(text: string, separator: string, where: string): readonly string[] {
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

/** Whether a cell is a decimal number. The cell has no outer spaces. */
export function isNumber(text: string): boolean {
  return number.test(text);
}

/** Parses the number in a cell; `where` names line and column. @throws FileError if it is not a finite number. */
export function parseCell(text: string, where: string): number {
  if (number.test(text)) {
    const value = Number(text);
    if (Number.isFinite(value)) return value;
    throw new FileError(`${where} is too large for a double; received ${quoteText(text)}. Write a finite number.`);
  }
  if (text === "") throw new FileError(`${where} is empty. Write a number, or remove the row.`);
  if (infinite.test(text))
    throw new FileError(`${where} must be finite; received ${quoteText(text)}. Remove the row or fill the gap.`);
  throw new FileError(`${where} is not a number; received ${quoteText(text)}. Write a decimal number such as -12.5.`);
}

/** A line as text, for the slow reader and for messages. Bytes that are not UTF-8 become U+FFFD. */
export function decodeLine(line: Uint8Array): string {
  const end = line.length > 0 && line[line.length - 1] === 0x0d ? line.length - 1 : line.length;
  return decoder.decode(line.subarray(0, end));
}

/** Parses the names in the first line. @throws FileError if it is not a valid header. */
export function parseHeader(line: Uint8Array, separator: string, where: string): readonly string[] {
  if (line.length >= 2 && ((line[0] === 0xff && line[1] === 0xfe) || (line[0] === 0xfe && line[1] === 0xff)))
    throw new FileError(`${where} is UTF-16 text. Save it as UTF-8.`);
  let text: string;
  try {
    text = strictDecoder.decode(line).replace(/^\uFEFF/, "");
  } catch {
    throw new FileError(`${where} line 1 is not UTF-8; received ${quoteText(decodeLine(line))}. Save it as UTF-8.`);
  }
  if (text.endsWith("\r")) text = text.slice(0, -1);
  if (text.includes("\r"))
    throw new FileError(
      `${where} line 1 contains a carriage return without a line feed. Save it with LF or CRLF line ends.`,
    );
  if (text.trim() === "")
    throw new FileError(`${where} line 1 is blank, but must contain the column names. Begin the file with a header.`);
  const names = splitLine(text, separator, `${where} line 1`);
  const seen = new Map<string, number>();
  names.forEach((name, column) => {
    const first = seen.get(name);
    if (first !== undefined)
      throw new FileError(
        `${where} line 1 gives columns ${first + 1} and ${column + 1} the same name; received ${quoteText(name)}. Give each column its own name.`,
      );
    seen.set(name, column);
  });
  return names;
}

/**
 * Position of each requested column in the file. A header of numbers only is probably the first row of a file without a
 * header, so it is refused unless the columns are requested by name.
 */
export function findColumns(
  names: readonly string[],
  asked: readonly (string | number)[] | undefined,
  where: string,
): readonly number[] {
  const byName = asked?.length !== 0 && asked?.every((column) => typeof column === "string") === true;
  if (!byName && names.every((name) => number.test(name)))
    throw new FileError(
      `${where} line 1 contains numbers instead of column names; received ${quoteText(names.join(","))}. Begin the file with a header, or request the columns by name.`,
    );
  if (asked === undefined) return names.map((_, column) => column);
  return asked.map((column) => {
    const found = typeof column === "string" ? names.indexOf(column) : column;
    if (found >= 0 && found < names.length && Number.isInteger(found)) return found;
    const few = names.slice(0, listed).map(quoteText).join(", ");
    const list = names.length > listed ? `${few} and ${names.length - listed} more` : few;
    if (typeof column === "number")
      throw new FileError(
        `${where} has ${names.length} columns, numbered from 0; received index ${column}. Its columns are ${list}.`,
      );
    const near = nearestName(column, names);
    const remedy = near === undefined ? "Name one of them" : `Did you mean ${quoteText(near)}?`;
    throw new FileError(
      `${where} must have the requested column; received ${quoteText(column)}. Its columns are ${list}. ${remedy}${near === undefined ? "." : ""}`,
    );
  });
}
