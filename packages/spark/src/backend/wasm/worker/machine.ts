import { BackendError, MemoryError, StateError } from "../../errors/errors.ts";
import type { Machine, View } from "../../program/machine.ts";
import { bytesOf, fillInitial, viewOf } from "../../program/memory.ts";
import type { Program } from "../../program/program.ts";
import { emitModule, layOut } from "./emit.ts";
import { startThread, type Thread } from "./thread.ts";
import { blocksOf } from "./wasm.ts";

const PAGE = 65536;

/*
 * The worker knows nothing of this library: it gets a compiled module and bytes, runs, and sends bytes back. Its
 * source travels as text, so that no bundler and no server has to know of a second file.
 */
const source = `
let run, memory;
const copy = ([offset, length]) => ({ offset, bytes: new Uint8Array(memory.buffer).slice(offset, offset + length) });
const handle = ({ id, module, pages, writes = [], call, reads = [] }) => {
  if (module) {
    memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    run = new WebAssembly.Instance(module, { spark: { memory } }).exports.run;
  }
  for (const { offset, bytes } of writes) new Uint8Array(memory.buffer).set(bytes, offset);
  if (call) for (const block of call.blocks) run(call.firstStep, call.rows, ...block);
  const parts = reads.map(copy);
  return [{ id, parts }, parts.map(({ bytes }) => bytes.buffer)];
};
const reply = (port, message) => {
  try { port.postMessage(...handle(message)); }
  catch (error) { port.postMessage({ id: message.id, error: String(error) }); }
};
if (typeof self === "undefined") {
  import("node:worker_threads").then(({ parentPort }) => {
    parentPort.on("message", (message) => reply(parentPort, message));
  });
} else self.onmessage = ({ data }) => reply(self, data);
`;

interface Part {
  readonly offset: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}
interface Answer {
  readonly id: number;
  readonly parts?: readonly Part[];
  readonly error?: string;
}
/** A program in a worker thread. Views are this thread's copy; inputs go over before a chunk, records come back after. */
class WorkerMachine implements Machine {
  readonly program: Program;
  readonly #views: readonly View[];
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #offsets: readonly number[];
  readonly #blocks: readonly (readonly number[])[];
  readonly #waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (reason: Error) => void }>();
  #thread: Thread | undefined;
  #id = 0;
  #failure: string | undefined;

  constructor(program: Program) {
    this.program = program;
    const { offsets, bytes } = layOut(program);
    this.#offsets = offsets;
    this.#bytes = allocate(program.name, bytes);
    this.#views = program.buffers.map((buffer, k) => {
      const view = viewOf(buffer, program, this.#bytes.buffer, offsets[k]!);
      fillInitial(buffer, view);
      return view;
    });
    this.#blocks = blocksOf(program);
  }

  async start(): Promise<void> {
    const pages = Math.max(1, Math.ceil(this.#bytes.length / PAGE));
    this.#thread = await startThread<Answer>(
      source,
      (answer) => this.#settle(answer),
      (reason) => this.#fail(reason),
    );
    const module = await WebAssembly.compile(emitModule(this.program, pages));
    await this.#ask({ module, pages, writes: [{ offset: 0, bytes: this.#bytes }] });
  }

  view(buffer: number): View {
    return this.#views[buffer]!;
  }

  async advance(firstStep: number, rows: number): Promise<void> {
    const writes = this.#parts("input").map(([offset, length]) => ({
      offset,
      bytes: this.#bytes.slice(offset, offset + length),
    }));
    const call = { firstStep: firstStep | 0, rows, blocks: this.#blocks };
    const reads = this.#recorded(rows);
    const transfer = writes.map(({ bytes }) => bytes.buffer);
    this.#take(await this.#ask({ writes, call, reads }, transfer));
  }

  async pull(): Promise<void> {
    this.#take(await this.#ask({ reads: this.#parts("state") }));
  }

  get broken(): boolean {
    return this.#failure !== undefined;
  }

  dispose(): void {
    this.#thread?.end();
    this.#thread = undefined;
    this.#rejectAll(new StateError("Simulation was disposed while it ran. Wait for run() first."));
  }

  #parts(role: "input" | "record" | "state"): [offset: number, length: number][] {
    return this.program.buffers.flatMap((buffer, k): [number, number][] =>
      buffer.role === role ? [[this.#offsets[k]!, buffer.length * bytesOf(buffer, this.program)]] : [],
    );
  }

  /** What a chunk writes of the records: they fill their buffers from the front. */
  #recorded(rows: number): [offset: number, length: number][] {
    const { buffers, records, schedule } = this.program;
    return buffers.flatMap((buffer, k): [number, number][] => {
      if (buffer.role !== "record") return [];
      const record = records.findIndex((kernel) => kernel.buffer === k);
      const bytes = bytesOf(buffer, this.program);
      if (record < 0) return [[this.#offsets[k]!, (buffer.length / this.program.rows) * rows * bytes]];
      const [first, every, last] = this.#views[schedule]!.subarray(3 * record, 3 * record + 3) as Int32Array;
      const due = Math.max(0, Math.floor((Math.min(last!, rows - 1) - first!) / every!) + 1);
      return [[this.#offsets[k]!, due * records[record]!.width * bytes]];
    });
  }

  #take(answer: Answer): void {
    for (const { offset, bytes } of answer.parts ?? []) this.#bytes.set(bytes, offset);
  }

  #ask(message: object, transfer: readonly ArrayBuffer[] = []): Promise<Answer> {
    const thread = this.#thread;
    if (!thread) throw new StateError("Simulation's worker has ended. Compile it again.");
    if (this.#failure) throw new BackendError(`Simulation's worker failed: ${this.#failure}. Compile it again.`);
    return new Promise((resolve, reject) => {
      const id = this.#id++;
      this.#waiting.set(id, { resolve, reject });
      thread.hold(true);
      thread.post({ id, ...message }, transfer);
    });
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#thread?.hold(false);
    if (answer.error === undefined) waiting?.resolve(answer);
    else waiting?.reject(new BackendError(`Simulation's worker failed: ${answer.error}. Compile it again.`));
  }

  #fail(reason: string): void {
    this.#failure ??= reason;
    this.#rejectAll(new BackendError(`Simulation's worker failed: ${this.#failure}. Compile it again.`));
  }

  #rejectAll(reason: Error): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(reason);
  }
}

const allocate = (name: string, bytes: number): Uint8Array<ArrayBuffer> => {
  const text = `${(bytes / 1e6).toFixed(1)} MB`;
  if (bytes > PAGE * PAGE) {
    throw new MemoryError(
      `${name} needs ${text}; a WebAssembly memory holds 4295 MB. Record or feed less at a time, or use fewer units.`,
    );
  }
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    throw new MemoryError(`${name} needs ${text}, which the system refused. Use fewer units or record less.`, {
      cause,
    });
  }
};

/** A machine in a worker thread; `prepare` may write its state before the worker gets it. */
export const createInWorker = async (program: Program, prepare: (machine: Machine) => void): Promise<Machine> => {
  const machine = new WorkerMachine(program);
  prepare(machine);
  try {
    await machine.start();
  } catch (error) {
    machine.dispose();
    throw error;
  }
  return machine;
};
