import type { SpikesInFlight } from "../../../program/machine.ts";
import type { NetworkProgram } from "../../../program/network.ts";
import type { NetworkLayout } from "./layout.ts";

/** The lists of units that spiked in the last steps, as they lie in memory: one row a step, in a ring. */
export class SpikeRing {
  readonly #network: NetworkProgram;
  readonly #layout: NetworkLayout;
  readonly #space: { readonly memory: WebAssembly.Memory };
  /** The step that comes next, where the ring holds the spikes before it. */
  #next: number | undefined;
  /** The step at which the first cycle began. */
  #start = 0;
  #exposed = false;
  /** Spikes that are yet to be put into the ring, where it does not. */
  #waiting: readonly SpikesInFlight[] = [];

  constructor(network: NetworkProgram, layout: NetworkLayout, space: { readonly memory: WebAssembly.Memory }) {
    this.#network = network;
    this.#layout = layout;
    this.#space = space;
  }

  get #memory(): ArrayBuffer {
    return this.#space.memory.buffer;
  }

  /** Says that the host may write weights between two chunks: then nothing may have been delivered ahead. */
  expose(): void {
    this.#exposed = true;
  }

  /** Makes the ring ready for a step, and gives the place of the step in it and in its cycle. It must be told the end. */
  begin(step: number): { readonly head: number; readonly phase: number } {
    const { ring, slots, slotBytes, window, cycle } = this.#layout;
    if (this.#next !== step) {
      const spikes = this.before(step);
      const { counts, countBytes, depth } = ring;
      new Uint8Array(this.#memory, counts, countBytes * depth).fill(0);
      for (const one of spikes) this.#write(one);
    }
    const under = (step - this.#start) % cycle !== 0;
    if (this.#next !== step || (this.#exposed && under)) {
      // What was delivered ahead is delivered again: the slots of the first step alone are state.
      new Uint8Array(this.#memory, slots + slotBytes, slotBytes * (window - 1)).fill(0);
      this.#start = step;
    }
    // Until the steps are done, or where they fail, nothing is known of what the ring holds.
    this.#next = undefined;
    this.#waiting = [];
    return { head: this.#place(step), phase: (step - this.#start) % cycle };
  }

  /** Says that the machine has advanced to a step. */
  advanced(step: number): void {
    this.#next = step;
  }

  /** Drops all spikes and takes these. */
  set(spikes: readonly SpikesInFlight[]): void {
    this.#next = undefined;
    this.#waiting = spikes.map(({ step, sources }) => ({ step, sources: sources.slice() }));
  }

  /** The spikes of earlier steps that are still to be delivered at a step or later. */
  before(step: number): SpikesInFlight[] {
    const earliest = step - this.#network.longestDelay;
    const kept = this.#next === undefined ? this.#waiting : this.#held(this.#next);
    return kept
      .filter((spikes) => spikes.step >= earliest && spikes.step < step && spikes.sources.length > 0)
      .sort((a, b) => a.step - b.step);
  }

  #held(next: number): SpikesInFlight[] {
    const steps = Array.from({ length: this.#network.longestDelay }, (_, k) => next - 1 - k);
    return steps.filter((step) => step >= 0).map((step) => ({ step, sources: this.#read(step) }));
  }

  #place(step: number): number {
    return step % this.#layout.ring.depth;
  }

  #counts(step: number): Uint32Array {
    const { runs, ring } = this.#layout;
    return new Uint32Array(this.#memory, ring.counts + this.#place(step) * ring.countBytes, runs.length);
  }

  /** The first `length` entries of a run's list. */
  #list(step: number, run: number, length: number): Uint32Array {
    const { runs, ring } = this.#layout;
    const at = ring.lists + this.#place(step) * ring.listBytes + runs[run]!.list;
    return new Uint32Array(this.#memory, at, length);
  }

  #read(step: number): Uint32Array {
    const counts = this.#counts(step);
    const sources = new Uint32Array(counts.reduce((sum, count) => sum + count, 0));
    let place = 0;
    this.#layout.runs.forEach(({ population }, run) => {
      const { firstSource } = this.#network.populations[population]!;
      for (const unit of this.#list(step, run, counts[run]!)) sources[place++] = firstSource + unit;
    });
    return sources;
  }

  #write({ step, sources }: SpikesInFlight): void {
    const counts = this.#counts(step);
    this.#layout.runs.forEach(({ population, first, end }, run) => {
      const { firstSource } = this.#network.populations[population]!;
      const own = sources.filter((source) => source >= firstSource + first && source < firstSource + end);
      this.#list(step, run, own.length).set(own.map((source) => source - firstSource));
      counts[run] = own.length;
    });
  }
}
