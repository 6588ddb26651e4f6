import type { Gate } from "./gate.ts";
import type { SpikePlan } from "./plan.ts";
import type { Saved } from "./rows.ts";
import { SpikeCollector } from "./spikes.ts";
import type { StepWindow } from "./windows.ts";

/**
 * The spikes around the steps in which a condition holds. The bits of the last steps wait in a ring, because a condition
 * that holds later looks back on them.
 */
export class GatedSpikes {
  readonly name = "outSpikes";
  readonly plan: SpikePlan;
  readonly gate: Gate;
  readonly #inner: SpikeCollector;
  readonly #words: number;
  /** Bits of the waiting steps, which end with `#seen`. Those of a step are at its number modulo the capacity. */
  readonly #bits: Uint32Array;
  readonly #capacity: number;
  /** The first waiting step; greater than `#seen` if none waits. */
  #first: number;
  /** The last step whose bits were taken. */
  #seen: number;
  #until = 0;
  #windows: StepWindow[] = [];
  /** The last step that the run has done. */
  #reached = 0;

  constructor(plan: SpikePlan, gate: Gate, words: number, units: number, room: number) {
    this.plan = plan;
    this.gate = gate;
    this.#words = words;
    this.#capacity = gate.plan.before + 1;
    this.#bits = new Uint32Array(this.#capacity * words);
    this.#first = plan.first;
    this.#seen = plan.first - 1;
    // Spikes of steps before the run may be looked back on.
    this.#inner = new SpikeCollector({ ...plan, first: 1, windows: undefined }, words, units, room);
  }

  get count(): number {
    return this.#inner.count;
  }
  get steps(): Uint32Array {
    return this.#inner.steps;
  }
  get units(): Uint32Array {
    return this.#inner.units;
  }

  /** What was recorded so far. `last` is before `first` if that is nothing. */
  get covered(): SpikePlan {
    const { first, last } = this.plan;
    const windows = this.#windows;
    const end = Math.max(first - 1, Math.min(last, this.#reached));
    return { ...this.plan, first: Math.min(first, windows[0]?.first ?? first), last: end, windows };
  }

  /** Like `SpikeCollector.take`. If nothing is recorded, spikes only wait for a later step. */
  take(bits: Uint32Array, firstStep: number, rows: number, from: number, records: boolean): number {
    const { before, after } = this.gate.plan;
    const { holds } = this.gate;
    for (let row = from; row < rows; row++) {
      const step = firstStep + row;
      // A row that did not fit is taken again.
      if (step > this.#seen) this.#push(bits.subarray(row * this.#words, (row + 1) * this.#words), step);
      if (holds[row] === 1) this.#until = step + after;
      if (records && step <= this.#until) {
        if (!this.#release()) return row;
      } else this.#first = Math.max(this.#first, step - before + 1);
    }
    return rows;
  }

  #push(row: Uint32Array, step: number): void {
    this.#seen = step;
    this.#first = Math.max(this.#first, step - this.#capacity + 1);
    this.#bits.set(row, (step % this.#capacity) * this.#words);
  }

  /** Records all waiting steps. Returns false if there is no room. */
  #release(): boolean {
    const { last } = this.plan;
    for (; this.#first <= this.#seen; this.#first++) {
      const step = this.#first;
      if (step > last) continue;
      const place = (step % this.#capacity) * this.#words;
      if (this.#inner.take(this.#bits.subarray(place, place + this.#words), step, 1) === 0) return false;
      const window = this.#windows.at(-1);
      if (window && window.last === step - 1) this.#windows[this.#windows.length - 1] = { ...window, last: step };
      else this.#windows.push({ first: step, last: step });
    }
    return true;
  }

  /** Removes the spikes after a step. */
  cut(lastStep: number): void {
    this.#reached = lastStep;
    this.#inner.cut(lastStep);
  }

  clear(): void {
    this.#inner.clear();
    this.#windows = [];
  }

  jump(step: number): void {
    this.gate.clear();
    this.clear();
    this.#until = 0;
    this.#seen = step;
    this.#first = Math.max(step + 1, this.plan.first);
  }

  save(): Saved {
    const steps = Array.from({ length: Math.max(0, this.#seen - this.#first + 1) }, (_, k) => this.#first + k);
    const bits = steps.flatMap((step) => {
      const place = (step % this.#capacity) * this.#words;
      return [...this.#bits.subarray(place, place + this.#words)];
    });
    return { ...this.gate.save(), waiting: [this.#first, this.#seen, this.#until], bits };
  }

  /** Whether saved lists are those of waiting steps. */
  fits({ waiting, bits }: Saved): boolean {
    const [first = 0, seen = 0] = Array.from(waiting!);
    const steps = Math.max(0, seen - first + 1);
    return steps <= this.#capacity && bits!.length === steps * this.#words;
  }

  load(saved: Saved): void {
    this.gate.load(saved);
    [this.#first, this.#seen, this.#until] = saved["waiting"] as unknown as [number, number, number];
    for (let step = this.#first; step <= this.#seen; step++) {
      const at = (step - this.#first) * this.#words;
      const row = Array.prototype.slice.call(saved["bits"], at, at + this.#words) as number[];
      this.#bits.set(row, (step % this.#capacity) * this.#words);
    }
  }
}
