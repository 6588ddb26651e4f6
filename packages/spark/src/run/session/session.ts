import { Place } from "../../config/place.ts";
import { describe, isTypedArray } from "../../config/shape.ts";
import { timeOfStep } from "../../config/time.ts";
import { ConfigError, StateError } from "../../errors/errors.ts";
import type { Change } from "../model.ts";
import type { Snapshot } from "../snapshot.ts";
import type { TriggerAction } from "../triggers.ts";
import type { Driver } from "./driver.ts";
import type { Goal } from "./goal.ts";
import type { FoundSpikes, Frame, Session, SessionWeights } from "./model.ts";
import { wrongPace } from "./options.ts";
import { Refusal, requireCount } from "./refusals.ts";
import { searchOf } from "./search.ts";
import type { SessionRequest } from "./steered.ts";
import { OpenWeights } from "./weights.ts";

/** The calls of an open session. They are checked here; the driver acts on them in their order. */
export class OpenSession implements Session {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  get pace(): number | "fastest" {
    return this.#driver.clock.pace;
  }
  set pace(pace: number | "fastest") {
    const wrong = wrongPace(pace);
    if (wrong !== undefined) throw new ConfigError(new Place(["session", "pace"]).issue(wrong));
    this.#driver.changePace(pace);
  }
  get playing(): boolean {
    return this.#driver.playing && !this.#driver.closed;
  }
  get stepCount(): number {
    return this.#driver.stepCount;
  }
  get time(): number {
    return timeOfStep(this.stepCount, this.#driver.steered.inside.settings.dt);
  }
  get earliest(): number | undefined {
    return this.#driver.history.earliest;
  }
  get changes(): readonly Change[] {
    return this.#driver.changes;
  }
  get warnings(): readonly string[] {
    return this.#driver.warnings;
  }
  get done(): Promise<void> {
    return this.#driver.done;
  }

  play(): void {
    this.#requireOpen();
    this.#driver.playing = true;
    this.#driver.order(() => this.#driver.playTo({ until: Infinity, paced: true, yields: true }));
  }

  pause(): Promise<void> {
    const driver = this.#driver;
    driver.playing = false;
    return driver.ending ? driver.afterEnd() : driver.order(() => driver.playTo(undefined), true);
  }

  step(count = 1): Promise<void> {
    const driver = this.#driver;
    return this.#ask(async () => {
      requireCount("step", count, 1);
      driver.playing = false;
      await driver.order(async () => {
        driver.playTo(undefined);
        await driver.reach({ until: this.stepCount + count, paced: false, yields: false });
      });
    });
  }

  runTo(step: number): Promise<boolean> {
    return this.#ask(async () => {
      requireCount("runTo", step, 0);
      this.#driver.playing = true;
      return this.#driver.towards<boolean>((end) => {
        if (step < this.stepCount) {
          const message = `runTo takes a step from ${this.stepCount} on; received ${step}. Use seek to go back.`;
          throw new Refusal(new StateError(message));
        }
        return { until: step, paced: true, yields: true, end };
      });
    });
  }

  runToSpike(search = {}): Promise<FoundSpikes | undefined> {
    return this.#ask(async () => {
      const found = searchOf(search, this.#driver.steered.inside.front);
      this.#driver.playing = true;
      return this.#driver.towards<FoundSpikes | undefined>((end) => {
        const goal: Goal = {
          until: Infinity,
          search: found,
          paced: true,
          yields: true,
          end: () => end(goal.found),
        };
        return goal;
      });
    });
  }

  seek(step: number): Promise<void> {
    return this.#ask(() => {
      requireCount("seek", step, 0);
      return this.#driver.order(() => this.#driver.goTo(step, "seek"));
    });
  }

  back(): Promise<void> {
    const driver = this.#driver;
    return this.#ask(async () => {
      driver.playing = false;
      await driver.order(async () => {
        driver.playTo(undefined);
        await driver.goTo(this.stepCount - 1, "back");
      });
    });
  }

  get(path: string): number | Float64Array {
    this.#requireOpen();
    const { inside, calls } = this.#driver.steered;
    return inside.course.within(() => calls.get(path));
  }

  set(path: string, value: unknown): void {
    this.#requireOpen();
    const { calls } = this.#driver.steered;
    const setting = calls.read(path, value);
    // A change that waits is read again, because others may come before it.
    const kept = Array.isArray(value) || isTypedArray(value) ? value.slice() : value;
    this.#driver.change(() => calls.take(setting), {
      compiles: setting.compiles,
      later: () => calls.set(path, kept),
    });
  }

  inject(population: string, units: unknown): void {
    this.#requireOpen();
    const { calls } = this.#driver.steered;
    this.#driver.change(() => calls.inject(population, units));
  }

  weights(projection: string): SessionWeights {
    this.#requireOpen();
    const driver = this.#driver;
    return new OpenWeights(driver, driver.steered.calls.placeOf(projection), (call) => this.#ask(call));
  }

  trigger(name: string, action: TriggerAction = "once"): void {
    this.#requireOpen();
    const { calls } = this.#driver.steered;
    calls.requireTrigger(name, action, this.#driver.recorded);
    this.#driver.change(() => calls.trigger(name, action));
  }

  record(record: unknown, onFrame?: SessionRequest["onFrame"]): Promise<never> {
    return this.#ask(async () => {
      if (onFrame !== undefined && typeof onFrame !== "function") {
        const message = `must be a function; received ${describe(onFrame)}. Give one that receives a frame.`;
        throw new ConfigError(new Place(["record", "onFrame"]).issue(message));
      }
      await this.#driver.rerecord(record, onFrame);
      return this as never;
    });
  }

  snapshot(): Promise<Snapshot> {
    return this.#ask(async () => {
      let taken: Snapshot | undefined;
      await this.#driver.order(() => {
        const { inside, calls } = this.#driver.steered;
        taken = inside.course.within(() => calls.snapshot());
      });
      return taken!;
    });
  }

  stop(): Promise<void> {
    return this.#driver.stop();
  }

  [Symbol.asyncIterator](): AsyncIterator<Frame> {
    if (this.#driver.outlet.pushes) {
      throw new StateError("The session passes its frames to onFrame. Remove onFrame to read them in a loop.");
    }
    return {
      next: () => this.#driver.next(),
      return: async () => {
        if (!this.#driver.closed) await this.pause();
        return { done: true, value: undefined };
      },
    };
  }

  #requireOpen(): void {
    this.#driver.requireOpen();
  }

  /** A call that gives a promise. Nobody has to handle its rejection. */
  #ask<T>(call: () => Promise<T>): Promise<T> {
    const asked = (async () => {
      this.#requireOpen();
      return call();
    })();
    asked.catch(() => {});
    return asked;
  }
}
