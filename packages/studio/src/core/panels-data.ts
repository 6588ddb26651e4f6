import { type Panel, titleOf } from "./panels.ts";
import { shownPopulations } from "./panels-lines.ts";
import type { Recorded } from "./recorded.ts";
import { tracedUnits } from "./recording.ts";
import type { RowStore } from "./traces.ts";

/*
 * The values of a plot over time as a table, in the columns of the files that the command line writes. Populations of a
 * network have a column for their name.
 */

/** Decimals of times, which are multiples of dt. */
const timeOf = (step: number, dt: number): string => String(Number((step * dt).toPrecision(12)));

const unitText = (unit: string): string => unit.replace(/[^A-Za-z0-9µ]+/g, "");

/** Rows are joined in parts, because one text may not hold those of a long run. */
const rowsInPart = 50_000;

const table = function* (head: string, rows: Iterable<string>): Generator<string> {
  let part = [head];
  for (const row of rows) {
    part.push(row);
    if (part.length < rowsInPart) continue;
    yield `${part.join("\n")}\n`;
    part = [];
  }
  if (part.length > 0) yield `${part.join("\n")}\n`;
};

const valueRows = function* (
  { steps, values, count, columns }: RowStore,
  dt: number,
  cells: readonly string[],
): Generator<string> {
  for (let row = 0; row < count; row++) {
    const time = timeOf(steps[row]!, dt);
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column]!;
      if (!Number.isNaN(value)) yield `${steps[row]},${time},${cells[column]}${Number(value.toPrecision(8))}`;
    }
  }
};

const spikeRows = function* (panel: Panel, { dt, document, populations }: Recorded): Generator<string> {
  for (const { name } of shownPopulations(panel, document)) {
    const spikes = populations.get(name)?.spikes;
    if (!spikes) continue;
    const cell = name === "" ? "" : `${name},`;
    for (let k = 0; k < spikes.count; k++) {
      yield `${spikes.steps[k]},${timeOf(spikes.steps[k]!, dt)},${cell}${spikes.units[k]}`;
    }
  }
};

const rateRows = function* (panel: Panel, { dt, document, populations }: Recorded): Generator<string> {
  for (const { name } of shownPopulations(panel, document)) {
    const rate = populations.get(name)?.rate;
    if (rate) yield* valueRows(rate, dt, [name === "" ? "" : `${name},`]);
  }
};

const readoutRows = function* ({ dt, readouts }: Recorded): Generator<string> {
  for (const [name, { rows }] of readouts) {
    yield* valueRows(
      rows,
      dt,
      Array.from({ length: rows.columns }, (_, column) => `${name},${column},`),
    );
  }
};

export interface PanelTable {
  /** Name of the file without that of the experiment, such as "spikes.csv". */
  readonly name: string;
  readonly parts: Iterable<string>;
}

/** The recorded values behind a panel. Undefined for panels that do not show values over time, and before a run. */
export const panelTable = (panel: Panel, recorded: Recorded | undefined): PanelTable | undefined => {
  if (!recorded) return undefined;
  const isNetwork = !recorded.populations.has("");
  const whose = isNetwork ? "population," : "";
  if (panel.kind === "raster") {
    return { name: "spikes.csv", parts: table(`step,time_ms,${whose}unit`, spikeRows(panel, recorded)) };
  }
  if (panel.kind === "rates") {
    return { name: "rates.csv", parts: table(`step,time_ms,${whose}rate_Hz`, rateRows(panel, recorded)) };
  }
  if (panel.kind === "readouts") {
    return { name: "readouts.csv", parts: table("step,time_ms,readout,unit,value", readoutRows(recorded)) };
  }
  const traced = recorded.populations.get(panel.population)?.traces.get(panel.variable);
  if (panel.kind !== "traces" || !traced) return undefined;
  const wanted = tracedUnits([panel], panel.population).get(panel.variable) ?? [];
  const columns = traced.units.flatMap((unit, column) => (wanted.includes(unit) ? [[unit, column] as const] : []));
  const { rows } = traced;
  const chosen = function* (): Generator<string> {
    for (let row = 0; row < rows.count; row++) {
      const time = timeOf(rows.steps[row]!, recorded.dt);
      for (const [unit, column] of columns) {
        const value = rows.values[row * rows.columns + column]!;
        if (!Number.isNaN(value)) yield `${rows.steps[row]},${time},${unit},${Number(value.toPrecision(8))}`;
      }
    }
  };
  const place = titleOf(panel.population).toLowerCase();
  const unit = unitText(traced.unit);
  const head = `step,time_ms,unit,${panel.variable}${unit === "" || unit === "1" ? "" : `_${unit}`}`;
  return { name: `${place}-${panel.variable}.csv`, parts: table(head, chosen()) };
};
