import { choice } from "spark-snn/documents";

/** Share of the worst recording in the score. The rest keeps the search from ignoring all progress on the others. */
const WORST = 0.75;

const ABOUT =
  "Score of several recordings: the mean by weight, or three quarters of it from the worst recording alone.";

/** How the scores of the recordings are combined. */
export const across = choice(ABOUT, ["mean", "worst"], "Omit it for mean.");

export type Across = "mean" | "worst";

/** The scores of candidates on one recording after another, combined into one score for each candidate. */
export interface Combined {
  /** Adds a recording with its share of the weights. A guide distinguishes candidates where their scores do not. */
  add(share: number, scores: ArrayLike<number>, guides?: ArrayLike<number>): void;
  /** The combined score of each candidate. */
  scores(): Float64Array;
  /** The mean guide of each candidate. */
  readonly guides: Float64Array;
}

/** Combines the scores of `count` candidates. */
export const combineScores = (way: Across, count: number): Combined => {
  const means = new Float64Array(count);
  const worst = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const guides = new Float64Array(count);
  return {
    guides,
    add: (share, found, guide) => {
      for (let k = 0; k < count; k++) {
        means[k]! += share * found[k]!;
        worst[k] = Math.min(worst[k]!, found[k]!);
        if (guide) guides[k]! += share * guide[k]!;
      }
    },
    scores: () => (way === "mean" ? means : means.map((mean, k) => WORST * worst[k]! + (1 - WORST) * mean)),
  };
};
