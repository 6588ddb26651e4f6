import { FileError, type RecordHeader, type RecordSink, StateError } from "spark-snn";
import { makeResultsFolder, markPartial, type PartialMark } from "spark-snn/node";
import { type GrowingFile, growingFile, type Writer } from "./record-file.ts";
import { type ReportStream, type SpikeStream, startReport, startSpikes } from "./streams.ts";

/* Records of a run as files of SONATA, written during the run. */

export interface SonataRecordOptions {
  /** Write to a folder that is not empty, and replace files of the same name. Default false. */
  readonly force?: boolean;
  /**
   * Gives the sink for the records of a population that SONATA cannot hold, such as `recordToFolder`. It is called only
   * for populations with such records. Default: they are not written, and `leftOut` names them.
   */
  readonly others?: (population: string) => RecordSink;
}

/** The sink of a population. */
export interface SonataSink extends RecordSink {
  /** Names of the files of SONATA with its records; complete when the run has ended. */
  readonly files: readonly string[];
  /** The step up to which these files are complete, counted from 1. */
  readonly lastStep: number;
}

/** Records of a run as files of SONATA. */
export interface SonataRecorder {
  /** The sink of a population. Take it for each population of the run before the run starts. */
  population(name: string): SonataSink;
  /** Names of the files in the folder; complete when the run has ended. */
  readonly files: readonly string[];
  /** Names of records that SONATA cannot hold, such as "cells.rate". They are not written. */
  readonly leftOut: readonly string[];
  /** Names of records whose values were rounded to single precision, such as "cells.potential". */
  readonly rounded: readonly string[];
}

const SPIKES = "spikes.h5";

/**
 * Writes the records of a run to files of SONATA in a folder, which is created: the spikes of all populations to
 * `spikes.h5`, and each state variable to a report such as `potential.h5`. Memory holds some thousands of spikes and rows.
 * Values of reports have single precision, as SONATA demands. Units are nodes with the same numbers.
 *
 * Records with a condition, in windows or with a reduction, rates and weights have no place in these files. `others` gives a
 * sink for them; without it, they are not written, and `leftOut` names them.
 *
 * Files get their final names when the run has ended. Until then, `.spikes.h5.RANDOM.tmp` is a readable file of the records
 * up to some seconds before, also after a run that was killed. A file `PARTIAL` marks the folder during the run, and a
 * complete run removes it. If the disk is full, the run ends with an error, and the files contain the records up to the
 * `lastStep` of each sink.
 *
 * A recorder serves one run.
 *
 * @throws FileError in the run if the folder contains files, unless `force` is true, or if something cannot be written
 */
export const recordToSonata = (folder: string, options: SonataRecordOptions = {}): SonataRecorder => {
  const recorder = new Recorder(folder, options);
  return {
    population: (name) => sinkOf(new PopulationSink(name, recorder)),
    get files() {
      return recorder.files;
    },
    get leftOut() {
      return recorder.leftOut;
    },
    get rounded() {
      return recorder.rounded;
    },
  };
};

/** A plain object, so that a sink of your own can spread it. */
const sinkOf = (own: PopulationSink): SonataSink => ({
  grace: own.grace,
  open: (header) => own.open(header),
  spikes: (steps, units) => own.spikes(steps, units),
  rows: (name, steps, values) => own.rows(name, steps, values),
  reached: (step) => own.reached(step),
  close: (complete) => own.close(complete),
  get files() {
    return own.files;
  },
  get lastStep() {
    return own.lastStep;
  },
});

/** The files of a run, which its populations share. */
class Recorder {
  readonly files: string[] = [];
  readonly leftOut: string[] = [];
  readonly rounded: string[] = [];
  readonly others: SonataRecordOptions["others"];
  readonly #folder: string;
  readonly #force: boolean;
  readonly #open = new Map<string, Promise<GrowingFile>>();
  readonly #ready: GrowingFile[] = [];
  readonly #names = new Set<string>();
  #made: Promise<PartialMark> | undefined;
  /** Populations that are opened or open. */
  #running = 0;
  #hasOpened = false;
  #isComplete = true;
  #hasEnded = false;

  constructor(folder: string, { force = false, others }: SonataRecordOptions) {
    this.#folder = folder;
    this.#force = force;
    this.others = others;
  }

  /** @throws StateError for a second run, and for a population that occurs twice */
  begin(population: string): void {
    if (this.#hasEnded) {
      throw new StateError(`recordToSonata("${this.#folder}") served a run. Create a recorder for each run.`);
    }
    if (this.#names.has(population)) {
      const message = `recordToSonata("${this.#folder}").population("${population}") is used twice. Use other names.`;
      throw new StateError(message);
    }
    this.#names.add(population);
    this.#running++;
  }

  file(name: string, group: string): Promise<GrowingFile> {
    const found = this.#open.get(name) ?? this.#start(name, group);
    this.#open.set(name, found);
    return found;
  }

  opened(): void {
    this.#hasOpened = true;
  }

  /** Commits all files together if one is due, so that all are complete up to nearly the same step. */
  async commitIfDue(): Promise<void> {
    if (!this.#ready.some(({ isDue }) => isDue)) return;
    for (const file of this.#ready) await file.commit();
  }

  /** Ends a population. The last one closes every file, even if another one fails. */
  async end(complete: boolean): Promise<void> {
    this.#isComplete &&= complete;
    if (--this.#running > 0) return;
    this.#hasEnded = true;
    const failures: unknown[] = [];
    for (const opening of this.#open.values()) {
      const file = await opening.catch(() => undefined);
      if (!this.#hasOpened) await file?.discard();
      if (!file || !this.#hasOpened) continue;
      // A file whose last part does not fit keeps its name and the part before.
      this.files.push(file.name);
      await file.finish().catch((error: unknown) => failures.push(error));
    }
    const mark = await this.#made?.catch(() => undefined);
    await (this.#hasOpened ? mark?.end(this.#isComplete && failures.length === 0) : mark?.takeBack());
    if (failures.length === 0) return;
    const reasons = new Set(failures.map((error) => (error instanceof Error ? error.message : String(error))));
    throw new FileError([...reasons, `Records until then are in ${this.files.join(", ")}.`].join(" "), {
      cause: failures[0],
    });
  }

  async #start(name: string, group: string): Promise<GrowingFile> {
    this.#made ??= this.#make();
    await this.#made;
    const file = await growingFile(this.#folder, name, group);
    this.#ready.push(file);
    return file;
  }

  async #make(): Promise<PartialMark> {
    const permit = "pass force: true to replace files of the same name";
    await makeResultsFolder(this.#folder, { force: this.#force, permit });
    return markPartial(this.#folder);
  }
}

type TracePlan = RecordHeader["traces"][number];

class PopulationSink implements Writer {
  /** A disk of the network that hangs must not hold an aborted run, but a busy disk gets the time to finish. */
  readonly grace = 5000;
  readonly #name: string;
  readonly #recorder: Recorder;
  readonly #files = new Set<GrowingFile>();
  #spikes: SpikeStream | undefined;
  readonly #reports = new Map<string, ReportStream>();
  /** The sink of records that SONATA cannot hold. */
  #others: RecordSink | undefined;
  step = 0;
  #first = 0;

  constructor(name: string, recorder: Recorder) {
    this.#name = name;
    this.#recorder = recorder;
  }

  get files(): readonly string[] {
    return [...this.#files].map(({ name }) => name);
  }

  get lastStep(): number {
    return Math.min(this.step, ...[...this.#files].map(({ committed }) => committed.get(this) ?? this.#first));
  }

  flush(): void {
    this.#spikes?.flush();
    for (const report of this.#reports.values()) report.flush();
  }

  async open(header: RecordHeader): Promise<void> {
    this.#recorder.begin(this.#name);
    this.step = header.firstStep - 1;
    this.#first = this.step;
    try {
      await this.#openFiles(header);
      await this.#openOthers(header);
      this.#recorder.opened();
    } catch (error) {
      for (const { writers } of this.#files) writers.delete(this);
      // The first error matters.
      await this.#recorder.end(false).catch(() => undefined);
      throw error;
    }
  }

  async spikes(steps: Uint32Array, units: Uint32Array): Promise<void> {
    this.#spikes?.append(steps, units);
    await this.#recorder.commitIfDue();
  }

  async rows(name: string, steps: Float64Array, values: Float32Array | Float64Array | Int32Array): Promise<void> {
    const report = this.#reports.get(name);
    if (!report) {
      await this.#others?.rows(name, steps, values);
      return;
    }
    report.append(steps, values);
    await this.#recorder.commitIfDue();
  }

  async reached(step: number): Promise<void> {
    this.step = step;
    await this.#recorder.commitIfDue();
    await this.#others?.reached?.(step);
  }

  async close(complete: boolean): Promise<void> {
    for (const [name, { isRounded }] of this.#reports) {
      if (isRounded) this.#recorder.rounded.push(`${this.#name}.${name}`);
    }
    const ends = await Promise.allSettled([this.#others?.close(complete), this.#recorder.end(complete)]);
    const failed = ends.find(({ status }) => status === "rejected");
    if (failed) throw (failed as PromiseRejectedResult).reason;
  }

  async #openFiles(header: RecordHeader): Promise<void> {
    const { dt, spikes, traces } = header;
    if (spikes) {
      const file = await this.#file(SPIKES, "spikes");
      this.#spikes = startSpikes(file.group.group(this.#name), dt, file.wrote);
    }
    for (const plan of traces.filter(isReport)) {
      const file = await this.#file(`${plan.name}.h5`, "report");
      const units = plan.units ?? Array.from({ length: header.units }, (_, k) => k);
      this.#reports.set(plan.name, startReport(file.group.group(this.#name), plan, units, dt, file.wrote));
    }
    for (const file of this.#files) await file.commit();
  }

  async #file(name: string, group: string): Promise<GrowingFile> {
    const file = await this.#recorder.file(name, group);
    file.writers.add(this);
    this.#files.add(file);
    return file;
  }

  async #openOthers(header: RecordHeader): Promise<void> {
    const traces = header.traces.filter((plan) => !isReport(plan));
    const binned = [header.rate, header.activeFraction].flatMap((plan) => plan ?? []);
    if (traces.length === 0 && binned.length === 0) return;
    const { others, leftOut } = this.#recorder;
    if (!others) {
      leftOut.push(...[...traces, ...binned].map(({ name }) => `${this.#name}.${name}`));
      return;
    }
    const sink = others(this.#name);
    await sink.open({ ...header, spikes: undefined, traces });
    this.#others = sink;
  }
}

/** Whether a record has a value for each of its units at regular times. */
const isReport = ({ reduce, windows, trigger, columnsAre, columns }: TracePlan): boolean =>
  reduce === undefined &&
  windows === undefined &&
  trigger === undefined &&
  (columnsAre === undefined || columnsAre === ("unit" as never)) &&
  columns > 0;
