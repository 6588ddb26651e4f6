import {
  type BackendChoice,
  BackendError,
  type Component,
  ConfigError,
  compile,
  type Experiment,
  type ExperimentOptions,
  experiment,
  FileError,
  type RecordSink,
  type Simulation,
  StateError,
  simulatePrepared,
} from "spark-snn";
import { describe } from "spark-snn/documents";
import { splitValues } from "./live.ts";
import type { MeasuredRun, MeasureFunction } from "./measuring.ts";
import { type Measured, measureSpikes } from "./measuring-spikes.ts";
import { documentOf, measuredNames, populationsOf, recorded } from "./recorded.ts";
import type { PlannedRun } from "./runs.ts";
import { SpikeCollector, type Spikes } from "./spike-collector.ts";

/** What every run of a sweep needs. Plain data, so that other processes can get it. */
export interface RunnerSetup extends Measured {
  readonly document: object;
  readonly choices: {
    readonly backend: BackendChoice;
    readonly threads: number | "all";
    readonly memory?: number;
    readonly nonFinite: "error" | "ignore";
  };
}

/** Keeps the records of one run. */
export interface KeptRun {
  /** The sink of the run; for a network, by population and for read-outs. */
  readonly sink: RecordSink | Readonly<Record<string, RecordSink>>;
  /** Called when the run has ended. */
  ended(run: MeasuredRun): Promise<void>;
}

/** Keeps the records of each run, for example in a folder. */
export type KeepRun = (read: Experiment, planned: PlannedRun) => Promise<KeptRun>;

/** What only this process has. */
export interface RunnerParts {
  readonly reading: ExperimentOptions;
  readonly functions: readonly MeasureFunction[];
  readonly keep?: KeepRun | undefined;
}

/** The result of a run: its measures, or why it failed. */
export type Outcome = { readonly measures: Readonly<Record<string, number>> } | { readonly error: string };

/** A compiled simulation that serves all runs with the same key. */
interface Standing {
  readonly key: string;
  readonly read: Experiment;
  readonly simulation: Simulation;
}

/** Options of one run. */
interface RunMore {
  readonly signal: AbortSignal | undefined;
  readonly sink?: KeptRun["sink"];
}

/** An experiment that is ready to run. */
interface Ready {
  readonly read: Experiment;
  readonly simulate: (more: RunMore) => Promise<MeasuredRun>;
}

const countOf = (units: readonly number[]): number => units.reduce((product, n) => product * n, 1);

/** The options that are given. */
const given = <T extends object>(options: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;

type Given = Readonly<Record<string, unknown>>;

/** Errors that no other value would avoid, such as a full disk: they end the sweep. */
const isFatal = (error: unknown, keeps: boolean): boolean =>
  error instanceof StateError || error instanceof BackendError || (keeps && error instanceof FileError);

const textOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n").filter(Boolean).join(" ");

/** A run, and its spikes by population, or under "" for a single population. */
interface Ran {
  readonly run: MeasuredRun;
  readonly spikesOf: (population: string) => Spikes;
}

/** Runs the points of a sweep, one after another, in this process. */
export class Runner {
  readonly #setup: RunnerSetup;
  readonly #parts: RunnerParts;
  #standing: Standing | undefined;

  constructor(setup: RunnerSetup, parts: RunnerParts) {
    this.#setup = setup;
    this.#parts = parts;
  }

  /**
   * Runs one point. An error of the run is its result. Undefined if it was aborted.
   * @throws the error of a measure function, errors of files, and BackendError
   */
  async run(planned: PlannedRun, signal?: AbortSignal): Promise<Outcome | undefined> {
    const { names } = this.#setup;
    const { functions, keep } = this.#parts;
    let document: object;
    let ran: Ran;
    try {
      const changed = documentOf(this.#setup.document, planned);
      document = recorded(changed, names.length > 0, functions.length > 0 || keep !== undefined);
      ran = await (keep
        ? this.#runKept(keep, document, planned, signal)
        : this.#runInMemory(document, planned, signal));
    } catch (error) {
      this.#drop();
      if (isFatal(error, keep !== undefined)) throw error;
      return { error: textOf(error) };
    }
    const { run } = ran;
    if (!run.complete) {
      if (run.stoppedBy === "abort") return undefined;
      return { error: `The run ended after ${run.duration} ms, because its input ended.` };
    }
    const values = names.length > 0 ? this.#named(document as Given, ran) : {};
    if (functions.length === 0) return { measures: values };
    // The records of a kept run are in its files, so functions need the run again.
    const again = keep ? (await this.#runInMemory(document, planned, signal)).run : run;
    if (!again.complete) return undefined;
    return { measures: { ...values, ...(await this.#own(again, planned)) } };
  }

  async #runInMemory(document: object, planned: PlannedRun, signal: AbortSignal | undefined): Promise<Ran> {
    const { simulate } = await this.#ready(document, planned, false);
    const run = await simulate({ signal });
    const parts = run as unknown as Readonly<Record<string, { readonly outSpikes: Spikes } & Spikes>>;
    return { run, spikesOf: (name) => (name === "" ? parts["outSpikes"]! : parts[name]!.outSpikes) };
  }

  async #runKept(keep: KeepRun, document: object, planned: PlannedRun, signal: AbortSignal | undefined): Promise<Ran> {
    const { read, simulate } = await this.#ready(document, planned, true);
    const { sink, ended } = await keep(read, planned);
    const collected = new Map<string, SpikeCollector>();
    const collecting = (name: string, own: RecordSink): RecordSink => {
      const collector = new SpikeCollector(own);
      collected.set(name, collector);
      return collector;
    };
    const given =
      read.kind === "soma"
        ? collecting("", sink as RecordSink)
        : Object.fromEntries(
            Object.entries(sink as Readonly<Record<string, RecordSink>>).map(([name, own]) => [
              name,
              collecting(name, own),
            ]),
          );
    const run = await simulate({ signal, sink: given });
    await ended(run);
    return { run, spikesOf: (name) => collected.get(name)!.collected };
  }

  /** A function that runs a point, in the simulation that served the last one if possible. */
  async #ready(document: object, planned: PlannedRun, readAnew: boolean): Promise<Ready> {
    const { overrides, seed } = planned;
    const { document: base } = this.#setup;
    const { reading } = this.#parts;
    const present = this.#standing;
    if (present) {
      const { key, ownRun, live } = splitValues(present.read, base, overrides, seed);
      if (key === present.key) {
        const read = ownRun || readAnew ? await experiment(document, reading) : present.read;
        if (this.#set(present.simulation, live)) return this.#readyIn(present.simulation, read);
      }
      this.#drop();
    }
    const read = await experiment(document, reading);
    const { key } = splitValues(read, base, overrides, seed);
    const { choices } = this.#setup;
    // The inputs determine the shape of such a population, so it is compiled for one run.
    if (read.kind === "soma" && read.component.units === undefined) {
      const simulate = (more: RunMore) => simulatePrepared(read.prepared, { ...choices, ...given(more) } as never);
      return { read, simulate: simulate as unknown as Ready["simulate"] };
    }
    const { dt, dtype, seed: own, initial } = read.options;
    const { backend, threads } = choices;
    const model = (read.kind === "soma" ? read.component : read.brain) as Component;
    const simulation = await compile(model, given({ dt, dtype, seed: own, initial, backend, threads }) as never);
    this.#standing = { key, read, simulation: simulation as unknown as Simulation };
    return this.#readyIn(this.#standing.simulation, read);
  }

  #readyIn(simulation: Simulation, read: Experiment): Ready {
    const { memory, nonFinite } = this.#setup.choices;
    // The other options belong to the run: duration, inputs, records and changes.
    const { dt, dtype, seed, initial, ...options } = read.options;
    const simulate = (more: RunMore) =>
      simulation.run({ ...options, ...given({ memory, nonFinite, ...more }) } as never);
    return { read, simulate: simulate as unknown as Ready["simulate"] };
  }

  /** Sets the values of a run in a simulation. Returns false if that is not possible in this order. */
  #set(simulation: Simulation, live: readonly (readonly [string, number])[]): boolean {
    simulation.reset();
    try {
      for (const [path, value] of live) simulation.set(path, value);
      return true;
    } catch (error) {
      if (error instanceof ConfigError) return false;
      throw error;
    }
  }

  /** The named measures. */
  #named(document: Given, { run, spikesOf }: Ran): Record<string, number> {
    const record = document["record"] as Given;
    const populations = populationsOf(document);
    const sizes = run as unknown as Readonly<Record<string, { readonly units: number }>>;
    const recorded = populations
      ? measuredNames(document, populations).map((name) => ({
          name,
          spikes: spikesOf(name),
          unitCount: sizes[name]!.units,
          options: (record[name] as Given)["outSpikes"],
        }))
      : [
          {
            name: "",
            spikes: spikesOf(""),
            unitCount: countOf(run.units as readonly number[]),
            options: record["outSpikes"],
          },
        ];
    return measureSpikes(this.#setup, recorded, run);
  }

  /** The measures of the functions. */
  async #own(run: MeasuredRun, planned: PlannedRun): Promise<Record<string, number>> {
    const values: Record<string, number> = {};
    for (const measure of this.#parts.functions) {
      for (const [name, value] of Object.entries(await measure(run, planned))) {
        if (typeof value !== "number") {
          const message = `must return numbers by name; received ${describe(value)} for "${name}". Return a number.`;
          throw new ConfigError({ path: "sweep.measure", message });
        }
        values[name] = value;
      }
    }
    return values;
  }

  #drop(): void {
    this.#standing?.simulation.dispose();
    this.#standing = undefined;
  }

  /** Frees memory. */
  dispose(): void {
    this.#drop();
  }
}

/** The runs in an order in which runs that one simulation can serve follow each other. */
export const groupsOf = (read: Experiment, document: object, runs: readonly PlannedRun[]): PlannedRun[][] => {
  const groups = new Map<string, PlannedRun[]>();
  for (const run of runs) {
    const { key } = splitValues(read, document, run.overrides, run.seed);
    const group = groups.get(key);
    if (group) group.push(run);
    else groups.set(key, [run]);
  }
  return [...groups.values()];
};
