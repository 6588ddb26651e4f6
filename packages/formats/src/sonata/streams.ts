import type { WrittenDataset, WrittenGroup } from "../hdf5/write.ts";
import { ascii, wide, writeMapping } from "./export-files.ts";

/* Datasets of SONATA that grow during a run. */

/** Spikes, and values of a report, that are written at once. */
const SPIKES = 2 ** 16;
const VALUES = 2 ** 18;
/** The first length of a buffer, which grows to the above: most populations of a large network have few spikes. */
const SHORT = 2 ** 10;

export interface SpikeStream {
  append(steps: ArrayLike<number>, units: ArrayLike<number>): void;
  /** Writes what is held in memory. */
  flush(): void;
}

/** Is called when a stream has passed some bytes to its file. */
export type Wrote = (bytes: number) => void;

/** Starts the spikes of a population. They are in the order of time; "sorting" is left out as in `spikesFile`. */
export const startSpikes = (group: WrittenGroup, dt: number, wrote: Wrote): SpikeStream => {
  const growing = { maxShape: [null], chunks: [2 ** 14] };
  const timestamps = group.dataset("timestamps", new Float64Array(0), growing);
  timestamps.attribute("units", "ms", ascii);
  const nodes = group.dataset("node_ids", wide([]), growing);
  let times = new Float64Array(SHORT);
  let units = new Uint32Array(SHORT);
  let held = 0;
  const flush = (): void => {
    const count = held;
    if (count === 0) return;
    held = 0;
    timestamps.append(times.subarray(0, count));
    nodes.append(wide(units.subarray(0, count)) as ArrayLike<number>);
    wrote(16 * count);
  };
  const makeRoom = (): void => {
    if (held === SPIKES) {
      flush();
      return;
    }
    const [longerTimes, longerUnits] = [new Float64Array(2 * held), new Uint32Array(2 * held)];
    longerTimes.set(times);
    longerUnits.set(units);
    [times, units] = [longerTimes, longerUnits];
  };
  return {
    append(steps, ids) {
      for (let k = 0; k < steps.length; k++) {
        if (held === times.length) makeRoom();
        times[held] = steps[k]! * dt;
        units[held] = ids[k]!;
        held++;
      }
    },
    flush,
  };
};

export interface ReportStream {
  /** Rows of values, with the step of each, counted from 1. */
  append(steps: ArrayLike<number>, values: ArrayLike<number>): void;
  /** Writes what is held in memory, and the times of all rows. */
  flush(): void;
  /** Whether a value lost digits, because reports have single precision. */
  readonly isRounded: boolean;
}

interface ReportPlan {
  readonly unit: string;
  readonly every: number;
  readonly columns: number;
}

/** Starts a report of some units. */
export const startReport = (
  group: WrittenGroup,
  { unit, every, columns }: ReportPlan,
  units: readonly number[],
  dt: number,
  wrote: Wrote,
): ReportStream => {
  const atOnce = Math.max(1, Math.floor(VALUES / columns));
  const data: WrittenDataset = group.dataset("data", new Float32Array(0), {
    shape: [0, columns],
    maxShape: [null, columns],
    chunks: [Math.min(atOnce, Math.max(1, Math.ceil(2 ** 14 / columns))), columns],
  });
  data.attribute("units", unit, ascii);
  let rows = new Float32Array(Math.min(atOnce, Math.ceil(SHORT / columns)) * columns);
  let held = 0;
  let first = every;
  let count = 0;
  let isRounded = false;
  const timeOf = (): readonly [number, number, number] => {
    const start = first * dt;
    return [start, start + count * every * dt, every * dt];
  };
  const time = writeMapping(group, units, timeOf());
  const flush = (): void => {
    const length = held * columns;
    if (length === 0) return;
    held = 0;
    data.append(rows.subarray(0, length));
    time.replace(timeOf());
    wrote(4 * length);
  };
  const makeRoom = (): void => {
    if (held === atOnce) {
      flush();
      return;
    }
    const longer = new Float32Array(Math.min(atOnce, 2 * held) * columns);
    longer.set(rows);
    rows = longer;
  };
  return {
    get isRounded() {
      return isRounded;
    },
    append(steps, values) {
      if (count === 0) first = steps[0] ?? first;
      for (let k = 0; k < steps.length; k++) {
        if (held * columns === rows.length) makeRoom();
        const at = held * columns;
        for (let column = 0; column < columns; column++) {
          const value = values[k * columns + column]!;
          rows[at + column] = value;
          isRounded ||= rows[at + column] !== value && !Number.isNaN(value);
        }
        count++;
        held++;
      }
    },
    flush,
  };
};
