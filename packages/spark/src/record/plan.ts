import type { Precision } from "../config/parse.ts";
import type { Model } from "../model/component.ts";
import type { StepWindow, StepWindows } from "./windows.ts";

/** A condition on the state of a simulation in a step. */
export type ConditionPlan =
  | {
      readonly kind: "spikes";
      /** Index of the population; undefined for the one that is recorded. */
      readonly population: number | undefined;
      readonly units: readonly number[] | undefined;
      /** Bounds of the number of spikes in the last `within` steps. */
      readonly atLeast: number | undefined;
      readonly atMost: number | undefined;
      readonly within: number;
    }
  | {
      readonly kind: "variable";
      readonly population: number | undefined;
      readonly trace: ProgramTrace;
      /** Index into `conditions` of the record plan of the population. */
      readonly probe: number;
      readonly above: number | undefined;
      readonly below: number | undefined;
      /** Compares this number over the units, instead of each unit. */
      readonly reduce: Exclude<Reduction, "histogram"> | undefined;
    }
  | {
      readonly kind: "readout";
      /** Index of the read-out. */
      readonly readout: number;
      /** The values that are compared; undefined for all. */
      readonly columns: readonly number[] | undefined;
      readonly above: number | undefined;
      readonly below: number | undefined;
      readonly reduce: Exclude<Reduction, "histogram"> | undefined;
    };

/** Around which steps a record keeps its rows. */
export interface TriggerPlan {
  /** The record, for messages. */
  readonly path: string;
  /** All of them must hold in a step. */
  readonly when: readonly ConditionPlan[];
  /** Name of a trigger that the caller starts; undefined if there are conditions. */
  readonly name: string | undefined;
  /** Number of steps that are kept before a step in which the conditions hold, and after it. */
  readonly before: number;
  readonly after: number;
  /** Largest number of rows. */
  readonly most: number;
}

export interface SpikePlan extends StepWindow {
  /** The steps around which spikes are recorded; undefined if this depends on no condition. */
  readonly trigger?: TriggerPlan | undefined;
  /** The windows between `first` and `last`; undefined if all these steps are recorded. */
  readonly windows?: StepWindows | undefined;
  readonly units: readonly number[] | undefined;
}

export interface TracePlan extends StepWindow {
  readonly trigger?: TriggerPlan | undefined;
  /** The windows between `first` and `last`; undefined if all these steps are recorded. */
  readonly windows?: StepWindows | undefined;
  readonly name: string;
  readonly unit: string;
  readonly units: readonly number[] | undefined;
  readonly every: number;
  readonly reduce: Reduction | undefined;
  readonly over: Over;
  /** Edges of the bins of a histogram, ascending. */
  readonly edges?: readonly number[] | undefined;
  /** What `units` number: units (default), or synapses or target units of a projection. */
  readonly columnsAre?: "synapse" | "target";
  readonly type: Precision | "i32";
  /** Number of values in a row: one per unit, and in a histogram per unit and bin. */
  readonly columns: number;
  readonly rows: number;
}

/** A record of the weights of a projection. */
export interface WeightPlan {
  /** The rows. Before the network is built, the number of columns is an estimate. */
  readonly trace: TracePlan;
  /** Index of the projection. */
  readonly projection: number;
  readonly sources: readonly number[] | undefined;
  readonly targets: readonly number[] | undefined;
  readonly difference: boolean;
  /** Name of the trigger in whose steps the weights are recorded; undefined if the steps are given by `every` or `at`. */
  readonly manual: string | undefined;
  readonly reduce: Exclude<Reduction, "histogram"> | undefined;
  readonly over: "synapses" | "targets";
  /** Number of target units of the projection. */
  readonly units: number;
}

/** What `reduce` combines: the units of a step, the steps of an interval for each unit, or both. */
export type Over = "units" | "time" | "all";

/** What a record computes instead of the values. */
export type Reduction = "mean" | "std" | "min" | "max" | "histogram";

/** The part of a trace that decides what a machine records for it. */
export type ProgramTrace = Pick<TracePlan, "name" | "units" | "every" | "reduce" | "over">;

/** Whether a trace uses every step, to reduce over time. */
export const takesAll = ({ reduce, over }: Pick<TracePlan, "reduce" | "over">): boolean =>
  reduce !== undefined && over !== "units";

/** Spikes counted in bins: as rates in Hz, or as the share of units that spike. */
export interface RatePlan extends StepWindow {
  readonly trigger?: TriggerPlan | undefined;
  readonly name: "rate" | "activeFraction";
  /** The windows between `first` and `last`, whose bins begin with them; undefined if all these steps are recorded. */
  readonly windows?: StepWindows | undefined;
  readonly units: readonly number[] | undefined;
  /** Width of a bin in steps. */
  readonly bin: number;
  readonly each: boolean;
  readonly columns: number;
  readonly rows: number;
}

export interface RecordPlan {
  readonly spikes: SpikePlan | undefined;
  /** Counted spikes: the rate, the active fraction, or both. */
  readonly binned: readonly RatePlan[];
  readonly traces: readonly TracePlan[];
  /** Variables of the population that conditions read, also those of other records. */
  readonly conditions: readonly ProgramTrace[];
}

/** What a machine records for a plan: its traces, and then the variables of conditions. */
export const probedBy = ({ traces, conditions }: RecordPlan): readonly ProgramTrace[] => [...traces, ...conditions];

/** The conditions on which records of the plan depend. */
export const triggersOf = ({ spikes, binned, traces }: RecordPlan): readonly TriggerPlan[] =>
  [spikes, ...binned, ...traces].flatMap((plan) => plan?.trigger ?? []);

/** Whether a record of the plan depends on a condition. */
export const hasTriggers = (plan: RecordPlan): boolean => triggersOf(plan).length > 0;

/** Whether a record depends on conditions, all of which look at its own population. */
const looksAtItself = (plan: { readonly trigger?: TriggerPlan | undefined } | undefined): boolean =>
  plan?.trigger?.when.every((own) => own.kind !== "readout" && own.population === undefined) ?? false;

/** The records whose look-back includes single steps. */
export const followable = ({ spikes, binned, traces, conditions }: RecordPlan): RecordPlan => ({
  spikes: looksAtItself(spikes) ? spikes : undefined,
  binned: binned.filter(looksAtItself),
  traces: traces.filter(looksAtItself),
  conditions,
});

export interface RunSpan {
  readonly model: Model;
  readonly units: number;
  readonly dt: number;
  readonly precision: Precision;
  /** Steps before the first step of the run. */
  readonly before: number;
  readonly steps: number;
  /** Collects a sentence for each window that exceeds the run. */
  readonly cuts: string[];
}

/** The plan of a run without records. */
export const NOTHING: RecordPlan = { spikes: undefined, binned: [], traces: [], conditions: [] };

/** Whether a plan records anything. */
export const isNothing = ({ spikes, binned, traces }: RecordPlan): boolean =>
  !spikes && binned.length === 0 && traces.length === 0;

const bytes = { f32: 4, f64: 8, i32: 4 } as const;
/** The number and the time of a row. */
const ROW_BYTES = 16;

/** Bytes of `rows` rows of a trace or rate. */
export const rowsMemory = (plan: TracePlan | RatePlan, rows: number): number =>
  rows * (ROW_BYTES + plan.columns * ("type" in plan ? bytes[plan.type] : 8));

/** Number of steps before a step on which the rows of that step depend, with it. */
export const memoryOfPlan = (plan: SpikePlan | TracePlan | RatePlan): number => {
  const { trigger } = plan;
  const interval = "bin" in plan ? plan.bin : "every" in plan && takesAll(plan) ? plan.every : 1;
  if (!trigger) return interval;
  const { before, after, when } = trigger;
  return when.reduce((sum, own) => sum + (own.kind === "spikes" ? own.within : 0), interval + before + after);
};

/** Number of steps between two rows. */
export const intervalOf = (plan: TracePlan | RatePlan): number => ("type" in plan ? plan.every : plan.bin);

/** Largest number of rows that wait for a condition to hold. */
export const waitingRows = (plan: TracePlan | RatePlan): number =>
  plan.trigger ? Math.floor(plan.trigger.before / intervalOf(plan)) + 1 : 0;

/**
 * Bytes that records with conditions need for the steps that they look back on, and for all rows of a chunk of
 * `chunk` steps, in a population of `units`.
 */
export const lookBackMemory = ({ spikes, binned, traces }: RecordPlan, units: number, chunk: number): number =>
  [...traces, ...binned].reduce(
    (sum, plan) =>
      plan.trigger ? sum + rowsMemory(plan, waitingRows(plan) + Math.floor(chunk / intervalOf(plan)) + 1) : sum,
    spikes?.trigger ? (spikes.trigger.before + 1) * Math.ceil(units / 32) * 4 : 0,
  );

/** Bytes of the traces and rates of a plan in memory. */
export const planMemory = (
  plan: RecordPlan,
): { readonly name: string; readonly bytes: number; readonly isLimitable: boolean }[] =>
  [...plan.traces, ...plan.binned].map((own) => ({
    name: own.name,
    bytes: rowsMemory(own, own.rows),
    isLimitable: own.trigger !== undefined,
  }));
