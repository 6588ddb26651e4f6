import { join } from "node:path";
import type { BrainRunInfo, Progress, RunInfo } from "spark-snn";
import { writeAtomic } from "spark-snn/node";
import type { Arguments } from "./arguments.ts";
import { warn } from "./run-options.ts";
import { numberText, ProgressBar, type Terminal } from "./terminal.ts";

/** Name of the file that describes the results of a run. */
export const SUMMARY = "summary.json";
/** Files about all results in a folder, which an earlier run may have left. */
export const DESCRIPTIONS: readonly string[] = [SUMMARY, "figure.svg", "figure.png"];

/** The run until an error ended it, if it had begun. */
export const partialOf = <T extends RunInfo | BrainRunInfo = RunInfo>(error: unknown): T | undefined => {
  const partial = error instanceof Error ? (error as Error & { readonly partial?: T }).partial : undefined;
  return partial && partial.steps > 0 ? partial : undefined;
};

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
