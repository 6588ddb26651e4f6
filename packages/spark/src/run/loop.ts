import type { MachinePopulation } from "../program/machine.ts";
import type { Collecting } from "../record/collectors.ts";
import type { RowReader } from "../record/gated-reader.ts";
import type { Conditions } from "../record/open.ts";
import { hasTriggers, isNothing, type RecordPlan } from "../record/plan.ts";
import type { Scenery } from "../record/sight.ts";
import type { RecordHeader, RecordSink } from "../record/sink.ts";
import { ABORTED, type AbortWatch, watchAbort } from "./abort.ts";
import type { StopReason } from "./model.ts";
import type { Progress } from "./options.ts";
import { PAUSE_INTERVAL, pause } from "./pause.ts";
import type { WiredFeed } from "./programs.ts";
import type { Drain } from "./sinks.ts";

/** Target duration of a chunk in seconds, so that an abort or an event in a page does not wait longer. */
const SLICE = 0.02;
/** Upper limit for chunks that would otherwise have too few steps for their blocks of units. */
const LONG_SLICE = 0.08;
const PROGRESS_INTERVAL = 0.1;

/** A population in a run: its inputs, its record and the destination of the record. */
export interface LoopPart {
  /** Name of the population, or of the records that belong to none. */
  readonly name?: string;
  readonly feeds: readonly WiredFeed[];
  readonly record: RecordPlan;
  readonly population: MachinePopulation;
  /** Number of spikes that fit in memory. */
  readonly room: number;
  readonly header: RecordHeader;
  readonly sink?: RecordSink | undefined;
  /** Collects its records; by default, new collectors for `record`. */
  readonly collectors?: Collecting;
  /** The same for read-outs or weights, whose conditions are still to be added. */
  readonly reader?: RowReader;
  /** What the conditions of its records look at in a network. */
  readonly scenery?: Scenery;
}

export interface LoopOptions {
  readonly parts: readonly LoopPart[];
  readonly dt: number;
  /** Steps done before this run. */
  readonly before: number;
  readonly conditions: Conditions;
  readonly steps: number;
  /** Largest number of steps per chunk. */
  readonly rows: number;
  /** Steps per chunk below which loading the units into the cache takes a considerable part of the time. Default 1. */
  readonly enoughRows?: number;
  /** Called before each chunk. Returns how many of the next `rows` steps to run, or 0 to end the run. It may wait. */
  readonly gate?: ((firstStep: number, rows: number) => number | Promise<number>) | undefined;
  /** Called before the inputs of each chunk are filled. Returns the largest number of steps of the chunk. */
  readonly begin: () => Promise<number>;
  /** Advances the machine. Rejects if the simulation cannot continue. */
  readonly advance: (firstStep: number, rows: number) => Promise<void>;
  /** Called after each chunk with the number of steps done, and whether the run ends here. It may throw. */
  readonly check?: ((step: number, last: boolean) => void | Promise<void>) | undefined;
  readonly progress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface LoopResult {
  /** One per part. */
  readonly collectors: readonly Collecting[];
  readonly done: number;
  readonly stoppedBy: StopReason | undefined;
  /** Sentences about what failed around the run. */
  readonly warnings: readonly string[];
  readonly wallTime: number;
}

const now = (): number => performance.now() / 1000;

/** An error that ended a loop, with the records until then. */
export class LoopFailure {
  readonly error: unknown;
  readonly result: LoopResult;

  constructor(error: unknown, result: LoopResult) {
    this.error = error;
    this.result = result;
  }
}

/**
 * Runs a machine chunk by chunk: sets inputs, advances, collects records, and pauses for other code on the thread.
 * @throws LoopFailure
 */
export const runLoop = async (options: LoopOptions): Promise<LoopResult> => {
  const { parts } = options;
  const begin = now();
  const collectors = await collectorsOf(options);
  const watch = watchAbort(options.signal);
  const course: Course = { done: 0, stoppedBy: undefined };
  const warnings: string[] = [];
  const resultOf = (): LoopResult => {
    const late = collectors.flatMap((collector) => collector.warnings ?? []);
    return { ...course, warnings: [...warnings, ...late], collectors, wallTime: now() - begin };
  };
  try {
    if (!watch.aborted) for (const part of parts) feedConstants(part);
    if (parts.some(({ sink }) => sink)) {
      const { withSinks } = await import("./sinks.ts");
      await withSinks(parts, watch, warnings, course, (drain) => runChunks(options, collectors, watch, course, drain));
    } else await runChunks(options, collectors, watch, course);
  } catch (error) {
    await closeFeeds(parts, watch).catch(() => {});
    course.stoppedBy = "error";
    watch.end();
    throw new LoopFailure(error, resultOf());
  }
  try {
    await closeFeeds(parts, watch);
  } catch (error) {
    // The run is over, so its records are worth more than this error.
    const message = error instanceof Error ? error.message : String(error);
    warnings.push(`Closing an input failed after the run: ${message}`);
  }
  watch.end();
  return resultOf();
};

/** Collects nothing. */
const nothing: Collecting = {
  spikeCount: 0,
  schedule: () => {},
  until: () => Number.POSITIVE_INFINITY,
  take: () => {},
  takeSpikes: (_, rows) => rows,
  results: () => ({}),
  drain: async () => {},
  clear: () => {},
  jump: () => {},
  resume: () => {},
};

let loaded: typeof import("../record/open.ts") | undefined;

/** The collectors of each part. They are loaded when a run first records something. */
const collectorsOf = async ({ parts, rows, dt, before, conditions }: LoopOptions): Promise<readonly Collecting[]> => {
  const records = ({ record, collectors, reader }: LoopPart): boolean =>
    !collectors && (reader ? hasTriggers(record) : !isNothing(record));
  if (parts.some(records)) loaded ??= await import("../record/open.ts");
  const opened: Collecting[] = [];
  for (const part of parts) {
    const { name = "", record, population, sink, room, reader, scenery } = part;
    const options = { record, rows, dt, streamed: sink !== undefined, room };
    const opening = { conditions, before, scenery };
    if (!records(part)) opened.push(part.collectors ?? reader ?? nothing);
    else if (reader) opened.push(await loaded!.openReader(name, reader, record, opening));
    else opened.push(await loaded!.openCollectors(name, population, options, opening));
  }
  return opened;
};

/** How far a run has come, and why it ended early. */
interface Course {
  done: number;
  stoppedBy: StopReason | undefined;
}

const runChunks = async (
  options: LoopOptions,
  collectors: readonly Collecting[],
  watch: AbortWatch,
  course: Course,
  drain?: Drain,
): Promise<void> => {
  const { parts, before, steps } = options;
  const begin = now();
  const report = reporter(options.progress);
  let reported = begin;
  let paused = begin;
  let rows = 1;
  while (course.done < steps) {
    course.stoppedBy = watch.aborted ? "abort" : undefined;
    if (course.stoppedBy) return;
    const first = before + course.done;
    const fitting = Math.min(rows, options.rows, steps - course.done);
    let asked = fitting;
    if (options.gate) {
      asked = await options.gate(first, fitting);
      if (asked === 0) {
        if (course.done > 0) await options.check?.(first, true);
        break;
      }
    }
    const start = now();
    asked = Math.min(asked, await options.begin());
    for (const collector of collectors) asked = Math.min(asked, collector.until(first + 1));
    const chunk = await feedRows(parts, first, asked, watch);
    if (chunk === ABORTED) {
      course.stoppedBy = "abort";
      return;
    }
    if (chunk > 0) {
      for (const collector of collectors) collector.schedule(first + 1, chunk);
      await options.advance(first, chunk);
      const kept = collect(parts, collectors, first + 1, chunk);
      course.done += kept;
      if (kept < chunk) course.stoppedBy = "memory";
      for (const [k, { sink }] of parts.entries()) {
        if (sink && (await drain!(sink, collectors[k]!, first + 1, kept)) === ABORTED) course.stoppedBy ??= "abort";
      }
      if (course.stoppedBy) return;
      const checking = options.check?.(before + course.done, course.done === steps || chunk < asked);
      if (checking) await checking;
    }
    const end = now();
    if (chunk > 0 && (end - reported >= PROGRESS_INTERVAL || course.done === steps)) {
      reported = end;
      report.tell(progressOf(course.done, steps, end - begin));
    }
    if (chunk < asked) {
      course.stoppedBy = "input";
      break;
    }
    if (asked === fitting) rows = nextRows(asked, end - start, options.enoughRows ?? 1);
    if (end - paused < PAUSE_INTERVAL) continue;
    await pause();
    report.check();
    paused = now();
  }
  await report.end();
};

/** Reports progress. A callback that returns a promise is not waited for, but its rejection is an error of the run. */
const reporter = (progress: LoopOptions["progress"]) => {
  let failed: { readonly error: unknown } | undefined;
  let isAsync = false;
  const check = (): void => {
    if (failed) throw failed.error;
  };
  return {
    tell: (state: Progress): void => {
      const returned: unknown = progress?.(state);
      if (typeof (returned as Promise<void> | undefined)?.then !== "function") return;
      isAsync = true;
      Promise.resolve(returned).catch((error: unknown) => {
        failed ??= { error };
      });
    },
    check,
    end: async (): Promise<void> => {
      if (isAsync) await pause();
      check();
    },
  };
};

/**
 * Collects the records of a chunk. Returns the number of rows that were kept: if the spikes of one population do not fit
 * in memory, all records end with the last step whose spikes fit.
 */
const collect = (
  parts: readonly LoopPart[],
  collectors: readonly Collecting[],
  firstStep: number,
  chunk: number,
): number => {
  let kept = chunk;
  for (const [k, collector] of collectors.entries()) {
    if (!parts[k]!.sink) kept = Math.min(kept, collector.takeSpikes(firstStep, chunk, 0));
  }
  for (const collector of collectors) collector.take(firstStep, chunk, kept);
  return kept;
};

/** The rows that fit a slice at the speed of the last chunk; at most four times as many, because short times vary. */
export const nextRows = (rows: number, seconds: number, enough: number): number => {
  const fitting = (slice: number): number => Math.floor((rows * slice) / Math.max(seconds, 1e-6));
  return Math.max(1, Math.min(rows * 4, Math.max(fitting(SLICE), Math.min(fitting(LONG_SLICE), enough))));
};

const progressOf = (step: number, steps: number, elapsed: number): Progress => ({
  step,
  steps,
  fraction: step / steps,
  elapsed,
  remaining: (elapsed / step) * (steps - step),
});

const feedConstants = ({ feeds, population }: LoopPart): void => {
  for (const { feed, buffers } of feeds) {
    if (feed.constant === undefined) continue;
    const view = population.view(buffers[0]!);
    if (typeof feed.constant === "number") view.fill(feed.constant);
    else view.set(feed.constant);
  }
};

const feedRows = async (
  parts: readonly LoopPart[],
  firstStep: number,
  rows: number,
  watch: AbortWatch,
): Promise<number | typeof ABORTED> => {
  let filled = rows;
  for (const { feeds, population } of parts) {
    for (const { feed, buffers } of feeds) {
      if (!feed.fill) continue;
      const views = buffers.map((buffer) => population.view(buffer));
      const given = feed.fill(views, firstStep, rows);
      // Data may arrive late; an abort does not wait for them.
      const count = typeof given === "number" ? given : await watch.race(given);
      if (count === ABORTED) return ABORTED;
      filled = Math.min(filled, count);
    }
  }
  return filled;
};

/** Closes every input, even if one of them fails. */
const closeFeeds = async (parts: readonly LoopPart[], watch: AbortWatch): Promise<void> => {
  const feeds = parts.flatMap((part) => part.feeds);
  const closing = Promise.allSettled(feeds.map(async ({ feed }) => feed.close?.()));
  // An iterator that waits for data ends only when they arrive; an abort does not wait for that.
  const results = await (watch.aborted ? Promise.race([closing, pause()]) : watch.race(closing));
  if (results === ABORTED) return;
  const failed = results?.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
};
