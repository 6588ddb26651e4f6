import { join } from "node:path";
import { byDefault, choice, flag, readOptions, type Written } from "../config/options.ts";
import { Place, Site } from "../config/place.ts";
import { describe } from "../config/shape.ts";
import { ConfigError, FileError, StateError } from "../errors/errors.ts";
import type { RecordHeader, RecordSink } from "../record/sink.ts";
import { makeResultsFolder } from "./files.ts";
import { rowCsv, spikeCsv } from "./folder-csv.ts";
import {
  binnedTable,
  type RecordValues,
  type RowFile,
  type RowTable,
  type SpikeFile,
  traceTable,
} from "./folder-file.ts";
import { markPartial, type PartialMark } from "./folder-mark.ts";
import { rowNpz, spikeNpz } from "./folder-npz.ts";

export const folderOptions = {
  /** `csv` (default): tables that every program reads. `npz`: arrays for NumPy, smaller and faster. */
  format: byDefault(
    "csv",
    choice("Format of the records: text (csv), or arrays for NumPy (npz).", ["csv", "npz"], "Omit it for csv."),
  ),
  /** Writes to a folder that is not empty, and replaces files of the same name. Default false. */
  force: flag(false, "Writes to a folder that is not empty; replaces files of the same name."),
};

export interface FolderOptions extends Written<typeof folderOptions> {}

/** A sink that writes the records of a run to files in a folder during the run. */
export interface FolderSink extends RecordSink {
  /** Names of the files in the folder; complete when the run has ended. */
  readonly files: readonly string[];
  /** Whether the run completed; undefined until it has ended. */
  readonly complete: boolean | undefined;
  /** The step up to which all files are complete. If something could not be written, the run may have gone on longer. */
  readonly lastStep: number;
}

const formats = {
  csv: { spikes: "outSpikes.csv", extension: "csv", spikeFile: spikeCsv, rowFile: rowCsv },
  npz: { spikes: "spikes.npz", extension: "npz", spikeFile: spikeNpz, rowFile: rowNpz },
} as const;

/**
 * Writes records to a folder, which is created if it does not exist.
 *
 * `csv`: `outSpikes.csv` (`step,time_ms,unit`), for each variable `<name>.csv` (`step,time_ms,unit,potential_mV`; with
 * a reduction over units `step,time_ms,mean_potential_mV`), and `rate.csv` (`step,time_ms,rate_Hz`, with `unit` for
 * rates per unit); `activeFraction.csv` likewise. For weights, `<projection>.csv` has `synapse` or `target` in
 * place of `unit`. A histogram has a line per bin: `from_mV,to_mV,count_potential`. `npz`: `spikes.npz` (`steps`, `units`, `dt`) and `<name>.npz` (`steps`, `times`, `units`, `values`
 * of rows × columns). Steps count from 1, times are in ms, units are flat indices from 0.
 *
 * Files get their final names only when the run has ended. A file `PARTIAL` marks the folder during the run, and a
 * complete run removes it. If a run is stopped, or if the disk is full, the files contain the complete records until
 * then. An NPZ file that cannot be joined stays as one `.npy` file per array (`potential.values.npy`). Joining needs at
 * most 1 MiB of disk space more, if the disk has sparse files. Memory holds at most one chunk of the run.
 *
 * The folder must be empty when a run starts, unless `force` is true: results of different runs are not mixed. The run
 * ends with a FileError if the folder is not empty, or if something cannot be written.
 *
 * @throws ConfigError for an unknown format or option
 */
export const recordToFolder = (folder: string, options: FolderOptions = {}): FolderSink => {
  const site = new Site(new Place(["recordToFolder"]), [], undefined);
  const read = readOptions(folderOptions, options, site);
  if (!read) throw new ConfigError(site.issues);
  if (typeof folder !== "string" || folder === "") {
    throw new ConfigError({
      path: "recordToFolder.folder",
      message: `must be the path of a folder; received ${describe(folder)}. Name one.`,
    });
  }
  return new FilesOfRun(folder, formats[read.format], read.force);
};

class FilesOfRun implements FolderSink {
  /** A disk of the network that hangs must not hold an aborted run, but a busy disk gets the time to finish. */
  readonly grace = 5000;
  readonly #folder: string;
  readonly #format: (typeof formats)[keyof typeof formats];
  readonly #force: boolean;
  #spikes: SpikeFile | undefined;
  #rows = new Map<string, RowFile>();
  #open = new Map<string, SpikeFile | RowFile>();
  #files: readonly string[] = [];
  #complete: boolean | undefined;
  #lastStep = 0;
  #busy = false;
  #mark: PartialMark | undefined;

  constructor(folder: string, format: (typeof formats)[keyof typeof formats], force: boolean) {
    this.#folder = folder;
    this.#format = format;
    this.#force = force;
  }

  get files(): readonly string[] {
    return this.#files;
  }

  get complete(): boolean | undefined {
    return this.#complete;
  }

  get lastStep(): number {
    return this.#lastStep;
  }

  async open({ dt, firstStep, spikes, rate, activeFraction, traces }: RecordHeader): Promise<void> {
    if (this.#busy) {
      throw new StateError(`recordToFolder("${this.#folder}") already serves a run. Create a sink for each run.`);
    }
    this.#busy = true;
    this.#files = [];
    this.#complete = undefined;
    this.#lastStep = firstStep - 1;
    this.#rows = new Map();
    this.#spikes = undefined;
    this.#mark = undefined;
    try {
      const permit = "pass force: true to replace files of the same name";
      await makeResultsFolder(this.#folder, { force: this.#force, permit });
      this.#mark = await markPartial(this.#folder);
      if (spikes) {
        const name = this.#format.spikes;
        this.#spikes = await this.#format.spikeFile(join(this.#folder, name), dt);
        this.#open.set(name, this.#spikes);
      }
      for (const trace of traces) await this.#addRows(trace.name, traceTable(trace, dt));
      for (const own of [rate, activeFraction]) if (own) await this.#addRows(own.name, binnedTable(own, dt));
    } catch (error) {
      await Promise.all([...this.#open.values()].map((file) => file.abort()));
      this.#open.clear();
      this.#busy = false;
      await (this.#mark as PartialMark | undefined)?.takeBack();
      throw error;
    }
  }

  async spikes(steps: Uint32Array, units: Uint32Array): Promise<void> {
    await this.#spikes?.append(steps, units);
  }

  async rows(name: string, steps: Float64Array, values: RecordValues): Promise<void> {
    await this.#rows.get(name)?.append(steps, values);
  }

  reached(step: number): void {
    this.#lastStep = step;
  }

  /** Finishes every file, even if another one fails. Of a file that fails, the complete rows are kept. */
  async close(complete: boolean): Promise<void> {
    const open = [...this.#open];
    this.#open.clear();
    this.#busy = false;
    const failures: unknown[] = [];
    const closed = await Promise.all(
      open.map(async ([name, file]): Promise<readonly string[]> => {
        try {
          await file.finish();
          return [name];
        } catch (error) {
          failures.push(error);
          return file.keep().catch((reason: unknown) => {
            failures.push(reason);
            return [];
          });
        }
      }),
    );
    this.#files = closed.flat();
    this.#complete = complete && failures.length === 0;
    await this.#mark?.end(this.#complete);
    if (failures.length === 0) return;
    const reasons = [...new Set(failures.map((error) => (error instanceof Error ? error.message : String(error))))];
    const kept = this.#files.length > 0 ? [`Records until then are in ${this.#files.join(", ")}.`] : [];
    throw new FileError([...reasons, ...kept].join(" "), { cause: failures[0] });
  }

  async #addRows(name: string, table: RowTable): Promise<void> {
    const file = `${name}.${this.#format.extension}`;
    const rows = await this.#format.rowFile(join(this.#folder, file), table);
    this.#rows.set(name, rows);
    this.#open.set(file, rows);
  }
}
