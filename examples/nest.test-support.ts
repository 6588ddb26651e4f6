import { readFileSync } from "node:fs";

/** Rate, CV and synchrony of a population, from runs of another simulator with several seeds. */
type Known = Readonly<Record<string, number>>;

export interface Bounds {
  /** Whether a value is within the differences between seeds. */
  readonly within: (measure: Measure) => (value: number) => boolean;
}

type Measure = keyof typeof least;
/** Minimum relative bounds, for seeds that happen to agree. */
const least = { rate: 0.02, cv: 0.02, synchrony: 0.06 } as const;

const meanAndSquares = (values: readonly number[]): readonly [mean: number, squares: number] => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0)];
};

/**
 * Bounds of six standard deviations between seeds around their mean. With five seeds, the standard deviation has an
 * error of a third, so these are about four true standard deviations.
 */
export const bounds = (runs: readonly Known[]): Bounds => ({
  within: (measure) => {
    const [mean, squares] = meanAndSquares(runs.map((run) => run[measure]!));
    const reach = Math.max(6 * Math.sqrt(squares / (runs.length - 1)), least[measure] * mean);
    return (value) => Math.abs(value - mean) <= reach;
  },
});

/**
 * Difference of the means of a measure over two sets of runs, relative to five standard errors from the differences
 * between seeds on both sides. Five runs of NEST alone do not suffice: its synchrony of L4E varies by 0.04 between
 * them, and by 0.27 between seventy runs of this program.
 */
export const apart = (ours: readonly Known[], known: readonly Known[], measure: Measure): number => {
  const [a, b] = [ours, known].map((runs) => meanAndSquares(runs.map((run) => run[measure]!)));
  const variance = (a![1] + b![1]) / (ours.length + known.length - 2);
  const error = Math.sqrt(variance * (1 / ours.length + 1 / known.length));
  return Math.abs(a![0] - b![0]) / Math.max(5 * error, least[measure] * b![0]);
};

/** Results of one run of a simulator for the two populations of a network. */
interface NetworkRuns {
  readonly network: string;
  readonly excitatory: Known;
  readonly inhibitory: Known;
}

/** The bounds of one population of a named network. */
export const networkBounds = (
  runs: readonly NetworkRuns[],
  network: string,
  population: "excitatory" | "inhibitory",
): Bounds => bounds(runs.filter((run) => run.network === network).map((run) => run[population]));

/** Results of NEST and Brian2 for CUBA and Brunel's network. */
export const recorded: readonly (readonly NetworkRuns[])[] = ["nest", "brian2"].map((simulator) => {
  const file = new URL(`../packages/spark/test/golden/${simulator}-networks.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")).runs;
});
