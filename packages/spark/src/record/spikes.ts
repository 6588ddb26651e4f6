import { countBits, unitMask } from "./bits.ts";
import type { SpikePlan } from "./plan.ts";
import { type StepWindow, windowFrom } from "./windows.ts";

const FIRST_ROOM = 1024;
/** Units per word. Arrays have that many extra elements, so that capacity is checked once per word. */
const WORD = 32;

const enlarged = (list: Uint32Array, size: number): Uint32Array => {
  const larger = new Uint32Array(size);
  larger.set(list);
  return larger;
};

/** Converts rows of spike bits to events, up to a capacity. */
export class SpikeCollector {
  readonly #plan: SpikePlan;
  readonly #words: number;
  readonly #mask: Uint32Array | undefined;
  readonly #most: number;
  readonly #room: number;
  #steps: Uint32Array;
  #units: Uint32Array;
  #count = 0;
  /** Last step that the run has done. */
  #reached = 0;

  /** `room` is the largest number of events; `units` is the number of units of the population. */
  constructor(plan: SpikePlan, words: number, units: number, room: number) {
    this.#plan = plan;
    this.#words = words;
    this.#mask = plan.units && unitMask(plan.units, words);
    this.#most = plan.units?.length ?? units;
    this.#room = room;
    // Doubling from here ends exactly at `room`, so old and new arrays together never exceed one and a half times it.
    const doublings = Math.max(0, Math.ceil(Math.log2(room / FIRST_ROOM)));
    const start = Math.max(1, Math.ceil(room / 2 ** doublings));
    this.#steps = new Uint32Array(start + WORD);
    this.#units = new Uint32Array(start + WORD);
  }

  get steps(): Uint32Array {
    return this.#steps.subarray(0, this.#count);
  }

  get units(): Uint32Array {
    return this.#units.subarray(0, this.#count);
  }

  get count(): number {
    return this.#count;
  }

  /** What the run has recorded so far. `last` is before `first` if that is nothing. */
  get covered(): SpikePlan {
    const { first, last } = this.#plan;
    return { ...this.#plan, last: Math.max(first - 1, Math.min(last, this.#reached)) };
  }

  clear(): void {
    this.#count = 0;
  }

  /** Removes the spikes after a step, counted from 1. */
  cut(lastStep: number): void {
    this.#reached = lastStep;
    while (this.#count > 0 && this.#steps[this.#count - 1]! > lastStep) this.#count--;
  }

  /**
   * Adds the spikes of rows `from` to `rows` of a chunk that starts at step `firstStep` (counted from 1). Returns the row
   * at which it stopped: `rows`, or the first row that exceeds the capacity.
   */
  take(bits: Uint32Array, firstStep: number, rows: number, from = 0): number {
    for (let row = from; row < rows; ) {
      const window = this.#windowFrom(firstStep + row);
      if (!window) break;
      const end = Math.min(rows, window.last - firstStep + 1);
      for (row = Math.max(row, window.first - firstStep); row < end; row++) {
        const start = row * this.#words;
        // Counting beforehand costs time and is needed only near the capacity.
        if (this.#count + this.#most > this.#room && this.#count + this.#countRow(bits, start) > this.#room) return row;
        this.#takeRow(bits, start, firstStep + row);
      }
    }
    return rows;
  }

  /** The recorded window that contains a step, or the next one. */
  #windowFrom(step: number): StepWindow | undefined {
    const { windows, first, last } = this.#plan;
    if (windows) return windowFrom(windows, step, this.#plan);
    return step > last ? undefined : { first: Math.max(step, first), last };
  }

  /** Whether all spikes of these steps are recorded, and there is room even if every unit spikes in every step. */
  takesAll(firstStep: number, rows: number): boolean {
    if (this.#plan.units || this.#count + rows * this.#most > this.#room) return false;
    const window = this.#windowFrom(firstStep);
    return window !== undefined && firstStep >= window.first && firstStep + rows - 1 <= window.last;
  }

  /** Adds spikes that a machine returns as events. */
  add(steps: Uint32Array, units: Uint32Array): void {
    while (this.#count + steps.length > this.#steps.length) this.#grow();
    this.#steps.set(steps, this.#count);
    this.#units.set(units, this.#count);
    this.#count += steps.length;
  }

  #takeRow(bits: Uint32Array, start: number, step: number): void {
    // Most words are zero: one comparison skips four of them.
    const end = start + this.#words;
    let at = start;
    for (; at + 3 < end; at += 4) {
      if ((bits[at]! | bits[at + 1]! | bits[at + 2]! | bits[at + 3]!) === 0) continue;
      for (let k = at; k < at + 4; k++) if (bits[k] !== 0) this.#takeWord(bits[k]! | 0, k - start, step);
    }
    for (; at < end; at++) if (bits[at] !== 0) this.#takeWord(bits[at]! | 0, at - start, step);
  }

  #takeWord(bits: number, index: number, step: number): void {
    if (this.#count + WORD > this.#steps.length) this.#grow();
    const steps = this.#steps;
    const units = this.#units;
    const last = index * WORD + WORD - 1;
    let count = this.#count;
    let word = this.#mask ? bits & this.#mask[index]! : bits;
    while (word !== 0) {
      const lowest = word & -word;
      units[count] = last - Math.clz32(lowest);
      steps[count++] = step;
      word ^= lowest;
    }
    this.#count = count;
  }

  #countRow(bits: Uint32Array, start: number): number {
    let count = 0;
    for (let w = 0; w < this.#words; w++) count += countBits(bits[start + w]! & (this.#mask ? this.#mask[w]! : -1));
    return count;
  }

  #grow(): void {
    const size = Math.min((this.#steps.length - WORD) * 2, this.#room) + WORD;
    this.#steps = enlarged(this.#steps, size);
    this.#units = enlarged(this.#units, size);
  }
}
