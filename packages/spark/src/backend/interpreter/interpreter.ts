import type { Kernel, Node, Program, RecordKernel, Store } from "../../compile/program.ts";
import { wordsOf } from "../../compile/program.ts";
import { StateError } from "../../errors/errors.ts";
import { meaning } from "../../expr/evaluate.ts";
import type { Backend, Machine, View } from "../backend.ts";
import { bytesOf, fillInitial, viewOf } from "../memory.ts";

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
class InterpreterMachine implements Machine {
  readonly program: Program;
  readonly #views: View[];
  #disposed = false;

  constructor(program: Program) {
    this.program = program;
    this.#views = program.buffers.map((buffer) => {
      const view = viewOf(buffer, program, new ArrayBuffer(buffer.length * bytesOf(buffer, program)), 0);
      fillInitial(buffer, view);
      return view;
    });
  }

  view(buffer: number): View {
    return this.#views[buffer]!;
  }

  advance(firstStep: number, rows: number): void {
    if (this.#disposed) throw new StateError("Machine.advance was called after dispose. Compile the simulation again.");
    const { program } = this;
    const at: Position = { step: 0, row: 0, unit: 0, place: 0, recordRow: 0 };
    const recorded = program.records.map(() => 0);
    const schedule = this.#views[program.schedule]!;
    const next = program.records.map((_, k) => schedule[k * 3]!);
    for (let row = 0; row < rows; row++) {
      at.row = row;
      at.step = (firstStep + row) | 0;
      for (at.unit = 0; at.unit < program.units; at.unit++) this.#run(program.step, at);
      program.records.forEach((kernel, k) => {
        if (row !== next[k] || row > schedule[k * 3 + 2]!) return;
        next[k] = row + schedule[k * 3 + 1]!;
        at.recordRow = recorded[k]!++;
        this.#record(kernel, at);
      });
    }
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

/** The backend that defines what every program means. */
export const interpreter: Backend = {
  name: "interpreter",
  create: (program) => new InterpreterMachine(program),
};
