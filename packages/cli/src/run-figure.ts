import { join } from "node:path";
import { FileError, type Progress } from "spark-snn";
import { writeAtomic } from "spark-snn/node";
import type { Arguments } from "./arguments.ts";
import { warn } from "./run-options.ts";
import { numberText, ProgressBar, type Terminal } from "./terminal.ts";

/** The time in ms that a figure of a run shows, of the time that ran. */
export interface ShownTime {
  readonly to: number;
  readonly duration: number;
}

/**
 * Leaves figure.svg and figure.png in a folder of results; returns the names of what it wrote. A figure that cannot be
 * drawn is warned of: the records are what matters, and stay.
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
      warn([`The figure shows the first ${numberText(to)} ms. Draw more with spark-snn plot.`], terminal);
    }
    return ["figure.svg", "figure.png"];
  } catch (error) {
    if (error instanceof FileError) throw error;
    warn([`No figure was drawn: ${(error as Error).message}`], terminal);
    return [];
  }
};

/** What a run of the command line is watched by: Ctrl-C, and a bar that is gone when it has ended. */
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
