import { StateError } from "../errors/errors.ts";

/** What a course needs of a machine. */
interface Advancing {
  advance(firstStep: number, rows: number): void | Promise<void>;
}

/** Where a simulation stands, and what may be asked of it now. */
export class Course {
  /** Steps done since the start or the last reset. */
  step = 0;
  running = false;
  /** True while a machine is between two states, and for good when it failed there. */
  lost = false;
  #ended = false;
  /** Any further call is an error. */
  end(): void {
    this.#ended = true;
  }

  /** @throws StateError when the simulation is of no use now; one that `recovers` may have lost its state. */
  ready(recovers = false): void {
    if (this.#ended) throw new StateError(`Simulation was used after dispose(). Compile it again.`);
    if (this.running) throw new StateError(`Simulation is running. Wait for run() before the next call.`);
    if (!this.lost || recovers) return;
    throw new StateError(`Simulation lost its state when a run failed. Call reset(), or restore() a snapshot.`);
  }

  /** Whether any further call is an error. */
  get ended(): boolean {
    return this.#ended;
  }

  /** @throws StateError when the simulation was disposed while it ran. */
  goesOn(): void {
    if (!this.#ended) return;
    throw new StateError(`Simulation was disposed while it ran. Wait for run() first, or stop it with a signal.`);
  }

  async advance(machine: Advancing, firstStep: number, rows: number): Promise<void> {
    this.goesOn();
    this.lost = true;
    await machine.advance(firstStep, rows);
    this.lost = false;
    this.step += rows;
  }

  /** Runs a loop and brings the state home with `pull`, also where the loop failed between two chunks. */
  async guard<T>(pull: () => void | Promise<void>, loop: () => Promise<T>): Promise<T> {
    let result: T;
    try {
      result = await loop();
    } catch (error) {
      // What went wrong first is what the caller has to know.
      if (!this.lost) await this.#pull(pull).catch(() => {});
      throw error;
    }
    await this.#pull(pull);
    return result;
  }

  async #pull(pull: () => void | Promise<void>): Promise<void> {
    this.goesOn();
    this.lost = true;
    await pull();
    this.lost = false;
  }
}
