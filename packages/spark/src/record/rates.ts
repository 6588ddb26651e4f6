import { countBits, unitMask } from "./bits.ts";
import type { RatePlan } from "./plan.ts";
import { Rows, type Saved } from "./rows.ts";
import { type StepWindow, windowFrom } from "./windows.ts";

/** Counts what the spikes of a bin give: one number, or one per unit. */
interface Counter {
  /** Adds a row of spike bits, which starts at an index. */
  add(bits: Uint32Array, start: number): void;
  /** Writes the values of the bin. */
  write(out: Float64Array, at: number): void;
  clear(): void;
  /** The counts of the unfinished bin, to continue from. */
  readonly counts: Float64Array | Uint32Array;
}

/** The selected units of a population as bits, and their columns. */
class Selected {
  readonly words: number;
  readonly count: number;
  readonly #mask: Uint32Array | undefined;
  readonly #columnOf: Int32Array | undefined;

  constructor({ units: chosen }: Pick<RatePlan, "units">, words: number, units: number) {
    this.words = words;
    this.count = chosen?.length ?? units;
    if (!chosen) return;
    this.#mask = unitMask(chosen, words);
    this.#columnOf = new Int32Array(units);
    chosen.forEach((unit, column) => {
      this.#columnOf![unit] = column;
    });
  }

  /** The bits of a word that belong to selected units. */
  in(word: number, index: number): number {
    return this.#mask ? word & this.#mask[index]! : word;
  }

  /** Column of the unit of the lowest bit of a word. */
  column(word: number, index: number): number {
    const unit = index * 32 + 31 - Math.clz32(word & -word);
    return this.#columnOf ? this.#columnOf[unit]! : unit;
  }
}

/** Rates in Hz: of each unit, or as the mean over all selected units. */
const rateCounter = (selected: Selected, { bin, each, columns }: RatePlan, dt: number): Counter => {
  const counts = new Float64Array(columns);
  const scale = 1000 / (bin * dt) / (each ? 1 : selected.count);
  return {
    counts,
    add: (bits, start) => {
      for (let w = 0; w < selected.words; w++) {
        for (let word = selected.in(bits[start + w]!, w); word !== 0; word &= word - 1) {
          counts[each ? selected.column(word, w) : 0]!++;
        }
      }
    },
    write: (out, at) => {
      for (let c = 0; c < columns; c++) out[at + c] = counts[c]! * scale;
    },
    clear: () => counts.fill(0),
  };
};

/** Which units spiked: 0 or 1 for each, or the share of the selected units. */
const activeCounter = (selected: Selected, { each, columns }: RatePlan): Counter => {
  const seen = new Uint32Array(selected.words);
  return {
    counts: seen,
    add: (bits, start) => {
      for (let w = 0; w < selected.words; w++) seen[w]! |= bits[start + w]!;
    },
    write: (out, at) => {
      out.fill(0, at, at + columns);
      for (let w = 0; w < selected.words; w++) {
        let word = selected.in(seen[w]!, w);
        if (!each) out[at]! += countBits(word);
        else for (; word !== 0; word &= word - 1) out[at + selected.column(word, w)] = 1;
      }
      if (!each) out[at]! /= selected.count;
    },
    clear: () => seen.fill(0),
  };
};

/** Counts spikes in bins. */
export class RateCollector extends Rows<RatePlan, Float64Array> {
  readonly #words: number;
  readonly #counter: Counter;
  /** The first step of a bin, unless there are windows. */
  #origin: number;
  /** The first step that is counted. */
  #from: number;
  /** The window of the next steps; undefined before the first one. */
  #window: StepWindow | undefined;

  constructor(plan: RatePlan, words: number, units: number, dt: number, capacity: number) {
    super(plan, new Float64Array(capacity * plan.columns), capacity);
    this.#words = words;
    this.#origin = plan.first;
    this.#from = plan.first;
    const selected = new Selected(plan, words, units);
    this.#counter = plan.name === "rate" ? rateCounter(selected, plan, dt) : activeCounter(selected, plan);
  }

  /** Continues after a step from which the spikes before it are unknown, with the next whole bin. */
  jump(step: number): void {
    const { windows, bin } = this.plan;
    const { first } = (windows && windowFrom(windows, step + 1, this.plan)) ?? this.plan;
    this.#from = first + Math.max(0, Math.ceil((step + 1 - first) / bin)) * bin;
    this.#window = undefined;
    this.#counter.clear();
    this.clear();
  }

  /** Takes over the unfinished bin of a collector of the same plan. */
  resume(other: RateCollector): void {
    this.load(other.save());
    this.#window = other.#window;
  }

  /** The unfinished bin as numbers. */
  save(): Saved {
    return { bin: [this.#origin, this.#from], counts: this.#counter.counts };
  }

  /** Takes over what `save` of a collector of the same plan returned. */
  load(saved: Saved): void {
    [this.#origin, this.#from] = saved["bin"] as unknown as [number, number];
    this.#counter.counts.set(saved["counts"]!);
  }

  /** Counts the bits of `rows` steps, starting at step `firstStep` (counted from 1). */
  take(bits: Uint32Array, firstStep: number, rows: number): void {
    const { last, windows } = this.plan;
    const end = Math.min(firstStep + rows - 1, last);
    let step = Math.max(this.#from, firstStep);
    while (step <= end) {
      if (windows && !(this.#window && step <= this.#window.last)) {
        this.#window = windowFrom(windows, step, this.plan);
        this.#counter.clear();
      }
      const whole = { first: windows ? end + 1 : this.#origin, last: end };
      const { first, last: until } = this.#window ?? whole;
      step = Math.max(step, first);
      for (; step <= Math.min(end, until); step++) this.#count(bits, step, step - firstStep, first);
    }
  }

  /** Counts the spikes of a step. Bins begin with the step `first`. */
  #count(bits: Uint32Array, step: number, row: number, first: number): void {
    this.#counter.add(bits, row * this.#words);
    if ((step - first + 1) % this.plan.bin !== 0) return;
    this.#counter.write(this.room, this.end);
    this.#counter.clear();
    this.add(step);
  }
}
