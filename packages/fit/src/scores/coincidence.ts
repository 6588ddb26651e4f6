import type { Scorer, Target } from "./scorer.ts";

/** Relative tolerance for times that differ only by rounding, as in `analysis.coincidenceFactor`. */
const SLACK = 1e-12;

/** Largest contribution of the distances of coincident spikes to the guide; less than a few spikes change Γ. */
const APART = 0.01;

/** For each step and repetition: the recorded spikes that a spike in this step can be paired with. */
interface Windows {
  /** Entries of step s: from starts[s] up to, but excluding, starts[s + 1]. */
  readonly starts: Uint32Array;
  readonly repetitions: Uint16Array;
  /** First recorded spike within the window, and one past the last. */
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  /** Distance of the first one from the end of the step, ms. */
  readonly distances: Float64Array;
}

/** All pairs of a step and a repetition with at least one spike within `window` ms. */
const findWindows = ({ repetitions, duration, dt, steps }: Target, window: number): Windows => {
  const reach = window + SLACK * duration;
  const starts = new Uint32Array(steps + 2);
  const found = { repetitions: [] as number[], from: [] as number[], to: [] as number[], distances: [] as number[] };
  const lows = repetitions.map(() => 0);
  const highs = repetitions.map(() => 0);
  for (let step = 1; step <= steps; step++) {
    const time = step * dt;
    starts[step] = found.from.length;
    repetitions.forEach((train, r) => {
      let low = lows[r]!;
      let high = highs[r]!;
      while (low < train.length && train[low]! - time < -reach) low++;
      while (high < train.length && train[high]! - time <= reach) high++;
      lows[r] = low;
      highs[r] = high;
      if (high <= low) return;
      found.repetitions.push(r);
      found.from.push(low);
      found.to.push(high);
      found.distances.push(Math.abs(train[low]! - time));
    });
  }
  starts[steps + 1] = found.from.length;
  return {
    starts,
    repetitions: Uint16Array.from(found.repetitions),
    from: Uint32Array.from(found.from),
    to: Uint32Array.from(found.to),
    distances: Float64Array.from(found.distances),
  };
};

/** Γ of a train, or −1 if its rate is so high that Γ is undefined. */
const factor = (model: number, recorded: number, coincidences: number, target: Target, window: number): number => {
  if (model === 0 && recorded === 0) return 1;
  const covered = (2 * window * model) / target.duration;
  if (covered >= 1) return -1;
  return (coincidences - covered * recorded) / (0.5 * (model + recorded)) / (1 - covered);
};

/**
 * Scores the mean of Γ over the repetitions, with the same bits as `analysis.meanCoincidence`. The recorded spikes near
 * each step are looked up once, so a spike of a candidate costs a few operations. Where Γ is flat, a guide helps the
 * search: the number of spikes for candidates no better than chance, and a small term for the distances of coincident
 * spikes for others.
 *
 * @param reliability divides the score
 */
export const coincidenceScorer = (target: Target, window: number, reliability = 1): Scorer => {
  const { starts, repetitions, from, to, distances } = findWindows(target, window);
  const trains = target.repetitions.length;
  let counts = new Uint32Array();
  /** For each repetition and candidate: the first recorded spike that is still free, and the coincidences so far. */
  let next = new Uint32Array();
  let matches = new Uint32Array();
  /** For each candidate: sum of the distances of its coincident spikes, ms. */
  let apart = new Float64Array();
  return {
    begin: (count) => {
      if (counts.length !== count) {
        counts = new Uint32Array(count);
        next = new Uint32Array(count * trains);
        matches = new Uint32Array(count * trains);
        apart = new Float64Array(count);
      }
      for (const list of [counts, next, matches, apart]) list.fill(0);
    },
    spikes: (steps, units) => {
      const count = counts.length;
      const total = steps.length;
      for (let k = 0; k < total; k++) counts[units[k]!]!++;
      // Spikes of one step share their windows.
      for (let begin = 0, end = 0; begin < total; begin = end) {
        const step = steps[begin]!;
        for (end = begin + 1; end < total && steps[end] === step; ) end++;
        const last = starts[step + 1]!;
        for (let entry = starts[step]!; entry < last; entry++) {
          const row = repetitions[entry]! * count;
          const low = from[entry]!;
          const high = to[entry]!;
          const distance = distances[entry]!;
          for (let k = begin; k < end; k++) {
            const unit = units[k]!;
            const free = next[row + unit]!;
            if (free >= high) continue;
            matches[row + unit]!++;
            if (free <= low) {
              next[row + unit] = low + 1;
              apart[unit]! += distance;
            } else {
              next[row + unit] = free + 1;
              apart[unit]! += Math.abs(target.repetitions[repetitions[entry]!]![free]! - step * target.dt);
            }
          }
        }
      }
    },
    finish: (scores, guides) => {
      for (let unit = 0; unit < counts.length; unit++) {
        const found = target.repetitions.map((_, r) => matches[r * counts.length + unit]!);
        const [score, guide] = scoreOf(target, window, counts[unit]!, found, apart[unit]!);
        scores[unit] = score / reliability;
        guides[unit] = guide;
      }
    },
  };
};

/** The mean Γ of a candidate and its guide, from its spikes and its coincidences with each repetition. */
const scoreOf = (
  target: Target,
  window: number,
  count: number,
  coincidences: readonly number[],
  apart: number,
): [score: number, guide: number] => {
  const { repetitions } = target;
  const recorded = repetitions.reduce((sum, train) => sum + train.length, 0) / repetitions.length;
  let sum = 0;
  let matched = 0;
  for (const [r, train] of repetitions.entries()) {
    matched += coincidences[r]!;
    sum += factor(count, train.length, coincidences[r]!, target, window);
  }
  const score = sum / repetitions.length;
  if (score > 0) return [score, matched > 0 && window > 0 ? (APART * apart) / matched / window : 0];
  const total = count + recorded;
  return [score, total === 0 ? 0 : Math.abs(count - recorded) / total];
};
