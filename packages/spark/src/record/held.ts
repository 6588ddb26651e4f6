import { intervalOf, type RatePlan, type RecordPlan, type TracePlan } from "./plan.ts";

/* How much of the records is in memory at once. */

/** Spikes that are collected for one call of a sink, unless a single step can have more. */
const STREAMED_SPIKES = 65_536;
/** Bytes per spike: its step and unit, and half as much again while the arrays grow. */
export const SPIKE_BYTES = 12;

/** Rows of a trace or rate in memory: all rows, or with a sink or conditions those of one chunk. */
export const heldRows = (plan: TracePlan | RatePlan, chunk: number, streamed: boolean): number => {
  const inChunk = Math.floor(chunk / intervalOf(plan)) + 1;
  if (plan.trigger) return inChunk;
  return streamed ? Math.min(plan.rows, inChunk) : plan.rows;
};

/** Spikes in memory if they go to a sink. */
export const heldSpikes = (plan: RecordPlan, units: number): number =>
  plan.spikes ? Math.max(STREAMED_SPIKES, plan.spikes.units?.length ?? units) : 0;
