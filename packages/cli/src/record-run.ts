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
const partialOf = <T extends RunInfo | BrainRunInfo>(error: unknown): T | undefined => {
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

/** Options of a run by which it is interrupted and shows its progress. */
interface Watch {
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
}

/** Runs work with a handler for Ctrl-C, and with a progress bar that disappears at the end. */
const watched = async <T>(given: Arguments, terminal: Terminal, run: (watch: Watch) => Promise<T>): Promise<T> => {
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

/** What a run of a population and of a network do in their own ways. */
export interface RecordedRun<Info, Summary> {
  /** Warnings that were printed before the run. */
  readonly warnings: readonly string[];
  simulate(watch: Watch): Promise<Info>;
  /** Resolves when all sinks are closed. */
  closed(): Promise<unknown>;
  /** Sentences about the files, after the run. */
  notes(): readonly string[];
  /** Writes the summary, which names the figures. */
  write(run: Info, drawn: readonly string[]): Promise<Summary>;
  /** Draws the figures and returns their names. */
  draw(run: Info): Promise<readonly string[]>;
}

/** Runs, and writes the summary and the figures. A run that fails leaves the summary of its records. */
export const recordRun = async <Info extends RunInfo | BrainRunInfo, Summary>(
  { warnings, simulate, closed, notes, write, draw }: RecordedRun<Info, Summary>,
  given: Arguments,
  terminal: Terminal,
): Promise<Summary> => {
  const run = await watched(given, terminal, simulate).catch(async (error: unknown) => {
    await closed();
    const partial = partialOf<Info>(error);
    // The first error matters, even if the disk is too full for a summary.
    if (partial) await write(partial, []).catch(() => {});
    throw error;
  });
  await closed();
  const summary = await write(run, []);
  warn([...run.warnings.filter((warning) => !warnings.includes(warning)), ...notes()], terminal);
  const drawn = given.has("no-figure") ? [] : await draw(run);
  return drawn.length > 0 ? write(run, drawn) : summary;
};
