import { ModelError, UnitError } from "../errors/errors.ts";

/** A part of a text: from `start`, up to but excluding `end`, in characters. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The start of a text, for problems that have no place of their own. */
export const START: Span = { start: 0, end: 0 };

/** What is wrong at a place of a text. */
export interface Problem extends Span {
  /** A sentence that states the problem, and a sentence that says what to do. */
  readonly message: string;
  /** Whether the problem is about units. */
  readonly isUnit: boolean;
}

/** A place in a text, counted from 1. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

export const lineColumn = (text: string, at: number): LineColumn => {
  const before = text.slice(0, at).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
};

/** Number of characters of a line that a message shows. */
const SHOWN = 100;

/** The line of a problem, and under it a line of carets. */
export const caretLines = (text: string, { start, end }: Span): string => {
  // Before a newline at the start of the text there is nothing to search.
  const first = start === 0 ? 0 : text.lastIndexOf("\n", start - 1) + 1;
  const newline = text.indexOf("\n", start);
  const last = newline < 0 ? text.length : newline;
  const from = Math.max(first, Math.min(start - 20, last - SHOWN));
  const line = text.slice(from, Math.min(last, from + SHOWN)).replaceAll(/[\t\r]/g, " ");
  const carets = "^".repeat(Math.max(1, Math.min(end, last, from + SHOWN) - start));
  return `  ${line}\n  ${" ".repeat(start - from)}${carets}`;
};

/** A part without the parentheses around the whole of it. */
const withoutParentheses = (text: string): string => {
  if (!text.startsWith("(") || !text.endsWith(")")) return text;
  let depth = 0;
  for (const [k, sign] of [...text].entries()) {
    depth += sign === "(" ? 1 : sign === ")" ? -1 : 0;
    if (depth === 0 && k < text.length - 1) return text;
  }
  return withoutParentheses(text.slice(1, -1).trim());
};

/** Collects the problems of a text. */
export class Problems {
  readonly text: string;
  readonly found: Problem[] = [];

  constructor(text: string) {
    this.text = text;
  }

  /** Adds a problem. Only the first problem of a place is kept, because others usually follow from it. */
  add({ start, end }: Span, message: string, isUnit = false): undefined {
    if (this.found.some((known) => known.start === start && known.end === end)) return undefined;
    this.found.push({ start, end, message, isUnit });
  }

  /** The source text of a part, shortened if it is long. */
  quote({ start, end }: Span, most = 40): string {
    const text = withoutParentheses(this.text.slice(start, end).replaceAll(/\s+/g, " ").trim());
    return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
  }

  /** One entry for each problem, in the order of the text: its place, the sentences, and the line with carets. */
  texts(): string[] {
    return [...this.found]
      .sort((a, b) => a.start - b.start)
      .map((problem) => {
        const { line, column } = lineColumn(this.text, problem.start);
        return `line ${line}, column ${column}: ${problem.message}\n${caretLines(this.text, problem)}`;
      });
  }

  /** @throws UnitError if all problems are about units, otherwise ModelError, with all problems */
  refuse(name: string): void {
    if (this.found.length === 0) return;
    const message = this.texts()
      .map((text) => `${name}, ${text}`)
      .join("\n");
    throw this.found.every(({ isUnit }) => isUnit) ? new UnitError(message) : new ModelError(message);
  }
}
