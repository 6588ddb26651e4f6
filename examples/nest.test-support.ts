/** Rate, CV and synchrony of a population in runs of NEST with several seeds. */
type Known = Readonly<Record<string, number>>;

export interface Bounds {
  /** Whether a value lies where another seed may take it. */
  readonly within: (measure: "rate" | "cv" | "synchrony") => (value: number) => boolean;
}

/**
 * Six standard deviations between seeds around their mean: with five seeds the deviation itself is known to a third, so
 * that this is about four true ones. At least 2 % of rates, 2 % of CVs and 6 % of synchrony, where seeds happen to agree.
 */
export const bounds = (runs: readonly Known[]): Bounds => {
  const least = { rate: 0.02, cv: 0.02, synchrony: 0.06 } as const;
  return {
    within: (measure) => {
      const values = runs.map((run) => run[measure]!);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
      const reach = Math.max(6 * Math.sqrt(variance), least[measure] * mean);
      return (value) => Math.abs(value - mean) <= reach;
    },
  };
};

interface NetworkRuns {
  readonly network: string;
  readonly excitatory: Known;
  readonly inhibitory: Known;
}

/** The same of one population of a named network. */
export const networkBounds = (
  runs: readonly NetworkRuns[],
  network: string,
  population: "excitatory" | "inhibitory",
): Bounds => bounds(runs.filter((run) => run.network === network).map((run) => run[population]));
