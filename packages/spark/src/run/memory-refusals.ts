import { counted } from "../config/counted.ts";
import { MemoryError } from "../errors/errors.ts";
import { type Budget, LARGE_CHUNK_BYTES } from "./budget.ts";

/* Error messages of runs that exceed their memory budget. */

export const memoryText = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${bytes} bytes`;

interface Records {
  readonly name: string;
  readonly bytes: number;
  /** Whether `most` limits the rows of the record. */
  readonly isLimitable?: boolean;
}

/** Rejects a run whose machine takes `own` bytes. @throws MemoryError that lists what takes how much memory */
export const refuseMemory = (own: number, records: readonly Records[], budget: Budget): never => {
  const parts = [`simulation ${memoryText(own)}`, ...records.map(({ name, bytes }) => `${name} ${memoryText(bytes)}`)];
  const enough = enoughFor(records.reduce((sum, { bytes }) => sum + bytes, own));
  throw new MemoryError(
    `memory must be at least ${memoryText(enough)} for this run (${parts.join(", ")}); received ${memoryText(budget.memory)}. ${remedyFor(own, records, budget)}, or raise memory to ${enough}.`,
  );
};

/** A round number of bytes. It exceeds the sum, because a larger budget makes larger chunks. */
const enoughFor = (total: number): number => Math.ceil((total + Math.min(LARGE_CHUNK_BYTES, total / 3)) / 1e5) * 1e5;

const remedyFor = (own: number, records: readonly Records[], { memory, streamed }: Budget): string => {
  if (own >= memory) return "Use fewer units";
  const largest = records.reduce((a, b) => (b.bytes > a.bytes ? b : a), { name: "", bytes: 0 } as Records);
  const others = records.reduce((sum, { bytes }) => sum + bytes, own - largest.bytes);
  // The size of a chunk varies with the records, so the advice includes a margin.
  const free = memory * 0.85 - others;
  const rarer = free > 0 ? Math.ceil(largest.bytes / free) : 0;
  const isVariable = largest.name !== "rate" && largest.name !== "activeFraction";
  const elsewhere = streamed ? "" : ", stream to files with a sink";
  if (largest.isLimitable) return `Limit the rows with record.${largest.name}.most, record fewer units${elsewhere}`;
  const sparser =
    rarer > 1 && isVariable ? `Multiply record.${largest.name}.every by ${rarer}, record fewer` : "Record fewer";
  return `${sparser} units or a shorter window, use reduce${elsewhere}`;
};

/** The error of a run whose spikes exceeded the budget. */
export const spikesTooMany = (count: number, lastStep: number, memory: number): MemoryError =>
  new MemoryError(
    `memory of ${memoryText(memory)} was exhausted by ${counted(count, "spike")}; outSpikes ends with step ${lastStep}. Record fewer units or a shorter window, record rate instead of outSpikes, stream to files with a sink, or raise memory. The property partial of this error holds the records up to this step.`,
  );
