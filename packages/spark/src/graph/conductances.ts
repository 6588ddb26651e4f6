import { isConductance } from "../config/conductance.ts";
import type { Issue } from "../errors/errors.ts";
import type { Model } from "../model/component.ts";
import type { SynapseModel } from "../model/synapse.ts";
import type { Wiring } from "./wiring.ts";

/** Known values of fields: one number, or one per unit. */
type Values = Readonly<Record<string, number | Float64Array>>;

/** What decides the direction of a conductance. */
export interface Directed {
  readonly model: Pick<Model, "roles">;
  readonly fields: Values;
  readonly receptors: readonly { readonly model: Pick<SynapseModel, "weightUnit">; readonly fields: Values }[];
}

/** The direction of a conductance: −1 if it inhibits all units, 1 if it excites all, undefined if unknown or mixed. */
export const directionOf = ({ model, fields, receptors }: Directed, receptor: number): -1 | 1 | undefined => {
  const reversal = receptors[receptor]!.fields["potentialReversal"];
  const threshold = fields[model.roles?.threshold ?? ""];
  if (reversal === undefined || threshold === undefined) return undefined;
  const length = Math.max(sizeIn(reversal), sizeIn(threshold));
  let below = 0;
  for (let unit = 0; unit < length; unit++) if (at(reversal, unit) < at(threshold, unit)) below++;
  return below === length ? -1 : below === 0 ? 1 : undefined;
};

/**
 * Whether the values of a network decide if a conductance inhibits its target as the signs of its source demand. Only
 * then do changed values have to be checked.
 */
export const hasDirections = (
  { populations, projections }: Wiring,
  built: readonly { readonly receptors: readonly { readonly model: Pick<SynapseModel, "weightUnit"> }[] }[],
): boolean =>
  projections.some(({ source, target, receptor }) => {
    const { inhibitory } = populations[source]!;
    const inhibits = typeof inhibitory === "boolean" ? inhibitory : inhibitory.includes(true);
    return inhibits && isConductance(built[target]!.receptors[receptor]!.model.weightUnit);
  });

const sizeIn = (value: number | Float64Array): number => (typeof value === "number" ? 1 : value.length);
const at = (value: number | Float64Array, unit: number): number => (typeof value === "number" ? value : value[unit]!);

/**
 * Issues of conductances from inhibitory units that would excite their target. The reversal potential of a conductance
 * gives its direction: below the threshold of the target, it inhibits. Unknown values give no issue.
 */
export const directionIssues = ({ populations, projections }: Wiring, built: readonly Directed[]): Issue[] =>
  projections.flatMap(({ source, target, receptor, place }) => {
    const { inhibitory, name } = populations[source]!;
    const targeted = built[target]!;
    const kinds = new Set(typeof inhibitory === "boolean" ? [inhibitory] : inhibitory);
    if (!kinds.has(true) || !isConductance(targeted.receptors[receptor]!.model.weightUnit)) return [];
    if (kinds.has(false)) {
      const remedy = "Divide the population into an excitatory and an inhibitory one, each with its own synapse.";
      const message = `comes from excitatory and inhibitory units of ${name}, but the reversal potential gives all conductances of a synapse one direction. ${remedy}`;
      return [place.issue(message)];
    }
    const { roles } = targeted.model;
    const reversal = targeted.receptors[receptor]!.fields["potentialReversal"];
    const threshold = targeted.fields[roles?.threshold ?? ""];
    if (reversal === undefined || threshold === undefined || directionOf(targeted, receptor) === -1) return [];
    const unit = unitAbove(reversal, threshold);
    const message = `comes from inhibitory units of ${name}, but potentialReversal of its synapse, ${at(reversal, unit)} mV, is not below the threshold of ${populations[target]!.name}, ${at(threshold, unit)} mV, so it would excite. Set potentialReversal of inhibition, such as -80, or remove inhibitory.`;
    return [place.issue(message)];
  });

const unitAbove = (reversal: number | Float64Array, threshold: number | Float64Array): number => {
  let unit = 0;
  while (at(reversal, unit) < at(threshold, unit)) unit++;
  return unit;
};
