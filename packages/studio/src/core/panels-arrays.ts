import type { Panel } from "./panels.ts";
import { shownPopulations } from "./panels-lines.ts";
import type { NamedArrays } from "./protocol.ts";
import type { Recorded } from "./recorded.ts";
import { tracedUnits } from "./recording.ts";
import type { RowStore } from "./traces.ts";

/* The recorded values behind a panel as arrays, for programs such as NumPy. */

const times = ({ steps, count }: RowStore, dt: number): Float64Array =>
  Float64Array.from(steps.subarray(0, count), (step) => Number((step * dt).toPrecision(12)));

const prefix = (name: string): string => (name === "" ? "" : `${name}_`);

/** Arrays by name; undefined for panels that do not show values over time, and before a run. */
export const panelArrays = (panel: Panel, recorded: Recorded | undefined): NamedArrays | undefined => {
  if (!recorded) return undefined;
  const { dt, document, populations, readouts } = recorded;
  const arrays: Record<string, NamedArrays[string]> = { dt_ms: { data: Float64Array.of(dt), shape: [] } };
  const add = (name: string, data: NamedArrays[string]["data"], shape: readonly number[] = [data.length]): void => {
    arrays[name] = { data, shape };
  };
  if (panel.kind === "raster") {
    for (const { name } of shownPopulations(panel, document)) {
      const spikes = populations.get(name)?.spikes;
      if (!spikes) continue;
      add(`${prefix(name)}steps`, spikes.steps.slice(0, spikes.count));
      add(`${prefix(name)}units`, spikes.units.slice(0, spikes.count));
    }
    return arrays;
  }
  if (panel.kind === "rates") {
    for (const { name } of shownPopulations(panel, document)) {
      const rate = populations.get(name)?.rate;
      if (!rate) continue;
      add(`${prefix(name)}time_ms`, times(rate, dt));
      add(`${prefix(name)}rate_Hz`, rate.values.slice(0, rate.count));
    }
    return arrays;
  }
  if (panel.kind === "readouts") {
    for (const [name, { rows }] of readouts) {
      add(`${name}_time_ms`, times(rows, dt));
      add(`${name}_values`, rows.values.slice(0, rows.count * rows.columns), [rows.count, rows.columns]);
    }
    return arrays;
  }
  const traced = populations.get(panel.population)?.traces.get(panel.variable);
  if (panel.kind !== "traces" || !traced) return undefined;
  const wanted = tracedUnits([panel], panel.population).get(panel.variable) ?? [];
  const columns = traced.units.flatMap((unit, column) => (wanted.includes(unit) ? [column] : []));
  const { rows } = traced;
  const values = new Float32Array(rows.count * columns.length);
  for (let row = 0; row < rows.count; row++) {
    for (const [k, column] of columns.entries()) {
      values[row * columns.length + k] = rows.values[row * rows.columns + column]!;
    }
  }
  add("time_ms", times(rows, dt));
  add(
    "units",
    Uint32Array.from(columns, (column) => traced.units[column]!),
  );
  add(panel.variable, values, [rows.count, columns.length]);
  return arrays;
};
