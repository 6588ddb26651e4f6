import type { SpikePlan } from "./plan.ts";

/** Turns rows of spike bits into events. Its arrays grow and are used again for every chunk. */
export class SpikeCollector {
  readonly #plan: SpikePlan;
  readonly #words: number;
  readonly #mask: Uint32Array | undefined;
  #steps = new Uint32Array(1024);
  #units = new Uint32Array(1024);
  #count = 0;

  constructor(plan: SpikePlan, words: number) {
    this.#plan = plan;
    this.#words = words;
    if (plan.units) {
      this.#mask = new Uint32Array(words);
      for (const unit of plan.units) this.#mask[unit >>> 5]! |= 1 << (unit & 31);
    }
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

  clear(): void {
    this.#count = 0;
  }

  /** Takes the bits of `rows` steps, the first of which has number `firstStep`, from 1. */
  take(bits: Uint32Array, firstStep: number, rows: number): void {
    const words = this.#words;
    const mask = this.#mask;
    for (let row = 0; row < rows; row++) {
      const step = firstStep + row;
      if (step < this.#plan.first || step > this.#plan.last) continue;
      const start = row * words;
      for (let w = 0; w < words; w++) {
        let word = bits[start + w]!;
        if (word === 0) continue;
        if (mask) word &= mask[w]!;
        while (word !== 0) {
          if (this.#count === this.#steps.length) this.#grow();
          this.#steps[this.#count] = step;
          this.#units[this.#count] = w * 32 + 31 - Math.clz32(word & -word);
          this.#count++;
          word &= word - 1;
        }
      }
    }
  }

  #grow(): void {
    const steps = new Uint32Array(this.#steps.length * 2);
    const units = new Uint32Array(this.#units.length * 2);
    steps.set(this.#steps);
    units.set(this.#units);
    this.#steps = steps;
    this.#units = units;
  }
}
