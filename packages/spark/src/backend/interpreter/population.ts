import { meaning } from "../../expr/evaluate.ts";
import { fadesAfter } from "../../program/fading.ts";
import type { MachinePopulation, PopulationSetup, View } from "../../program/machine.ts";
import { bytesOf, fillInitial, lengthOf, recordBytes, viewOf } from "../../program/memory.ts";
import type { Probe } from "../../program/probe.ts";
import type { Kernel, Node, Place, Program, Store } from "../../program/program.ts";
import { wordsOf } from "../../program/program.ts";

/** The step, row and unit of an evaluation. */
interface Position {
  step: number;
  row: number;
  unit: number;
}

/**
 * Evaluates one node of one unit at a time, with the table that defines the meaning of each operation. This is simple
 * and slow. All other backends must give the same bits.
 */
export class InterpreterPopulation implements MachinePopulation {
  readonly program: Program;
  readonly schedule: Int32Array;
  readonly #probes: readonly Probe[];
  readonly #views: readonly View[];
  readonly #records: readonly View[];
  /** For each probe: the row in which it is due next, and its number of records in this chunk. */
  #next: number[] = [];
  #recorded: number[] = [];

  /** `kept`: state buffers that keep their memory and values. All others get initial values. */
  constructor({ program, probes }: PopulationSetup, rows: number, kept: ReadonlyMap<string, View>) {
    this.program = program;
    this.#probes = probes;
    this.schedule = new Int32Array(probes.length * 3);
    this.#views = program.buffers.map((buffer) => {
      const present = buffer.role === "state" ? kept.get(buffer.name) : undefined;
      if (present) return present;
      const length = lengthOf(buffer, rows);
      const view = viewOf(buffer, program, new ArrayBuffer(length * bytesOf(buffer, program)), 0, length);
      fillInitial(buffer, view);
      return view;
    });
    this.#records = probes.map((probe) => {
      const length = probe.width * probe.rows;
      const { type } = program.observables[probe.observable]!;
      return viewOf({ type }, program, new ArrayBuffer(length * recordBytes(program, probe)), 0, length);
    });
  }

  view(buffer: number): View {
    return this.#views[buffer]!;
  }

  record(probe: number): View {
    return this.#records[probe]!;
  }

  scanSpikes(): boolean {
    return false;
  }

  /** Starts a chunk. */
  begin(): void {
    this.#recorded = this.#probes.map(() => 0);
    this.#next = this.#probes.map((_, k) => this.schedule[k * 3]!);
  }

  /** Advances by one step, stored in a row of the chunk, and evaluates the probes that are due. */
  advanceRow(row: number, step: number): void {
    const { program } = this;
    const at: Position = { step, row, unit: 0 };
    for (; at.unit < program.units; at.unit++) this.#run(program.step, at);
    if (fadesAfter(step)) for (at.unit = 0; at.unit < program.units; at.unit++) this.#run(program.fade, at);
    this.#probes.forEach((probe, k) => {
      if (row !== this.#next[k] || row > this.schedule[k * 3 + 2]!) return;
      this.#next[k] = row + this.schedule[k * 3 + 1]!;
      this.#observe(probe, this.#records[k]!, this.#recorded[k]! * probe.width, at);
      this.#recorded[k]!++;
    });
  }

  #observe({ observable, list }: Probe, record: View, start: number, at: Position): void {
    const { nodes, value } = this.program.observables[observable]!;
    const count = list ? list.units.length : this.program.units;
    for (let place = 0; place < count; place++) {
      at.unit = list ? list.units[place]! : place;
      record[start + place] = this.#evaluate(nodes, at)[value]!;
    }
  }

  #run(kernel: Kernel, at: Position): void {
    const values = this.#evaluate(kernel.nodes, at);
    for (const store of kernel.stores) this.#store(store, values[store.node]!, at);
  }

  #evaluate(nodes: readonly Node[], at: Position): number[] {
    const values: number[] = [];
    for (const node of nodes) values.push(this.#value(node, values, at));
    return values;
  }

  #value(node: Node, values: readonly number[], at: Position): number {
    switch (node.op) {
      case "constant":
        return node.value;
      case "unit":
        return at.unit;
      case "step":
        return at.step;
      case "load":
        return this.#load(node.buffer, node.at, at);
      default: {
        const [a = 0, b = 0, c = 0] = node.args.map((arg) => values[arg]!);
        const value = meaning[node.op](a, b, c);
        return node.dtype === "float" && this.program.precision === "f32" ? Math.fround(value) : value;
      }
    }
  }

  #load(buffer: number, place: Place, at: Position): number {
    const view = this.#views[buffer]!;
    if (place === "unit") return view[at.unit]!;
    if (place === "scalar") return view[0]!;
    if (place === "row") return view[at.row]!;
    if (place === "rowUnit") return view[at.row * this.program.padded + at.unit]!;
    return (view[this.#word(at)]! >>> (at.unit & 31)) & 1;
  }

  #word(at: Position): number {
    return at.row * wordsOf(this.program.padded) + (at.unit >>> 5);
  }

  #store(store: Store, value: number, at: Position): void {
    const view = this.#views[store.buffer]!;
    if (store.at === "unit") {
      view[at.unit] = value;
      return;
    }
    const bit = 1 << (at.unit & 31);
    const word = view[this.#word(at)]!;
    view[this.#word(at)] = value ? word | bit : word & ~bit;
  }
}
