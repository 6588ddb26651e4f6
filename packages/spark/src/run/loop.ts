import type { MachinePopulation } from "../program/machine.ts";
import { type Collecting, Collectors, loadRates } from "../record/collectors.ts";
import type { RecordPlan } from "../record/plan.ts";
import type { RecordHeader, RecordSink } from "../record/sink.ts";
import { ABORTED, type AbortWatch, watchAbort } from "./abort.ts";
import type { StopReason } from "./model.ts";
import type { Progress } from "./options.ts";
import { pause } from "./pause.ts";
import type { WiredFeed } from "./programs.ts";

/** A chunk aims at this many seconds, so that an abort or a page's event waits no longer. */
const SLICE = 0.02;
/** A chunk that would have too few steps for its blocks of units may take as long as this. */
const LONG_SLICE = 0.08;
/** Seconds between the moments at which others get their turn. */
const PAUSE_INTERVAL = 0.01;
const PROGRESS_INTERVAL = 0.1;

/** A population of the run: what drives it, what is kept of it and where that goes. */
export interface LoopPart {
  readonly feeds: readonly WiredFeed[];
  readonly record: RecordPlan;
  readonly population: MachinePopulation;
  /** Spikes that there is room for. */
  readonly room: number;
  readonly header: RecordHeader;
  readonly sink?: RecordSink | undefined;
  /** What takes its records; those of its record when left out. */
  readonly collectors?: Collecting;
}

export interface LoopOptions {
  readonly parts: readonly LoopPart[];
  readonly dt: number;
  /** Steps done before this run. */
  readonly before: number;
  readonly steps: number;
  /** Most steps of a chunk. */
  readonly rows: number;
  /** Steps of a chunk below which fetching the units takes a good part of the time; 1 when left out. */
  readonly enoughRows?: number;
  /** Advances the machine; rejects when the simulation may not go on. */
  readonly advance: (firstStep: number, rows: number) => Promise<void>;
  readonly progress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface LoopResult {
  /** One for each part. */
  readonly collectors: readonly Collecting[];
  readonly done: number;
  readonly stoppedBy: StopReason | undefined;
  /** Last step whose spikes are held; of interest only where memory ended the run. */
  readonly lastSpikeStep: number;
  readonly wallTime: number;
}

const now = (): number => performance.now() / 1000;

/** Steps a machine through a run: feeds each chunk, advances, takes the records, gives way to others. */
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

/** Opens every sink, runs, and closes those that were opened. */
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
    // What went wrong first is what the caller has to know, here and below.
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

/** Takes a chunk's records. Gives the row whose spikes there was no room for, else `chunk`. */
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

/** As many rows as fit a slice, by the speed of the last chunk; grows fourfold at most, since small chunks mislead. */
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
      // Data may be long in coming: an abort does not wait for it.
      const count = typeof given === "number" ? given : await watch.race(given);
      if (count === ABORTED) return ABORTED;
      filled = Math.min(filled, count);
    }
  }
  return filled;
};

/** Closes every input, also after one fails to. */
const closeFeeds = async (parts: readonly LoopPart[], watch: AbortWatch): Promise<void> => {
  const feeds = parts.flatMap((part) => part.feeds);
  const closing = Promise.allSettled(feeds.map(async ({ feed }) => feed.close?.()));
  // An iterator that waits for data ends only when the data comes: an abort does not wait for that.
  const results = await (watch.aborted ? Promise.race([closing, pause()]) : closing);
  const failed = results?.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
};
