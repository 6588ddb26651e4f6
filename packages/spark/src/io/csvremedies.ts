import type { ReadTableOptions } from "./table-options.ts";

/* Which options would read a table that these options do not read. */

const separators = [",", ";", "\t", " "] as const;
const comments = /^\s*(#+|%+|\/\/|!)/;

const cellsOf = (line: string, separator: string): readonly string[] =>
  (separator === " " ? line.trim().split(/[ \t]+/) : line.split(separator)).map((cell) =>
    cell
      .replace(/\r$/, "")
      .trim()
      .replace(/^"(.*)"$/, "$1"),
  );

/** The remedy for a line that looks like a comment. */
export const commentRemedy = (line: string, { comment }: ReadTableOptions): string | undefined => {
  const mark = comments.exec(line)?.[1];
  return mark === undefined || comment !== undefined
    ? undefined
    : `If the line is a comment, set comment to ${JSON.stringify(mark)}.`;
};

/**
 * The options that would find the requested columns: a line of names further down, another separator, a comment.
 * `lines` are the first lines of the file, and `at` is the index of the line that was taken for the names.
 */
export const foreignRemedy = (
  lines: readonly string[],
  at: number,
  asked: readonly string[],
  text: ReadTableOptions,
): string | undefined => {
  const declared = /^\uFEFF?sep=(.)/.exec(lines[0] ?? "")?.[1];
  if (declared !== undefined && at === 0) {
    return `The line declares the separator: set skipLines to 1 and separator to ${JSON.stringify(declared)}.`;
  }
  const order = [text.separator, ...separators.filter((one) => one !== text.separator)];
  for (let k = asked.length === 0 ? lines.length : at; k < lines.length; k++) {
    const mark = comments.exec(lines[k]!)?.[1];
    const line = lines[k]!.replace(/^\uFEFF/, "");
    for (const separator of order) {
      const has = (names: readonly string[]): boolean => asked.every((name) => names.includes(name));
      if (mark === undefined && has(cellsOf(line, separator))) return found(lines, at, k, separator, text);
      const names = mark === undefined ? [] : cellsOf(line.replace(comments, ""), separator);
      if (!has(names)) continue;
      const indices = asked.map((name) => `${names.indexOf(name)} for ${JSON.stringify(name)}`).join(", ");
      const other = separator === text.separator ? "" : `, separator to ${JSON.stringify(separator)}`;
      return `A comment names them: set comment to ${JSON.stringify(mark)}${other} and header to false, and request columns by index: ${indices}.`;
    }
  }
  const header = lines[at] ?? "";
  const comment = commentRemedy(header, text);
  if (comment !== undefined) return comment;
  const split = order.find((one) => one !== " " && one !== text.separator && header.includes(one));
  if (cellsOf(header, text.separator).length > 1 || split === undefined) return undefined;
  return `If ${split === "\t" ? "tabs separate" : `"${split}" separates`} the cells, set separator to ${JSON.stringify(split)}.`;
};

/** The remedy if line `k` names the columns with this separator. */
const found = (
  lines: readonly string[],
  at: number,
  k: number,
  separator: string,
  text: ReadTableOptions,
): string | undefined => {
  const remedies: string[] = [];
  const before = lines.slice(at, k);
  const mark = comments.exec(before[0] ?? "")?.[1];
  if (mark !== undefined && before.every((line) => line.trimStart().startsWith(mark))) {
    remedies.push(`comment to ${JSON.stringify(mark)}`);
  } else if (k > at) remedies.push(`skipLines to ${k}`);
  if (separator !== text.separator) remedies.push(`separator to ${JSON.stringify(separator)}`);
  if (remedies.length === 0) return undefined;
  return `Line ${k + 1} names the columns: set ${remedies.join(" and ")}.`;
};
