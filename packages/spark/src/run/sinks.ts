import type { Collecting } from "../record/collectors.ts";
import type { RecordHeader, RecordSink } from "../record/sink.ts";
import { ABORTED, type AbortWatch } from "./abort.ts";
import type { StopReason } from "./model.ts";

/* The sinks of a run. A run without sinks does not load this file. */

/** Passes the first `kept` rows of a chunk to a sink. Returns ABORTED if the sink is still busy after an abort. */
export type Drain = (
  sink: RecordSink,
  collectors: Collecting,
  firstStep: number,
  kept: number,
) => Promise<undefined | typeof ABORTED>;

/** Milliseconds that a call of a sink may take after an abort, unless the sink has its own. */
const GRACE = 50;
const UNSETTLED =
  "A sink did not finish its work after the run was aborted. The run did not wait for it, and its last records may be missing.";

/** Opens every sink, runs, and closes the open sinks. */
export const withSinks = async (
  parts: readonly { readonly sink?: RecordSink | undefined; readonly header: RecordHeader }[],
  watch: AbortWatch,
  warnings: string[],
  course: { stoppedBy: StopReason | undefined },
  run: (drain: Drain) => Promise<void>,
): Promise<void> => {
  const opened: RecordSink[] = [];
  /** Calls that an abort did not wait for. */
  const pending = new Map<RecordSink, Promise<void>>();
  /** Waits for a call of a sink. Returns ABORTED if it is still pending after an abort. */
  const wait = async (sink: RecordSink, call: () => void | Promise<void>): Promise<undefined | typeof ABORTED> => {
    const calling = (async () => call())();
    const ended = await watch.race(calling, sink.grace ?? GRACE);
    if (ended !== ABORTED) return undefined;
    if (pending.size === 0) warnings.push(UNSETTLED);
    pending.set(sink, calling);
    return ABORTED;
  };
  /** Closes all sinks, even if one fails. One with a pending call is closed after that call. */
  const closeAll = async (complete: boolean): Promise<void> => {
    const closing = opened.map(async (sink) => {
      const call = pending.get(sink);
      if (call) call.then(() => sink.close(false)).catch(() => {});
      else await wait(sink, () => sink.close(complete));
    });
    const failed = (await Promise.allSettled(closing)).find(({ status }) => status === "rejected");
    if (failed) throw (failed as PromiseRejectedResult).reason;
  };
  try {
    const opening = parts.map(async ({ sink, header }) => {
      if (!sink) return;
      if ((await wait(sink, () => sink.open(header))) === ABORTED) course.stoppedBy = "abort";
      opened.push(sink);
    });
    for (const { status, ...rest } of await Promise.allSettled(opening)) {
      if (status === "rejected") throw (rest as { readonly reason: unknown }).reason;
    }
    const drain: Drain = (sink, collectors, firstStep, kept) =>
      wait(sink, () => drainTo(sink, collectors, firstStep, kept));
    if (!course.stoppedBy) await run(drain);
  } catch (error) {
    // The caller needs the first error.
    await closeAll(false).catch(() => {});
    throw error;
  }
  await closeAll(course.stoppedBy === undefined);
};

/** Passes the first `kept` rows of a chunk to a sink. */
const drainTo = async (sink: RecordSink, collectors: Collecting, firstStep: number, kept: number): Promise<void> => {
  let taken = collectors.takeSpikes(firstStep, kept, 0);
  await collectors.drain(sink);
  while (taken < kept) {
    taken = collectors.takeSpikes(firstStep, kept, taken);
    await collectors.drain(sink);
  }
  await sink.reached?.(firstStep + kept - 1);
};
