import type { SpikesInFlight } from "../../../program/machine.ts";
import type { NetworkProgram } from "../../../program/network.ts";
import type { NetworkLayout } from "./layout.ts";

/** The lists of units that spiked in the last steps, in a ring in memory with one row per step. */
export class SpikeRing {
  readonly #network: NetworkProgram;
  readonly #layout: NetworkLayout;
  readonly #space: { readonly memory: WebAssembly.Memory };
  /** The next step, if the ring holds the spikes before it. */
  #next: number | undefined;
  /** The step in which the first cycle began. */
  #start = 0;
  #exposed = false;
  /** Otherwise, the spikes that must still be written to the ring. */
  #waiting: readonly SpikesInFlight[] = [];

  constructor(network: NetworkProgram, layout: NetworkLayout, space: { readonly memory: WebAssembly.Memory }) {
    this.#network = network;
    this.#layout = layout;
    this.#space = space;
  }

  get #memory(): ArrayBuffer {
    return this.#space.memory.buffer;
  }

  /** Call this if weights may be written between chunks: spikes are then not delivered ahead. */
  expose(): void {
    this.#exposed = true;
  }

  /** Prepares for a step. Returns its positions in the ring and in the cycle. A call of `advanced` must follow. */
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
      // Spikes delivered ahead are delivered again, because only the slots of the first step are state.
      new Uint8Array(this.#memory, slots + slotBytes, slotBytes * (window - 1)).fill(0);
      this.#start = step;
    }
    // Until the steps are done, or if they fail, the contents of the ring are undefined.
    this.#next = undefined;
    this.#waiting = [];
    return { head: this.#place(step), phase: (step - this.#start) % cycle };
  }

  /** Call this when the machine has advanced to a step. */
  advanced(step: number): void {
    this.#next = step;
  }

  /** Replaces all spikes. */
  set(spikes: readonly SpikesInFlight[]): void {
    this.#next = undefined;
    this.#waiting = spikes.map(({ step, sources }) => ({ step, sources: sources.slice() }));
  }

  /** The spikes of earlier steps that are still to be delivered at the given step or later. */
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

  /** The first `length` entries of the list of a run. */
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
