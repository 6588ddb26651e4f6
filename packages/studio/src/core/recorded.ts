import type { JsonObject } from "./json.ts";
import type { Built, FrameMessage } from "./protocol.ts";
import { type SpikeStore, spikeStore } from "./spikes.ts";
import { type RowStore, rowStore } from "./traces.ts";

/* The records of one simulation, collected from its frames. */

export interface Traced {
  /** Units of the columns. */
  readonly units: readonly number[];
  readonly unit: string;
  readonly rows: RowStore;
}

export interface RecordedPopulation {
  readonly units: number;
  spikes: SpikeStore | undefined;
  /** Rates, Hz, in bins. */
  rate: RowStore | undefined;
  /** By state variable. */
  readonly traces: Map<string, Traced>;
}

export interface Recorded {
  /** Time step, ms. */
  readonly dt: number;
  readonly document: JsonObject;
  /** By name; "" for a document with a single population. */
  readonly populations: ReadonlyMap<string, RecordedPopulation>;
  readonly readouts: Map<string, { readonly unit: string; readonly rows: RowStore }>;
  /** The last step of a frame. */
  last: number;
}

/** Spikes that are kept of all populations together: 32 MB. */
const mostSpikes = 4_000_000;
/** Values that are kept of each record of rates, traces or read-outs: 8 MB. */
const mostValues = 2_000_000;

export const recordedOf = ({ dt, populations }: Pick<Built, "dt" | "populations">, document: JsonObject): Recorded => ({
  dt,
  document,
  populations: new Map(
    populations.map(({ name, units }) => [name, { units, spikes: undefined, rate: undefined, traces: new Map() }]),
  ),
  readouts: new Map(),
  last: 0,
});

interface SpikeRecord {
  readonly steps: ArrayLike<number>;
  readonly units: ArrayLike<number>;
  readonly count: number;
}

interface RowRecord {
  readonly unit: string;
  readonly units: ArrayLike<number>;
  readonly columns: number;
  readonly steps: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

const isSpikes = (record: unknown): record is SpikeRecord =>
  typeof record === "object" && record !== null && "count" in record;

/** A frame also describes the population, such as by its name. */
const isRows = (record: unknown): record is RowRecord =>
  typeof record === "object" && record !== null && "steps" in record && "values" in record;

/** Rows of other units: columns that both have are kept, and the others are unknown before now. */
const rearranged = ({ units, rows }: Traced, next: readonly number[]): RowStore => {
  const made = rowStore(next.length, mostValues);
  const places = next.map((unit) => units.indexOf(unit));
  const values = new Float32Array(rows.count * next.length);
  for (let row = 0; row < rows.count; row++) {
    for (const [column, place] of places.entries()) {
      values[row * next.length + column] = place < 0 ? Number.NaN : rows.values[row * units.length + place]!;
    }
  }
  made.append(rows.steps.subarray(0, rows.count), values);
  return made;
};

const addRows = (population: RecordedPopulation, name: string, record: RowRecord): void => {
  if (name === "rate") {
    population.rate ??= rowStore(1, mostValues);
    population.rate.append(record.steps, record.values);
    return;
  }
  const units = Array.from(record.units);
  let own = population.traces.get(name);
  if (!own) own = { units, unit: record.unit, rows: rowStore(units.length, mostValues) };
  else if (own.units.join() !== units.join()) own = { units, unit: record.unit, rows: rearranged(own, units) };
  population.traces.set(name, own);
  own.rows.append(record.steps, record.values);
};

const cut = ({ populations, readouts }: Recorded, step: number): void => {
  for (const { spikes, rate, traces } of populations.values()) {
    spikes?.cut(step);
    rate?.cut(step);
    for (const { rows } of traces.values()) rows.cut(step);
  }
  for (const { rows } of readouts.values()) rows.cut(step);
};

/** Adds the records of a frame. Records of these steps and of later ones are replaced, as after going back. */
export const addFrame = (
  recorded: Recorded,
  { firstStep, steps, records }: Pick<FrameMessage, "firstStep" | "steps" | "records">,
): void => {
  if (firstStep <= recorded.last) cut(recorded, firstStep - 1);
  recorded.last = firstStep + steps - 1;
  const all = recorded.populations.has("") ? { "": records } : (records as Readonly<Record<string, object>>);
  for (const [name, own] of Object.entries(all)) {
    if (name === "readouts" && !recorded.populations.has(name)) {
      for (const [readout, record] of Object.entries(own as Readonly<Record<string, RowRecord>>)) {
        const kept = recorded.readouts.get(readout) ?? {
          unit: record.unit,
          rows: rowStore(record.columns, mostValues),
        };
        recorded.readouts.set(readout, kept);
        kept.rows.append(record.steps, record.values);
      }
      continue;
    }
    const population = recorded.populations.get(name);
    if (!population) continue;
    for (const [record, values] of Object.entries(own)) {
      if (isSpikes(values)) {
        population.spikes ??= spikeStore(Math.floor(mostSpikes / recorded.populations.size), firstStep - 1);
        population.spikes.append(values.steps, values.units);
      } else if (isRows(values)) addRows(population, record, values);
    }
  }
};
