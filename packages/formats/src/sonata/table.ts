import { FileError } from "spark-snn";

/* The CSV files of SONATA: columns separated by one or more spaces, and cells with spaces in double quotes. */

/** A row by column. Empty cells and NULL are absent. */
export type Row = Readonly<Record<string, string>>;

/**
 * Reads a table.
 * @param name file name, for messages
 * @throws FileError if it is not UTF-8, a quote does not end, or a row has another number of cells than the header
 */
export const readTable = (bytes: Uint8Array, name: string): readonly Row[] => {
  const lines = decodeText(bytes, name).split(/\r?\n/);
  let columns: readonly string[] | undefined;
  const rows: Row[] = [];
  lines.forEach((line, k) => {
    if (line.trim() === "") return;
    const cells = cellsOf(line, `${name} line ${k + 1}`);
    if (!columns) {
      const twice = cells.find((cell, at) => cells.indexOf(cell) !== at);
      if (twice !== undefined) throw new FileError(`${name} names the column "${twice}" twice. Rename one of them.`);
      columns = cells;
      return;
    }
    if (cells.length !== columns.length) {
      throw new FileError(
        `${name} line ${k + 1} has ${cells.length} cells; the header has ${columns.length} columns. Separate cells by spaces, and quote cells that contain spaces.`,
      );
    }
    rows.push(
      Object.fromEntries(
        columns.flatMap((column, at) => (isAbsent(cells[at]!) ? [] : [[column, cells[at]!] as const])),
      ),
    );
  });
  if (!columns) throw new FileError(`${name} is empty. It needs a line with the names of the columns.`);
  return rows;
};

const isAbsent = (cell: string): boolean => cell === "" || cell === "NULL" || cell === "NaN" || cell === "nan";

export const decodeText = (bytes: Uint8Array, name: string): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new FileError(`${name} is not UTF-8 text. Save it as text.`);
  }
};

const cellsOf = (line: string, where: string): readonly string[] => {
  const cells: string[] = [];
  let at = 0;
  while (at < line.length) {
    if (line[at] === " " || line[at] === "\t") {
      at++;
      continue;
    }
    if (line[at] === '"') {
      const [cell, end] = quoted(line, at, where);
      cells.push(cell);
      at = end;
      continue;
    }
    let end = at;
    while (end < line.length && line[end] !== " " && line[end] !== "\t") end++;
    cells.push(line.slice(at, end));
    at = end;
  }
  return cells;
};

/** The cell that begins with a quote at a position, and the position after it. */
const quoted = (line: string, start: number, where: string): readonly [string, number] => {
  let cell = "";
  for (let at = start + 1; at < line.length; at++) {
    if (line[at] !== '"') cell += line[at];
    else if (line[at + 1] === '"') cell += line[at++];
    else return [cell, at + 1];
  }
  throw new FileError(`${where} has a quote that does not end. Close it.`);
};

/** A table as text. Absent cells are NULL. */
export const tableText = (columns: readonly string[], rows: readonly Row[]): string =>
  `${[columns, ...rows.map((row) => columns.map((column) => row[column] ?? "NULL"))]
    .map((cells) => cells.map(cellText).join(" "))
    .join("\n")}\n`;

const cellText = (cell: string): string => (/[\s"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
