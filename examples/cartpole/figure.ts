import { lineFigure, type ThemeName } from "@spark-snn/plot";

/** Number of episodes in the figure. */
export const shownEpisodes = 150;

/** Lengths of the episodes by variant and seed. */
export type Lengths = Record<string, Record<string, number[]>>;

/** The running score after each episode: 0.8 of the score before and 0.2 of the length. */
export const scoresOf = (lengths: readonly number[]): number[] => {
  let score = 0;
  return lengths.map((length) => {
    score = 0.8 * score + 0.2 * length;
    return score;
  });
};

/** The value below which a part of some values lies. */
const quantile = (values: readonly number[], part: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = part * (sorted.length - 1);
  const low = sorted[Math.floor(at)]!;
  return low + (sorted[Math.ceil(at)]! - low) * (at - Math.floor(at));
};

/** Draws the scores of all seeds for each variant. */
export const drawScores = (lengths: Lengths, variants: readonly string[], theme: ThemeName = "light"): string => {
  const x = Array.from({ length: shownEpisodes }, (_, k) => k + 1);
  const curves = variants.map((label) => {
    const scores = Object.values(lengths[label]!).map(scoresOf);
    const at = (part: number): number[] =>
      x.map((_, k) =>
        quantile(
          scores.map((list) => list[k]!),
          part,
        ),
      );
    return { label, x, y: at(0.5), low: at(0.25), high: at(0.75) };
  });
  return lineFigure(
    { curves, xTitle: "Episode", yTitle: "Score (steps)", spread: "half of the seeds" },
    { width: 900, height: 440, title: "The score of networks with 25 seeds", theme },
  );
};
