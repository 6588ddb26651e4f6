import type { Drawer, Engine } from "../../program/machine.ts";
import type { NetworkProgram } from "../../program/network.ts";
import { drawerOf } from "../drawer.ts";
import type { CompilerOptions } from "./compiler.ts";
import { NativeMachine } from "./machine.ts";
import { coreLibrary } from "./pool/library.ts";
import { Threads } from "./pool/threads.ts";

/** Number of operations on units below which waking threads takes longer than it saves. */
const LEAST_WORK = 1e7;

/** The threads and the code that all machines share. */
export class NativeEngine implements Engine {
  readonly backend = "native";
  readonly warnings: readonly string[] = [];
  readonly drawer: Drawer;
  readonly #options: CompilerOptions;
  readonly #leastWork: number;
  readonly #core: ReturnType<typeof coreLibrary>;
  readonly #threads: Threads;

  /** @throws BackendError if the compiler fails or the system refuses the threads */
  constructor(options: CompilerOptions, threads: number, leastWork = LEAST_WORK) {
    this.#options = options;
    this.#leastWork = leastWork;
    this.#core = coreLibrary(options);
    this.#threads = new Threads(this.#core, threads);
    this.drawer = drawerOf((network) => this.create(network));
  }

  get threads(): number {
    return this.#threads.count;
  }

  /** @throws BackendError if the compiler fails; MemoryError if buffers or synapses do not fit */
  create(network: NetworkProgram): NativeMachine {
    return new NativeMachine(network, {
      options: this.#options,
      core: this.#core,
      threads: this.#threads,
      leastWork: this.#leastWork,
    });
  }

  close(): void {
    this.#threads.close();
  }
}
