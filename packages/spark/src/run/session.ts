import { compilePopulation, type RecordRequest } from "../compile/population.ts";
import type { Receptor, receptorNode } from "../compile/receptors.ts";
import { sizeOf } from "../config/shape.ts";
import type { Feed } from "../inputs/contract.ts";
import type { BuiltComponent } from "../model/component.ts";
import { type Buffer, type Program, paddedTo, wordsOf } from "../program/program.ts";
import type { RecordPlan, TracePlan } from "../record/plan.ts";

/** Bytes that the buffers of a chunk aim at: input rows, spike bits and records. They then stay in a second-level cache. */
const CHUNK_BYTES = 2 ** 19;
/** Large populations take more, so that a block of units still goes through some steps while it is in the cache. */
export const LARGE_CHUNK_BYTES = 40e6;
export const LARGE_CHUNK_ROWS = 32;
/** Most steps of any chunk. */
export const MAX_ROWS = 4096;

/** What one run of a component is made of, before a machine stands. */
export interface Plan<R = RecordPlan> {
  readonly program: Program;
  /** For each input port its feeds and the buffers that they fill; then those of fields that change in time. */
  readonly feeds: readonly WiredFeed[];
  readonly record: R;
}

export interface WiredFeed {
  readonly feed: Omit<Feed, "binding">;
  readonly buffers: readonly number[];
}

/** A variable as the program of its population records it. */
export type ProgramTrace = Pick<TracePlan, "name" | "units" | "every" | "reduce" | "over">;

/** What a program records. */
export interface ProgramRecord extends Pick<RecordPlan, "spikes" | "rate"> {
  readonly traces: readonly ProgramTrace[];
}

export interface PlanOptions<R extends ProgramRecord = RecordPlan> {
  readonly precision: "f32" | "f64";
  readonly feeds: Readonly<Record<string, readonly Feed[]>>;
  readonly record: R;
  readonly steps: number;
  /** Bytes that the run may take: a small budget makes small chunks. */
  readonly memory: number;
  /** Most steps of a chunk; results never depend on it. */
  readonly rows?: number | undefined;
}

/** A population of a network: what acts on it beside its inputs, and what it has in common with the others. */
export interface PopulationOptions {
  /** Its name. */
  readonly path: string;
  readonly receptors: readonly Receptor[];
  readonly receptorNode?: typeof receptorNode;
  /** Steps of a chunk. */
  readonly rows: number;
}

/** Whether a trace takes every step, to reduce it over time. */
export const takesAll = ({ reduce, over }: Pick<ProgramTrace, "reduce" | "over">): boolean =>
  reduce !== undefined && over === "time";

/** Record rows that a trace can have in a chunk. */
const rowsIn = (trace: ProgramTrace, rows: number): number =>
  takesAll(trace) ? rows : Math.floor((rows - 1) / trace.every) + 1;

/** Compiles the program of a run, with chunks of a size that fits caches and the budget. */
export const planProgram = (component: BuiltComponent, options: PlanOptions): Plan => {
  const { record, steps } = options;
  const spikes = record.spikes !== undefined || record.rate !== undefined;
  const row = Math.max(rowBytes(component, options, spikes), 1);
  const large = Math.min(LARGE_CHUNK_BYTES, LARGE_CHUNK_ROWS * row);
  const fitting = Math.floor(Math.min(Math.max(CHUNK_BYTES, large), options.memory / 16) / row);
  const rows = Math.max(1, Math.min(steps, options.rows ?? MAX_ROWS, fitting));
  return planOf(component, options, { path: "soma", receptors: [], rows }, spikes);
};

/** Compiles the program of one population. */
export const planOf = <R extends ProgramRecord>(
  component: BuiltComponent,
  { precision, feeds, record }: PlanOptions<R>,
  { rows, path, ...acting }: PopulationOptions,
  spikes: boolean,
): Plan<R> => {
  const inputs = Object.fromEntries(
    Object.entries(feeds).map(([port, list]) => [port, list.map(({ binding }) => binding)]),
  );
  const records = record.traces.map((trace) => requestOf(trace));
  const options = { precision, rows, inputs, spikes, records, path, ...acting };
  const { program: whole, changing } = compilePopulation(component, options);
  const program = narrowRecords(whole, record);
  const find = (name: string): number => program.buffers.findIndex((buffer) => buffer.name === name);
  const wired: WiredFeed[] = Object.entries(feeds).flatMap(([port, list]) =>
    list.map((feed, k) => {
      const name = `${path}.${port}${k === 0 ? "" : k + 1}`;
      return { feed, buffers: [find(name), find(`${name}.inhibitory`)].filter((buffer) => buffer >= 0) };
    }),
  );
  for (const { part, exprs, buffers } of changing) {
    wired.push({ feed: { fill: part.varying!.fill(exprs, part.fields, program.padded) }, buffers });
  }
  return { program, feeds: wired, record };
};

/** An observable of a receptor is named "receptor.observable". */
const requestOf = ({ name, units: chosen }: ProgramTrace): RecordRequest => {
  const [first, second] = name.split(".", 2) as [string, string?];
  const named = second === undefined ? { name } : { name: second, receptor: first };
  return chosen ? { ...named, units: [...chosen].sort((a, b) => a - b) } : named;
};

/** Bytes that one step more in a chunk takes. */
export const rowBytes = (component: BuiltComponent, options: PlanOptions<ProgramRecord>, spikes: boolean): number => {
  const padded = paddedTo(sizeOf(component.units), 32);
  const size = options.precision === "f64" ? 8 : 4;
  let bytes = spikes ? wordsOf(padded) * 4 : 0;
  bytes += component.varying?.rowBytes(component, padded) ?? 0;
  for (const { binding } of Object.values(options.feeds).flat()) {
    if (binding.kind === "row") bytes += size;
    if (binding.kind === "rowUnit") bytes += padded * size;
    if (binding.kind === "rowBit") bytes += wordsOf(padded) * (binding.signed ? 8 : 4);
  }
  for (const trace of options.record.traces) {
    bytes += ((trace.units?.length ?? padded) * size) / (takesAll(trace) ? 1 : trace.every);
  }
  return bytes;
};

/** Cuts the record buffers, which are compiled for a record in each step, to the rows that a chunk can have. */
const narrowRecords = (program: Program, record: ProgramRecord): Program => {
  const lengths = new Map(
    record.traces.map((trace, k) => {
      const { buffer, width } = program.records[k]!;
      return [buffer, width * rowsIn(trace, program.rows)];
    }),
  );
  const buffers = program.buffers.map((buffer, k): Buffer => ({ ...buffer, length: lengths.get(k) ?? buffer.length }));
  return { ...program, buffers };
};
