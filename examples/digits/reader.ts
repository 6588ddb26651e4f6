import type { Image } from "./images.ts";
import type { Counts } from "./learning.ts";

const kinds = 10;

/**
 * Finds the digit that makes the spike counts of the units most likely, if they are Poisson numbers that are independent
 * of each other. The mean counts for each digit are learned from images with labels.
 */
export class Reader {
  readonly #units: number;
  /** Mean count of each unit for each digit: digit · units + unit. */
  readonly #means: Float64Array;
  readonly #logs: Float64Array;
  /** Sum of the means of all units for each digit. */
  readonly #sums: Float64Array;

  /** Takes images and the counts while they were shown. Labels are used nowhere else. */
  constructor(seen: readonly { readonly image: Image; readonly counts: Counts }[]) {
    const units = seen[0]!.counts.length;
    // Half a spike for each pair of a digit and a unit: Jeffreys' prior. Without it, a first spike would exclude a digit.
    const totals = new Float64Array(kinds * units).fill(0.5);
    const presented = new Float64Array(kinds);
    for (const { image, counts } of seen) {
      presented[image.digit]!++;
      counts.forEach((count, unit) => {
        totals[image.digit * units + unit]! += count;
      });
    }
    this.#units = units;
    this.#means = totals.map((total, k) => total / Math.max(1, presented[Math.floor(k / units)]!));
    this.#logs = this.#means.map(Math.log);
    this.#sums = new Float64Array(kinds);
    this.#means.forEach((mean, k) => {
      this.#sums[Math.floor(k / units)]! += mean;
    });
  }

  /** The digit for which the counts are most likely. */
  digitOf(counts: Counts): number {
    const likelihoods = this.#sums.map((sum) => -sum);
    counts.forEach((count, unit) => {
      if (count === 0) return;
      for (let digit = 0; digit < kinds; digit++)
        likelihoods[digit]! += count * this.#logs[digit * this.#units + unit]!;
    });
    return likelihoods.indexOf(Math.max(...likelihoods));
  }

  /** The digit to which a unit responds most. */
  preferredBy(unit: number): number {
    const means = Array.from({ length: kinds }, (_, digit) => this.#means[digit * this.#units + unit]!);
    return means.indexOf(Math.max(...means));
  }
}
