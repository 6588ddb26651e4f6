import type { JsonObject } from "./json.ts";
import { type Panel, panelNames, populationsOf, titleOf } from "./panels.ts";
import { shownPopulations } from "./panels-lines.ts";
import type { Plots } from "./plots.ts";
import { firstAbove } from "./spikes.ts";

/** The title of a panel. */
export const panelTitle = ({ kind, population, projection, variable }: Panel, document: JsonObject): string => {
  const isSingle = populationsOf(document).length < 2;
  switch (kind) {
    case "raster":
    case "readouts":
      return panelNames[kind];
    case "rates":
      return isSingle ? "Rate" : "Rates";
    case "traces":
      return isSingle ? sentence(variable) : `${sentence(variable)} of ${population}`;
    case "matrix":
      return `Weight matrix of ${projection}`;
    case "weights":
      return `Weights of ${projection}`;
    default:
      return isSingle ? panelNames[kind] : `${panelNames[kind]} of ${titleOf(population)}`;
  }
};

const sentence = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

const number = (value: number, digits = 3): string =>
  Number.isFinite(value) ? String(Number(value.toPrecision(digits))) : "unknown";

/** A summary of a panel over time, for screen readers. */
export const panelSummary = (panel: Panel, plots: Plots, step: number): string => {
  const recorded = plots.present.get();
  if (!recorded) return "No data yet. Run the experiment.";
  const { from, to } = plots.range();
  const { dt, document, populations, readouts } = recorded;
  const last = Math.min(step, to / dt);
  const when = `from ${number(from, 6)} to ${number(last * dt, 6)} ms`;
  if (panel.kind === "raster") {
    const counts = shownPopulations(panel, document).map(({ name, units }) => {
      const spikes = populations.get(name)?.spikes;
      const count = spikes
        ? firstAbove(spikes.steps, spikes.count, last) - firstAbove(spikes.steps, spikes.count, from / dt)
        : 0;
      return `${count} of the ${units} units of ${titleOf(name)}`;
    });
    return `Spikes ${when}: ${counts.join(", ")}.`;
  }
  if (panel.kind === "rates") {
    const rates = shownPopulations(panel, document).map(
      ({ name, identity }) => `${titleOf(name)} ${number(plots.rates.get()[identity] ?? 0)} Hz`,
    );
    return `Rates at ${number(last * dt, 6)} ms: ${rates.join(", ")}.`;
  }
  if (panel.kind === "traces") {
    const traced = populations.get(panel.population)?.traces.get(panel.variable);
    if (!traced) return "No traces yet.";
    const { rows, units, unit } = traced;
    const row = firstAbove(rows.steps, rows.count, last) - 1;
    if (row < 0) return "No traces yet.";
    const values = panel.units.map((own) => {
      const column = units.indexOf(own);
      return column < 0
        ? `unit ${own} not recorded`
        : `unit ${own} ${number(rows.values[row * rows.columns + column]!)} ${unit}`;
    });
    return `${sentence(panel.variable)} at ${number(rows.steps[row]! * dt, 6)} ms: ${values.join(", ")}.`;
  }
  return `Read-outs ${when}: ${[...readouts.keys()].join(", ")}.`;
};
