import { rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { FileError, type RecordHeader, type RecordSink } from "spark-snn";
import { makeResultsFolder } from "spark-snn/node";
import { fileStore } from "../hdf5/node-store.ts";
import type { ByteStore } from "../hdf5/store.ts";
import { createHdf5, type Hdf5Writer, type WrittenGroup } from "../hdf5/write.ts";
import { markSonata } from "./export-files.ts";
import { type ReportStream, type SpikeStream, startReport, startSpikes } from "./streams.ts";

/* Records of a run as files of SONATA, written during the run. */

export interface SonataRecordOptions {
  /** Write to a folder that is not empty, and replace files of the same name. Default false. */
  readonly force?: boolean;
}

/** Records of a run as files of SONATA. */
export interface SonataRecorder {
  /** The sink of a population. Take it for each population of the run before the run starts. */
  population(name: string): RecordSink;
  /** Names of the files in the folder; complete when the run has ended. */
  readonly files: readonly string[];
  /** Names of records that SONATA cannot hold, such as "cells.rate". They are not written. */
  readonly leftOut: readonly string[];
}

const SPIKES = "spikes.h5";

/** An HDF5 file with a temporary name until it is complete. */
interface OpenFile {
  readonly name: string;
  readonly temporary: string;
  readonly store: ByteStore & { close(): void };
  readonly file: Hdf5Writer;
  /** The group of the populations: "spikes" or "report". */
  readonly group: WrittenGroup;
}

/**
 * Writes the records of a run to files of SONATA in a folder, which is created: the spikes of all populations to
 * `spikes.h5`, and each state variable to a report such as `potential.h5`. Memory holds some thousands of spikes and rows.
 * Values of reports have single precision, as SONATA demands. Units are nodes with the same numbers.
 *
 * Records of single steps or with a reduction, rates and weights have no place in these files; `leftOut` names them. Files get
 * their final names when the run has ended.
 *
 * @throws FileError in the run if the folder contains files, unless `force` is true, or if something cannot be written
 */
export const recordToSonata = (folder: string, { force = false }: SonataRecordOptions = {}): SonataRecorder => {
  const recorder = new Recorder(folder, force);
  return {
    population: (name) => recorder.population(name),
    get files() {
      return recorder.files;
    },
    get leftOut() {
      return recorder.leftOut;
    },
  };
};

class Recorder {
  readonly files: string[] = [];
  readonly leftOut: string[] = [];
  readonly #folder: string;
  readonly #force: boolean;
  readonly #open = new Map<string, Promise<OpenFile>>();
  #made: Promise<unknown> | undefined;
  #running = 0;

  constructor(folder: string, force: boolean) {
    this.#folder = folder;
    this.#force = force;
  }

  population(name: string): RecordSink {
    let spikes: SpikeStream | undefined;
    const reports = new Map<string, ReportStream>();
    this.#running++;
    return {
      open: async (header) => {
        this.#made ??= makeResultsFolder(this.#folder, {
          force: this.#force,
          permit: "pass force: true to replace files of the same name",
        });
        await this.#made;
        if (header.spikes) spikes = startSpikes((await this.#file(SPIKES, "spikes")).group.group(name), header.dt);
        for (const plan of header.traces) {
          if (!isReport(plan)) {
            this.leftOut.push(`${name}.${plan.name}`);
            continue;
          }
          const file = await this.#file(`${plan.name}.h5`, "report");
          const units = plan.units ?? Array.from({ length: header.units }, (_, k) => k);
          reports.set(plan.name, startReport(file.group.group(name), plan, units, header.dt));
        }
        for (const own of [header.rate, header.activeFraction]) if (own) this.leftOut.push(`${name}.${own.name}`);
      },
      spikes: (steps, units) => spikes?.append(steps, units),
      rows: (variable, steps, values) => reports.get(variable)?.append(steps, values),
      close: async () => {
        spikes?.finish();
        for (const report of reports.values()) report.finish();
        this.#running--;
        if (this.#running === 0) await this.#finish();
      },
    };
  }

  #file(name: string, group: string): Promise<OpenFile> {
    const found = this.#open.get(name) ?? this.#start(name, group);
    this.#open.set(name, found);
    return found;
  }

  async #start(name: string, group: string): Promise<OpenFile> {
    const id = Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, "0"));
    const temporary = join(this.#folder, `.${name}.${id.join("")}.tmp`);
    const store = fileStore(temporary, "w");
    const file = await createHdf5(store);
    markSonata(file.root);
    return { name, temporary, store, file, group: file.root.group(group) };
  }

  /** Closes every file, even if another one fails. */
  async #finish(): Promise<void> {
    const failures: unknown[] = [];
    for (const opening of this.#open.values()) {
      const { name, temporary, store, file } = await opening;
      try {
        file.close();
        store.close();
        await rename(temporary, join(this.#folder, name));
        this.files.push(name);
      } catch (error) {
        failures.push(error);
        await unlink(temporary).catch(() => undefined);
      }
    }
    this.#open.clear();
    if (failures.length === 0) return;
    const reasons = failures.map((error) => (error instanceof Error ? error.message : String(error)));
    throw new FileError(reasons.join(" "), { cause: failures[0] });
  }
}

type TracePlan = RecordHeader["traces"][number];

/** Whether a record has a value for each of its units at regular times. */
const isReport = ({ reduce, windows, trigger, columnsAre, columns }: TracePlan): boolean =>
  reduce === undefined &&
  windows === undefined &&
  trigger === undefined &&
  (columnsAre === undefined || columnsAre === ("unit" as never)) &&
  columns > 0;
