import { BackendError } from "../errors/errors.ts";
import type { Drawer, DrawMachine, Engine, EngineOptions, Machine } from "../program/machine.ts";
import type { NetworkProgram } from "../program/network.ts";
import type { Program } from "../program/program.ts";
import { obstacleOf, registeredBackend } from "./registry.ts";
import { wasm } from "./wasm/wasm.ts";

/** Opens native code; where that is not possible, WebAssembly, which takes over from code that cannot be compiled, too. */
export const openFallback = async (options: EngineOptions): Promise<Engine> => {
  const obstacle = obstacleOf("native");
  const fallback = wasm();
  if (obstacle !== undefined) return fallen(await fallback.open(options), obstacle);
  let native: Engine;
  try {
    native = await registeredBackend("native")!.make().open(options);
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    return fallen(await fallback.open(options), error.message);
  }
  // Opened beforehand, so that single steps can fall back at once.
  const spare = await fallback.open({ ...options, threads: 1 });
  return new FastestEngine(native, spare, options);
};

const sentence = (obstacle: string): string => `backend "fastest" is wasm here, not native. ${obstacle}`;

const fallen = (engine: Engine, obstacle: string): Engine => ({
  backend: engine.backend,
  threads: engine.threads,
  ...(engine.noSteps !== undefined && { noSteps: engine.noSteps }),
  get warnings() {
    return [sentence(obstacle), ...engine.warnings];
  },
  drawer: engine.drawer,
  create: (network) => engine.create(network),
  close: () => engine.close(),
});

/** Native code; from the first time on that it cannot be compiled, WebAssembly. */
class FastestEngine implements Engine {
  readonly drawer: Drawer;
  readonly #options: EngineOptions;
  readonly #spare: Engine;
  #engine: Engine;
  #opening: Promise<Engine> | undefined;
  #obstacle: string | undefined;
  #closed = false;
  /** Native code whose machines may still stand. */
  #retired: Engine | undefined;
  /** Whether native code was compiled: a failure after that is no reason to change the backend. */
  #served = false;

  constructor(native: Engine, spare: Engine, options: EngineOptions) {
    this.#engine = native;
    this.#spare = spare;
    this.#options = options;
    this.drawer = { create: (program) => this.#drawMachine(native, program) };
  }

  get backend(): string {
    return this.#obstacle === undefined ? this.#engine.backend : this.#spare.backend;
  }
  get threads(): number {
    return this.#engine.threads;
  }
  get noSteps(): string | undefined {
    return this.#engine.noSteps;
  }
  get warnings(): readonly string[] {
    const own = this.#obstacle === undefined ? [] : [sentence(this.#obstacle)];
    return [...own, ...this.#engine.warnings];
  }

  create(network: NetworkProgram): Machine | Promise<Machine> {
    if (this.#obstacle === undefined) {
      try {
        const machine = this.#engine.create(network);
        this.#served = true;
        return machine;
      } catch (error) {
        this.#fall(error);
      }
    }
    return this.#opening ? this.#opening.then((engine) => engine.create(network)) : this.#engine.create(network);
  }

  replaces(error: unknown): boolean {
    if (this.#obstacle !== undefined || !(error instanceof BackendError)) return false;
    this.#retired = this.#engine;
    this.#changeTo(error.message);
    return true;
  }

  close(): void {
    this.#closed = true;
    this.#retired?.close();
    this.#engine.close();
    if (this.#engine !== this.#spare) this.#spare.close();
  }

  #drawMachine(native: Engine, program: Program): DrawMachine {
    if (this.#obstacle === undefined) {
      try {
        return native.drawer.create(program);
      } catch (error) {
        if (!this.#served) this.#fall(error);
        else if (!(error instanceof BackendError)) throw error;
      }
    }
    return this.#spare.drawer.create(program);
  }

  #fall(error: unknown): void {
    if (!(error instanceof BackendError)) throw error;
    this.#engine.close();
    this.#changeTo(error.message);
  }

  #changeTo(obstacle: string): void {
    this.#obstacle = obstacle;
    this.#engine = this.#spare;
    if (this.#options.threads === 1) return;
    this.#opening = Promise.resolve(wasm().open(this.#options)).then((engine) => {
      this.#engine = engine;
      this.#opening = undefined;
      this.#spare.close();
      if (this.#closed) engine.close();
      return engine;
    });
    // A failure is told to whoever asks for a machine.
    this.#opening.catch(() => {});
  }
}
