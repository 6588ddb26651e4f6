import { StateError } from "../../errors/errors.ts";
import type { Change } from "../model.ts";
import { isRepeatable } from "./inputs.ts";
import { Marks } from "./marks.ts";
import { Refusal, tooSmall } from "./refusals.ts";
import type { SessionRequest, Steered } from "./steered.ts";
import { Timeline } from "./timeline.ts";
import { WeightHistory } from "./weight-history.ts";

/** The past of a session, to which it can return: its changes, and the states and weights that it keeps. */
export class History {
  readonly #steered: Steered;
  readonly #options: SessionRequest;
  readonly #marks: Marks;
  readonly #timeline = new Timeline();
  readonly #weights = new WeightHistory();
  /** The last step that was computed on the present course. */
  #furthest: number;

  constructor(steered: Steered, options: SessionRequest) {
    const { inside, calls } = steered;
    this.#steered = steered;
    this.#options = options;
    this.#marks = new Marks(isRepeatable(options.request) ? options.rewind : 0);
    this.#furthest = inside.course.step;
    this.#timeline.begin(calls.log);
    calls.beforeWeights((projection) => this.#weights.note(projection, () => calls.keeper.read(projection)));
  }

  /** The earliest step to return to; undefined if there is none. */
  get earliest(): number | undefined {
    return this.#marks.earliest;
  }

  /** The changes on the present course. */
  get changes(): readonly Change[] {
    return this.#steered.calls.changesOf(this.#timeline.present);
  }

  /** The step of the next change that has to be repeated. */
  get nextChange(): number | undefined {
    return this.#timeline.next?.step;
  }

  /** A warning, if the memory holds no state. */
  get warnings(): readonly string[] {
    const { tooLarge } = this.#marks;
    return tooLarge === undefined ? [] : [tooSmall(this.#options.rewind, tooLarge)];
  }

  /** Takes note of the changes that have been made. */
  read(): void {
    this.#timeline.read(this.#steered.calls.log);
  }

  /** Takes note of a step that has been computed. */
  reach(step: number): void {
    this.#furthest = Math.max(this.#furthest, step);
  }

  /** Forgets the future that the session has seen, because it is now another one. */
  cut(): void {
    const { step } = this.#steered.inside.course;
    this.read();
    this.#timeline.cut();
    this.#marks.cut(step, this.#timeline.made);
    this.#furthest = step;
  }

  /** Repeats the known changes of a step. Returns false if the run has to end for a compilation first. */
  repeat(step: number): boolean {
    const { inside, calls } = this.#steered;
    const { course } = inside;
    for (let change = this.#timeline.next; change && change.step <= step; change = this.#timeline.next) {
      const entry = change;
      // Spikes are logged after their step. A change that came before would be taken for them.
      if ("units" in entry) {
        if (!course.running) return true;
      } else if (course.running && "path" in entry && calls.read(entry.path, entry.value).compiles) return false;
      course.within(() => calls.repeat(entry));
      this.#timeline.repeat();
    }
    return true;
  }

  /** Keeps the state at a step if it is time for it, after computing for some milliseconds in total. */
  async keep(step: number, computed: number): Promise<void> {
    if (!this.#marks.isDue(step, computed)) return;
    const begin = performance.now();
    await this.#steered.pull();
    const mark = this.#steered.calls.mark();
    this.#marks.keep(mark, this.#timeline.made, performance.now() - begin, computed);
  }

  /** @throws Refusal if the session cannot return to a step; `call` names the call */
  requireStep(step: number, call: string): void {
    const refuse = (message: string): never => {
      throw new Refusal(new StateError(message));
    };
    const { earliest, tooLarge } = this.#marks;
    if (!isRepeatable(this.#options.request)) {
      refuse(`${call} is not available, because an input can be read only once. Give an array or a function.`);
    }
    if (earliest === undefined) {
      const reason = tooLarge === undefined ? "rewind is 0. Give it memory." : tooSmall(this.#options.rewind, tooLarge);
      refuse(`${call} is not available: ${reason}`);
    }
    if (step < earliest! || step > this.#furthest) {
      refuse(
        `${call} can go to the steps from ${earliest} to ${this.#furthest}; received ${step}. Use runTo for later steps.`,
      );
    }
  }

  /** Returns to the last state that was kept at a step or before it. Returns the step of this state. */
  rewind(step: number): number {
    const { calls } = this.#steered;
    this.read();
    const { mark, changes } = this.#marks.before(step)!;
    const weighed = this.#timeline.weighedSince(changes);
    calls.rewind(mark);
    this.#timeline.rewind(changes);
    for (const projection of weighed) {
      calls.keeper.write(projection, this.#weights.after(projection, this.#timeline.present));
    }
    return mark.step;
  }
}
