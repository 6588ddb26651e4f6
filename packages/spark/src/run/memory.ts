import type { Setup } from "../program/machine.ts";
import { lines, memoryOf, recordBytes } from "../program/memory.ts";
import { heldRows, heldSpikes, SPIKE_BYTES } from "../record/held.ts";
import { lookBackMemory, planMemory, type RecordPlan, rowsMemory } from "../record/plan.ts";
import type { Budget } from "./budget.ts";
import type { refuseMemory } from "./memory-refusals.ts";

/** Bytes of the buffers and probes of all populations. */
export const setupMemory = ({ rows, populations }: Setup): number =>
  populations.reduce(
    (sum, { program, probes }) =>
      probes.reduce(
        (bytes, probe) => bytes + lines(probe.width * probe.rows * recordBytes(program, probe)),
        sum + memoryOf(program, rows) + lines(probes.length * 3 * 4),
      ),
    0,
  );

/** Bytes of the machine, and of records that a sink has not taken yet. */
const ownMemory = (setup: Setup, record: RecordPlan, { streamed, worker }: Budget): number => {
  const { units } = setup.populations[0]!.program;
  const machine = setupMemory(setup) * (worker ? 2 : 1) + lookBackMemory(record, units, setup.rows);
  if (!streamed) return machine;
  const plans = [...record.traces, ...record.binned];
  const rows = plans.reduce((sum, plan) => sum + rowsMemory(plan, heldRows(plan, setup.rows, true)), 0);
  return machine + rows + heldSpikes(record, units) * SPIKE_BYTES;
};

/**
 * Checks a run of one population against its budget before memory is allocated. Returns the number of spikes that fit.
 * @throws MemoryError that lists what takes how much memory and how to reduce it
 */
export const checkPopulationMemory = (setup: Setup, record: RecordPlan, budget: Budget): number | Promise<never> => {
  const { memory, streamed } = budget;
  const own = ownMemory(setup, record, budget);
  const records = streamed ? [] : planMemory(record);
  const total = records.reduce((sum, { bytes }) => sum + bytes, own);
  if (total <= memory) {
    if (streamed) return heldSpikes(record, setup.populations[0]!.program.units);
    return Math.max(1, Math.floor((memory - total) / SPIKE_BYTES));
  }
  return refused(own, records, budget);
};

/** The messages are loaded only when needed, because most runs fit. */
const refused = async (...given: Parameters<typeof refuseMemory>): Promise<never> =>
  (await import("./memory-refusals.ts")).refuseMemory(...given);
