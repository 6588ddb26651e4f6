import { firstAbove } from "./spikes.ts";
import { type RowStore, rowStore } from "./traces.ts";

/** Recorded bins that one bin of a plot combines. */
export const binsIn = (width: number, recorded: number): number => Math.max(1, Math.round(width / recorded));

/**
 * The rates of a window in bins of `combined` recorded bins, each at the step of its end. Bins count from the first
 * step, so that they keep their places while the window moves.
 */
export const combinedRates = (
  { steps, values, count }: RowStore,
  combined: number,
  { from, to, stepsPerBin }: { readonly from: number; readonly to: number; readonly stepsPerBin: number },
): RowStore => {
  const first = Math.max(0, firstAbove(steps, count, from) - 2 * combined);
  const last = Math.min(count, firstAbove(steps, count, to));
  const length = combined * stepsPerBin;
  const ends: number[] = [];
  const means: number[] = [];
  let bin = -1;
  let sum = 0;
  let number = 0;
  for (let row = first; row < last; row++) {
    const own = Math.ceil(steps[row]! / length);
    if (own !== bin) {
      bin = own;
      sum = 0;
      number = 0;
    }
    sum += values[row]!;
    number++;
    if (number === combined) {
      ends.push(own * length);
      means.push(sum / combined);
    }
  }
  const made = rowStore(1, Math.max(1, ends.length));
  made.append(ends, means);
  return made;
};

/** The mean rate of the last recorded bins up to a step, Hz. */
export const rateBefore = ({ steps, values, count }: RowStore, step: number, bins: number): number => {
  const end = firstAbove(steps, count, step);
  const start = Math.max(0, end - bins);
  let sum = 0;
  for (let row = start; row < end; row++) sum += values[row]!;
  return end > start ? sum / (end - start) : 0;
};
