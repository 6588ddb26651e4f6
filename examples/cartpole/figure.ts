import { lineFigure, type ThemeName } from "@spark-snn/plot";

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

/** Draws the scores of six networks until they solve the task, and of two networks that cannot solve it. */
export const drawScores = (lengths: Lengths, theme: ThemeName = "light"): string => {
  const chosen = [
    ...[1, 2, 3, 4, 5, 6].map((seed) => ({ label: `seed ${seed}`, variant: "example", seed })),
    { label: "sides drawn at random", variant: "sides drawn at random", seed: 1 },
    { label: "without learning", variant: "without learning", seed: 1 },
  ];
  const curves = chosen.map(({ label, variant, seed }) => {
    const y = scoresOf(lengths[variant]![seed]!).slice(0, 150);
    return { label, x: y.map((_, k) => k + 1), y };
  });
  return lineFigure(
    { curves, xTitle: "Episode", yTitle: "Score (steps)" },
    { width: 900, height: 440, title: "The score rises until the task is solved", theme },
  );
};
