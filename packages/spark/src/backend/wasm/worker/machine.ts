import { BackendError, MemoryError, StateError } from "../../../errors/errors.ts";
import type { Machine, MachinePopulation, Setup, View } from "../../../program/machine.ts";
import type { NetworkProgram } from "../../../program/network.ts";
import { blockParts, tasksOf } from "../machine.ts";
import { PAGE, requireBytes, requireVectors } from "../memory.ts";
import { Populations, regionBytes } from "../populations.ts";
import { stepModule } from "../step/module.ts";
import { startThread, type Thread } from "../thread.ts";
import { Unwired } from "../unwired.ts";
import { copyWorker } from "./texts.ts";

interface Part {
  readonly offset: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}
type Range = readonly [offset: number, length: number];

/** A request to the worker, which handles the fields in this order. */
export interface Request {
  readonly id: number;
  /** A new memory, and the modules of all populations. */
  readonly load?: { readonly modules: readonly WebAssembly.Module[]; readonly pages: number };
  readonly writes?: readonly Part[];
  readonly call?: {
    readonly firstStep: number;
    readonly rows: number;
    readonly tasks: readonly (readonly [population: number, ...task: number[]])[];
  };
  readonly reads?: readonly Range[];
}

interface Answer {
  readonly id: number;
  readonly parts?: readonly Part[];
  readonly error?: string;
}

/** Address of the first region. Address 0 means none. */
const START = 64;

const rangeOf = ({ byteOffset, byteLength }: View): Range => [byteOffset, byteLength];

/**
 * Populations without synapses in a worker thread, without shared memory. Views are copies in the calling thread:
 * inputs are sent before a chunk, and spikes and records are received after it.
 */
export class WorkerMachine extends Unwired implements Machine {
  readonly network: NetworkProgram;
  readonly #populations: Populations;
  #bytes = new Uint8Array(0);
  readonly #waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (reason: Error) => void }>();
  #thread: Thread | undefined;
  #disposed = false;
  #id = 0;
  #failure: string | undefined;
  /** Whether a call failed, which leaves the contents of the memory undefined. */
  #spoilt = false;

  constructor(network: NetworkProgram) {
    super();
    requireVectors();
    this.network = network;
    const programs = network.populations.map(({ program }) => program);
    requireBytes(network.name, regionBytes(programs));
    this.#populations = new Populations(
      programs.map(() => ({ parts: blockParts })),
      START,
      () => undefined,
    );
  }

  get populations(): readonly MachinePopulation[] {
    return this.#populations.all;
  }

  get broken(): boolean {
    return this.#spoilt || this.#failure !== undefined;
  }

  async attach(setup: Setup): Promise<void> {
    if (this.#disposed) throw new StateError("The worker of the simulation has ended. Compile it again.");
    const keeps = this.#populations.keeps(setup);
    // The new memory starts from the copy of the state.
    if (!keeps && this.#populations.rows > 0) await this.#read(this.#rangesOf("state"));
    this.#populations.attach(setup, (bytes) => this.#ensure(bytes));
    if (keeps) return;
    this.#thread ??= await this.#start();
    const modules = setup.populations.map(({ program }) => stepModule(program, false));
    const pages = Math.max(1, Math.ceil(this.#bytes.length / PAGE));
    await this.#ask({ load: { modules, pages }, writes: [this.#part([0, this.#bytes.length])] });
  }

  async #start(): Promise<Thread> {
    const thread = await startThread<Answer>(
      copyWorker,
      (answer) => this.#settle(answer),
      (reason) => this.#fail(reason),
    );
    if (!this.#disposed) return thread;
    // No other code would end it.
    thread.end();
    throw disposed();
  }

  #ensure(bytes: number): ArrayBuffer {
    if (bytes > this.#bytes.length) {
      const larger = allocate(this.network.name, bytes);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    return this.#bytes.buffer;
  }

  async advance(firstStep: number, rows: number): Promise<void> {
    this.#populations.require(rows);
    const schedules = this.#populations.all.map(({ schedule }) => rangeOf(schedule));
    const writes = [...this.#rangesOf("input", rows), ...schedules].map((range) => this.#part(range));
    const tasks = this.#populations.placed.flatMap(({ program, base }, p) => tasksOf(program, p, base));
    const reads = [...this.#rangesOf("spikes", rows), ...this.#recorded(rows)];
    this.#take(await this.#ask({ writes, call: { firstStep: firstStep | 0, rows, tasks }, reads }));
  }

  async push(population: number, buffer: number): Promise<void> {
    await this.#ask({ writes: [this.#part(rangeOf(this.#populations.all[population]!.view(buffer)))] });
  }

  async pull(population: number, buffer: number): Promise<void> {
    await this.#read([rangeOf(this.#populations.all[population]!.view(buffer))]);
  }

  dispose(): void {
    this.#disposed = true;
    this.#thread?.end();
    this.#thread = undefined;
    this.#rejectAll(disposed());
  }

  /** Address ranges of all buffers with a role; for buffers with a row per step, of the first rows. */
  #rangesOf(role: "input" | "spikes" | "state", rows = this.#populations.rows): Range[] {
    const share = rows / this.#populations.rows;
    return this.#populations.all.flatMap((population) =>
      population.program.buffers.flatMap((buffer, k): Range[] => {
        if (buffer.role !== role) return [];
        const [offset, length] = rangeOf(population.view(k));
        return [[offset, buffer.perStep ? Math.round(length * share) : length]];
      }),
    );
  }

  /** Address ranges of the records of a chunk, which fill their memory from the start. */
  #recorded(rows: number): Range[] {
    return this.#populations.all.flatMap((population, p) =>
      this.#populations.placed[p]!.probes.map((probe, k): Range => {
        const [first, every, last] = population.schedule.subarray(3 * k, 3 * k + 3);
        const due = Math.max(0, Math.floor((Math.min(last!, rows - 1) - first!) / every!) + 1);
        const view = population.record(k);
        return [view.byteOffset, Math.min(view.byteLength, due * probe.width * view.BYTES_PER_ELEMENT)];
      }),
    );
  }

  #part([offset, length]: Range): Part {
    return { offset, bytes: this.#bytes.slice(offset, offset + length) };
  }

  async #read(reads: readonly Range[]): Promise<void> {
    this.#take(await this.#ask({ reads }));
  }

  #take(answer: Answer): void {
    for (const { offset, bytes } of answer.parts ?? []) this.#bytes.set(bytes, offset);
  }

  #ask(request: Omit<Request, "id">): Promise<Answer> {
    const thread = this.#thread;
    if (!thread) throw new StateError("The worker of the simulation has ended. Compile it again.");
    if (this.#failure) throw failed(this.#failure);
    return new Promise((resolve, reject) => {
      const id = this.#id++;
      this.#waiting.set(id, { resolve, reject });
      thread.hold(true);
      thread.post({ id, ...request }, request.writes?.map(({ bytes }) => bytes.buffer) ?? []);
    });
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#thread?.hold(false);
    if (answer.error === undefined) {
      waiting?.resolve(answer);
      return;
    }
    this.#spoilt = true;
    waiting?.reject(failed(answer.error));
  }

  #fail(reason: string): void {
    this.#failure ??= reason;
    this.#rejectAll(failed(this.#failure));
  }

  #rejectAll(reason: Error): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(reason);
  }
}

const failed = (reason: string): BackendError =>
  new BackendError(`The worker of the simulation failed: ${reason}. Compile it again.`);

const disposed = (): StateError => new StateError("Simulation was disposed while it ran. Wait for run() first.");

const allocate = (name: string, bytes: number): Uint8Array<ArrayBuffer> => {
  requireBytes(name, bytes);
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    const text = `${(bytes / 1e6).toFixed(1)} MB`;
    throw new MemoryError(`${name} needs ${text}, which the system refused. Use fewer units or record less.`, {
      cause,
    });
  }
};
