import type { FileReading } from "spark-snn";

/** Input and output of a command; tests pass their own. */
export interface Terminal {
  /** Writes to standard output. */
  out(text: string): void;
  /** Writes to standard error. */
  err(text: string): void;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Base folder of relative paths. */
  readonly folder: string;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
}

export type Style = "bold" | "red" | "yellow" | "green" | "dim";
const codes: Readonly<Record<Style, number>> = { bold: 1, red: 31, yellow: 33, green: 32, dim: 2 };
const ESCAPE = "\u001b[";

const OWN = [...Object.values(codes).map((code) => `${ESCAPE}${code}m`), `${ESCAPE}0m`, `${ESCAPE}2K`];

/** Text with control characters as \\u001b, except line breaks, tabs and the sequences of this program. */
export const visible = (text: string): string =>
  text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (sign, at: number) =>
    sign === "\n" || sign === "\t" || OWN.some((own) => text.startsWith(own, sign === "\r" ? at + 1 : at))
      ? sign
      : `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** A name from a document on one line. */
export const nameText = (name: string): string =>
  visible(name).replaceAll("\n", "\\u000a").replaceAll(ESCAPE, "\\u001b[");

/** A terminal to which no text from a document can write control characters. */
export const guarded = (terminal: Terminal): Terminal =>
  Object.create(terminal, {
    out: { value: (text: string) => terminal.out(visible(text)) },
    err: { value: (text: string) => terminal.err(visible(text)) },
  }) as Terminal;

/** Colours text if the output is a terminal with colours; https://no-color.org. */
export const styleText = (terminal: Terminal, where: "out" | "err", style: Style, text: string): string => {
  const { environment } = terminal;
  const isTerminal = where === "out" ? terminal.outIsTerminal : terminal.errIsTerminal;
  if (!isTerminal || environment["NO_COLOR"] || environment["TERM"] === "dumb") return text;
  return `${ESCAPE}${codes[style]}m${text}${ESCAPE}0m`;
};

/** Lines with two aligned columns. */
export const twoColumns = (rows: readonly (readonly [string, string])[], indent = "  "): string => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `${indent}${left.padEnd(width)}  ${right}`.trimEnd()).join("\n");
};

/** Rows that tell how files were read. */
export const readingRows = (readings: readonly FileReading[] = []): (readonly [string, string])[] =>
  readings.map(({ file, found }, k) => [k === 0 ? "read" : "", `${nameText(file)}: ${found.map(nameText).join(", ")}`]);

/** A table with headings and aligned columns. Numbers are passed as text. */
export const textTable = (headings: readonly string[], rows: readonly (readonly string[])[], indent = "  "): string => {
  const widths = headings.map((heading, k) => Math.max(heading.length, ...rows.map((row) => row[k]!.length)));
  const line = (cells: readonly string[]): string =>
    `${indent}${cells.map((cell, k) => cell.padEnd(widths[k]!)).join("  ")}`.trimEnd();
  return [line(headings), line(widths.map((width) => "─".repeat(width))), ...rows.map(line)].join("\n");
};

/** A duration as text: 40 ms, 2.5 s, 12 s, 3 min 20 s. */
export const durationText = (seconds: number): string => {
  if (seconds < 1) return `${Math.ceil(seconds * 1000)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.round(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

/** A number as text with four significant digits. */
export const numberText = (value: number): string => `${Number(value.toPrecision(4))}`;

const WIDTH = 28;

/** A progress bar that redraws its line on a terminal; silent elsewhere. */
export class ProgressBar {
  readonly #terminal: Terminal;
  readonly #shown: boolean;
  #drawn = false;

  constructor(terminal: Terminal, quiet: boolean) {
    this.#terminal = terminal;
    this.#shown = terminal.errIsTerminal && !quiet && terminal.environment["TERM"] !== "dumb";
  }

  /** `fraction` is from 0 to 1 and `remaining` in seconds, infinite if unknown; `note` describes the progress. */
  draw(fraction: number, remaining: number, note?: string): void {
    if (!this.#shown) return;
    const full = Math.floor(fraction * WIDTH);
    const bar = "█".repeat(full) + "░".repeat(WIDTH - full);
    const left = fraction < 1 && Number.isFinite(remaining) ? `${durationText(remaining)} left` : "";
    const parts = [`${bar} ${Math.floor(fraction * 100)} % ${left}`.trimEnd(), ...(note === undefined ? [] : [note])];
    this.#terminal.err(`\r${ESCAPE}2K${parts.join(" · ")}`);
    this.#drawn = true;
  }

  /** Removes the bar. */
  clear(): void {
    if (this.#drawn) this.#terminal.err(`\r${ESCAPE}2K`);
    this.#drawn = false;
  }
}
