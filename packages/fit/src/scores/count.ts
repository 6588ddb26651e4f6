import type { Scorer, Target } from "./scorer.ts";

/**
 * 1 − |n − m|/(n + m) for n spikes of the candidate and m of the neuron, the mean over the repetitions: 1 for equal
 * numbers, 0 for silence.
 */
export const countScorer = ({ repetitions }: Target): Scorer => {
  let counts = new Uint32Array();
  return {
    begin: (count) => {
      counts = new Uint32Array(count);
    },
    spikes: (_steps, units) => {
      for (let k = 0; k < units.length; k++) counts[units[k]!]!++;
    },
    finish: (scores, guides) => {
      for (let unit = 0; unit < counts.length; unit++) {
        const n = counts[unit]!;
        let sum = 0;
        for (const { length: m } of repetitions) sum += n + m === 0 ? 1 : 1 - Math.abs(n - m) / (n + m);
        scores[unit] = sum / repetitions.length;
        guides[unit] = 0;
      }
    },
  };
};
