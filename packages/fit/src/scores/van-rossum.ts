import { exactExp } from "spark-snn";
import type { Scorer, Target } from "./scorer.ts";

/** ½ Σ_ij exp(−|t_i − t_j|/tau): the squared distance of a train from silence. */
const ownSquare = (train: ArrayLike<number>, tau: number): number => {
  let square = 0;
  let trace = 0;
  for (let k = 0; k < train.length; k++) {
    if (k > 0) trace *= exactExp((train[k - 1]! - train[k]!) / tau);
    square += trace + 0.5;
    trace += 1;
  }
  return square;
};

/** Σ_j exp(−|t − t_j|/tau) at the time of every step, from the spikes before and after it. */
const overlaps = (train: ArrayLike<number>, { dt, steps }: Target, tau: number): Float64Array => {
  const sums = new Float64Array(steps + 1);
  const decay = exactExp(-dt / tau);
  let trace = 0;
  for (let step = 0, k = 0; step <= steps; step++) {
    trace *= decay;
    for (; k < train.length && train[k]! <= step * dt; k++) trace += exactExp((train[k]! - step * dt) / tau);
    sums[step] = trace;
  }
  trace = 0;
  for (let step = steps, k = train.length - 1; step >= 0; step--) {
    trace *= decay;
    for (; k >= 0 && train[k]! > step * dt; k--) trace += exactExp((step * dt - train[k]!) / tau);
    sums[step]! += trace;
  }
  return sums;
};

/**
 * 1 − D/D₀, averaged over the repetitions. D is the van Rossum distance of the candidate's train from the recorded one,
 * and D₀ that of an empty train. Van Rossum 2001, Neural Comput. 13:751. A spike costs one look-up per repetition.
 */
export const vanRossumScorer = (target: Target, tau: number): Scorer => {
  const trains = target.repetitions.map((train) => ({
    square: ownSquare(train, tau),
    overlap: overlaps(train, target, tau),
  }));
  // Beyond some time the kernel is zero; until then its values are in a table.
  const reach = Math.min(target.steps, Math.ceil((745 * tau) / target.dt));
  const kernel = Float64Array.from({ length: reach + 1 }, (_, lag) => exactExp((-lag * target.dt) / tau));
  let squares = new Float64Array();
  let traces = new Float64Array();
  let cross = new Float64Array();
  let last = new Uint32Array();
  return {
    begin: (count) => {
      [squares, traces, cross] = [
        new Float64Array(count),
        new Float64Array(count),
        new Float64Array(count * trains.length),
      ];
      last = new Uint32Array(count);
    },
    spikes: (steps, units) => {
      const count = squares.length;
      for (let k = 0; k < steps.length; k++) {
        const step = steps[k]!;
        const unit = units[k]!;
        const lag = step - last[unit]!;
        const trace = lag <= reach ? traces[unit]! * kernel[lag]! : 0;
        squares[unit]! += trace + 0.5;
        traces[unit] = trace + 1;
        last[unit] = step;
        for (let r = 0; r < trains.length; r++) cross[r * count + unit]! += trains[r]!.overlap[step]!;
      }
    },
    finish: (scores, guides) => {
      for (let unit = 0; unit < squares.length; unit++) {
        let sum = 0;
        trains.forEach(({ square }, r) => {
          const apart = Math.max(0, squares[unit]! + square - cross[r * squares.length + unit]!);
          sum += 1 - Math.sqrt(apart) / Math.sqrt(Math.max(square, 0.5));
        });
        scores[unit] = sum / trains.length;
        guides[unit] = 0;
      }
    },
  };
};
