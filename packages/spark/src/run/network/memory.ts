import type { Precision } from "../../config/parse.ts";
import { sizeOf } from "../../config/shape.ts";
import { liesInRows, rowWeights } from "../../connectivity/layout.ts";
import type { Synapses } from "../../connectivity/synapses.ts";
import { MemoryError } from "../../errors/errors.ts";
import type { BuiltBrain } from "../../graph/build.ts";
import { memoryText } from "../memory.ts";
import { SPIKE_BYTES } from "../record/collectors.ts";
import { planMemory } from "../record/plan.ts";
import type { Plan } from "../session.ts";
import { populationsMemory } from "./plan.ts";
import { type ReadoutPlan, recordOf } from "./readout/plan.ts";

/** Each table of offsets is made twice, by whoever counts and by the machine, and needed a third time to fill. */
const TABLES = 3;

/**
 * Bytes that the synapses of a projection take: in lists a target of 16 bits, and a weight where each has its own; in rows
 * a weight for every pair and, while they are filled, a byte.
 */
export const synapsesMemory = (synapses: Synapses, precision: Precision, inRows: boolean): number => {
  const { sources, targets, delays } = synapses;
  const tables = TABLES * sources * delays.length * 4;
  if (!inRows) return tables + listsMemory(synapses, precision);
  return tables + rowWeights(synapses) * floatBytes(precision) + sources * targets * delays.length;
};

const floatBytes = (precision: Precision): number => (precision === "f64" ? 8 : 4);

/** The part of it that goes with the number of synapses. */
const listsMemory = ({ expected, weight }: Synapses, precision: Precision): number =>
  expected * (2 + (weight === undefined ? floatBytes(precision) : 0));

/** Whether each projection lies in rows. */
const rowsOf = ({ projections }: BuiltBrain["wiring"], synapses: readonly Synapses[]): boolean[] => {
  const laid = projections.map((wired, k) => ({ ...wired, layout: wired.projection.layout, synapses: synapses[k]! }));
  return laid.map(({ source, target, receptor }) =>
    liesInRows(
      laid.filter((other) => other.source === source && other.target === target && other.receptor === receptor),
    ),
  );
};

/**
 * Checks a brain against its budget before its synapses are laid out. Gives for each population the number of spikes
 * that there is room for.
 * @throws MemoryError with what takes how much and how to get below.
 */
export const checkNetworkMemory = (
  { wiring, populations }: BuiltBrain,
  { plans, readouts }: { readonly plans: readonly Plan[]; readonly readouts: readonly ReadoutPlan[] },
  synapses: readonly Synapses[],
  memory: number,
  precision: Precision,
): number[] => {
  const inRows = rowsOf(wiring, synapses);
  const tables = synapses.map((drawn, k) => ({
    name: `projection ${wiring.projections[k]!.name}${inRows[k] ? " in rows" : ""}`,
    bytes: synapsesMemory(drawn, precision, inRows[k]!),
    saved: inRows[k] ? synapsesMemory(drawn, precision, true) - synapsesMemory(drawn, precision, false) : 0,
  }));
  const kept = [
    ...plans.map(({ record }, k) => [populations[k]!.name, record] as const),
    ["readouts", recordOf(readouts)] as const,
  ];
  const records = kept.flatMap(([population, record]) =>
    planMemory(record).map(({ name, bytes }) => ({ name: `${population}.${name}`, bytes })),
  );
  const own = populationsMemory(plans);
  const parts = [{ name: "populations", bytes: own }, ...tables, ...records].filter(({ bytes }) => bytes > 0);
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const saved = tables.reduce((sum, table) => sum + Math.max(0, table.saved), 0);
  const lists = synapses.filter((_, k) => !inRows[k]);
  const ofSynapses = lists.reduce((sum, drawn) => sum + listsMemory(drawn, precision), 0);
  if (total > memory) throw tooLarge(parts, total, { memory, saved, ofSynapses });
  const units = populations.map(({ component }) => sizeOf(component.units));
  const counted = plans.map(({ record }, k) => (record.spikes ? units[k]! : 0));
  const all = counted.reduce((sum, count) => sum + count, 0);
  const room = Math.floor((memory - total) / SPIKE_BYTES);
  return counted.map((count) => Math.max(1, Math.floor((room * count) / Math.max(1, all))));
};

const tooLarge = (
  parts: readonly { readonly name: string; readonly bytes: number }[],
  total: number,
  { memory, saved, ofSynapses }: Readonly<Record<"memory" | "saved" | "ofSynapses", number>>,
): MemoryError => {
  const listed = [...parts].sort((a, b) => b.bytes - a.bytes).slice(0, 6);
  const more = parts.length > listed.length ? `, and ${parts.length - listed.length} more` : "";
  const named = listed.map(({ name, bytes }) => `${name} ${memoryText(bytes)}`).join(", ");
  const sparser = saved > 0 ? `Write layout: "sparse", which takes ${memoryText(saved)} less. ` : "";
  // What is left beside all that fewer synapses would take nothing away from.
  const fitting = ofSynapses > 0 ? Math.floor(((memory - total + ofSynapses) / ofSynapses) * 100) : 0;
  const fewer =
    fitting >= 1 ? `About ${fitting} % of the synapses would fit: use fewer, record less, ` : "Record less, ";
  return new MemoryError(
    `memory must be at least ${memoryText(total)} for this brain (${named}${more}); received ${memoryText(memory)}. ${sparser}${fewer}or raise memory to ${Math.ceil(total / 1e6) * 1e6}.`,
  );
};
