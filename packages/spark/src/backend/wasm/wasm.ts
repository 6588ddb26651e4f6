import { BackendError, MemoryError, StateError } from "../../errors/errors.ts";
import type { Backend, Machine, TakeSpikes, View } from "../../program/machine.ts";
import { fillInitial, viewOf } from "../../program/memory.ts";
import { type Program, wordsOf } from "../../program/program.ts";
import { Spares } from "../spares.ts";
import { emitModule, layOut } from "./emit.ts";
import { SCAN_EVENTS } from "./scan.ts";

const PAGE = 65536;
type Run = (firstStep: number, rows: number, firstUnit: number, endUnit: number, ...parts: number[]) => void;

/** A program as WebAssembly with 128-bit vectors: four units in single precision at a time. */
export class WasmMachine implements Machine {
  readonly program: Program;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** The last arguments of `run` for each block of units. */
  readonly blocks: readonly (readonly [first: number, end: number, ...parts: number[]])[];
  readonly #views: readonly View[];
  #run: Run | undefined;
  readonly #scanner: Scanner | undefined;
  readonly #shared: boolean;

  /** Threads need a `shared` memory. */
  constructor(program: Program, shared = false) {
    requireVectors();
    this.program = program;
    this.#shared = shared;
    const { offsets, found, bytes } = layOut(program);
    const least = Math.max(1, Math.ceil(bytes / PAGE));
    if (least > PAGE) {
      throw new MemoryError(
        `${program.name} needs ${(bytes / 1e9).toFixed(1)} GB; a WebAssembly memory holds 4.3 GB. Record or feed less at a time, or use fewer units.`,
      );
    }
    const memory = allocate(least, program.name, shared);
    const pages = memory.buffer.byteLength / PAGE;
    this.memory = memory;
    this.module = new WebAssembly.Module(emitModule(program, pages, shared));
    const instance = new WebAssembly.Instance(this.module, { spark: { memory } });
    this.#run = instance.exports["run"] as Run;
    const scan = instance.exports["scan"];
    if (scan) this.#scanner = scannerOf(scan, memory, found);
    this.#views = program.buffers.map((buffer, k) => {
      const view = viewOf(buffer, program, memory.buffer, offsets[k]!);
      if (!Object.is(buffer.initial, 0)) fillInitial(buffer, view);
      return view;
    });
    this.blocks = blocksOf(program);
  }

  view(buffer: number): View {
    return this.#views[buffer]!;
  }

  advance(firstStep: number, rows: number): void {
    const run = this.#run;
    if (!run) throw new StateError("Machine.advance was called after dispose. Compile the simulation again.");
    if (rows < 1) return;
    const { blocks } = this;
    for (let k = 0; k < blocks.length; k++) {
      const block = blocks[k]!;
      // Spread arguments are garbage in every call, which a closed loop would feel.
      if (block.length === 2) run(firstStep | 0, rows, block[0], block[1]);
      else run(firstStep | 0, rows, ...block);
    }
  }

  scanSpikes(rows: number, firstStep: number, take: TakeSpikes): boolean {
    if (!this.#scanner) return false;
    this.#scanner(rows * wordsOf(this.program.padded), firstStep, take);
    return true;
  }

  dispose(): void {
    this.#run = undefined;
  }

  recycle(): void {
    if (!this.#run) return;
    this.dispose();
    spares[this.#shared ? "shared" : "own"].give(this.memory);
  }
}

/** Finds the spikes in the first `words` words of bits. */
export type Scanner = (words: number, firstStep: number, take: TakeSpikes) => void;

/** Puts a scanner around the function `scan` of a module, which leaves what it finds at `found`. */
export const scannerOf = (exported: unknown, memory: WebAssembly.Memory, found: number): Scanner => {
  const scan = exported as (word: number, endWord: number, firstStep: number) => number;
  const count = new Uint32Array(memory.buffer, found + SCAN_EVENTS * 8, 1);
  const steps = new Uint32Array(memory.buffer, found, SCAN_EVENTS);
  const units = new Uint32Array(memory.buffer, found + SCAN_EVENTS * 4, SCAN_EVENTS);
  return (words, firstStep, take) => {
    for (let word = 0; word < words; ) {
      word = scan(word, words, firstStep);
      if (count[0]! > 0) take(steps.subarray(0, count[0]), units.subarray(0, count[0]));
    }
  };
};

const bytesOfMemory = ({ buffer }: WebAssembly.Memory): number => buffer.byteLength;
const spares = { own: new Spares(bytesOfMemory), shared: new Spares(bytesOfMemory) };

/** A memory of as many pages, or of more where one was left. */
const allocate = (pages: number, name: string, shared: boolean): WebAssembly.Memory => {
  const spare = spares[shared ? "shared" : "own"].take(pages * PAGE);
  if (spare) {
    new Uint8Array(spare.buffer).fill(0);
    return spare;
  }
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
  } catch {
    throw new MemoryError(
      `${name} needs ${((pages * PAGE) / 1e6).toFixed(0)} MB of WebAssembly memory, which the system refused. Record or feed less at a time, or use fewer units.`,
    );
  }
};

/** The units of each block, with its part of every list. */
export const blocksOf = (program: Program): [number, number, ...number[]][] => {
  const blocks: [number, number, ...number[]][] = [];
  const lists = program.records.flatMap((record) => (record.ends ? [record.ends] : []));
  for (let first = 0, k = 0; first < program.units; first += program.block, k++) {
    const parts = lists.flatMap((ends) => [k === 0 ? 0 : ends[k - 1]!, ends[k]!]);
    blocks.push([first, Math.min(first + program.block, program.units), ...parts]);
  }
  return blocks;
};

/** A module of one vector instruction: whether the engine compiles it says whether it knows 128-bit vectors. */
const probe = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

/** @throws BackendError where the engine cannot run what is emitted. */
export const requireVectors = (): void => {
  if (typeof WebAssembly !== "undefined" && WebAssembly.validate(probe)) return;
  throw new BackendError(
    'backend "wasm" needs WebAssembly with 128-bit vectors, which this engine lacks. Update it, or use backend: "interpreter".',
  );
};

/** The default backend: no compiler and no server, in Node and in pages alike. */
export const wasm: Backend = {
  name: "wasm",
  create: (program) => new WasmMachine(program),
};
