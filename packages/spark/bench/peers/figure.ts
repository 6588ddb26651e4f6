import { candidates } from "./candidates.ts";
import { type DotPanel, dotFigure } from "./dots.ts";
import { isMeasured, type Measurement, type Outcome } from "./measure.ts";
import { rateOf, sizeText, threadsText } from "./table.ts";

const panelsOf = (measured: readonly Measurement[], sizes: readonly number[]): DotPanel[] => {
  const panels = new Map<string, Measurement[]>();
  for (const entry of measured) {
    const { model, threads } = entry.cell;
    const title = `${model} soma, ${threadsText(threads)}`;
    panels.set(title, [...(panels.get(title) ?? []), entry]);
  }
  return [...panels].map(([title, entries]) => {
    const names = candidates.map(({ name }) => name).filter((name) => entries.some((one) => one.candidate === name));
    const rows = names.map((name) => ({
      name,
      dots: entries
        .filter(({ candidate }) => candidate === name)
        .map((entry) => ({
          series: sizes.indexOf(entry.cell.units),
          values: entry.seconds.map((seconds) => rateOf(entry, seconds)),
        })),
    }));
    return { title, rows };
  });
};

/** Rates of every candidate, with a colour for each size. */
export const ratesFigure = (outcomes: readonly Outcome[]): string | undefined => {
  const measured = outcomes.filter(isMeasured).filter(({ cell }) => cell.mode === "time");
  if (measured.length === 0) return undefined;
  const sizes = [...new Set(measured.map(({ cell }) => cell.units))].sort((a, b) => a - b);
  return dotFigure({
    panels: panelsOf(measured, sizes),
    series: sizes.map((units) => `${sizeText(units)} units`),
    axis: "10⁹ neuron-steps per second",
    left: 210,
  });
};
