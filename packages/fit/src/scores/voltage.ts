import type { Scorer } from "./scorer.ts";

/** A recorded potential on the grid of steps. */
export interface VoltageTarget {
  /** Potential at the end of each compared step, mV; NaN for excluded steps. */
  readonly values: Float64Array;
  /** Number of steps between compared values; the first is at step `every`. */
  readonly every: number;
}

/**
 * 1 − RMS error / standard deviation of the recorded potential, without spikes: 0 is as good as the recorded mean. The
 * comparison below threshold follows Jolivet, Rauch, Lüscher, Gerstner 2006, J. Comput. Neurosci. 21:35, and Mensi et
 * al. 2012, J. Neurophysiol. 107:1756.
 */
export const voltageScorer = ({ values, every }: VoltageTarget): Scorer => {
  const kept = values.filter((value) => !Number.isNaN(value));
  const mean = kept.reduce((sum, value) => sum + value, 0) / kept.length;
  const variance = kept.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / kept.length;
  let squares = new Float64Array();
  return {
    begin: (count) => {
      squares = new Float64Array(count);
    },
    potentials: (steps, potentials) => {
      const count = squares.length;
      for (let row = 0; row < steps.length; row++) {
        const recorded = values[Math.round(steps[row]! / every) - 1]!;
        if (Number.isNaN(recorded)) continue;
        for (let unit = 0, at = row * count; unit < count; unit++, at++) {
          const apart = potentials[at]! - recorded;
          squares[unit]! += apart * apart;
        }
      }
    },
    finish: (scores, guides) => {
      for (let unit = 0; unit < squares.length; unit++) {
        scores[unit] = 1 - Math.sqrt(squares[unit]! / kept.length / variance);
        guides[unit] = 0;
      }
    },
  };
};
