import type { WrittenDataset, WrittenGroup } from "../hdf5/write.ts";
import { ascii, wide, writeMapping } from "./export-files.ts";

/* Datasets of SONATA that grow during a run. */

/** Spikes, and values of a report, that are written at once. */
const SPIKES = 2 ** 17;
const VALUES = 2 ** 18;

export interface SpikeStream {
  append(steps: ArrayLike<number>, units: ArrayLike<number>): void;
  finish(): void;
}

/** Starts the spikes of a population. They are in the order of time; "sorting" is left out as in `spikesFile`. */
export const startSpikes = (group: WrittenGroup, dt: number): SpikeStream => {
  const growing = { maxShape: [null], chunks: [2 ** 14] };
  const timestamps = group.dataset("timestamps", new Float64Array(0), growing);
  timestamps.attribute("units", "ms", ascii);
  const nodes = group.dataset("node_ids", wide([]), growing);
  const times = new Float64Array(SPIKES);
  const units = new Uint32Array(SPIKES);
  let held = 0;
  const flush = (): void => {
    if (held === 0) return;
    timestamps.append(times.subarray(0, held));
    nodes.append(wide(units.subarray(0, held)) as ArrayLike<number>);
    held = 0;
  };
  return {
    append(steps, ids) {
      for (let k = 0; k < steps.length; k++) {
        times[held] = steps[k]! * dt;
        units[held] = ids[k]!;
        if (++held === SPIKES) flush();
      }
    },
    finish: flush,
  };
};

export interface ReportStream {
  /** Rows of values, with the step of each, counted from 1. */
  append(steps: ArrayLike<number>, values: ArrayLike<number>): void;
  finish(): void;
}

interface ReportPlan {
  readonly unit: string;
  readonly every: number;
  readonly columns: number;
}

/** Starts a report of some units. The times of its rows are known at the end. */
export const startReport = (
  group: WrittenGroup,
  { unit, every, columns }: ReportPlan,
  units: readonly number[],
  dt: number,
): ReportStream => {
  const atOnce = Math.max(1, Math.floor(VALUES / columns));
  const data: WrittenDataset = group.dataset("data", new Float32Array(0), {
    shape: [0, columns],
    maxShape: [null, columns],
    chunks: [Math.min(atOnce, Math.max(1, Math.ceil(2 ** 14 / columns))), columns],
  });
  data.attribute("units", unit, ascii);
  const rows = new Float32Array(atOnce * columns);
  let held = 0;
  let first: number | undefined;
  let count = 0;
  const flush = (): void => {
    if (held > 0) data.append(rows.subarray(0, held * columns));
    held = 0;
  };
  return {
    append(steps, values) {
      first ??= steps[0];
      for (let k = 0; k < steps.length; k++) {
        for (let column = 0; column < columns; column++) rows[held * columns + column] = values[k * columns + column]!;
        count++;
        if (++held === atOnce) flush();
      }
    },
    finish() {
      flush();
      const start = (first ?? every) * dt;
      writeMapping(group, units, [start, start + count * every * dt, every * dt]);
    },
  };
};
