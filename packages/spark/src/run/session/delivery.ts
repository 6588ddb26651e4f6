import type { Alarm } from "./alarm.ts";
import type { Frames } from "./frames.ts";
import type { Outlet } from "./outlet.ts";

/** Passes the frames of a session on, when they are due and their receiver is ready. */
export class Delivery {
  readonly #frames: Frames;
  readonly #outlet: Outlet;
  readonly #alarm: Alarm;
  /** Wall-clock time between two frames, ms. */
  readonly every: number;
  /** The time at which the next frame is due. */
  next = 0;

  /** `alarm` rings when the receiver is ready. */
  constructor(frames: Frames, outlet: Outlet, alarm: Alarm, every: number) {
    this.#frames = frames;
    this.#outlet = outlet;
    this.#alarm = alarm;
    this.every = every;
  }

  /** Counts the time to the next frame from now. */
  begin(now: number): void {
    this.next = now + this.every;
  }

  /** Whether a frame is due. At a pace, it contains all steps that are due, unless they take too long. */
  due(now: number, dueSteps: number): boolean {
    const patience = dueSteps >= 1 && Number.isFinite(dueSteps) ? this.every : 0;
    return now >= this.next + patience;
  }

  /**
   * Passes a frame on, if the receiver is ready: a held one, or the present one if it is due. `idle`: whether nothing is
   * being computed.
   */
  pass(due: boolean, idle = false): void {
    const { held } = this.#frames;
    if (!this.#outlet.ready) return;
    if (held.length === 0 && due) this.#frames.finish();
    const frame = held.shift();
    if (!frame) return;
    // Keeps the mean interval, as far as the chunks allow.
    this.next = Math.max(this.next + this.every, performance.now() + this.every / 2);
    this.#outlet.give(frame, idle);
  }

  /** Passes on the present records, if the receiver is ready. */
  async passRest(): Promise<void> {
    await this.#outlet.deferred;
    // A receiver without a promise is ready at once.
    await Promise.resolve();
    await Promise.resolve();
    this.pass(true, true);
  }

  /** Finishes the last frame and passes on all that are left. Those that nobody asks for wait for a reader. */
  async passAll(): Promise<void> {
    this.#frames.finish();
    const { held } = this.#frames;
    const outlet = this.#outlet;
    while (!outlet.failed && (held.length > 0 || (outlet.pushes && !outlet.ready))) {
      if (outlet.ready) outlet.give(held.shift()!, true);
      else if (outlet.pushes) await this.#alarm.wait();
      else return;
    }
  }
}
