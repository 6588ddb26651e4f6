import { type Cell, isMeasured, type Measurement, type Outcome } from "./measure.ts";
import { digits, medianRate, same, sizeText, table } from "./table.ts";

/**
 * Required ratio of speeds of this library and another candidate, for the refractory soma, on one thread by default.
 */
interface Goal {
  readonly name: string;
  readonly own: string;
  readonly least: number;
  /** Numbers of units of the goal; all measured ones if absent. */
  readonly sizes?: readonly number[];
  /** The cell of this library, and the cell to compare with. */
  readonly cells: (units: number, threads: number) => readonly [Cell, Cell];
  readonly against: string;
}

const native = "this library, native, f32";
const wasm = "this library, wasm, f32";
const spark = "Spark 0.1.0, f32";
const cellOf = (units: number, threads = 1, mode: Cell["mode"] = "time"): Cell => ({
  mode,
  model: "refractory",
  units,
  threads,
});
const alike = (units: number): readonly [Cell, Cell] => [cellOf(units), cellOf(units)];
const peer = (against: string, leasts: readonly [number, number], sizes?: readonly number[]): Goal[] =>
  [native, wasm].map((own, k) => ({
    name: `${own} / ${against}`,
    own,
    against,
    least: leasts[k]!,
    cells: alike,
    ...(sizes && { sizes }),
  }));

const goals: readonly Goal[] = [
  ...peer(spark, [5, 2], [1000, 100_000]),
  ...peer("Brian2 C++ standalone, f64", [10, 4]),
  ...peer("Brian2 Cython, f64", [30, 12]),
  ...peer("NEST, f64", [30, 12]),
  ...peer("hand-written C, f32", [0.85, 0.35]),
  ...[native, wasm].map((own) => ({
    name: `${own}: 10 M units / 10 k`,
    own,
    against: own,
    least: 0.85,
    sizes: [10_000_000],
    cells: (units: number) => [cellOf(units), cellOf(10_000)] as const,
  })),
  ...[native, wasm].map((own) => ({
    name: `${own}: all threads / one`,
    own,
    against: own,
    least: 1.8,
    sizes: [1_000_000],
    cells: (units: number, threads: number) => [cellOf(units, threads), cellOf(units)] as const,
  })),
  ...[native, wasm].map((own, k) => ({
    name: `${own} / ${spark}: one call per step`,
    own,
    against: spark,
    least: [30, 20][k]!,
    sizes: [1000],
    cells: (units: number) => [cellOf(units, 1, "step"), cellOf(units, 1, "step")] as const,
  })),
];

/** The goals, one row each, with the ratios measured for every size; empty if none was measured. */
export const goalsSection = (outcomes: readonly Outcome[]): string => {
  const measured = outcomes.filter(isMeasured);
  const find = (candidate: string, cell: Cell): Measurement | undefined =>
    measured.find((entry) => entry.candidate === candidate && same(entry.cell, cell));
  const sizes = [...new Set(measured.map(({ cell }) => cell.units))].sort((a, b) => a - b);
  const threads = Math.max(0, ...measured.map(({ cell }) => cell.threads));
  const rows = goals.flatMap((goal) => {
    const ratios = sizes.map((units) => {
      if (goal.sizes && !goal.sizes.includes(units)) return undefined;
      const [own, other] = goal.cells(units, threads);
      if (same(own, other) && goal.own === goal.against) return undefined;
      const a = find(goal.own, own);
      const b = find(goal.against, other);
      return a && b && medianRate(a) / medianRate(b);
    });
    if (ratios.every((ratio) => ratio === undefined)) return [];
    const texts = ratios.map((ratio) =>
      ratio === undefined ? "" : ratio < goal.least ? `**${digits(ratio)}**` : digits(ratio),
    );
    return [[goal.name, String(goal.least), ...texts]];
  });
  if (rows.length === 0) return "";
  return [
    "## Goals",
    "Each goal is a minimum ratio of speeds, for the refractory soma on one thread unless stated otherwise. The table shows the goal and the measured ratios. Values in **bold** miss the goal; [the decision](../decisions/peers-harness.md) explains the limits.",
    table(["", "at least", ...sizes.map(sizeText)], rows),
  ].join("\n\n");
};
