import { median } from "../machine.ts";
import { candidates } from "./candidates.ts";
import { type Cell, isMeasured, type Measurement, type Outcome } from "./measure.ts";

/** 10⁹ neuron-steps per second of a repetition. */
export const rateOf = ({ cell, steps }: Pick<Measurement, "cell" | "steps">, seconds: number): number =>
  (cell.units * steps) / seconds / 1e9;
export const medianRate = (measurement: Measurement): number =>
  median(measurement.seconds.map((seconds) => rateOf(measurement, seconds)));

/** Three significant digits, without an exponent: 12.3, 0.0456, 1230. */
export const digits = (value: number): string => {
  if (value === 0) return "0";
  const places = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(places, 8));
};

export const sizeText = (units: number): string =>
  units >= 1e6 && units % 1e6 === 0
    ? `${units / 1e6} M`
    : units >= 1000 && units % 1000 === 0
      ? `${units / 1000} k`
      : `${units}`;

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
/** A Markdown table: the first column aligned to the left, the others to the right. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [
    row(head),
    `|---|${head
      .slice(1)
      .map(() => "--:|")
      .join("")}`,
    ...rows.map(row),
  ].join("\n");

/** The same by processor time, if the peer reports it for every repetition. */
const processorRate = (measurement: Measurement): number | undefined => {
  const times = measurement.cpu.filter((seconds) => seconds !== undefined && seconds > 0) as number[];
  return times.length < measurement.cpu.length || times.length === 0
    ? undefined
    : median(times.map((seconds) => rateOf(measurement, seconds)));
};

/** Ratio of the speeds, and in parentheses the ratio by processor time, which hardly depends on other work. */
export const ratioText = (a: Measurement, b: Measurement): string => {
  const first = processorRate(a);
  const second = processorRate(b);
  const wall = `${digits(medianRate(a) / medianRate(b))} ×`;
  return a.cell.threads === 1 && first && second ? `${wall} (${digits(first / second)})` : wall;
};

const rateText = (measurement: Measurement): string => {
  const rates = measurement.seconds.map((seconds) => rateOf(measurement, seconds));
  return `${digits(median(rates))} (${digits(Math.min(...rates))}–${digits(Math.max(...rates))})`;
};

/** Whether two cells are the same work. */
export const same = (a: Cell, b: Cell): boolean =>
  a.mode === b.mode && a.model === b.model && a.units === b.units && a.threads === b.threads;
const find = (outcomes: readonly Outcome[], candidate: string, cell: Cell): Measurement | undefined =>
  outcomes.filter(isMeasured).find((outcome) => outcome.candidate === candidate && same(outcome.cell, cell));

/** Names in the order of the candidates. */
const namesIn = (outcomes: readonly Outcome[], cells: readonly Cell[]): string[] => {
  const present = new Set(
    outcomes
      .filter((entry) => isMeasured(entry) && cells.some((cell) => same(entry.cell, cell)))
      .map((entry) => entry.candidate),
  );
  return candidates.map(({ name }) => name).filter((name) => present.has(name));
};
const isOurs = (name: string): boolean => candidates.some((entry) => entry.name === name && entry.family === "ours");

export const threadsText = (threads: number): string => (threads === 1 ? "one thread" : `${threads} threads`);

/** Rates, and the ratio of each of our backends to each peer, for cells that differ in size. */
export const ratesSection = (outcomes: readonly Outcome[], cells: readonly Cell[]): string => {
  const names = namesIn(outcomes, cells);
  const head = cells.map(({ units }) => sizeText(units));
  const rates = table(
    ["10⁹ neuron-steps/s: median (min–max)", ...head],
    names.map((name) => [
      name,
      ...cells.map((cell) => {
        const found = find(outcomes, name, cell);
        return found ? rateText(found) : "–";
      }),
    ]),
  );
  const ratios = names.filter(isOurs).flatMap((own) =>
    names
      .filter((name) => !isOurs(name))
      .map((peer) => [
        `${own} / ${peer}`,
        ...cells.map((cell) => {
          const a = find(outcomes, own, cell);
          const b = find(outcomes, peer, cell);
          return a && b ? ratioText(a, b) : "–";
        }),
      ]),
  );
  return ratios.length === 0
    ? rates
    : `${rates}\n\n${table([cells[0]!.threads === 1 ? "ratio of the medians (by processor time)" : "ratio of the medians", ...head], ratios)}`;
};

export const stepSection = (outcomes: readonly Outcome[], cell: Cell): string => {
  const names = namesIn(outcomes, [cell]);
  const time = (name: string): number => {
    const found = find(outcomes, name, cell)!;
    return (median(found.seconds) / found.steps) * 1e6;
  };
  const own = names.find(isOurs);
  return table(
    ["", "µs per step", ...(own ? [`× ${own}`] : [])],
    names.map((name) => [name, digits(time(name)), ...(own ? [digits(time(name) / time(own))] : [])]),
  );
};
