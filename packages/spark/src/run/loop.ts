import type { Machine } from "../backend/backend.ts";
import { MemoryError } from "../errors/errors.ts";
import type { Progress } from "./options.ts";
import { pause } from "./pause.ts";
import type { RecordHeader, RecordSink } from "./record/sink.ts";
import { Collectors, type Plan } from "./session.ts";

/** A chunk aims at this many seconds, so that an abort or a page's event waits no longer. */
const SLICE = 0.02;
const PROGRESS_INTERVAL = 0.1;

export interface LoopOptions {
  readonly plan: Plan;
  readonly machine: Machine;
  readonly dt: number;
  /** Steps done before this run. */
  readonly before: number;
  readonly steps: number;
  readonly memory: number;
  readonly header: RecordHeader;
  readonly progress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly sink?: RecordSink | undefined;
}

export interface LoopResult {
  readonly collectors: Collectors;
  readonly done: number;
  readonly stoppedBy: "abort" | "input" | "memory" | undefined;
  readonly wallTime: number;
}

const now = (): number => performance.now() / 1000;

/** Steps a machine through a run: feeds each chunk, advances, takes the records, gives way to others. */
export const runLoop = async (options: LoopOptions, onAdvance: (steps: number) => void): Promise<LoopResult> => {
  const { plan, machine, steps, sink } = options;
  const collectors = new Collectors(plan, machine, options.dt, sink !== undefined);
  const begin = now();
  let reported = begin;
  let done = 0;
  let rows = 1;
  let stoppedBy: LoopResult["stoppedBy"];
  feedConstants(plan, machine);
  await sink?.open(options.header);
  let closed = false;
  try {
    while (done < steps && stoppedBy === undefined) {
      if (options.signal?.aborted) {
        stoppedBy = "abort";
        break;
      }
      const start = now();
      const asked = Math.min(rows, plan.program.rows, steps - done);
      const chunk = await feedRows(plan, machine, options.before + done, asked);
      if (chunk < asked) stoppedBy = "input";
      const first = options.before + done;
      collectors.schedule(first + 1, chunk);
      if (chunk > 0) {
        const advancing = machine.advance(first, chunk);
        if (advancing) await advancing;
        collectors.take(first + 1, chunk);
        onAdvance(chunk);
      }
      done += chunk;
      if (sink) await drain(collectors, sink);
      else if (collectors.spikeBytes > options.memory) stoppedBy = "memory";
      const end = now();
      if (options.progress && (end - reported >= PROGRESS_INTERVAL || done === steps)) {
        reported = end;
        options.progress(progressOf(done, steps, end - begin));
      }
      rows = nextRows(asked, end - start);
      await pause();
    }
    closed = true;
    await sink?.close(done === steps);
  } finally {
    if (!closed) await sink?.close(false);
    for (const { feed } of plan.feeds) await feed.close?.();
  }
  return { collectors, done, stoppedBy, wallTime: now() - begin };
};

export const spikesTooMany = (bytes: number, memory: number): MemoryError =>
  new MemoryError(
    `memory of ${(memory / 1e6).toFixed(1)} MB was used up by ${Math.round(bytes / 8)} spikes. Record fewer units or a shorter window, record rate in place of outSpikes, stream to files with a sink, or raise memory. What was recorded is in the error's "partial".`,
  );

/** As many rows as fit a slice, by the speed of the last chunk; grows fourfold at most, since small chunks mislead. */
const nextRows = (rows: number, seconds: number): number => {
  const fitting = Math.floor((rows * SLICE) / Math.max(seconds, 1e-6));
  return Math.max(1, Math.min(rows * 4, fitting));
};

const progressOf = (step: number, steps: number, elapsed: number): Progress => ({
  step,
  steps,
  fraction: step / steps,
  elapsed,
  remaining: (elapsed / step) * (steps - step),
});

const feedConstants = (plan: Plan, machine: Machine): void => {
  for (const { feed, buffers } of plan.feeds) {
    if (feed.constant === undefined) continue;
    const view = machine.view(buffers[0]!);
    if (typeof feed.constant === "number") view.fill(feed.constant);
    else view.set(feed.constant);
  }
};

const feedRows = async (plan: Plan, machine: Machine, firstStep: number, rows: number): Promise<number> => {
  let filled = rows;
  for (const { feed, buffers } of plan.feeds) {
    if (!feed.fill) continue;
    const count = feed.fill(
      buffers.map((buffer) => machine.view(buffer)),
      firstStep,
      rows,
    );
    filled = Math.min(filled, typeof count === "number" ? count : await count);
  }
  return filled;
};

const drain = async (collectors: Collectors, sink: RecordSink): Promise<void> => {
  const { spikes, rate, traces } = collectors;
  if (spikes && spikes.count > 0) {
    await sink.spikes(spikes.steps, spikes.units);
    spikes.clear();
  }
  for (const collector of [...traces, ...(rate ? [rate] : [])]) {
    if (collector.rows === 0) continue;
    const name = "name" in collector.plan ? collector.plan.name : "rate";
    await sink.rows(name, collector.steps, collector.values);
    collector.clear();
  }
};
