import { type Json, type JsonObject, objectAt } from "./json.ts";
import { type Panel, populationsOf } from "./panels.ts";
import type { TimeRange } from "./plots.ts";
import { firstAbove } from "./spikes.ts";
import type { Studio } from "./studio.ts";

/* What traces of potentials mark: threshold, reset and refractory periods. */

export interface Level {
  readonly label: string;
  readonly value: number;
}

/** Parameters that are marked in plots of a potential. */
const marked: Readonly<Record<string, string>> = {
  threshold: "threshold",
  potentialReset: "reset",
  thresholdRest: "threshold",
};

const numberIn = (value: Json | undefined): number | undefined => (typeof value === "number" ? value : undefined);

/** The parameter of somas that is the duration of their refractory period, ms. */
const refractory = "cooldown";
/** Refractory periods that a plot shades. More of them could not be told apart. */
const mostShades = 400;

/**
 * The refractory periods of the one unit that a plot of potentials shows, ms. Empty for several units, whose periods would
 * cover each other, and for models without such a period.
 */
export const shadesOf = (
  { catalogue, plots, session }: Studio,
  { kind, variable, population }: Panel,
  units: readonly number[],
): readonly TimeRange[] => {
  const recorded = plots.present.get();
  const spikes = recorded?.populations.get(population)?.spikes;
  if (kind !== "traces" || variable !== "potential" || units.length !== 1 || !recorded || !spikes) return [];
  const { document, dt } = recorded;
  const part = populationsOf(document).find(({ name }) => name === population);
  const field = catalogue
    .get()
    ?.somas.find(({ name }) => name === part?.model)
    ?.fields.find(({ name }) => name === refractory);
  if (!field) return [];
  const own = population === "" ? objectAt(document, "model") : objectAt(document, "model", "populations", population);
  const length = own[field.name] === undefined ? field.default : numberIn(own[field.name]);
  if (length === undefined || length <= 0) return [];
  const { from, to } = plots.range();
  const end = firstAbove(spikes.steps, spikes.count, Math.min(session.state.get().position.step, to / dt));
  const shades: TimeRange[] = [];
  for (let k = firstAbove(spikes.steps, spikes.count, (from - length) / dt - 1); k < end; k++) {
    if (spikes.units[k] !== units[0]) continue;
    const at = spikes.steps[k]! * dt;
    shades.push({ from: at, to: at + length });
    if (shades.length > mostShades) return [];
  }
  return shades;
};

/** The levels that a plot of a state variable marks: threshold and reset, where all units share them. */
export const levelsOf = (
  { catalogue }: Studio,
  { kind, variable, population }: Panel,
  document: JsonObject,
): readonly Level[] => {
  if (kind !== "traces" || variable !== "potential") return [];
  const part = populationsOf(document).find(({ name }) => name === population);
  const fields = catalogue.get()?.somas.find(({ name }) => name === part?.model)?.fields ?? [];
  const own = population === "" ? objectAt(document, "model") : objectAt(document, "model", "populations", population);
  return fields.flatMap(({ name, default: otherwise }) => {
    const label = marked[name];
    if (label === undefined) return [];
    const value = own[name] === undefined ? otherwise : numberIn(own[name]);
    return value === undefined ? [] : [{ label, value }];
  });
};
