import { MemoryError } from "../errors/errors.ts";
import type { Setup } from "../program/machine.ts";
import { memoryOf, recordBytes } from "../program/memory.ts";
import { heldRows, heldSpikes, SPIKE_BYTES } from "../record/collectors.ts";
import { planMemory, type RecordPlan, rowsMemory } from "../record/plan.ts";

export const memoryText = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${bytes} bytes`;

/** Large populations take more, so that a block of units still goes through some steps while it is in the cache. */
export const LARGE_CHUNK_BYTES = 40e6;
export const LARGE_CHUNK_ROWS = 32;

export interface Budget {
  /** Bytes that the run may take. */
  readonly memory: number;
  /** Whether records go to a sink. */
  readonly streamed: boolean;
  /** Whether a worker holds a second copy of the program's memory. */
  readonly worker: boolean;
}

/** Bytes that the buffers of all populations take, and what they are watched for. */
export const setupMemory = ({ rows, populations }: Setup): number =>
  populations.reduce(
    (sum, { program, probes }) =>
      probes.reduce(
        (bytes, probe) => bytes + Math.ceil((probe.width * probe.rows * recordBytes(program, probe)) / 64) * 64,
        sum + memoryOf(program, rows) + Math.ceil((probes.length * 3 * 4) / 64) * 64,
      ),
    0,
  );

/** Bytes of the machine, and of what a sink has not taken yet. */
const ownMemory = (setup: Setup, record: RecordPlan, { streamed, worker }: Budget): number => {
  const machine = setupMemory(setup) * (worker ? 2 : 1);
  if (!streamed) return machine;
  const plans = [...record.traces, ...(record.rate ? [record.rate] : [])];
  const rows = plans.reduce((sum, plan) => sum + rowsMemory(plan, heldRows(plan, setup.rows, true)), 0);
  return machine + rows + heldSpikes(record, setup.populations[0]!.program.units) * SPIKE_BYTES;
};

/**
 * Checks a run of one population against its budget before anything is allocated. Gives the number of spikes that there
 * is room for.
 * @throws MemoryError with what takes how much and how to get below.
 */
export const checkPopulationMemory = (setup: Setup, record: RecordPlan, budget: Budget): number => {
  const { memory, streamed } = budget;
  const own = ownMemory(setup, record, budget);
  const records = streamed ? [] : planMemory(record);
  const total = records.reduce((sum, { bytes }) => sum + bytes, own);
  if (total <= memory) {
    if (streamed) return heldSpikes(record, setup.populations[0]!.program.units);
    return Math.max(1, Math.floor((memory - total) / SPIKE_BYTES));
  }
  const parts = [`simulation ${memoryText(own)}`, ...records.map(({ name, bytes }) => `${name} ${memoryText(bytes)}`)];
  const enough = enoughFor(total);
  throw new MemoryError(
    `memory must be at least ${memoryText(enough)} for this run (${parts.join(", ")}); received ${memoryText(memory)}. ${remedyFor(own, records, budget)}, or raise memory to ${enough}.`,
  );
};

/** A larger budget makes larger chunks, so more than the sum is needed; in round numbers. */
const enoughFor = (total: number): number => Math.ceil((total + Math.min(LARGE_CHUNK_BYTES, total / 3)) / 1e5) * 1e5;

const remedyFor = (
  own: number,
  records: readonly { readonly name: string; readonly bytes: number }[],
  { memory, streamed }: Budget,
): string => {
  if (own >= memory) return "Use fewer units";
  const largest = records.reduce((a, b) => (b.bytes > a.bytes ? b : a), { name: "", bytes: 0 });
  const others = records.reduce((sum, { bytes }) => sum + bytes, own - largest.bytes);
  // Chunks shrink and grow a little with what is recorded, so the advice leaves some room.
  const free = memory * 0.85 - others;
  const rarer = free > 0 ? Math.ceil(largest.bytes / free) : 0;
  const sparser =
    rarer > 1 && largest.name !== "rate"
      ? `Record ${largest.name} with every ${rarer} times as large, or fewer`
      : "Record fewer";
  return `${sparser} units or a shorter window, reduce it${streamed ? "" : ", stream to files with a sink"}`;
};

/** The error of a run whose spikes outgrew the budget. */
export const spikesTooMany = (count: number, lastStep: number, memory: number): MemoryError =>
  new MemoryError(
    `memory of ${memoryText(memory)} was used up by ${count} spikes; outSpikes ends with step ${lastStep}. Record fewer units or a shorter window, record rate in place of outSpikes, stream to files with a sink, or raise memory. What was recorded is in the error's "partial".`,
  );
