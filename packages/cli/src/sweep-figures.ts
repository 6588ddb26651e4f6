import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { lineFigure, matrixFigure, multiplesFigure } from "@spark-snn/plot";
import { toPng } from "@spark-snn/plot/png";
import type { SweepResult, SweepRow } from "@spark-snn/sweep";
import { headingOf } from "@spark-snn/sweep";
import { removeFile, writeAtomic } from "spark-snn/node";
import { type BrainSummary, summaryOfPopulation } from "./brain-summary.ts";
import { readSummary } from "./read-summary.ts";
import { readRecords } from "./results.ts";
import type { Summary } from "./summary.ts";
import type { Terminal } from "./terminal.ts";

/* Figures of a sweep: lines over one parameter, heat maps over two, and the spikes of kept runs. */

type Tabled = Pick<SweepResult, "plan" | "rows" | "columns">;

/** Largest number of figures, and of kept runs in one figure. */
const MOST_FIGURES = 12;
const MOST_RUNS = 16;

interface Drawn {
  /** Name of the file without its extension. */
  readonly name: string;
  readonly svg: string;
}

/** A parameter whose values are numbers, at least two of them. */
interface Axis {
  readonly path: string;
  /** Ascending. */
  readonly values: readonly number[];
}

const axesOf = ({ plan }: Tabled): readonly Axis[] | undefined => {
  const axes: Axis[] = [];
  for (const path of plan.paths) {
    const values = [...new Set(plan.runs.map(({ overrides }) => overrides[path]))];
    if (values.length < 2) continue;
    if (!values.every((value) => typeof value === "number")) return undefined;
    axes.push({ path, values: values.sort((a, b) => a - b) });
  }
  return axes;
};

/** Whether values have nearly equal ratios, so that a logarithmic axis spaces them evenly. */
const isGeometric = (values: readonly number[]): boolean => {
  if (values.length < 3 || values[0]! <= 0) return false;
  const ratios = values.slice(1).map((value, k) => value / values[k]!);
  return Math.max(...ratios) / Math.min(...ratios) < 1.05 && values.at(-1)! / values[0]! > 5;
};

const valuesAt = (rows: readonly SweepRow[], column: string): number[] =>
  rows.map(({ measures }) => measures[column] ?? Number.NaN).filter((value) => !Number.isNaN(value));

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Standard deviation of a sample; NaN for fewer than two values. */
const deviationOf = (values: readonly number[]): number => {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
};

/** The measure of a column, without the name of the population. */
const measureOf = (column: string): string => column.slice(column.lastIndexOf(".") + 1);

/** "Rate (Hz)" for rate. */
const titleOf = (column: string): string => {
  const [name = "", unit] = headingOf(measureOf(column)).split("_");
  const title = name === "cv" ? "CV" : name.charAt(0).toUpperCase() + name.slice(1);
  return unit === undefined ? title : `${title} (${unit})`;
};

const byMeasure = (columns: readonly string[]): Map<string, string[]> => {
  const grouped = new Map<string, string[]>();
  for (const column of columns) grouped.set(measureOf(column), [...(grouped.get(measureOf(column)) ?? []), column]);
  return grouped;
};

/** A line of means for each population, with the standard deviation over all runs at the same value. */
const drawLines = ({ rows, columns }: Tabled, { path, values }: Axis, title: string): Drawn[] =>
  [...byMeasure(columns)].map(([measure, own]) => {
    const at = values.map((value) => rows.filter(({ overrides }) => overrides[path] === value));
    const most = Math.max(...at.map(({ length }) => length));
    const curves = own.slice(0, 8).map((column) => {
      const found = at.map((some) => valuesAt(some, column));
      const y = found.map(meanOf);
      const spread = found.map(deviationOf);
      const low = y.map((mean, k) => mean - spread[k]!);
      const high = y.map((mean, k) => mean + spread[k]!);
      const label = column === measure ? "" : column.slice(0, -measure.length - 1);
      return { label, x: values, y, ...(most > 1 && { low, high }) };
    });
    const svg = lineFigure(
      {
        curves,
        xTitle: path,
        yTitle: titleOf(measure),
        ...(most > 1 && { spread: `standard deviation of ${most} runs` }),
        ...(isGeometric(values) && { scale: "log" }),
      },
      { title },
    );
    return { name: measure, svg };
  });

/** A heat map of means for each measure of each population. */
const drawMatrices = ({ rows, columns }: Tabled, [x, y]: readonly [Axis, Axis], title: string): Drawn[] =>
  columns.map((column) => {
    const cells = new Map<string, SweepRow[]>();
    for (const row of rows) {
      const key = `${row.overrides[x.path]} ${row.overrides[y.path]}`;
      cells.set(key, [...(cells.get(key) ?? []), row]);
    }
    const values = y.values.flatMap((b) => x.values.map((a) => meanOf(valuesAt(cells.get(`${a} ${b}`) ?? [], column))));
    const svg = matrixFigure(
      { columns: x.values, rows: y.values, values, xTitle: x.path, yTitle: y.path, title: titleOf(column) },
      { title: column === measureOf(column) ? title : `${title}: ${column.slice(0, column.lastIndexOf("."))}` },
    );
    return { name: column, svg };
  });

/** The spikes of some kept runs, of the first population with spikes. */
const drawRuns = async (
  { plan, rows }: Tabled,
  folder: string,
  terminal: Terminal,
  title: string,
): Promise<Drawn[]> => {
  const kept = new Set(await readdir(folder).catch(() => []));
  const done = rows.filter(({ index, error }) => error === undefined && kept.has(`${index}`));
  // One run of each point, unless only the seeds differ.
  const points = [...new Map(done.map((row) => [JSON.stringify(row.overrides), row])).values()];
  const found = points.length > 1 ? points : done;
  const step = Math.ceil(found.length / MOST_RUNS);
  const panels: Parameters<typeof multiplesFigure>[0]["panels"][number][] = [];
  let to = 0;
  for (const { index, overrides, seed } of found.filter((_, k) => k % step === 0)) {
    const own = join(folder, `${index}`);
    const summary = await readSummary(own, own, terminal);
    const population = populationOf(summary);
    const { spikes } = population ? await readRecords(own, population) : { spikes: undefined };
    if (!population || !spikes) continue;
    const label = plan.paths.map((path) => `${path} ${JSON.stringify(overrides[path])}`).join(", ");
    const unitCount = population.units.reduce((product, n) => product * n, 1);
    const { steps, units } = spikes;
    const times = Array.from(steps, (at) => at * summary.dt);
    panels.push({
      label: label === "" ? `seed ${seed ?? summary.seed}` : label,
      times,
      units: Array.from(units),
      unitCount,
    });
    to = Math.max(to, summary.duration);
  }
  return panels.length > 0 ? [{ name: "runs", svg: multiplesFigure({ panels, to }, { title }) }] : [];
};

const populationOf = (summary: Summary | BrainSummary): Summary | undefined => {
  if (summary.kind === "spark-snn summary") return summary.spikes && summary;
  const name = Object.keys(summary.populations).find((one) => summary.populations[one]!.spikes);
  return name === undefined ? undefined : summaryOfPopulation(summary, name);
};

/** Figures that an earlier call may have written. */
const FIGURES = "figures";

/** Draws what a sweep shows, into a folder. Returns the names of the files. */
export const writeSweepFigures = async (
  result: Tabled,
  folder: string,
  title: string,
  terminal: Terminal,
): Promise<string[]> => {
  const axes = axesOf(result);
  const [first, second] = axes ?? [];
  const drawn = [
    ...(axes?.length === 1 ? drawLines(result, first!, title) : []),
    ...(axes?.length === 2 && isGrid(result, axes) ? drawMatrices(result, [first!, second!], title) : []),
  ].slice(0, MOST_FIGURES);
  drawn.push(...(await drawRuns(result, join(folder, "runs"), terminal, title)));
  const into = join(folder, FIGURES);
  for (const file of await readdir(into).catch(() => [])) await removeFile(join(into, file));
  if (drawn.length > 0) await mkdir(into, { recursive: true });
  const files: string[] = [];
  for (const { name, svg } of drawn) {
    await writeAtomic(join(into, `${name}.svg`), svg);
    await writeAtomic(join(into, `${name}.png`), toPng(svg));
    files.push(join(FIGURES, `${name}.svg`));
  }
  return files;
};

/** Whether most combinations of two parameters have a run: samples have not. */
const isGrid = ({ plan }: Tabled, axes: readonly Axis[]): boolean => {
  const cells = new Set(plan.runs.map(({ overrides }) => axes.map(({ path }) => overrides[path]).join(" ")));
  const size = axes.reduce((product, { values }) => product * values.length, 1);
  return cells.size * 2 > size && axes.every(({ values }) => values.length <= 400);
};
