import { BackendError } from "../errors/errors.ts";
import type { Drawer, DrawMachine, Engine, EngineOptions, Machine } from "../program/machine.ts";
import type { NetworkProgram } from "../program/network.ts";
import type { Program } from "../program/program.ts";
import { obstacleOf, registeredBackend } from "./registry.ts";
import { wasm } from "./wasm/wasm.ts";

/** Opens native code, or WebAssembly if it is unavailable. WebAssembly also takes over if a compilation fails. */
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
  // Opened in advance, so that single steps can fall back synchronously.
  const spare = await fallback.open({ ...options, threads: 1 });
  return new FastestEngine(native, spare, options);
};

const sentence = (obstacle: string): string => `backend "fastest" uses wasm here instead of native. ${obstacle}`;

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

/** Native code until a compilation fails, WebAssembly from then on. */
class FastestEngine implements Engine {
  readonly drawer: Drawer;
  readonly #options: EngineOptions;
  readonly #spare: Engine;
  #engine: Engine;
  #opening: Promise<Engine> | undefined;
  #obstacle: string | undefined;
  #closed = false;
  /** The engine of native code whose machines may still exist. */
  #retired: Engine | undefined;
  /** Whether native code was compiled before: then a failure does not change the backend. */
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
    // Callers of `create` receive the error.
    this.#opening.catch(() => {});
  }
}
