import { counted } from "../config/counted.ts";
import { describe, isRecord } from "../config/shape.ts";
import { ConfigError, type Issue, ShapeError } from "../errors/errors.ts";
import { isList, keysOf, positive, received, refuse, wholeCount } from "./checks.ts";

/**
 * Spikes of a population in temporal order: spike i belongs to unit `units[i]` (flat index from 0) at step `steps[i]`
 * (from 1). Its time is `steps[i] * dt`, the end of that step. A spike recording of a run has this shape, and also the
 * properties that describe it. They are the defaults of the options.
 */
export interface SpikeEvents {
  readonly steps: ArrayLike<number>;
  readonly units: ArrayLike<number>;
  /** Time step of the run, ms. */
  readonly dt?: number | undefined;
  /** Number of units of the population. */
  readonly unitCount?: number | undefined;
  /** Start of the recorded window, ms. */
  readonly from?: number | undefined;
  /** End of the recorded window, ms. */
  readonly to?: number | undefined;
  /** The recorded windows, ms, if there are several. */
  readonly windows?: readonly { readonly from: number; readonly to: number }[] | undefined;
}

/** Grid of the events: the time step and the number of units, including silent ones. */
export interface PopulationGrid {
  /** Time step, ms, greater than 0. Default: that of the recording; needed for other events. */
  readonly dt?: number | undefined;
  /** Number of units, at least 1. Default: that of a recording of all units; needed for other events. */
  readonly unitCount?: number | undefined;
}

/**
 * The part of a run to analyse: spikes with `from < time <= to`. The start is excluded because a spike at time t
 * belongs to the step that ends at t. The steps 1 … n are therefore the window from 0 to n·dt, and adjacent windows
 * share no spike. All three times are whole numbers of steps.
 */
export interface PopulationWindow extends PopulationGrid {
  /** End of the recorded run, ms. Default: that of the recording; needed for other events. */
  readonly duration?: number | undefined;
  /** Start of the window, ms. Default: that of the recording; 0 for other events. */
  readonly from?: number | undefined;
  /** End of the window, ms. Default: `duration`. */
  readonly to?: number | undefined;
}

export const gridKeys: readonly string[] = keysOf<PopulationGrid>({ dt: true, unitCount: true });
/**
 * Options of the functions of populations. Each takes them all, so that one object can describe the population and its
 * window for several functions.
 */
export const populationKeys: readonly string[] = [
  ...gridKeys,
  ...keysOf<Omit<PopulationWindow, keyof PopulationGrid>>({ duration: true, from: true, to: true }),
  "width",
  "leastSpikes",
];

/** Options in which everything that describes the events is known. */
export type Described<O extends PopulationGrid> = O & { readonly dt: number; readonly unitCount: number };
export type DescribedWindow<O extends PopulationWindow> = Described<O> & {
  readonly duration: number;
  readonly from: number;
};

/** Adds what a recording knows about its time step and its units to the options. Refuses what neither knows. */
export function describedGrid<O extends PopulationGrid>(where: string, events: SpikeEvents, options: O): Described<O> {
  return described(where, events, options, []) as Described<O>;
}

/** Like `describedGrid`, and adds the recorded window. */
export function describedWindow<O extends PopulationWindow>(
  where: string,
  events: SpikeEvents,
  options: O,
): DescribedWindow<O> {
  requireSpikes(where, events);
  refuseGaps(where, events, options);
  const { duration = events.to, from = events.from ?? 0 } = options;
  const length = missing(`${where}.duration`, duration, "Give the length of the run in ms.");
  return described(where, events, { ...options, duration, from }, [length]) as DescribedWindow<O>;
}

/** Refuses to count silence where nothing was recorded. */
function refuseGaps(
  where: string,
  { windows, from: start = 0, to: end }: SpikeEvents,
  options: PopulationWindow,
): void {
  const { from = start, to = options.duration ?? end ?? start } = options;
  if (!windows || windows.some((own) => from >= own.from && to <= own.to)) return;
  const [own] = windows;
  const example = own ? ` Set from and to within one of its windows, such as ${own.from} to ${own.to} ms.` : "";
  const message = `must be in a recorded window; received ${from} to ${to} ms, but the recording has gaps.${example}`;
  throw new ConfigError({ path: `${where}.from`, message });
}

function described(
  where: string,
  events: SpikeEvents,
  options: PopulationGrid,
  issues: readonly (Issue | undefined)[],
): PopulationGrid {
  requireSpikes(where, events);
  const { dt = events.dt, unitCount = events.unitCount } = options;
  const isPartial = events.dt !== undefined && events.unitCount === undefined;
  const units = isPartial
    ? "The recording contains only some units of its population. Record all units, or number the recorded ones from 0 and give how many they are."
    : "Give the number of units, including silent ones.";
  refuse([
    missing(`${where}.dt`, dt, "Give the time step in ms."),
    missing(`${where}.unitCount`, unitCount, units),
    ...issues,
  ]);
  return { ...options, dt, unitCount };
}

const missing = (path: string, value: unknown, remedy: string): Issue | undefined =>
  value === undefined ? { path, message: `is missing. ${remedy}` } : undefined;

/** A window in steps: `first < step <= last`. */
export interface StepWindow {
  readonly first: number;
  readonly last: number;
}

/** The number of steps in a time, or undefined if the time is not a whole number of steps. */
export function stepsIn(time: number, dt: number): number | undefined {
  const steps = Math.round(time / dt);
  return Math.abs(time / dt - steps) <= 1e-6 ? steps : undefined;
}

/** Issues of `dt` and `unitCount`. */
export function gridIssues(where: string, grid: Described<PopulationGrid>): readonly (Issue | undefined)[] {
  return [
    positive(`${where}.dt`, grid.dt, "ms", "Give the time step of the recording."),
    wholeCount(`${where}.unitCount`, grid.unitCount, "Give the number of recorded units."),
  ];
}

/** Checks a window and returns it in steps. Throws one ConfigError with all its issues. */
export function stepWindow(where: string, options: DescribedWindow<PopulationWindow>): StepWindow {
  const { dt, duration, from, to = duration } = options;
  const times: [string, number][] = [
    ["duration", duration],
    ["from", from],
    ["to", to],
  ];
  refuse([
    ...gridIssues(where, options),
    positive(`${where}.duration`, duration, "ms", "Give the length of the run."),
    ...times.map(([name, time]) => wholeStepsIssue(`${where}.${name}`, time, dt)),
  ]);
  const first = Math.round(from / dt);
  const last = Math.round(to / dt);
  const end = Math.round(duration / dt);
  if (first < 0 || last > end || first >= last) {
    const rule = `must be a window inside the run of ${duration} ms, from before to`;
    const message = `${rule}; received from ${from} ms, to ${to} ms. Give 0 <= from < to <= duration.`;
    throw new ConfigError({ path: `${where}.from`, message });
  }
  return { first, last };
}

/** An issue unless the time is finite and a whole number of steps. */
export function wholeStepsIssue(path: string, time: number, dt: number): Issue | undefined {
  if (!Number.isFinite(time)) {
    return { path, message: `must be finite; received ${received(time, "ms")}. Give a time in ms.` };
  }
  // An invalid dt has its own issue.
  if (!(dt > 0) || stepsIn(time, dt) !== undefined) return undefined;
  const nearest = Math.round(time / dt) * dt;
  const rule = `must be a whole number of steps of ${dt} ms`;
  return { path, message: `${rule}; received ${time} ms. The nearest is ${nearest} ms.` };
}

/** Refuses what is not a list of steps and a list of units. */
function requireSpikes(where: string, events: SpikeEvents): void {
  if (isRecord(events) && isList(events.steps) && isList(events.units)) return;
  const message = `must be spikes with steps and units; ${eventsRemedy(events)}`;
  throw new ConfigError({ path: `${where}.events`, message });
}

/** Refuses events that do not fit their window, like `requireEvents`. */
export function requireEventsIn(where: string, events: SpikeEvents, options: DescribedWindow<PopulationWindow>): void {
  const { unitCount, duration, dt } = options;
  requireEvents(where, events, unitCount, Math.round(duration / dt));
}

/**
 * Refuses events whose lists differ in length (ShapeError), and steps or units that are invalid (ConfigError that names
 * the position). Steps must be integers from 1 to `lastStep` in ascending order, and units integers in 0 … unitCount −
 * 1.
 */
export function requireEvents(where: string, events: SpikeEvents, unitCount: number, lastStep: number): void {
  const { steps, units } = events;
  if (steps.length !== units.length) {
    const sizes = `${counted(steps.length, "step")} and ${counted(units.length, "unit")}`;
    throw new ShapeError(
      `${where}.events must contain one unit per step; received ${sizes}. Give lists of equal length.`,
    );
  }
  let before = 1;
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index]!;
    const unit = units[index]!;
    if (!(Number.isSafeInteger(step) && step >= before && step <= lastStep)) {
      const span = lastStep === Number.MAX_SAFE_INTEGER ? `of at least ${before}` : `in ${before} … ${lastStep}`;
      const rule = `must be a whole number ${span}, in ascending order`;
      const message = `${rule}; received ${describe(step)}. Give the steps as recorded, counted from 1.`;
      throw new ConfigError({ path: `${where}.events.steps[${index}]`, message });
    }
    if (!(Number.isSafeInteger(unit) && unit >= 0 && unit < unitCount)) {
      const rule = `must be a whole number in 0 … ${unitCount - 1}`;
      const message = `${rule}; received ${describe(unit)}. Give flat indices of units and their number as unitCount.`;
      throw new ConfigError({ path: `${where}.events.units[${index}]`, message });
    }
    before = step;
  }
}

/** Refuses the spike at `index`, because its unit already has a spike in the same step. */
export function refuseRepeat(where: string, events: SpikeEvents, index: number): never {
  const received = `unit ${events.units[index]} again at step ${events.steps[index]}`;
  const message = `must not repeat a spike; received ${received}. Give each spike once.`;
  throw new ConfigError({ path: `${where}.events.units[${index}]`, message });
}

const eventsRemedy = (events: unknown): string => {
  if (isRecord(events) && "outSpikes" in events) return "received a run. Write run.outSpikes.";
  if (isList(events)) return `received a list of ${events.length} values. Give the spikes of a run: run.outSpikes.`;
  return `received ${describe(events)}. Give the spikes of a run: run.outSpikes.`;
};
