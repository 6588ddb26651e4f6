import { firstAbove } from "./spikes.ts";

/* Rows of values over time: traces, rates and read-outs. */

export interface RowStore {
  /** Step of each row, ascending. Only the first `count` rows count. */
  readonly steps: Float64Array;
  /** Values by row and column. */
  readonly values: Float32Array;
  readonly count: number;
  readonly columns: number;
  append(steps: ArrayLike<number>, values: ArrayLike<number>): void;
  /** Forgets the rows after a step. */
  cut(step: number): void;
}

/** Keeps at most `most` values. When it is full, it forgets the oldest quarter of the rows. */
export const rowStore = (columns: number, most: number): RowStore => {
  const mostRows = Math.max(16, Math.floor(most / Math.max(1, columns)));
  let steps = new Float64Array(Math.min(mostRows, 256));
  let values = new Float32Array(steps.length * columns);
  let count = 0;
  const reserve = (more: number): void => {
    if (count + more > mostRows) {
      const fewer = Math.min(count, Math.max(count + more - mostRows, mostRows >>> 2));
      steps.copyWithin(0, fewer, count);
      values.copyWithin(0, fewer * columns, count * columns);
      count -= fewer;
    }
    if (count + more <= steps.length) return;
    const size = Math.min(Math.max(mostRows, more), Math.max(2 * steps.length, count + more));
    const [ownSteps, ownValues] = [new Float64Array(size), new Float32Array(size * columns)];
    ownSteps.set(steps.subarray(0, count));
    ownValues.set(values.subarray(0, count * columns));
    steps = ownSteps;
    values = ownValues;
  };
  return {
    columns,
    get steps() {
      return steps;
    },
    get values() {
      return values;
    },
    get count() {
      return count;
    },
    append: (newSteps, newValues) => {
      reserve(newSteps.length);
      steps.set(newSteps, count);
      values.set(newValues, count * columns);
      count += newSteps.length;
    },
    cut: (step) => {
      count = firstAbove(steps, count, step);
    },
  };
};

/** Points of a line. */
export interface Points {
  readonly x: number[];
  /** One list for each column. */
  readonly y: (number | null)[][];
}

/**
 * The rows after step `from` and up to step `to`, with x in ms. Where there are more rows than fit, each of the
 * `most` / 2 intervals of equal length contributes two points per line: its smallest and its largest value.
 */
export const pointsOf = (
  { steps, values, count, columns }: RowStore,
  shown: readonly number[],
  { from, to, dt, most }: { readonly from: number; readonly to: number; readonly dt: number; readonly most: number },
): Points => {
  // One row more on each side, so that lines reach the borders.
  const first = Math.max(0, firstAbove(steps, count, from) - 1);
  const last = Math.min(count, firstAbove(steps, count, to));
  const rows = Math.max(0, last - first);
  const x: number[] = [];
  const y: number[][] = shown.map(() => []);
  if (rows <= most) {
    for (let row = first; row < last; row++) x.push(steps[row]! * dt);
    for (const [line, column] of shown.entries()) {
      for (let row = first; row < last; row++) y[line]!.push(values[row * columns + column]!);
    }
    return { x, y };
  }
  // Whole rows per interval, counted from the start, so that points keep their places while the window moves.
  const length = Math.ceil((2 * rows) / most);
  for (let start = Math.floor(first / length) * length; start < last; start += length) {
    const end = Math.min(count, start + length);
    x.push(steps[start]! * dt, steps[Math.min(end - 1, start + (length >> 1))]! * dt);
    for (const [line, column] of shown.entries()) {
      let lowest = start;
      let highest = start;
      for (let row = start + 1; row < end; row++) {
        const value = values[row * columns + column]!;
        if (value < values[lowest * columns + column]!) lowest = row;
        if (value > values[highest * columns + column]!) highest = row;
      }
      const [one, other] = lowest < highest ? [lowest, highest] : [highest, lowest];
      y[line]!.push(values[one * columns + column]!, values[other * columns + column]!);
    }
  }
  return { x, y };
};
