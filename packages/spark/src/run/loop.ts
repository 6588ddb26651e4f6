import type { MachinePopulation } from "../program/machine.ts";
import { type Collecting, Collectors, loadRates } from "../record/collectors.ts";
import type { RecordPlan } from "../record/plan.ts";
import type { RecordHeader, RecordSink } from "../record/sink.ts";
import { ABORTED, type AbortWatch, watchAbort } from "./abort.ts";
import type { StopReason } from "./model.ts";
import type { Progress } from "./options.ts";
import { PAUSE_INTERVAL, pause } from "./pause.ts";
import type { WiredFeed } from "./programs.ts";

/** Target duration of a chunk in seconds, so that an abort or an event in a page does not wait longer. */
const SLICE = 0.02;
/** Upper limit for chunks that would otherwise have too few steps for their blocks of units. */
const LONG_SLICE = 0.08;
const PROGRESS_INTERVAL = 0.1;

/** A population in a run: its inputs, its record and the destination of the record. */
export interface LoopPart {
  readonly feeds: readonly WiredFeed[];
  readonly record: RecordPlan;
  readonly population: MachinePopulation;
  /** Number of spikes that fit in memory. */
  readonly room: number;
  readonly header: RecordHeader;
  readonly sink?: RecordSink | undefined;
  /** Collects its records; by default, new collectors for `record`. */
  readonly collectors?: Collecting;
}

export interface LoopOptions {
  readonly parts: readonly LoopPart[];
  readonly dt: number;
  /** Steps done before this run. */
  readonly before: number;
  readonly steps: number;
  /** Largest number of steps per chunk. */
  readonly rows: number;
  /** Steps per chunk below which loading the units into the cache takes a considerable part of the time. Default 1. */
  readonly enoughRows?: number;
  /** Advances the machine. Rejects if the simulation cannot continue. */
  readonly advance: (firstStep: number, rows: number) => Promise<void>;
  readonly progress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface LoopResult {
  /** One per part. */
  readonly collectors: readonly Collecting[];
  readonly done: number;
  readonly stoppedBy: StopReason | undefined;
  /** Last step whose spikes are recorded; relevant only if memory ended the run. */
  readonly lastSpikeStep: number;
  readonly wallTime: number;
}

const now = (): number => performance.now() / 1000;

/** Runs a machine chunk by chunk: sets inputs, advances, collects records, and pauses for other code on the thread. */
export const runLoop = async (options: LoopOptions): Promise<LoopResult> => {
  const { parts, dt } = options;
  const begin = now();
  const rates = await loadRates(parts.map(({ record }) => record));
  const watch = watchAbort(options.signal);
  const collectors = parts.map(({ record, population, sink, room, collectors: own }) => {
    return (
      own ?? new Collectors(population, { record, rows: options.rows, dt, streamed: sink !== undefined, room, rates })
    );
  });
  let result: Omit<LoopResult, "collectors" | "wallTime">;
  try {
    if (!watch.aborted) for (const part of parts) feedConstants(part);
    result = await withSinks(parts, () => runChunks(options, collectors, watch, begin));
  } catch (error) {
    await closeFeeds(parts, watch).catch(() => {});
    watch.end();
    throw error;
  }
  await closeFeeds(parts, watch);
  watch.end();
  return { ...result, collectors, wallTime: now() - begin };
};

/** Opens every sink, runs, and closes the open sinks. */
const withSinks = async <T extends { readonly stoppedBy: StopReason | undefined }>(
  parts: readonly LoopPart[],
  run: () => Promise<T>,
): Promise<T> => {
  const opened: RecordSink[] = [];
  let result: T;
  try {
    for (const { sink, header } of parts) {
      if (!sink) continue;
      await sink.open(header);
      opened.push(sink);
    }
    result = await run();
  } catch (error) {
    // The caller needs the first error, here and below.
    for (const sink of opened) await Promise.resolve(sink.close(false)).catch(() => {});
    throw error;
  }
  for (const sink of opened) await sink.close(result.stoppedBy === undefined);
  return result;
};

const runChunks = async (
  options: LoopOptions,
  collectors: readonly Collecting[],
  watch: AbortWatch,
  begin: number,
): Promise<Omit<LoopResult, "collectors" | "wallTime">> => {
  const { parts, before, steps, progress } = options;
  let reported = begin;
  let paused = begin;
  let done = 0;
  let rows = 1;
  while (done < steps) {
    if (watch.aborted) return { done, stoppedBy: "abort", lastSpikeStep: before + done };
    const start = now();
    const first = before + done;
    const asked = Math.min(rows, options.rows, steps - done);
    const chunk = await feedRows(parts, first, asked, watch);
    if (chunk === ABORTED) return { done, stoppedBy: "abort", lastSpikeStep: first };
    if (chunk > 0) {
      for (const collector of collectors) collector.schedule(first + 1, chunk);
      await options.advance(first, chunk);
      done += chunk;
      let taken = chunk;
      for (const [k, { sink }] of parts.entries()) {
        taken = Math.min(taken, await takeChunk(collectors[k]!, first + 1, chunk, sink));
      }
      if (taken < chunk) return { done, stoppedBy: "memory", lastSpikeStep: first + taken };
    }
    const end = now();
    if (progress && chunk > 0 && (end - reported >= PROGRESS_INTERVAL || done === steps)) {
      reported = end;
      progress(progressOf(done, steps, end - begin));
    }
    if (chunk < asked) return { done, stoppedBy: "input", lastSpikeStep: before + done };
    rows = nextRows(asked, end - start, options.enoughRows ?? 1);
    if (end - paused < PAUSE_INTERVAL) continue;
    await pause();
    paused = now();
  }
  return { done, stoppedBy: undefined, lastSpikeStep: before + done };
};

/** Collects the records of a chunk. Returns the first row whose spikes did not fit in memory, otherwise `chunk`. */
const takeChunk = async (
  collectors: Collecting,
  firstStep: number,
  chunk: number,
  sink: RecordSink | undefined,
): Promise<number> => {
  collectors.take(firstStep, chunk);
  let taken = collectors.takeSpikes(firstStep, chunk, 0);
  if (!sink) return taken;
  await collectors.drain(sink);
  while (taken < chunk) {
    taken = collectors.takeSpikes(firstStep, chunk, taken);
    await collectors.drain(sink);
  }
  return taken;
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
  const results = await (watch.aborted ? Promise.race([closing, pause()]) : closing);
  const failed = results?.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
};
