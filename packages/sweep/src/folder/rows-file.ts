import { type FileHandle, open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileError } from "spark-snn/node";
import type { SweepPlan, SweepRow } from "../runs.ts";

/* The rows of a sweep as JSON lines, written as the runs end. Each task has its own file. */

const ROWS = /^rows(-\d+-of-\d+)?\.jsonl$/;

/** Name of the file of a task, or of a sweep without tasks. */
export const rowsName = (share?: { readonly task: number; readonly tasks: number }): string =>
  share ? `rows-${share.task}-of-${share.tasks}.jsonl` : "rows.jsonl";

type Line = {
  readonly index: number;
  readonly measures: Readonly<Record<string, number | null>>;
  readonly error?: string;
};

const lineOf = ({ index, measures, error }: SweepRow): string =>
  // JSON writes NaN as null.
  JSON.stringify({ index, measures, ...(error !== undefined && { error }) });

const parsed = (text: string): Line | undefined => {
  try {
    const line = JSON.parse(text) as Line;
    return typeof line === "object" && line !== null && typeof line.measures === "object" ? line : undefined;
  } catch {
    // A process that was killed left half a line; its run is made again.
    return undefined;
  }
};

/** The rows of all files in a folder, in the order of the plan. */
export const readRows = async (folder: string, plan: SweepPlan): Promise<SweepRow[]> => {
  const names = (await readdir(folder)).filter((name) => ROWS.test(name)).sort();
  const found = new Map<number, SweepRow>();
  for (const name of names) {
    const path = join(folder, name);
    const text = await readFile(path, "utf8").catch(async (error: unknown) => {
      throw await fileError(error, path, "read");
    });
    for (const one of text.split("\n")) {
      const line = parsed(one);
      const planned = line && plan.runs[line.index];
      if (!planned) continue;
      const measures = Object.fromEntries(
        Object.entries(line.measures).map(([key, value]) => [key, value ?? Number.NaN]),
      );
      found.set(line.index, { ...planned, measures, ...(line.error !== undefined && { error: line.error }) });
    }
  }
  return [...found.values()].sort((a, b) => a.index - b.index);
};

/** Appends rows to a file. A line is written in one call, so that a killed process leaves at most half of the last. */
export class RowsFile {
  readonly #handle: FileHandle;
  readonly #shown: string;
  #last: Promise<unknown> = Promise.resolve();
  #error: unknown;

  private constructor(handle: FileHandle, shown: string) {
    this.#handle = handle;
    this.#shown = shown;
  }

  static async open(folder: string, name: string): Promise<RowsFile> {
    const path = join(folder, name);
    try {
      const handle = await open(path, "a+");
      const { size } = await handle.stat();
      if (size > 0) {
        const { buffer } = await handle.read(new Uint8Array(1), 0, 1, size - 1);
        if (buffer[0] !== 0x0a) await handle.appendFile("\n");
      }
      return new RowsFile(handle, path);
    } catch (error) {
      throw await fileError(error, path, "written");
    }
  }

  /** @throws the error of an earlier row that could not be written */
  add(row: SweepRow): void {
    if (this.#error !== undefined) throw this.#error;
    this.#last = this.#last
      .then(() => this.#handle.appendFile(`${lineOf(row)}\n`))
      .catch(async (error: unknown) => {
        this.#error ??= await fileError(error, this.#shown, "written");
      });
  }

  /** Waits for all rows. @throws the error of a row that could not be written */
  async close(): Promise<void> {
    await this.#last;
    await this.#handle.close();
    if (this.#error !== undefined) throw this.#error;
  }
}
