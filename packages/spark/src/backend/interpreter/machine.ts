import { fadesAfter } from "../../compile/fade.ts";
import { StateError } from "../../errors/errors.ts";
import { meaning } from "../../expr/evaluate.ts";
import type { Machine, View } from "../../program/machine.ts";
import { bytesOf, fillInitial, viewOf } from "../../program/memory.ts";
import type { Kernel, Node, Program, RecordKernel, Store } from "../../program/program.ts";
import { wordsOf } from "../../program/program.ts";

/** Where an evaluation stands. */
interface Position {
  step: number;
  row: number;
  unit: number;
  /** Place in a record row. */
  place: number;
  recordRow: number;
}

/**
 * Scalar, slow and plain: one unit at a time, one node at a time, by the table that defines what each operation means.
 * Every other backend must give the bits that this one gives.
 */
export class InterpreterMachine implements Machine {
  readonly program: Program;
  readonly #views: View[];
  #disposed = false;
  /** Of each record kernel the row at which it is due next, and the records so far, in this chunk. */
  #next: number[] = [];
  #recorded: number[] = [];

  /** Buffers that are given views share the memory of these. */
  constructor(program: Program, shared: ReadonlyMap<number, View> = new Map()) {
    this.program = program;
    this.#views = program.buffers.map((buffer, k) => {
      const view =
        shared.get(k) ?? viewOf(buffer, program, new ArrayBuffer(buffer.length * bytesOf(buffer, program)), 0);
      fillInitial(buffer, view);
      return view;
    });
  }

  view(buffer: number): View {
    return this.#views[buffer]!;
  }

  advance(firstStep: number, rows: number): void {
    if (this.#disposed) throw new StateError("Machine.advance was called after dispose. Compile the simulation again.");
    this.begin();
    for (let row = 0; row < rows; row++) this.advanceRow(row, (firstStep + row) | 0);
  }

  /** Starts a chunk. */
  begin(): void {
    const schedule = this.#views[this.program.schedule]!;
    this.#recorded = this.program.records.map(() => 0);
    this.#next = this.program.records.map((_, k) => schedule[k * 3]!);
  }

  /** One step, at a row of the chunk, and the records that are due then. */
  advanceRow(row: number, step: number): void {
    const { program } = this;
    const at: Position = { step, row, unit: 0, place: 0, recordRow: 0 };
    for (; at.unit < program.units; at.unit++) this.#run(program.step, at);
    if (fadesAfter(step)) for (at.unit = 0; at.unit < program.units; at.unit++) this.#run(program.fade, at);
    const schedule = this.#views[program.schedule]!;
    program.records.forEach((kernel, k) => {
      if (row !== this.#next[k] || row > schedule[k * 3 + 2]!) return;
      this.#next[k] = row + schedule[k * 3 + 1]!;
      at.recordRow = this.#recorded[k]!++;
      this.#record(kernel, at);
    });
  }

  #record(kernel: RecordKernel, at: Position): void {
    const list = kernel.list === undefined ? undefined : this.#views[kernel.list]!;
    const count = list ? list.length : this.program.units;
    for (at.place = 0; at.place < count; at.place++) {
      at.unit = list ? list[at.place]! : at.place;
      this.#run(kernel, at, kernel.width);
    }
  }

  #run(kernel: Kernel, at: Position, width = 0): void {
    const values: number[] = [];
    for (const node of kernel.nodes) values.push(this.#value(node, values, at));
    for (const store of kernel.stores) this.#store(store, values[store.node]!, at, width);
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

  #load(buffer: number, place: "unit" | "scalar" | "row" | "rowUnit" | "rowBit", at: Position): number {
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

  #store(store: Store, value: number, at: Position, width: number): void {
    const view = this.#views[store.buffer]!;
    if (store.at === "unit") view[at.unit] = value;
    else if (store.at === "record") view[at.recordRow * width + at.place] = value;
    else {
      const bit = 1 << (at.unit & 31);
      const word = view[this.#word(at)]!;
      view[this.#word(at)] = value ? word | bit : word & ~bit;
    }
  }

  dispose(): void {
    this.#disposed = true;
  }
}
