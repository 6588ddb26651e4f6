import { type Binding, type Compiled, compilePopulation } from "../compile/population.ts";
import type { receptorNode } from "../compile/receptors.ts";
import type { SignalCode } from "../compile/signals.ts";
import type { Precision } from "../config/parse.ts";
import { sizeOf } from "../config/shape.ts";
import type { BuiltPopulation } from "../graph/build.ts";
import type { Feed } from "../inputs/contract.ts";
import type { View } from "../program/machine.ts";
import { bytesOf, fillInitial, viewOf } from "../program/memory.ts";
import { type Probe, probeOf } from "../program/probe.ts";
import { type Program, paddedTo, wordsOf } from "../program/program.ts";
import { isSame } from "../program/same.ts";
import { type ProgramTrace, takesAll } from "../record/plan.ts";

/** Feeds of each input port of a population, by name. */
export type Feeds = Readonly<Record<string, readonly Pick<Feed, "binding">[]>>;

/** A feed and the buffers that it fills. */
export interface WiredFeed {
  readonly feed: Omit<Feed, "binding">;
  readonly buffers: readonly number[];
}

/** The program of a population in a run, and its feeds. */
export interface Driven {
  readonly program: Program;
  /** The feeds of each port, then those of fields that change in time. */
  readonly feeds: readonly WiredFeed[];
  readonly inputs: Compiled["inputs"];
}

/** Number of programs for other inputs to keep: a closed loop may use different noise in each run. */
const KEPT = 8;

/** The code that only networks load. */
export interface NetworkCode extends SignalCode {
  readonly receptorNode: typeof receptorNode;
}

type Signature = Readonly<Record<string, readonly Binding[]>>;

/** The programs of one population: one for each combination of input kinds. */
export class Programs {
  readonly #population: BuiltPopulation;
  readonly #precision: Precision;
  readonly #parts: NetworkCode | undefined;
  /** Also of programs that are no longer in the list, since a machine may still run them. */
  readonly #kept = new WeakMap<Program, Compiled["kept"]>();
  readonly #compiled: { readonly signature: Signature; readonly compiled: Compiled }[] = [];

  /** `parts` are functions of `compilePopulation`; required if there are receptors or signals. */
  constructor(population: BuiltPopulation, precision: Precision, parts?: NetworkCode) {
    this.#population = population;
    this.#precision = precision;
    this.#parts = parts;
  }

  /** The program for some inputs. Returns the same object for the same kinds of inputs and equal sources. */
  drivenBy(feeds: Readonly<Record<string, readonly Feed[]>>): Driven {
    const compiled = this.#compile(feeds);
    const { program, inputs, changing } = compiled;
    const wired: WiredFeed[] = Object.entries(feeds).flatMap(([port, list]) =>
      list.map((feed, k) => ({ feed, buffers: inputs[port]![k]! })),
    );
    for (const { part, exprs, buffers } of changing) {
      wired.push({ feed: { fill: part.varying!.fill(exprs, part.fields, program.padded) }, buffers });
    }
    return { program, feeds: wired, inputs };
  }

  /** Initial values of the state variables of the population and its receptors, one per unit. */
  initialStates(): [string, View][] {
    const { program } = this.#compile({});
    return program.buffers.flatMap((buffer): [string, View][] => {
      if (buffer.role !== "state") return [];
      const { units } = program;
      const view = viewOf(buffer, program, new ArrayBuffer(units * bytesOf(buffer, program)), 0, units);
      fillInitial(buffer, view);
      return [[buffer.name, view]];
    });
  }

  /** Makes the next use compile again, after a value became a buffer or changed its length. */
  forget(): void {
    this.#compiled.length = 0;
  }

  /** The values of fields that a machine keeps while it runs one of the programs. */
  keptBy(program: Program): Compiled["kept"] {
    return this.#kept.get(program)!;
  }

  #compile(feeds: Feeds): Compiled {
    const signature: Record<string, Binding[]> = {};
    for (const [port, list] of Object.entries(feeds)) signature[port] = list.map(({ binding }) => binding);
    const known = this.#compiled.find((other) => isSame(other.signature, signature));
    if (known) return known.compiled;
    const { name, component, receptors } = this.#population;
    const compiled = compilePopulation(component, {
      precision: this.#precision,
      inputs: signature,
      path: name,
      receptors,
      ...this.#parts,
    });
    if (this.#compiled.length >= KEPT) this.#compiled.shift();
    this.#compiled.push({ signature, compiled });
    this.#kept.set(compiled.program, compiled.kept);
    return compiled;
  }
}

/** The probes that record these traces in chunks of at most `rows` steps. */
export const probesOf = (program: Program, traces: readonly ProgramTrace[], rows: number): Probe[] =>
  traces.map((trace) => {
    const most = takesAll(trace) ? rows : Math.floor((rows - 1) / trace.every) + 1;
    return probeOf(program, trace.name, most, trace.units && [...trace.units].sort((a, b) => a - b));
  });

/** Inputs and records of one population. */
export interface ChunkRequest {
  readonly feeds: Feeds;
  readonly traces: readonly ProgramTrace[];
}

/** Bytes that one step adds to a chunk: inputs, spikes, records and fields that change in time. */
export const rowBytes = (
  { component, receptors }: BuiltPopulation,
  precision: Precision,
  { feeds, traces }: ChunkRequest,
): number => {
  const padded = paddedTo(sizeOf(component.units), 32);
  const size = precision === "f64" ? 8 : 4;
  let bytes = wordsOf(padded) * 4;
  bytes += component.varying?.rowBytes(component, padded) ?? 0;
  for (const { drives } of receptors) {
    for (const { source } of drives) bytes += source.varying?.rowBytes(source, padded) ?? 0;
  }
  for (const { binding } of Object.values(feeds).flat()) {
    if (binding.kind === "row") bytes += size;
    if (binding.kind === "rowUnit") bytes += padded * size;
    if (binding.kind === "rowBit") bytes += wordsOf(padded) * (binding.signed ? 8 : 4);
  }
  for (const trace of traces) {
    bytes += ((trace.units?.length ?? padded) * size) / (takesAll(trace) ? 1 : trace.every);
  }
  return bytes;
};

/** Largest number of steps in any chunk. */
export const MAX_ROWS = 4096;
