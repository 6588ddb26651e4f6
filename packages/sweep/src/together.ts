import {
  type Experiment,
  experiment,
  type Json,
  type Model,
  simulatePrepared,
  somas,
  valueKeys,
  withValue,
} from "spark-snn";
import { isRecord } from "spark-snn/documents";
import { measureSpikes } from "./measuring-spikes.ts";
import type { Outcome, RunnerParts, RunnerSetup } from "./runner.ts";
import type { PlannedRun } from "./runs.ts";
import type { Spikes } from "./spike-collector.ts";

/*
 * Runs of one soma that differ only in numbers can be one run with units for each of them. The units of a population do
 * not affect each other, so the bits are those of single runs if nothing depends on the index of a unit.
 */

type Given = Readonly<Record<string, unknown>>;
type Expr = Model["next"][string];

/** Most units of a run: more would not fit into the cache. */
const MOST_UNITS = 2048;
/** Most units of a single run, without and with other processes. Larger ones gain nothing, or are faster there. */
const mostOwnUnits = (parallel: number): number => (parallel === 1 ? 64 : 16 / parallel);

const documentKeys = [
  "$schema",
  "name",
  "description",
  "version",
  "model",
  "dt",
  "dtype",
  "duration",
  "seed",
  "inputs",
  "record",
];
/** Parameters of inputs that may differ between units. */
const driving = ["amplitude", "start", "end", "frequency", "phase", "offset"];
const generators = ["step", "pulses", "ramp", "sine"];

const isNumber = (value: unknown): value is number => typeof value === "number";

/** Whether an input is the same for all units. */
const isShared = (input: unknown): boolean => {
  if (input === undefined || isNumber(input)) return true;
  if (!isRecord(input)) return false;
  const [[kind, value] = [], ...others] = Object.entries(input);
  if (others.length > 0) return false;
  if (kind === "sum") return Array.isArray(value) && value.every(isShared);
  return generators.includes(kind!) && isRecord(value) && Object.values(value).every(isNumber);
};

/** Whether an expression depends on the index of the unit, as draws do. */
const dependsOnUnit = (root: Expr, known = new Set<Expr>()): boolean => {
  if (known.has(root)) return false;
  known.add(root);
  if (root.purpose !== undefined || root.source === "unit") return true;
  return root.args.some((arg) => dependsOnUnit(arg, known));
};

const sizeOf = (units: readonly number[]): number => units.reduce((product, n) => product * n, 1);

/** Whether a run replaces only numbers that may differ between units. */
const differsInNumbers = (document: Given, model: Model, { overrides }: PlannedRun): boolean =>
  Object.entries(overrides).every(([path, value]) => {
    const keys = valueKeys(document, path).map(String);
    const [root, name] = keys;
    if (root === "model") return isNumber(value) && keys.length === 2 && Object.hasOwn(model.fields, name!);
    const isDriving = keys.length === 2 || driving.includes(keys.at(-1)!);
    return isNumber(value) && root === "inputs" && name === "current" && isDriving;
  });

/** Whether the runs of a document can share one. */
const canShare = (read: Experiment, { document: given, names }: RunnerSetup, parts: RunnerParts): boolean => {
  const document = given as Given;
  if (read.kind !== "soma" || read.component.units === undefined || names.length === 0) return false;
  if (parts.functions.length > 0 || parts.keep || parts.reading.models) return false;
  const { model, inputs, record } = document;
  if (!isRecord(model) || Object.keys(document).some((key) => !documentKeys.includes(key))) return false;
  const { soma, units, ...fields } = model;
  if (typeof soma !== "string" || !Object.hasOwn(somas, soma) || !Object.values(fields).every(isNumber)) return false;
  const own = isRecord(inputs) ? inputs : {};
  if (Object.keys(own).some((key) => key !== "current") || !isShared(own["current"])) return false;
  const spikes = isRecord(record) ? record["outSpikes"] : undefined;
  if (isRecord(spikes) && Object.keys(spikes).some((key) => key !== "from" && key !== "to")) return false;
  const { next, spikes: emitted, state } = read.component.model as Model & { readonly spikes: Expr };
  const starts = Object.values(state).flatMap(({ initial, from }) => [initial, from]);
  const roots = [emitted, ...Object.values(next), ...starts].filter((expr) => expr !== undefined);
  return !roots.some((root) => dependsOnUnit(root));
};

/** Makes runs of one soma together. */
export class SharedRuns {
  readonly #setup: RunnerSetup;
  readonly #parts: RunnerParts;
  readonly #signal: AbortSignal | undefined;

  constructor(setup: RunnerSetup, parts: RunnerParts, signal: AbortSignal | undefined) {
    this.#setup = setup;
    this.#parts = parts;
    this.#signal = signal;
  }

  get #document(): Given {
    return this.#setup.document as Given;
  }

  /** Makes the runs that can share one. `read` is the experiment of one of them. Returns the runs that are left. */
  async make(
    read: Experiment,
    runs: readonly PlannedRun[],
    parallel: number,
    ended: (planned: PlannedRun, outcome: Outcome) => void,
  ): Promise<readonly PlannedRun[]> {
    if (runs.length < 2 || !canShare(read, this.#setup, this.#parts)) return runs;
    const { component, units } = read as Extract<Experiment, { readonly kind: "soma" }>;
    const size = sizeOf(units);
    if (size > mostOwnUnits(parallel)) return runs;
    const left: PlannedRun[] = [];
    for (const together of this.#listsOf(runs, component.model as Model, Math.floor(MOST_UNITS / size))) {
      const outcomes = together.length > 1 && !this.#signal?.aborted ? await this.#run(together, size) : undefined;
      if (!outcomes) left.push(...together);
      for (const [k, outcome] of (outcomes ?? []).entries()) ended(together[k]!, outcome);
    }
    return left;
  }

  /** Lists of at most some runs that one run can serve. */
  #listsOf(runs: readonly PlannedRun[], model: Model, most: number): readonly (readonly PlannedRun[])[] {
    const lists: PlannedRun[][] = [];
    let paths: string | undefined;
    for (const run of runs) {
      const own = differsInNumbers(this.#document, model, run) ? Object.keys(run.overrides).join("\n") : undefined;
      const last = lists.at(-1);
      if (last && own !== undefined && own === paths && last.length < most) last.push(run);
      else lists.push([run]);
      paths = own;
    }
    return lists;
  }

  /** Undefined if the runs have to be made one by one, because one of them failed or because they were aborted. */
  async #run(runs: readonly PlannedRun[], size: number): Promise<readonly Outcome[] | undefined> {
    const { choices } = this.#setup;
    const options = isRecord(this.#document["record"]) ? this.#document["record"]["outSpikes"] : undefined;
    try {
      const { prepared } = await experiment(this.#documentFor(runs, size, options), this.#parts.reading);
      const signal = this.#signal && { signal: this.#signal };
      const run = await simulatePrepared(prepared as never, { ...choices, ...signal } as never);
      const { complete, outSpikes, dt, duration } = run as never as SpikingRun;
      if (!complete) return undefined;
      return partsOf(outSpikes, runs.length, size).map((spikes) => ({
        measures: measureSpikes(this.#setup, [{ name: "", spikes, unitCount: size, options }], { dt, duration }),
      }));
    } catch {
      // The error belongs to one of the runs. Made one by one, each gets its own.
      return undefined;
    }
  }

  /** The document with units for each run. */
  #documentFor(runs: readonly PlannedRun[], size: number, spikes: unknown): object {
    const model = { ...(this.#document["model"] as Given), units: [size * runs.length] };
    let changed: object = { ...this.#document, model, record: { outSpikes: spikes || true } };
    for (const path of Object.keys(runs[0]!.overrides)) {
      const values = runs.flatMap(({ overrides }) => Array<Json>(size).fill(overrides[path]!));
      changed = withValue(changed, path, values);
    }
    return changed;
  }
}

interface SpikingRun {
  readonly complete: boolean;
  readonly outSpikes: Spikes;
  readonly dt: number;
  readonly duration: number;
}

/** The spikes of each run, by the units of a single run. */
const partsOf = ({ steps, units }: Spikes, runs: number, size: number): Spikes[] => {
  const parts = Array.from({ length: runs }, () => ({ steps: [] as number[], units: [] as number[] }));
  for (let k = 0; k < units.length; k++) {
    const part = parts[Math.floor(units[k]! / size)]!;
    part.steps.push(steps[k]!);
    part.units.push(units[k]! % size);
  }
  return parts.map((part) => ({ steps: Uint32Array.from(part.steps), units: Uint32Array.from(part.units) }));
};
