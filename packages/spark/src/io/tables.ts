import { counted } from "../config/counted.ts";
import { timeOfStep } from "../config/time.ts";
import { FileError, ShapeError } from "../errors/errors.ts";
import { type CsvOptions, type CsvTable, readCsv, readCsvOr } from "./csv.ts";
import { headerLine, nonFiniteText } from "./csvrows.ts";
import { printF32, printF64 } from "./decimal.ts";
import { requireKeys, requireLists, requireSource, requireText } from "./given.ts";

/** Events as parallel lists: event `i` is in step `steps[i]` at unit `units[i]`. */
export interface EventTable {
  /** Integers from 1; step s ends at s·dt ms. */
  readonly steps: ArrayLike<number>;
  /** Flat indices of the units, from 0. */
  readonly units: ArrayLike<number>;
}

/** Samples of one state variable: `values[s · units.length + u]` belongs to step `steps[s]` and unit `units[u]`. */
export interface TraceTable extends EventTable {
  readonly values: Float32Array | Float64Array;
}

export interface TableWriteOptions {
  /** Time step of the run, ms. */
  readonly dt: number;
  /** Begins with the line of names. Default true; false for the later pieces of a table. */
  readonly header?: boolean;
}

export interface TraceWriteOptions extends TableWriteOptions {
  /** Name of the column of values, with its unit. Default `potential_mV`. */
  readonly column?: string;
  /** Writes NaN and infinities as `nan`, `inf` and `-inf`, like NumPy. Default: they are refused. */
  readonly nonFinite?: boolean;
}

export interface TableReadOptions {
  /** Time step of the run, ms. If given, every time must equal step·dt. Default: times are not checked. */
  readonly dt?: number;
  /** Name of the file in messages. */
  readonly name?: string;
}

export interface TraceReadOptions extends TableReadOptions {
  /** Name of the column of values. Default `potential_mV`. */
  readonly column?: string;
}

const keys = ["step", "time_ms", "unit"] as const;
const defaultColumn = "potential_mV";
const chunkLength = 65_536;

/**
 * CSV text of events, in chunks: `step,time_ms,unit`, one event per line in the given order, with time = step·dt.
 *
 * @throws ShapeError if the lists differ in length; FileError if a step, unit or dt is invalid; ConfigError for other
 * arguments
 */
export function* eventsToCsv(events: EventTable, options: TableWriteOptions): Generator<string, void, undefined> {
  requireLists("eventsToCsv", events, ["steps", "units"]);
  requireKeys("eventsToCsv", options, ["dt", "header"]);
  const { steps, units } = events;
  checkStep(options.dt);
  if (steps.length !== units.length)
    throw new ShapeError(
      `eventsToCsv needs one unit per step; received ${counted(steps.length, "step")} and ${counted(units.length, "unit")}. Give lists of equal length.`,
    );
  let text = options.header === false ? "" : headerLine(keys);
  let step = Number.NaN;
  let start = "";
  for (let i = 0; i < steps.length; i++) {
    if (steps[i] !== step) {
      step = checkIndex(steps[i]!, 1, "eventsToCsv.steps", i);
      start = rowStart(step, options.dt);
    }
    text += `${start}${checkIndex(units[i]!, 0, "eventsToCsv.units", i)}\n`;
    if (text.length < chunkLength) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}

/**
 * CSV text of samples, in chunks: `step,time_ms,unit,potential_mV`, one line per unit for each step. Write a long
 * recording piece by piece, with `header: false` after the first piece.
 *
 * @throws ShapeError if `values` is not steps × units; FileError if a step, unit or dt is invalid, and for NaN or
 * infinity, with step and unit; ConfigError for other arguments
 */
export function* traceToCsv(trace: TraceTable, options: TraceWriteOptions): Generator<string, void, undefined> {
  requireLists("traceToCsv", trace, ["steps", "units", "values"]);
  requireKeys("traceToCsv", options, ["dt", "header", "column", "nonFinite"]);
  requireText("traceToCsv.column", options.column);
  const { steps, units, values } = trace;
  checkStep(options.dt);
  if (values.length !== steps.length * units.length)
    throw new ShapeError(
      `traceToCsv.values must have the shape [${steps.length}, ${units.length}] of steps and units; received ${counted(values.length, "value")}. Give one per step and unit.`,
    );
  const print = values instanceof Float32Array ? printF32 : printF64;
  let text = options.header === false ? "" : headerLine([...keys, options.column ?? defaultColumn]);
  for (let s = 0; s < steps.length; s++) {
    const start = rowStart(checkIndex(steps[s]!, 1, "traceToCsv.steps", s), options.dt);
    for (let u = 0; u < units.length; u++) {
      const unit = checkIndex(units[u]!, 0, "traceToCsv.units", u);
      const value = values[s * units.length + u]!;
      const finite = Number.isFinite(value);
      if (!finite && options.nonFinite !== true)
        throw new FileError(
          `traceToCsv.values must be finite at step ${steps[s]} of unit ${unit}; received ${value}. Find out why the run diverged.`,
        );
      text += `${start}${unit},${finite ? print(value) : nonFiniteText(value)}\n`;
      if (text.length < chunkLength) continue;
      yield text;
      text = "";
    }
  }
  if (text !== "") yield text;
}

const requireRead = (where: string, options: TableReadOptions, known: readonly string[]): void => {
  requireKeys(where, options, known);
  requireText(`${where}.name`, options.name);
};

/** Events from a file. */
export interface ReadEvents extends EventTable {
  readonly steps: Float64Array<ArrayBuffer>;
  readonly units: Float64Array<ArrayBuffer>;
  /** Times in ms as in the file. */
  readonly times: Float64Array<ArrayBuffer>;
}

/** Samples from a file. `Float32Array.from(values)` restores the bits of a 32-bit recording. */
export interface ReadTrace extends TraceTable {
  readonly steps: Float64Array<ArrayBuffer>;
  readonly units: Float64Array<ArrayBuffer>;
  /** Times of the steps in ms, as in the file. */
  readonly times: Float64Array<ArrayBuffer>;
  readonly values: Float64Array<ArrayBuffer>;
}

/**
 * Reads the output of {@link eventsToCsv}. A table without rows has no events.
 *
 * @throws FileError that names the line, for everything that `readCsv` refuses, a step below 1, a unit below 0, and a
 * time that is not step·dt; ConfigError for other arguments
 */
export function eventsFromCsv(
  source: string | Uint8Array | Iterable<Uint8Array>,
  options: TableReadOptions = {},
): ReadEvents {
  return eventsFromCsvOr(source, options);
}

/** The same with the remedy for a missing column. */
export function eventsFromCsvOr(
  source: string | Uint8Array | Iterable<Uint8Array>,
  options: TableReadOptions,
  missing?: string,
): ReadEvents {
  requireSource("eventsFromCsv", source, Symbol.iterator);
  requireRead("eventsFromCsv", options, ["dt", "name"]);
  const table = readCsvOr(source, readOptions(options, keys), missing);
  const [steps, times, units] = checkedKeys(table, options);
  return { steps, times, units };
}

/**
 * Reads the output of {@link traceToCsv}.
 *
 * @throws FileError that names the line, like {@link eventsFromCsv}, and if the units differ between steps; ConfigError
 * for other arguments
 */
export function traceFromCsv(
  source: string | Uint8Array | Iterable<Uint8Array>,
  options: TraceReadOptions = {},
): ReadTrace {
  requireSource("traceFromCsv", source, Symbol.iterator);
  requireRead("traceFromCsv", options, ["dt", "name", "column"]);
  requireText("traceFromCsv.column", options.column);
  const where = options.name ?? "CSV";
  const table = readCsv(source, readOptions(options, [...keys, options.column ?? defaultColumn]));
  const [rowSteps, rowTimes, rowUnits] = checkedKeys(table, options);
  const first = rowSteps[0];
  let width = 0;
  while (width < table.rows && rowSteps[width] === first) width++;
  const units = rowUnits.slice(0, width);
  checkOnce(units, first, where);
  const length = width === 0 ? 0 : Math.ceil(table.rows / width);
  const steps = new Float64Array(length);
  const times = new Float64Array(length);
  for (let row = 0; row < table.rows; row++) {
    const u = row % width;
    const s = (row - u) / width;
    if (u === 0) {
      steps[s] = rowSteps[row]!;
      times[s] = rowTimes[row]!;
      if (s > 0 && steps[s]! <= steps[s - 1]!)
        throw new FileError(
          `${where} line ${row + 2} must begin a later step than ${steps[s - 1]}; received ${steps[s]}. Sort the rows by step and keep each once.`,
        );
    }
    if (rowSteps[row] !== steps[s] || rowUnits[row] !== units[u] || rowTimes[row] !== times[s])
      throw new FileError(
        `${where} line ${row + 2} must contain step ${steps[s]}, time ${times[s]} ms, unit ${units[u]}; received ${rowSteps[row]}, ${rowTimes[row]} ms, ${rowUnits[row]}. Give the same units in the same order for every step.`,
      );
  }
  if (length * width !== table.rows)
    throw new FileError(
      `${where} ends at line ${table.rows + 1} with ${table.rows % width} of ${width} units of step ${steps[length - 1]}. The file is incomplete; copy or save it again.`,
    );
  return { steps, times, units, values: table.columns[3]! };
}

/** Refuses a unit that occurs twice among the rows of the first step. */
function checkOnce(units: Float64Array, step: number | undefined, where: string): void {
  const seen = new Map<number, number>();
  units.forEach((unit, u) => {
    const before = seen.get(unit);
    if (before !== undefined)
      throw new FileError(
        `${where} line ${u + 2} repeats unit ${unit} of step ${step}; first on line ${before + 2}. Keep one of them.`,
      );
    seen.set(unit, u);
  });
}

function readOptions(options: TableReadOptions, columns: readonly string[]): CsvOptions {
  const base = { columns, allowNoRows: true };
  return options.name === undefined ? base : { ...base, name: options.name };
}

type Column = Float64Array<ArrayBuffer>;

/** Checked steps, times and units of a table. */
function checkedKeys(table: CsvTable, options: TableReadOptions): readonly [Column, Column, Column] {
  const [steps, times, units] = table.columns as readonly [Column, Column, Column];
  const where = options.name ?? "CSV";
  const { dt } = options;
  if (dt !== undefined) checkStep(dt);
  let time = 0;
  for (let row = 0; row < table.rows; row++) {
    const step = steps[row]!;
    if (dt !== undefined && (row === 0 || step !== steps[row - 1])) time = timeOfStep(step, dt);
    if (!Number.isSafeInteger(step) || step < 1)
      throw new FileError(
        `${where} line ${row + 2} column "step" must be a whole number from 1; received ${step}. Count steps from 1.`,
      );
    const unit = units[row]!;
    if (!Number.isSafeInteger(unit) || unit < 0)
      throw new FileError(
        `${where} line ${row + 2} column "unit" must be a whole number from 0; received ${unit}. Count units from 0.`,
      );
    if (dt !== undefined && times[row] !== time)
      throw new FileError(
        `${where} line ${row + 2} column "time_ms" must be ${time} ms, step ${step} of ${dt} ms; received ${times[row]} ms. Give the dt of the run that wrote the file.`,
      );
  }
  return [steps, times, units];
}

function rowStart(step: number, dt: number): string {
  return `${step},${timeOfStep(step, dt)},`;
}

function checkIndex(value: number, least: number, where: string, at: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new FileError(`${where}[${at}] must be a whole number from ${least}; received ${value}. Count from ${least}.`);
}

function checkStep(dt: number): void {
  if (Number.isFinite(dt) && dt > 0) return;
  throw new FileError(`dt must be greater than 0 ms and finite; received ${dt} ms. Give the time step of the run.`);
}
