import { join } from "node:path";
import { FileError, type Progress } from "spark-snn";
import { writeAtomic } from "spark-snn/node";
import type { Arguments } from "./arguments.ts";
import { warn } from "./run-options.ts";
import { numberText, ProgressBar, type Terminal } from "./terminal.ts";

/** The time that a figure shows, and the time of the run, ms. */
export interface ShownTime {
  readonly to: number;
  readonly duration: number;
}

/**
 * Writes figure.svg and figure.png to a folder of results and returns their names. If a figure cannot be drawn, the
 * function prints a warning, because the records are more important.
 */
export const writeFigure = async (
  folder: string,
  { to, duration }: ShownTime,
  terminal: Terminal,
  draw: () => Promise<string | undefined>,
): Promise<string[]> => {
  try {
    const svg = await draw();
    if (svg === undefined) return [];
    await writeAtomic(join(folder, "figure.svg"), svg);
    const { toPng } = await import("@spark-snn/plot/png");
    await writeAtomic(join(folder, "figure.png"), toPng(svg));
    if (to < duration) {
      warn([`The figure shows the first ${numberText(to)} ms. Draw other parts with spark-snn plot.`], terminal);
    }
    return ["figure.svg", "figure.png"];
  } catch (error) {
    if (error instanceof FileError) throw error;
    warn([`No figure was drawn: ${(error as Error).message}`], terminal);
    return [];
  }
};

/** Runs work with a handler for Ctrl-C, and with a progress bar that disappears at the end. */
export const watched = async <T>(
  given: Arguments,
  terminal: Terminal,
  run: (watch: { readonly signal: AbortSignal; readonly progress: (progress: Progress) => void }) => Promise<T>,
): Promise<T> => {
  const bar = new ProgressBar(terminal, given.has("quiet"));
  try {
    return await run({
      signal: terminal.signal,
      progress: ({ fraction, remaining }) => bar.draw(fraction, remaining),
    });
  } finally {
    bar.clear();
  }
};
