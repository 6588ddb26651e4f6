import { StateError } from "../errors/errors.ts";

/** The part of a machine that a course needs. */
interface Advancing {
  advance(firstStep: number, rows: number): void | Promise<void>;
}

/** The progress of a simulation, and which calls are currently allowed. */
export class Course {
  /** Steps since the start or the last reset. */
  step = 0;
  running = false;
  /** True while a machine is between two states, and permanently if it failed there. */
  lost = false;
  /** The open session, which alone may use the simulation. */
  session: { wake(): void } | undefined;
  #ofSession = false;
  #ended = false;
  /** Makes every further call an error. */
  end(): void {
    this.#ended = true;
  }

  /** @throws StateError if calls are not allowed now. Calls with `recovers` are allowed after the state was lost. */
  ready(recovers = false): void {
    if (this.#ended) throw new StateError(`Simulation was used after dispose(). Compile it again.`);
    if (this.#ofSession) return;
    if (this.inSession) {
      throw new StateError(`Simulation is in a session. Use the methods of the session, or end it with stop() first.`);
    }
    if (this.running) throw new StateError(`Simulation is running. Wait for run() before the next call.`);
    if (!this.lost || recovers) return;
    throw new StateError(`Simulation lost its state when a run failed. Call reset(), or restore() a snapshot.`);
  }

  /** Whether calls are not allowed because a session is open. */
  get inSession(): boolean {
    return this.session !== undefined && !this.#ofSession;
  }

  /** Makes a call on behalf of the session. */
  within<T>(call: () => T): T {
    this.#ofSession = true;
    try {
      return call();
    } finally {
      this.#ofSession = false;
    }
  }

  /** Whether every further call is an error. */
  get ended(): boolean {
    return this.#ended;
  }

  /** @throws StateError if the simulation was disposed of during its run. */
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

  /** Runs a loop and then updates the state with `pull`, also if the loop failed between two chunks. */
  async guard<T>(pull: () => void | Promise<void>, loop: () => Promise<T>): Promise<T> {
    let result: T;
    try {
      result = await loop();
    } catch (error) {
      // The caller needs the first error.
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
