import { networkFigure, type ThemeName } from "@spark-snn/plot";
import type { PopulationSpikes } from "../network-report.ts";
import { labelOf, type PopulationRow } from "./table.ts";

/** Length of the drawn end of a run, ms. */
const SPAN = 300;

/** Draws the spikes and rates of the last 300 ms, and the statistics of the populations, as SVG. */
export const drawMicrocircuit = (
  populations: readonly PopulationSpikes[],
  rows: readonly PopulationRow[],
  {
    duration,
    scale,
    theme = "light",
  }: { readonly duration: number; readonly scale: number; readonly theme?: ThemeName },
): string => {
  const size = scale === 1 ? "all units" : `${Number((100 * scale).toPrecision(3))} % of the units`;
  return networkFigure(
    {
      populations: populations.map(({ name, units, outSpikes }) => {
        return { label: labelOf(name), times: outSpikes.times(), units: outSpikes.units, unitCount: units };
      }),
      from: Math.max(0, duration - SPAN),
      to: duration,
      bars: [
        { title: "Rate (Hz)", values: rows.map(({ rate }) => rate) },
        { title: "CV", values: rows.map(({ cv }) => (Number.isNaN(cv) ? 0 : cv)) },
      ],
    },
    { title: `Cortical microcircuit, ${size}`, theme },
  );
};
