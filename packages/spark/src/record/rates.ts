import { unitMask } from "./bits.ts";
import type { RatePlan } from "./plan.ts";
import { Rows } from "./rows.ts";

/** Counts spikes in bins and converts the counts to rates in Hz. */
export class RateCollector extends Rows<RatePlan, Float64Array> {
  readonly #words: number;
  readonly #mask: Uint32Array | undefined;
  readonly #columnOf: Int32Array | undefined;
  readonly #counts: Float64Array;
  /** Rate of one spike in a bin, Hz: of one unit, or as the mean over all selected units. */
  readonly #scale: number;
  /** The first step that is counted. */
  #from: number;

  constructor(plan: RatePlan, words: number, units: number, dt: number, capacity: number) {
    super(plan, new Float64Array(capacity * plan.columns), capacity);
    this.#words = words;
    this.#from = plan.first;
    const chosen = plan.units?.length ?? units;
    this.#scale = 1000 / (plan.bin * dt) / (plan.each ? 1 : chosen);
    this.#counts = new Float64Array(plan.columns);
    if (plan.units) {
      this.#mask = unitMask(plan.units, words);
      this.#columnOf = new Int32Array(units);
      plan.units.forEach((unit, column) => {
        this.#columnOf![unit] = column;
      });
    }
  }

  /** Continues after a step from which the spikes before it are unknown, with the next whole bin. */
  jump(step: number): void {
    const { first, bin } = this.plan;
    this.#from = first + Math.max(0, Math.ceil((step + 1 - first) / bin)) * bin;
    this.#counts.fill(0);
    this.clear();
  }

  /** Takes over the unfinished bin of a collector of the same plan. */
  resume(other: RateCollector): void {
    this.#counts.set(other.#counts);
    this.#from = other.#from;
  }

  /** Counts the bits of `rows` steps, starting at step `firstStep` (counted from 1). */
  take(bits: Uint32Array, firstStep: number, rows: number): void {
    const { first, last, bin, columns } = this.plan;
    const end = Math.min(rows, last - firstStep + 1);
    for (let row = Math.max(0, this.#from - firstStep); row < end; row++) {
      const step = firstStep + row;
      this.#count(bits, row * this.#words);
      if ((step - first + 1) % bin !== 0) continue;
      const out = this.end;
      for (let c = 0; c < columns; c++) this.room[out + c] = this.#counts[c]! * this.#scale;
      this.#counts.fill(0);
      this.add(step);
    }
  }

  #count(bits: Uint32Array, start: number): void {
    for (let w = 0; w < this.#words; w++) {
      let word = bits[start + w]!;
      if (this.#mask) word &= this.#mask[w]!;
      for (; word !== 0; word &= word - 1) {
        if (!this.plan.each) this.#counts[0]!++;
        else {
          const unit = w * 32 + 31 - Math.clz32(word & -word);
          this.#counts[this.#columnOf ? this.#columnOf[unit]! : unit]!++;
        }
      }
    }
  }
}
